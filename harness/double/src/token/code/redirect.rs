//! `redirect_uri` at the redemption: that of the authorization request, to the letter (`token.code.redirect-*`).

use super::super::Grant;
use crate::call::Call;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::state::Code;

/// Refuses another redirect URI than the code was issued for. Without one, which is refused before, there is none to
/// compare.
pub(super) fn check(
    call: &Call<'_>,
    code: &Code,
    grant: &Grant<'_>,
    redirect_uri: Option<&str>,
) -> Result<(), OAuthError> {
    let (Some(sent), registered) = (redirect_uri, code.redirect_uri.as_str()) else {
        return Ok(());
    };
    if sent == registered || is_near(call, registered, sent) || call.has(Fault::REDIRECT_UNCHECKED_AT_TOKEN) {
        return Ok(());
    }
    let is_own = grant.client.settings.callbacks.iter().any(|callback| callback == sent);
    if is_own && call.has(Fault::ANY_CALLBACK_AT_TOKEN) {
        return Ok(());
    }
    Err(if call.has(Fault::REDIRECT_MISMATCH_IS_INVALID_GRANT) {
        OAuthError::INVALID_GRANT
    } else if call.has(Fault::REDIRECT_MISMATCH_IS_INVALID_REQUEST) {
        OAuthError::INVALID_REQUEST
    } else {
        OAuthError::REDIRECT_MISMATCH
    })
}

/// What a careless comparison takes for the same URI.
fn is_near(call: &Call<'_>, registered: &str, sent: &str) -> bool {
    let without_slash = |uri: &str| uri.trim_end_matches('/').to_owned();
    let without_query = |uri: &str| uri.split('?').next().unwrap_or_default().to_owned();
    (without_slash(registered) == without_slash(sent) && call.has(Fault::REDIRECT_SLASH_IGNORED))
        || (without_query(registered) == without_query(sent)
            && call.has(Fault::REDIRECT_QUERY_IGNORED_AT_TOKEN))
        || (sent.starts_with(registered) && call.has(Fault::REDIRECT_BY_PREFIX))
        || (sent.eq_ignore_ascii_case(registered) && call.has(Fault::REDIRECT_CASE_IGNORED_AT_TOKEN))
}
