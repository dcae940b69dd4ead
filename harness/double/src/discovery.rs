//! The discovery document and the key set of every pool, under its issuer (`discovery.*`, `jwks.*`).

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::pool::{Domain, Pool};
use crate::state::State;

/// The answer to a well-known path; `None` when the path is none or names no pool.
pub(crate) fn answer(call: &Call<'_>, state: &State, path: &str) -> Option<Answer> {
    if call.method() != "GET" || call.domain != Domain::Main {
        return None;
    }
    let (pool_id, document) = path.strip_prefix('/')?.split_once("/.well-known/")?;
    if call.has(Fault::DISCOVERY_DOWN) {
        return Some(Answer::json(404, &json!({})));
    }
    let pool = match state.pools.get(pool_id) {
        Some(pool) => pool,
        None if call.has(Fault::ANY_POOL_SERVED) => state.pools.values().next()?,
        // 404 is the other answer that `discovery.unknown-pool` lists.
        None => return unknown_pool(pool_id, document),
    };
    match document {
        "openid-configuration" => Some(Answer::json(200, &configuration(call, pool))),
        "jwks.json" => {
            Some(Answer::json(200, &call.shared.keys.set(pool.key_set).public(&call.shared.faults)))
        }
        _ => None,
    }
}

fn unknown_pool(pool_id: &str, document: &str) -> Option<Answer> {
    let known = matches!(document, "openid-configuration" | "jwks.json");
    let body = json!({ "message": format!("User pool {pool_id} does not exist.") });
    known.then(|| Answer::json(400, &body))
}

/// `OpenID` Connect Discovery 1.0 section 3; endpoints are those of the pool's domain (`discovery.domain-endpoints`).
fn configuration(call: &Call<'_>, pool: &Pool) -> Value {
    let issuer = call.issuer(&pool.id);
    let prefix = pool.bound_to.unwrap_or(Domain::Main).prefix();
    let domain = format!("{}{prefix}", call.shared.base_url);
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "authorization_endpoint": format!("{domain}/oauth2/authorize"),
        "token_endpoint": format!("{domain}/oauth2/token"),
        "userinfo_endpoint": format!("{domain}/oauth2/userInfo"),
        "revocation_endpoint": format!("{domain}/oauth2/revoke"),
        "end_session_endpoint": format!("{domain}/logout"),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    })
}
