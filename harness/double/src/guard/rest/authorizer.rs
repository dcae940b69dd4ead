//! The `COGNITO_USER_POOLS` authorizer: from a request to the claims of its token.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::memory::Caches;
use super::super::verify::{Claims, Trusted, Wrong, object, signed_claims};
use super::forged::{forged, is_unreadable};
use super::resources::{Resource, Special, is_listed};
use crate::call::Call;
use crate::fault::Fault;
use crate::front;
use crate::seed::OTHER_POOL;
use crate::state::State;

/// Faults of remembering tokens.
const CACHES: Caches = Caches {
    beginning: Some(Fault::GUARD_REST_SEEN_BEGINNING),
    message: Some(Fault::GUARD_REST_SEEN_MESSAGE),
    jti: None,
    outlives: Some(Fault::GUARD_REST_OUTLIVES),
    third_time: Some(Fault::GUARD_REST_THIRD_TIME),
};

/// For how many seconds an authorizer with a defect takes tokens after their end.
const LENIENCE: u64 = 600;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    /// Something is wrong with the token, or there is none; why is known here and not told.
    Unauthorized(&'static str),
    /// The token is expired.
    Expired,
    /// The authorizer cannot be used.
    Misconfigured,
    /// What only a defect comes to.
    Forbidden,
}

/// The claims of the token of a request, if it is one that lets the request in.
pub(super) fn claims(
    call: &Call<'_>,
    state: &mut State,
    resource: &Resource,
    path: &str,
) -> Result<Claims, Denied> {
    let token = match presented(call, resource) {
        Ok(token) => token,
        Err(Denied::Unauthorized(_)) if call.has(Fault::GUARD_REST_TOKEN_OPTIONAL) => {
            return Ok(Claims::new());
        }
        Err(denied) => return Err(denied),
    };
    if resource.special == Special::Misconfigured {
        return Err(if call.has(Fault::GUARD_REST_MISCONFIGURED_IS_401) {
            Denied::Unauthorized("The authorizer is misconfigured")
        } else {
            Denied::Misconfigured
        });
    }
    if call.has(Fault::GUARD_REST_UNREADABLE_TAKEN) && is_unreadable(&token) {
        return Ok(Claims::new());
    }
    if call.has(Fault::GUARD_REST_REFRESH_TAKEN) && state.refresh_tokens.contains_key(&token) {
        return Ok(Claims::new());
    }
    CACHES.through(call, state, (&format!("rest {path}"), &token), |state| {
        checked(call, state, resource, &token)
    })
}

/// The claims of a token that is good for this resource.
fn checked(call: &Call<'_>, state: &State, resource: &Resource, token: &str) -> Result<Claims, Denied> {
    let claims = verified(call, state, resource, token)?;
    if is_expired(call, &claims) {
        return Err(Denied::Expired);
    }
    for_the_client(call, resource, &claims)?;
    for_the_method(call, resource, &claims)?;
    if call.has(Fault::GUARD_REST_ENDED_IS_403) && has_ended(state, &claims) {
        return Err(Denied::Forbidden);
    }
    if call.has(Fault::GUARD_REST_ENDED_REFUSED) && has_ended(state, &claims) {
        return Err(Denied::Unauthorized("Access Token has been revoked"));
    }
    Ok(claims)
}

fn is_expired(call: &Call<'_>, claims: &Claims) -> bool {
    let exp = claims.get("exp").and_then(Value::as_u64).unwrap_or_default();
    let is_id = claims.get("token_use").and_then(Value::as_str) == Some("id");
    let never = call.has(Fault::GUARD_REST_EXPIRY_UNCHECKED)
        || is_id && call.has(Fault::GUARD_REST_ID_NEVER_EXPIRES)
        || !is_id && call.has(Fault::GUARD_REST_ACCESS_NEVER_EXPIRES);
    let lenience = if call.has(Fault::GUARD_REST_LENIENT_CLOCK) { LENIENCE } else { 0 };
    call.now >= exp.saturating_add(lenience) && !never
}

