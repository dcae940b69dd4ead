//! The discovery document and the key set of every pool, under its issuer (`discovery.*`, `jwks.*`).

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::pool::{Domain, Pool, ResourceServer};
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
    if let Some(refusal) = by_header(call) {
        return Some(refusal);
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

/// What clients say beside the path changes nothing, but for a fault.
fn by_header(call: &Call<'_>) -> Option<Answer> {
    let is_for_browser = call.header("accept").is_some_and(|accept| accept.starts_with("text/html"));
    if is_for_browser && call.has(Fault::DISCOVERY_NOT_FOR_BROWSERS) {
        return Some(Answer::empty(406));
    }
    if call.header("if-none-match").is_some() && call.has(Fault::DISCOVERY_NOT_MODIFIED) {
        return Some(Answer::empty(304));
    }
    if !call.raw_query().is_empty() && call.has(Fault::DISCOVERY_WITHOUT_QUERY) {
        return Some(Answer::empty(404));
    }
    None
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
    let mut document = json!({
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
    });
    damage(call, pool, &mut document);
    document
}

/// Makes the document wrong where a fault says so.
fn damage(call: &Call<'_>, pool: &Pool, document: &mut Value) {
    if call.has(Fault::DISCOVERY_ISSUER_WITH_SLASH) {
        document["issuer"] = format!("{}/", call.issuer(&pool.id)).into();
    }
    if call.has(Fault::DISCOVERY_KEYS_ON_DOMAIN) {
        document["jwks_uri"] = format!("{}/.well-known/jwks.json", call.site()).into();
    }
    if call.has(Fault::DISCOVERY_USERINFO_IN_LOWER_CASE) {
        document["userinfo_endpoint"] = format!("{}/oauth2/userinfo", call.site()).into();
    }
    if call.has(Fault::DISCOVERY_CUSTOM_SCOPES) {
        let of_server = |(identifier, server): (&String, &ResourceServer)| {
            server.scopes.keys().map(|name| json!(format!("{identifier}/{name}"))).collect::<Vec<_>>()
        };
        if let Some(scopes) = document["scopes_supported"].as_array_mut() {
            scopes.extend(pool.resource_servers.iter().flat_map(of_server));
        }
    }
    if call.has(Fault::DISCOVERY_RESPONSE_TYPE_IS_TEXT) {
        document["response_types_supported"] = "code token".into();
    }
    if call.has(Fault::DISCOVERY_WITHOUT_POST) {
        document["token_endpoint_auth_methods_supported"] = json!(["client_secret_basic"]);
    }
    for (fault, member) in [
        (Fault::DISCOVERY_WITHOUT_SUBJECT_TYPES, "subject_types_supported"),
        (Fault::DISCOVERY_WITHOUT_END_SESSION, "end_session_endpoint"),
    ] {
        if let Some(members) = document.as_object_mut().filter(|_| call.has(fault)) {
            members.remove(member);
        }
    }
}
