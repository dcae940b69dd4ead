//! GET /logout (AWS developer guide, "Logout endpoint"; `logout.*`).

use crate::answer::Answer;
use crate::authorize;
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
    if call.method() != "GET" && !call.has(Fault::LOGOUT_TAKES_POST) {
        return Answer::method_not_allowed("GET");
    }
    let query = call.query();
    let oidc = query.filled("post_logout_redirect_uri").filter(|_| call.has(Fault::LOGOUT_HONOURS_OIDC));
    let hinted = query
        .filled("post_logout_redirect_uri")
        .filter(|_| query.filled("id_token_hint").is_some() && call.has(Fault::LOGOUT_HONOURS_ID_TOKEN_HINT));
    let unchecked = query.filled("logout_uri").filter(|_| call.has(Fault::LOGOUT_CLIENT_UNCHECKED));
    let location = match oidc.or(hinted).or(unchecked) {
        Some(location) => Ok(location.to_owned()),
        None => destination(call, state, &query),
    };
    let location = match location {
        Ok(location) => location,
        Err(problem) => return on_domain(call, &query, problem),
    };
    if query.filled("logout_uri") == Some(location.as_str()) && call.has(Fault::LOGOUT_URI_GETS_PAGE) {
        return Answer::html(200, "<!DOCTYPE html>\n<title>Signed out</title>\n".to_owned());
    }
    if call.has(Fault::SESSION_SURVIVES_LOGOUT) {
        return Answer::redirect(location);
    }
    // Only the browser session ends, for every client of the pool; tokens live on (`logout.clears-session`,
    // `logout.tokens-survive`).
    let session = call.cookie("cognito");
    if let Some(session) = session.as_ref().and_then(|cookie| state.sessions.get(cookie)).cloned() {
        let of_other_client = query.get("client_id") != Some(session.client_id.as_str());
        let again = query.filled("logout_uri").is_none();
        if of_other_client && call.has(Fault::LOGOUT_ENDS_OWN_SESSION_ALONE)
            || again && call.has(Fault::LOGOUT_TO_SIGN_IN_KEEPS_SESSION)
        {
            return Answer::redirect(location);
        }
        if call.has(Fault::LOGOUT_ENDS_TOKENS) {
            state.revoke_user(&session.pool_id, &session.username);
        }
    }
    if let Some(session) = session {
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
    let of_any_client = |fault: Fault| {
        let clients = state.pools.values().flat_map(|pool| pool.clients.values());
        let mut known = clients.flat_map(|client| &client.settings.logouts);
        let wanted = query.filled("logout_uri")?;
        known.find(|listed| *listed == wanted).filter(|_| call.has(fault)).cloned()
    };
    let Some(client_id) = query.filled("client_id") else {
        return of_any_client(Fault::LOGOUT_WITHOUT_CLIENT)
            .ok_or("Missing required parameter client_id in request URL");
    };
    let Some((_, client)) = state.client_on(call.domain, client_id) else {
        return of_any_client(Fault::LOGOUT_OF_UNKNOWN_CLIENT).ok_or("invalid_request");
    };
    let settings = &client.settings;
    let to_url = || {
        // An unregistered logout_uri counts as absent (`logout.logout-uri-unregistered`).
        query.filled("logout_uri").filter(|wanted| is_registered(call, settings, wanted)).map(str::to_owned)
    };
    if query.filled("redirect_uri").is_some()
        && call.has(Fault::LOGOUT_URI_BESIDE_REDIRECT_UNCHECKED)
        && let Some(wanted) = query.filled("logout_uri")
    {
        return Ok(wanted.to_owned());
    }
    if call.has(Fault::LOGOUT_PREFERS_REDIRECT) {
        return to_sign_in(call, settings, query).or_else(|problem| to_url().ok_or(problem));
    }
    // With both, `redirect_uri` is ignored (`logout.both`).
    to_url().map_or_else(|| to_sign_in(call, settings, query), Ok)
}

/// To the letter, as callbacks are.
fn is_registered(call: &Call<'_>, settings: &ClientSettings, wanted: &str) -> bool {
    call.has(Fault::LOGOUT_URI_UNCHECKED)
        || settings
            .logouts
            .iter()
            .any(|listed| listed == wanted || authorize::takes_sign_out_url(call, listed, wanted))
        || settings.callbacks.iter().any(|listed| listed == wanted) && call.has(Fault::LOGOUT_TO_CALLBACK)
}

/// The sign-in page, with the query as it came and all scopes where none was asked for (`logout.redirect-uri`,
/// `logout.state`, `logout.scope-autofill`).
fn to_sign_in(call: &Call<'_>, settings: &ClientSettings, query: &Params) -> Result<String, &'static str> {
    let (Some(redirect_uri), Some(_)) = (query.filled("redirect_uri"), query.filled("response_type")) else {
        let first = settings.logouts.first().filter(|_| call.has(Fault::LOGOUT_URI_DEFAULTED));
        return first.cloned().ok_or(NOTHING_GIVEN);
    };
    if !settings.callbacks.iter().any(|listed| listed == redirect_uri) {
        return Err("redirect_mismatch");
    }
    if call.has(Fault::LOGOUT_LOSES_QUERY) {
        let kept = query.filled("client_id").map(|id| ("client_id", id));
        return Ok(format!("{}/login?{}", call.site(), encode(kept)));
    }
    if call.has(Fault::LOGOUT_LEADS_TO_CALLBACK) {
        return Ok(redirect_uri.to_owned());
    }
    let mut location = format!("{}/login?{}", call.site(), handed_on(call, query));
    if query.filled("scope").is_none() && !call.has(Fault::LOGOUT_SCOPES_NOT_FILLED) {
        let all = if call.has(Fault::LOGOUT_SCOPES_ARE_OPENID) {
            "openid".to_owned()
        } else {
            scope::join(&settings.scopes.iter().cloned().collect())
        };
        location.push('&');
        location.push_str(&encode([("scope", all.as_str())]));
    }
    Ok(location)
}

/// The query for the sign-in page: as it came, but for faults.
fn handed_on(call: &Call<'_>, query: &Params) -> String {
    let Some(state) = query.get("state") else { return call.raw_query().to_owned() };
    let cut: String = state.chars().take(128).collect();
    let with = |state: Option<&str>| {
        let others = query.pairs().filter(|(name, _)| *name != "state");
        encode(others.chain(state.map(|state| ("state", state))))
    };
    if call.has(Fault::LOGOUT_STATE_DROPPED) {
        with(None)
    } else if cut != state && call.has(Fault::LOGOUT_STATE_CUT) {
        with(Some(&cut))
    } else if state.contains('+') && call.has(Fault::LOGOUT_STATE_PLUS_IS_BLANK) {
        with(Some(&state.replace('+', " ")))
    } else {
        call.raw_query().to_owned()
    }
}
