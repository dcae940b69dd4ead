//! The authorization code grant (RFC 6749 section 4.1.3; `token.code.*`).

use serde_json::Value;

use super::{Grant, Proof, answer};
use crate::attributes;
use crate::call::Call;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::scope;
use crate::state::{CODE_SECONDS, Code, SignIn, State};

mod pkce;
mod redirect;

pub(super) fn grant(call: &Call<'_>, state: &mut State, grant: &Grant<'_>) -> Result<Value, OAuthError> {
    let missing = || {
        let renamed = call.has(Fault::MISSING_CODE_IS_INVALID_GRANT);
        if renamed { OAuthError::INVALID_GRANT } else { OAuthError::INVALID_REQUEST }
    };
    let presented = grant.params.filled("code").ok_or_else(missing)?;
    let redirect_uri = grant.params.filled("redirect_uri");
    if redirect_uri.is_none() && !call.has(Fault::REDIRECT_OPTIONAL_AT_TOKEN) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let settings = &grant.client.settings;
    let is_late = state.codes.contains_key(presented) && call.has(Fault::FLOW_TAKEN_AWAY_REDEEMS);
    let has_flow = settings.oauth_enabled && settings.lists_flow("code");
    if !has_flow && !is_late && !call.has(Fault::CODE_FLOW_UNCHECKED) {
        return Err(OAuthError::UNAUTHORIZED_CLIENT);
    }
    let code = state.codes.get_mut(presented).ok_or_else(|| unknown(call, presented))?;
    if code.used {
        code.reused += 1;
    }
    let mut code = code.clone();
    check(call, state, &code, grant)?;
    redirect::check(call, &code, grant, redirect_uri)?;
    pkce::check(call, &code, grant)?;
    let lost = code.sign_in.scopes.iter().any(|scope| !settings.scopes.contains(scope));
    if lost && call.has(Fault::REMOVED_SCOPE_IS_INVALID_REQUEST) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if !settings.callbacks.contains(&code.redirect_uri)
        && call.has(Fault::REMOVED_CALLBACK_IS_INVALID_REQUEST)
    {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if !attributes::scopes_are_readable(settings, &code.sign_in.scopes)
        && !call.has(Fault::UNREADABLE_SCOPE_REDEEMED)
    {
        return Err(OAuthError::INVALID_GRANT);
    }
    // The scopes are those of the authorization request (`token.code.scope-param`).
    if let Some(asked) = grant.params.filled("scope").filter(|_| call.has(Fault::SCOPE_AT_REDEMPTION_USED)) {
        code.sign_in.scopes = scope::split(asked);
    }
    let nonce = code.sign_in.nonce.as_deref().filter(|_| !call.has(Fault::NONCE_DROPPED));
    let (access, id) = answer::user_tokens(call, state, &grant.client, &code.sign_in, nonce)?;
    // Only now: a failed attempt does not use the code up (`token.code.failed-attempt-consumes`).
    let spared = grant.proof == Proof::Body && call.has(Fault::CODE_REUSABLE_AFTER_POST);
    if let Some(code) = state.codes.get_mut(presented).filter(|_| !spared) {
        code.used = true;
    }
    let origin_jti = code.sign_in.origin_jti.clone();
    let expires = call.now.saturating_add(settings.refresh_seconds());
    // Every code grant yields a refresh token, whatever the scopes (`token.scope.offline-access`).
    let without = grant.client.is_public() && call.has(Fault::REFRESH_TOKEN_NOT_FOR_PUBLIC);
    let refresh = (!without).then(|| state.issue_refresh_token(call, &origin_jti, expires));
    let ended = state.signed_out.contains(&code.sign_in.sub) && call.has(Fault::SIGN_OUT_ENDS_LATER_SIGN_INS);
    state.sign_ins.insert(origin_jti, SignIn { revoked: ended, ..code.sign_in });
    Ok(answer::success(call, &access, settings, id.as_deref(), refresh.as_deref()))
}

fn unknown(call: &Call<'_>, presented: &str) -> OAuthError {
    let is_uuid =
        presented.len() == 36 && presented.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if !is_uuid && call.has(Fault::MALFORMED_CODE_FAILS) {
        answer::SERVER_ERROR
    } else if is_uuid && call.has(Fault::UNKNOWN_CODE_IS_INVALID_REQUEST) {
        OAuthError::INVALID_REQUEST
    } else {
        OAuthError::INVALID_GRANT
    }
}

/// What must hold for the code itself: whose it is, that it is fresh and that it is young.
fn check(call: &Call<'_>, state: &State, code: &Code, grant: &Grant<'_>) -> Result<(), OAuthError> {
    let own = code.sign_in.client_id == grant.client.id && code.sign_in.pool_id == grant.pool_id;
    if !own {
        let is_of_public = || {
            let pool = state.pools.get(&code.sign_in.pool_id);
            let client = pool.and_then(|pool| pool.clients.get(&code.sign_in.client_id));
            client.is_some_and(|client| client.is_public() && call.has(Fault::CODE_OF_PUBLIC_FOR_ALL))
        };
        if !call.has(Fault::CODE_OF_OTHER_CLIENT) && !is_of_public() {
            return Err(OAuthError::INVALID_GRANT);
        }
    }
    if code.used {
        let passes = call.has(Fault::CODE_REUSABLE)
            || (code.challenge.is_none() && call.has(Fault::CODE_WITHOUT_PROOF_KEY_REUSABLE))
            || (code.reused > 1 && call.has(Fault::CODE_WORKS_A_THIRD_TIME));
        if !passes {
            let renamed = call.has(Fault::USED_CODE_IS_INVALID_REQUEST);
            return Err(if renamed { OAuthError::INVALID_REQUEST } else { OAuthError::INVALID_GRANT });
        }
    }
    let age = call.now.saturating_sub(code.issued);
    let passes = age < CODE_SECONDS
        || (age < 2 * CODE_SECONDS && call.has(Fault::CODE_LIVES_TEN_MINUTES))
        || call.has(Fault::CODE_NEVER_EXPIRES);
    if passes { Ok(()) } else { Err(OAuthError::INVALID_GRANT) }
}
