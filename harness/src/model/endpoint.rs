//! The endpoints of a user pool domain and of its issuer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a request goes. The base URL of each is a setting of the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Endpoint {
    /// `POST /oauth2/token` on the domain (RFC 6749 section 3.2).
    Token,
    /// `GET /oauth2/authorize` on the domain (RFC 6749 section 3.1).
    Authorize,
    /// `GET` and `POST /login` on the domain: the sign-in page.
    Login,
    /// `POST /oauth2/revoke` on the domain (RFC 7009).
    Revoke,
    /// `GET /oauth2/userInfo` on the domain (`OpenID` Connect Core section 5.3).
    UserInfo,
    /// `GET /logout` on the domain.
    Logout,
    /// `GET /.well-known/jwks.json` below the issuer.
    Jwks,
    /// `GET /.well-known/openid-configuration` below the issuer.
    OpenidConfiguration,
    /// A path below the domain that no service has: how the domain answers what it does not know.
    UnknownPath,
    /// The guarded URL that is tested, with its own method. It is no endpoint of a user pool.
    Guard,
}

impl Endpoint {
    /// Every endpoint of a user pool, in the order in which reports show them.
    pub const ALL: [Self; 9] = [
        Self::Token,
        Self::Authorize,
        Self::Login,
        Self::Revoke,
        Self::UserInfo,
        Self::Logout,
        Self::Jwks,
        Self::OpenidConfiguration,
        Self::UnknownPath,
    ];

    /// The name used in `targets.toml` and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Authorize => "authorize",
            Self::Login => "login",
            Self::Revoke => "revoke",
            Self::UserInfo => "userinfo",
            Self::Logout => "logout",
            Self::Jwks => "jwks",
            Self::OpenidConfiguration => "openid-configuration",
            Self::UnknownPath => "unknown-path",
            Self::Guard => "guard",
        }
    }

    /// The path on Cognito itself, below the domain or below the issuer.
    pub const fn default_path(self) -> &'static str {
        match self {
            Self::Token => "/oauth2/token",
            Self::Authorize => "/oauth2/authorize",
            Self::Login => "/login",
            Self::Revoke => "/oauth2/revoke",
            Self::UserInfo => "/oauth2/userInfo",
            Self::Logout => "/logout",
            Self::Jwks => "/.well-known/jwks.json",
            Self::OpenidConfiguration => "/.well-known/openid-configuration",
            Self::UnknownPath => "/oauth/token",
            Self::Guard => "",
        }
    }

    /// Whether the endpoint lies below the issuer and not below the domain.
    pub const fn below_issuer(self) -> bool {
        matches!(self, Self::Jwks | Self::OpenidConfiguration)
    }

    /// The endpoint of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
