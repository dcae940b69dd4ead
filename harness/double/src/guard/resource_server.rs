//! Services that verify tokens themselves, as RFC 6750 and RFC 8725 would have them, and as the AWS guide tells services
//! to verify the tokens of a pool ("Verifying JSON web tokens").
//!
//! The checks, in this order: one bearer token in one place, three parts of JSON objects, `RS256` and a known `kid`, the
//! signature; then `exp` and `nbf`, `iss`, `token_use`, the client, and the scopes. Nothing in a token is believed before
//! its signature is (`rs.scope.checked-after-signature`).

mod certificate;
mod claims;
mod presented;
mod signature;
mod token;

use serde_json::{Map, Value, json};

use self::presented::Presented;
use self::token::Token;
use super::memory::Caches;
use super::verify::Trusted;
use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::seed::{IDENTIFIERS, MAIN_POOL, RESOURCE_SERVER};
use crate::state::State;

/// The kind of token that a service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `token_use` is `id`, and the client stands in `aud`.
    Id,
    /// `token_use` is `access`, and the client stands in `client_id`.
    Access,
}

/// Faults of remembering tokens.
const CACHES: Caches = Caches {
    beginning: Some(Fault::GUARD_RS_SEEN_BEGINNING),
    message: Some(Fault::GUARD_RS_SEEN_MESSAGE),
    jti: Some(Fault::GUARD_RS_SEEN_JTI),
    outlives: Some(Fault::GUARD_RS_OUTLIVES),
    third_time: Some(Fault::GUARD_RS_THIRD_TIME),
};

/// The clients of the issuer outside: role and id.
const OF_ISSUER: [(&str, &str); 2] =
    [("web", "poolproofwebclient00000001"), ("machine", "poolproofmachineclient0001")];

/// What a service expects of a token.
#[derive(Debug)]
struct Service {
    trusted: Trusted,
    issuer: String,
    kind: Kind,
    /// The roles of the clients whose tokens it takes.
    roles: &'static [&'static str],
    /// The scopes of which a token needs one; none where scopes are not asked for.
    scopes: Vec<String>,
}

impl Service {
    /// The service of this name.
    fn named(call: &Call<'_>, name: &str) -> Option<Self> {
        let (of_issuer, name) = match name.strip_prefix("issuer-") {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let (kind, roles, scopes): (_, &'static [&'static str], &[&str]) = match name {
            "access" if of_issuer => (Kind::Access, &["web", "machine"], &["read", "write"]),
            "access" | "no-keys" | "preflight" if !of_issuer => (Kind::Access, &["web"], &[]),
            "scopes" if !of_issuer => (Kind::Access, &["web", "machine"], &["read"]),
            "id" => (Kind::Id, &["web"], &[]),
            _ => return None,
        };
        let (trusted, issuer) = if of_issuer {
            (Trusted::Issuer, call.shared.trusted.url()?.to_owned())
        } else {
            // A pool that is not there has no keys to read.
            let pool = if name == "no-keys" { "" } else { MAIN_POOL };
            (Trusted::Pool(pool.to_owned()), call.issuer(MAIN_POOL))
        };
        let scopes = scopes.iter().map(|scope| format!("{RESOURCE_SERVER}/{scope}")).collect();
        Some(Self { trusted, issuer, kind, roles, scopes })
    }

    /// The ids of the clients whose tokens it takes.
    fn clients(&self) -> impl Iterator<Item = &'static str> {
        let outside = self.trusted == Trusted::Issuer;
        let ids = OF_ISSUER.into_iter().filter(move |_| outside);
        let own = IDENTIFIERS.iter().filter(move |_| !outside).map(|client| (client.role, client.id));
        ids.chain(own).filter(|(role, _)| self.roles.contains(role)).map(|(_, id)| id)
    }
}

/// Why a request is refused (RFC 6750 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// There is no bearer token: the challenge names no error (`rs.transport.no-token`).
    NoToken,
    /// More than one token, or an empty one (`rs.transport.empty-bearer`, `rs.transport.two-methods`).
    InvalidRequest,
    /// A token that is not good here.
    InvalidToken,
    /// A good token without the scopes that are needed (`rs.scope.missing`).
    InsufficientScope,
    /// A token that nothing is known about, because the keys cannot be read (`rs.key.jwks-unreachable`).
    NoKeys,
    /// What only a defect can bring about.
    Crash,
}

