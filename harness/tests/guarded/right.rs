//! A service that takes Cognito tokens as it should: what a reader may copy.
//!
//! The checks, in this order: one bearer token in one header (RFC 6750), a header with `RS256` and a `kid` and nothing
//! critical, a key of the pool with that `kid`, the signature, `exp` and `nbf`, then `iss`, `token_use`, the client, and
//! the scopes. Nothing in a token is believed before its signature is.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::{Expectation, Kind, Running, run};

/// How far the clocks of issuer and service may differ, in seconds.
const LEEWAY: u64 = 10;
/// How often the keys may be read: whoever sends unknown `kid`s must not make the service flood the issuer.
const BETWEEN_READS: Duration = Duration::from_secs(1);
/// How long the issuer may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Starts the service.
pub(crate) async fn serve(expect: Expectation) -> Running {
    run(Router::new().route("/", get(resource)).with_state(Arc::new(Guard::new(expect)))).await
}

/// The protected resource: it says which claims it was called with.
async fn resource(
    State(guard): State<Arc<Guard>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let claims = guard.check(bearer(&headers, &uri)?).await?;
    Ok(json_answer(StatusCode::OK, &json!({ "claims": claims })))
}

/// The token of a request, in the one place where it may stand.
fn bearer<'a>(headers: &'a HeaderMap, uri: &Uri) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Err(Refusal::NoToken) };
    let value = value.to_str().map_err(|_| Refusal::InvalidRequest)?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let token = token.trim_matches(' ');
    let in_query = uri.query().unwrap_or_default().split('&').any(|pair| pair.starts_with("access_token="));
    if values.next().is_some() || in_query {
        return Err(Refusal::InvalidRequest);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::NoToken);
    }
    if token.is_empty() { Err(Refusal::InvalidRequest) } else { Ok(token) }
}

/// What is expected, and what is known of the issuer.
struct Guard {
    expect: Expectation,
    validation: Validation,
    keys: Keys,
}

/// The claims that are looked at, and the others. A claim that stands there twice is an error.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    token_use: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Guard {
    fn new(expect: Expectation) -> Self {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true; // off by default
        validation.set_required_spec_claims(&["exp", "iss"]); // else an absent `iss` passes
        validation.set_issuer(&[&expect.issuer]);
        validation.validate_aud = false; // looked at below: access tokens have none, and then it would pass
        let keys = Keys::of(&expect.issuer);
        Self { expect, validation, keys }
    }

    /// The claims of a token that is good for this service.
    async fn check(&self, token: &str) -> Result<Claims, Refusal> {
        let header = decode_header(token).map_err(Refusal::invalid)?;
        // `jku`, `jwk`, `x5u` and `x5c` name keys of whoever made the token: they are not even looked at.
        let kid = header.kid.ok_or(Refusal::InvalidToken)?;
        if header.alg != Algorithm::RS256 || header.crit.is_some() {
            return Err(Refusal::InvalidToken);
        }
        let key = self.keys.find(&kid).await?;
        // Signature, `exp`, `nbf`, and an `iss` that is ours or a list with ours in it.
        let claims = decode::<Claims>(token, &key, &self.validation).map_err(Refusal::invalid)?.claims;
        if claims.iss != self.expect.issuer || claims.token_use != self.expect.token.token_use() {
            return Err(Refusal::InvalidToken);
        }
        let client = match self.expect.token {
            Kind::Id => &claims.aud,
            Kind::Access => &claims.client_id,
        };
        if client.as_ref() != Some(&self.expect.client) {
            return Err(Refusal::InvalidToken);
        }
        let granted = claims.scope.as_deref().unwrap_or_default();
        if self.expect.scopes.iter().all(|wanted| granted.split(' ').any(|scope| scope == wanted)) {
            Ok(claims)
        } else {
            Err(Refusal::InsufficientScope(self.expect.scopes.join(" ")))
        }
    }
}

