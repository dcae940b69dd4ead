//! What a token claims.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::super::right::Refusal;
use super::super::{Expectation, Kind};
use super::forgets::{Forgets, Forgotten};

/// How far the clocks of issuer and service may differ, in seconds.
const LEEWAY: f64 = 10.0;
const HOUR: f64 = 3600.0;

/// Every claim in turn.
pub(super) fn check(
    expect: &Expectation,
    forgotten: &Forgotten,
    claims: &Map<String, Value>,
) -> Result<(), Refusal> {
    let is_good = is_in_time(forgotten, claims)
        && is_from(&expect.issuer, forgotten, claims.get("iss"))
        && is_of_kind(expect.token, forgotten, claims.get("token_use"))
        && is_for(expect, forgotten, claims);
    if is_good { scopes(expect, forgotten, claims) } else { Err(Refusal::InvalidToken) }
}

fn is_in_time(forgotten: &Forgotten, claims: &Map<String, Value>) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let leeway = if forgotten.has(Forgets::ExpLeeway) { HOUR } else { LEEWAY };
    let exp = match claims.get("exp") {
        None => forgotten.has(Forgets::ExpMissing),
        Some(Value::String(_)) => forgotten.has(Forgets::ExpText),
        Some(exp) => exp.as_f64().is_some_and(|exp| exp + leeway >= now),
    };
    let nbf = claims.get("nbf").is_none_or(|nbf| nbf.as_f64().is_some_and(|nbf| nbf <= now + LEEWAY));
    (exp || forgotten.has(Forgets::Exp)) && (nbf || forgotten.has(Forgets::Nbf))
}

fn is_from(issuer: &str, forgotten: &Forgotten, iss: Option<&Value>) -> bool {
    let host = |url: &str| url.rsplit_once('/').map(|(host, _)| host.to_owned());
    forgotten.has(Forgets::Iss)
        || match iss {
            None => forgotten.has(Forgets::IssMissing),
            Some(Value::String(iss)) => {
                iss == issuer
                    || iss.starts_with(issuer) && forgotten.has(Forgets::IssPrefix)
                    || host(iss) == host(issuer) && forgotten.has(Forgets::IssHost)
            }
            Some(Value::Array(all)) => all.iter().any(|iss| iss == issuer) && forgotten.has(Forgets::IssList),
            Some(_) => false,
        }
}

fn is_of_kind(kind: Kind, forgotten: &Forgotten, token_use: Option<&Value>) -> bool {
    forgotten.has(Forgets::TokenUse)
        || match token_use {
            None => forgotten.has(Forgets::TokenUseMissing),
            Some(token_use) => token_use == kind.token_use(),
        }
}

fn is_for(expect: &Expectation, forgotten: &Forgotten, claims: &Map<String, Value>) -> bool {
    let (right, other) = match expect.token {
        Kind::Id => ("aud", "client_id"),
        Kind::Access => ("client_id", "aud"),
    };
    // Whoever takes both kinds has to take the client from where it is.
    let client = match claims.get(right) {
        None if forgotten.has(Forgets::TokenUse) => claims.get(other),
        client => client,
    };
    let in_aud = expect.token == Kind::Access && claims.get("aud").is_some_and(|aud| *aud == expect.client);
    forgotten.has(Forgets::Client)
        || in_aud && forgotten.has(Forgets::ClientFromAud)
        || match client {
            None => forgotten.has(Forgets::ClientMissing),
            Some(Value::String(client)) => {
                *client == expect.client
                    || client.eq_ignore_ascii_case(&expect.client) && forgotten.has(Forgets::ClientCase)
            }
            Some(Value::Array(all)) => {
                all.iter().any(|aud| *aud == expect.client)
                    && expect.token == Kind::Id
                    && forgotten.has(Forgets::AudList)
            }
            Some(_) => false,
        }
}

/// The scopes alone.
pub(super) fn scopes(
    expect: &Expectation,
    forgotten: &Forgotten,
    claims: &Map<String, Value>,
) -> Result<(), Refusal> {
    let text = match (claims.get("scope"), claims.get("scp")) {
        (None, Some(Value::Array(scopes))) if forgotten.has(Forgets::ScopeScp) => joined(scopes),
        (None, Some(Value::String(scopes))) if forgotten.has(Forgets::ScopeScp) => scopes.clone(),
        (None, _) => String::new(),
        (Some(Value::String(scopes)), _) => scopes.clone(),
        (Some(Value::Array(scopes)), _) if forgotten.has(Forgets::ScopeArray) => joined(scopes),
        _ => return Err(Refusal::InvalidToken),
    };
    let separators: &[char] =
        if forgotten.has(Forgets::ScopeSeparators) { &[' ', ',', '\t', '\n', '\r'] } else { &[' '] };
    let has = |wanted: &String| {
        text.split(separators).any(|scope| {
            scope == wanted || scope.eq_ignore_ascii_case(wanted) && forgotten.has(Forgets::ScopeCase)
        }) || text.contains(wanted.as_str()) && forgotten.has(Forgets::ScopeSubstring)
    };
    let mut wanted = expect.scopes.iter();
    let enough = expect.scopes.is_empty()
        || forgotten.has(Forgets::Scope)
        || if forgotten.has(Forgets::ScopeAnyOf) { wanted.any(has) } else { wanted.all(has) };
    if enough { Ok(()) } else { Err(Refusal::InsufficientScope(expect.scopes.join(" "))) }
}

fn joined(scopes: &[Value]) -> String {
    scopes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}
