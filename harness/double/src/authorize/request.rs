//! The authorization request and the order in which it is checked: faults of the client or the redirect URI stay on the
//! domain, all others go to the callback.

use url::Url;

use super::callback;
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

/// An error name for the callback, with a description where reports show one.
type Fail = (&'static str, Option<&'static str>);

/// Checks a request; the error is the finished answer.
pub(crate) fn check(call: &Call<'_>, state: &State, query: &Params) -> Result<AuthorizationRequest, Answer> {
    let on_domain = |error: &str| {
        let mut pairs = vec![("error", error)];
        pairs.extend(query.filled("client_id").map(|id| ("client_id", id)));
        Answer::redirect(format!("{}/error?{}", call.site(), encode(pairs)))
    };
    let client_id = query.filled("client_id").ok_or_else(|| on_domain("Required parameters missing"))?;
    let (pool, client) = state.client_on(call.domain, client_id).ok_or_else(|| {
        match query.filled("redirect_uri").filter(|_| call.has(Fault::UNKNOWN_CLIENT_REDIRECTED)) {
            Some(redirect_uri) => callback::refuse(call, redirect_uri, query, "unauthorized_client", None),
            None => on_domain("invalid_request"),
        }
    })?;
    // `authorize.client-not-configured`
    if !client.settings.oauth_enabled || client.settings.flows.is_empty() {
        return Err(on_domain("invalid_request"));
    }
    let redirect_uri = query
        .filled("redirect_uri")
        .ok_or_else(|| on_domain("Required String parameter 'redirect_uri' is not present"))?;
    if !is_registered(call, client, redirect_uri) {
        return Err(if call.has(Fault::MISMATCH_AT_CALLBACK) {
            callback::refuse(call, redirect_uri, query, "redirect_mismatch", None)
        } else {
            on_domain("redirect_mismatch")
        });
    }
    details(call, query, pool, client, redirect_uri)
        .map_err(|(error, description)| callback::refuse(call, redirect_uri, query, error, description))
}

/// Compared to the letter, without the loopback exception of RFC 8252 (`authorize.redirect-uri-exact`).
fn is_registered(call: &Call<'_>, client: &Client, redirect_uri: &str) -> bool {
    let unchecked = call.has(Fault::REDIRECT_UNCHECKED)
        || call.path == "/login" && call.has(Fault::REDIRECT_UNCHECKED_AT_LOGIN);
    let matches = |callback: &String| {
        if call.has(Fault::REDIRECT_PREFIX_MATCHED) {
            redirect_uri.starts_with(callback)
        } else if call.has(Fault::REDIRECT_PORT_IGNORED) {
            without_port(callback) == without_port(redirect_uri)
        } else {
            callback == redirect_uri
        }
    };
    unchecked || client.settings.callbacks.iter().any(matches)
}

/// A URL without its port, for the fault that overlooks it.
fn without_port(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    url.set_port(None).ok()?;
    Some(url)
}

/// The checks whose failure the client learns at its callback.
fn details(
    call: &Call<'_>,
    query: &Params,
    pool: &Pool,
    client: &Client,
    redirect_uri: &str,
) -> Result<AuthorizationRequest, Fail> {
    let (flow, setting) = match query.filled("response_type") {
        Some("code") => (Flow::Code, "code"),
        Some("token") => (Flow::Implicit, "implicit"),
        None if call.has(Fault::RESPONSE_TYPE_DEFAULTED) => (Flow::Code, "code"),
        _ => return Err(("invalid_request", None)),
    };
    if !client.settings.lists_flow(setting) && !call.has(Fault::DISABLED_FLOW_SERVED) {
        return Err(("unauthorized_client", None));
    }
    let challenge = challenge(call, query)?;
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
        resource: resource(query, &scopes)?,
        max_age: query.filled("max_age").and_then(|value| value.parse().ok()),
        scopes,
    })
}

/// A challenge and its method come together, and S256 is the only method (`authorize.pkce.*`).
fn challenge(call: &Call<'_>, query: &Params) -> Result<Option<String>, Fail> {
    match (query.filled("code_challenge"), query.filled("code_challenge_method")) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) => Ok(Some(challenge.to_owned())),
        (Some(challenge), _) if call.has(Fault::PLAIN_PKCE_ACCEPTED) => Ok(Some(challenge.to_owned())),
        _ => Err(("invalid_request", None)),
    }
}

/// At most one resource, an https, loopback http or custom-scheme URL, and no custom scope of another resource server
/// (RFC 8707; `authorize.resource.*`).
fn resource(query: &Params, scopes: &Scopes) -> Result<Option<String>, Fail> {
    let mut resources = query.all("resource").filter(|value| !value.is_empty());
    let Some(resource) = resources.next() else {
        return Ok(None);
    };
    if resources.next().is_some() {
        return Err(("invalid_request", None));
    }
    let url = Url::parse(resource).map_err(|_| ("invalid_request", None))?;
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
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
