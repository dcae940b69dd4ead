//! Scopes: which exist, which a client may have.

use crate::fault::Fault;
use crate::fault::Faults;
use crate::oauth_error::OAuthError;
use crate::pool::{Client, Pool, Scopes};

/// Scopes that every pool has.
pub(crate) const STANDARD: [&str; 5] =
    ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

/// Scopes that make sense only beside `openid` (`authorize.scope-without-openid`).
const NEED_OPENID: [&str; 3] = ["email", "phone", "profile"];

/// Splits a scope parameter. Repeated scopes and spaces make no difference (`token.cc.scope-duplicates`,
/// `token.cc.scope-whitespace`).
pub(crate) fn split(parameter: &str) -> Scopes {
    parameter.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// Joins scopes for a claim.
pub(crate) fn join(scopes: &Scopes) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn lists(client: &Client, scope: &str) -> bool {
    client.settings.scopes.iter().any(|listed| listed == scope)
}

/// The scopes of a `client_credentials` grant.
///
/// A scope that does not exist is `invalid_scope`, one that exists but is not enabled for the client `invalid_grant`,
/// one that is enabled but was deleted from its resource server is left out (`token.cc.scope-unknown`,
/// `token.cc.scope-not-allowed`, `token.cc.scope-inactive`). Without a request all of the client's apply.
pub(crate) fn for_machine(
    pool: &Pool,
    client: &Client,
    requested: Option<&str>,
    faults: &Faults,
) -> Result<Scopes, OAuthError> {
    let requested = split(requested.unwrap_or_default());
    if requested.is_empty() {
        let custom: Scopes = client
            .settings
            .scopes
            .iter()
            .filter(|scope| !STANDARD.contains(&scope.as_str()))
            .cloned()
            .collect();
        if custom.is_empty() {
            return Err(OAuthError::INVALID_SCOPE);
        }
        return Ok(custom.into_iter().filter(|scope| pool.has_scope(scope)).collect());
    }
    let mut granted = Scopes::new();
    let mut forbidden = false;
    for scope in requested {
        let standard = STANDARD.contains(&scope.as_str());
        match (pool.has_scope(&scope), !standard && lists(client, &scope)) {
            (true, true) => {
                granted.insert(scope);
            }
            (false, true) => {}
            (true, false) if faults.has(Fault::FORBIDDEN_SCOPE_GRANTED) => {
                granted.insert(scope);
            }
            (true, false) => forbidden = true,
            (false, false) if faults.has(Fault::UNKNOWN_SCOPE_DROPPED) => {}
            (false, false) => return Err(OAuthError::INVALID_SCOPE),
        }
    }
    if forbidden { Err(OAuthError::INVALID_GRANT) } else { Ok(granted) }
}

/// The scopes of an authorization request: all of the client's when none is named (`authorize.scope-absent`), else
/// every one must be the client's (`authorize.scope-invalid`, `authorize.scope-not-allowed`).
pub(crate) fn for_user(
    pool: &Pool,
    client: &Client,
    requested: Option<&str>,
    faults: &Faults,
) -> Result<Scopes, OAuthError> {
    let text = requested.unwrap_or_default();
    if text.is_empty() && faults.has(Fault::SCOPE_REQUIRED) {
        return Err(OAuthError::INVALID_SCOPE);
    }
    let mut requested = split(text);
    if text.contains(',') && faults.has(Fault::SCOPES_SPLIT_AT_COMMAS) {
        requested = split(&text.replace(',', " "));
    }
    if requested.is_empty() {
        return Ok(client.settings.scopes.iter().cloned().collect());
    }
    let first = text.split(' ').next().unwrap_or_default();
    if requested.len() > 1 && first != "openid" && faults.has(Fault::OPENID_MUST_COME_FIRST) {
        return Err(OAuthError::INVALID_SCOPE);
    }
    let first_is_fine = lists(client, first) && requested.len() > 1;
    if requested.iter().any(|scope| !lists(client, scope)) {
        if first_is_fine && faults.has(Fault::FIRST_SCOPE_CHECKED_ALONE) {
            return Ok(requested);
        }
        if first_is_fine && faults.has(Fault::FURTHER_SCOPES_DROPPED) {
            return Ok(requested.into_iter().filter(|scope| lists(client, scope)).collect());
        }
        let offline = requested.iter().any(|scope| scope == "offline_access");
        if offline && faults.has(Fault::OFFLINE_ACCESS_IS_UNAUTHORIZED) {
            return Err(OAuthError::UNAUTHORIZED_CLIENT);
        }
    }
    let mut granted = Scopes::new();
    for scope in requested {
        let in_any_case = |listed: &&String| listed.eq_ignore_ascii_case(&scope);
        let near = client.settings.scopes.iter().find(in_any_case).filter(|listed| **listed != scope);
        if let Some(near) = near.filter(|_| faults.has(Fault::SCOPE_CASE_IGNORED)) {
            granted.insert(near.clone());
            continue;
        }
        let exists = STANDARD.contains(&scope.as_str()) || pool.has_scope(&scope);
        let tolerated = if exists {
            faults.has(Fault::FORBIDDEN_SCOPE_GRANTED)
        } else {
            faults.has(Fault::UNKNOWN_SCOPE_DROPPED)
        };
        if lists(client, &scope) || (exists && tolerated) {
            granted.insert(scope);
        } else if !tolerated {
            if exists && faults.has(Fault::SCOPE_NOT_ALLOWED_IS_UNAUTHORIZED) {
                return Err(OAuthError::UNAUTHORIZED_CLIENT);
            }
            return Err(OAuthError::INVALID_SCOPE);
        }
    }
    let needs_openid = NEED_OPENID.iter().any(|scope| granted.contains(*scope));
    if needs_openid && !granted.contains("openid") {
        if faults.has(Fault::WITHOUT_OPENID_IS_UNAUTHORIZED) {
            return Err(OAuthError::UNAUTHORIZED_CLIENT);
        }
        return Err(OAuthError::INVALID_SCOPE);
    }
    Ok(granted)
}
