//! What each client of the fixture is like, as data.

/// The identifier of the resource server that both pools have.
pub(crate) const RESOURCE_SERVER: &str = "https://api.poolproof.test";
/// The scopes of the resource server that stay active.
pub(crate) const SCOPES: &[&str] = &["read", "write", "admin"];
/// The scope that is removed from the resource server after a client was allowed it.
pub(crate) const RETIRED: &str = "retired";

const READ: &str = "https://api.poolproof.test/read";
const WRITE: &str = "https://api.poolproof.test/write";
const ADMIN: &str = "https://api.poolproof.test/admin";
const RETIRED_SCOPE: &str = "https://api.poolproof.test/retired";

const CALLBACK: &str = "https://app.poolproof.test/callback";
const CALLBACK_WITH_QUERY: &str = "https://app.poolproof.test/callback?tenant=one";
const CALLBACK_OTHER: &str = "https://other.poolproof.test/callback";
const LOGOUT: &str = "https://app.poolproof.test/bye";

/// A sign-in with the API that takes name and password.
pub(crate) const PASSWORD_FLOW: &str = "ALLOW_USER_PASSWORD_AUTH";
/// A refresh with the API.
pub(crate) const REFRESH_FLOW: &str = "ALLOW_REFRESH_TOKEN_AUTH";
/// Tokens for machines without a user pool domain; it must be the only flow of its client.
pub(crate) const CLIENT_TOKEN_FLOW: &str = "ALLOW_CLIENT_TOKEN_AUTH";

/// The settings of one client, and what is done to it afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(crate) struct Role {
    /// The name in the fixture.
    pub(crate) name: &'static str,
    /// Whether it belongs to the other pool.
    pub(crate) other_pool: bool,
    /// Whether it has a secret.
    pub(crate) secret: bool,
    /// Whether the secret is one of ours, with characters that form encoding changes.
    pub(crate) odd_secret: bool,
    /// `AllowedOAuthFlows`.
    pub(crate) flows: &'static [&'static str],
    /// `AllowedOAuthFlowsUserPoolClient`, where it is set at all.
    pub(crate) oauth: Option<bool>,
    /// `AllowedOAuthScopes`.
    pub(crate) scopes: &'static [&'static str],
    /// `CallbackURLs`.
    pub(crate) callbacks: &'static [&'static str],
    /// `LogoutURLs`.
    pub(crate) logouts: &'static [&'static str],
    /// `ExplicitAuthFlows`; none leaves them to the target.
    pub(crate) auth_flows: &'static [&'static str],
    /// Whether the role is about having these `ExplicitAuthFlows` and no others.
    pub(crate) exact_auth_flows: bool,
    /// `ReadAttributes`; none leaves them to the target.
    pub(crate) read: &'static [&'static str],
    /// `RetryGracePeriodSeconds` of a rotation that is switched on.
    pub(crate) rotation: Option<i32>,
    /// The lifetimes where they are not left to the target.
    pub(crate) minutes: Option<Minutes>,
    /// `EnableTokenRevocation`.
    pub(crate) revocation: bool,
    /// What is done after it was created.
    pub(crate) afterwards: Afterwards,
}

/// Lifetimes of tokens in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Minutes {
    /// Access tokens.
    pub(crate) access: i32,
    /// ID tokens.
    pub(crate) id: i32,
    /// Refresh tokens.
    pub(crate) refresh: i32,
}

/// What is done to a client after it was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// Nothing.
    Keep,
    /// It gets a second secret.
    AddSecret,
    /// It gets a second secret, which is deleted again.
    AddAndDeleteSecret,
    /// One of its scopes is removed from the resource server.
    RetireScope,
    /// It is deleted.
    Delete,
}

const MACHINE: Role = Role {
    name: "machine",
    other_pool: false,
    secret: true,
    odd_secret: false,
    flows: &["client_credentials"],
    oauth: Some(true),
    scopes: &[READ, WRITE, ADMIN],
    callbacks: &[],
    logouts: &[],
    auth_flows: &[],
    exact_auth_flows: false,
    read: &[],
    rotation: None,
    minutes: None,
    revocation: true,
    afterwards: Afterwards::Keep,
};

const NARROW: Role = Role { name: "machine-narrow", scopes: &[READ], ..MACHINE };

const WEB: Role = Role {
    name: "web",
    flows: &["code"],
    scopes: &["openid", "email", "profile", READ],
    callbacks: &[CALLBACK, CALLBACK_WITH_QUERY],
    logouts: &[LOGOUT],
    auth_flows: &[PASSWORD_FLOW, REFRESH_FLOW],
    ..MACHINE
};

/// The scope of the API with which users manage themselves.
const ADMIN_API: &str = "aws.cognito.signin.user.admin";

/// Everything that the standard scopes cover (`OpenID` Connect Core section 5.4), and the custom attribute of the pool.
const READABLE: &[&str] = &[
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "custom:plan",
];

/// Cognito refuses a client that has both a rotation and the old way to refresh, `ALLOW_REFRESH_TOKEN_AUTH`.
const ROTATING: Role = Role { name: "rotating", auth_flows: &[PASSWORD_FLOW], rotation: Some(0), ..WEB };

