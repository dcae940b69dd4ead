//! The pools, app clients and users that every double starts with.

use std::collections::{BTreeMap, BTreeSet};

use crate::attributes;
use crate::ids::Ids;
use crate::pool::{Client, Domain, Pool, ResourceServer, Secret, User};
use crate::settings::{ClientSettings, Rotation, ValidityUnits};

mod identifiers;

pub(crate) use identifiers::IDENTIFIERS;

/// The pool behind the main domain.
pub(crate) const MAIN_POOL: &str = "us-east-1_Pp4kT7wQz";
/// The pool behind the domain under `/other-pool`.
pub(crate) const OTHER_POOL: &str = "us-east-1_Nn2xR9cLb";
/// The resource server, in both pools.
pub(crate) const RESOURCE_SERVER: &str = "https://api.poolproof.test";
/// Its scopes.
pub(crate) const SCOPES: [&str; 3] = ["read", "write", "admin"];

const CALLBACK: &str = "https://app.poolproof.test/callback";
const CALLBACK_WITH_QUERY: &str = "https://app.poolproof.test/callback?tenant=one";
const CALLBACK_OTHER: &str = "https://other.poolproof.test/callback";
const LOGOUT: &str = "https://app.poolproof.test/bye";

/// A seeded user: name in the fixture, username, password, e-mail address.
pub(crate) const USERS: [(&str, &str, &str, &str); 4] = [
    ("main", "ada", "Correct-horse-7-battery", "ada@poolproof.test"),
    ("second", "grace", "Staple-9-paper-clip", "grace@poolproof.test"),
    ("detailed", "katherine", "Orbit-4-by-hand-calc", "katherine@poolproof.test"),
    ("foreign", "linus", "Other-5-pool-password", "linus@poolproof.test"),
];

/// What is known of the user `detailed` beside the e-mail address.
const DETAILS: [(&str, &str); 4] = [
    ("phone_number", "+15555550100"),
    ("phone_number_verified", "true"),
    ("name", "Katherine Detailed"),
    ("custom:plan", "7"),
];

/// Fixed identifiers of one role.
#[derive(Debug)]
pub(crate) struct Identifiers {
    pub(crate) role: &'static str,
    pub(crate) id: &'static str,
    /// `None` for a public client.
    pub(crate) secret: Option<&'static str>,
    pub(crate) second_secret: Option<&'static str>,
    /// A secret that was active once and is no longer.
    pub(crate) deleted_secret: Option<&'static str>,
}

