//! What a JWT authorizer asks of claims.

use serde_json::Value;

use super::super::verify::{Claims, Trusted};
use super::api::Api;
use super::authorizer::Refusal;
use crate::call::Call;
use crate::fault::Fault;
use crate::state::State;

/// A fault that allows this many seconds after the end of a token.
const GRACE: f64 = 3_600.0;

/// The same for the fault of a lenient clock.
const LENIENCE: f64 = 600.0;

/// Checks every claim that the guide names: `iss`, `aud` or `client_id`, `exp`, `nbf`, `iat`, then `scope` or `scp`.
///
/// # Errors
/// The first that does not fit.
pub(super) fn check(call: &Call<'_>, state: &State, api: &Api, claims: &Claims) -> Result<(), Refusal> {
    issuer(call, api, claims)?;
    audience(call, api, claims)?;
    times(call, claims)?;
    let ended = call.has(Fault::GUARD_HTTP_ENDED_REFUSED)
        && api.trusted != Trusted::Issuer
        && is_ended(state, claims);
    let unlike_rest = api.scopes.is_empty() && call.has(Fault::GUARD_HTTP_ID_TOKENS_ONLY);
    if ended || unlike_rest && text(claims, "token_use") != "id" {
        return Err(invalid("the token is not valid"));
    }
    if call.has(Fault::GUARD_HTTP_ACCESS_TOKENS_ONLY) && text(claims, "token_use") == "id" {
        return Err(invalid("the token is not an access token"));
    }
    if call.has(Fault::GUARD_HTTP_MACHINES_REFUSED)
        && claims.get("username").is_none()
        && text(claims, "token_use") == "access"
    {
        return Err(invalid("the token has no user"));
    }
    scopes(call, api, claims)
}

/// Letter by letter (`http.issuer.mismatch`, `http.issuer.trailing-slash`, `http.issuer.updated-format`).
fn issuer(call: &Call<'_>, api: &Api, claims: &Claims) -> Result<(), Refusal> {
    let iss = text(claims, "iss");
    let place = |url: &str| url.split_once("://").map(|(_, place)| place.to_owned());
    let last = |url: &str| url.rsplit('/').next().unwrap_or_default().to_owned();
    let fits = iss == api.issuer
        || call.has(Fault::GUARD_HTTP_ISSUER_UNCHECKED)
        || call.has(Fault::GUARD_HTTP_ANY_POOL)
        || call.has(Fault::GUARD_HTTP_ISSUER_SLASH_IGNORED)
            && iss.trim_end_matches('/') == api.issuer.trim_end_matches('/')
        || call.has(Fault::GUARD_HTTP_ISSUER_BY_POOL) && last(&iss) == last(&api.issuer)
        || call.has(Fault::GUARD_HTTP_ISSUER_BY_PREFIX) && iss.starts_with(&api.issuer)
        || call.has(Fault::GUARD_HTTP_ISSUER_CASE_IGNORED) && iss.eq_ignore_ascii_case(&api.issuer)
        || call.has(Fault::GUARD_HTTP_ISSUER_SCHEME_IGNORED) && place(&iss) == place(&api.issuer);
    if fits { Ok(()) } else { Err(invalid("issuer does not match")) }
}

/// `aud`, and `client_id` where there is none (`http.audience.mismatch`, `http.audience.client-id-fallback`,
/// `http.audience.aud-wins`).
fn audience(call: &Call<'_>, api: &Api, claims: &Claims) -> Result<(), Refusal> {
    if api.audience.is_empty() || call.has(Fault::GUARD_HTTP_AUDIENCE_UNCHECKED) {
        return Ok(());
    }
    let configured = match api.audience.as_slice() {
        [first, ..] if call.has(Fault::GUARD_HTTP_FIRST_AUDIENCE_ONLY) => std::slice::from_ref(first),
        [.., last] if call.has(Fault::GUARD_HTTP_LAST_AUDIENCE_ONLY) => std::slice::from_ref(last),
        all => all,
    };
    let named: Vec<String> = match claims.get("aud") {
        Some(_) if call.has(Fault::GUARD_HTTP_AUD_UNCHECKED) => return Ok(()),
        _ if call.has(Fault::GUARD_HTTP_CLIENT_ID_FIRST) && claims.contains_key("client_id") => {
            vec![text(claims, "client_id")]
        }
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(aud)) => vec![aud.clone()],
        Some(_) => Vec::new(),
        None if call.has(Fault::GUARD_HTTP_CLIENT_ID_IGNORED) => Vec::new(),
        None if call.has(Fault::GUARD_HTTP_CLIENT_ID_UNCHECKED) => return Ok(()),
        None => vec![text(claims, "client_id")],
    };
    let fits = |name: &String| {
        configured.iter().any(|known| {
            name == known
                || call.has(Fault::GUARD_HTTP_AUDIENCE_CASE_IGNORED) && name.eq_ignore_ascii_case(known)
                || call.has(Fault::GUARD_HTTP_AUDIENCE_BY_PREFIX) && name.starts_with(known.as_str())
        })
    };
    if named.iter().any(fits) { Ok(()) } else { Err(invalid("the token does not have a valid audience")) }
}

