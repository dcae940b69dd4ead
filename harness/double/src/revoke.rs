//! POST /oauth2/revoke (RFC 7009; AWS developer guide, "Revoke endpoint"; `revoke.*`).

use crate::answer::Answer;
use crate::call::Call;
use crate::claims;
use crate::fault::Fault;
use crate::form::Params;
use crate::oauth_error::OAuthError;
use crate::state::State;
use crate::token::{self, Presented, Proof};

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    match call.method() {
        "POST" if call.is_form() => {}
        "OPTIONS" => return token::preflight("POST, OPTIONS"),
        _ => return Answer::method_not_allowed("POST"),
    }
    let params = call.form();
    match revoke(call, state, &params) {
        Ok(()) => Answer::empty(200),
        Err(error) => error.answer(),
    }
}

fn revoke(call: &Call<'_>, state: &mut State, params: &Params) -> Result<(), OAuthError> {
    if params.repeats() {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let presented = Presented::read(call, params);
    if presented.is_nobody() {
        return Err(OAuthError::INVALID_REQUEST);
    }
    // 401 here, 400 at the token endpoint (`revoke.bad-credentials`); a secret belongs into Basic
    // (`revoke.secret-in-body`).
    let refused = OAuthError::INVALID_CLIENT.with_status(401);
    let (pool, client) = match token::authenticate_with_proof(call, state, &presented) {
        Ok((pool, client, Proof::Basic | Proof::None)) => (pool, client),
        Ok((_, _, Proof::Body)) | Err(_) => presented
            .client_id()
            .filter(|_| call.has(Fault::REVOKE_ANY_SECRET) && !presented.has_no_secret())
            .and_then(|id| state.client_on(call.domain, id))
            .ok_or(refused)?,
    };
    let wanted = params.filled("token").ok_or(OAuthError::INVALID_REQUEST)?;
    if !client.settings.enable_token_revocation {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if claims::is_signed_by(call, pool, wanted) && !call.has(Fault::REVOKE_OTHER_TYPES_IGNORED) {
        return Err(OAuthError::UNSUPPORTED_TOKEN_TYPE);
    }
    let (pool_id, client_id) = (pool.id.clone(), client.id.clone());
    // What is no token of ours needs no revocation (`revoke.garbage`).
    let Some(origin) = state.refresh_tokens.get(wanted).map(|token| token.origin_jti.clone()) else {
        return Ok(());
    };
    let Some(sign_in) = state.sign_ins.get_mut(&origin) else {
        return Ok(());
    };
    let issued_here = sign_in.client_id == client_id && sign_in.pool_id == pool_id;
    if !issued_here && !call.has(Fault::REVOKE_OF_OTHER_CLIENT) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let undone = sign_in.revoked && call.has(Fault::SECOND_REVOCATION_UNDOES);
    sign_in.revoked = !undone && !call.has(Fault::REVOKE_DOES_NOTHING);
    if call.has(Fault::REVOKE_ENDS_ALL_SESSIONS) {
        let username = sign_in.username.clone();
        state.revoke_user(&pool_id, &username);
    }
    Ok(())
}
