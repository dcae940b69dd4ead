//! GET /logout (AWS developer guide, "Logout endpoint"; `logout.*`).

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::{Params, encode};
use crate::pages;
use crate::scope;
use crate::settings::ClientSettings;
use crate::state::State;

/// The message names the parameter of the second form even when the first was meant (`logout.neither`).
const NOTHING_GIVEN: &str = "Required String parameter 'redirect_uri' is not present";

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    if call.method() != "GET" {
        return Answer::method_not_allowed("GET");
    }
    let query = call.query();
    let oidc = query.filled("post_logout_redirect_uri").filter(|_| call.has(Fault::LOGOUT_HONOURS_OIDC));
    let unchecked = query.filled("logout_uri").filter(|_| call.has(Fault::LOGOUT_CLIENT_UNCHECKED));
    let location = match oidc.or(unchecked) {
        Some(location) => Ok(location.to_owned()),
        None => destination(call, state, &query),
    };
    let location = match location {
        Ok(location) => location,
        Err(problem) => return on_domain(call, &query, problem),
    };
    if call.has(Fault::SESSION_SURVIVES_LOGOUT) {
        return Answer::redirect(location);
    }
    // Only the browser session ends, for every client of the pool; tokens live on (`logout.clears-session`,
    // `logout.tokens-survive`).
    if let Some(session) = call.cookie("cognito") {
        state.sessions.remove(&session);
    }
    Answer::redirect(location).with("Set-Cookie", pages::no_session_cookie())
}

/// The error page of the domain, by redirect as everywhere else (`authorize.error-page`).
fn on_domain(call: &Call<'_>, query: &Params, problem: &str) -> Answer {
    let mut pairs = vec![("error", problem)];
    pairs.extend(query.filled("client_id").map(|id| ("client_id", id)));
    Answer::redirect(format!("{}/error?{}", call.site(), encode(pairs)))
}

/// Where a sign-out leads, or why it leads nowhere.
fn destination(call: &Call<'_>, state: &State, query: &Params) -> Result<String, &'static str> {
    let client_id = query.filled("client_id").ok_or("Missing required parameter client_id in request URL")?;
    let (_, client) = state.client_on(call.domain, client_id).ok_or("invalid_request")?;
    let settings = &client.settings;
    let to_url = || {
        // An unregistered logout_uri counts as absent (`logout.logout-uri-unregistered`).
        query.filled("logout_uri").filter(|wanted| is_registered(call, settings, wanted)).map(str::to_owned)
    };
    if call.has(Fault::LOGOUT_PREFERS_REDIRECT) {
        return to_sign_in(call, settings, query).or_else(|problem| to_url().ok_or(problem));
    }
    // With both, `redirect_uri` is ignored (`logout.both`).
    to_url().map_or_else(|| to_sign_in(call, settings, query), Ok)
}

/// To the letter, as callbacks are.
fn is_registered(call: &Call<'_>, settings: &ClientSettings, wanted: &str) -> bool {
    call.has(Fault::LOGOUT_URI_UNCHECKED)
        || settings.logouts.iter().any(|listed| {
            listed == wanted || (call.has(Fault::LOGOUT_URI_BY_PREFIX) && wanted.starts_with(listed.as_str()))
        })
}

/// The sign-in page, with the query as it came and all scopes where none was asked for (`logout.redirect-uri`,
/// `logout.state`, `logout.scope-autofill`).
fn to_sign_in(call: &Call<'_>, settings: &ClientSettings, query: &Params) -> Result<String, &'static str> {
    let (Some(redirect_uri), Some(_)) = (query.filled("redirect_uri"), query.filled("response_type")) else {
        return Err(NOTHING_GIVEN);
    };
    if !settings.callbacks.iter().any(|listed| listed == redirect_uri) {
        return Err("redirect_mismatch");
    }
    if call.has(Fault::LOGOUT_LOSES_QUERY) {
        let kept = query.filled("client_id").map(|id| ("client_id", id));
        return Ok(format!("{}/login?{}", call.site(), encode(kept)));
    }
    let mut location = format!("{}/login?{}", call.site(), call.raw_query());
    if query.filled("scope").is_none() {
        let all = scope::join(&settings.scopes.iter().cloned().collect());
        location.push('&');
        location.push_str(&encode([("scope", all.as_str())]));
    }
    Ok(location)
}
