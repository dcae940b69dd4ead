//! GET /oauth2/authorize (RFC 6749 sections 4.1.1 and 4.2.1; AWS developer guide, "Authorize endpoint").

mod callback;
mod careless;
mod request;

pub(crate) use callback::{grant_to_user, refuse};
pub(crate) use careless::takes_sign_out_url;
pub(crate) use request::{AuthorizationRequest, check};

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::encode;
use crate::pages;
use crate::state::{SESSION_SECONDS, Session, State};

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    if call.method() != "GET" && !call.has(Fault::AUTHORIZE_TAKES_POST) {
        return Answer::method_not_allowed("GET");
    }
    let mut query = call.query();
    if call.method() == "POST" {
        query.complete_from(call.form(), |_| true);
    }
    let request = match check(call, state, &query) {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    let session = usable_session(call, state, &request);
    let prompt = query.get("prompt").filter(|_| knows_prompt(call));
    match (prompt, session) {
        (Some("login"), _) => to_login(call, state),
        (Some("none"), Some(_)) if call.has(Fault::PROMPT_NONE_NEVER_SILENT) => {
            callback::refuse(call, &request.redirect_uri, &query, "login_required", None)
        }
        (_, Some(session)) => {
            if let Some(cookie) = call.cookie("cognito").filter(|_| call.has(Fault::SESSION_WORKS_ONCE)) {
                state.sessions.remove(&cookie);
            }
            grant_to_user(call, state, &request, &session)
        }
        // `authorize.prompt-none.no-session`: the client asked not to show a page.
        (Some("none"), None) => {
            let error = if call.has(Fault::PROMPT_NONE_WRONG_ERROR) {
                "interaction_required"
            } else {
                "login_required"
            };
            callback::refuse(call, &request.redirect_uri, &query, error, None)
        }
        _ => to_login(call, state),
    }
}

/// Managed login knows `prompt`, and the classic pages do not (`authorize.prompt-classic`).
fn knows_prompt(call: &Call<'_>) -> bool {
    if call.shared.classic_pages {
        call.has(Fault::PROMPT_KNOWN_TO_CLASSIC_PAGES)
    } else {
        !call.has(Fault::PROMPT_IGNORED)
    }
}

/// The session of the request's cookie while it is young enough and its user may sign in
/// (`authorize.session-shortcut`, `authorize.max-age`).
fn usable_session(call: &Call<'_>, state: &State, request: &AuthorizationRequest) -> Option<Session> {
    let cookie = call.cookie("cognito").filter(|_| !call.has(Fault::SESSION_IGNORED));
    let session = state.sessions.get(&cookie?)?;
    if call.has(Fault::SESSION_OF_ONE_CLIENT) && session.client_id != request.client.id {
        return None;
    }
    let age = call.now.saturating_sub(session.started);
    let lifetime = if call.has(Fault::SESSION_ENDS_EARLY) { 300 } else { SESSION_SECONDS };
    let max_age = request.max_age.filter(|limit| age <= *limit || !call.has(Fault::MAX_AGE_IGNORED));
    let young = age < lifetime && max_age.is_none_or(|limit| age <= limit);
    let active = state.active_user(&session.pool_id, &session.username, &session.sub).is_some();
    (young && active && session.pool_id == request.pool_id).then(|| session.clone())
}

/// To the sign-in page, with the query as it came (`authorize.to-login`).
fn to_login(call: &Call<'_>, state: &mut State) -> Answer {
    let cookie = call.cookie("XSRF-TOKEN").unwrap_or_else(|| state.ids.uuid());
    let query = handed_on(call);
    if call.has(Fault::FORM_AT_AUTHORIZE) {
        return pages::sign_in_form(call, &cookie, "", None);
    }
    let redirect = Answer::redirect(format!("{}/login?{query}", call.site()));
    if call.has(Fault::XSRF_COOKIE_AT_LOGIN_ALONE) {
        return redirect;
    }
    redirect.with("Set-Cookie", pages::xsrf_cookie(call, &cookie))
}

/// The query for the sign-in page: that of the request to the letter, but for faults.
fn handed_on(call: &Call<'_>) -> String {
    let without = |name: &str| {
        let query = call.query();
        encode(query.pairs().filter(|(present, _)| *present != name))
    };
    match call.query() {
        query if query.get("prompt").is_some() && call.has(Fault::PROMPT_NOT_HANDED_ON) => without("prompt"),
        query if query.get("state").is_some() && call.has(Fault::STATE_NOT_HANDED_ON) => without("state"),
        query if query.get("nonce").is_some() && call.has(Fault::NONCE_NOT_HANDED_ON) => without("nonce"),
        query if query.get("resource").is_some() && call.has(Fault::RESOURCE_NOT_HANDED_ON) => {
            without("resource")
        }
        // Decoded and not encoded again.
        query if call.has(Fault::LOGIN_QUERY_NOT_ENCODED) => {
            let pairs = query.pairs().map(|(name, value)| format!("{name}={}", value.replace(' ', "+")));
            pairs.collect::<Vec<_>>().join("&")
        }
        _ => call.raw_query().to_owned(),
    }
}
