//! The authorization request and the order in which it is checked: faults of the client or the redirect URI stay on the
//! domain, all others go to the callback.

use url::Url;

use super::{callback, careless};
use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::{Params, encode};
use crate::pool::{Client, Pool, Scopes};
use crate::scope;
use crate::state::State;

/// Which grant the browser comes back with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Code,
    Implicit,
}

/// A request that passed all checks.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) pool_id: String,
    pub(crate) client: Client,
    pub(crate) redirect_uri: String,
    pub(crate) flow: Flow,
    pub(crate) scopes: Scopes,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) resource: Option<String>,
    /// Seconds a session may be old.
    pub(crate) max_age: Option<u64>,
}

/// The parameters of the endpoint.
const KNOWN: [&str; 15] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "identity_provider",
    "idp_identifier",
    "scope",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "lang",
    "login_hint",
    "prompt",
    "max_age",
    "resource",
];

/// An error name for the callback, with a description where reports show one.
type Fail = (&'static str, Option<&'static str>);

/// Checks a request; the error is the finished answer.
pub(crate) fn check(call: &Call<'_>, state: &State, query: &Params) -> Result<AuthorizationRequest, Answer> {
    let on_domain = |error: &str| {
        let mut pairs = vec![("error", error)];
        pairs.extend(query.filled("client_id").map(|id| ("client_id", id)));
        Answer::redirect(format!("{}/error?{}", call.site(), encode(pairs)))
    };
    let client_id = query.filled("client_id").ok_or_else(|| {
        match query.filled("redirect_uri").filter(|_| call.has(Fault::ABSENT_CLIENT_REDIRECTED)) {
            Some(redirect_uri) => callback::refuse(call, redirect_uri, query, "invalid_request", None),
            None => on_domain("Required parameters missing"),
        }
    })?;
    let of_other_pool = || {
        let client = state.pools.values().find_map(|pool| pool.clients.get(client_id).map(|it| (pool, it)));
        client.filter(|_| call.has(Fault::CLIENTS_OF_ALL_POOLS))
    };
    let (pool, client) = state.client_on(call.domain, client_id).or_else(of_other_pool).ok_or_else(|| {
        match query.filled("redirect_uri").filter(|_| call.has(Fault::UNKNOWN_CLIENT_REDIRECTED)) {
            Some(redirect_uri) => callback::refuse(call, redirect_uri, query, "unauthorized_client", None),
            None => on_domain("invalid_request"),
        }
    })?;
    // `authorize.client-not-configured`
    if !client.settings.oauth_enabled || client.settings.flows.is_empty() {
        let redirect_uri =
            query.filled("redirect_uri").filter(|_| call.has(Fault::UNCONFIGURED_CLIENT_REDIRECTED));
        return Err(redirect_uri.map_or_else(
            || on_domain("invalid_request"),
            |redirect_uri| callback::refuse(call, redirect_uri, query, "unauthorized_client", None),
        ));
    }
    let usual = || client.settings.callbacks.first().map(String::as_str);
    let redirect_uri = query
        .filled("redirect_uri")
        .or_else(|| usual().filter(|_| call.has(Fault::ABSENT_REDIRECT_AT_CALLBACK)))
        .ok_or_else(|| on_domain("Required String parameter 'redirect_uri' is not present"))?;
    if query.filled("redirect_uri").is_none() {
        return Err(callback::refuse(call, redirect_uri, query, "invalid_request", None));
    }
    if !is_registered(call, state, (pool, client), redirect_uri) {
        return Err(if call.has(Fault::MISMATCH_AT_CALLBACK) {
            callback::refuse(call, redirect_uri, query, "redirect_mismatch", None)
        } else if call.has(Fault::MISMATCH_IS_INVALID_REQUEST) {
            on_domain("invalid_request")
        } else {
            on_domain("redirect_mismatch")
        });
    }
    details(call, query, pool, client, redirect_uri)
        .map_err(|(error, description)| callback::refuse(call, redirect_uri, query, error, description))
}

