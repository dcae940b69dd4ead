//! The authorization code grant with PKCE (RFC 6749 section 4.1.3, RFC 7636; `token.code.*`, `token.pkce.*`).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Grant, answer};
use crate::attributes;
use crate::call::Call;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::state::{CODE_SECONDS, Code, SignIn, State};

pub(super) fn grant(call: &Call<'_>, state: &mut State, grant: &Grant<'_>) -> Result<Value, OAuthError> {
    let presented = grant.params.filled("code").ok_or(OAuthError::INVALID_REQUEST)?;
    let redirect_uri = grant.params.filled("redirect_uri").ok_or(OAuthError::INVALID_REQUEST)?;
    let settings = &grant.client.settings;
    let is_late = state.codes.contains_key(presented) && call.has(Fault::FLOW_TAKEN_AWAY_REDEEMS);
    if (!settings.oauth_enabled || !settings.lists_flow("code")) && !is_late {
        return Err(OAuthError::UNAUTHORIZED_CLIENT);
    }
    let code = state.codes.get(presented).cloned().ok_or(OAuthError::INVALID_GRANT)?;
    check(call, &code, grant, redirect_uri)?;
    let lost = code.sign_in.scopes.iter().any(|scope| !settings.scopes.contains(scope));
    if lost && call.has(Fault::REMOVED_SCOPE_IS_INVALID_REQUEST) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if !settings.callbacks.contains(&code.redirect_uri)
        && call.has(Fault::REMOVED_CALLBACK_IS_INVALID_REQUEST)
    {
        return Err(OAuthError::INVALID_REQUEST);
    }
    if !attributes::scopes_are_readable(settings, &code.sign_in.scopes) {
        return Err(OAuthError::INVALID_GRANT);
    }
    let nonce = code.sign_in.nonce.as_deref().filter(|_| !call.has(Fault::NONCE_DROPPED));
    let (access, id) = answer::user_tokens(call, state, &grant.client, &code.sign_in, nonce)?;
    // Only now: a failed attempt does not use the code up (`token.code.failed-attempt-consumes`).
    if let Some(code) = state.codes.get_mut(presented) {
        code.used = true;
    }
    let origin_jti = code.sign_in.origin_jti.clone();
    let expires = call.now.saturating_add(settings.refresh_seconds());
    // Every code grant yields a refresh token, whatever the scopes (`token.scope.offline-access`).
    let refresh = state.issue_refresh_token(call, &origin_jti, expires);
    let ended = state.signed_out.contains(&code.sign_in.sub) && call.has(Fault::SIGN_OUT_ENDS_LATER_SIGN_INS);
    state.sign_ins.insert(origin_jti, SignIn { revoked: ended, ..code.sign_in });
    Ok(answer::success(call, &access, settings, id.as_deref(), Some(&refresh)))
}

/// What must hold for a code, in the order of the overview: the code itself, the redirect URI, the verifier.
fn check(call: &Call<'_>, code: &Code, grant: &Grant<'_>, redirect_uri: &str) -> Result<(), OAuthError> {
    let own = code.sign_in.client_id == grant.client.id && code.sign_in.pool_id == grant.pool_id;
    if !own && !call.has(Fault::CODE_OF_OTHER_CLIENT) {
        return Err(OAuthError::INVALID_GRANT);
    }
    if code.used && !call.has(Fault::CODE_REUSABLE) {
        return Err(OAuthError::INVALID_GRANT);
    }
    let expired = call.now >= code.issued.saturating_add(CODE_SECONDS);
    if expired && !call.has(Fault::CODE_NEVER_EXPIRES) {
        return Err(OAuthError::INVALID_GRANT);
    }
    let same_redirect = if call.has(Fault::REDIRECT_SLASH_IGNORED) {
        code.redirect_uri.trim_end_matches('/') == redirect_uri.trim_end_matches('/')
    } else {
        code.redirect_uri == redirect_uri
    };
    if !same_redirect {
        return Err(OAuthError::REDIRECT_MISMATCH);
    }
    match &code.challenge {
        Some(challenge) if !call.has(Fault::PKCE_UNCHECKED) => {
            let verifier = grant.params.filled("code_verifier").unwrap_or_default();
            if s256(verifier) == *challenge { Ok(()) } else { Err(OAuthError::INVALID_GRANT) }
        }
        // A verifier that nothing asked for is ignored (`token.pkce.verifier-without-challenge`).
        _ => Ok(()),
    }
}

/// The S256 transformation (RFC 7636 section 4.2).
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn s256_agrees_with_the_example_of_rfc_7636_appendix_b() {
        assert_eq!(
            super::s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
