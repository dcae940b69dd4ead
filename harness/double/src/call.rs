//! One request, with what every handler asks about it.

use wiremock::Request;

use crate::fault::Fault;
use crate::form::{Params, is_form_media_type};
use crate::pool::Domain;
use crate::server::Shared;

/// A request on its way through the double.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    pub(crate) shared: &'a Shared,
    pub(crate) domain: Domain,
    /// The path without the prefix of the domain.
    pub(crate) path: &'a str,
    /// Seconds since the Unix epoch, read once a request.
    pub(crate) now: u64,
}

impl<'a> Call<'a> {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.shared.faults.has(fault)
    }

    pub(crate) fn method(&self) -> &'a str {
        self.request.method.as_str()
    }

    /// The query as it was sent, still encoded.
    pub(crate) fn raw_query(&self) -> &'a str {
        self.request.url.query().unwrap_or_default()
    }

    pub(crate) fn query(&self) -> Params {
        Params::parse(self.raw_query().as_bytes())
    }

    pub(crate) fn form(&self) -> Params {
        Params::parse(&self.request.body)
    }

    /// The first value of a header; bytes beyond ASCII are replaced, so that a hostile value still counts as present.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = self.request.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// True when the body is declared to be a form.
    pub(crate) fn is_form(&self) -> bool {
        is_form_media_type(self.header("content-type").as_deref())
    }

    /// True when an entry of `Accept` is no media range (RFC 9110 section 12.5.1): it has no slash. The report behind
    /// `token.accept.unusual` does not say which entry of its header was at fault; these are the malformed ones.
    pub(crate) fn has_odd_accept(&self) -> bool {
        self.header("accept").is_some_and(|accept| {
            accept.split(',').map(str::trim).any(|range| !range.is_empty() && !range.contains('/'))
        })
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.request
            .headers
            .get_all("cookie")
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, value)| *key == name && !value.is_empty())
            .map(|(_, value)| value.to_owned())
    }

    /// The address of the domain the request came to.
    pub(crate) fn site(&self) -> String {
        format!("{}{}", self.shared.base_url, self.domain.prefix())
    }

    /// The issuer of a pool: the double serves it itself, so that clients can fetch its keys (`claims.iss`).
    pub(crate) fn issuer(&self, pool_id: &str) -> String {
        self.shared.issuer(pool_id)
    }
}
