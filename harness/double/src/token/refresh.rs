//! The refresh token grant (RFC 6749 section 6) with optional rotation (`token.refresh.*`).

use serde_json::Value;

use super::{Grant, answer};
use crate::call::Call;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::pool::Client;
use crate::state::State;

pub(super) fn grant(call: &Call<'_>, state: &mut State, grant: &Grant<'_>) -> Result<Value, OAuthError> {
    let presented = grant.params.filled("refresh_token").ok_or(OAuthError::INVALID_REQUEST)?;
    if !grant.client.settings.may_refresh() {
        return Err(OAuthError::UNAUTHORIZED_CLIENT);
    }
    let fresh = renew(call, state, &grant.pool_id, &grant.client, presented)?;
    Ok(answer::success(
        call,
        &fresh.access,
        &grant.client.settings,
        fresh.id.as_deref(),
        fresh.refresh.as_deref(),
    ))
}

/// Tokens from a refresh.
pub(crate) struct Renewed {
    pub(crate) access: String,
    pub(crate) id: Option<String>,
    /// Only with rotation (`token.refresh.success`, `token.refresh.success-rotation`).
    pub(crate) refresh: Option<String>,
}

/// New tokens of the same sign-in: scopes, `auth_time`, `origin_jti` and the bound resource stay; a scope parameter
/// changes nothing (`token.refresh.scope-param`).
pub(crate) fn renew(
    call: &Call<'_>,
    state: &mut State,
    pool_id: &str,
    client: &Client,
    presented: &str,
) -> Result<Renewed, OAuthError> {
    let refused = OAuthError::INVALID_GRANT;
    let token = state.refresh_tokens.get(presented).cloned().ok_or(refused)?;
    let sign_in = state.sign_ins.get(&token.origin_jti).cloned().ok_or(refused)?;
    if sign_in.client_id != client.id || sign_in.pool_id != pool_id || call.now >= token.expires {
        return Err(refused);
    }
    if sign_in.revoked && !call.has(Fault::REVOKED_REFRESH_WORKS) {
        return Err(refused);
    }
    let grace = client.settings.rotation_grace();
    let rotated_out =
        token.rotated.is_some_and(|rotated| call.now >= rotated.saturating_add(grace.unwrap_or(0)));
    if rotated_out && !call.has(Fault::ROTATED_REFRESH_WORKS) {
        return Err(refused);
    }
    let lost = sign_in.scopes.iter().any(|scope| !client.settings.scopes.contains(scope));
    if lost && call.path == "/oauth2/token" && call.has(Fault::REMOVED_SCOPE_IS_INVALID_REQUEST) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let (access, id) = answer::user_tokens(call, state, client, &sign_in, None)?;
    let refresh = grace.map(|_| {
        if let Some(old) = state.refresh_tokens.get_mut(presented) {
            old.rotated.get_or_insert(call.now);
        }
        // The successor has only the time its predecessor had left (`token.refresh.rotation-lifetime`).
        state.issue_refresh_token(call, &token.origin_jti, token.expires)
    });
    Ok(Renewed { access, id, refresh })
}
