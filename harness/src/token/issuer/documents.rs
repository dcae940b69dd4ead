//! What the issuer serves: discovery documents, key sets, and what an attacker offers elsewhere.

use serde_json::{Value as Json, json};

use super::super::foreign;
use super::super::{Realm, der};
use super::{Conduct, OTHER_POOL, POOL, Shared};

/// An answer: status, content type and body.
pub(super) type Answer = (u16, &'static str, String);

/// The answer to this path; it is counted.
pub(super) fn answer(shared: &Shared, conduct: Conduct, path: &str) -> Answer {
    let mint = &shared.mint;
    let parts: Vec<&str> = path.trim_start_matches('/').splitn(2, '/').collect();
    let mut requests = shared.requests();
    match parts.as_slice() {
        [pool @ (POOL | OTHER_POOL), ".well-known/openid-configuration"] => {
            let own = *pool == POOL;
            *(if own { &mut requests.discovery } else { &mut requests.other_discovery }) += 1;
            let realm = if own { &mint.own } else { &mint.other };
            if conduct.discovery { json_answer(&configuration(realm)) } else { nothing() }
        }
        [pool @ (POOL | OTHER_POOL), ".well-known/jwks.json"] => {
            let own = *pool == POOL;
            *(if own { &mut requests.key_set } else { &mut requests.other_key_set }) += 1;
            json_answer(&if own { &mint.own } else { &mint.other }.key_set())
        }
        ["elsewhere", document] => {
            requests.elsewhere += 1;
            elsewhere(&mint.own, document).unwrap_or_else(nothing)
        }
        _ => {
            requests.unknown += 1;
            nothing()
        }
    }
}

fn json_answer(body: &Json) -> Answer {
    (200, "application/json", body.to_string())
}

fn nothing() -> Answer {
    (404, "application/json", json!({ "message": "there is nothing here" }).to_string())
}

/// `OpenID` Connect Discovery 1.0 section 3. Besides the key set nothing that it names is there.
fn configuration(realm: &Realm) -> Json {
    let issuer = realm.issuer();
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "authorization_endpoint": format!("{issuer}/oauth2/authorize"),
        "token_endpoint": format!("{issuer}/oauth2/token"),
        "userinfo_endpoint": format!("{issuer}/oauth2/userInfo"),
        "revocation_endpoint": format!("{issuer}/oauth2/revoke"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    })
}

/// The foreign key under every name that the issuer's keys have, so that whoever follows `jku` finds it; and its
/// certificate, for `x5u` (RFC 7515 sections 4.1.2 and 4.1.5).
fn elsewhere(own: &Realm, document: &str) -> Option<Answer> {
    match document {
        "jwks.json" => {
            let foreign = foreign::public().ok()?.jwk();
            let named = |kid: &str| {
                let mut key = foreign.clone();
                key["kid"] = kid.into();
                key
            };
            let keys: Vec<Json> = own.public_keys().iter().map(|key| named(key.kid())).collect();
            Some(json_answer(&json!({ "keys": keys })))
        }
        "certificate.pem" => {
            let pem = der::pem("CERTIFICATE", foreign::certificate().ok()?);
            Some((200, "application/x-pem-file", pem))
        }
        _ => None,
    }
}
