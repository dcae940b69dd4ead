//! Gateway responses with their default templates: status, error type and body
//! (`rest.gateway-response.types`, `rest.headers.error-types`).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::ids::Ids;

/// Adds what every answer of the gateway carries.
pub(super) fn dressed(call: &Call<'_>, ids: &mut Ids, answer: Answer) -> Answer {
    if call.has(Fault::GUARD_REST_IDS_ABSENT) {
        return answer;
    }
    answer.with("x-amzn-RequestId", ids.uuid()).with("x-amz-apigw-id", format!("{}=", ids.alphanumeric(15)))
}

fn response(call: &Call<'_>, status: u16, error_type: &str, body: String) -> Answer {
    let media_type = if call.has(Fault::GUARD_REST_PLAIN_TEXT) { "text/plain" } else { "application/json" };
    let answer = Answer::empty(status).with_body(media_type, body);
    if call.has(Fault::GUARD_REST_ERROR_TYPE_ABSENT) {
        answer
    } else {
        answer.with("x-amzn-ErrorType", error_type.to_owned())
    }
}

fn message(text: &str) -> String {
    json!({ "message": text }).to_string()
}

/// UNAUTHORIZED. It never says why (`rest.token.no-reason-disclosed`).
pub(super) fn unauthorized(call: &Call<'_>, why: &str) -> Answer {
    let status = if call.has(Fault::GUARD_REST_401_IS_403) { 403 } else { 401 };
    let text = if call.has(Fault::GUARD_REST_REASON_DISCLOSED) { why } else { "Unauthorized" };
    let answer = response(call, status, "UnauthorizedException", message(text));
    if call.has(Fault::GUARD_REST_CHALLENGES) {
        answer.with("WWW-Authenticate", "Bearer".to_owned())
    } else {
        answer
    }
}

/// The same for tokens that are expired (`rest.time.expired-id-token`).
pub(super) fn expired(call: &Call<'_>) -> Answer {
    if call.has(Fault::GUARD_REST_EXPIRY_UNNAMED) {
        return unauthorized(call, "Unauthorized");
    }
    response(call, 401, "UnauthorizedException", message("The incoming token has expired"))
}

/// `INVALID_API_KEY`, `WAF_FILTERED`, and what stands for a stage that there is not.
pub(super) fn forbidden(call: &Call<'_>) -> Answer {
    response(call, 403, "ForbiddenException", message("Forbidden"))
}

/// What a REST API never says.
pub(super) fn not_found(call: &Call<'_>) -> Answer {
    response(call, 404, "NotFoundException", message("Not Found"))
}

/// `MISSING_AUTHENTICATION_TOKEN`, for whatever the API does not define: it is taken for a request that has to be signed
/// (`rest.route.missing-resource`, `rest.route.missing-method`, `rest.cors.preflight-undefined`). So an `Authorization`
/// is read as that of a signature.
pub(super) fn undefined(call: &Call<'_>) -> Answer {
    if call.has(Fault::GUARD_REST_UNDEFINED_IS_404) {
        return not_found(call);
    }
    let authorization =
        call.header("authorization").filter(|_| !call.has(Fault::GUARD_REST_SIGNATURE_UNREAD));
    match authorization {
        None => response(
            call,
            403,
            "MissingAuthenticationTokenException",
            message("Missing Authentication Token"),
        ),
        Some(value) => response(call, 403, "IncompleteSignatureException", message(&unsigned(&value))),
    }
}

/// What is wrong with an `Authorization` that is no signature (`rest.route.missing-resource-with-bearer`,
/// `rest.route.missing-resource-credential-parameter`).
fn unsigned(value: &str) -> String {
    let parameters = value.split_once(' ').map_or(value, |(_, parameters)| parameters);
    let is_pair = |part: &str| part.trim().split_once('=').is_some_and(|(name, _)| !name.is_empty());
    if parameters.split(',').all(is_pair) {
        let required = ["Credential", "Signature", "SignedHeaders"]
            .map(|name| format!("Authorization header requires '{name}' parameter."));
        return required.join(" ");
    }
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, value.as_bytes()));
    format!(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
         Base64): '{hash}'."
    )
}

/// `ACCESS_DENIED` by a policy. The member has a capital letter.
pub(super) fn denied(call: &Call<'_>, arn: &str, how: &str) -> Answer {
    let text =
        format!("User: anonymous is not authorized to perform: execute-api:Invoke on resource: {arn}{how}");
    let member = if call.has(Fault::GUARD_REST_POLICY_MEMBER) { "message" } else { "Message" };
    response(call, 403, "AccessDeniedException", json!({ member: text }).to_string())
}

/// `AUTHORIZER_CONFIGURATION_ERROR` (`rest.authorizer.configuration-error`).
pub(super) fn misconfigured(call: &Call<'_>) -> Answer {
    response(call, 500, "AuthorizerConfigurationException", json!({ "message": null }).to_string())
}

/// Header fields that are too long together; only the limit is documented.
pub(super) fn headers_too_long(call: &Call<'_>) -> Answer {
    response(call, 431, "BadRequestException", message("HTTP header is larger than 10240 bytes."))
}

/// "414 Request URI too long".
pub(super) fn uri_too_long(call: &Call<'_>) -> Answer {
    response(call, 414, "RequestUriTooLongException", message("Request URI too long"))
}

/// The mock behind an `OPTIONS` method without authorizer (`rest.cors.preflight-defined`).
pub(super) fn preflight(call: &Call<'_>) -> Answer {
    let answer = Answer::empty(200).with("Access-Control-Allow-Origin", "*".to_owned());
    if call.has(Fault::GUARD_REST_PREFLIGHT_BARE) {
        return answer;
    }
    answer
        .with(
            "Access-Control-Allow-Headers",
            "Content-Type,Authorization,X-Amz-Date,X-Api-Key,X-Amz-Security-Token".to_owned(),
        )
        .with("Access-Control-Allow-Methods", "OPTIONS,GET".to_owned())
}