/// The answer of a service.
pub(crate) fn answer(call: &Call<'_>, state: &mut State, name: &str) -> Answer {
    let Some(service) = Service::named(call, name) else { return Answer::empty(404) };
    if call.method() == "OPTIONS" && name == "preflight" {
        if call.has(Fault::GUARD_RS_PREFLIGHT) {
            return Answer::empty(500);
        }
        // A browser sends no token with a preflight (Fetch standard, "CORS-preflight fetch"; `rs.cors.preflight`).
        return Answer::empty(200)
            .with("Access-Control-Allow-Origin", "*".to_owned())
            .with("Access-Control-Allow-Methods", "GET".to_owned())
            .with("Access-Control-Allow-Headers", "authorization".to_owned());
    }
    if call.method() != "GET" {
        return Answer::method_not_allowed("GET");
    }
    let (text, outcome) = match presented::token(call) {
        Ok(Presented::Nothing) => (String::new(), Ok(Map::new())),
        Ok(Presented::Token(text)) => {
            let outcome = service.remembering(call, state, &text, name);
            (text, outcome)
        }
        Err(refusal) => (String::new(), Err(refusal)),
    };
    match outcome {
        Ok(claims) => Answer::json(200, &json!({ "claims": claims })),
        Err(refusal) => service.refuse(call, refusal, &text),
    }
}

impl Service {
    /// Nothing that was found out before counts, but for faults.
    fn remembering(
        &self,
        call: &Call<'_>,
        state: &mut State,
        text: &str,
        name: &str,
    ) -> Result<Map<String, Value>, Refusal> {
        CACHES.through(call, state, (&format!("rs {name}"), text), |state| self.check(call, state, text))
    }

    fn check(&self, call: &Call<'_>, state: &mut State, text: &str) -> Result<Map<String, Value>, Refusal> {
        let token = token::read(call, text)?;
        let header_and_signature = trace(&token);
        if call.has(Fault::GUARD_RS_SCOPE_FIRST) {
            claims::scopes(self, call, &token.claims)?;
        }
        if !(call.has(Fault::GUARD_RS_SEEN_SIGNATURE) && state.seen.contains(&header_and_signature)) {
            signature::verify(self, call, state, &token)?;
        }
        claims::check(self, call, &token.claims)?;
        if call.has(Fault::GUARD_RS_ASKS_POOL) && has_ended(state, &token.claims) {
            return Err(Refusal::InvalidToken);
        }
        if call.has(Fault::GUARD_RS_SEEN_SIGNATURE) {
            state.seen.insert(header_and_signature);
        }
        Ok(token.claims)
    }

    fn refuse(&self, call: &Call<'_>, refusal: Refusal, token: &str) -> Answer {
        let (status, error) = match refusal {
            Refusal::NoToken => (401, None),
            Refusal::InvalidRequest => (400, Some("invalid_request")),
            Refusal::InvalidToken if call.has(Fault::GUARD_RS_ERROR_IS_REQUEST) => {
                (401, Some("invalid_request"))
            }
            Refusal::InvalidToken => (401, Some("invalid_token")),
            // Nothing is known of the token, so nothing is said of it.
            Refusal::NoKeys => return Answer::empty(503),
            Refusal::InsufficientScope if call.has(Fault::GUARD_RS_SCOPE_IS_400) => {
                (400, Some("invalid_request"))
            }
            Refusal::InsufficientScope => (403, Some("insufficient_scope")),
            Refusal::Crash => return Answer::empty(500),
        };
        // A challenge has one parameter at least (RFC 6750 section 3).
        let mut challenge = vec!["Bearer realm=\"poolproof\"".to_owned()];
        challenge.extend(error.map(|error| format!("error=\"{error}\"")));
        if refusal == Refusal::InsufficientScope {
            challenge.push(format!("scope=\"{}\"", self.scopes.join(" ")));
        }
        let mut body = json!({ "message": "The request was refused." });
        if call.has(Fault::GUARD_RS_TOKEN_REPEATED) {
            body["token"] = token.into();
        }
        let answer = Answer::json(status, &body);
        let forbidden = refusal == Refusal::InsufficientScope;
        if call.has(Fault::GUARD_RS_NO_CHALLENGE)
            || forbidden && call.has(Fault::GUARD_RS_FORBIDDEN_WITHOUT_CHALLENGE)
        {
            answer
        } else {
            answer.with("WWW-Authenticate", challenge.join(", "))
        }
    }
}

/// Whether the session of a token has ended: a service that verifies tokens itself does not know
/// (`rs.revocation.offline`).
fn has_ended(state: &State, claims: &Map<String, Value>) -> bool {
    let origin = claims.get("origin_jti").and_then(Value::as_str).unwrap_or_default();
    state.sign_ins.get(origin).is_some_and(|sign_in| {
        sign_in.revoked || state.active_user(&sign_in.pool_id, &sign_in.username, &sign_in.sub).is_none()
    })
}

/// What a service that forgets the claims of a token would remember.
fn trace(token: &Token) -> String {
    let header = token.signed.split('.').next().unwrap_or_default();
    format!("rs signature {header} {:?}", token.signature)
}
