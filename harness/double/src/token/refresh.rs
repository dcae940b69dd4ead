//! The refresh token grant (RFC 6749 section 6) with optional rotation (`token.refresh.*`).

use serde_json::Value;

use super::{Grant, answer};
use crate::call::Call;
use crate::claims;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::pool::{Client, Scopes};
use crate::scope;
use crate::state::{RefreshToken, SignIn, State};

/// How many characters of a refresh token count under [`Fault::REFRESH_TOKEN_CUT`].
const CUT: usize = 255;

pub(super) fn grant(call: &Call<'_>, state: &mut State, grant: &Grant<'_>) -> Result<Value, OAuthError> {
    let missing = || {
        let renamed = call.has(Fault::MISSING_REFRESH_TOKEN_IS_INVALID_GRANT);
        if renamed { OAuthError::INVALID_GRANT } else { OAuthError::INVALID_REQUEST }
    };
    let presented = grant.params.filled("refresh_token").ok_or_else(missing)?;
    let is_spared = grant.client.is_public() && call.has(Fault::PUBLIC_CLIENT_CANNOT_REFRESH);
    if is_spared || (!grant.client.settings.may_refresh() && !call.has(Fault::REFRESH_ALWAYS_ALLOWED)) {
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
    let (presented, token) = find(call, state, pool_id, presented).ok_or_else(|| unknown(call, presented))?;
    let mut sign_in = state.sign_ins.get(&token.origin_jti).cloned().ok_or(refused)?;
    check_sign_in(call, state, (pool_id, client), &sign_in)?;
    check_family(call, state, (&presented, &token))?;
    check_token(call, client, &token)?;
    if sign_in.scopes == Scopes::from(["aws.cognito.signin.user.admin".to_owned()])
        && call.path == super::PATH
        && call.has(Fault::API_REFRESH_TOKEN_REFUSED)
    {
        return Err(refused);
    }
    sign_in.scopes = scopes(call, client, sign_in.scopes);
    if call.has(Fault::AUTH_TIME_RENEWED) {
        sign_in.auth_time = call.now;
    }
    let lost = sign_in.scopes.iter().any(|scope| !client.settings.scopes.contains(scope));
    if lost && call.path == "/oauth2/token" && call.has(Fault::REMOVED_SCOPE_IS_INVALID_REQUEST) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let (access, id) = answer::user_tokens(call, state, client, &sign_in, None)?;
    let id = id.filter(|_| !call.has(Fault::REFRESH_WITHOUT_ID_TOKEN));
    if let Some(used) = state.refresh_tokens.get_mut(&presented) {
        used.uses += 1;
    }
    let refresh = successor(call, state, client, (&presented, &token));
    Ok(Renewed { access, id, refresh })
}

/// The refresh token with this text, and the text under which it is known.
fn find(call: &Call<'_>, state: &State, pool_id: &str, presented: &str) -> Option<(String, RefreshToken)> {
    if let Some(token) = state.refresh_tokens.get(presented) {
        return Some((presented.to_owned(), token.clone()));
    }
    let beginning = presented.get(..CUT);
    let cut = beginning
        .and_then(|beginning| state.refresh_tokens.iter().find(|(text, _)| text.starts_with(beginning)));
    if let Some((text, token)) = cut.filter(|_| call.has(Fault::REFRESH_TOKEN_CUT)) {
        return Some((text.clone(), token.clone()));
    }
    let claims = claims::verified_access(call, state.pools.get(pool_id)?, presented)?;
    let origin_jti = claims.get("origin_jti")?.as_str()?;
    let token = state.refresh_tokens.iter().find(|(_, token)| token.origin_jti == origin_jti);
    token
        .filter(|_| call.has(Fault::ACCESS_TOKEN_REFRESHES))
        .map(|(text, token)| (text.clone(), token.clone()))
}

fn unknown(call: &Call<'_>, presented: &str) -> OAuthError {
    // The five parts of a JWE (`claims.refresh.opaque`).
    let is_in_form = presented.split('.').count() == 5;
    if !is_in_form && call.has(Fault::GARBAGE_REFRESH_TOKEN_FAILS) {
        answer::SERVER_ERROR
    } else {
        OAuthError::INVALID_GRANT
    }
}

/// Whose token it is, and whether the session goes on.
fn check_sign_in(
    call: &Call<'_>,
    state: &State,
    (pool_id, client): (&str, &Client),
    sign_in: &SignIn,
) -> Result<(), OAuthError> {
    let refused = OAuthError::INVALID_GRANT;
    let is_own = sign_in.client_id == client.id && sign_in.pool_id == pool_id;
    let passes = is_own
        || (client.is_public() && call.has(Fault::REFRESH_BY_PUBLIC_UNCHECKED))
        || call.has(Fault::REFRESH_OF_OTHER_CLIENT);
    if !passes {
        return Err(refused);
    }
    let user = state.user(&sign_in.pool_id, &sign_in.username, &sign_in.sub);
    if user.is_none() && call.has(Fault::REFRESH_OF_DELETED_USER_FAILS) {
        return Err(answer::SERVER_ERROR);
    }
    let is_disabled = user.is_some_and(|user| !user.enabled);
    let passes = !sign_in.revoked
        || (is_disabled && call.has(Fault::DISABLED_USER_REFRESHES))
        || call.has(Fault::REVOKED_REFRESH_WORKS);
    if passes { Ok(()) } else { Err(refused) }
}

/// The reuse of a token that was rotated out does not end its successors
/// (`token.refresh.rotation-reuse-kills-family`), but for a fault.
fn check_family(
    call: &Call<'_>,
    state: &mut State,
    (presented, token): (&str, &RefreshToken),
) -> Result<(), OAuthError> {
    if token.rotated.is_some() {
        if let Some(old) = state.refresh_tokens.get_mut(presented) {
            old.reused = true;
        }
        return Ok(());
    }
    let mut family = state.refresh_tokens.values().filter(|other| other.origin_jti == token.origin_jti);
    if family.any(|other| other.reused) && call.has(Fault::REUSE_ENDS_FAMILY_WITH_401) {
        return Err(OAuthError::INVALID_GRANT.with_status(401));
    }
    Ok(())
}

/// Whether the token is good still.
fn check_token(call: &Call<'_>, client: &Client, token: &RefreshToken) -> Result<(), OAuthError> {
    let grace = client.settings.rotation_grace();
    let is_over = call.now >= token.expires && !call.has(Fault::REFRESH_TOKEN_NEVER_EXPIRES);
    let is_rotated_out =
        token.rotated.is_some_and(|rotated| call.now >= rotated.saturating_add(grace.unwrap_or(0)));
    let is_in_grace = token.rotated.is_some() && !is_rotated_out;
    let is_refused = is_over
        || (is_rotated_out && !call.has(Fault::ROTATED_REFRESH_WORKS))
        || (is_in_grace && call.has(Fault::GRACE_PERIOD_IGNORED))
        || (grace.is_none() && token.uses > 0 && call.has(Fault::REFRESH_TOKEN_WORKS_ONCE))
        || (grace.is_none() && token.uses > 1 && call.has(Fault::THIRD_REFRESH_REFUSED))
        || (token.generation > 1 && call.has(Fault::THIRD_IN_CHAIN_REFUSED));
    if is_refused { Err(OAuthError::INVALID_GRANT) } else { Ok(()) }
}

/// The scopes of the sign-in, whatever the request says (`token.refresh.scope-param`, `token.refresh.scope-wider`).
fn scopes(call: &Call<'_>, client: &Client, granted: Scopes) -> Scopes {
    if granted.len() < client.settings.scopes.len() && call.has(Fault::REFRESH_GIVES_ALL_SCOPES) {
        return client.settings.scopes.iter().cloned().collect();
    }
    let form = call.form();
    let Some(asked) = form.filled("scope").map(scope::split) else {
        return granted;
    };
    let is_wider = !asked.is_subset(&granted);
    if is_wider && call.has(Fault::SCOPE_WIDENS_REFRESH) {
        return asked;
    }
    if !is_wider && asked != granted && call.has(Fault::SCOPE_NARROWS_REFRESH) {
        return asked;
    }
    granted
}

/// The refresh token that comes with the others: only with rotation.
fn successor(
    call: &Call<'_>,
    state: &mut State,
    client: &Client,
    (presented, token): (&str, &RefreshToken),
) -> Option<String> {
    if client.settings.rotation_grace().is_none() {
        let rotates = call.has(Fault::REFRESH_ALWAYS_ROTATES);
        return rotates.then(|| state.issue_refresh_token(call, &token.origin_jti, token.expires));
    }
    if call.has(Fault::ROTATION_GIVES_SAME_TOKEN) {
        return Some(presented.to_owned());
    }
    if let Some(old) = state.refresh_tokens.get_mut(presented) {
        old.rotated.get_or_insert(call.now);
    }
    // The successor has only the time its predecessor had left (`token.refresh.rotation-lifetime`).
    let next = state.issue_refresh_token(call, &token.origin_jti, token.expires);
    if let Some(issued) = state.refresh_tokens.get_mut(&next) {
        issued.generation = token.generation + 1;
    }
    Some(next)
}
