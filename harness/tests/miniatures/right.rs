//! The right answers of the token endpoint, of which one thing at a time is made wrong.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use url::form_urlencoded;

use crate::server::Asked;

/// The client that gets tokens for itself, and its secret.
pub(crate) const CLIENT: &str = "machine";
pub(crate) const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcde";
/// The pool of the fixture.
pub(crate) const POOL: &str = "us-east-1_TestTest1";

/// A whole answer with these lines in its head.
pub(crate) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A whole answer of JSON.
pub(crate) fn json(status: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    answer(status, "Content-Type: application/json\r\nCache-Control: no-store\r\n", body)
}

/// What a refusal says.
pub(crate) const REFUSAL: &str = r#"{"error":"invalid_client"}"#;

/// The answer that is right: a token for the secret of the client, and a refusal for any other one.
pub(crate) fn right(asked: &Asked) -> Vec<u8> {
    right_with(asked, |_, _| {})
}

/// The same with the members of a success and the claims of its token changed.
pub(crate) fn right_with(asked: &Asked, change: fn(&mut Json, &mut Json)) -> Vec<u8> {
    if !shows_secret(&asked.text) {
        return json("400 Bad Request", REFUSAL);
    }
    let (mut body, mut claims) = (members(), claims(&asked.text));
    change(&mut body, &mut claims);
    body["access_token"] = Json::from(token(&claims));
    json("200 OK", body.to_string())
}

/// The members of a success but for the token.
pub(crate) fn members() -> Json {
    json!({ "token_type": "Bearer", "expires_in": 3600 })
}

/// The claims of a token for this request.
pub(crate) fn claims(request: &str) -> Json {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let host =
        request.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned));
    json!({
        "sub": CLIENT, "client_id": CLIENT, "token_use": "access", "version": 2, "jti": "poolproof",
        "iss": format!("http://{}/{POOL}", host.unwrap_or_default()),
        "scope": field(request, "scope").unwrap_or_default(),
        "auth_time": now, "iat": now, "exp": now + 3600,
    })
}

/// A token with these claims. Its signature is none: nothing here looks at it.
pub(crate) fn token(claims: &Json) -> String {
    let part = |value: &Json| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({ "alg": "RS256", "kid": "poolproof" })), part(claims))
}

/// Whether a request shows the secret of the client, in whichever way.
fn shows_secret(request: &str) -> bool {
    let basic = request.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let encoded = value.split_once(' ').filter(|_| name.eq_ignore_ascii_case("authorization"))?.1;
        Some(STANDARD.decode(encoded).unwrap_or_default())
    });
    match basic {
        Some(pair) => pair == format!("{CLIENT}:{SECRET}").as_bytes(),
        None => field(request, "client_secret").as_deref() == Some(SECRET),
    }
}

/// A field of the form in the body.
fn field(request: &str, name: &str) -> Option<String> {
    let body = request.split_once("\r\n\r\n")?.1;
    form_urlencoded::parse(body.as_bytes())
        .find(|(present, _)| present == name)
        .map(|(_, value)| value.into_owned())
}
