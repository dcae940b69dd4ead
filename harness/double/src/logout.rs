//! GET /logout (AWS developer guide, "Logout endpoint"; `logout.*`).

use crate::answer::Answer;
use crate::call::Call;
use crate::form::encode;
use crate::pages;
use crate::scope;
use crate::state::State;

/// The message names the parameter of the second form even when the first was meant (`logout.neither`).
const NOTHING_GIVEN: &str = "Required String parameter 'redirect_uri' is not present";

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    if call.method() != "GET" {
        return Answer::method_not_allowed("GET");
    }
    let query = call.query();
    let Some(client_id) = query.filled("client_id") else {
        return pages::problem("Missing required parameter client_id in request URL");
    };
    let Some((_, client)) = state.client_on(call.domain, client_id) else {
        return pages::problem("invalid_request");
    };
    let settings = &client.settings;
    // An unregistered logout_uri counts as absent (`logout.logout-uri-unregistered`).
    let logout_uri =
        query.filled("logout_uri").filter(|wanted| settings.logouts.iter().any(|listed| listed == wanted));
    let location = if let Some(logout_uri) = logout_uri {
        logout_uri.to_owned()
    } else {
        let (Some(redirect_uri), Some(_)) = (query.filled("redirect_uri"), query.filled("response_type"))
        else {
            return pages::problem(NOTHING_GIVEN);
        };
        if !settings.callbacks.iter().any(|listed| listed == redirect_uri) {
            return pages::problem("redirect_mismatch");
        }
        let mut location = format!("{}/login?{}", call.site(), call.raw_query());
        if query.filled("scope").is_none() {
            let all = scope::join(&settings.scopes.iter().cloned().collect());
            location.push('&');
            location.push_str(&encode([("scope", all.as_str())]));
        }
        location
    };
    // Only the browser session ends; tokens live on (`logout.tokens-survive`).
    if let Some(session) = call.cookie("cognito") {
        state.sessions.remove(&session);
    }
    Answer::redirect(location).with("Set-Cookie", pages::no_session_cookie())
}
