//! The resources of the API: one for each way to set up an authorizer, and those that are special.

use crate::seed::{IDENTIFIERS, MAIN_POOL, OTHER_POOL};

/// The one API key of the usage plan. Nobody is told.
pub(super) const API_KEY: &str = "double-key-0123456789-abcdefghijklmnopqrst";

/// What is special about a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// Nothing: its authorizer decides.
    Nothing,
    /// Its method has no authorizer: a mock that answers preflights.
    Open,
    /// An API key is needed.
    ApiKey,
    /// A resource policy denies every caller.
    PolicyDenies,
    /// A resource policy allows other callers alone.
    PolicyAllowsOthers,
    /// The gateway response for refusals carries `Access-Control-Allow-Origin`.
    CorsOnRefusal,
    /// The authorizer cannot be used.
    Misconfigured,
}

/// A resource with its methods.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The methods that it defines.
    pub(super) methods: &'static [&'static str],
    /// The pools of the authorizer.
    pub(super) pools: &'static [&'static str],
    /// The header field of the token.
    pub(super) header: &'static str,
    /// The roles of the clients that the identity validation expression lists; none where there is no expression.
    pub(super) expression: &'static [&'static str],
    /// The scopes of the method.
    pub(super) scopes: &'static [&'static str],
    /// What is special about it.
    pub(super) special: Special,
}

const READ: &str = "https://api.poolproof.test/read";
const WRITE: &str = "https://api.poolproof.test/write";

const ORDINARY: Resource = Resource {
    methods: &["GET"],
    pools: &[MAIN_POOL],
    header: "authorization",
    expression: &[],
    scopes: &[],
    special: Special::Nothing,
};

/// The resource with this path.
pub(super) fn at(path: &str) -> Option<Resource> {
    // A path parameter follows.
    if let Some(parameter) = path.strip_prefix("items/") {
        return (!parameter.is_empty()).then_some(ORDINARY);
    }
    Some(match path {
        // The firewall stands before the second; the third has no method for preflights.
        "id" | "waf" | "preflight-undefined" => ORDINARY,
        "scopes" => Resource { scopes: &[READ, WRITE], ..ORDINARY },
        "own-scopes" => Resource { scopes: &["openid", "aws.cognito.signin.user.admin"], ..ORDINARY },
        "expression" => Resource { expression: &["web"], ..ORDINARY },
        "expression-scopes" => Resource { expression: &["web"], scopes: &[READ], ..ORDINARY },
        "header" => Resource { header: "x-pool-token", ..ORDINARY },
        "several-pools" => Resource { pools: &[MAIN_POOL, OTHER_POOL], ..ORDINARY },
        "api-key" => Resource { special: Special::ApiKey, ..ORDINARY },
        "policy-deny" => Resource { special: Special::PolicyDenies, ..ORDINARY },
        "policy-allows-others" => Resource { special: Special::PolicyAllowsOthers, ..ORDINARY },
        "preflight" => Resource { methods: &["OPTIONS"], special: Special::Open, ..ORDINARY },
        "preflight-guarded" => Resource { methods: &["OPTIONS"], ..ORDINARY },
        "cors-customised" => Resource { special: Special::CorsOnRefusal, ..ORDINARY },
        "misconfigured" => Resource { special: Special::Misconfigured, ..ORDINARY },
        _ => return None,
    })
}

/// Whether the expression of a resource lists this client.
pub(super) fn is_listed(resource: &Resource, client_id: &str) -> bool {
    IDENTIFIERS.iter().any(|client| client.id == client_id && resource.expression.contains(&client.role))
}
