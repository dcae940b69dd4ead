//! Where the token stands in a request.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::right::Refusal;
use super::forgets::{Forgets, Forgotten};

/// The token; `None` where the request is let through without one.
pub(super) fn token(
    forgotten: &Forgotten,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<Option<String>, Refusal> {
    let query = uri.query().unwrap_or_default();
    let in_query = query.split('&').find_map(|pair| pair.strip_prefix("access_token="));
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match (values.next(), values.next_back()) {
        (None, _) => {
            return match in_query {
                Some(token) if forgotten.has(Forgets::Query) => Ok(Some(token.to_owned())),
                _ if forgotten.has(Forgets::NoToken) => Ok(None),
                _ => Err(Refusal::NoToken),
            };
        }
        (Some(only), None) => only,
        (Some(first), Some(_)) if forgotten.has(Forgets::FirstHeader) => first,
        (Some(_), Some(last)) if forgotten.has(Forgets::LastHeader) => last,
        _ => return Err(Refusal::InvalidRequest),
    };
    if in_query.is_some() && !forgotten.has(Forgets::TwoMethods) {
        return Err(Refusal::InvalidRequest);
    }
    from_header(forgotten, value.to_str().map_err(|_| Refusal::InvalidRequest)?)
}

fn from_header(forgotten: &Forgotten, value: &str) -> Result<Option<String>, Refusal> {
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let token = token.trim_matches(' ');
    let is_bearer = if forgotten.has(Forgets::SchemeCase) {
        scheme == "Bearer"
    } else {
        scheme.eq_ignore_ascii_case("bearer")
    };
    match token {
        "" if is_bearer && forgotten.has(Forgets::EmptyBearer) => Ok(None),
        "" if is_bearer => Err(Refusal::InvalidRequest),
        "" if forgotten.has(Forgets::Bare) => Ok(Some(scheme.to_owned())),
        token if is_bearer || forgotten.has(Forgets::AnyScheme) => Ok(Some(token.to_owned())),
        token if scheme.eq_ignore_ascii_case("basic") && forgotten.has(Forgets::Basic) => {
            Ok(Some(from_basic(token).unwrap_or_else(|| token.to_owned())))
        }
        _ => Err(Refusal::NoToken),
    }
}

/// What looks like a token in `user:password`.
fn from_basic(credentials: &str) -> Option<String> {
    let text = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    text.split(':').find(|part| part.contains('.')).map(str::to_owned)
}
