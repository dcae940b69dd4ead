//! An answer before it goes to wiremock.

use std::time::Duration;

use serde_json::Value;
use wiremock::ResponseTemplate;
use wiremock::http::{HeaderName, HeaderValue};

/// Status, headers and body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(&'static str, String)>,
    body: Option<(&'static str, Vec<u8>)>,
}

impl Answer {
    /// An answer with an empty body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None }
    }

    /// JSON as the OAuth endpoints send it (`token.error.shape`).
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::empty(status).with_body("application/json;charset=UTF-8", body.to_string())
    }

    /// A page for a browser.
    pub(crate) fn html(status: u16, page: String) -> Self {
        Self::empty(status).with_body("text/html;charset=UTF-8", page)
    }

    /// A 302 to another address.
    pub(crate) fn redirect(location: String) -> Self {
        Self::empty(302).with("Location", location)
    }

    /// A refused method or media type: 405 without a body (`token.content-type.malformed`, `token.path.unknown`).
    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        Self::empty(405).with("Allow", allow.to_owned())
    }

    /// Sets the body without a media type.
    pub(crate) fn with_bare_body(self, body: String) -> Self {
        self.with_body("", body)
    }

    /// Sets the body with its media type.
    pub(crate) fn with_body(mut self, media_type: &'static str, body: String) -> Self {
        self.body = Some((media_type, body.into_bytes()));
        self
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer as wiremock sends it, after `latency`.
    pub(crate) fn into_template(self, latency: Duration) -> ResponseTemplate {
        let mut template = ResponseTemplate::new(self.status);
        for (name, value) in self.headers {
            // A value that cannot be a header is left out: wiremock would panic on it.
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
                template = template.append_header(name, value);
            }
        }
        template = match self.body {
            Some(("", body)) => template.set_body_bytes(body),
            Some((media_type, body)) => template.set_body_raw(body, media_type),
            None => template,
        };
        if latency.is_zero() { template } else { template.set_delay(latency) }
    }
}
