//! A scenario: one property of a target, held against one snapshot.

use proptest::strategy::BoxedStrategy;

use super::case::Case;
use super::need::Need;

/// "For every input of this class, the watched part of the answer is this."
///
/// A scenario is constant: listing needs neither a target nor a fixture.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// A stable slug, unique in its suite. It is part of the test name and of the snapshot's file name.
    pub id: &'static str,
    /// The property in one sentence.
    pub says: &'static str,
    /// The ids of the ledger facts it checks, the most important one first.
    pub covers: &'static [&'static str],
    /// What it needs of a target.
    pub needs: &'static [Need],
    /// The generator of the whole input class.
    pub cases: fn() -> BoxedStrategy<Case>,
    /// What is looked at in the answer to the probe.
    pub watch: &'static [Field],
    /// How much one case costs.
    pub effort: Effort,
}

/// How much one case of a scenario costs the target; the number of cases follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// One request.
    Single,
    /// A sign-in or other steps before the probe.
    Flow,
    /// One case at a time and only a few: it changes what other cases would see.
    Exclusive,
}

/// What is looked at in an answer. Each gives one or more lines of the observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The HTTP status.
    Status,
    /// The member `error` of a JSON body.
    Error,
    /// The member `error_description`, only whether it is there.
    ErrorDescription,
    /// Which tokens the body holds: `access_token`, `id_token`, `refresh_token`.
    Issued,
    /// Whether the body holds an access token, where it is open which tokens come with it.
    AccessToken,
    /// The member `token_type`, without letter case (RFC 6749 section 7.1).
    TokenType,
    /// The member `expires_in`, only its JSON type.
    ExpiresIn,
    /// The media type of the body, without parameters.
    MediaType,
    /// Whether the body is a JSON object with a string member `error`.
    ErrorShape,
    /// Whether the body is empty.
    BodyEmpty,
    /// Whether storing is forbidden: `no-store` in `Cache-Control` (RFC 9111 section 5.2.2.5).
    CacheControl,
    /// A response header, with its value.
    Header(&'static str),
    /// Whether a response header is there.
    HasHeader(&'static str),
    /// The scopes of the access token as a sorted set.
    Scopes,
    /// A claim of a token in the body.
    Claim(Token, &'static str),
    /// Whether a claim is the same as in the answer of an earlier step.
    SameClaim(Token, &'static str, &'static str),
    /// Whether the access token is one for the client with this role. Only such a token counts as granted then.
    TokenFor(&'static str),
    /// Whether the refresh token is the one of an earlier step, another one, or absent.
    RefreshTokenAgainst(&'static str),
}

/// A token of a token response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `access_token`.
    Access,
    /// `id_token`.
    Id,
}

impl Token {
    /// The member of the token response.
    pub const fn member(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Id => "id_token",
        }
    }
}

/// A named list of scenarios.
#[derive(Clone, Copy)]
pub struct Suite {
    /// The path of the suite with `::`, such as `token::client-auth`.
    pub name: &'static str,
    /// Its scenarios, in the order in which reports show them.
    pub scenarios: &'static [Scenario],
}

impl Suite {
    /// The full id of a scenario of this suite, such as `token::client-auth::wrong-secret`.
    pub fn full_id(&self, scenario: &Scenario) -> String {
        format!("{}::{}", self.name, scenario.id)
    }

    /// The folder of the suite's snapshots, below `reference` or `accepted/<target>`.
    pub fn folder(&self) -> String {
        self.name.replace("::", "/")
    }
}
