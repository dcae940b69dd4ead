//! Where the token stands in a request (RFC 6750 section 2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Refusal;
use crate::call::Call;
use crate::fault::Fault;

/// What a request brings.
#[derive(Debug)]
pub(super) enum Presented {
    /// This token.
    Token(String),
    /// Nothing, and it is let in all the same: a defect.
    Nothing,
}

/// The token of a request, in the one place where it may stand.
pub(super) fn token(call: &Call<'_>) -> Result<Presented, Refusal> {
    let values = call.request.headers.get_all("authorization").iter();
    let values: Vec<String> =
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    let in_query = call.query().get("access_token").map(str::to_owned);
    let in_body = call.is_form().then(|| call.form().get("access_token").map(str::to_owned)).flatten();
    let value = match values.as_slice() {
        [] => {
            let elsewhere = in_query
                .filter(|_| call.has(Fault::GUARD_RS_QUERY_TOKEN))
                .or_else(|| in_body.filter(|_| call.has(Fault::GUARD_RS_BODY_TOKEN)));
            return match elsewhere {
                Some(token) => Ok(Presented::Token(token)),
                None if call.has(Fault::GUARD_RS_NO_TOKEN) => Ok(Presented::Nothing),
                None => Err(Refusal::NoToken),
            };
        }
        [only] => only,
        [_, _, ..] if call.has(Fault::GUARD_RS_FIRST_BEARER_HEADER) => {
            values.iter().find(|value| value.starts_with("Bearer ")).ok_or(Refusal::InvalidRequest)?
        }
        [first, ..] if call.has(Fault::GUARD_RS_FIRST_HEADER) => first,
        [.., last] if call.has(Fault::GUARD_RS_LAST_HEADER) => last,
        _ => return Err(Refusal::InvalidRequest),
    };
    let elsewhere_too = in_query.is_some() || in_body.is_some();
    if elsewhere_too && !call.has(Fault::GUARD_RS_TWO_METHODS) {
        return Err(Refusal::InvalidRequest);
    }
    if !value.contains(' ') && call.has(Fault::GUARD_RS_NO_SCHEME) {
        return Err(Refusal::Crash);
    }
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let mut token = token.trim_matches(' ');
    while let Some(rest) = token.strip_prefix("Bearer ").filter(|_| call.has(Fault::GUARD_RS_BEARER_TWICE)) {
        token = rest;
    }
    // Scheme names have no letter case (RFC 9110 section 11.1; `rs.transport.scheme-case`).
    let is_bearer = if call.has(Fault::GUARD_RS_SCHEME_CASE) {
        scheme == "Bearer"
    } else {
        scheme.eq_ignore_ascii_case("bearer")
    };
    match token {
        "" if is_bearer && call.has(Fault::GUARD_RS_EMPTY_BEARER) => Ok(Presented::Nothing),
        "" if is_bearer => Err(Refusal::InvalidRequest),
        token if is_bearer || call.has(Fault::GUARD_RS_ANY_SCHEME) => Ok(Presented::Token(token.to_owned())),
        token if scheme.eq_ignore_ascii_case("basic") && call.has(Fault::GUARD_RS_BASIC) => {
            from_basic(token).map(Presented::Token).ok_or(Refusal::NoToken)
        }
        _ => Err(Refusal::NoToken),
    }
}

/// What looks like a token in `user:password` (RFC 7617).
fn from_basic(credentials: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    text.split(':').find(|part| part.contains('.')).map(str::to_owned)
}