/// The signing keys of the issuer, read when a `kid` is not among them.
struct Keys {
    url: String,
    http: reqwest::Client,
    known: RwLock<HashMap<String, DecodingKey>>,
    last_read: Mutex<Option<LastRead>>,
}

/// When the keys were read last, and whether that worked.
struct LastRead {
    at: Instant,
    worked: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// The members of a JSON Web Key that make it a key of Cognito; one without them is of no use here.
#[derive(Deserialize)]
struct SigningKey {
    kid: String,
    kty: String,
    alg: String,
    r#use: String,
    n: String,
    e: String,
}

impl Keys {
    fn of(issuer: &str) -> Self {
        // The address is known, so whoever redirects from it or stands between is not the issuer.
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client without certificates of its own");
        let url = format!("{issuer}/.well-known/jwks.json");
        Self { url, http, known: RwLock::default(), last_read: Mutex::default() }
    }

    /// The key with this `kid`.
    async fn find(&self, kid: &str) -> Result<DecodingKey, Refusal> {
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        // One reads, the others wait for what it finds.
        let mut last = self.last_read.lock().await;
        if let Some(key) = self.known(kid) {
            return Ok(key);
        }
        if last.as_ref().is_none_or(|last| last.at.elapsed() >= BETWEEN_READS) {
            let read = self.read().await;
            *last = Some(LastRead { at: Instant::now(), worked: read.is_ok() });
            if let Ok(keys) = read {
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = keys;
            }
        }
        let worked = last.as_ref().is_some_and(|last| last.worked);
        self.known(kid).ok_or(if worked { Refusal::InvalidToken } else { Refusal::Unavailable })
    }

    fn known(&self, kid: &str) -> Option<DecodingKey> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }

    async fn read(&self) -> reqwest::Result<HashMap<String, DecodingKey>> {
        let answer = self.http.get(&self.url).send().await?.error_for_status()?;
        let set: KeySet = answer.json().await?;
        // A key of another kind may stand there one day: it is passed over, and the others stay good.
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value::<SigningKey>(key).ok());
        let keys = keys.filter(|key| key.kty == "RSA" && key.alg == "RS256" && key.r#use == "sig");
        Ok(keys
            .filter_map(|key| Some((key.kid, DecodingKey::from_rsa_components(&key.n, &key.e).ok()?)))
            .collect())
    }
}

/// Why a request is refused, and what is said then (RFC 6750, section 3.1).
#[derive(Debug)]
pub(crate) enum Refusal {
    /// No bearer token at all: the challenge says how to come back and names no error.
    NoToken,
    /// More than one token, or an empty one.
    InvalidRequest,
    /// A token that is not good here. Why is nobody's business.
    InvalidToken,
    /// A good token without these scopes.
    InsufficientScope(String),
    /// The keys cannot be had, so nothing is known about the token.
    Unavailable,
}

impl Refusal {
    /// Whatever a library finds wrong with a token.
    pub(crate) fn invalid(_why: impl fmt::Display) -> Self {
        Self::InvalidToken
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, None),
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, Some("invalid_request")),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, Some("invalid_token")),
            Self::InsufficientScope(_) => (StatusCode::FORBIDDEN, Some("insufficient_scope")),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, Some("temporarily_unavailable")),
        };
        let challenge = match (&self, error) {
            (Self::Unavailable, _) => None, // another token would not help
            (Self::InsufficientScope(scope), Some(error)) => {
                Some(format!("Bearer error=\"{error}\", scope=\"{scope}\""))
            }
            (_, Some(error)) => Some(format!("Bearer error=\"{error}\"")),
            (_, None) => Some("Bearer".to_owned()),
        };
        let mut answer =
            json_answer(status, &json!({ "error": error, "message": status.canonical_reason() }));
        if let Some(challenge) = challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
            answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

/// An answer in JSON.
pub(crate) fn json_answer(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_string(body).unwrap_or_default();
    (status, [(CONTENT_TYPE, "application/json")], text).into_response()
}
