//! POST /oauth2/revoke (RFC 7009; AWS developer guide, "Revoke endpoint"; `revoke.*`).

use crate::answer::Answer;
use crate::call::Call;
use crate::claims;
use crate::fault::Fault;
use crate::form::Params;
use crate::oauth_error::OAuthError;
use crate::pool::{Client, Pool};
use crate::state::State;
use crate::token::{self, Presented, Proof};

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    match call.method() {
        "POST" if call.is_form() || call.has(Fault::REVOKE_ANY_MEDIA_TYPE) => {}
        "GET" if call.has(Fault::REVOKE_BY_GET) => {}
        "OPTIONS" => return token::preflight("POST, OPTIONS"),
        _ => return Answer::method_not_allowed("POST"),
    }
    let mut params = call.form();
    if call.method() == "GET" {
        params.complete_from(call.query(), |_| true);
    }
    match revoke(call, state, &params) {
        Ok(()) if call.has(Fault::REVOKE_WITH_BODY) => Answer::json(200, &serde_json::json!({})),
        Ok(()) => Answer::empty(200),
        Err(error) if call.has(Fault::REVOKE_ERRORS_EMPTY) => Answer::empty(error.status),
        Err(error) => error.answer(),
    }
}

fn revoke(call: &Call<'_>, state: &mut State, params: &Params) -> Result<(), OAuthError> {
    if params.repeats() {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if params.get("token_type_hint").is_some() && call.has(Fault::REVOKE_HINT_REFUSED) {
        return Err(OAuthError::UNSUPPORTED_TOKEN_TYPE);
    }
    let presented = Presented::read(call, params, None);
    if presented.is_nobody() {
        return if call.has(Fault::REVOKE_BY_NOBODY) { Ok(()) } else { Err(OAuthError::INVALID_REQUEST) };
    }
    let found = params.filled("token").and_then(|token| state.refresh_tokens.get(token));
    let found = found.map(|token| (token.origin_jti.clone(), token.uses));
    if found.is_none() && params.filled("token").is_some() && call.has(Fault::REVOKE_GARBAGE_BEFORE_CLIENT) {
        return Ok(());
    }
    if let Some((origin, _)) = &found
        && call.has(Fault::REVOKE_BEFORE_CLIENT)
        && let Some(sign_in) = state.sign_ins.get_mut(origin)
    {
        sign_in.revoked = true;
    }
    let (pool, client) = authenticated(call, state, &presented)?;
    let wanted = match params.filled("token") {
        Some(wanted) => wanted,
        None if call.has(Fault::REVOKE_NOTHING_ACCEPTED) => return Ok(()),
        None => return Err(OAuthError::INVALID_REQUEST),
    };
    if !client.settings.enable_token_revocation && !call.has(Fault::REVOKE_SWITCH_IGNORED) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    check_type(call, pool, params, wanted)?;
    let (pool_id, client_id, is_public) = (pool.id.clone(), client.id.clone(), client.is_public());
    // What is no token of ours needs no revocation (`revoke.garbage`).
    let Some((origin, uses)) = found else {
        let refused = call.has(Fault::REVOKE_GARBAGE_REFUSED);
        return if refused { Err(OAuthError::INVALID_REQUEST) } else { Ok(()) };
    };
    let Some(sign_in) = state.sign_ins.get_mut(&origin) else {
        return Ok(());
    };
    let issued_here = sign_in.client_id == client_id && sign_in.pool_id == pool_id;
    if !issued_here && call.has(Fault::REVOKE_OF_OTHER_IS_403) {
        return Err(OAuthError::INVALID_REQUEST.with_status(403));
    }
    if !issued_here && !call.has(Fault::REVOKE_OF_OTHER_CLIENT) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if sign_in.revoked && call.has(Fault::SECOND_REVOCATION_REFUSED) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let undone = sign_in.revoked && call.has(Fault::SECOND_REVOCATION_UNDOES);
    let is_lost = (is_public && call.has(Fault::REVOKE_BY_PUBLIC_DOES_NOTHING))
        || (uses > 0 && call.has(Fault::REVOKE_AFTER_REFRESH_DOES_NOTHING))
        || call.has(Fault::REVOKE_DOES_NOTHING);
    sign_in.revoked = !undone && !is_lost;
    let username = sign_in.username.clone();
    end_others(call, state, (&pool_id, &client_id), &username);
    Ok(())
}

/// The client that may revoke, or `invalid_client` with 401, where the token endpoint has 400
/// (`revoke.bad-credentials`); a secret belongs into Basic (`revoke.secret-in-body`).
fn authenticated<'s>(
    call: &Call<'_>,
    state: &'s State,
    presented: &Presented,
) -> Result<(&'s Pool, &'s Client), OAuthError> {
    let refused = OAuthError::INVALID_CLIENT.with_status(401);
    let proven = token::authenticate_with_proof(call, state, presented);
    match proven {
        Ok((_, client, Proof::None)) if client.is_public() && call.has(Fault::REVOKE_BY_PUBLIC_REFUSED) => {
            return Err(refused);
        }
        Ok((pool, client, Proof::Basic | Proof::None)) => return Ok((pool, client)),
        Ok((_, _, Proof::Body)) if call.has(Fault::REVOKE_SECRET_IN_BODY_IS_400) => {
            return Err(OAuthError::INVALID_CLIENT);
        }
        _ => {}
    }
    let claimed = presented.client_id().and_then(|id| state.client_on(call.domain, id));
    let is_taken = if presented.has_no_secret() {
        call.has(Fault::REVOKE_SECRET_OPTIONAL)
    } else {
        call.has(Fault::REVOKE_ANY_SECRET)
    };
    let refused =
        if call.has(Fault::REVOKE_BAD_CREDENTIALS_ARE_400) { OAuthError::INVALID_CLIENT } else { refused };
    claimed.filter(|_| is_taken).ok_or(refused)
}

/// Access and ID tokens cannot be revoked (`revoke.access-token`, `revoke.id-token`), whatever the hint says.
fn check_type(call: &Call<'_>, pool: &Pool, params: &Params, wanted: &str) -> Result<(), OAuthError> {
    if !claims::is_signed_by(call, pool, wanted) {
        return Ok(());
    }
    let is_id_token = claims::verified_access(call, pool, wanted).is_none();
    let is_hinted = params.get("token_type_hint") == Some("refresh_token");
    let passes = (is_id_token && call.has(Fault::REVOKE_OF_ID_TOKEN_IGNORED))
        || (is_hinted && call.has(Fault::REVOKE_HINT_BELIEVED))
        || call.has(Fault::REVOKE_OTHER_TYPES_IGNORED);
    if passes { Ok(()) } else { Err(OAuthError::UNSUPPORTED_TOKEN_TYPE) }
}

/// Other sessions go on (`revoke.effect.other-sessions`), but for a fault.
fn end_others(call: &Call<'_>, state: &mut State, (pool_id, client_id): (&str, &str), username: &str) {
    if call.has(Fault::REVOKE_ENDS_ALL_SESSIONS) {
        state.revoke_user(pool_id, username);
    }
    if call.has(Fault::REVOKE_ENDS_SESSIONS_OF_CLIENT) {
        for sign_in in state.sign_ins.values_mut() {
            let is_here = sign_in.pool_id == pool_id && sign_in.client_id == client_id;
            sign_in.revoked |= is_here && sign_in.username == username;
        }
    }
}
