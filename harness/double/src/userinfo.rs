//! GET /oauth2/userInfo (`OpenID` Connect Core section 5.3; AWS developer guide, "userInfo endpoint"; `userinfo.*`).

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::attributes;
use crate::call::Call;
use crate::claims;
use crate::form::Authorization;
use crate::scope;
use crate::state::State;
use crate::token;

/// Why a request is refused: status, error and description for the `WWW-Authenticate` header.
type Refusal = (u16, &'static str, &'static str);

const INVALID: Refusal = (
    401,
    "invalid_token",
    "Access token is expired, disabled, or deleted, or the user has globally signed out.",
);

pub(crate) fn answer(call: &Call<'_>, state: &State) -> Answer {
    match call.method() {
        // A POST event exists in AWS's logs, the documentation knows GET only (`userinfo.post`).
        "GET" | "POST" => {}
        "OPTIONS" => return token::preflight("GET, POST, OPTIONS"),
        _ => return Answer::method_not_allowed("GET"),
    }
    match attributes_of_bearer(call, state) {
        Ok(members) => Answer::json(200, &Value::Object(members)),
        Err((status, error, description)) => Answer::empty(status)
            .with("WWW-Authenticate", format!("error=\"{error}\", error_description=\"{description}\"")),
    }
}

fn attributes_of_bearer(call: &Call<'_>, state: &State) -> Result<Map<String, Value>, Refusal> {
    let token = match call.header("authorization").as_deref().map(Authorization::parse) {
        Some(Authorization::Bearer(token)) if !token.is_empty() => token,
        // 400, where RFC 6750 section 3.1 has 401 (`userinfo.no-token`).
        _ => return Err((400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint")),
    };
    let (pool, claims) = state
        .pools
        .values()
        .filter(|pool| pool.served_by(call.domain))
        .find_map(|pool| Some((pool, claims::verified_access(call, pool, &token)?)))
        .ok_or(INVALID)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    if claims.get("exp").and_then(Value::as_u64).is_none_or(|exp| call.now >= exp) {
        return Err(INVALID);
    }
    let scopes = scope::split(text("scope"));
    if !scopes.contains("openid") {
        return Err((401, "invalid_token", "Access token does not contain openid scope"));
    }
    let signed_in = state.sign_ins.get(text("origin_jti")).is_some_and(|sign_in| !sign_in.revoked);
    let user =
        state.active_user(&pool.id, text("username"), text("sub")).filter(|_| signed_in).ok_or(INVALID)?;
    let client = pool.clients.get(text("client_id")).ok_or(INVALID)?;
    // All values are strings, verification marks too (`userinfo.verified-strings`).
    let mut members: Map<String, Value> = attributes::visible(user, &client.settings, &scopes)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    members.insert("sub".into(), user.sub.as_str().into());
    members.insert("username".into(), user.username.as_str().into());
    Ok(members)
}
