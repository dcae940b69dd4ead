//! What API Gateway says itself. Owners of HTTP APIs cannot change it (`http.gateway-response.fixed`).

use super::api::Api;
use super::authorizer::Refusal;
use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;

/// The refusal of an authorizer.
pub(super) fn refused(call: &Call<'_>, api: &Api, refusal: &Refusal, id: &str) -> Answer {
    let reason = match refusal {
        // `http.scopes.access-token-lacking-scope`: whether there is a challenge too is not known.
        Refusal::Scope if call.has(Fault::GUARD_HTTP_SCOPE_IS_401) => {
            return unauthorized(call, "Bearer", id);
        }
        Refusal::Scope => return self::refusal(call, 403, "Forbidden", id),
        // `http.transport.no-token`.
        Refusal::NoToken if call.has(Fault::GUARD_HTTP_NO_TOKEN_IS_403) => {
            return self::refusal(call, 403, "Forbidden", id);
        }
        Refusal::NoToken if call.has(Fault::GUARD_HTTP_BARE_CHALLENGE_FULL) => "token not provided",
        Refusal::NoToken => return unauthorized(call, "Bearer", id),
        Refusal::Invalid(reason) => reason.as_str(),
        Refusal::Expired if call.has(Fault::GUARD_HTTP_EXPIRED_IS_403) => {
            return self::refusal(call, 403, "Forbidden", id);
        }
        Refusal::Expired if call.has(Fault::GUARD_HTTP_EXPIRY_UNNAMED) => "the token is not valid",
        Refusal::Expired => "the token has expired",
    };
    // Blanks separate the attributes, where RFC 6750 has commas; scope is there though empty (`http.token.garbage`,
    // `http.scopes.challenge-lists-route-scopes`).
    let scope =
        if call.has(Fault::GUARD_HTTP_SCOPES_NOT_NAMED) { String::new() } else { api.scopes.join(" ") };
    let separator = if call.has(Fault::GUARD_HTTP_COMMAS) { ", " } else { " " };
    let error =
        if call.has(Fault::GUARD_HTTP_ERROR_IS_REQUEST) { "invalid_request" } else { "invalid_token" };
    let reason = if call.has(Fault::GUARD_HTTP_ONE_TEXT) { "the token is not valid" } else { reason };
    let attributes = [
        format!("scope=\"{scope}\""),
        format!("error=\"{error}\""),
        format!("error_description=\"{reason}\""),
    ];
    unauthorized(call, &format!("Bearer {}", attributes.join(separator)), id)
}

/// 401 as it was captured: without a media type (`http.headers.refusal-set`).
fn unauthorized(call: &Call<'_>, challenge: &str, id: &str) -> Answer {
    let text = if call.has(Fault::GUARD_HTTP_TEXT_OF_REST) { "Not authorized" } else { "Unauthorized" };
    let answer = with_id(call, Answer::empty(401).with_bare_body(message(text)), id);
    if call.has(Fault::GUARD_HTTP_NO_CHALLENGE) {
        return answer;
    }
    answer.with("www-authenticate", challenge.to_owned())
}

/// Any other refusal (`http.headers.403-set`, `http.route.not-found`).
pub(super) fn refusal(call: &Call<'_>, status: u16, text: &str, id: &str) -> Answer {
    let media_type = if call.has(Fault::GUARD_HTTP_PLAIN_TEXT) { "text/plain" } else { "application/json" };
    with_id(call, Answer::empty(status).with_body(media_type, message(text)), id)
}

/// Where no route fits.
pub(super) fn not_found(call: &Call<'_>, id: &str) -> Answer {
    if call.has(Fault::GUARD_HTTP_NOT_FOUND_IS_403) {
        return refusal(call, 403, "Missing Authentication Token", id);
    }
    refusal(call, 404, "Not Found", id)
}

/// The answer to a preflight, for any origin.
pub(super) fn preflight(call: &Call<'_>, id: &str) -> Answer {
    let answer = with_id(call, Answer::empty(204), id);
    if call.has(Fault::GUARD_HTTP_PREFLIGHT_BARE) {
        return answer;
    }
    answer
        .with("access-control-allow-origin", "*".to_owned())
        .with("access-control-allow-methods", "GET".to_owned())
        .with("access-control-allow-headers", "authorization".to_owned())
}

/// The header fields of every answer of an HTTP API: none of those that REST APIs have.
pub(super) fn with_id(call: &Call<'_>, answer: Answer, id: &str) -> Answer {
    if call.has(Fault::GUARD_HTTP_HEADERS_OF_REST) {
        return answer
            .with("x-amzn-requestid", id.to_owned())
            .with("x-amz-apigw-id", short(id))
            .with("x-amzn-errortype", "UnauthorizedException".to_owned());
    }
    answer.with("apigw-requestid", short(id))
}

fn short(id: &str) -> String {
    let mut short: String = id.chars().filter(|character| *character != '-').take(15).collect();
    short.push('=');
    short
}

fn message(text: &str) -> String {
    format!("{{\"message\":\"{text}\"}}")
}
