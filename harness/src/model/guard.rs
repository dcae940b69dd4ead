//! A guarded URL: what lets requests in by their token, and how it is set up.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::jwt::Genuine;
use super::ledger::Profile;

/// One URL that asks for a token, as its settings describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The name, unique among the guards of its target.
    pub name: String,
    /// Where requests go; placeholders may stand in it. `None`: it is created on the target.
    pub url: Option<String>,
    /// The one method that is sent to it.
    pub method: String,
    /// What kind of guard it is.
    pub profile: Profile,
    /// The scopes of which a token needs one; none where scopes are not asked for.
    pub scopes: Vec<String>,
    /// The client ids that it is for; none where it takes tokens of any client.
    pub audience: Vec<String>,
    /// The kind of token that it is to accept.
    pub token: TokenKind,
    /// Who issues the tokens it is sent.
    pub tokens: TokenSource,
    /// The header field in which it looks for the token.
    pub header: String,
    /// Where the answer holds the claims as the backend saw them: a JSON pointer (RFC 6901).
    pub echo: Option<String>,
    /// How much of a refusal is compared.
    pub exactness: Exactness,
    /// What is special about it.
    pub situation: String,
    /// What it does not claim, by the name of the need, with the reason.
    pub unsupported: BTreeMap<String, String>,
    /// The line at which it begins in the settings.
    pub line: Option<usize>,
}

/// The kind of token that a guard is to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// ID tokens.
    Id,
    /// Access tokens.
    Access,
}

/// Who issues the tokens that a guard is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenSource {
    /// The pool of its target.
    Pool,
    /// The harness, whose issuer the guard is told to trust: then any token can be made.
    Issuer,
}

/// How much of a refusal is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exactness {
    /// All of it.
    #[default]
    Exact,
    /// All of it; but where it is refused as it has to be, other differences are only reported.
    Lenient,
    /// Whether it is refused, and nothing else: its owner has customised the answers.
    Refusal,
}

/// The ordinary situation: a token decides.
pub const GUARDED: &str = "guarded";

/// Every situation, with what is special about a guard in it.
pub const SITUATIONS: [(&str, &str); 23] = [
    (GUARDED, "the token decides"),
    ("no-such-resource", "the URL has a path that the API does not define"),
    ("no-such-method", "the resource has no such method"),
    ("no-such-stage", "the URL names no stage of the API"),
    ("not-deployed", "the API has no deployment"),
    ("wrong-domain-path", "a custom domain with a path that no mapping fits"),
    ("api-key", "an API key is needed too, and not sent"),
    ("policy-deny", "a resource policy denies every caller"),
    ("policy-allows-others", "a resource policy allows other callers alone"),
    ("waf", "AWS WAF blocks the request"),
    ("preflight", "method = \"OPTIONS\" on a path where preflights are answered"),
    ("preflight-undefined", "method = \"OPTIONS\" on a path without such a method"),
    ("preflight-guarded", "method = \"OPTIONS\" on a path where that needs a token too"),
    ("cors-customised", "refusals carry Access-Control-Allow-Origin"),
    ("misconfigured", "the authorizer cannot be used"),
    ("several-pools", "tokens of the other pool are accepted too"),
    ("expression-and-scopes", "an audience is asked for and scopes too, so that no token fits"),
    ("long-path", "path parameters make the ARN of the method longer than 1600 bytes"),
    ("query-source", "the token is looked for in the query, under the name that `header` gives"),
    ("default-route", "an undefined path that a guarded $default route catches"),
    ("issuer-slash", "its issuer differs from `iss` by a slash at the end"),
    ("keys-unreachable", "the issuer's keys cannot be read"),
    ("no-discovery-document", "the issuer shows its keys, and no discovery document that says where"),
];

