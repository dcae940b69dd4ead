//! What a token claims (AWS developer guide, "Verifying JSON web tokens"; RFC 7519 section 4.1).

use serde_json::{Map, Value};

use super::{Kind, Refusal, Service};
use crate::call::Call;
use crate::fault::Fault;

/// For how long a service with a defect takes tokens after their end, in seconds.
const LONG_LEEWAY: u64 = 3600;

/// The same for the fault of a lenient clock.
const LENIENCE: u64 = 600;

/// Every claim in turn; the scopes are the last.
pub(super) fn check(service: &Service, call: &Call<'_>, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let issued = claims.get("iat").and_then(Value::as_u64).unwrap_or_default();
    if issued > call.now && call.has(Fault::GUARD_RS_IAT_AHEAD) {
        return Err(Refusal::Crash);
    }
    let is_good = is_in_time(call, claims)
        && is_from(service, call, claims.get("iss"))
        && is_of_kind(service.kind, call, claims.get("token_use"))
        && is_for(service, call, claims);
    if is_good { scopes(service, call, claims) } else { Err(Refusal::InvalidToken) }
}

/// `exp` is needed; `nbf` and `iat` are numbers where they are there; `iat` says nothing else (`rs.time.*`,
/// `rs.format.claim-type`).
fn is_in_time(call: &Call<'_>, claims: &Map<String, Value>) -> bool {
    let leeway = if call.has(Fault::GUARD_RS_EXP_LEEWAY) {
        LONG_LEEWAY
    } else if call.has(Fault::GUARD_RS_LENIENT_CLOCK) {
        LENIENCE
    } else {
        0
    };
    let exp = match claims.get("exp") {
        None => call.has(Fault::GUARD_RS_EXP_MISSING),
        Some(exp) if coerced(exp).is_some() && call.has(Fault::GUARD_RS_EXP_COERCED) => {
            coerced(exp).is_some_and(|exp| call.now < exp)
        }
        Some(exp) if !exp.is_number() && !exp.is_boolean() && coerced(exp).is_none() => {
            call.has(Fault::GUARD_RS_EXP_NOT_A_NUMBER)
                || exp.is_string() && call.has(Fault::GUARD_RS_EXP_TEXT)
        }
        Some(Value::String(_)) => call.has(Fault::GUARD_RS_EXP_TEXT),
        Some(exp) => exp.as_u64().is_some_and(|exp| call.now < exp.saturating_add(leeway)),
    };
    let unit = if call.has(Fault::GUARD_RS_NBF_MILLISECONDS) { 1_000 } else { 1 };
    let nbf = claims.get("nbf").is_none_or(|nbf| nbf.as_u64().is_some_and(|nbf| nbf <= call.now * unit));
    let iat = claims.get("iat").is_none_or(|iat| iat.is_u64() || call.has(Fault::GUARD_RS_IAT_TEXT));
    (exp || call.has(Fault::GUARD_RS_EXP)) && (nbf || call.has(Fault::GUARD_RS_NBF)) && iat
}

/// The number that JavaScript makes of digits in a text, or alone in a list.
fn coerced(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Array(items) => match items.as_slice() {
            [Value::Number(only)] => only.as_u64(),
            _ => None,
        },
        _ => None,
    }
}

/// `iss` is compared as it is: URLs are not alike because they look alike (`rs.issuer.*`).
fn is_from(service: &Service, call: &Call<'_>, iss: Option<&Value>) -> bool {
    let issuer = service.issuer.as_str();
    let host = |url: &str| url.rsplit_once('/').map(|(host, _)| host.to_owned());
    let place = |url: &str| url.split_once("://").map(|(_, place)| place.to_owned());
    let likened = |iss: &str| {
        let is_alike = place(iss) == place(issuer) && call.has(Fault::GUARD_RS_ISS_SCHEME)
            || iss.trim() == issuer && call.has(Fault::GUARD_RS_ISS_TRIMMED)
            || iss.is_empty() && call.has(Fault::GUARD_RS_ISS_EMPTY);
        is_alike
            || iss.starts_with(issuer) && call.has(Fault::GUARD_RS_ISS_PREFIX)
            || host(iss) == host(issuer) && call.has(Fault::GUARD_RS_ISS_HOST)
            || iss.eq_ignore_ascii_case(issuer) && call.has(Fault::GUARD_RS_ISS_CASE)
            || iss.trim_end_matches('/') == issuer && call.has(Fault::GUARD_RS_ISS_SLASH)
    };
    call.has(Fault::GUARD_RS_ISS)
        || match iss {
            None => call.has(Fault::GUARD_RS_ISS_MISSING),
            Some(Value::String(iss)) => iss == issuer || likened(iss),
            Some(Value::Array(all)) => {
                all.iter().any(|iss| iss == issuer) && call.has(Fault::GUARD_RS_ISS_LIST)
            }
            Some(iss) => iss.is_null() && call.has(Fault::GUARD_RS_ISS_EMPTY),
        }
}

