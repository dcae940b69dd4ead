//! The fixture document: what a suite needs to know about the seeded pools, clients and users.

use serde_json::{Map, Value, json};

use crate::pool::Domain;
use crate::seed::{self, IDENTIFIERS, Identifiers};

/// Renders the document for a double whose issuers are given by `issuer`. It describes the seeds as they were at the
/// start; the management API does not change it.
pub(crate) fn document(issuer: impl Fn(&str) -> String) -> Value {
    let clients: Map<String, Value> =
        IDENTIFIERS.iter().map(|identifiers| (identifiers.role.to_owned(), client(identifiers))).collect();
    let users: Map<String, Value> = seed::USERS
        .iter()
        .map(|(name, username, password, email)| {
            let user = json!({ "username": username, "password": password, "email": email });
            ((*name).to_owned(), user)
        })
        .collect();
    let pool = |id: &str| json!({ "id": id, "issuer": issuer(id) });
    let mut other_pool = pool(seed::OTHER_POOL);
    other_pool["domain-path"] = Domain::Other.prefix().into();
    json!({
        "schema": 1,
        "region": "us-east-1",
        "pool": pool(seed::MAIN_POOL),
        "other-pool": other_pool,
        "resource-server": { "identifier": seed::RESOURCE_SERVER, "scopes": seed::SCOPES },
        "client": clients,
        "user": users,
        "missing": {},
    })
}

fn client(identifiers: &Identifiers) -> Value {
    let settings = seed::settings(identifiers.role);
    let mut client = json!({
        "id": identifiers.id,
        "callbacks": settings.callbacks,
        "logouts": settings.logouts,
        "scopes": settings.scopes,
        "flows": settings.flows,
        "access-seconds": settings.access_seconds(),
        "id-seconds": settings.id_seconds(),
        "refresh-seconds": settings.refresh_seconds(),
        "other-pool": seed::is_foreign(identifiers.role),
    });
    let secrets = [
        ("secret", identifiers.secret),
        ("second-secret", identifiers.second_secret),
        ("deleted-secret", identifiers.deleted_secret),
    ];
    for (member, secret) in secrets {
        if let Some(secret) = secret {
            client[member] = secret.into();
        }
    }
    client
}
