//! The resources of the API: one for each way to set up an authorizer, and those that are special.

use crate::seed::{IDENTIFIERS, MAIN_POOL, OTHER_POOL};

/// The one API key of the usage plan. Nobody is told.
pub(super) const API_KEY: &str = "double-key-0123456789-abcdefghijklmnopqrst";

/// The resource policy of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// There is none.
    None,
    /// It denies every caller.
    Deny,
    /// It allows other callers alone.
    AllowsOthers,
}

/// A resource with its methods.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The methods that it defines.
    pub(super) methods: &'static [&'static str],
    /// Whether its method has no authorizer: a mock that answers preflights.
    pub(super) open: bool,
    /// The pools of the authorizer.
    pub(super) pools: &'static [&'static str],
    /// The header field of the token.
    pub(super) header: &'static str,
    /// The roles of the clients that the identity validation expression lists; none where there is no expression.
    pub(super) expression: &'static [&'static str],
    /// The scopes of the method.
    pub(super) scopes: &'static [&'static str],
    /// Whether an API key is needed.
    pub(super) needs_key: bool,
    /// The resource policy.
    pub(super) policy: Policy,
    /// Whether the gateway response for refusals carries `Access-Control-Allow-Origin`.
    pub(super) cors_on_refusal: bool,
    /// Whether the authorizer cannot be used.
    pub(super) misconfigured: bool,
}

const READ: &str = "https://api.poolproof.test/read";
const WRITE: &str = "https://api.poolproof.test/write";

const ORDINARY: Resource = Resource {
    methods: &["GET"],
    open: false,
    pools: &[MAIN_POOL],
    header: "authorization",
    expression: &[],
    scopes: &[],
    needs_key: false,
    policy: Policy::None,
    cors_on_refusal: false,
    misconfigured: false,
};

/// The resource with this path.
pub(super) fn at(path: &str) -> Option<Resource> {
    // A path parameter follows.
    if let Some(parameter) = path.strip_prefix("items/") {
        return (!parameter.is_empty()).then_some(ORDINARY);
    }
    Some(match path {
        "id" => ORDINARY,
        "scopes" => Resource { scopes: &[READ, WRITE], ..ORDINARY },
        "own-scopes" => Resource { scopes: &["openid", "aws.cognito.signin.user.admin"], ..ORDINARY },
        "expression" => Resource { expression: &["web"], ..ORDINARY },
        "expression-scopes" => Resource { expression: &["web"], scopes: &[READ], ..ORDINARY },
        "header" => Resource { header: "x-pool-token", ..ORDINARY },
        "several-pools" => Resource { pools: &[MAIN_POOL, OTHER_POOL], ..ORDINARY },
        "api-key" => Resource { needs_key: true, ..ORDINARY },
        "policy-deny" => Resource { policy: Policy::Deny, ..ORDINARY },
        "policy-allows-others" => Resource { policy: Policy::AllowsOthers, ..ORDINARY },
        "preflight" => Resource { methods: &["OPTIONS"], open: true, ..ORDINARY },
        "preflight-undefined" => ORDINARY,
        "preflight-guarded" => Resource { methods: &["OPTIONS"], ..ORDINARY },
        "cors-customised" => Resource { cors_on_refusal: true, ..ORDINARY },
        "misconfigured" => Resource { misconfigured: true, ..ORDINARY },
        // Reached only where the firewall is off.
        "waf" => ORDINARY,
        _ => return None,
    })
}

/// Whether the expression of a resource lists this client.
pub(super) fn is_listed(resource: &Resource, client_id: &str) -> bool {
    IDENTIFIERS.iter().any(|client| client.id == client_id && resource.expression.contains(&client.role))
}
