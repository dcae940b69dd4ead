//! Who signed a token: algorithm, key, signature.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::certificate;
use super::token::Token;
use super::{Refusal, Service};
use crate::call::Call;
use crate::fault::Fault;
use crate::guard::verify::{self, Trusted};
use crate::guard::{KeySet, key_set};
use crate::state::State;
use crate::trusted;

/// Modulus and exponent.
type Key = (Vec<u8>, Vec<u8>);

/// Verifies the signature of a token with the key of the issuer that it names.
pub(super) fn verify(
    service: &Service,
    call: &Call<'_>,
    state: &State,
    token: &Token,
) -> Result<(), Refusal> {
    // Nothing that could be critical is understood here (RFC 7515 section 4.1.11; `rs.format.crit`).
    let critical = token.header.get("crit");
    let known = critical.is_some_and(|names| names == &json!(["b64"])) && call.has(Fault::GUARD_RS_CRIT_B64);
    if critical.is_some() && !known && !call.has(Fault::GUARD_RS_CRIT) {
        return Err(Refusal::InvalidToken);
    }
    let named = token.header.get("alg").and_then(Value::as_str);
    // Cognito signs with RS256 alone, and its keys are for nothing else (`rs.alg.not-the-jwk-alg`).
    let algorithm = match named.unwrap_or_default() {
        "" if named.is_some() && call.has(Fault::GUARD_RS_ALG_EMPTY) => return Ok(()),
        "none" if !token.signature.is_empty() && call.has(Fault::GUARD_RS_NONE_SIGNED) => return Ok(()),
        "none " | " none" if call.has(Fault::GUARD_RS_NONE_TRIMMED) => return Ok(()),
        "RS256 " | " RS256" if call.has(Fault::GUARD_RS_ALG_TRIMMED) => &RSA_PKCS1_2048_8192_SHA256,
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "none" if call.has(Fault::GUARD_RS_ALG_NONE) => return Ok(()),
        "none" => return Err(Refusal::InvalidToken),
        alg if alg.eq_ignore_ascii_case("none") && call.has(Fault::GUARD_RS_ALG_NONE_ANY_CASE) => {
            return Ok(());
        }
        "HS256" => return with_public_key(service, call, state, token),
        "RS384" if call.has(Fault::GUARD_RS_OTHER_HASH) => &RSA_PKCS1_2048_8192_SHA384,
        "RS512" if call.has(Fault::GUARD_RS_OTHER_HASH) => &RSA_PKCS1_2048_8192_SHA512,
        "PS256" if call.has(Fault::GUARD_RS_OTHER_PADDING) => &RSA_PSS_2048_8192_SHA256,
        alg if alg.eq_ignore_ascii_case("RS256") && call.has(Fault::GUARD_RS_ALG_CASE) => {
            &RSA_PKCS1_2048_8192_SHA256
        }
        _ if named.is_none() && call.has(Fault::GUARD_RS_ALG_MISSING) => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(Refusal::InvalidToken),
    };
    let candidates = match candidates(service, call, state, token) {
        Err(Refusal::NoKeys) if call.has(Fault::GUARD_RS_NO_KEYS) => return Ok(()),
        candidates => candidates?,
    };
    let unsigned = token.signature.is_empty() && call.has(Fault::GUARD_RS_NO_SIGNATURE);
    let signed = |key: &Key| is_signed(token, key, algorithm);
    if unsigned || call.has(Fault::GUARD_RS_SIGNATURE) || candidates.iter().any(signed) {
        Ok(())
    } else {
        Err(Refusal::InvalidToken)
    }
}

fn is_signed(token: &Token, (n, e): &Key, algorithm: &'static RsaParameters) -> bool {
    let verifies = |text: &String| {
        RsaPublicKeyComponents { n, e }.verify(algorithm, text.as_bytes(), &token.signature).is_ok()
    };
    verifies(&token.signed) || verifies(&token.respelled)
}

