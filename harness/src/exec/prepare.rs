//! From a request as data to the bytes of a request: values worked out, query and form encoded.

use url::form_urlencoded;

use crate::model::endpoint::Endpoint;
use crate::model::exchange::Fault;
use crate::model::request::{Body, Request};
use crate::model::value::{Lookup, Value};

/// A request ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
    /// Whether a success may bring a token of the client-credentials grant.
    pub machine_token: bool,
    /// Whether it goes to a guard.
    pub to_guard: bool,
}

/// Works out all values of a request to this URL.
///
/// # Errors
/// [`Fault::Unresolved`] where a value is not there.
pub fn prepare(request: &Request, url: &str, lookup: &dyn Lookup) -> Result<Prepared, Fault> {
    let mut url = match &request.pool {
        Some(other) => of_pool(url, &other.resolve(lookup)?, lookup)?,
        None => url.to_owned(),
    };
    if !request.query.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&encode(&request.query, lookup)?);
    }
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| Ok((name.clone(), value.resolve(lookup)?)))
        .collect::<Result<Vec<_>, Fault>>()?;
    let body = match &request.body {
        Body::None => None,
        Body::Form(fields) => Some(encode(fields, lookup)?),
        Body::Text(text) => Some(text.resolve(lookup)?),
    };
    let machine_token = may_bring_machine_token(request.endpoint, &url, body.as_deref().unwrap_or_default());
    let to_guard = request.endpoint == Endpoint::Guard;
    Ok(Prepared { method: request.method.clone(), url, headers, body, machine_token, to_guard })
}

/// The URL with another pool in the place of the fixture's.
fn of_pool(url: &str, other: &str, lookup: &dyn Lookup) -> Result<String, Fault> {
    let own = Value::fixture("pool.id").resolve(lookup)?;
    match url.rfind(&format!("/{own}/")).filter(|_| !own.is_empty()) {
        Some(at) => Ok(format!("{}/{other}{}", &url[..at], &url[at + 1 + own.len()..])),
        None => Err(Fault::Unsendable("the URL names no pool".to_owned())),
    }
}

/// The name of the client-credentials grant (RFC 6749 section 4.4.2).
const MACHINE_GRANT: &str = "client_credentials";

/// Whether a target may answer with a machine token. A real pool bills each, so doubt counts as yes: a lax target may
/// take a grant type in another letter case, from the query, or by default. A request is free of it if it nowhere names
/// the client-credentials grant, percent-encoded or not, and does not go to the token endpoint or names another grant
/// there as a form field or a parameter. The method does not matter.
fn may_bring_machine_token(endpoint: Endpoint, url: &str, body: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let fields = || form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(body.as_bytes()));
    let names_it = |text: &str| text.to_ascii_lowercase().contains(MACHINE_GRANT);
    if names_it(url) || names_it(body) || fields().any(|(name, value)| names_it(&name) || names_it(&value)) {
        return true;
    }
    let names_another = fields().any(|(name, value)| {
        name == "grant_type" && matches!(value.as_ref(), "authorization_code" | "refresh_token")
    });
    endpoint == Endpoint::Token && !names_another
}

/// `application/x-www-form-urlencoded`, as the WHATWG URL standard serialises it.
pub fn encode(fields: &[(String, Value)], lookup: &dyn Lookup) -> Result<String, Fault> {
    let mut encoder = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        encoder.append_pair(name, &value.resolve(lookup)?);
    }
    Ok(encoder.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserves(endpoint: Endpoint, query: &str, body: &str) -> bool {
        may_bring_machine_token(endpoint, &format!("https://auth.example.test/oauth2/token{query}"), body)
    }

    #[test]
    fn another_pool_stands_where_the_own_one_stood() {
        struct Known;
        impl Lookup for Known {
            fn fixture(&self, slot: &crate::model::value::Slot) -> Option<&str> {
                (slot.0 == "pool.id").then_some("us-east-1_a")
            }

            fn captured(&self, _: &str) -> Option<&str> {
                None
            }
        }
        let other = Request::get(Endpoint::Jwks).of_pool("us-east-1_b");
        let sent = |url: &str| prepare(&other, url, &Known).map(|prepared| prepared.url);
        let url = "https://a.test/us-east-1_a/.well-known/jwks.json";
        assert_eq!(sent(url), Ok("https://a.test/us-east-1_b/.well-known/jwks.json".to_owned()));
        assert!(matches!(sent("https://a.test/.well-known/jwks.json"), Err(Fault::Unsendable(_))));
    }

    #[test]
    fn whatever_may_be_the_machine_grant_reserves_a_token() {
        for (query, body) in [
            ("", "grant_type=client_credentials"),
            ("", "grant_type=Client_Credentials"),
            ("", "grant_type=client%5Fcredentials&grant_type=refresh_token"),
            ("", r#"{"grant_type":"client_credentials"}"#),
            ("?grant_type=client_credentials", "grant_type=authorization_code"),
            ("?grant_type=client%5fcredentials", ""),
            ("", "scope=a"),
            ("", "grant_type="),
            ("", "grant_type=password"),
            ("", ""),
        ] {
            assert!(reserves(Endpoint::Token, query, body), "{query} {body}");
        }
    }

    #[test]
    fn another_grant_and_another_endpoint_reserve_none() {
        assert!(!reserves(Endpoint::Token, "", "grant_type=authorization_code&code=c"));
        assert!(!reserves(Endpoint::Token, "", "grant_type=refresh_token&refresh_token=r"));
        assert!(!reserves(Endpoint::Token, "?grant_type=refresh_token", ""));
        assert!(!reserves(Endpoint::Revoke, "", "token=t"));
        assert!(reserves(Endpoint::UnknownPath, "", "grant_type=client_credentials"));
    }
}
