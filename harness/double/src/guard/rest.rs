//! A REST API of API Gateway with a `COGNITO_USER_POOLS` authorizer, one resource for each way to set it up (AWS API
//! Gateway developer guide, "Control access to REST APIs using Amazon Cognito user pools as an authorizer"; `rest.*`).

mod answers;
mod authorizer;
mod forged;
mod rendering;
mod resources;

use serde_json::json;
use wiremock::http::HeaderValue;

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::state::State;

use authorizer::Denied;
use resources::{Resource, Special};

use super::verify::Claims;

/// The longest that all values of header fields may be together (`rest.size.headers-over-10240`).
const MOST_HEADERS: usize = 10_240;

/// The longest ARN of a method (`rest.size.method-arn-over-1600`).
const LONGEST_ARN: usize = 1_600;

/// The answer of a resource of the API.
pub(crate) fn answer(call: &Call<'_>, state: &mut State, path: &str) -> Answer {
    let answer = route(call, state, path);
    answers::dressed(call, &mut state.ids, answer)
}

fn route(call: &Call<'_>, state: &mut State, path: &str) -> Answer {
    match path {
        // `rest.route.missing-stage`, `rest.deploy.no-deployment`
        "no-such-stage" | "not-deployed" if call.has(Fault::GUARD_REST_STAGE_IS_404) => {
            return answers::not_found(call);
        }
        "no-such-stage" | "not-deployed" => return answers::forbidden(call),
        // `rest.waf.blocked`
        "waf" if !call.has(Fault::GUARD_REST_WAF_OFF) => return answers::forbidden(call),
        _ => {}
    }
    if is_too_long(call) {
        return answers::headers_too_long(call);
    }
    let resource = resources::at(path).filter(|resource| resource.methods.contains(&call.method()));
    match resource {
        // What no mapping of a custom domain fits is answered the same way (`rest.route.custom-domain-wrong-path`).
        None => answers::undefined(call),
        Some(resource)
            if resource.special == Special::Open && !call.has(Fault::GUARD_REST_PREFLIGHT_GUARDED) =>
        {
            answers::preflight(call)
        }
        Some(resource) => guarded(call, state, &resource, path),
    }
}

/// The values of header fields count, and not their names.
fn is_too_long(call: &Call<'_>) -> bool {
    let length: usize = call.request.headers.values().map(HeaderValue::len).sum();
    length > MOST_HEADERS && !call.has(Fault::GUARD_REST_LONG_HEADERS_TAKEN)
}

/// Token, policy and API key, in this order (`rest.policy.bad-token-first`, `rest.api-key.bad-token-and-bad-key`).
fn guarded(call: &Call<'_>, state: &mut State, resource: &Resource, path: &str) -> Answer {
    if arn(call, path).len() > LONGEST_ARN && !call.has(Fault::GUARD_REST_LONG_ARN_TAKEN) {
        return answers::uri_too_long(call);
    }
    if call.method() == "OPTIONS" && call.has(Fault::GUARD_REST_PREFLIGHT_OPEN) {
        return answers::preflight(call);
    }
    let key = call.header("x-api-key");
    let has_key = key.as_deref() == Some(resources::API_KEY)
        || key.is_some() && call.has(Fault::GUARD_REST_ANY_API_KEY);
    let lacks_key =
        resource.special == Special::ApiKey && !has_key && !call.has(Fault::GUARD_REST_API_KEY_UNCHECKED);
    if lacks_key && call.has(Fault::GUARD_REST_API_KEY_FIRST) {
        return answers::forbidden(call);
    }
    let has_policy = matches!(resource.special, Special::PolicyDenies | Special::PolicyAllowsOthers);
    let claims = match authorizer::claims(call, state, resource, path) {
        Ok(claims) => claims,
        Err(_) if has_policy && call.has(Fault::GUARD_REST_POLICY_INSTEAD) => {
            return echo(call, path, &Claims::new());
        }
        Err(denied) => return refusal(call, resource, denied),
    };
    let masked = format!("arn:aws:execute-api:us-east-1:********0123:{API}/{STAGE}/{}/{path}", call.method());
    match resource.special {
        _ if call.has(Fault::GUARD_REST_POLICY_IGNORED) => {}
        // `rest.policy.explicit-deny`
        Special::PolicyDenies => return answers::denied(call, &masked, " with an explicit deny"),
        // `rest.policy.no-allow`
        Special::PolicyAllowsOthers => return answers::denied(call, &masked, ""),
        _ => {}
    }
    if lacks_key {
        // `rest.api-key.missing-with-valid-token`
        return answers::forbidden(call);
    }
    echo(call, path, &claims)
}

fn refusal(call: &Call<'_>, resource: &Resource, denied: Denied) -> Answer {
    let answer = match denied {
        Denied::Unauthorized(why) => answers::unauthorized(call, why),
        Denied::Expired if call.has(Fault::GUARD_REST_EXPIRED_IS_403) => answers::forbidden(call),
        Denied::Expired => answers::expired(call),
        Denied::Misconfigured => answers::misconfigured(call),
        Denied::Forbidden => answers::forbidden(call),
    };
    let allows =
        resource.special == Special::CorsOnRefusal && !call.has(Fault::GUARD_REST_CORS_NOT_CUSTOMISED);
    if allows || call.has(Fault::GUARD_REST_CORS_ON_REFUSAL) {
        answer.with("Access-Control-Allow-Origin", "*".to_owned())
    } else {
        answer
    }
}

/// The API and its stage, as they stand in ARNs.
const API: &str = "ppguard001";
const STAGE: &str = "live";

fn arn(call: &Call<'_>, path: &str) -> String {
    format!("arn:aws:execute-api:us-east-1:000000000123:{API}/{STAGE}/{}/{path}", call.method())
}

/// What a Lambda proxy integration that sends back its event would answer (`rest.backend.claims-location`).
fn echo(call: &Call<'_>, path: &str, claims: &Claims) -> Answer {
    let claims = rendering::claims(call, claims);
    let authorizer = if call.has(Fault::GUARD_REST_CLAIMS_ELSEWHERE) {
        json!({ "jwt": { "claims": claims } })
    } else {
        json!({ "claims": claims })
    };
    let event = json!({
        "resource": format!("/{path}"),
        "httpMethod": call.method(),
        "requestContext": { "apiId": API, "stage": STAGE, "authorizer": authorizer },
    });
    Answer::empty(200).with_body("application/json", event.to_string())
}