/// What a scenario needs of a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardNeed {
    /// Another situation than [`GUARDED`].
    Situation(&'static str),
    /// It asks for scopes.
    Scopes,
    /// It asks for two scopes or more.
    SeveralScopes,
    /// It asks for one scope.
    SingleScope,
    /// It asks for this scope, or for others too of which one is enough.
    Scope(&'static str),
    /// It asks for no scope.
    NoScopes,
    /// It is for certain clients.
    Audience,
    /// It is for any client.
    NoAudience,
    /// It is to accept tokens of this kind.
    Takes(TokenKind),
    /// It looks for the token in `Authorization`.
    Authorization,
    /// It looks for the token elsewhere.
    OtherHeader,
    /// The answer holds the claims as the backend saw them.
    Echo,
    /// The harness can sign what it trusts.
    IssuerKey,
    /// It is reached over plain HTTP, where anything can be sent.
    PlainHttp,
    /// There is such a token.
    Token(Genuine),
}

impl Guard {
    /// Why the guard is not what a scenario needs, as far as its settings tell.
    pub fn lacks(&self, need: GuardNeed) -> Option<String> {
        if let Some(reason) = self.unsupported.get(&need.to_string()) {
            return Some(reason.clone());
        }
        let met = match need {
            GuardNeed::Situation(situation) => self.situation == situation,
            GuardNeed::Scopes => !self.scopes.is_empty(),
            GuardNeed::SeveralScopes => self.scopes.len() > 1,
            GuardNeed::SingleScope => self.scopes.len() == 1,
            GuardNeed::Scope(scope) => self.scopes.iter().any(|known| known == scope),
            GuardNeed::NoScopes => self.scopes.is_empty(),
            GuardNeed::Audience => !self.audience.is_empty(),
            GuardNeed::NoAudience => self.audience.is_empty(),
            GuardNeed::Takes(kind) => self.token == kind,
            GuardNeed::Authorization => self.header.eq_ignore_ascii_case("authorization"),
            GuardNeed::OtherHeader => !self.header.eq_ignore_ascii_case("authorization"),
            GuardNeed::Echo => self.echo.is_some(),
            GuardNeed::IssuerKey => self.tokens == TokenSource::Issuer,
            GuardNeed::PlainHttp => self.url.as_ref().is_none_or(|url| !url.starts_with("https:")),
            GuardNeed::Token(_) => true,
        };
        (!met).then(|| match need {
            GuardNeed::Situation(situation) => {
                format!("its situation is {:?} and not {situation:?}", self.situation)
            }
            GuardNeed::Scopes => "it asks for no scope".to_owned(),
            GuardNeed::SeveralScopes => "it does not ask for several scopes".to_owned(),
            GuardNeed::SingleScope => "it does not ask for one scope alone".to_owned(),
            GuardNeed::Scope(scope) => format!("it does not ask for the scope {scope}"),
            GuardNeed::NoScopes => "it asks for scopes".to_owned(),
            GuardNeed::Audience => "it is for any client".to_owned(),
            GuardNeed::NoAudience => "it is for certain clients".to_owned(),
            GuardNeed::Takes(kind) => format!("it does not take {kind} tokens"),
            GuardNeed::Authorization => format!("it looks for the token in {}", self.header),
            GuardNeed::OtherHeader => "it looks for the token in Authorization".to_owned(),
            GuardNeed::Echo => "its answer does not hold the claims: no `echo` is set".to_owned(),
            GuardNeed::IssuerKey => "only the pool can sign what it trusts".to_owned(),
            GuardNeed::PlainHttp => "it is reached over HTTPS".to_owned(),
            GuardNeed::Token(_) => String::new(),
        })
    }
}

impl Guard {
    /// What it is and where the tokens come from that it is sent, in a line for reports.
    pub fn description(&self) -> String {
        let profile = match self.profile {
            Profile::Rest => "REST API",
            Profile::Http => "HTTP API",
            Profile::ResourceServer => "resource server",
        };
        let scopes = if self.scopes.is_empty() { "no scopes".to_owned() } else { self.scopes.join(" ") };
        let special = if self.situation == GUARDED { String::new() } else { format!(", {}", self.situation) };
        let tokens = match self.tokens {
            TokenSource::Pool => "genuine ones of the target's own pool, and forgeries under foreign keys",
            TokenSource::Issuer => "minted by the harness as the issuer, and forgeries",
        };
        format!("{profile} for {} tokens, {scopes}{special}; tokens: {tokens}", self.token)
    }
}

impl TokenKind {
    /// The name in the settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Id => "ID",
            Self::Access => "access",
        })
    }
}

impl GuardNeed {
    /// Whether it is a matter of how a guard is set up, so that a scenario with this need is about other guards than one
    /// that does not meet it.
    pub const fn is_set_up(self) -> bool {
        !matches!(self, Self::Echo | Self::IssuerKey | Self::PlainHttp | Self::Token(_))
    }

    /// Whether `name`, without `guard.`, can be such a need.
    ///
    /// # Errors
    /// What is possible.
    pub fn check_name(name: &str) -> Result<(), String> {
        let token = |rest: &str| Genuine::ALL.iter().any(|genuine| genuine.name() == rest);
        if name == "echo" || name.strip_prefix("token.").is_some_and(token) {
            return Ok(());
        }
        let tokens = Genuine::ALL.map(Genuine::name).join(", ");
        Err(format!(
            "unknown need \"guard.{name}\"; possible: guard.echo, guard.token.X with X one of {tokens}"
        ))
    }
}

/// As reports and settings name it, without `guard.`.
impl fmt::Display for GuardNeed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Situation(situation) => write!(out, "guard.situation.{situation}"),
            Self::Scopes => out.write_str("guard.scopes"),
            Self::SeveralScopes => out.write_str("guard.several-scopes"),
            Self::SingleScope => out.write_str("guard.single-scope"),
            Self::Scope(scope) => write!(out, "guard.scope.{scope}"),
            Self::NoScopes => out.write_str("guard.no-scopes"),
            Self::Audience => out.write_str("guard.audience"),
            Self::NoAudience => out.write_str("guard.no-audience"),
            Self::Takes(kind) => write!(out, "guard.takes-{}", kind.name()),
            Self::Authorization => out.write_str("guard.authorization-header"),
            Self::OtherHeader => out.write_str("guard.other-header"),
            Self::Echo => out.write_str("guard.echo"),
            Self::IssuerKey => out.write_str("guard.issuer-key"),
            Self::PlainHttp => out.write_str("guard.plain-http"),
            Self::Token(genuine) => write!(out, "guard.token.{genuine}"),
        }
    }
}
