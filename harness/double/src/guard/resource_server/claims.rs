//! What a token claims (AWS developer guide, "Verifying JSON web tokens"; RFC 7519 section 4.1).

use serde_json::{Map, Value};

use super::{Kind, Refusal, Service};
use crate::call::Call;
use crate::fault::Fault;

/// For how long a service with a defect takes tokens after their end, in seconds.
const LONG_LEEWAY: u64 = 3600;

/// Every claim in turn; the scopes are the last.
pub(super) fn check(service: &Service, call: &Call<'_>, claims: &Map<String, Value>) -> Result<(), Refusal> {
    let issued = claims.get("iat").and_then(Value::as_u64).unwrap_or_default();
    if issued > call.now && call.has(Fault::GuardRsIatAhead) {
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
    let leeway = if call.has(Fault::GuardRsExpLeeway) { LONG_LEEWAY } else { 0 };
    let exp = match claims.get("exp") {
        None => call.has(Fault::GuardRsExpMissing),
        Some(Value::String(_)) => call.has(Fault::GuardRsExpText),
        Some(exp) => exp.as_u64().is_some_and(|exp| call.now < exp.saturating_add(leeway)),
    };
    let nbf = claims.get("nbf").is_none_or(|nbf| nbf.as_u64().is_some_and(|nbf| nbf <= call.now));
    let iat = claims.get("iat").is_none_or(|iat| iat.is_u64() || call.has(Fault::GuardRsIatText));
    (exp || call.has(Fault::GuardRsExp)) && (nbf || call.has(Fault::GuardRsNbf)) && iat
}

/// `iss` is compared as it is: URLs are not alike because they look alike (`rs.issuer.*`).
fn is_from(service: &Service, call: &Call<'_>, iss: Option<&Value>) -> bool {
    let issuer = service.issuer.as_str();
    let host = |url: &str| url.rsplit_once('/').map(|(host, _)| host.to_owned());
    let likened = |iss: &str| {
        iss.starts_with(issuer) && call.has(Fault::GuardRsIssPrefix)
            || host(iss) == host(issuer) && call.has(Fault::GuardRsIssHost)
            || iss.eq_ignore_ascii_case(issuer) && call.has(Fault::GuardRsIssCase)
            || iss.trim_end_matches('/') == issuer && call.has(Fault::GuardRsIssSlash)
    };
    call.has(Fault::GuardRsIss)
        || match iss {
            None => call.has(Fault::GuardRsIssMissing),
            Some(Value::String(iss)) => iss == issuer || likened(iss),
            Some(Value::Array(all)) => all.iter().any(|iss| iss == issuer) && call.has(Fault::GuardRsIssList),
            Some(_) => false,
        }
}

/// `rs.use.*`.
fn is_of_kind(kind: Kind, call: &Call<'_>, token_use: Option<&Value>) -> bool {
    let expected = if kind == Kind::Id { "id" } else { "access" };
    call.has(Fault::GuardRsTokenUse)
        || match token_use {
            None => call.has(Fault::GuardRsTokenUseMissing),
            Some(token_use) => {
                token_use == expected
                    || call.has(Fault::GuardRsTokenUseUnknown) && token_use != "id" && token_use != "access"
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
        None if call.has(Fault::GuardRsTokenUse) => claims.get(other),
        client => client,
    };
    let in_aud = service.kind == Kind::Access && claims.get("aud").is_some_and(ours);
    call.has(Fault::GuardRsClient)
        || in_aud && call.has(Fault::GuardRsClientFromAud)
        || match client {
            None => call.has(Fault::GuardRsClientMissing),
            Some(Value::Array(all)) => call.has(Fault::GuardRsAudList) && all.iter().any(ours),
            Some(client) => {
                let text = client.as_str().unwrap_or_default();
                ours(client)
                    || call.has(Fault::GuardRsClientCase)
                        && service.clients().any(|ours| ours.eq_ignore_ascii_case(text))
                    || call.has(Fault::GuardRsClientPrefix)
                        && service.clients().any(|ours| text.starts_with(ours))
            }
        }
}

/// One of the scopes is enough (`rs.scope.one-of-several`). They are words between single blanks, with letter case (RFC
/// 6749 section 3.3).
pub(super) fn scopes(service: &Service, call: &Call<'_>, claims: &Map<String, Value>) -> Result<(), Refusal> {
    if service.scopes.is_empty() || call.has(Fault::GuardRsScope) {
        return Ok(());
    }
    let text = match (claims.get("scope"), claims.get("scp")) {
        (None, Some(Value::Array(scopes))) if call.has(Fault::GuardRsScopeScp) => joined(scopes),
        (None, Some(Value::String(scopes))) if call.has(Fault::GuardRsScopeScp) => scopes.clone(),
        (None, _) => String::new(),
        (Some(Value::String(scopes)), _) => scopes.clone(),
        (Some(Value::Array(scopes)), _) if call.has(Fault::GuardRsScopeList) => joined(scopes),
        _ => return Err(Refusal::InvalidToken),
    };
    // Nothing but a machine has no user name: services that read it stumble (`rs.scope.client-credentials`).
    if call.has(Fault::GuardRsMachine) && !claims.contains_key("username") {
        return Err(Refusal::InvalidToken);
    }
    let separators: &[char] =
        if call.has(Fault::GuardRsScopeSeparators) { &[' ', ',', '\t', '\n', '\r'] } else { &[' '] };
    let has = |wanted: &String| {
        text.split(separators).any(|scope| {
            scope == wanted
                || scope.eq_ignore_ascii_case(wanted) && call.has(Fault::GuardRsScopeCase)
                || scope.starts_with(wanted.as_str()) && call.has(Fault::GuardRsScopePrefix)
        }) || text.contains(wanted.as_str()) && call.has(Fault::GuardRsScopeSubstring)
    };
    if call.has(Fault::GuardRsAllScopes) && !service.scopes.iter().all(has) {
        return Err(Refusal::InvalidToken);
    }
    if service.scopes.iter().any(has) { Ok(()) } else { Err(Refusal::InsufficientScope) }
}

fn joined(scopes: &[Value]) -> String {
    scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}
