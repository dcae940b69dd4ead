//! The claims of ID and access tokens (`claims.*`; AWS developer guide, "Understanding the ID token" and "the access
//! token").

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::attributes;
use crate::call::Call;
use crate::ids::Ids;
use crate::pool::{Client, Pool, Scopes, User};
use crate::scope;
use crate::state::SignIn;

/// An access token for the client itself (`claims.m2m.present`): no user claims, `sub` is the client.
pub(crate) fn machine_access_token(
    call: &Call<'_>,
    ids: &mut Ids,
    pool: &Pool,
    client: &Client,
    scopes: &Scopes,
) -> Option<String> {
    let claims = json!({
        "sub": client.id,
        "token_use": "access",
        "scope": scope::join(scopes),
        "auth_time": call.now,
        "iss": call.issuer(&pool.id),
        "exp": call.now.saturating_add(client.settings.access_seconds()),
        "iat": call.now,
        "version": 2,
        "jti": ids.uuid(),
        "client_id": client.id,
    });
    call.shared.keys.set(pool.key_set).access_token.sign(&claims)
}

/// An access token for a user.
pub(crate) fn user_access_token(
    call: &Call<'_>,
    ids: &mut Ids,
    pool: &Pool,
    client: &Client,
    sign_in: &SignIn,
) -> Option<String> {
    let mut claims = json!({
        "sub": sign_in.sub,
        "iss": call.issuer(&pool.id),
        "version": 2,
        "client_id": client.id,
        "origin_jti": sign_in.origin_jti,
        "event_id": ids.uuid(),
        "token_use": "access",
        "scope": scope::join(&sign_in.scopes),
        "auth_time": sign_in.auth_time,
        "exp": call.now.saturating_add(client.settings.access_seconds()),
        "iat": call.now,
        "jti": ids.uuid(),
        "username": sign_in.username,
    });
    if let Some(resource) = &sign_in.resource {
        claims["aud"] = resource.as_str().into();
    }
    if let Some(groups) = groups(pool.users.get(&sign_in.username)) {
        claims["cognito:groups"] = groups;
    }
    call.shared.keys.set(pool.key_set).access_token.sign(&claims)
}

/// What an ID token is made from, beside the pool and the client.
pub(crate) struct IdTokenFor<'a> {
    pub(crate) user: &'a User,
    pub(crate) sign_in: &'a SignIn,
    /// The access token of the same answer, for `at_hash`; SDK answers have none (`claims.id.at-hash`).
    pub(crate) access_token: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
}

/// An ID token.
pub(crate) fn id_token(
    call: &Call<'_>,
    ids: &mut Ids,
    pool: &Pool,
    client: &Client,
    subject: &IdTokenFor<'_>,
) -> Option<String> {
    let sign_in = subject.sign_in;
    let mut claims = json!({
        "sub": sign_in.sub,
        "iss": call.issuer(&pool.id),
        "cognito:username": sign_in.username,
        "origin_jti": sign_in.origin_jti,
        "aud": client.id,
        "event_id": ids.uuid(),
        "token_use": "id",
        "auth_time": sign_in.auth_time,
        "exp": call.now.saturating_add(client.settings.id_seconds()),
        "iat": call.now,
        "jti": ids.uuid(),
    });
    if let Some(token) = subject.access_token {
        claims["at_hash"] = at_hash(token).into();
    }
    if let Some(nonce) = subject.nonce {
        claims["nonce"] = nonce.into();
    }
    if let Some(groups) = groups(Some(subject.user)) {
        claims["cognito:groups"] = groups;
    }
    let visible = attributes::visible(subject.user, &client.settings, &sign_in.scopes);
    if let Some(members) = claims.as_object_mut() {
        for (name, value) in visible {
            members.entry(name).or_insert_with(|| attribute(name, value));
        }
    }
    call.shared.keys.set(pool.key_set).id_token.sign(&claims)
}

/// The groups of a user, if there are any (`claims.groups`).
fn groups(user: Option<&User>) -> Option<Value> {
    user.filter(|user| !user.groups.is_empty()).map(|user| json!(user.groups))
}

/// Verification marks are booleans in the ID token, everything else a string (`claims.id.email-verified`).
fn attribute(name: &str, value: &str) -> Value {
    if name.ends_with("_verified") && !name.starts_with("custom:") {
        Value::Bool(value == "true")
    } else {
        Value::from(value)
    }
}

/// The left half of the access token's SHA-256 (`OpenID` Connect Core section 3.1.3.6).
fn at_hash(token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

/// The claims of a token that a pool signed as access token.
pub(crate) fn verified_access(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    let claims = call.shared.keys.set(pool.key_set).access_token.verify(token)?;
    let claims = claims.as_object()?.clone();
    let ours = claims.get("iss")?.as_str()? == call.issuer(&pool.id);
    (ours && claims.get("token_use")? == "access").then_some(claims)
}

/// True when a pool signed this as access or ID token, whatever its age.
pub(crate) fn is_signed_by(call: &Call<'_>, pool: &Pool, token: &str) -> bool {
    let set = call.shared.keys.set(pool.key_set);
    set.access_token.verify(token).is_some() || set.id_token.verify(token).is_some()
}
