//! Checks what a target says that it lacks: one probe for each entry of `unsupported`. A status alone proves nothing,
//! because servers answer routes that they do not have with anything; only an answer of the documented shape does.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::exec::prepare::prepare;
use crate::exec::session::{Meter, Session};
use crate::exec::sign_in::{Walked, walk};
use crate::model::case::SignIn;
use crate::model::endpoint::Endpoint;
use crate::model::exchange::Answer;
use crate::model::request::{AuthStyle, Request};
use crate::model::value::Value;
use crate::target::control::ControlCall;

/// Whether what a need names is there after all: `Some` with what was seen.
pub(super) async fn is_there(session: &Session, need: &str) -> Option<String> {
    match need.split_once('.') {
        None if need == "sign-in" => signs_in(session).await,
        None if need == "resource-server" => {
            session.fixture.resource_server.is_some().then(|| "the resource server was created".to_owned())
        }
        Some(("endpoint", name)) => endpoint(session, Endpoint::from_name(name)?).await,
        Some(("grant", name)) => grant(session, name).await,
        Some(("client", role)) => {
            session.fixture.client.contains_key(role).then(|| "the client was created".to_owned())
        }
        Some(("user", name)) => {
            session.fixture.user.contains_key(name).then(|| "the user was created".to_owned())
        }
        Some(("api", operation)) => api(session, operation).await,
        _ => None,
    }
}

async fn answer(session: &Session, request: &Request) -> Option<Answer> {
    let lookup_nothing = BTreeMap::new();
    let prepared =
        prepare(request, session.url(request.endpoint).ok()?, &session.lookup(&lookup_nothing)).ok()?;
    session.send(&prepared, &Meter::default()).await.ok()
}

fn member(answer: &Answer, name: &str) -> Option<Json> {
    serde_json::from_slice::<Json>(&answer.body).ok()?.get(name).cloned()
}

