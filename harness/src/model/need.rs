//! What a scenario needs of a target, and the names by which a target says that it lacks it.

use std::fmt;

use super::case::Operation;
use super::endpoint::Endpoint;
use super::guard::GuardNeed;

/// Something without which a scenario cannot be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The target serves this endpoint.
    Endpoint(Endpoint),
    /// The target serves this grant type at its token endpoint.
    Grant(Grant),
    /// The fixture has a client with this role.
    Client(&'static str),
    /// The fixture has a user of this name.
    User(&'static str),
    /// The fixture has a resource server with the scopes `read`, `write` and `admin`.
    ResourceServer,
    /// A user can sign in over HTTP, so that codes can be had.
    SignIn,
    /// The management API has this operation.
    Api(Operation),
    /// The issuer is one of its own for each pool: its URL names the pool.
    IssuerPerPool,
    /// The sign-in pages are those of managed login, which knows `prompt`, and not those of the classic hosted UI.
    ManagedLogin,
    /// Users can sign in at the domain of the other pool.
    OtherDomain,
    /// The sign-in pages are those of the classic hosted UI, or as simple: they do not know `prompt`. It is had where
    /// managed login is not claimed.
    ClassicLogin,
    /// Something of the guard that is tested.
    Guard(GuardNeed),
}

/// A grant type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 4.2, at the authorization endpoint.
    Implicit,
}

impl Grant {
    /// Every grant type.
    pub const ALL: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::Implicit];

    /// The name in `targets.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization-code",
            Self::RefreshToken => "refresh-token",
            Self::ClientCredentials => "client-credentials",
            Self::Implicit => "implicit",
        }
    }
}

/// The needs that are a word alone.
const SINGLE: [&str; 5] = ["sign-in", "resource-server", "managed-login", "other-domain", "issuer-per-pool"];

impl Need {
    /// Whether `name`, as written in `targets.toml`, can be a need at all.
    ///
    /// # Errors
    /// The reason, with the names that are possible.
    pub fn check_name(name: &str) -> Result<(), String> {
        let known = |possible: Vec<&'static str>, given: &str, kind: &str| {
            if possible.contains(&given) {
                Ok(())
            } else {
                Err(format!("unknown {kind} {given:?}; possible: {}", possible.join(", ")))
            }
        };
        match name.split_once('.') {
            None if SINGLE.contains(&name) => Ok(()),
            Some(("endpoint", rest)) => {
                known(Endpoint::ALL.iter().map(|endpoint| endpoint.name()).collect(), rest, "endpoint")
            }
            Some(("grant", rest)) => {
                known(Grant::ALL.iter().map(|grant| grant.name()).collect(), rest, "grant")
            }
            Some(("api", rest)) => {
                known(Operation::ALL.iter().map(|operation| operation.name()).collect(), rest, "operation")
            }
            Some(("guard", rest)) => GuardNeed::check_name(rest),
            Some(("client" | "user", rest)) if !rest.is_empty() => Ok(()),
            _ => Err(format!(
                "unknown need {name:?}; possible: {}, endpoint.NAME, grant.NAME, client.ROLE, user.NAME, api.OPERATION",
                SINGLE.join(", ")
            )),
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endpoint(endpoint) => write!(out, "endpoint.{endpoint}"),
            Self::Grant(grant) => write!(out, "grant.{}", grant.name()),
            Self::Client(role) => write!(out, "client.{role}"),
            Self::User(name) => write!(out, "user.{name}"),
            Self::ResourceServer => write!(out, "resource-server"),
            Self::SignIn => write!(out, "sign-in"),
            Self::Api(operation) => write!(out, "api.{}", operation.name()),
            Self::IssuerPerPool => write!(out, "issuer-per-pool"),
            Self::ManagedLogin => write!(out, "managed-login"),
            Self::OtherDomain => write!(out, "other-domain"),
            Self::ClassicLogin => write!(out, "classic-login"),
            Self::Guard(need) => write!(out, "{need}"),
        }
    }
}
