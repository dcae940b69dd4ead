//! Who the client is, and whether it proves it (RFC 6749 section 2.3; `token.client-auth.*`).

use super::answer::SERVER_ERROR;
use super::presented::{Presented, Unreadable};
use super::secret;
use crate::call::Call;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::pool::{Client, Pool};
use crate::state::State;

/// How an authenticated client proved itself; the revocation endpoint minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    Basic,
    Body,
    /// A public client has nothing to prove.
    None,
}

/// The client, its pool and the way it proved itself, or `invalid_client`.
pub(crate) fn authenticate_with_proof<'s>(
    call: &Call<'_>,
    state: &'s State,
    presented: &Presented,
) -> Result<(&'s Pool, &'s Client, Proof), OAuthError> {
    let (id, basic_secret) = claimed(call, presented)?;
    let (pool, client) = find(call, state, id).ok_or_else(|| unknown_client(call, presented))?;
    // The other client of the body, under a fault.
    let instead = match presented.body_id.as_deref() {
        Some(body_id) if body_id != id => Some(mismatch(call, state, body_id)?),
        _ => None,
    };
    let sent = [
        basic_secret.filter(|secret| !secret.is_empty()).map(|secret| (Proof::Basic, secret)),
        presented.body_secret.as_deref().map(|secret| (Proof::Body, secret)),
    ];
    let sent: Vec<(Proof, &str)> = sent.into_iter().flatten().collect();
    let proof = match sent.as_slice() {
        [] => without_secret(call, client, presented)?,
        [(proof, _), others @ ..] => {
            check_places(call, presented, (*proof, others.len()))?;
            // Also refuses a secret sent to a public client (`token.client-auth.secret-sent-to-public`).
            let is_right = |(proof, secret): &(Proof, &str)| {
                secret::is_active(call, pool, client, secret)
                    || secret::is_excused(call, client, presented.grant_type, *proof)
            };
            if !sent.iter().all(is_right) {
                return Err(wrong_secret(call));
            }
            *proof
        }
    };
    let (pool, client) = instead.unwrap_or((pool, client));
    Ok((pool, client, proof))
}

/// The id that the client claims, and the secret of its header.
fn claimed<'p>(call: &Call<'_>, presented: &'p Presented) -> Result<(&'p str, Option<&'p str>), OAuthError> {
    let refused = OAuthError::INVALID_CLIENT;
    match &presented.basic {
        Some(Err(Unreadable)) if call.has(Fault::MALFORMED_BASIC_FAILS) => Err(SERVER_ERROR),
        Some(Err(Unreadable)) => Err(refused),
        Some(Ok((_, secret))) if secret.contains('%') && call.has(Fault::PERCENT_IN_BASIC_FAILS) => {
            Err(SERVER_ERROR)
        }
        Some(Ok((id, secret))) => match presented.body_id.as_deref() {
            None if call.has(Fault::BASIC_NEEDS_BODY_ID) => Err(OAuthError::INVALID_REQUEST),
            Some(body_id) if body_id == id && call.has(Fault::BODY_ID_BESIDE_BASIC_REFUSED) => {
                Err(OAuthError::INVALID_REQUEST)
            }
            _ => Ok((id, Some(secret))),
        },
        None if presented.bearer && presented.is_for_tokens() && call.has(Fault::BEARER_AT_TOKEN_IS_401) => {
            Err(refused.with_status(401))
        }
        None => presented.body_id.as_deref().map(|id| (id, None)).ok_or(refused),
    }
}

/// The client with this id in the pool of the domain (`token.client-auth.other-pool`).
fn find<'s>(call: &Call<'_>, state: &'s State, id: &str) -> Option<(&'s Pool, &'s Client)> {
    let found = state.client_on(call.domain, id);
    if found.is_some() {
        return found;
    }
    let all =
        || state.pools.values().flat_map(|pool| pool.clients.values().map(move |client| (pool, client)));
    let elsewhere = all().find(|(_, client)| client.id == id);
    if elsewhere.is_some() && call.has(Fault::CLIENT_OF_OTHER_POOL_TAKEN) {
        return elsewhere;
    }
    all()
        .find(|(pool, client)| pool.served_by(call.domain) && client.id.eq_ignore_ascii_case(id))
        .filter(|_| call.has(Fault::CLIENT_ID_CASE_IGNORED))
}

fn unknown_client(call: &Call<'_>, presented: &Presented) -> OAuthError {
    let refused = OAuthError::INVALID_CLIENT;
    if presented.is_for_tokens() && call.has(Fault::UNKNOWN_CLIENT_IS_401) {
        refused.with_status(401)
    } else {
        refused
    }
}

/// One client in the header and another one in the body (`token.client-auth.id-mismatch`).
fn mismatch<'s>(
    call: &Call<'_>,
    state: &'s State,
    body_id: &str,
) -> Result<(&'s Pool, &'s Client), OAuthError> {
    if call.has(Fault::ID_MISMATCH_IS_401) {
        return Err(OAuthError::INVALID_CLIENT.with_status(401));
    }
    let other = state.client_on(call.domain, body_id).filter(|_| call.has(Fault::BODY_ID_WINS));
    other.ok_or(OAuthError::INVALID_CLIENT)
}

/// A client that sent no secret: one that has none, but for a fault (`token.client-auth.secret-missing`).
fn without_secret(call: &Call<'_>, client: &Client, presented: &Presented) -> Result<Proof, OAuthError> {
    let refused = OAuthError::INVALID_CLIENT;
    if client.is_public() {
        let is_refused = presented.is_for_tokens() && call.has(Fault::PUBLIC_CLIENT_REFUSED);
        return if is_refused { Err(refused) } else { Ok(Proof::None) };
    }
    let excused = match presented.grant_type {
        Some("authorization_code") => call.has(Fault::SECRET_OPTIONAL_WITH_CODE),
        Some("client_credentials") => call.has(Fault::SECRET_OPTIONAL_FOR_MACHINES),
        _ => false,
    };
    let excused = excused
        || (presented.empty_secret && call.has(Fault::EMPTY_SECRET_TAKEN))
        || (presented.assertion && call.has(Fault::ASSERTION_UNVERIFIED));
    if excused { Ok(Proof::None) } else { Err(refused) }
}

/// Where secrets may be: in either place, and in both.
fn check_places(
    call: &Call<'_>,
    presented: &Presented,
    (first, others): (Proof, usize),
) -> Result<(), OAuthError> {
    let refused = OAuthError::INVALID_CLIENT;
    if others > 0 && call.has(Fault::SECRET_TWICE_IS_401) {
        return Err(refused.with_status(401));
    }
    if first == Proof::Body && presented.is_for_tokens() && call.has(Fault::SECRET_IN_BODY_REFUSED) {
        return Err(refused);
    }
    Ok(())
}

/// Documented as 400, where RFC 6749 section 5.2 wants 401 for Basic (`token.client-auth.basic-wrong-secret`).
fn wrong_secret(call: &Call<'_>) -> OAuthError {
    if call.has(Fault::WRONG_SECRET_IS_401) {
        OAuthError::INVALID_CLIENT.with_status(401)
    } else {
        OAuthError::INVALID_CLIENT
    }
}