/// The OAuth error of an answer, if it is one of the registered form.
fn oauth_error(answer: &Answer) -> Option<String> {
    let error = member(answer, "error")?.as_str()?.to_owned();
    (matches!(answer.status, 400 | 401)
        && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    .then_some(error)
}

async fn endpoint(session: &Session, endpoint: Endpoint) -> Option<String> {
    let seen = |answer: &Answer| format!("{endpoint} answers with status {}", answer.status);
    match endpoint {
        Endpoint::Token | Endpoint::Revoke => {
            let request = Request::post_form(endpoint)
                .field("grant_type", "client_credentials")
                .field("token", "probe")
                .credentials(AuthStyle::Basic, "poolproofprobe", "poolproofprobe");
            let answer = answer(session, &request).await?;
            oauth_error(&answer).map(|error| format!("{} and {error}", seen(&answer)))
        }
        Endpoint::Authorize => signs_in(session).await,
        Endpoint::Login => {
            let request = login_request(session);
            let answer = answer(session, &request).await?;
            let page = std::str::from_utf8(&answer.body).ok()?;
            let has_form = crate::exec::form::forms(page).iter().any(|form| form.password().is_some());
            (answer.status == 200 && has_form).then(|| "login serves a form with a password".to_owned())
        }
        Endpoint::UserInfo => {
            let request = Request::get(endpoint).header("Authorization", "Bearer probe");
            let answer = answer(session, &request).await?;
            let challenged = answer.header("www-authenticate").is_some() || oauth_error(&answer).is_some();
            (matches!(answer.status, 400 | 401) && challenged).then(|| seen(&answer))
        }
        Endpoint::Logout => {
            let logout = session.fixture.client.get("web")?.logouts.first()?.clone();
            let request = Request::get(endpoint)
                .param("client_id", Value::client_id("web"))
                .param("logout_uri", logout.as_str());
            let answer = answer(session, &request).await?;
            (answer.header("location") == Some(&logout))
                .then(|| "logout redirects to the logout URL".to_owned())
        }
        Endpoint::Jwks => {
            let answer = answer(session, &Request::get(endpoint)).await?;
            (answer.status == 200 && member(&answer, "keys")?.is_array()).then(|| seen(&answer))
        }
        Endpoint::OpenidConfiguration => {
            let answer = answer(session, &Request::get(endpoint)).await?;
            (answer.status == 200 && member(&answer, "issuer")?.is_string()).then(|| seen(&answer))
        }
        Endpoint::UnknownPath => None,
    }
}

fn login_request(session: &Session) -> Request {
    let role = if session.fixture.client.contains_key("web") { "web" } else { "public" };
    Request::get(Endpoint::Login)
        .param("response_type", "code")
        .param("client_id", Value::client_id(role))
        .param("redirect_uri", Value::callback(role, 0))
        .param("scope", "openid")
        .param("state", "probe")
}

async fn grant(session: &Session, name: &str) -> Option<String> {
    let (grant, role) = match name {
        "client-credentials" => ("client_credentials", "machine"),
        "refresh-token" => ("refresh_token", "web"),
        _ => ("authorization_code", "web"),
    };
    for style in [AuthStyle::Basic, AuthStyle::Post] {
        let request = Request::token(grant)
            .client(style, role)
            .field("code", "probe")
            .field("refresh_token", "probe")
            .field("redirect_uri", "https://app.poolproof.test/callback");
        let Some(answer) = answer(session, &request).await else { continue };
        if member(&answer, "access_token").is_some() {
            return Some(format!("{grant} brings a token"));
        }
        if grant != "client_credentials" && oauth_error(&answer).as_deref() == Some("invalid_grant") {
            return Some(format!("{grant} is answered with invalid_grant, so it is known"));
        }
    }
    None
}

async fn signs_in(session: &Session) -> Option<String> {
    for role in ["web", "public"] {
        if !session.fixture.client.contains_key(role) {
            continue;
        }
        let sign_in = SignIn {
            params: vec![
                ("response_type".to_owned(), "code".into()),
                ("client_id".to_owned(), Value::client_id(role)),
                ("redirect_uri".to_owned(), Value::callback(role, 0)),
                ("scope".to_owned(), "openid".into()),
                ("state".to_owned(), "probe".into()),
            ],
            redirect_uri: Value::callback(role, 0),
            username: Value::fixture("user.main.username"),
            password: Value::fixture("user.main.password"),
            prefix: String::new(),
        };
        let walked = walk(session, &sign_in, &BTreeMap::new(), &Meter::default()).await;
        if let Ok(Walked::Callback { params, .. }) = walked
            && params.iter().any(|(name, _)| name == "code")
        {
            return Some("a sign-in over HTTP brings a code".to_owned());
        }
    }
    None
}

async fn api(session: &Session, operation: &str) -> Option<String> {
    let username = format!("poolproof-probe-{operation}");
    let user = || username.clone();
    let create = ControlCall::CreateUser { username: user(), password: "Poolproof-probe-1!".to_owned() };
    let call = match operation {
        "create-user" => create.clone(),
        "disable-user" => ControlCall::DisableUser { username: user() },
        "delete-user" => ControlCall::DeleteUser { username: user() },
        "global-sign-out" => ControlCall::GlobalSignOut { username: user() },
        "password-sign-in" => {
            let main = session.fixture.user.get("main")?;
            ControlCall::PasswordSignIn {
                client: "web".to_owned(),
                username: main.username.clone(),
                password: main.password.clone(),
            }
        }
        "create-client" => ControlCall::CreateClient { like: "web".to_owned() },
        "set-flows" => ControlCall::SetFlows {
            client_id: session.fixture.client.get("web")?.id.clone(),
            like: "web".to_owned(),
            flows: vec!["code".to_owned()],
        },
        "revoke-token" => ControlCall::RevokeToken { client: "web".to_owned(), token: "probe".to_owned() },
        _ => return None,
    };
    if matches!(operation, "disable-user" | "delete-user" | "global-sign-out") {
        session.control.call(create).await.ok()?;
    }
    session.control.call(call).await.ok().map(|_| format!("{operation} succeeds"))
}
