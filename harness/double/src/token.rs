//! POST /oauth2/token (RFC 6749 section 3.2; AWS developer guide, "The token issuer endpoint").

mod answer;
mod client_auth;
mod client_credentials;
mod code;
mod refresh;

pub(crate) use answer::{expires_in, user_tokens};
pub(crate) use client_auth::{Presented, Proof, authenticate_with_proof};
pub(crate) use refresh::renew;

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::Params;
use crate::oauth_error::OAuthError;
use crate::pool::Client;
use crate::scope;
use crate::state::State;

/// Credentials never count when they are in the query, where logs keep them (RFC 6749 section 2.3.1).
const BODY_ONLY: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// A grant request of an authenticated client.
struct Grant<'a> {
    params: &'a Params,
    pool_id: String,
    client: Client,
}

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    match call.method() {
        "POST" => {}
        "OPTIONS" => return preflight("POST, OPTIONS"),
        _ => return Answer::method_not_allowed("POST"),
    }
    if !call.is_form() && !call.has(Fault::CONTENT_TYPE_UNCHECKED) {
        return Answer::method_not_allowed("POST");
    }
    if call.has_odd_accept() {
        return Answer::method_not_allowed("POST");
    }
    match grant(call, state) {
        Ok(body) => Answer::json(200, &body),
        Err(error) if call.has(Fault::ERROR_INSIDE_200) => error.with_status(200).answer(),
        Err(error) => error.answer(),
    }
}

/// A preflight of the Fetch standard (`token.headers.cors-preflight`); the origin header is added to every answer.
pub(crate) fn preflight(methods: &str) -> Answer {
    Answer::empty(200)
        .with("Access-Control-Allow-Methods", methods.to_owned())
        .with("Access-Control-Allow-Headers", "Authorization, Content-Type".into())
}

/// The order of the checks is that of the overview: the request as such and its grant type, the client, the grant.
fn grant(call: &Call<'_>, state: &mut State) -> Result<serde_json::Value, OAuthError> {
    let mut params = call.form();
    if params.repeats() {
        return Err(OAuthError::INVALID_REQUEST);
    }
    params.complete_from(call.query(), |name| !BODY_ONLY.contains(&name));
    let grant_type = params.filled("grant_type").ok_or(OAuthError::INVALID_REQUEST)?;
    let handler = match grant_type {
        "client_credentials" => client_credentials::grant,
        "authorization_code" => code::grant,
        "refresh_token" => refresh::grant,
        _ => return Err(OAuthError::UNSUPPORTED_GRANT_TYPE),
    };
    let presented = Presented::read(call, &params);
    if grant_type == "client_credentials" && presented.has_no_secret() {
        resolve_scopes_early(call, state, &presented, &params)?;
    }
    let (pool, client) = client_auth::authenticate(call, state, &presented)?;
    let grant = Grant { params: &params, pool_id: pool.id.clone(), client: client.clone() };
    state.used_clients.insert(grant.client.id.clone());
    handler(call, state, &grant)
}

/// Without a secret, a scope that does not exist is reported before the missing secret: the one real answer of that kind
/// was `invalid_scope` (`token.precedence.scope-vs-client`).
fn resolve_scopes_early(
    call: &Call<'_>,
    state: &State,
    presented: &Presented,
    params: &Params,
) -> Result<(), OAuthError> {
    let known = presented.client_id().and_then(|id| state.client_on(call.domain, id));
    let Some((pool, client)) = known else {
        return Ok(());
    };
    let requested = params.filled("scope");
    match scope::for_machine(pool, client, requested, &call.shared.faults) {
        Err(error) if requested.is_some() && error == OAuthError::INVALID_SCOPE => Err(error),
        _ => Ok(()),
    }
}