/// Every client of the fixture.
pub(crate) const ROLES: &[Role] = &[
    MACHINE,
    NARROW,
    Role {
        name: "machine-retired",
        scopes: &[READ, RETIRED_SCOPE],
        afterwards: Afterwards::RetireScope,
        ..MACHINE
    },
    Role { name: "machine-odd-secret", odd_secret: true, ..NARROW },
    Role { name: "machine-two-secrets", afterwards: Afterwards::AddSecret, ..NARROW },
    Role { name: "machine-rotated", afterwards: Afterwards::AddAndDeleteSecret, ..NARROW },
    Role { name: "machine-switched-off", oauth: Some(false), ..NARROW },
    Role {
        name: "domainless",
        flows: &[],
        oauth: None,
        auth_flows: &[CLIENT_TOKEN_FLOW],
        exact_auth_flows: true,
        ..NARROW
    },
    WEB,
    Role { name: "web-other", callbacks: &[CALLBACK, CALLBACK_OTHER], ..WEB },
    Role { name: "public", secret: false, ..WEB },
    Role {
        name: "implicit",
        secret: false,
        flows: &["implicit"],
        scopes: &["openid", "email", READ],
        callbacks: &[CALLBACK],
        ..MACHINE
    },
    Role {
        name: "no-oauth",
        flows: &[],
        oauth: Some(false),
        scopes: &[],
        auth_flows: &[PASSWORD_FLOW, REFRESH_FLOW],
        ..MACHINE
    },
    Role { name: "deleted", afterwards: Afterwards::Delete, ..MACHINE },
    ROTATING,
    Role { name: "rotating-grace", rotation: Some(60), ..ROTATING },
    Role { name: "unreadable", scopes: &["openid", "email"], read: &["email"], ..WEB },
    Role { name: "short-lived", minutes: Some(Minutes { access: 5, id: 5, refresh: 60 }), ..WEB },
    Role { name: "no-refresh", auth_flows: &[PASSWORD_FLOW], exact_auth_flows: true, ..WEB },
    Role { name: "no-revocation", revocation: false, ..WEB },
    Role {
        name: "attributes",
        scopes: &["openid", "email", "phone", "profile", ADMIN_API],
        read: READABLE,
        ..WEB
    },
    Role { name: "foreign", other_pool: true, ..NARROW },
    Role { name: "web-foreign", other_pool: true, ..WEB },
];

/// The role of this name.
pub(crate) fn find(name: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.name == name)
}

impl Role {
    /// Whether users sign in with it over HTTP.
    pub(crate) fn has_sign_in(&self) -> bool {
        self.flows.iter().any(|flow| matches!(*flow, "code" | "implicit"))
    }

    /// The scopes it is allowed. Where the target has no resource server, a client for users does without the scopes
    /// of one; a client for machines would be nothing without them.
    pub(crate) fn scopes(&self, resource_server: bool) -> Vec<String> {
        let keep =
            |scope: &str| resource_server || !self.has_sign_in() || !scope.starts_with(RESOURCE_SERVER);
        self.scopes.iter().filter(|scope| keep(scope)).map(|scope| (*scope).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let names: BTreeSet<&str> = ROLES.iter().map(|role| role.name).collect();
        assert_eq!(names.len(), ROLES.len());
        assert_eq!(ROLES.len(), 23);
        assert!(ROLES.iter().all(|role| find(role.name) == Some(role)));
        assert_eq!(find("no such role"), None);
    }

    #[test]
    fn scopes_are_those_of_the_resource_server() {
        for scope in ROLES.iter().flat_map(|role| role.scopes).filter(|scope| scope.contains('/')) {
            let (server, name) = scope.rsplit_once('/').unwrap();
            assert_eq!(server, RESOURCE_SERVER);
            assert!(SCOPES.contains(&name) || name == RETIRED, "{scope}");
        }
    }

    #[test]
    fn the_rules_of_cognito_are_kept() {
        for role in ROLES {
            let machine = role.flows.contains(&"client_credentials");
            assert!(!machine || role.secret, "{}: only a client with a secret may be a machine", role.name);
            assert!(!machine || role.flows.len() == 1, "{}: no other flow beside it", role.name);
            let rotating = role.rotation.is_some();
            assert!(!rotating || !role.auth_flows.contains(&REFRESH_FLOW), "{}: rotation", role.name);
            assert_eq!(role.has_sign_in(), !role.callbacks.is_empty(), "{}: callbacks", role.name);
            assert!(
                !role.auth_flows.contains(&CLIENT_TOKEN_FLOW) || role.auth_flows.len() == 1,
                "{}: {CLIENT_TOKEN_FLOW} stands alone",
                role.name
            );
        }
    }

    #[test]
    fn without_a_resource_server_only_clients_for_users_do_with_less() {
        assert_eq!(WEB.scopes(true), ["openid", "email", "profile", READ]);
        assert_eq!(WEB.scopes(false), ["openid", "email", "profile"]);
        assert_eq!(MACHINE.scopes(false), [READ, WRITE, ADMIN]);
    }
}