/// No leeway is documented (`http.time.expired`, `http.time.nbf-future`, `http.time.iat-future`). A claim that is missing is
/// not looked at: what API Gateway makes of that is not known.
fn times(call: &Call<'_>, claims: &Claims) -> Result<(), Refusal> {
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below the limit")]
    let now = call.now as f64;
    let grace = if call.has(Fault::GUARD_HTTP_EXPIRY_LATE) {
        GRACE
    } else if call.has(Fault::GUARD_HTTP_LENIENT_CLOCK) {
        LENIENCE
    } else {
        0.0
    };
    let late = time(claims, "exp")?.is_some_and(|exp| now >= exp + grace);
    if late && !call.has(Fault::GUARD_HTTP_EXPIRY_UNCHECKED) {
        return Err(Refusal::Expired);
    }
    // Milliseconds of now are far beyond the seconds of any time to come.
    let unit = if call.has(Fault::GUARD_HTTP_NBF_MILLISECONDS) { 1_000.0 } else { 1.0 };
    if time(claims, "nbf")?.is_some_and(|nbf| nbf > now * unit) && !call.has(Fault::GUARD_HTTP_NBF_UNCHECKED)
    {
        return Err(invalid("the token is not valid yet"));
    }
    let ahead = if call.has(Fault::GUARD_HTTP_IAT_LENIENT) { GRACE } else { 0.0 };
    if time(claims, "iat")?.is_some_and(|iat| iat > now + ahead) && !call.has(Fault::GUARD_HTTP_IAT_UNCHECKED)
    {
        return Err(invalid("the token was issued in the future"));
    }
    Ok(())
}

fn time(claims: &Claims, name: &str) -> Result<Option<f64>, Refusal> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| invalid("the token is malformed")),
    }
}

/// One of the route's scopes is enough (`http.scopes.one-of-several`). A token without scopes has none of them
/// (`http.scopes.id-token`).
fn scopes(call: &Call<'_>, api: &Api, claims: &Claims) -> Result<(), Refusal> {
    if api.scopes.is_empty() || call.has(Fault::GUARD_HTTP_SCOPES_UNCHECKED) {
        return Ok(());
    }
    if call.has(Fault::GUARD_HTTP_NO_SCOPE_IS_ENOUGH)
        && !claims.contains_key("scope")
        && !claims.contains_key("scp")
    {
        return Ok(());
    }
    let has =
        if call.has(Fault::GUARD_HTTP_SCP_IGNORED) { words(claims.get("scope")) } else { scopes_of(claims) };
    let fits = |asked: &String| {
        has.iter().any(|scope| {
            scope == asked
                || call.has(Fault::GUARD_HTTP_SCOPE_BY_PREFIX) && scope.starts_with(asked.as_str())
                || call.has(Fault::GUARD_HTTP_SCOPE_SUBSTRING) && scope.contains(asked.as_str())
                || call.has(Fault::GUARD_HTTP_SCOPE_CASE) && scope.eq_ignore_ascii_case(asked)
        })
    };
    let enough = if call.has(Fault::GUARD_HTTP_ALL_SCOPES_NEEDED) {
        api.scopes.iter().all(fits)
    } else if call.has(Fault::GUARD_HTTP_FIRST_SCOPE_ONLY) {
        api.scopes.first().is_some_and(fits)
    } else {
        api.scopes.iter().any(fits)
    };
    if enough { Ok(()) } else { Err(Refusal::Scope) }
}

/// The scopes of a token: in `scope`, else in `scp` (`http.scopes.scp-claim`).
pub(super) fn scopes_of(claims: &Claims) -> Vec<String> {
    words(claims.get("scope").or_else(|| claims.get("scp")))
}

fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Whether what the token came from is over, which an authorizer does not ask (`http.revocation.*`).
fn is_ended(state: &State, claims: &Claims) -> bool {
    let origin = text(claims, "origin_jti");
    let revoked = state.sign_ins.get(&origin).is_some_and(|sign_in| sign_in.revoked);
    let username = claims.get("username").or_else(|| claims.get("cognito:username")).and_then(Value::as_str);
    let gone = username.is_some_and(|name| !state.pools.values().any(|pool| pool.users.contains_key(name)));
    revoked || gone
}

/// The claims of a token of any pool, by whichever key fits: the fault of trusting them all.
pub(super) fn pools(state: &State) -> Vec<Trusted> {
    state.pools.keys().cloned().map(Trusted::Pool).collect()
}

fn text(claims: &Claims, name: &str) -> String {
    claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn invalid(reason: &str) -> Refusal {
    Refusal::Invalid(reason.to_owned())
}
