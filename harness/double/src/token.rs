//! POST /oauth2/token (RFC 6749 section 3.2; AWS developer guide, "The token issuer endpoint").

mod answer;
mod client_auth;
mod client_credentials;
mod code;
mod form;
mod presented;
mod refresh;
mod secret;

pub(crate) use answer::{expires_in, user_tokens};
pub(crate) use client_auth::{Proof, authenticate_with_proof};
pub(crate) use presented::Presented;
pub(crate) use refresh::renew;

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::Params;
use crate::oauth_error::OAuthError;
use crate::pool::Client;
use crate::scope;
use crate::state::State;

/// The path of the endpoint.
pub(crate) const PATH: &str = "/oauth2/token";

/// The grant types, to the letter (`token.grant-type.case`).
const GRANT_TYPES: [&str; 3] = ["authorization_code", "client_credentials", "refresh_token"];

/// A grant request of an authenticated client.
struct Grant<'a> {
    params: &'a Params,
    pool_id: String,
    client: Client,
    proof: Proof,
}

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    match call.method() {
        "POST" if form::is_taken(call) => {}
        "GET" if call.has(Fault::TOKEN_BY_GET) => {}
        "OPTIONS" if !call.has(Fault::PREFLIGHT_REFUSED) => return preflight("POST, OPTIONS"),
        _ => return Answer::method_not_allowed("POST"),
    }
    if call.has_odd_accept() && !call.has(Fault::ACCEPT_UNREAD) {
        return Answer::method_not_allowed("POST");
    }
    match grant(call, state) {
        Ok(body) if call.has(Fault::TOKENS_AS_TEXT) => {
            Answer::empty(200).with_body("text/plain;charset=UTF-8", body.to_string())
        }
        Ok(body) => Answer::json(200, &body),
        Err(error) => refusal(call, error),
    }
}

fn refusal(call: &Call<'_>, error: OAuthError) -> Answer {
    if call.has(Fault::ERROR_INSIDE_200) {
        return error.with_status(200).answer();
    }
    if error == OAuthError::UNSUPPORTED_GRANT_TYPE && call.has(Fault::ERROR_AS_MESSAGE) {
        return Answer::json(error.status, &serde_json::json!({ "message": error.name }));
    }
    let answer = error.answer();
    // A plain 400, where RFC 6749 section 5.2 has a challenge (`token.headers.www-authenticate`).
    if error == OAuthError::INVALID_CLIENT
        && call.header("authorization").is_some()
        && call.has(Fault::CHALLENGE_AT_TOKEN)
    {
        return answer.with("WWW-Authenticate", "Basic realm=\"clients\"".into());
    }
    answer
}

/// A preflight of the Fetch standard (`token.headers.cors-preflight`); the origin header is added to every answer.
pub(crate) fn preflight(methods: &str) -> Answer {
    Answer::empty(200)
        .with("Access-Control-Allow-Methods", methods.to_owned())
        .with("Access-Control-Allow-Headers", "Authorization, Content-Type".into())
}

/// The order of the checks is that of the overview: the request as such and its grant type, the client, the grant.
fn grant(call: &Call<'_>, state: &mut State) -> Result<serde_json::Value, OAuthError> {
    let params = form::params(call)?;
    let grant_type = grant_type(call, &params)?;
    let mut presented = Presented::read(call, &params, Some(grant_type));
    if presented.is_nobody() && grant_type == "authorization_code" && call.has(Fault::CLIENT_TAKEN_FROM_CODE)
    {
        let code = params.filled("code").and_then(|code| state.codes.get(code));
        presented.name(&code.ok_or(OAuthError::INVALID_GRANT)?.sign_in.client_id);
    }
    let is_unknown = |code: &str| !state.codes.contains_key(code);
    if params.filled("code").is_some_and(is_unknown)
        && grant_type == "authorization_code"
        && call.has(Fault::CODE_BEFORE_CLIENT)
    {
        return Err(OAuthError::INVALID_GRANT);
    }
    if grant_type == "client_credentials" && presented.has_no_secret() {
        resolve_scopes_early(call, state, &presented, &params)?;
    }
    let (pool, client, proof) = client_auth::authenticate_with_proof(call, state, &presented)?;
    let grant = Grant { params: &params, pool_id: pool.id.clone(), client: client.clone(), proof };
    state.used_clients.insert(grant.client.id.clone());
    match grant_type {
        "client_credentials" => client_credentials::grant(call, state, &grant),
        "authorization_code" => code::grant(call, state, &grant),
        _ => refresh::grant(call, state, &grant),
    }
}

/// Which of [`GRANT_TYPES`] is asked for.
fn grant_type(call: &Call<'_>, params: &Params) -> Result<&'static str, OAuthError> {
    let Some(asked) = params.filled("grant_type") else {
        if call.has(Fault::GRANT_TYPE_DEFAULTS) {
            return Ok("client_credentials");
        }
        let is_absent = params.get("grant_type").is_none();
        return Err(if is_absent && call.has(Fault::MISSING_GRANT_TYPE_UNSUPPORTED) {
            OAuthError::UNSUPPORTED_GRANT_TYPE
        } else {
            OAuthError::INVALID_REQUEST
        });
    };
    let served = GRANT_TYPES.into_iter().find(|served| {
        asked == *served
            || (asked.eq_ignore_ascii_case(served) && call.has(Fault::GRANT_TYPE_CASE_IGNORED))
            || (asked.starts_with(served) && call.has(Fault::GRANT_TYPE_BY_PREFIX))
    });
    served.ok_or_else(|| {
        if call.has(Fault::UNKNOWN_GRANT_TYPE_INVALID) {
            OAuthError::INVALID_REQUEST
        } else {
            OAuthError::UNSUPPORTED_GRANT_TYPE
        }
    })
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
        Err(error) if requested.is_some() && error == OAuthError::INVALID_SCOPE => {
            // Any of three errors may be named, and no other (`token.precedence.scope-vs-client`).
            Err(if call.has(Fault::SCOPE_WITHOUT_SECRET_FORBIDDEN) { error.with_status(403) } else { error })
        }
        _ => Ok(()),
    }
}
