//! One HTTP request and its bounded answer. No redirect is followed, no cookie kept, nothing tried twice.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;

use super::prepare::Prepared;
use super::raw;
use crate::model::exchange::{Answer, BODY_LIMIT, Fault};

/// How requests of a target are sent.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    timeout: Duration,
}

impl Client {
    /// A client with this bound on the time of a whole exchange. `loopback` targets are reached without any proxy.
    ///
    /// # Errors
    /// A text where no client can be made, such as a missing set of root certificates.
    pub fn new(timeout: Duration, loopback: bool) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .referer(false)
            // Otherwise a request that HTTP/2 refuses would be sent again behind the back of the check.
            .retry(reqwest::retry::never())
            .user_agent(concat!("poolproof/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(timeout)
            .pool_max_idle_per_host(64);
        if loopback {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| describe(&error))?;
        Ok(Self { http, timeout })
    }

    /// Sends one request and reads its answer, both within the timeout.
    ///
    /// # Errors
    /// A [`Fault`] for whatever is not a complete HTTP answer of bounded size.
    pub async fn send(&self, prepared: &Prepared) -> Result<Answer, Fault> {
        let answer = async {
            if raw::is_needed(prepared) {
                raw::send(prepared).await
            } else {
                self.exchange(self.request(prepared)?).await
            }
        };
        tokio::time::timeout(self.timeout, answer)
            .await
            .unwrap_or(Err(Fault::Timeout(self.timeout)))
            .and_then(readable)
    }

    fn request(&self, prepared: &Prepared) -> Result<reqwest::Request, Fault> {
        let method = reqwest::Method::from_bytes(prepared.method.as_bytes())
            .map_err(|_| Fault::Unsendable(format!("{:?} is no HTTP method", prepared.method)))?;
        let url = reqwest::Url::parse(&prepared.url)
            .map_err(|error| Fault::Unsendable(format!("the URL is malformed: {error}")))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &prepared.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Fault::Unsendable(format!("{name:?} is no header name")))?;
            // The value may hold a secret: it is not part of the text.
            let value = HeaderValue::from_bytes(value.as_bytes())
                .map_err(|_| Fault::Unsendable(format!("the value of the header {name} cannot be sent")))?;
            headers.append(name, value);
        }
        let mut builder = self.http.request(method, url).headers(headers);
        if let Some(body) = &prepared.body {
            builder = builder.body(body.clone());
            if body.is_empty() {
                // An empty body would be sent without a length, as if there were none.
                builder = builder.header(CONTENT_LENGTH, 0);
            }
        }
        builder.build().map_err(|error| Fault::Unsendable(describe(&error)))
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<Answer, Fault> {
        let mut response = self.http.execute(request).await.map_err(|error| classify(&error))?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(Fault::BodyTooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

/// The answer, if it can be read at all: it is in HTTP, and its body in no encoding that was not asked for.
fn readable(answer: Answer) -> Result<Answer, Fault> {
    if answer.status == 101 {
        return Err(Fault::broken("status 101, and another protocol was not asked for"));
    }
    // What was asked for is decoded, and then no longer named.
    let mut encodings = answer.headers.iter().filter(|(name, _)| name == "content-encoding");
    let foreign = encodings.find(|(_, value)| !value.trim_ascii().eq_ignore_ascii_case(b"identity"));
    match foreign.filter(|_| !answer.body.is_empty()) {
        Some((_, value)) => {
            let encoding = String::from_utf8_lossy(value);
            Err(Fault::broken(&format!("the body is encoded as {encoding:?}, which was not asked for")))
        }
        None => Ok(answer),
    }
}

/// Tells apart what a user has to do about it.
fn classify(error: &reqwest::Error) -> Fault {
    let mut cause = error.source();
    let mut texts = Vec::new();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return Fault::Refused;
        }
        if let Some(tls) = tls_within(inner) {
            return Fault::Tls(crate::model::text::one_line(&tls.to_string()));
        }
        texts.push(inner.to_string());
        cause = inner.source();
    }
    let text = texts.join(": ");
    if error.is_connect() && text.contains("dns error") {
        return Fault::UnknownHost;
    }
    if error.is_connect() && (text.contains("certificate") || text.contains("tls")) {
        return Fault::Tls(crate::model::text::one_line(&text));
    }
    Fault::broken(if texts.is_empty() { "no reason given" } else { &text })
}

/// The error of TLS that an error is or holds: one of I/O does not name what it holds as its cause.
fn tls_within<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let held = || error.downcast_ref::<std::io::Error>()?.get_ref();
    error.downcast_ref().or_else(|| tls_within(held()?))
}

/// The innermost text of an error, without the URL that may hold a code or a token.
fn describe(error: &reqwest::Error) -> String {
    let mut text = "unknown".to_owned();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    crate::model::text::one_line(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_no_answer() {
        let of = |status, encoding: &[u8], body: &[u8]| {
            let headers = vec![("content-encoding".to_owned(), encoding.to_vec())];
            readable(Answer { status, headers, body: body.to_vec() }).map_err(|fault| fault.to_string())
        };
        assert!(of(400, b"Identity", b"{}").is_ok() && of(304, b"gzip", b"").is_ok());
        for encoding in [&b"br"[..], b"gzip, gzip", b"\x1b[2J\xff"] {
            let fault = of(400, encoding, b"x").unwrap_err();
            assert!(fault.contains("the body is encoded as") && !fault.contains('\u{1b}'), "{fault}");
        }
        assert!(of(101, b"", b"").unwrap_err().contains("101"));
    }

    #[test]
    fn an_error_of_tls_is_found_within_others() {
        let tls = || rustls::Error::HandshakeNotComplete;
        let held = std::io::Error::other(std::io::Error::other(tls()));
        assert_eq!(tls_within(&held), Some(&tls()));
        assert_eq!(tls_within(&tls()), Some(&tls()));
        assert_eq!(tls_within(&std::io::Error::other("no")), None);
    }
}
