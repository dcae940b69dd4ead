//! GET /oauth2/userInfo (`OpenID` Connect Core section 5.3; AWS developer guide, "userInfo endpoint"; `userinfo.*`).

use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::attributes;
use crate::call::Call;
use crate::fault::Fault;
use crate::form::Authorization;
use crate::pool::{Client, Scopes, User};
use crate::scope;
use crate::state::State;
use crate::token;

mod claims;

/// Why a request is refused: status, error and description for the `WWW-Authenticate` header.
type Refusal = (u16, &'static str, &'static str);

const INVALID: Refusal = (
    401,
    "invalid_token",
    "Access token is expired, disabled, or deleted, or the user has globally signed out.",
);
/// 400, where RFC 6750 section 3.1 has 401 (`userinfo.no-token`).
const BAD_REQUEST: Refusal = (400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");

/// How long a token is taken after its end under [`Fault::USERINFO_LEEWAY`], in seconds.
const LEEWAY: u64 = 300;

/// The scope with which users manage themselves.
const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

pub(crate) fn answer(call: &Call<'_>, state: &State) -> Answer {
    match call.method() {
        // A POST event exists in AWS's logs, the documentation knows GET only (`userinfo.post`).
        "GET" | "POST" => {}
        "OPTIONS" => return token::preflight("GET, POST, OPTIONS"),
        _ => return Answer::method_not_allowed("GET"),
    }
    match told(call, state) {
        Ok(members) => Answer::json(200, &Value::Object(members)),
        Err(refusal) => refused(call, refusal),
    }
}

fn refused(call: &Call<'_>, (status, error, description): Refusal) -> Answer {
    let answer = if call.has(Fault::USERINFO_ERROR_PAGE) {
        Answer::html(status, format!("<h1>{error}</h1>"))
    } else {
        Answer::empty(status)
    };
    // No word Bearer (`userinfo.www-authenticate-scheme`).
    if call.has(Fault::USERINFO_CHALLENGE_ABSENT) {
        return answer;
    }
    answer.with("WWW-Authenticate", format!("error=\"{error}\", error_description=\"{description}\""))
}

/// The access token of a request.
fn presented(call: &Call<'_>) -> Result<String, Refusal> {
    if call.method() == "POST" && call.has(Fault::USERINFO_POST_READS_BODY) {
        return call.form().filled("access_token").map(str::to_owned).ok_or(BAD_REQUEST);
    }
    let header = call.header("authorization");
    let malformed = if header.is_none() {
        let in_query = call.query().filled("access_token").map(str::to_owned);
        if let Some(token) = in_query.filter(|_| call.has(Fault::USERINFO_TOKEN_IN_QUERY)) {
            return Ok(token);
        }
        if call.has(Fault::USERINFO_NO_TOKEN_IS_403) {
            (403, BAD_REQUEST.1, BAD_REQUEST.2)
        } else {
            BAD_REQUEST
        }
    } else {
        BAD_REQUEST
    };
    let header = header.unwrap_or_default();
    match Authorization::parse(&header) {
        // A token holds neither blanks nor commas (RFC 6750 section 2.1, `userinfo.malformed-header`).
        Authorization::Bearer(token) if !token.is_empty() && !token.contains([' ', '\t', ',']) => Ok(token),
        Authorization::Bearer(token)
            if token.contains(' ') && call.has(Fault::USERINFO_FIRST_TOKEN_TAKEN) =>
        {
            let words = token.split([' ', ',']);
            Ok(words
                .filter(|word| !word.is_empty())
                .find(|word| *word != "Bearer")
                .unwrap_or_default()
                .to_owned())
        }
        Authorization::Bearer(_) => Err(malformed),
        _ if call.has(Fault::USERINFO_ANY_SCHEME) => {
            header.split_once(' ').map(|(_, token)| token.to_owned()).ok_or(malformed)
        }
        _ => Err(malformed),
    }
}

fn told(call: &Call<'_>, state: &State) -> Result<Map<String, Value>, Refusal> {
    let token = presented(call)?;
    let (pool, claims) = state
        .pools
        .values()
        .filter(|pool| pool.served_by(call.domain) || call.has(Fault::USERINFO_OF_OTHER_POOL))
        .find_map(|pool| Some((pool, claims::of(call, pool, &token)?)))
        .ok_or_else(|| unknown_token(call))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let exp = claims.get("exp").and_then(Value::as_u64).unwrap_or_default();
    let is_young = call.now < exp
        || (call.now < exp.saturating_add(LEEWAY) && call.has(Fault::USERINFO_LEEWAY))
        || call.has(Fault::USERINFO_EXPIRY_UNCHECKED);
    if !is_young {
        return Err(INVALID);
    }
    // A machine is no user (`userinfo.m2m-token`).
    if !claims.contains_key("username") && call.has(Fault::USERINFO_OF_MACHINE) {
        return Ok(Map::from_iter([("sub".to_owned(), text("sub").into())]));
    }
    let scopes = scope::split(text("scope"));
    if !scopes.contains("openid") && !call.has(Fault::USERINFO_WITHOUT_OPENID) {
        return Err((401, "invalid_token", "Access token does not contain openid scope"));
    }
    let user = user_of(call, state, &pool.id, &text)?;
    let client = pool.clients.get(text("client_id")).ok_or(INVALID)?;
    Ok(members(call, user, client, scopes))
}

fn unknown_token(call: &Call<'_>) -> Refusal {
    if call.has(Fault::USERINFO_BAD_TOKEN_IS_400) { BAD_REQUEST } else { INVALID }
}

/// The user of a token, whose session must go on (`userinfo.revoked`, `userinfo.user-disabled`).
fn user_of<'s, 'c>(
    call: &Call<'_>,
    state: &'s State,
    pool_id: &str,
    text: &impl Fn(&str) -> &'c str,
) -> Result<&'s User, Refusal> {
    let user = state.user(pool_id, text("username"), text("sub"));
    let Some(user) = user else {
        return Err(if call.has(Fault::USERINFO_OF_DELETED_IS_404) {
            (404, "invalid_token", "User does not exist.")
        } else {
            INVALID
        });
    };
    if !user.enabled && call.has(Fault::USERINFO_OF_DISABLED) {
        return Ok(user);
    }
    let signed_in = state.sign_ins.get(text("origin_jti")).is_some_and(|sign_in| !sign_in.revoked);
    let passes = user.enabled && (signed_in || call.has(Fault::USERINFO_AFTER_REVOCATION));
    if passes { Ok(user) } else { Err(INVALID) }
}

