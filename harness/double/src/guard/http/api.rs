//! The APIs of the double: which routes there are, and how their authorizers are set up.

use super::super::verify::Trusted;
use crate::call::Call;
use crate::fault::Fault;
use crate::seed::{IDENTIFIERS, MAIN_POOL, RESOURCE_SERVER};

/// The clients of the issuer outside that the APIs are for.
const CLIENTS_OF_ISSUER: [&str; 2] = ["poolproofwebclient00000001", "poolproofmachineclient0001"];

/// What a request meets.
pub(super) enum Route {
    /// Nothing.
    None,
    /// The answer to preflights that an API with CORS settings gives.
    Preflight,
    /// A route with an authorizer.
    Guarded(Api),
    /// A route whose authorizer is not asked: a defect.
    Open(Api),
}

/// A route with its JWT authorizer and its integration.
pub(super) struct Api {
    /// Where the token is looked for.
    pub(super) source: Source,
    /// Whose keys count.
    pub(super) trusted: Trusted,
    /// Whether these can be read.
    pub(super) keys: Reachable,
    /// The issuer as it is configured.
    pub(super) issuer: String,
    /// The audiences as they are configured.
    pub(super) audience: Vec<String>,
    /// The scopes of the route.
    pub(super) scopes: Vec<String>,
    /// The version of the event that the backend is handed.
    pub(super) payload: Payload,
}

/// The identity source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// `$request.header.Authorization`.
    Header,
    /// `$request.querystring.<name>`.
    Query(&'static str),
}

/// Whether the keys of the issuer can be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reachable {
    /// They can.
    Yes,
    /// The key set is not answered in time.
    NoKeySet,
    /// There is no discovery document, although there is a key set.
    NoDiscovery,
}

/// The payload format of the integration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Payload {
    /// 1.0.
    V1,
    /// 2.0.
    V2,
}

/// What this path and method meet. The first part of the path names an API, the rest is the path below it.
pub(super) fn route(call: &Call<'_>, path: &str) -> Route {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let Some(api) = api(call, first) else { return Route::None };
    let preflight = call.method() == "OPTIONS";
    match first {
        // A `$default` route takes every path and every method (`http.route.default-route-guarded`).
        "default" if call.has(Fault::GUARD_HTTP_DEFAULT_OPEN) => Route::Open(api),
        "default" => Route::Guarded(api),
        _ if !rest.is_empty() => Route::None,
        _ if preflight && call.has(Fault::GUARD_HTTP_PREFLIGHT_OPEN) => Route::Preflight,
        // The API has CORS settings, and `ANY` catches preflights all the same (`http.cors.preflight-any-or-default`).
        "cors-any" if preflight && call.has(Fault::GUARD_HTTP_CORS_BEFORE_ROUTE) => Route::Preflight,
        "cors-any" => Route::Guarded(api),
        "cors" if preflight && call.has(Fault::GUARD_HTTP_PREFLIGHT_GUARDED) => Route::Guarded(api),
        // The API has CORS settings, and its route names its method (`http.cors.preflight-configured`).
        "cors" if preflight => Route::Preflight,
        _ if call.method() == "GET" => Route::Guarded(api),
        // Without CORS settings a preflight is a request like any other (`http.cors.preflight-unconfigured`).
        _ => Route::None,
    }
}

/// The API of this name.
fn api(call: &Call<'_>, name: &str) -> Option<Api> {
    let pool = || of_pool(call);
    Some(match name {
        "plain" | "default" | "cors" | "cors-any" => pool(),
        "scopes" => Api { scopes: scopes(&["read"]), ..pool() },
        "two-scopes" => {
            let scopes = scopes(&["read", "write"]);
            Api { scopes, audience: Vec::new(), payload: Payload::V1, ..pool() }
        }
        "query" => Api { source: Source::Query("access_token"), ..pool() },
        "slash" => Api { issuer: format!("{}/", pool().issuer), ..pool() },
        "unreachable" => Api { keys: Reachable::NoKeySet, ..pool() },
        "undiscovered" => Api { keys: Reachable::NoDiscovery, ..pool() },
        "issuer" => Api { audience: Vec::new(), ..of_issuer(call) },
        "issuer-scopes" => Api { scopes: scopes(&["read"]), ..of_issuer(call) },
        _ => return None,
    })
}

fn of_pool(call: &Call<'_>) -> Api {
    let client =
        |role: &str| IDENTIFIERS.iter().find(|known| known.role == role).map(|known| known.id.to_owned());
    Api {
        source: Source::Header,
        trusted: Trusted::Pool(MAIN_POOL.to_owned()),
        keys: Reachable::Yes,
        issuer: call.issuer(MAIN_POOL),
        audience: ["web", "machine"].into_iter().filter_map(client).collect(),
        scopes: Vec::new(),
        payload: Payload::V2,
    }
}

fn of_issuer(call: &Call<'_>) -> Api {
    Api {
        trusted: Trusted::Issuer,
        issuer: call.shared.trusted.url().unwrap_or_default().to_owned(),
        audience: CLIENTS_OF_ISSUER.map(str::to_owned).to_vec(),
        ..of_pool(call)
    }
}

fn scopes(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{RESOURCE_SERVER}/{name}")).collect()
}
