//! GET /oauth2/authorize (RFC 6749 sections 4.1.1 and 4.2.1; AWS developer guide, "Authorize endpoint").

mod callback;
mod request;

pub(crate) use callback::grant_to_user;
pub(crate) use request::{AuthorizationRequest, check};

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::pages;
use crate::state::{SESSION_SECONDS, Session, State};

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    if call.method() != "GET" {
        return Answer::method_not_allowed("GET");
    }
    let query = call.query();
    let request = match check(call, state, &query) {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    let session = usable_session(call, state, &request);
    let prompt = query.get("prompt").filter(|_| !call.has(Fault::PROMPT_IGNORED));
    match (prompt, session) {
        (Some("login"), _) => to_login(call, state),
        (_, Some(session)) => grant_to_user(call, state, &request, &session),
        // `authorize.prompt-none.no-session`: the client asked not to show a page.
        (Some("none"), None) => callback::refuse(call, &request.redirect_uri, &query, "login_required", None),
        _ => to_login(call, state),
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
    let young = age < SESSION_SECONDS && request.max_age.is_none_or(|limit| age <= limit);
    let active = state.active_user(&session.pool_id, &session.username, &session.sub).is_some();
    (young && active && session.pool_id == request.pool_id).then(|| session.clone())
}

/// To the sign-in page, with the query as it came (`authorize.to-login`).
fn to_login(call: &Call<'_>, state: &mut State) -> Answer {
    let cookie = call.cookie("XSRF-TOKEN").unwrap_or_else(|| state.ids.uuid());
    Answer::redirect(format!("{}/login?{}", call.site(), call.raw_query()))
        .with("Set-Cookie", pages::xsrf_cookie(call, &cookie))
}