/// Compared to the letter, without the loopback exception of RFC 8252 (`authorize.redirect-uri-exact`).
fn is_registered(
    call: &Call<'_>,
    state: &State,
    (pool, client): (&Pool, &Client),
    redirect_uri: &str,
) -> bool {
    let has = |client: &Client| client.settings.callbacks.iter().any(|callback| callback == redirect_uri);
    if has(client) {
        return true;
    }
    let session = call.cookie("cognito").filter(|cookie| state.sessions.contains_key(cookie));
    call.has(Fault::REDIRECT_UNCHECKED)
        || call.path == "/login" && call.has(Fault::REDIRECT_UNCHECKED_AT_LOGIN)
        || session.is_some() && call.has(Fault::REDIRECT_UNCHECKED_WITH_SESSION)
        || pool.clients.values().any(has) && call.has(Fault::REDIRECT_OF_ANY_CLIENT)
        || client.is_public() && call.has(Fault::REDIRECT_OF_PUBLIC_CLIENT_UNCHECKED)
        || redirect_uri.starts_with("http://localhost") && call.has(Fault::LOOPBACK_UNCHECKED)
        || !redirect_uri.contains("://") && call.has(Fault::RELATIVE_REDIRECT_ACCEPTED)
        || !redirect_uri.starts_with("http") && call.has(Fault::CUSTOM_SCHEME_UNCHECKED)
        || client
            .settings
            .callbacks
            .iter()
            .any(|callback| careless::takes_callback(call, callback, redirect_uri))
}

/// The checks whose failure the client learns at its callback.
fn details(
    call: &Call<'_>,
    query: &Params,
    pool: &Pool,
    client: &Client,
    redirect_uri: &str,
) -> Result<AuthorizationRequest, Fail> {
    let code = (Flow::Code, "code");
    let (flow, setting) = match query.filled("response_type") {
        Some("code") => code,
        Some("token") => (Flow::Implicit, "implicit"),
        None if call.has(Fault::RESPONSE_TYPE_DEFAULTED) => code,
        None if call.has(Fault::RESPONSE_TYPE_MISSING_IS_UNSUPPORTED) => {
            return Err(("unsupported_response_type", None));
        }
        Some(other) if other.eq_ignore_ascii_case("code") && call.has(Fault::RESPONSE_TYPE_CASE_IGNORED) => {
            code
        }
        Some(other)
            if other.split(' ').any(|word| word == "code") && call.has(Fault::RESPONSE_TYPE_FOR_SEVERAL) =>
        {
            code
        }
        Some(_) if call.has(Fault::RESPONSE_TYPE_ANYTHING_IS_CODE) => code,
        _ => return Err(("invalid_request", None)),
    };
    if !client.settings.lists_flow(setting) {
        let is_implicit = flow == Flow::Implicit;
        let served = call.has(Fault::DISABLED_FLOW_SERVED)
            || is_implicit && call.has(Fault::IMPLICIT_FLOW_SERVED)
            || !is_implicit && call.has(Fault::CODE_FLOW_SERVED);
        if !served {
            let error = if call.has(Fault::DISABLED_FLOW_IS_UNSUPPORTED) {
                "unsupported_response_type"
            } else {
                "unauthorized_client"
            };
            return Err((error, None));
        }
    }
    if query.filled("identity_provider") == Some("COGNITO") && call.has(Fault::PROVIDER_COGNITO_REFUSED) {
        return Err(("invalid_request", None));
    }
    if query.filled("identity_provider").is_some_and(|name| name != "COGNITO")
        && call.has(Fault::PROVIDER_UNKNOWN_REFUSED)
    {
        return Err(("invalid_request", None));
    }
    if query.pairs().any(|(name, _)| !KNOWN.contains(&name)) && call.has(Fault::UNKNOWN_PARAMETER_REFUSED) {
        return Err(("invalid_request", None));
    }
    let challenge = challenge(call, client, query)?;
    let scopes = scope::for_user(pool, client, query.filled("scope"), &call.shared.faults)
        .map_err(|error| (error.name, None))?;
    Ok(AuthorizationRequest {
        pool_id: pool.id.clone(),
        client: client.clone(),
        redirect_uri: redirect_uri.to_owned(),
        flow,
        state: query.filled("state").map(str::to_owned),
        nonce: query.filled("nonce").map(str::to_owned),
        challenge,
        resource: resource(call, query, &scopes)?,
        max_age: query
            .filled("max_age")
            .filter(|_| !call.shared.classic_pages)
            .and_then(|value| value.parse().ok()),
        scopes,
    })
}

