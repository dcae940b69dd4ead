//! The token answer (RFC 6749 section 5.1), and the tokens of a user's sign-in.

use serde_json::{Value, json};

use crate::call::Call;
use crate::claims::{self, IdTokenFor};
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::pool::{Client, User};
use crate::settings::ClientSettings;
use crate::state::{SignIn, State};

/// Signing failed, which a loaded key does not do.
pub(super) const SERVER_ERROR: OAuthError =
    OAuthError { status: 500, name: "server_error", description: None };

/// The lifetime of the access token (`claims.expires-in`).
pub(crate) fn expires_in(call: &Call<'_>, settings: &ClientSettings) -> u64 {
    if call.has(Fault::EXPIRES_IN_CONSTANT) {
        3600
    } else if call.has(Fault::EXPIRES_IN_OF_ID_TOKEN) {
        settings.id_seconds()
    } else {
        settings.access_seconds()
    }
}

/// The body of a successful answer; no `scope` member is documented (`token.code.success`).
pub(super) fn success(
    call: &Call<'_>,
    access_token: &str,
    settings: &ClientSettings,
    id_token: Option<&str>,
    refresh_token: Option<&str>,
) -> Value {
    let seconds = expires_in(call, settings);
    let seconds = if call.has(Fault::EXPIRES_IN_TEXT) { json!(seconds.to_string()) } else { json!(seconds) };
    let mut body = json!({
        "access_token": access_token,
        "expires_in": seconds,
        "token_type": if call.has(Fault::TOKEN_TYPE_ABSENT) { Value::Null } else { "Bearer".into() },
    });
    if let Some(token) = id_token {
        body["id_token"] = token.into();
    }
    if let Some(token) = refresh_token {
        body["refresh_token"] = token.into();
    }
    body
}

/// The user of a sign-in who is disabled or gone, under a fault.
fn inactive_user<'s>(call: &Call<'_>, state: &'s State, sign_in: &SignIn) -> Option<&'s User> {
    let disabled = state.pools.get(&sign_in.pool_id)?.users.get(&sign_in.username);
    match disabled.filter(|user| user.sub == sign_in.sub) {
        Some(user) => Some(user).filter(|_| call.has(Fault::DISABLED_USER_REDEEMS)),
        None => state.former_users.get(&sign_in.sub).filter(|_| call.has(Fault::DELETED_USER_REDEEMS)),
    }
}

/// Access and ID token of a sign-in; the ID token only with `openid` (`token.code.no-openid`). A user who is gone or
/// disabled gets none.
pub(crate) fn user_tokens(
    call: &Call<'_>,
    state: &mut State,
    client: &Client,
    sign_in: &SignIn,
    nonce: Option<&str>,
) -> Result<(String, Option<String>), OAuthError> {
    let disabled = || {
        let user = state.user(&sign_in.pool_id, &sign_in.username, &sign_in.sub);
        user.filter(|_| call.has(Fault::DISABLED_USER_REFRESHES))
    };
    let user = state
        .active_user(&sign_in.pool_id, &sign_in.username, &sign_in.sub)
        .or_else(disabled)
        .or_else(|| inactive_user(call, state, sign_in))
        .cloned()
        .ok_or(OAuthError::INVALID_GRANT)?;
    let pool = state.pools.get(&sign_in.pool_id).ok_or(OAuthError::INVALID_GRANT)?;
    let access =
        claims::user_access_token(call, &mut state.ids, pool, client, sign_in).ok_or(SERVER_ERROR)?;
    let sdk = sign_in.scopes.contains("aws.cognito.signin.user.admin") && sign_in.scopes.len() == 1;
    if !sdk && !sign_in.scopes.contains("openid") && !call.has(Fault::ID_TOKEN_WITHOUT_OPENID) {
        return Ok((access, None));
    }
    let subject = IdTokenFor { user: &user, sign_in, access_token: (!sdk).then_some(access.as_str()), nonce };
    let id = claims::id_token(call, &mut state.ids, pool, client, &subject).ok_or(SERVER_ERROR)?;
    Ok((access, Some(id)))
}