/// The token of the one header field that the authorizer reads. It is taken as it is or after `Bearer`
/// (`rest.transport.raw-token`, `rest.transport.bearer-prefix`, `rest.transport.no-token`,
/// `rest.transport.empty-token`).
fn presented(call: &Call<'_>, resource: &Resource) -> Result<String, Denied> {
    let mut value = call.header(resource.header).unwrap_or_default();
    if value.is_empty() && call.has(Fault::GUARD_REST_QUERY_READ) {
        value = in_query(call).unwrap_or_default();
    }
    if value.is_empty() && call.has(Fault::GUARD_REST_QUERY_AUTHORIZATION) {
        call.query().get("Authorization").unwrap_or_default().clone_into(&mut value);
    }
    if value.is_empty() && call.has(Fault::GUARD_REST_AUTHORIZATION_TOO) {
        value = call.header("authorization").unwrap_or_default();
    }
    let value = value.trim();
    if value.is_empty() {
        return Err(Denied::Unauthorized("No token was presented"));
    }
    let mut token = match value.strip_prefix("Bearer ") {
        Some(_) if call.has(Fault::GUARD_REST_BEARER_REFUSED) => {
            return Err(Denied::Unauthorized("Bearer is no token"));
        }
        Some(token) => token.to_owned(),
        None if call.has(Fault::GUARD_REST_RAW_REFUSED) => {
            return Err(Denied::Unauthorized("There is no scheme"));
        }
        None => value.to_owned(),
    };
    if call.has(Fault::GUARD_REST_BLANKS_REMOVED) {
        token.retain(|character| character != ' ');
    }
    if call.has(Fault::GUARD_REST_TABS_REMOVED) {
        token.retain(|character| character != '\t');
    }
    if call.has(Fault::GUARD_REST_LINE_BREAK_REMOVED) {
        token = front::unfolded(&token);
    }
    Ok(token)
}

/// The fault of looking for a token in the query.
fn in_query(call: &Call<'_>) -> Option<String> {
    let query = call.query();
    let names = ["access_token", "id_token", "token", "Authorization", "authorization", "jwt"];
    names.iter().find_map(|name| query.get(name)).map(str::to_owned)
}

/// The claims of a token that one of the authorizer's pools signed (`rest.issuer.other-pool`,
/// `rest.issuer.several-pools`).
fn verified(call: &Call<'_>, state: &State, resource: &Resource, token: &str) -> Result<Claims, Denied> {
    let mut pools = resource.pools.to_vec();
    if call.has(Fault::GUARD_REST_ANY_POOL) {
        pools.push(OTHER_POOL);
    }
    if call.has(Fault::GUARD_REST_FIRST_POOL_ONLY) {
        pools.truncate(1);
    }
    if call.has(Fault::GUARD_REST_LAST_POOL_ONLY) {
        pools.drain(..pools.len() - 1);
    }
    if is_access(token) && call.has(Fault::GUARD_REST_ACCESS_OF_ANY_POOL) {
        pools.push(OTHER_POOL);
    }
    let mut wrong = Wrong::Key;
    for pool in pools {
        let issuer = call.issuer(pool);
        let of_pool = |claims: &Claims| claims.get("iss").and_then(Value::as_str) == Some(&issuer);
        match signed_claims(call, state, &Trusted::Pool(pool.to_owned()), token) {
            Ok(claims) if of_pool(&claims) => return Ok(claims),
            Ok(_) => wrong = Wrong::Key,
            Err(reason) => {
                if let Some(claims) = forged(call, state, pool, token, &reason) {
                    return Ok(claims);
                }
                wrong = reason;
            }
        }
    }
    Err(Denied::Unauthorized(match wrong {
        Wrong::Segments => "Token has not three parts",
        Wrong::Unreadable => "Token cannot be read",
        Wrong::Algorithm(_) => "Unsupported algorithm",
        Wrong::Key => "No such key",
        Wrong::Keys => "Keys cannot be read",
        Wrong::Signature => "Signature is wrong",
    }))
}

/// Whether a token says that it is an access token, before anything is verified.
fn is_access(token: &str) -> bool {
    let claims = token.split('.').nth(1).and_then(object);
    claims.is_some_and(|claims| claims.get("token_use").and_then(Value::as_str) == Some("access"))
}

