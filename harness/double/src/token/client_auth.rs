//! Who the client is, and whether it proves it (RFC 6749 section 2.3; `token.client-auth.*`).

use crate::call::Call;
use crate::fault::Fault;
use crate::form::{Authorization, Params, form_decoded};
use crate::oauth_error::OAuthError;
use crate::pool::{Client, Pool};
use crate::state::State;

/// What a request presents as the client's identity.
#[derive(Debug)]
pub(crate) struct Presented {
    basic: Option<Result<(String, String), ()>>,
    body_id: Option<String>,
    body_secret: Option<String>,
}

/// How an authenticated client proved itself; the revocation endpoint minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Basic,
    Body,
    /// A public client has nothing to prove.
    None,
}

impl Presented {
    pub(crate) fn read(call: &Call<'_>, params: &Params) -> Self {
        let basic = match call.header("authorization").as_deref().map(Authorization::parse) {
            // A bearer token says nothing about the client (`token.client-auth.bearer-scheme`).
            None | Some(Authorization::Bearer(_)) => None,
            Some(Authorization::Basic { id, secret }) => Some(Ok((id, secret))),
            Some(Authorization::Malformed) => Some(Err(())),
        };
        let owned = |name| params.filled(name).map(str::to_owned);
        Self { basic, body_id: owned("client_id"), body_secret: owned("client_secret") }
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
}

/// The client and its pool, or `invalid_client`.
pub(crate) fn authenticate<'s>(
    call: &Call<'_>,
    state: &'s State,
    presented: &Presented,
) -> Result<(&'s Pool, &'s Client), OAuthError> {
    let (pool, client, _) = authenticate_with_proof(call, state, presented)?;
    Ok((pool, client))
}

/// As [`authenticate`], with the way the client proved itself.
pub(crate) fn authenticate_with_proof<'s>(
    call: &Call<'_>,
    state: &'s State,
    presented: &Presented,
) -> Result<(&'s Pool, &'s Client, Proof), OAuthError> {
    let refused = OAuthError::INVALID_CLIENT;
    let (id, basic_secret) = match &presented.basic {
        Some(Err(())) => return Err(refused),
        Some(Ok((id, secret))) => (id.clone(), Some(secret.as_str())),
        None => (presented.body_id.clone().ok_or(refused)?, None),
    };
    if presented.body_id.as_ref().is_some_and(|body_id| *body_id != id) {
        return Err(refused);
    }
    let (pool, client) = state.client_on(call.domain, &id).ok_or(refused)?;
    let basic_secret = basic_secret.filter(|secret| !secret.is_empty());
    let sent = [basic_secret, presented.body_secret.as_deref()];
    let mut sent = sent.into_iter().flatten().peekable();
    if sent.peek().is_none() {
        return if client.is_public() { Ok((pool, client, Proof::None)) } else { Err(refused) };
    }
    // Also refuses a secret sent to a public client (`token.client-auth.secret-sent-to-public`).
    if !sent.all(|secret| is_active(call, client, secret)) {
        return Err(wrong_secret(call));
    }
    let proof = if basic_secret.is_some() { Proof::Basic } else { Proof::Body };
    Ok((pool, client, proof))
}

/// Documented as 400, where RFC 6749 section 5.2 wants 401 for Basic (`token.client-auth.basic-wrong-secret`).
fn wrong_secret(call: &Call<'_>) -> OAuthError {
    if call.has(Fault::WRONG_SECRET_IS_401) {
        OAuthError::INVALID_CLIENT.with_status(401)
    } else {
        OAuthError::INVALID_CLIENT
    }
}

/// True when this is one of the client's secrets, as it is or percent-encoded
/// (`token.client-auth.basic-percent-encoding`).
fn is_active(call: &Call<'_>, client: &Client, sent: &str) -> bool {
    let decoded = form_decoded(sent);
    let older = client.secrets.len().saturating_sub(1);
    let replaced = if older > 0 && call.has(Fault::NEWEST_SECRET_ALONE) { older } else { 0 };
    client.secrets.iter().skip(replaced).any(|secret| {
        let value = secret.value.as_str();
        value == sent
            || value == decoded
            || (call.has(Fault::SECRET_CASE_IGNORED) && value.eq_ignore_ascii_case(sent))
            || (call.has(Fault::SECRET_PREFIX_ACCEPTED) && value.starts_with(sent))
    })
}