/// The keys with which a token may be signed: the one of the issuer that it names. What the token says of keys besides is
/// not looked at (`rs.key.remote-references-ignored`).
fn candidates(service: &Service, call: &Call<'_>, state: &State, token: &Token) -> Result<Vec<Key>, Refusal> {
    let mut offered = offered(call, token);
    if service.trusted == Trusted::Issuer && call.has(Fault::GUARD_RS_KEY_USE) {
        offered.extend(for_anything(service, token));
    }
    if !offered.is_empty() {
        return Ok(offered);
    }
    match token.header.get("kid").map(Value::as_str) {
        Some(Some(kid)) => {
            let mut keys = keys(service, call, state, kid)?;
            let likened = |known: &&String| {
                known.eq_ignore_ascii_case(kid) && call.has(Fault::GUARD_RS_KID_CASE)
                    || kid.starts_with(known.as_str()) && call.has(Fault::GUARD_RS_KID_PREFIX)
            };
            let kid = keys.keys().find(likened).cloned().unwrap_or_else(|| kid.to_owned());
            match keys.remove(&kid) {
                Some(key) => Ok(vec![key]),
                None if kid.is_empty() && call.has(Fault::GUARD_RS_KID_EMPTY) => {
                    Ok(keys.into_values().collect())
                }
                None if call.has(Fault::GUARD_RS_KID_UNKNOWN) => Ok(keys.into_values().collect()),
                None => Err(Refusal::InvalidToken),
            }
        }
        None if call.has(Fault::GUARD_RS_KID_MISSING) => {
            Ok(keys(service, call, state, "")?.into_values().collect())
        }
        _ => Err(Refusal::InvalidToken),
    }
}

/// The keys of the issuer; read again where none has this name (`rs.key.rotation`).
fn keys(service: &Service, call: &Call<'_>, state: &State, kid: &str) -> Result<KeySet, Refusal> {
    if service.trusted == Trusted::Issuer
        && call.has(Fault::GUARD_RS_KEYS_READ_ONCE)
        && let Some(keys) = call.shared.trusted.keys_read()
    {
        return Ok(keys);
    }
    verify::keys(call, state, &service.trusted, kid).map_err(|_| Refusal::NoKeys)
}

/// The keys that a token brings or points to: a defect.
fn offered(call: &Call<'_>, token: &Token) -> Vec<Key> {
    let member = |name: &str, fault: Fault| token.header.get(name).filter(|_| call.has(fault));
    let text = |name: &str, fault: Fault| member(name, fault).and_then(Value::as_str);
    let mut found = Vec::new();
    if let Some(jwk) = member("jwk", Fault::GUARD_RS_JWK) {
        found.extend(key_set(&json!({ "keys": [jwk] })).into_values());
    }
    if let Some(set) = text("jku", Fault::GUARD_RS_JKU).and_then(trusted::fetched) {
        found.extend(serde_json::from_str(&set).map(|set| key_set(&set)).unwrap_or_default().into_values());
    }
    if let Some(chain) = member("x5c", Fault::GUARD_RS_X5C) {
        found.extend(chain.get(0).and_then(Value::as_str).and_then(certificate::key));
    }
    if let Some(pem) = text("x5u", Fault::GUARD_RS_X5U).and_then(trusted::fetched) {
        let lines = pem.lines().filter(|line| !line.starts_with("-----"));
        found.extend(certificate::key(&lines.collect::<String>()));
    }
    found
}

/// The key of the issuer that a token names, whatever it is for: a defect.
fn for_anything(service: &Service, token: &Token) -> Option<Key> {
    let text = trusted::fetched(&format!("{}/.well-known/jwks.json", service.issuer))?;
    let mut set: Value = serde_json::from_str(&text).ok()?;
    for key in set.get_mut("keys")?.as_array_mut()? {
        key.as_object_mut()?.remove("use");
    }
    key_set(&set).remove(token.header.get("kid")?.as_str()?)
}

/// HMAC with something that everybody knows: a defect, one for each form of the public key.
fn with_public_key(service: &Service, call: &Call<'_>, state: &State, token: &Token) -> Result<(), Refusal> {
    let kid = token.header.get("kid").and_then(Value::as_str).unwrap_or_default();
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    if call.has(Fault::GUARD_RS_KID_PATH) && kid.trim_start_matches(['.', '/']) == "dev/null" {
        secrets.push(Vec::new());
    }
    if [Fault::GUARD_RS_HMAC_PEM, Fault::GUARD_RS_HMAC_MODULUS].into_iter().any(|fault| call.has(fault)) {
        let (modulus, exponent) =
            keys(service, call, state, kid)?.remove(kid).ok_or(Refusal::InvalidToken)?;
        if call.has(Fault::GUARD_RS_HMAC_PEM) {
            let text = STANDARD.encode(certificate::spki(&modulus, &exponent));
            let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
            secrets.extend([format!("{pem}\n").into_bytes(), pem.into_bytes()]);
        }
        if call.has(Fault::GUARD_RS_HMAC_MODULUS) {
            secrets.push(modulus);
        }
    }
    let signed = |secret: &Vec<u8>| {
        // HMAC fills a secret up with zeros, so that one zero is the same as nothing (RFC 2104 section 2).
        let secret = if secret.is_empty() { &[0] } else { secret.as_slice() };
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, token.signed.as_bytes(), &token.signature).is_ok()
    };
    if secrets.iter().any(signed) { Ok(()) } else { Err(Refusal::InvalidToken) }
}