/// `rs.use.*`.
fn is_of_kind(kind: Kind, call: &Call<'_>, token_use: Option<&Value>) -> bool {
    let expected = if kind == Kind::Id { "id" } else { "access" };
    call.has(Fault::GUARD_RS_TOKEN_USE)
        || match token_use {
            None => call.has(Fault::GUARD_RS_TOKEN_USE_MISSING),
            Some(token_use) => {
                let text = token_use.as_str().unwrap_or_default();
                token_use == expected
                    || text.eq_ignore_ascii_case(expected) && call.has(Fault::GUARD_RS_TOKEN_USE_CASE)
                    || text.contains(expected) && call.has(Fault::GUARD_RS_TOKEN_USE_CONTAINED)
                    || call.has(Fault::GUARD_RS_TOKEN_USE_UNKNOWN)
                        && token_use != "id"
                        && token_use != "access"
            }
        }
}

/// `client_id` of an access token, `aud` of an ID token (`rs.client.*`).
fn is_for(service: &Service, call: &Call<'_>, claims: &Map<String, Value>) -> bool {
    let (right, other) = match service.kind {
        Kind::Id => ("aud", "client_id"),
        Kind::Access => ("client_id", "aud"),
    };
    let ours = |client: &Value| service.clients().any(|ours| client == ours);
    // Whoever takes both kinds has to take the client from where it is.
    let client = match claims.get(right) {
        None if call.has(Fault::GUARD_RS_TOKEN_USE) => claims.get(other),
        client => client,
    };
    let in_aud = service.kind == Kind::Access && claims.get("aud").is_some_and(ours);
    call.has(Fault::GUARD_RS_CLIENT)
        || in_aud && call.has(Fault::GUARD_RS_CLIENT_FROM_AUD)
        || match client {
            None => call.has(Fault::GUARD_RS_CLIENT_MISSING),
            Some(Value::Array(all)) if call.has(Fault::GUARD_RS_AUD_FIRST) => all.first().is_some_and(ours),
            Some(Value::Array(all)) => call.has(Fault::GUARD_RS_AUD_LIST) && all.iter().any(ours),
            Some(Value::String(client)) if client.is_empty() => call.has(Fault::GUARD_RS_CLIENT_EMPTY),
            Some(client) => {
                let text = client.as_str().unwrap_or_default();
                ours(client)
                    || call.has(Fault::GUARD_RS_CLIENT_CASE)
                        && service.clients().any(|ours| ours.eq_ignore_ascii_case(text))
                    || call.has(Fault::GUARD_RS_CLIENT_PREFIX)
                        && service.clients().any(|ours| text.starts_with(ours))
            }
        }
}

/// One of the scopes is enough (`rs.scope.one-of-several`). They are words between single blanks, with letter case (RFC
/// 6749 section 3.3).
pub(super) fn scopes(service: &Service, call: &Call<'_>, claims: &Map<String, Value>) -> Result<(), Refusal> {
    if service.scopes.is_empty() || call.has(Fault::GUARD_RS_SCOPE) {
        return Ok(());
    }
    let text = match (claims.get("scope"), claims.get("scp")) {
        (None, _) if call.has(Fault::GUARD_RS_NO_SCOPE_IS_ENOUGH) => return Ok(()),
        (Some(Value::String(scopes)), _) if scopes.is_empty() && call.has(Fault::GUARD_RS_SCOPE_EMPTY) => {
            return Ok(());
        }
        (None, Some(Value::Array(scopes))) if call.has(Fault::GUARD_RS_SCOPE_SCP) => joined(scopes),
        (None, Some(Value::String(scopes))) if call.has(Fault::GUARD_RS_SCOPE_SCP) => scopes.clone(),
        (None, _) => String::new(),
        (Some(Value::String(scopes)), _) => scopes.clone(),
        (Some(Value::Array(scopes)), _) if call.has(Fault::GUARD_RS_SCOPE_LIST) => joined(scopes),
        _ => return Err(Refusal::InvalidToken),
    };
    // Nothing but a machine has no user name: services that read it stumble (`rs.scope.client-credentials`).
    if call.has(Fault::GUARD_RS_MACHINE) && !claims.contains_key("username") {
        return Err(Refusal::InvalidToken);
    }
    let separators: &[char] =
        if call.has(Fault::GUARD_RS_SCOPE_SEPARATORS) { &[' ', ',', '\t', '\n', '\r'] } else { &[' '] };
    let has = |wanted: &String| {
        text.split(separators).any(|scope| {
            scope == wanted
                || scope.eq_ignore_ascii_case(wanted) && call.has(Fault::GUARD_RS_SCOPE_CASE)
                || scope.starts_with(wanted.as_str()) && call.has(Fault::GUARD_RS_SCOPE_PREFIX)
        }) || text.contains(wanted.as_str()) && call.has(Fault::GUARD_RS_SCOPE_SUBSTRING)
    };
    if call.has(Fault::GUARD_RS_ALL_SCOPES) && !service.scopes.iter().all(has) {
        return Err(Refusal::InvalidToken);
    }
    if service.scopes.iter().any(has) { Ok(()) } else { Err(Refusal::InsufficientScope) }
}

fn joined(scopes: &[Value]) -> String {
    scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}
