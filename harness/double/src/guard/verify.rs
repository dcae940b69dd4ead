//! What every guard asks of a token: three parts, a known key, its algorithm, the signature; and the claims behind it.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::state::State;

/// Whom a guard trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trusted {
    /// A pool of the double, by its id.
    Pool(String),
    /// The issuer that the double was told to trust.
    Issuer,
}

/// Why a token is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It has not three parts.
    Segments,
    /// A part is no Base64url, or no JSON object.
    Unreadable,
    /// Its algorithm is another one than that of the keys.
    Algorithm(String),
    /// It names no key of the issuer.
    Key,
    /// The keys of the issuer cannot be read.
    Keys,
    /// The signature is not that of the key.
    Signature,
}

/// The claims of a token whose signature is good.
pub(crate) type Claims = Map<String, Value>;

/// The claims of a token that the issuer signed. Nothing is said of the claims themselves.
///
/// # Errors
/// The first thing that is wrong.
pub(crate) fn signed_claims(
    call: &Call<'_>,
    state: &State,
    trusted: &Trusted,
    token: &str,
) -> Result<Claims, Wrong> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return Err(Wrong::Segments) };
    let header = object(header).ok_or(Wrong::Unreadable)?;
    let claims = object(claims).ok_or(Wrong::Unreadable)?;
    let algorithm = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if algorithm != "RS256" {
        return Err(Wrong::Algorithm(algorithm.to_owned()));
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(Wrong::Key)?;
    let keys = keys(call, state, trusted, kid)?;
    let (modulus, exponent) = keys.get(kid).ok_or(Wrong::Key)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Wrong::Unreadable)?;
    let (signed, _) = token.rsplit_once('.').ok_or(Wrong::Segments)?;
    RsaPublicKeyComponents { n: modulus, e: exponent }
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .map_err(|_| Wrong::Signature)?;
    Ok(claims)
}

/// The JSON object that a part of a token is.
pub(super) fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Keys by their id: modulus and exponent.
pub(crate) type KeySet = BTreeMap<String, (Vec<u8>, Vec<u8>)>;

/// The keys of whom a guard trusts.
///
/// # Errors
/// [`Wrong::Keys`] where they cannot be read.
pub(crate) fn keys(call: &Call<'_>, state: &State, trusted: &Trusted, kid: &str) -> Result<KeySet, Wrong> {
    match trusted {
        Trusted::Pool(id) => {
            let pool = state.pools.get(id).ok_or(Wrong::Keys)?;
            Ok(key_set(&call.shared.keys.set(pool.key_set).public(&call.shared.faults)))
        }
        Trusted::Issuer => call.shared.trusted.keys_with(kid).ok_or(Wrong::Keys),
    }
}

/// The RSA keys of a JSON Web Key Set (RFC 7517, RFC 7518 section 6.3.1).
pub(crate) fn key_set(document: &Value) -> KeySet {
    let text = |key: &Value, member: &str| key.get(member).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &Value, member: &str| URL_SAFE_NO_PAD.decode(text(key, member)?).ok();
    // A key for encryption signs nothing (RFC 7517 section 4.2).
    let signs = |key: &&Value| key.get("use").is_none_or(|purpose| purpose == "sig");
    let entry = |key: &Value| Some((text(key, "kid")?, (number(key, "n")?, number(key, "e")?)));
    document
        .get("keys")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(signs)
        .filter_map(entry)
        .collect()
}
