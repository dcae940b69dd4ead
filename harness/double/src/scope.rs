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
    let requested = named(requested.unwrap_or_default(), faults);
    let own = own_scopes(pool, client);
    if requested.is_empty() {
        if client.settings.scopes.iter().all(|scope| STANDARD.contains(&scope.as_str())) {
            return Err(OAuthError::INVALID_SCOPE);
        }
        let only_first = own.len() > 1 && faults.has(Fault::SCOPE_ABSENT_GIVES_ONE);
        return Ok(if only_first { own.into_iter().take(1).collect() } else { own });
    }
    let mut granted = Scopes::new();
    let mut forbidden = false;
    for (at, scope) in requested.iter().enumerate() {
        if at > 0 && faults.has(Fault::LATER_SCOPES_UNCHECKED) {
            granted.insert(scope.clone());
            continue;
        }
        match standing(pool, client, scope, faults) {
            Standing::Granted => {
                granted.insert(scope.clone());
            }
            Standing::TakenFor(other) => {
                granted.insert(other);
            }
            Standing::LeftOut => {}
            Standing::Forbidden => forbidden = true,
            Standing::Unknown if faults.has(Fault::UNKNOWN_SCOPE_IS_INVALID_REQUEST) => {
                return Err(OAuthError::INVALID_REQUEST);
            }
            Standing::Unknown => return Err(OAuthError::INVALID_SCOPE),
        }
    }
    if forbidden && (granted.is_empty() || !faults.has(Fault::FORBIDDEN_SCOPE_DROPPED)) {
        return Err(OAuthError::INVALID_GRANT);
    }
    if granted.len() < own.len() && faults.has(Fault::REQUESTED_SCOPES_IGNORED) {
        return Ok(own);
    }
    if granted.len() > 1 && faults.has(Fault::FIRST_SCOPE_ALONE) {
        granted.retain(|scope| Some(scope) == requested.first());
    }
    Ok(granted)
}

/// Every scope that is named, in the order of the request.
fn named(parameter: &str, faults: &Faults) -> Vec<String> {
    let separators: &[char] = if parameter.contains(',') && faults.has(Fault::SCOPES_SPLIT_AT_COMMAS) {
        &[' ', ',']
    } else {
        &[' ']
    };
    parameter.split(separators).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// The custom scopes of a client that exist still.
fn own_scopes(pool: &Pool, client: &Client) -> Scopes {
    client.settings.scopes.iter().filter(|scope| pool.has_scope(scope)).cloned().collect()
}

/// How a scope of a request stands with a client.
enum Standing {
    Granted,
    /// Under a fault: another one is granted in its place.
    TakenFor(String),
    LeftOut,
    Forbidden,
    Unknown,
}

fn standing(pool: &Pool, client: &Client, scope: &str, faults: &Faults) -> Standing {
    let standard = STANDARD.contains(&scope);
    if standard {
        let is_about_users = scope != "aws.cognito.signin.user.admin";
        let granted = if is_about_users {
            faults.has(Fault::USER_SCOPES_FOR_MACHINES)
        } else {
            faults.has(Fault::SELF_SERVICE_FOR_MACHINES)
        };
        return if granted { Standing::Granted } else { unknown(client, scope, faults) };
    }
    match (pool.has_scope(scope), lists(client, scope)) {
        (true, true) => Standing::Granted,
        (false, true) if faults.has(Fault::DELETED_SCOPE_GRANTED) => Standing::Granted,
        (false, true) => Standing::LeftOut,
        (true, false) if faults.has(Fault::FORBIDDEN_SCOPE_GRANTED) => Standing::Granted,
        (true, false) => Standing::Forbidden,
        (false, false) => unknown(client, scope, faults),
    }
}

fn unknown(client: &Client, scope: &str, faults: &Faults) -> Standing {
    let near = client.settings.scopes.iter().find(|listed| {
        (scope.starts_with(listed.as_str()) && faults.has(Fault::SCOPE_BY_PREFIX))
            || (scope.eq_ignore_ascii_case(listed) && faults.has(Fault::SCOPE_CASE_IGNORED))
            || (listed.rsplit('/').next() == Some(scope) && faults.has(Fault::BARE_SCOPE_TAKEN))
    });
    match near {
        Some(near) => Standing::TakenFor(near.clone()),
        None if faults.has(Fault::UNKNOWN_SCOPE_DROPPED) => Standing::LeftOut,
        None => Standing::Unknown,
    }
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
        if faults.has(Fault::OMITTED_SCOPE_IS_OPENID) {
            return Ok(split("openid"));
        }
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
