//! The claims of the token that userInfo was shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::claims;
use crate::fault::Fault;
use crate::pool::Pool;

/// The claims of an access token of this pool.
pub(super) fn of(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    claims::verified_access(call, pool, token)
        .or_else(|| id_claims(call, pool, token).filter(|_| call.has(Fault::USERINFO_OF_ID_TOKEN)))
        .or_else(|| unverified(call, pool, token).filter(|_| is_excused(call, token)))
}

/// The claims of an ID token as if it were an access token: the fault of confusing the two.
fn id_claims(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    let mut claims = call.shared.keys.set(pool.key_set).id_token.verify(token)?.as_object()?.clone();
    for (name, of) in [("username", "cognito:username"), ("client_id", "aud")] {
        let value = claims.get(of)?.clone();
        claims.insert(name.to_owned(), value);
    }
    claims.insert("scope".to_owned(), "openid".into());
    Some(claims)
}

/// The claims of an access token that anyone may have made: the fault of not verifying it.
fn unverified(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    let claims = decoded(token, 1)?.as_object()?.clone();
    let ours = claims.get("iss")?.as_str()? == call.issuer(&pool.id);
    (ours && claims.get("token_use")? == "access").then_some(claims)
}

/// Whether a fault lets a signature pass that is none.
fn is_excused(call: &Call<'_>, token: &str) -> bool {
    let says_none = || decoded(token, 0).is_some_and(|header| header["alg"] == "none");
    call.has(Fault::USERINFO_SIGNATURE_UNCHECKED) || (says_none() && call.has(Fault::USERINFO_UNSIGNED_TAKEN))
}

/// One part of a token as JSON.
fn decoded(token: &str, part: usize) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(part)?).ok()?).ok()
}
