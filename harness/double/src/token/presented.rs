//! What a request presents as the client's identity (RFC 6749 section 2.3).

use crate::call::Call;
use crate::fault::Fault;
use crate::form::{Authorization, Params};

/// Why an `Authorization` header says nothing: it cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// What a request presents as the client's identity.
#[derive(Debug)]
pub(crate) struct Presented {
    pub(super) basic: Option<Result<(String, String), Unreadable>>,
    pub(super) body_id: Option<String>,
    pub(super) body_secret: Option<String>,
    /// The grant that is asked for; none at the other endpoints.
    pub(super) grant_type: Option<&'static str>,
    /// Whether the header holds a bearer token, which says nothing about the client.
    pub(super) bearer: bool,
    /// Whether the place of a secret is there and empty.
    pub(super) empty_secret: bool,
    /// Whether there is an assertion, which nobody reads (`token.client-auth.jwt-assertion`).
    pub(super) assertion: bool,
}

impl Presented {
    pub(crate) fn read(call: &Call<'_>, params: &Params, grant_type: Option<&'static str>) -> Self {
        let header = call.header("authorization");
        let parsed = header.as_deref().map(|header| authorization(call, header));
        let bearer = matches!(parsed, Some(Authorization::Bearer(_)));
        let basic = match parsed {
            // A bearer token says nothing about the client (`token.client-auth.bearer-scheme`).
            None | Some(Authorization::Bearer(_)) => None,
            Some(Authorization::Basic { id, secret }) => Some(Ok((id, secret))),
            Some(Authorization::Malformed) => Some(Err(Unreadable)),
        };
        let owned = |name| params.filled(name).map(str::to_owned);
        let empty_in_basic = matches!(&basic, Some(Ok((_, secret))) if secret.is_empty());
        Self {
            empty_secret: empty_in_basic || params.get("client_secret") == Some(""),
            basic,
            body_id: owned("client_id"),
            body_secret: owned("client_secret"),
            grant_type,
            bearer,
            assertion: params.filled("client_assertion").is_some(),
        }
    }

    /// The claimed client id, Basic first.
    pub(crate) fn client_id(&self) -> Option<&str> {
        match &self.basic {
            Some(Ok((id, _))) => Some(id),
            _ => self.body_id.as_deref(),
        }
    }

    /// True when no secret was sent in either place.
    pub(crate) fn has_no_secret(&self) -> bool {
        self.body_secret.is_none() && self.basic.is_none()
    }

    /// True when the request says nothing at all about its client.
    pub(crate) fn is_nobody(&self) -> bool {
        self.basic.is_none() && self.body_id.is_none()
    }

    /// Puts a name to a request that has none.
    pub(super) fn name(&mut self, client_id: &str) {
        self.body_id = Some(client_id.to_owned());
    }

    /// Whether this is the token endpoint.
    pub(super) fn is_for_tokens(&self) -> bool {
        self.grant_type.is_some()
    }
}

fn authorization(call: &Call<'_>, header: &str) -> Authorization {
    let parsed = Authorization::parse(header);
    if parsed != Authorization::Malformed {
        return parsed;
    }
    // Without the scheme the credentials do not count (`token.client-auth.no-scheme`).
    if !header.contains(' ') && call.has(Fault::BASIC_SCHEME_OPTIONAL) {
        return Authorization::parse(&format!("Basic {header}"));
    }
    // Nor do they without Base64 (`token.client-auth.basic-bad-base64`).
    let plain = header.strip_prefix("Basic ").and_then(|credentials| credentials.split_once(':'));
    match plain {
        Some((id, secret)) if call.has(Fault::PLAIN_BASIC_READ) => {
            Authorization::Basic { id: id.to_owned(), secret: secret.to_owned() }
        }
        _ => parsed,
    }
}
