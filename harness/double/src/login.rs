//! GET and POST /login: the form of the classic hosted UI and the sign-in itself (`login.*`).

use crate::answer::Answer;
use crate::authorize;
use crate::call::Call;
use crate::fault::Fault;
use crate::pages;
use crate::pool::User;
use crate::state::{Session, State};

/// Shown for every failed sign-in, so that the page does not tell which users exist.
const REFUSED: &str = "Incorrect username or password.";

pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Answer {
    match call.method() {
        "GET" => form(call, state),
        "POST" if call.is_form() => sign_in(call, state),
        _ => Answer::method_not_allowed("GET"),
    }
}

fn form(call: &Call<'_>, state: &mut State) -> Answer {
    let query = call.query();
    if query.filled("client_id").is_none() {
        if call.has(Fault::LOGIN_WITHOUT_CLIENT) {
            return pages::sign_in_form(call, &state.ids.uuid(), "", None);
        }
        return pages::problem("Missing required parameter client_id in request URL");
    }
    if let Err(answer) = authorize::check(call, state, &query) {
        return answer;
    }
    // `authorize.idp.unknown`: no error, only a notice.
    let notice = query
        .filled("identity_provider")
        .filter(|provider| *provider != "COGNITO")
        .map(|_| "This sign-in option is not available.");
    let csrf = call.cookie("XSRF-TOKEN").unwrap_or_else(|| state.ids.uuid());
    pages::sign_in_form(call, &csrf, query.get("login_hint").unwrap_or_default(), notice)
}

fn sign_in(call: &Call<'_>, state: &mut State) -> Answer {
    let query = call.query();
    let form = call.form();
    let request = match authorize::check(call, state, &query) {
        Ok(request) => request,
        Err(answer) => return answer,
    };
    // The form value must equal the cookie; which status a real pool gives is not known (`login.post.csrf-missing`).
    let csrf = match (call.cookie("XSRF-TOKEN"), form.filled("_csrf")) {
        (Some(cookie), Some(sent)) if cookie == sent => cookie,
        _ if call.has(Fault::CSRF_UNCHECKED) => state.ids.uuid(),
        _ => return Answer::html(403, "<!DOCTYPE html>\n<title>Forbidden</title>\n".to_owned()),
    };
    let username = form.get("username").unwrap_or_default();
    let password = form.get("password").unwrap_or_default();
    let user = state
        .pools
        .get(&request.pool_id)
        .and_then(|pool| {
            let some = pool.users.values().find(|_| call.has(Fault::UNKNOWN_USER_SIGNS_IN));
            pool.users.get(username).or(some)
        })
        .filter(|user| user.enabled && user.confirmed && is_password_of(call, user, password));
    let Some(user) = user else {
        return pages::sign_in_form(call, &csrf, username, Some(REFUSED));
    };
    let session = Session {
        pool_id: request.pool_id.clone(),
        username: user.username.clone(),
        sub: user.sub.clone(),
        client_id: request.client.id.clone(),
        started: call.now,
    };
    let cookie = state.ids.uuid();
    state.sessions.insert(cookie.clone(), session.clone());
    authorize::grant_to_user(call, state, &request, &session)
        .with("Set-Cookie", pages::session_cookie(&cookie))
}

/// Whether this is the password of a user, to the letter (`login.post.wrong-password`).
fn is_password_of(call: &Call<'_>, user: &User, password: &str) -> bool {
    user.password == password
        || call.has(Fault::ANY_PASSWORD_ACCEPTED)
        || (call.has(Fault::UNKNOWN_USER_SIGNS_IN)
            && call.form().get("username") != Some(user.username.as_str()))
        || (call.has(Fault::EMPTY_PASSWORD_ACCEPTED) && password.is_empty())
        || (call.has(Fault::PASSWORD_CASE_IGNORED) && user.password.eq_ignore_ascii_case(password))
}
