//! The client credentials grant (RFC 6749 section 4.4; `token.cc.*`).

use serde_json::Value;

use super::{Grant, answer};
use crate::call::Call;
use crate::claims;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::scope;
use crate::state::State;

pub(super) fn grant(call: &Call<'_>, state: &mut State, grant: &Grant<'_>) -> Result<Value, OAuthError> {
    check_client(call, grant)?;
    check_others(call, grant)?;
    let pool = state.pools.get(&grant.pool_id).ok_or(OAuthError::INVALID_CLIENT)?;
    let requested = grant.params.filled("scope");
    let scopes = scope::for_machine(pool, &grant.client, requested, &call.shared.faults)?;
    let token = claims::machine_access_token(call, &mut state.ids, pool, &grant.client, &scopes);
    let token = token.ok_or(answer::SERVER_ERROR)?;
    // A client can ask again, so there is nothing to refresh (RFC 6749 section 4.4.3; `token.cc.success`).
    let refresh = call.has(Fault::REFRESH_TOKEN_FOR_MACHINE).then(|| state.ids.refresh_token());
    Ok(answer::success(call, &token, &grant.client.settings, None, refresh.as_deref()))
}

/// Whether the client may have tokens of its own.
fn check_client(call: &Call<'_>, grant: &Grant<'_>) -> Result<(), OAuthError> {
    let settings = &grant.client.settings;
    if grant.client.is_public() {
        let granted = call.has(Fault::PUBLIC_CLIENT_GETS_MACHINE_TOKEN);
        return if granted { Ok(()) } else { Err(OAuthError::UNAUTHORIZED_CLIENT) };
    }
    // Since July 2026 the explicit flow enables the grant without a domain (`token.cc.domainless-client`).
    if settings.lists_explicit("ALLOW_CLIENT_TOKEN_AUTH") && !call.has(Fault::CLIENT_TOKEN_AUTH_UNKNOWN) {
        return Ok(());
    }
    if !settings.lists_flow("client_credentials") && !call.has(Fault::MACHINE_FLOW_UNCHECKED) {
        return Err(OAuthError::UNAUTHORIZED_CLIENT);
    }
    if !settings.oauth_enabled && !call.has(Fault::OAUTH_SWITCH_IGNORED) {
        return Err(OAuthError::INVALID_GRANT);
    }
    Ok(())
}

/// Parameters that change nothing (`token.cc.client-metadata`, `token.cc.redirect-or-code-ignored`).
fn check_others(call: &Call<'_>, grant: &Grant<'_>) -> Result<(), OAuthError> {
    if let Some(metadata) = grant.params.filled("aws_client_metadata") {
        let is_json = serde_json::from_str::<Value>(metadata).is_ok();
        if is_json && call.has(Fault::CLIENT_METADATA_REFUSED) {
            return Err(OAuthError::INVALID_REQUEST);
        }
        if !is_json && call.has(Fault::BAD_CLIENT_METADATA_FAILS) {
            return Err(answer::SERVER_ERROR);
        }
    }
    if grant.params.filled("redirect_uri").is_some() && call.has(Fault::REDIRECT_BESIDE_CREDENTIALS_REFUSED) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    Ok(())
}
