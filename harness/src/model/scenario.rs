//! A scenario: one property of a target, held against one snapshot.

use proptest::strategy::BoxedStrategy;

use super::case::Case;
use super::guard::{GUARDED, GuardNeed};
use super::ledger::Profile;
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

impl Scenario {
    /// The situation of the guards that it is about.
    pub fn situation(&self) -> &'static str {
        let special = self.needs.iter().find_map(|need| match need {
            Need::Guard(GuardNeed::Situation(situation)) => Some(*situation),
            _ => None,
        });
        special.unwrap_or(GUARDED)
    }
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
    /// The same with a single case, because there is no input that could vary.
    Once,
}

impl Effort {
    /// Whether a case has to be alone with the target.
    pub const fn is_alone(self) -> bool {
        matches!(self, Self::Exclusive | Self::Once)
    }
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
    /// The same; a set that is the one noted as this input of the case is shown as such.
    ScopesOf(&'static str),
    /// Which scopes the access token has besides these, if there is one at all. Only such a scope counts as granted then.
    FurtherScopes(&'static [&'static str]),
    /// A claim of a token in the body.
    Claim(Token, &'static str),
    /// Whether a claim is the same as in the answer of an earlier step.
    SameClaim(Token, &'static str, &'static str),
    /// Whether the access token is one for the client with this role. Only such a token counts as granted then.
    TokenFor(&'static str),
    /// Whether the refresh token is the one of an earlier step, another one, or absent.
    RefreshTokenAgainst(&'static str),
    /// Where the answer leads a browser that asked to sign in: a [`Place`](super::place::Place).
    LeadsTo,
    /// Where the answer leads a browser that asked to sign out.
    LeavesTo,
    /// What the URL that a redirect leads to carries of an OAuth answer, apart for query and fragment.
    Carries,
    /// Whether `state` came back at the callback as it was sent.
    StateEcho,
    /// A parameter of the URL that a redirect leads to.
    RedirectParam(&'static str),
    /// Whether a parameter of the URL that a redirect leads to is that of the request.
    ParamKept(&'static str),
    /// Whether the URL that a redirect leads to has every parameter of the request.
    QueryKept,
    /// Whether a cookie is set, and which of its guards it lacks: `HttpOnly`, `SameSite` (`Lax` or `Strict`), the path
    /// `/`, and `Secure`, which is not asked for over plain HTTP.
    CookieGuards(&'static str),
    /// The sign-in form of a page: what it lacks of `POST`, the fields `username` and `password`, and a hidden field
    /// against forged requests.
    SignInForm,
    /// The scopes in the URL that a redirect leads to, as a sorted set.
    RedirectScopes,
    /// Whether the request was met: a status of 200 to 299. Counts as granted.
    Accepted,
    /// The error of a bearer challenge (RFC 6750 section 3), else of the JSON body.
    BearerError,
    /// The form of a bearer challenge: its scheme, if it names one, and its parameters.
    Challenge,
    /// Whether a refusal has no body, or a JSON object with a text `error`.
    ErrorBody,
    /// Whether the JSON body says something about a user, whatever the status: a member `sub`, `username`, `email` or
    /// `phone_number`. Counts as granted.
    Disclosed,
    /// A member of the JSON body: its text, or its JSON type.
    Member(&'static str),
    /// The JSON type of a member of the JSON body.
    MemberKind(&'static str),
    /// Which of these members the JSON body lacks.
    Members(&'static [&'static str]),
    /// Which of these members the JSON body has although it should not.
    NoMembers(&'static [&'static str]),
    /// Whether the JSON body has the same members as that of an earlier step.
    SameMembers(&'static str),
    /// Whether a list in the JSON body has all of these texts.
    Lists(&'static str, &'static [&'static str]),
    /// Which texts of a list in the JSON body have this text in them.
    ListedWith(&'static str, &'static str),
    /// Whether a member of the JSON body is the URL of an endpoint of the target.
    MemberIsUrlOf(&'static str, super::endpoint::Endpoint),
    /// Whether a member of the JSON body is the claim of the same token in an earlier step.
    MemberIsClaim(&'static str, Token, &'static str, &'static str),
    /// The JSON type of a claim.
    ClaimKind(Token, &'static str),
    /// Which of these claims a token lacks.
    Claims(Token, &'static [&'static str]),
    /// Which of these claims a token has although it should not.
    NoClaims(Token, &'static [&'static str]),
    /// Which members the header of a token lacks, of `kid` and `alg`, and its algorithm.
    TokenHeader(Token),
    /// Whether a relation between values of the answer holds.
    Holds(super::relation::Relation),
    /// Whether a number in the answer is the one noted as an input of the case, within a second.
    Seconds(super::relation::Span, &'static str),
    /// Whether the signature of a token verifies with the key that it names, in the key set of an earlier step.
    Signature(Token, &'static str),
    /// What the keys of a JSON Web Key Set are like (RFC 7517).
    KeySet,
    /// Whether every step answers as a reference model predicts: the first that does not, and how it differs. What is
    /// handed out against a prediction counts as granted.
    Model(&'static super::prediction::Model),
    /// Whether a guard let the request in: a status of 200 to 299. Counts as granted.
    Admitted,
    /// The text of the body, as far as it is short.
    Body,
    /// Whether the body contains a text.
    BodyContains(&'static str),
    /// A parameter of a challenge (RFC 9110 section 11.6.1): its value. Tolerates blanks for commas.
    ChallengeParam(&'static str),
    /// Whether a header field contains a text.
    HeaderContains(&'static str, &'static str),
    /// Whether the answer shows a token: in its body or in a header field stands a text in the form of one.
    ShowsToken,
    /// In which form the backend of a guard sees a claim, as far as its answer shows what it saw.
    Echoed(&'static str),
    /// Which scopes an HTTP API hands to its backend beside the claims: none, or all of the token's.
    EchoedScopes,
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

    /// The kind of guard that the suite is about, from its name: `guard::rest`, `guard::http` or
    /// `guard::resource-server`, with what follows. `None` for the endpoints of a user pool.
    pub fn guards(&self) -> Option<Profile> {
        let mut words = self.name.split("::");
        match (words.next(), words.next()) {
            (Some("guard"), Some("rest")) => Some(Profile::Rest),
            (Some("guard"), Some("http")) => Some(Profile::Http),
            (Some("guard"), Some("resource-server")) => Some(Profile::ResourceServer),
            _ => None,
        }
    }

    /// The folder of the suite's snapshots, below `reference` or `accepted/<target>`.
    pub fn folder(&self) -> String {
        self.name.replace("::", "/")
    }
}
