//! Tokens that anyone may have made, and an authorizer that does not verify what is to be verified: only defects.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::super::verify::{Claims, Wrong, key_set, object};
use crate::call::Call;
use crate::fault::Fault;
use crate::state::State;

/// The faults of not verifying what is to be verified: the claims of a token that anyone may have made.
pub(super) fn forged(
    call: &Call<'_>,
    state: &State,
    pool: &str,
    token: &str,
    wrong: &Wrong,
) -> Option<Claims> {
    let parts: Vec<&str> = token.split('.').collect();
    let header = object(parts.first()?).unwrap_or_default();
    let claims = object(parts.get(1)?)?;
    let text = |name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default();
    let passes = match wrong {
        Wrong::Segments if parts.len() == 2 => call.has(Fault::GUARD_REST_TWO_PARTS_TAKEN),
        Wrong::Algorithm(alg) if alg.starts_with("HS") => {
            call.has(Fault::GUARD_REST_PUBLIC_KEY_IS_SECRET)
                && has_public_secret(call, state, pool, token, alg)
        }
        Wrong::Algorithm(alg) if alg.eq_ignore_ascii_case("none") => {
            // The check for "none" is there, and knows one spelling.
            call.has(Fault::GUARD_REST_NONE_TAKEN)
                || call.has(Fault::GUARD_REST_NONE_IN_CAPITALS) && alg != "none"
                || call.has(Fault::GUARD_REST_NONE_SIGNED) && !token.ends_with('.')
        }
        Wrong::Algorithm(alg) if alg.is_empty() => call.has(Fault::GUARD_REST_ALG_EMPTY),
        Wrong::Algorithm(_) => call.has(Fault::GUARD_REST_OTHER_ALGORITHM_TAKEN),
        Wrong::Key if text("kid").is_empty() => call.has(Fault::GUARD_REST_NAMELESS_KEY_TAKEN),
        Wrong::Key => call.has(Fault::GUARD_REST_UNKNOWN_KEY_TAKEN),
        Wrong::Signature if token.ends_with('.') && call.has(Fault::GUARD_REST_EMPTY_SIGNATURE_TAKEN) => true,
        Wrong::Signature => {
            call.has(Fault::GUARD_REST_SIGNATURE_UNCHECKED)
                || call.has(Fault::GUARD_REST_KEY_OF_TOKEN) && has_key_of_its_own(&header, token)
                || call.has(Fault::GUARD_REST_LAST_BYTE_UNCHECKED) && begins_right(call, state, pool, token)
        }
        _ => false,
    };
    passes.then_some(claims)
}

pub(super) fn is_unreadable(token: &str) -> bool {
    token.split('.').count() != 3 && token.split('.').next().and_then(object).is_none()
}

/// Whether the modulus of a key of the pool, or nothing, is the secret of an HMAC.
fn has_public_secret(call: &Call<'_>, state: &State, pool: &str, token: &str, alg: &str) -> bool {
    let algorithm = match alg {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    let Some((signed, signature)) = token.rsplit_once('.') else { return false };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
    let Some(pool) = state.pools.get(pool) else { return false };
    let keys = key_set(&call.shared.keys.set(pool.key_set).public(&call.shared.faults));
    let mut secrets = vec![Vec::new()];
    for (modulus, _) in keys.values() {
        secrets.extend([URL_SAFE_NO_PAD.encode(modulus).into_bytes(), modulus.clone()]);
    }
    secrets
        .iter()
        .any(|secret| hmac::verify(&hmac::Key::new(algorithm, secret), signed.as_bytes(), &signature).is_ok())
}

/// Whether the `jwk` in the header verifies the token.
fn has_key_of_its_own(header: &Map<String, Value>, token: &str) -> bool {
    let number = |name: &str| {
        let text = header.get("jwk")?.get(name)?.as_str()?;
        URL_SAFE_NO_PAD.decode(text).ok()
    };
    let verifies = || {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()
    };
    verifies().is_some()
}

/// Whether header and claims were signed as they stand there by a key of the pool, and only the signature is damaged: the
/// double knows by signing them itself.
fn begins_right(call: &Call<'_>, state: &State, pool: &str, token: &str) -> bool {
    let resigned = || {
        let pool = state.pools.get(pool)?;
        let set = call.shared.keys.set(pool.key_set);
        let parts: Vec<&str> = token.split('.').collect();
        let header = object(parts.first()?)?;
        let claims = Value::Object(object(parts.get(1)?)?);
        let key = [&set.id_token, &set.access_token]
            .into_iter()
            .find(|key| Some(key.kid.as_str()) == header.get("kid").and_then(Value::as_str))?;
        key.sign(&claims)
    };
    resigned().is_some_and(|right| {
        let (right, given) = (right.rsplit_once('.'), token.rsplit_once('.'));
        right.zip(given).is_some_and(|((signed, right), (same, given))| {
            signed == same && right.get(..8).is_some_and(|beginning| given.starts_with(beginning))
        })
    })
}
