//! A verifier by the book (RFC 7515 section 5.2, RFC 7519 section 7.2, RFC 8725), for one profile.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value as Json;

use super::super::{Kind, Mint, Profile};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The claims of a token, unverified.
pub(crate) fn claims_of(token: &str) -> Option<Json> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?).ok()
}

/// Why the token is refused by a guard of this issuer, if it is.
pub(super) fn verify(token: &str, mint: &Mint, profile: &Profile) -> Result<(), String> {
    verify_against(token, &mint.own.key_set(), mint.own.issuer(), profile)
}

/// The same with a key set that was read before.
pub(crate) fn verify_against(
    token: &str,
    key_set: &Json,
    issuer: &str,
    profile: &Profile,
) -> Result<(), String> {
    let said = |error: jsonwebtoken::errors::Error| format!("{:?}", error.kind());
    let header = decode_header(token).map_err(said)?;
    let kid = header.kid.ok_or("no kid")?;
    let keys: JwkSet = serde_json::from_value(key_set.clone()).unwrap();
    let key = keys.find(&kid).ok_or("unknown kid")?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "iss"]);
    validation.validate_aud = false;
    let claims: Json = decode(token, &DecodingKey::from_jwk(key).unwrap(), &validation).map_err(said)?.claims;
    let text = |name: &str| claims.get(name).and_then(Json::as_str).unwrap_or_default();
    let (token_use, client) = match profile.good {
        Kind::Id => ("id", "aud"),
        Kind::Access => ("access", "client_id"),
    };
    if text("token_use") != token_use {
        return Err("token_use".to_owned());
    }
    if ![&profile.client, &profile.machine_client].iter().any(|known| *known == text(client)) {
        return Err("client".to_owned());
    }
    Ok(())
}

/// Whether somebody takes it who reads HMAC with this secret.
pub(super) fn hmac_verifies(token: &str, secret: &[u8]) -> bool {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_aud = false;
    decode::<Json>(token, &DecodingKey::from_secret(secret), &validation).is_ok()
}

/// Whether somebody takes it who trusts the key in its own header.
pub(super) fn embedded_key_verifies(token: &str) -> bool {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap();
    let header: Json = serde_json::from_slice(&header).unwrap();
    let key: Jwk = serde_json::from_value(header["jwk"].clone()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_aud = false;
    decode::<Json>(token, &DecodingKey::from_jwk(&key).unwrap(), &validation).is_ok()
}
