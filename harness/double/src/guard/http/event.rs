//! The backend: a Lambda function that answers with the event it was handed (AWS API Gateway guide, "Create AWS Lambda
//! proxy integrations for HTTP APIs"; `http.backend.*`).

use serde_json::{Map, Value, json};

use super::super::verify::Claims;
use super::answers::with_id;
use super::api::{Api, Payload};
use super::claims::scopes_of;
use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;

/// Its answer to an accepted request.
pub(super) fn backend(call: &Call<'_>, api: &Api, claims: &Claims, id: &str) -> Answer {
    let texts: Map<String, Value> = claims
        .iter()
        .filter(|(_, value)| !value.is_null() || call.has(Fault::GUARD_HTTP_NULLS_SHOWN))
        .map(|(name, value)| (name.clone(), seen(call, name, value)))
        .collect();
    let scopes = scopes(call, api, claims);
    let authorizer = match api.payload {
        _ if call.has(Fault::GUARD_HTTP_CLAIMS_ELSEWHERE) => {
            json!({ "principalId": "user", "context": texts })
        }
        Payload::V2 => json!({ "jwt": { "claims": texts, "scopes": scopes } }),
        Payload::V1 => json!({ "claims": texts, "scopes": scopes }),
    };
    let version = if api.payload == Payload::V1 { "1.0" } else { "2.0" };
    let event = json!({ "version": version, "requestContext": { "authorizer": authorizer } });
    with_id(call, Answer::empty(200).with_body("application/json", event.to_string()), id)
}

/// A list of all scopes of the token where the route asks for scopes, and null elsewhere
/// (`http.backend.scopes-unscoped-route`, `http.backend.scopes-scoped-route`).
fn scopes(call: &Call<'_>, api: &Api, claims: &Claims) -> Value {
    let mut scopes = scopes_of(claims);
    if api.scopes.is_empty() && !call.has(Fault::GUARD_HTTP_SCOPES_ALWAYS) {
        return Value::Null;
    }
    if call.has(Fault::GUARD_HTTP_FIRST_SCOPE_SHOWN) {
        scopes.truncate(1);
    }
    if call.has(Fault::GUARD_HTTP_SCOPES_INTERSECTED) {
        scopes.retain(|scope| api.scopes.contains(scope));
    }
    json!(scopes)
}

/// A claim as the backend sees it.
fn seen(call: &Call<'_>, name: &str, value: &Value) -> Value {
    if call.has(Fault::GUARD_HTTP_CLAIMS_AS_JSON) {
        return value.clone();
    }
    if call.has(Fault::GUARD_HTTP_TIMES_AS_DATES) && matches!(name, "exp" | "iat" | "auth_time") {
        return "Mon Jun 15 05:56:21 UTC 2026".into();
    }
    if call.has(Fault::GUARD_HTTP_LISTS_AS_JSON) && value.is_array() {
        return value.to_string().into();
    }
    if let Value::Array(items) = value {
        if call.has(Fault::GUARD_HTTP_FIRST_OF_LIST) {
            return items.first().map(text).unwrap_or_default().into();
        }
        if call.has(Fault::GUARD_HTTP_LISTS_WITH_COMMAS) {
            return format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")).into();
        }
    }
    text(value).into()
}

/// Every claim is a text, times are epoch seconds (`http.backend.claims-are-strings`), lists stand in brackets with
/// blanks between (`http.backend.array-claims`).
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(" "))
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name}:{}", text(value)));
            format!("map[{}]", members.collect::<Vec<_>>().join(" "))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_texts() {
        for (value, expected) in [
            (json!("a b"), "a b"),
            (json!(1_787_996_002), "1787996002"),
            (json!(true), "true"),
            (json!(["admin", "poweruser"]), "[admin poweruser]"),
            (json!([]), "[]"),
            (json!({ "a": 1 }), "map[a:1]"),
        ] {
            assert_eq!(text(&value), expected);
        }
    }
}
