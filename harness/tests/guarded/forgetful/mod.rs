//! The service of `right.rs` once more, by hand, because no library can be made to forget so much. Each check can be
//! left out, to see that a suite notices. Nothing in here is to be copied.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

use self::forgets::Forgotten;
use self::keys::Keys;
use super::right::{Refusal, json_answer};
use super::{Expectation, Running, run};

mod claims;
pub(crate) mod der;
mod forgets;
mod keys;
mod request;
mod signature;
mod token;

pub(crate) use self::forgets::Forgets;

/// Starts a service that leaves these checks out.
pub(crate) async fn serve(expect: Expectation, forgets: &[Forgets]) -> Running {
    let keys = Keys::of(&expect.issuer);
    let service = Service { expect, forgotten: Forgotten(forgets.to_vec()), keys, seen: Mutex::default() };
    run(Router::new().route("/", get(resource)).with_state(Arc::new(service))).await
}

/// One service: what it expects, what it forgets, what it knows and what it has seen.
struct Service {
    expect: Expectation,
    forgotten: Forgotten,
    keys: Keys,
    seen: Mutex<HashSet<String>>,
}

/// Why there is no 200.
enum Failure {
    Refused(Refusal),
    Broken,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

async fn resource(State(service): State<Arc<Service>>, uri: Uri, headers: HeaderMap) -> Response {
    let token = match request::token(&service.forgotten, &headers, &uri) {
        Ok(Some(token)) => token,
        Ok(None) => return json_answer(StatusCode::OK, &json!({ "claims": null })),
        Err(refusal) => return service.refuse(refusal, ""),
    };
    match service.check(&token).await {
        Ok(claims) => json_answer(StatusCode::OK, &json!({ "claims": claims })),
        Err(Failure::Refused(refusal)) => service.refuse(refusal, &token),
        Err(Failure::Broken) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Service {
    async fn check(&self, text: &str) -> Result<Map<String, Value>, Failure> {
        let token = token::read(&self.forgotten, text)?;
        let seen = Seen::of(&token);
        if self.has_seen(Forgets::SeenJti, seen.jti.as_ref())
            || self.has_seen(Forgets::SeenSub, seen.sub.as_ref())
        {
            return Ok(token.claims);
        }
        if self.forgotten.has(Forgets::ScopeFirst) {
            claims::scopes(&self.expect, &self.forgotten, &token.claims)?;
        }
        if !self.has_seen(Forgets::SeenSignature, seen.signature.as_ref()) {
            signature::verify(&self.keys, &self.forgotten, &token).await?;
        }
        claims::check(&self.expect, &self.forgotten, &token.claims)?;
        let mut known = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend([seen.jti, seen.sub, seen.signature].into_iter().flatten());
        Ok(token.claims)
    }

    fn has_seen(&self, check: Forgets, what: Option<&String>) -> bool {
        let known = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.has(check) && what.is_some_and(|what| known.contains(what))
    }

    fn refuse(&self, refusal: Refusal, token: &str) -> Response {
        let mut answer = refusal.into_response();
        if self.forgotten.has(Forgets::TokenEcho) {
            let headers = answer.headers().clone();
            answer = json_answer(answer.status(), &json!({ "message": format!("cannot accept {token}") }));
            answer.headers_mut().extend(headers);
        }
        if self.forgotten.has(Forgets::Challenge) {
            answer.headers_mut().remove(WWW_AUTHENTICATE);
        }
        answer
    }
}

/// What a service may remember of a token.
struct Seen {
    jti: Option<String>,
    sub: Option<String>,
    signature: Option<String>,
}

impl Seen {
    fn of(token: &token::Token) -> Self {
        let claim = |name: &str| Some(format!("{name} {}", token.claims.get(name)?));
        let header = token.signed.split('.').next().unwrap_or_default();
        Self {
            jti: claim("jti"),
            sub: claim("sub"),
            signature: Some(format!("signature {header} {}", token.signature)),
        }
    }
}
