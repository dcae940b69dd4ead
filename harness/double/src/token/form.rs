//! The parameters of a token request: what counts as a form, and which of its fields count.

use serde_json::Value;

use super::answer::SERVER_ERROR;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::{Params, form_decoded};
use crate::oauth_error::OAuthError;

/// Credentials never count when they are in the query, where logs keep them (RFC 6749 section 2.3.1).
const BODY_ONLY: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// The other parameters that mean something here; all else is passed over (`token.params.unknown-extra`).
const KNOWN: [&str; 8] = [
    "grant_type",
    "scope",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "aws_client_metadata",
    "resource",
];

/// The longest value of an unknown field under [`Fault::LONG_FIELD_REFUSED`], in bytes.
const LONG: usize = 255;

/// True for a request whose body is declared to be a form (`token.content-type.malformed`).
pub(super) fn is_taken(call: &Call<'_>) -> bool {
    if !call.is_form() {
        return call.has(Fault::CONTENT_TYPE_UNCHECKED) || (is_json(call) && call.has(Fault::JSON_TAKEN));
    }
    let declared = call.header("content-type").unwrap_or_default();
    let refused = declared.contains(';')
        && (call.has(Fault::FORM_CHARSET_REFUSED)
            || (!declared.contains("; ") && call.has(Fault::CHARSET_WITHOUT_BLANK_REFUSED)));
    !refused
}

fn is_json(call: &Call<'_>) -> bool {
    call.header("content-type").is_some_and(|declared| declared.starts_with("application/json"))
}

/// The parameters of the body, and those of the query that may be there (`token.params.in-query`).
pub(super) fn params(call: &Call<'_>) -> Result<Params, OAuthError> {
    let mut params = body(call);
    if params.repeats() {
        params = without_repetitions(call, &params).ok_or(OAuthError::INVALID_REQUEST)?;
    }
    let in_query = call.query();
    let is_used = in_query.pairs().next().is_some();
    if is_used && !call.has(Fault::QUERY_UNREAD) {
        params.complete_from(in_query, |name| !BODY_ONLY.contains(&name));
    }
    unknown_fields(call, &params)?;
    Ok(params)
}

fn body(call: &Call<'_>) -> Params {
    let body = &call.request.body;
    let is_read_as_json = body.first() == Some(&b'{')
        && if call.is_form() { call.has(Fault::JSON_IN_FORM_READ) } else { call.has(Fault::JSON_TAKEN) };
    if is_read_as_json {
        let members = serde_json::from_slice::<Value>(body).ok().and_then(|json| json.as_object().cloned());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        return members.unwrap_or_default().iter().map(|(name, value)| (name.clone(), text(value))).collect();
    }
    if body.contains(&b'+') && call.has(Fault::PLUS_IN_FORM_KEPT) {
        return Params::parse(String::from_utf8_lossy(body).replace('+', "%2B").as_bytes());
    }
    let params = call.form();
    let changes = |value: &str| value.contains(['+', '%']);
    if params.pairs().any(|(_, value)| changes(value)) && call.has(Fault::FORM_DECODED_TWICE) {
        return params.pairs().map(|(name, value)| (name.to_owned(), form_decoded(value))).collect();
    }
    params
}

/// What is made of parameters that repeat, which are refused but for a fault (`token.params.duplicate`).
fn without_repetitions(call: &Call<'_>, params: &Params) -> Option<Params> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    if call.has(Fault::LAST_REPEATED_FIELD_WINS) {
        return Some(params.pairs().rev().map(owned).collect());
    }
    if call.has(Fault::FIRST_REPEATED_FIELD_WINS) {
        return Some(params.clone());
    }
    let is_scope_alone = params.repeated().iter().all(|name| *name == "scope");
    if is_scope_alone && call.has(Fault::REPEATED_SCOPES_JOINED) {
        let scopes = params.all("scope").collect::<Vec<_>>().join(" ");
        let others = params.pairs().filter(|(name, _)| *name != "scope").map(owned);
        return Some(others.chain([("scope".to_owned(), scopes)]).collect());
    }
    None
}

fn unknown_fields(call: &Call<'_>, params: &Params) -> Result<(), OAuthError> {
    let unknown: Vec<_> =
        params.pairs().filter(|(name, _)| !KNOWN.contains(name) && !BODY_ONLY.contains(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    if call.has(Fault::UNKNOWN_FIELD_REFUSED) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if unknown.iter().any(|(name, _)| name.contains('[')) && call.has(Fault::BRACKET_IN_NAME_FAILS) {
        return Err(SERVER_ERROR);
    }
    if unknown.iter().any(|(_, value)| value.len() > LONG) && call.has(Fault::LONG_FIELD_REFUSED) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    Ok(())
}