/// A challenge and its method come together, and S256 is the only method (`authorize.pkce.*`).
fn challenge(call: &Call<'_>, client: &Client, query: &Params) -> Result<Option<String>, Fail> {
    let refused = Err(("invalid_request", None));
    match (query.filled("code_challenge"), query.filled("code_challenge_method")) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256"))
            if challenge.contains(['-', '_']) && call.has(Fault::CHALLENGE_ALPHABET_WRONG) =>
        {
            refused
        }
        (Some(challenge), Some("S256")) => Ok(Some(challenge.to_owned())),
        (Some(challenge), method) => {
            let accepted = call.has(Fault::PLAIN_PKCE_ACCEPTED)
                || method.is_none() && call.has(Fault::CHALLENGE_METHOD_DEFAULTED)
                || method == Some("plain")
                    && client.is_public()
                    && call.has(Fault::PLAIN_PKCE_OF_PUBLIC_CLIENT)
                || method.is_some_and(|it| it.eq_ignore_ascii_case("S256"))
                    && call.has(Fault::CHALLENGE_METHOD_CASE_IGNORED)
                || method.is_some_and(|it| it.trim() == "S256") && call.has(Fault::CHALLENGE_METHOD_TRIMMED)
                || method.is_some_and(|it| it != "plain")
                    && call.has(Fault::CHALLENGE_METHOD_UNKNOWN_IGNORED);
            if accepted { Ok(Some(challenge.to_owned())) } else { refused }
        }
        (None, Some(_)) if call.has(Fault::CHALLENGE_MISSING_IGNORED) => Ok(None),
        _ => refused,
    }
}

/// At most one resource, an https, loopback http or custom-scheme URL, and no custom scope of another resource server
/// (RFC 8707; `authorize.resource.*`). The classic pages know none.
fn resource(call: &Call<'_>, query: &Params, scopes: &Scopes) -> Result<Option<String>, Fail> {
    let mut resources = query.all("resource").filter(|value| !value.is_empty());
    let Some(resource) = resources.next().filter(|_| !call.shared.classic_pages) else {
        return Ok(None);
    };
    if resources.next().is_some() && !call.has(Fault::RESOURCE_FIRST_OF_SEVERAL) {
        return Err(("invalid_request", None));
    }
    let url = match Url::parse(resource) {
        Ok(url) => url,
        Err(_) if call.has(Fault::RESOURCE_MAY_BE_ANYTHING) => return Ok(Some(resource.to_owned())),
        Err(_) => return Err(("invalid_request", None)),
    };
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"))
        || url.scheme() == "http" && call.has(Fault::RESOURCE_OF_HTTP_ACCEPTED);
    if url.fragment().is_some() || (url.scheme() == "http" && !loopback) {
        return Err(("invalid_request", None));
    }
    let foreign = scopes
        .iter()
        .filter_map(|scope| scope.rsplit_once('/'))
        .any(|(identifier, _)| identifier != resource);
    if foreign {
        return Err(("invalid_request", Some("scopes do not belong to the resource")));
    }
    Ok(Some(resource.to_owned()))
}