/// The settings of a role's client.
pub(crate) fn settings(role: &str) -> ClientSettings {
    let with_name = |settings: ClientSettings| ClientSettings { client_name: role.to_owned(), ..settings };
    with_name(match role {
        "machine" | "deleted" => machine(&SCOPES),
        "machine-retired" => machine(&["read", "retired"]),
        "machine-switched-off" => ClientSettings { oauth_enabled: false, ..machine(&["read"]) },
        // The scope lets the grant have a result: without AllowedOAuthFlows, scopes are all that is left to allow.
        "domainless" => ClientSettings {
            flows: Vec::new(),
            oauth_enabled: false,
            explicit_auth_flows: strings(&["ALLOW_CLIENT_TOKEN_AUTH"]),
            ..machine(&["read"])
        },
        "web-other" => ClientSettings { callbacks: strings(&[CALLBACK, CALLBACK_OTHER]), ..web() },
        "implicit" => ClientSettings {
            flows: strings(&["implicit"]),
            scopes: vec!["openid".into(), "email".into(), custom("read")],
            callbacks: strings(&[CALLBACK]),
            ..web()
        },
        "no-oauth" => ClientSettings {
            explicit_auth_flows: strings(&["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
            ..ClientSettings::default()
        },
        "rotating" => rotating(0),
        "rotating-grace" => rotating(60),
        "unreadable" => ClientSettings {
            scopes: strings(&["openid", "email"]),
            read_attributes: Some(strings(&["email"])),
            ..web()
        },
        "short-lived" => ClientSettings {
            access_token_validity: Some(5),
            id_token_validity: Some(5),
            refresh_token_validity: 60,
            token_validity_units: ValidityUnits {
                access: Some("minutes".into()),
                id: Some("minutes".into()),
                refresh: Some("minutes".into()),
            },
            ..web()
        },
        "no-refresh" => {
            ClientSettings { explicit_auth_flows: strings(&["ALLOW_USER_PASSWORD_AUTH"]), ..web() }
        }
        "no-revocation" => ClientSettings { enable_token_revocation: false, ..web() },
        "attributes" => ClientSettings {
            scopes: strings(&["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]),
            read_attributes: Some(attributes::all()),
            ..web()
        },
        "web" | "public" | "web-foreign" => web(),
        // machine-narrow, machine-odd-secret, machine-two-secrets, machine-rotated, foreign
        _ => machine(&["read"]),
    })
}

fn machine(scopes: &[&str]) -> ClientSettings {
    ClientSettings {
        flows: strings(&["client_credentials"]),
        scopes: scopes.iter().map(|scope| custom(scope)).collect(),
        oauth_enabled: true,
        ..ClientSettings::default()
    }
}

fn web() -> ClientSettings {
    ClientSettings {
        flows: strings(&["code"]),
        scopes: vec!["openid".into(), "email".into(), "profile".into(), custom("read")],
        oauth_enabled: true,
        callbacks: strings(&[CALLBACK, CALLBACK_WITH_QUERY]),
        logouts: strings(&[LOGOUT]),
        explicit_auth_flows: strings(&["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
        supported_identity_providers: strings(&["COGNITO"]),
        ..ClientSettings::default()
    }
}

fn rotating(grace: u64) -> ClientSettings {
    ClientSettings {
        refresh_token_rotation: Some(Rotation {
            feature: "ENABLED".into(),
            retry_grace_period_seconds: grace,
        }),
        ..web()
    }
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn custom(scope: &str) -> String {
    format!("{RESOURCE_SERVER}/{scope}")
}

/// Both seeded pools.
pub(crate) fn pools(ids: &mut Ids, now: u64) -> BTreeMap<String, Pool> {
    let mut main = Pool::new(MAIN_POOL, "poolproof", 0, now);
    main.bound_to = Some(Domain::Main);
    main.domain_prefix = Some("poolproof".into());
    let mut other = Pool::new(OTHER_POOL, "poolproof-other", 1, now);
    other.bound_to = Some(Domain::Other);
    other.domain_prefix = Some("poolproof-other".into());
    for pool in [&mut main, &mut other] {
        pool.resource_servers.insert(RESOURCE_SERVER.to_owned(), resource_server());
    }
    for identifiers in IDENTIFIERS {
        let pool = if is_foreign(identifiers.role) { &mut other } else { &mut main };
        if identifiers.role != "deleted" {
            pool.clients.insert(identifiers.id.to_owned(), client(identifiers, ids, now));
        }
    }
    for (name, username, password, email) in USERS {
        let pool = if name == "foreign" { &mut other } else { &mut main };
        let user = User {
            username: username.to_owned(),
            sub: ids.uuid(),
            password: password.to_owned(),
            confirmed: true,
            enabled: true,
            created: now,
            groups: BTreeSet::new(),
            attributes: BTreeMap::from([
                ("email".to_owned(), email.to_owned()),
                ("email_verified".to_owned(), "true".to_owned()),
            ]),
        };
        let mut user = user;
        if name == "detailed" {
            let more = DETAILS.map(|(name, value)| (name.to_owned(), value.to_owned()));
            user.attributes.extend(more);
        }
        pool.users.insert(username.to_owned(), user);
    }
    [main, other].map(|pool| (pool.id.clone(), pool)).into()
}

/// Whether the client of a role is in the other pool.
pub(crate) fn is_foreign(role: &str) -> bool {
    matches!(role, "foreign" | "web-foreign")
}

fn resource_server() -> ResourceServer {
    ResourceServer {
        name: "poolproof".into(),
        scopes: SCOPES.iter().map(|scope| ((*scope).to_owned(), format!("{scope} access"))).collect(),
    }
}

fn client(identifiers: &Identifiers, ids: &mut Ids, now: u64) -> Client {
    let active = [identifiers.secret, identifiers.second_secret];
    Client {
        id: identifiers.id.to_owned(),
        secrets: active
            .into_iter()
            .flatten()
            .map(|value| Secret { id: ids.uuid(), value: value.to_owned(), created: now })
            .collect(),
        deleted_secrets: identifiers.deleted_secret.into_iter().map(str::to_owned).collect(),
        settings: settings(identifiers.role),
        created: now,
    }
}
