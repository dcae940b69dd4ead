//! A JWT authorizer: where it finds the token, and what it asks of algorithm, key and signature.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::super::memory::Caches;
use super::super::verify::{Claims, KeySet, Trusted, Wrong, key_set, keys, object};
use super::api::{Api, Reachable, Source};
use super::claims;
use crate::call::Call;
use crate::fault::Fault;
use crate::state::State;

/// Faults of remembering tokens.
const CACHES: Caches = Caches {
    beginning: Some(Fault::GUARD_HTTP_SEEN_BEGINNING),
    message: None,
    jti: Some(Fault::GUARD_HTTP_SEEN_JTI),
    outlives: Some(Fault::GUARD_HTTP_OUTLIVES),
    third_time: Some(Fault::GUARD_HTTP_THIRD_TIME),
};

/// Why a request is refused.
pub(super) enum Refusal {
    /// There is no token.
    NoToken,
    /// The token is not taken, with the description of the challenge.
    Invalid(String),
    /// The token is expired.
    Expired,
    /// The token has none of the route's scopes.
    Scope,
}

/// The claims of a request that may pass.
///
/// # Errors
/// Why it may not.
pub(super) fn authorize(
    call: &Call<'_>,
    state: &mut State,
    api: &Api,
    path: &str,
) -> Result<Claims, Refusal> {
    let token = match token(call, api) {
        Ok(token) => token,
        Err(Refusal::NoToken) if call.has(Fault::GUARD_HTTP_OPEN) => return Ok(Claims::new()),
        Err(refusal) => return Err(refusal),
    };
    if token.is_empty() && call.has(Fault::GUARD_HTTP_EMPTY_TOKEN_PASSES) {
        return Ok(Claims::new());
    }
    if token.is_empty() {
        return Err(Refusal::NoToken);
    }
    CACHES.through(call, state, (&format!("http {path}"), &token), |state| {
        let verified = verified(call, state, api, &token)?;
        claims::check(call, state, api, &verified).map(|()| verified)
    })
}

/// The token at the identity source: alone or after `Bearer ` (`http.transport.raw-token`,
/// `http.transport.bearer-prefix`).
fn token(call: &Call<'_>, api: &Api) -> Result<String, Refusal> {
    let in_query = |name: &str| call.query().get(name).map(str::to_owned);
    let found = match api.source {
        Source::Query(_) if call.has(Fault::GUARD_HTTP_QUERY_SOURCE_IGNORED) => header(call),
        Source::Query(name) => in_query(name),
        Source::Header if call.has(Fault::GUARD_HTTP_QUERY_TOKEN) => {
            header(call).or_else(|| in_query("access_token"))
        }
        Source::Header => header(call),
    };
    let found = found.ok_or(Refusal::NoToken)?;
    let token = match found.strip_prefix("Bearer ") {
        Some(token) if call.has(Fault::GUARD_HTTP_SCHEME_REFUSED) => format!("Bearer {token}"),
        Some(token) => token.to_owned(),
        // The blank at the end of `Bearer ` does not survive the way (RFC 9110 section 5.5).
        None if found == "Bearer" => String::new(),
        None if call.has(Fault::GUARD_HTTP_RAW_TOKEN_REFUSED) && api.source == Source::Header => {
            return Err(Refusal::NoToken);
        }
        None => found,
    };
    let token = if call.has(Fault::GUARD_HTTP_TABS_REMOVED) { token.replace('\t', "") } else { token };
    let blanks_removed = call.has(Fault::GUARD_HTTP_BLANKS_REMOVED);
    Ok(if blanks_removed { token.split_whitespace().collect() } else { token.trim().to_owned() })
}

