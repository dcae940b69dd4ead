//! Checks what a target says that it lacks: one probe for each entry of `unsupported`. A status alone proves nothing,
//! because servers answer routes that they do not have with anything; only an answer of the documented shape does.
//! Probes leave the fixture as it is: what they change they make first, and delete.

mod api;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::exec::prepare::prepare;
use crate::exec::session::{Meter, Session};
use crate::exec::sign_in::{End, Walked, walk};
use crate::model::case::SignIn;
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Answer, Fault};
use crate::model::need::Need;
use crate::model::request::{AuthStyle, Request};
use crate::model::value::Value;

/// What a probe found out about something that a target says it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is there after all: what was seen.
    There(String),
    /// The target answered and nothing of the documented shape was seen, or there is no probe for it.
    Absent,
    /// The probe could not be made or got no answer: why. It says nothing about the target.
    Unknown(String),
}

impl Presence {
    fn seen(there: bool, what: impl FnOnce() -> String) -> Self {
        if there { Self::There(what()) } else { Self::Absent }
    }

    /// The same from what was seen, if anything was.
    fn of(seen: Option<String>) -> Self {
        seen.map_or(Self::Absent, Self::There)
    }

    /// Of two tries: seen once is there, and absent takes both.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (there @ Self::There(_), _) | (_, there @ Self::There(_)) => there,
            (unknown @ Self::Unknown(_), _) | (_, unknown @ Self::Unknown(_)) => unknown,
            (Self::Absent, Self::Absent) => Self::Absent,
        }
    }
}

impl From<Fault> for Presence {
    fn from(fault: Fault) -> Self {
        Self::Unknown(fault.to_string())
    }
}

/// Whether what a need names is there after all.
pub(super) async fn presence(session: &Session, need: &str) -> Presence {
    let created = |there, what: &str| Presence::seen(there, || format!("the {what} was created"));
    match need.split_once('.') {
        None if need == "sign-in" => signs_in(session).await,
        None if need == "issuer-per-pool" => {
            let names_pool = session.fixture.lacks(Need::IssuerPerPool).is_none();
            Presence::seen(names_pool, || "the URL of the issuer names the pool".to_owned())
        }
        None if need == "managed-login" => managed_login(session).await,
        Some(("grant", "implicit")) if session.fixture.client.contains_key("implicit") => {
            sign_in_brings(session, "implicit", "token", "access_token").await
        }
        Some(("grant", "implicit")) => {
            Presence::Unknown("the fixture has no client.implicit to sign in with".to_owned())
        }
        None if need == "resource-server" => {
            created(session.fixture.resource_server.is_some(), "resource server")
        }
        Some(("endpoint", name)) => match Endpoint::from_name(name) {
            Some(name) => endpoint(session, name).await.unwrap_or_else(|unknown| unknown),
            None => Presence::Absent,
        },
        Some(("grant", name)) => grant(session, name).await,
        Some(("client", role)) => created(session.fixture.client.contains_key(role), "client"),
        Some(("user", name)) => created(session.fixture.user.contains_key(name), "user"),
        Some(("api", operation)) => api::presence(session, operation).await,
        _ => Presence::Absent,
    }
}

