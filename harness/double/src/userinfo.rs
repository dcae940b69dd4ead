//! GET /oauth2/userInfo (`OpenID` Connect Core section 5.3; AWS developer guide, "userInfo endpoint"; `userinfo.*`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::attributes;
use crate::call::Call;
use crate::claims;
use crate::fault::Fault;
use crate::form::Authorization;
use crate::pool::Pool;
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
        // A token holds neither blanks nor commas (RFC 6750 section 2.1, `userinfo.malformed-header`).
        Some(Authorization::Bearer(token)) if !token.is_empty() && !token.contains([' ', '\t', ',']) => token,
        // 400, where RFC 6750 section 3.1 has 401 (`userinfo.no-token`).
        _ => return Err((400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint")),
    };
    let (pool, claims) = state
        .pools
        .values()
        .filter(|pool| pool.served_by(call.domain) || call.has(Fault::USERINFO_OF_OTHER_POOL))
        .find_map(|pool| Some((pool, claims_of(call, pool, &token)?)))
        .ok_or(INVALID)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let expired = claims.get("exp").and_then(Value::as_u64).is_none_or(|exp| call.now >= exp);
    if expired && !call.has(Fault::USERINFO_EXPIRY_UNCHECKED) {
        return Err(INVALID);
    }
    let mut scopes = scope::split(text("scope"));
    if !scopes.contains("openid") && !call.has(Fault::USERINFO_WITHOUT_OPENID) {
        return Err((401, "invalid_token", "Access token does not contain openid scope"));
    }
    let signed_in = state.sign_ins.get(text("origin_jti")).is_some_and(|sign_in| !sign_in.revoked)
        || call.has(Fault::USERINFO_AFTER_REVOCATION);
    let user =
        state.active_user(&pool.id, text("username"), text("sub")).filter(|_| signed_in).ok_or(INVALID)?;
    let client = pool.clients.get(text("client_id")).ok_or(INVALID)?;
    if call.has(Fault::USERINFO_SCOPES_IGNORED) {
        scopes = scope::split("openid");
    }
    // All values are strings, verification marks too (`userinfo.verified-strings`).
    let mut members: Map<String, Value> = attributes::visible(user, &client.settings, &scopes)
        .into_iter()
        .map(|(name, value)| {
            let is_mark = name.ends_with("_verified") && call.has(Fault::VERIFIED_AS_BOOLEANS);
            (name.to_owned(), if is_mark { Value::Bool(value == "true") } else { value.into() })
        })
        .collect();
    members.insert("sub".into(), user.sub.as_str().into());
    members.insert("username".into(), user.username.as_str().into());
    Ok(members)
}

/// The claims of an access token of this pool.
fn claims_of(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    claims::verified_access(call, pool, token)
        .or_else(|| id_claims(call, pool, token).filter(|_| call.has(Fault::USERINFO_OF_ID_TOKEN)))
        .or_else(|| unverified(call, pool, token).filter(|_| call.has(Fault::USERINFO_SIGNATURE_UNCHECKED)))
}

/// The claims of an ID token as if it were an access token: the fault of confusing the two.
fn id_claims(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    let mut claims = call.shared.keys.set(pool.key_set).id_token.verify(token)?.as_object()?.clone();
    for (name, of) in [("username", "cognito:username"), ("client_id", "aud")] {
        let value = claims.get(of)?.clone();
        claims.insert(name.to_owned(), value);
    }
    claims.insert("scope".to_owned(), "openid".into());
    Some(claims)
}

/// The claims of an access token that anyone may have made: the fault of not verifying it.
fn unverified(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims = serde_json::from_slice::<Value>(&payload).ok()?.as_object()?.clone();
    let ours = claims.get("iss")?.as_str()? == call.issuer(&pool.id);
    (ours && claims.get("token_use")? == "access").then_some(claims)
}
