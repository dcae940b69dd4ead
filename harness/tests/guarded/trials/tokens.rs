//! Tokens in parts.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::{CLIENT, READ, WRITE};

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The claims of a good access token with these members instead; `null` leaves one out.
pub(crate) fn claims(issuer: &str, instead: &Value) -> Value {
    let mut claims = json!({
        "iss": issuer, "token_use": "access", "client_id": CLIENT, "scope": format!("{READ} {WRITE}"),
        "sub": "someone", "jti": "one", "exp": now() + 3600, "iat": now(),
    });
    let members = claims.as_object_mut().unwrap();
    members.extend(instead.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    claims
}

pub(crate) fn part(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Header and payload, which a signature is for.
pub(crate) fn encoded(header: &Value, claims: &Value) -> String {
    format!("{}.{}", part(header.to_string()), part(claims.to_string()))
}

/// A token with HS256 and this secret.
pub(crate) fn hs256(kid: &str, claims: &Value, secret: &[u8]) -> String {
    let text = encoded(&json!({ "alg": "HS256", "kid": kid }), claims);
    let key = EncodingKey::from_secret(secret);
    format!("{text}.{}", crypto::sign(text.as_bytes(), &key, Algorithm::HS256).unwrap())
}