/// What is said about a user. All values are strings, verification marks too (`userinfo.verified-strings`).
fn members(call: &Call<'_>, user: &User, client: &Client, mut scopes: Scopes) -> Map<String, Value> {
    let shows_all = call.has(Fault::USERINFO_SCOPES_IGNORED)
        || (scopes.contains(SELF_SERVICE) && call.has(Fault::USERINFO_SELF_SERVICE_SHOWS_ALL));
    let is_openid_alone = scopes.iter().all(|scope| ["openid", SELF_SERVICE].contains(&scope.as_str()));
    if shows_all {
        scopes = scope::split("openid");
    }
    let is_hidden = |name: &str| {
        (is_openid_alone && call.has(Fault::USERINFO_OPENID_SHOWS_SUB))
            || (name.starts_with("custom:") && call.has(Fault::USERINFO_WITHOUT_CUSTOM))
    };
    let mut members: Map<String, Value> = attributes::visible(user, &client.settings, &scopes)
        .into_iter()
        .filter(|(name, _)| !is_hidden(name))
        .map(|(name, value)| (name.to_owned(), attribute(call, name, value)))
        .collect();
    let sub = if call.has(Fault::USERINFO_SUB_IS_USERNAME) { &user.username } else { &user.sub };
    members.insert("sub".into(), sub.as_str().into());
    let name = if call.has(Fault::USERINFO_COGNITO_USERNAME) { "cognito:username" } else { "username" };
    members.insert(name.into(), user.username.as_str().into());
    members
}

fn attribute(call: &Call<'_>, name: &str, value: &str) -> Value {
    let is_boolean = (name.ends_with("_verified") && call.has(Fault::VERIFIED_AS_BOOLEANS))
        || (name == "phone_number_verified" && call.has(Fault::PHONE_VERIFIED_AS_BOOLEAN));
    if is_boolean { Value::Bool(value == "true") } else { value.into() }
}