/// Every `Authorization`; two are joined by a comma, as everywhere in HTTP APIs.
fn header(call: &Call<'_>) -> Option<String> {
    let values = call.request.headers.get_all("authorization").iter();
    let values: Vec<String> =
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// The claims of a token whose algorithm, key and signature are good.
fn verified(call: &Call<'_>, state: &State, api: &Api, token: &str) -> Result<Claims, Refusal> {
    let parts: Vec<&str> = token.split('.').collect();
    let (header, payload, signature) = match parts.as_slice() {
        [header, payload, signature] => (header, payload, signature),
        [header, payload, signature, ..] if call.has(Fault::GUARD_HTTP_FURTHER_PARTS_IGNORED) => {
            (header, payload, signature)
        }
        [header, payload] if call.has(Fault::GUARD_HTTP_TWO_PARTS_PASS) => (header, payload, &""),
        // `http.token.garbage`, `http.token.two-part`, `http.token.opaque-refresh-token`.
        _ => return Err(invalid("token contains an invalid number of segments")),
    };
    let message = format!("{header}.{payload}");
    let (header, claims) = match (object(header), object(payload)) {
        (Some(header), Some(claims)) => (header, claims),
        (None, _) | (_, None) if call.has(Fault::GUARD_HTTP_UNREADABLE_PASSES) => return Ok(unread(api)),
        // The text is not known (`http.token.undecodable-segments`).
        _ => return Err(invalid("token is malformed")),
    };
    if signature.is_empty() && call.has(Fault::GUARD_HTTP_TWO_PARTS_PASS) {
        return Ok(claims);
    }
    let alg = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    // Algorithms of RSA alone (`http.token.es256`, `http.token.alg-none`, `http.token.hs256-public-key`).
    let Some(algorithm) = algorithm(alg) else {
        let passes = match alg {
            "none" => {
                call.has(Fault::GUARD_HTTP_NONE_ACCEPTED)
                    || !signature.is_empty() && call.has(Fault::GUARD_HTTP_NONE_SIGNED)
            }
            "" => call.has(Fault::GUARD_HTTP_ALG_EMPTY),
            "none " | " none" => call.has(Fault::GUARD_HTTP_NONE_TRIMMED),
            "HS256" if call.has(Fault::GUARD_HTTP_KID_PATH) => is_keyed_by_file(&header, &message, signature),
            "ES256" => call.has(Fault::GUARD_HTTP_ES256_ACCEPTED),
            _ => alg.eq_ignore_ascii_case("none") && call.has(Fault::GUARD_HTTP_NONE_IN_CAPITALS),
        };
        let keyed = call.has(Fault::GUARD_HTTP_HMAC_ACCEPTED)
            && is_keyed(call, state, api, alg, message.as_bytes(), signature);
        return if passes || keyed {
            Ok(claims)
        } else {
            Err(invalid(&format!("signing method {alg} is invalid")))
        };
    };
    let kid = header.get("kid").and_then(Value::as_str);
    let known = keys_of(call, state, api, kid.unwrap_or_default())?;
    let kid = kid.map(|kid| likened(call, &known, kid));
    let decoded = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let good = |key: &(Vec<u8>, Vec<u8>)| {
        let (n, e) = key;
        RsaPublicKeyComponents { n, e }.verify(algorithm, message.as_bytes(), &decoded).is_ok()
    };
    let own_key = header
        .get("jwk")
        .filter(|_| call.has(Fault::GUARD_HTTP_KEY_OF_HEADER))
        .map(|jwk| key_set(&json!({ "keys": [jwk] })).into_values().collect::<Vec<_>>());
    // The texts are not known (`http.token.unknown-kid`, `http.token.no-kid`, `http.token.foreign-signature`).
    match kid.and_then(|kid| known.get(&kid)) {
        _ if call.has(Fault::GUARD_HTTP_SIGNATURE_UNCHECKED) => {}
        _ if own_key.is_some_and(|keys| keys.iter().any(good)) => {}
        Some(key) if good(key) => {}
        Some(_) if call.has(Fault::GUARD_HTTP_KNOWN_KID_IS_ENOUGH) => {}
        Some(_) => return Err(invalid("crypto/rsa: verification error")),
        None if call.has(Fault::GUARD_HTTP_UNKNOWN_KID_ACCEPTED) => {}
        // The other pool of the issuer outside.
        None if call.has(Fault::GUARD_HTTP_ANY_POOL) && api.trusted == Trusted::Issuer => {}
        None if call.has(Fault::GUARD_HTTP_EVERY_KEY_TRIED) && known.values().any(good) => {}
        None => return Err(invalid("the token does not name a key of the issuer")),
    }
    Ok(claims)
}

/// The kid of a key of the issuer that a token names nearly: a defect. Else the one that it names.
fn likened(call: &Call<'_>, known: &KeySet, kid: &str) -> String {
    let like = |like: &dyn Fn(&str) -> bool| known.keys().find(|known| like(known)).cloned();
    let cased = like(&|known| known.eq_ignore_ascii_case(kid))
        .filter(|_| call.has(Fault::GUARD_HTTP_KID_CASE_IGNORED));
    let begun = like(&|known| kid.starts_with(known)).filter(|_| call.has(Fault::GUARD_HTTP_KID_BY_PREFIX));
    cased.or(begun).unwrap_or_else(|| kid.to_owned())
}

/// Whether a token is signed with what stands in the file that its kid names, where that is an empty one.
fn is_keyed_by_file(header: &Map<String, Value>, message: &str, signature: &str) -> bool {
    let kid = header.get("kid").and_then(Value::as_str).unwrap_or_default();
    let decoded = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    // HMAC fills a secret up with zeros, so that one zero is the same as nothing (RFC 2104 section 2).
    kid.trim_start_matches(['.', '/']) == "dev/null"
        && hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &[0]), message.as_bytes(), &decoded).is_ok()
}