/// The identity validation expression is matched against `aud`, which access tokens do not have
/// (`rest.audience.expression-match`, `rest.audience.expression-mismatch`, `rest.audience.expression-with-access-token`,
/// `rest.audience.other-client-without-expression`).
fn for_the_client(call: &Call<'_>, resource: &Resource, claims: &Claims) -> Result<(), Denied> {
    let audience = claims.get("aud").and_then(Value::as_str);
    if resource.expression.is_empty() {
        let narrow = call.has(Fault::GUARD_REST_ONE_CLIENT_ONLY);
        let web = Resource { expression: &["web"], ..resource.clone() };
        let other = audience.is_some_and(|audience| !is_listed(&web, audience));
        return if narrow && other { Err(Denied::Unauthorized("Wrong audience")) } else { Ok(()) };
    }
    let matches = match audience {
        Some(audience) => is_listed(resource, audience) || call.has(Fault::GUARD_REST_EXPRESSION_IGNORED),
        None => call.has(Fault::GUARD_REST_EXPRESSION_PASSES_ACCESS),
    };
    if matches { Ok(()) } else { Err(Denied::Unauthorized("Wrong audience")) }
}

/// Without scopes a token is taken for an ID token, with scopes for an access token that needs one of them
/// (`rest.no-scopes.*`, `rest.scopes.*`; of 401 and 403, `rest.scopes.access-token-lacking-scope` has 401 first).
fn for_the_method(call: &Call<'_>, resource: &Resource, claims: &Claims) -> Result<(), Denied> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let token_use = text("token_use");
    if resource.scopes.is_empty() {
        let machine = !claims.contains_key("username");
        let taken = token_use == "id"
            || call.has(Fault::GUARD_REST_ACCESS_WITHOUT_SCOPES)
            || machine && call.has(Fault::GUARD_REST_MACHINE_WITHOUT_SCOPES);
        return if taken { Ok(()) } else { Err(Denied::Unauthorized("This is no ID token")) };
    }
    if token_use == "id" && call.has(Fault::GUARD_REST_ID_TOKEN_WITH_SCOPES) {
        return Ok(());
    }
    let is_machine = token_use == "access" && !claims.contains_key("username");
    if is_machine && call.has(Fault::GUARD_REST_MACHINES_REFUSED) {
        return Err(Denied::Unauthorized("There is no user"));
    }
    if is_machine && call.has(Fault::GUARD_REST_MACHINE_SCOPES_IGNORED) {
        return Ok(());
    }
    let granted: BTreeSet<&str> = text("scope").split(' ').filter(|scope| !scope.is_empty()).collect();
    let has = |scope: &&&str| granted.contains(**scope);
    let enough = if call.has(Fault::GUARD_REST_EVERY_SCOPE_NEEDED) {
        resource.scopes.iter().all(|scope| granted.contains(scope))
    } else if call.has(Fault::GUARD_REST_FIRST_SCOPE_ONLY) {
        resource.scopes.first().is_some_and(|scope| granted.contains(scope))
    } else if call.has(Fault::GUARD_REST_LAST_SCOPE_ONLY) {
        resource.scopes.last().is_some_and(|scope| granted.contains(scope))
    } else if call.has(Fault::GUARD_REST_SCOPES_BY_SERVER) {
        // Any scope of the same resource server will do.
        let server = |scope: &str| scope.rsplit_once('/').map(|(server, _)| server.to_owned());
        let known: Vec<_> = resource.scopes.iter().filter_map(|scope| server(scope)).collect();
        granted.iter().any(|scope| server(scope).is_some_and(|server| known.contains(&server)))
            || resource.scopes.iter().any(|scope| granted.contains(scope))
    } else if call.has(Fault::GUARD_REST_BUILT_IN_SCOPES_UNKNOWN) {
        resource.scopes.iter().filter(|scope| scope.contains('/')).any(|scope| has(&scope))
    } else {
        resource.scopes.iter().any(|scope| granted.contains(scope))
            || call.has(Fault::GUARD_REST_SCOPES_IGNORED)
    };
    if token_use == "access" && enough { Ok(()) } else { Err(Denied::Unauthorized("No scope fits")) }
}

/// Whether the session of the token was revoked or its user is gone, which the authorizer does not ask
/// (`rest.revocation.*`).
fn has_ended(state: &State, claims: &Claims) -> bool {
    let origin = claims.get("origin_jti").and_then(Value::as_str).unwrap_or_default();
    state.sign_ins.get(origin).is_some_and(|sign_in| {
        sign_in.revoked || state.active_user(&sign_in.pool_id, &sign_in.username, &sign_in.sub).is_none()
    })
}
