//! The client credentials grant (RFC 6749 section 4.4; `token.cc.*`).

use serde_json::Value;

use super::{Grant, answer};
use crate::call::Call;
use crate::claims;
use crate::oauth_error::OAuthError;
use crate::scope;
use crate::state::State;

pub(super) fn grant(call: &Call<'_>, state: &mut State, grant: &Grant<'_>) -> Result<Value, OAuthError> {
    let settings = &grant.client.settings;
    let pool = state.pools.get(&grant.pool_id).ok_or(OAuthError::INVALID_CLIENT)?;
    if grant.client.is_public() {
        return Err(OAuthError::UNAUTHORIZED_CLIENT);
    }
    // Since July 2026 the explicit flow enables the grant without a domain (`token.cc.domainless-client`).
    if !settings.lists_explicit("ALLOW_CLIENT_TOKEN_AUTH") {
        if !settings.lists_flow("client_credentials") {
            return Err(OAuthError::UNAUTHORIZED_CLIENT);
        }
        if !settings.oauth_enabled {
            return Err(OAuthError::INVALID_GRANT);
        }
    }
    let requested = grant.params.filled("scope");
    let scopes = scope::for_machine(pool, &grant.client, requested, &call.shared.faults)?;
    let token = claims::machine_access_token(call, &mut state.ids, pool, &grant.client, &scopes);
    let token = token.ok_or(answer::SERVER_ERROR)?;
    Ok(answer::success(call, &token, settings, None, None))
}