/// The keys that count. Where they cannot be read, the refusal looks like that of a bad token (`http.keys.*`).
fn keys_of(call: &Call<'_>, state: &State, api: &Api, kid: &str) -> Result<KeySet, Refusal> {
    match api.keys {
        Reachable::NoKeySet if call.has(Fault::GUARD_HTTP_OTHER_KEY_TROUBLE) => {
            return Err(invalid("internal error"));
        }
        Reachable::NoKeySet if !call.has(Fault::GUARD_HTTP_KEYS_GUESSED) => {
            return Err(invalid("JWKS communication error"));
        }
        Reachable::NoDiscovery if !call.has(Fault::GUARD_HTTP_KEYS_GUESSED) => {
            return Err(invalid("OIDC discovery endpoint communication error"));
        }
        _ => {}
    }
    let trouble = |_: Wrong| invalid("OIDC discovery endpoint communication error");
    let mut known = keys(call, state, &api.trusted, kid).map_err(trouble)?;
    if call.has(Fault::GUARD_HTTP_ANY_POOL) {
        for pool in claims::pools(state) {
            known.extend(keys(call, state, &pool, kid).map_err(trouble)?);
        }
    }
    Ok(known)
}

fn algorithm(alg: &str) -> Option<&'static RsaParameters> {
    match alg {
        "RS256" => Some(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Some(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

/// Whether the token is signed with a public key as secret: the modulus as bytes or as it stands in the key set, or none.
fn is_keyed(call: &Call<'_>, state: &State, api: &Api, alg: &str, signed: &[u8], signature: &str) -> bool {
    let algorithm = match alg {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        _ => return false,
    };
    let Ok(known) = keys(call, state, &api.trusted, "") else { return false };
    let moduli = known.into_values().map(|(modulus, _)| modulus);
    let secrets = moduli.flat_map(|modulus| [URL_SAFE_NO_PAD.encode(&modulus).into_bytes(), modulus]);
    let decoded = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    secrets
        .chain([vec![0]])
        .any(|secret| hmac::verify(&hmac::Key::new(algorithm, &secret), signed, &decoded).is_ok())
}

/// The claims that let anything pass.
fn unread(api: &Api) -> Claims {
    let mut claims = Claims::new();
    claims.insert("iss".to_owned(), api.issuer.as_str().into());
    claims.insert("aud".to_owned(), api.audience.first().cloned().into());
    claims.insert("scope".to_owned(), api.scopes.join(" ").into());
    claims
}

fn invalid(reason: &str) -> Refusal {
    Refusal::Invalid(reason.to_owned())
}