async fn answer(session: &Session, request: &Request) -> Result<Answer, Fault> {
    let lookup_nothing = BTreeMap::new();
    let prepared = prepare(request, session.url(request.endpoint)?, &session.lookup(&lookup_nothing))?;
    session.send(&prepared, &Meter::default()).await
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

/// # Errors
/// What could not be found out.
async fn endpoint(session: &Session, endpoint: Endpoint) -> Result<Presence, Presence> {
    let seen = |answer: &Answer| format!("{endpoint} answers with status {}", answer.status);
    Ok(match endpoint {
        Endpoint::Token | Endpoint::Revoke => {
            let request = Request::post_form(endpoint)
                .field("grant_type", "client_credentials")
                .field("token", "probe")
                .credentials(AuthStyle::Basic, "poolproofprobe", "poolproofprobe");
            let answer = answer(session, &request).await?;
            Presence::of(oauth_error(&answer).map(|error| format!("{} and {error}", seen(&answer))))
        }
        Endpoint::Authorize => signs_in(session).await,
        Endpoint::Login => {
            let request = login_request(session);
            let answer = answer(session, &request).await?;
            let page = String::from_utf8_lossy(&answer.body);
            let has_form = crate::model::form::forms(&page).iter().any(|form| form.password().is_some());
            Presence::seen(answer.status == 200 && has_form, || {
                "login serves a form with a password".to_owned()
            })
        }
        Endpoint::UserInfo => {
            let request = Request::get(endpoint).header("Authorization", "Bearer probe");
            let answer = answer(session, &request).await?;
            let challenged = answer.header("www-authenticate").is_some() || oauth_error(&answer).is_some();
            Presence::seen(matches!(answer.status, 400 | 401) && challenged, || seen(&answer))
        }
        Endpoint::Logout => {
            let web = session.fixture.client.get("web");
            let Some(logout) = web.and_then(|client| client.logouts.first()) else {
                let why = "the fixture has no client.web with a logout URL";
                return Err(Presence::Unknown(why.to_owned()));
            };
            let request = Request::get(endpoint)
                .param("client_id", Value::client_id("web"))
                .param("logout_uri", logout.as_str());
            let answer = answer(session, &request).await?;
            Presence::seen(answer.header("location") == Some(logout), || {
                "logout redirects to the logout URL".to_owned()
            })
        }
        Endpoint::Jwks => {
            let answer = answer(session, &Request::get(endpoint)).await?;
            let has_keys = member(&answer, "keys").is_some_and(|keys| keys.is_array());
            Presence::seen(answer.status == 200 && has_keys, || seen(&answer))
        }
        Endpoint::OpenidConfiguration => {
            let answer = answer(session, &Request::get(endpoint)).await?;
            let has_issuer = member(&answer, "issuer").is_some_and(|issuer| issuer.is_string());
            Presence::seen(answer.status == 200 && has_issuer, || seen(&answer))
        }
        Endpoint::UnknownPath | Endpoint::Guard => Presence::Absent,
    })
}

fn login_request(session: &Session) -> Request {
    let role = if session.fixture.client.contains_key("web") { "web" } else { "public" };
    authorization(role, "code")
        .into_iter()
        .fold(Request::get(Endpoint::Login), |request, (name, value)| request.param(name, value))
}

async fn grant(session: &Session, name: &str) -> Presence {
    let mut found = Presence::Absent;
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
        let answer = match answer(session, &request).await {
            Ok(answer) => answer,
            Err(fault) => {
                found = found.or(fault.into());
                continue;
            }
        };
        if member(&answer, "access_token").is_some() {
            return Presence::There(format!("{grant} brings a token"));
        }
        if grant != "client_credentials" && oauth_error(&answer).as_deref() == Some("invalid_grant") {
            return Presence::There(format!("{grant} is answered with invalid_grant, so it is known"));
        }
    }
    found
}

/// Whether a sign-in of the user `main` at this client with this response type comes back with this parameter.
async fn sign_in_brings(session: &Session, role: &str, response_type: &str, parameter: &str) -> Presence {
    let params = authorization(role, response_type)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let sign_in = SignIn::new(params, Value::callback(role, 0), "main");
    match walk(session, &sign_in, &BTreeMap::new(), &Meter::default()).await {
        Ok(Walked { end: End::Callback(params), .. }) => {
            Presence::seen(params.iter().any(|(name, _)| name == parameter), || {
                format!("a sign-in over HTTP with response_type={response_type} brings {parameter}")
            })
        }
        Ok(Walked { end: End::Lost(_), .. }) => Presence::Absent,
        Err(fault) => fault.into(),
    }
}

/// The parameters of an ordinary authorization request.
fn authorization(role: &str, response_type: &str) -> [(&'static str, Value); 5] {
    [
        ("response_type", response_type.into()),
        ("client_id", Value::client_id(role)),
        ("redirect_uri", Value::callback(role, 0)),
        ("scope", "openid".into()),
        ("state", "probe".into()),
    ]
}

/// Managed login answers `prompt=none` without a session with an error at the callback; the classic hosted UI does not
/// know the parameter (`authorize.prompt-none.no-session`, `authorize.prompt-classic`). Whether it is managed login, or
/// else whether it is the other.
async fn managed_login(session: &Session) -> Presence {
    let role = if session.fixture.client.contains_key("web") { "web" } else { "public" };
    let request = authorization(role, "code")
        .into_iter()
        .fold(Request::get(Endpoint::Authorize).param("prompt", "none"), |request, (name, value)| {
            request.param(name, value)
        });
    match answer(session, &request).await {
        Ok(answer) => {
            let refused = answer.header("location").is_some_and(|to| to.contains("error=login_required"));
            Presence::seen(refused, || "prompt=none is answered with login_required".to_owned())
        }
        Err(fault) => fault.into(),
    }
}

async fn signs_in(session: &Session) -> Presence {
    let mut found = None;
    for role in ["web", "public"] {
        if !session.fixture.client.contains_key(role) {
            continue;
        }
        let tried = sign_in_brings(session, role, "code", "code").await;
        if matches!(tried, Presence::There(_)) {
            return tried;
        }
        found = Some(found.unwrap_or(Presence::Absent).or(tried));
    }
    found.unwrap_or_else(|| {
        Presence::Unknown(
            "the fixture has neither a client.web nor a client.public to sign in with".to_owned(),
        )
    })
}
