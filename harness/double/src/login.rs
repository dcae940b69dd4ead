//! GET and POST /login: the form of the classic hosted UI and the sign-in itself (`login.*`).

use crate::answer::Answer;
use crate::authorize;
use crate::call::Call;
use crate::fault::Fault;
use crate::pages;
use crate::pool::{Pool, User};
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
    if call.cookie("XSRF-TOKEN").is_none() && call.has(Fault::LOGIN_NEEDS_COOKIE) {
        return pages::problem("The session has ended");
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
        (Some(cookie), None) if call.has(Fault::CSRF_FIELD_NOT_NEEDED) => cookie,
        (None, Some(sent)) if call.has(Fault::CSRF_COOKIE_NOT_NEEDED) => sent.to_owned(),
        _ if call.has(Fault::CSRF_UNCHECKED) || call.has(Fault::FORM_WITHOUT_CSRF) => state.ids.uuid(),
        _ => return Answer::html(403, "<!DOCTYPE html>\n<title>Forbidden</title>\n".to_owned()),
    };
    if form.get("cognitoAsfData").is_none() && call.has(Fault::ASF_DATA_REQUIRED) {
        return pages::problem("Missing form field");
    }
    let username = form.get("username").unwrap_or_default();
    let password = form.get("password").unwrap_or_default();
    let failed = state.failures.get(username).copied().unwrap_or_default();
    let pool = state.pools.get(&request.pool_id);
    let known = pool.and_then(|pool| found(call, state, pool, username));
    let may_sign_in =
        |user: &User| (user.enabled || call.has(Fault::DISABLED_USER_SIGNS_IN)) && user.confirmed;
    let is_right = |user: &User| {
        is_password_of(call, user, password)
            || failed >= 2 && call.has(Fault::THIRD_PASSWORD_ACCEPTED)
            || pool.is_some_and(|pool| {
                pool.users.values().any(|other| other.password == password)
                    && call.has(Fault::PASSWORD_OF_ANYONE_ACCEPTED)
            })
    };
    let Some(user) = known.filter(|user| may_sign_in(user) && is_right(user)).cloned() else {
        let at_callback = if known.is_some() {
            call.has(Fault::WRONG_PASSWORD_AT_CALLBACK)
        } else {
            call.has(Fault::UNKNOWN_USER_AT_CALLBACK)
        };
        *state.failures.entry(username.to_owned()).or_default() += 1;
        if at_callback {
            return authorize::refuse(call, &request.redirect_uri, &query, "access_denied", None);
        }
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
    let mut answer = authorize::grant_to_user(call, state, &request, &session);
    if call.has(Fault::SIGN_IN_BY_303) {
        answer.status = 303;
    }
    if request.client.is_public() && call.has(Fault::SESSION_NEEDS_SECRET) {
        return answer;
    }
    state.sessions.insert(cookie.clone(), session);
    answer.with("Set-Cookie", pages::session_cookie(&cookie))
}

/// The user of a pool with this name, to the letter but for faults.
fn found<'s>(call: &Call<'_>, state: &'s State, pool: &'s Pool, username: &str) -> Option<&'s User> {
    let own = pool.users.get(username);
    if own.is_some() {
        return own;
    }
    let by_beginning = || {
        let begins = |user: &&User| !username.is_empty() && user.username.starts_with(username);
        pool.users.values().find(begins).filter(|_| call.has(Fault::USERNAME_BEGINNING_ACCEPTED))
    };
    let with_more = || {
        let begins = |user: &&User| username.starts_with(&user.username);
        pool.users.values().find(begins).filter(|_| call.has(Fault::USERNAME_MAY_GO_ON))
    };
    let elsewhere = || {
        let user = state.pools.values().find_map(|pool| pool.users.get(username));
        user.filter(|_| call.has(Fault::USERS_OF_ALL_POOLS))
    };
    let some = || pool.users.values().find(|_| call.has(Fault::UNKNOWN_USER_SIGNS_IN));
    by_beginning().or_else(with_more).or_else(elsewhere).or_else(some)
}

/// Whether this is the password of a user, to the letter (`login.post.wrong-password`).
fn is_password_of(call: &Call<'_>, user: &User, password: &str) -> bool {
    user.password == password
        || call.has(Fault::ANY_PASSWORD_ACCEPTED)
        || (call.has(Fault::UNKNOWN_USER_SIGNS_IN)
            && call.form().get("username") != Some(user.username.as_str()))
        || (call.has(Fault::EMPTY_PASSWORD_ACCEPTED) && password.is_empty())
        || (call.has(Fault::PASSWORD_CASE_IGNORED) && user.password.eq_ignore_ascii_case(password))
        || is_almost_password_of(call, user, password)
}

/// Ways to lose a part of a password before it is compared. One that would make no difference is not asked for.
fn is_almost_password_of(call: &Call<'_>, user: &User, password: &str) -> bool {
    let beginning = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let right = user.password.as_str();
    [
        (Fault::PASSWORD_TRIMMED, password.trim() == right),
        // As bcrypt does.
        (Fault::PASSWORD_CUT_AT_72, beginning(password, 72) == beginning(right, 72)),
        // As crypt(3) did.
        (Fault::PASSWORD_CUT_AT_8, beginning(password, 8) == beginning(right, 8)),
        (Fault::PASSWORD_ENDS_AT_NUL, password.split('\0').next() == Some(right)),
        (Fault::PASSWORD_MAY_GO_ON, password.starts_with(right)),
        (Fault::PASSWORD_BEGINNING_ACCEPTED, !password.is_empty() && right.starts_with(password)),
    ]
    .into_iter()
    .any(|(fault, passes)| passes && call.has(fault))
}
