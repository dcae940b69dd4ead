//! From a request as data to the bytes of a request: values worked out, query and form encoded.

use url::form_urlencoded;

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
    /// Whether a success brings a token of the client-credentials grant.
    pub machine_token: bool,
}

/// Works out all values of a request to this URL.
///
/// # Errors
/// [`Fault::Unresolved`] where a value is not there.
pub fn prepare(request: &Request, url: &str, lookup: &dyn Lookup) -> Result<Prepared, Fault> {
    let mut url = url.to_owned();
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
    let machine_token = url.contains("client_credentials")
        || body.as_ref().is_some_and(|body| body.contains("client_credentials"));
    Ok(Prepared { method: request.method.clone(), url, headers, body, machine_token })
}

/// `application/x-www-form-urlencoded`, as the WHATWG URL standard serialises it.
pub fn encode(fields: &[(String, Value)], lookup: &dyn Lookup) -> Result<String, Fault> {
    let mut encoder = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        encoder.append_pair(name, &value.resolve(lookup)?);
    }
    Ok(encoder.finish())
}
