//! The claims of ID and access tokens (`claims.*`; AWS developer guide, "Understanding the ID token" and "the access
//! token").

mod spoiled;
mod way;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::attributes;
use crate::call::Call;
use crate::fault::Fault;
use crate::ids::Ids;
use crate::pool::{Client, Pool, Scopes, User};
use crate::scope;
use crate::settings::ClientSettings;
use crate::state::SignIn;

use spoiled::{About, Kind, spoiled};
use way::Way;

/// Which of a pool's two keys signs a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Id,
    Access,
}

/// The token with these claims, signed with the key of its use (`claims.header.kid-differs`, `claims.signature`).
fn signed(call: &Call<'_>, about: About<'_>, claims: Value) -> Option<String> {
    let set = call.shared.keys.set(about.pool.key_set);
    let purpose = if about.kind == Kind::Id { Use::Id } else { Use::Access };
    let claims = &spoiled(call, about, claims);
    let (own, other) = if purpose == Use::Id || call.has(Fault::ONE_KEY_FOR_BOTH_TOKENS) {
        (&set.id_token, &set.access_token)
    } else {
        (&set.access_token, &set.id_token)
    };
    let nothing = json!({ "acr": 1, "cognito:groups": [] });
    let claims = if call.has(Fault::CLAIMS_UNREADABLE) { &nothing } else { claims };
    if call.has(Fault::UNKNOWN_KID) {
        return own.sign_as("no-such-key", claims);
    }
    if call.has(Fault::SIGNATURE_OF_OTHER_KEY) {
        return other.sign_as(&own.kid, claims);
    }
    if about.kind == Kind::Machine && call.has(Fault::KID_MISSING_OF_MACHINE) {
        return own.sign_with(&json!({ "alg": "RS256" }), claims);
    }
    own.sign(claims)
}

/// `iss` of a pool's tokens, the same text as in its discovery document (`claims.iss`, `discovery.issuer-match`).
fn iss(call: &Call<'_>, pool: &Pool) -> String {
    let slash = if call.has(Fault::ISSUER_WITH_SLASH) { "/" } else { "" };
    format!("{}{slash}", call.issuer(&pool.id))
}

/// When a token issued now ends (`claims.exp-iat`).
fn exp(call: &Call<'_>, seconds: u64) -> u64 {
    let seconds = if call.has(Fault::LIFETIME_IGNORED) { 3600 } else { seconds };
    call.now.saturating_add(seconds)
}

/// The scopes of a token (`claims.access.scope`, `claims.m2m.scope-form`).
fn scope_claim(call: &Call<'_>, scopes: &Scopes) -> String {
    if call.has(Fault::SCOPE_WITHOUT_SERVER) {
        let names = scopes.iter().map(|scope| scope.rsplit('/').next().unwrap_or_default().to_owned());
        return scope::join(&names.collect());
    }
    scope::join(scopes)
}

/// `origin_jti` of a token (`claims.origin-jti`).
fn origin_jti(call: &Call<'_>, ids: &mut Ids, sign_in: &SignIn, purpose: Use) -> String {
    let differs = purpose == Use::Id && call.has(Fault::ORIGIN_JTI_DIFFERS);
    let renewed =
        call.has(Fault::ORIGIN_JTI_RENEWED) && call.form().get("grant_type") == Some("refresh_token");
    if differs || renewed { ids.uuid() } else { sign_in.origin_jti.clone() }
}

/// An access token for the client itself (`claims.m2m.present`): no user claims, `sub` is the client.
pub(crate) fn machine_access_token(
    call: &Call<'_>,
    ids: &mut Ids,
    pool: &Pool,
    client: &Client,
    scopes: &Scopes,
) -> Option<String> {
    let mut claims = json!({
        "sub": client.id,
        "token_use": "access",
        "scope": scope_claim(call, scopes),
        "auth_time": call.now,
        "iss": iss(call, pool),
        "exp": exp(call, client.settings.access_seconds()),
        "iat": call.now,
        "version": 2,
        "jti": ids.uuid(),
        "client_id": client.id,
    });
    if call.has(Fault::MACHINE_USERNAME) {
        claims["username"] = client.id.as_str().into();
    }
    if call.has(Fault::MACHINE_SUB_IS_OTHER) {
        claims["sub"] = ids.uuid().into();
    }
    if call.has(Fault::AUD_IN_ACCESS_TOKEN) {
        claims["aud"] = client.id.as_str().into();
    }
    signed(call, About { kind: Kind::Machine, pool, client, user: None }, claims)
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
        "iss": iss(call, pool),
        "version": 2,
        "client_id": client.id,
        "origin_jti": origin_jti(call, ids, sign_in, Use::Access),
        "event_id": ids.uuid(),
        "token_use": "access",
        "scope": scope_claim(call, &sign_in.scopes),
        "auth_time": sign_in.auth_time,
        "exp": exp(call, client.settings.access_seconds()),
        "iat": call.now,
        "jti": ids.uuid(),
        "username": sign_in.username,
    });
    match &sign_in.resource {
        Some(resource) if !call.has(Fault::RESOURCE_IGNORED) => claims["aud"] = resource.as_str().into(),
        _ if call.has(Fault::AUD_IN_ACCESS_TOKEN) => claims["aud"] = client.id.as_str().into(),
        _ => {}
    }
    if let Some(groups) = groups(call, pool.users.get(&sign_in.username)) {
        claims["cognito:groups"] = groups;
    }
    if call.has(Fault::USERNAME_MISSING)
        && let Some(members) = claims.as_object_mut()
    {
        members.remove("username");
    }
    let user = pool.users.get(&sign_in.username);
    signed(call, About { kind: Kind::User, pool, client, user }, claims)
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
        "sub": if call.has(Fault::SUB_DIFFERS) { ids.uuid() } else { sign_in.sub.clone() },
        "iss": iss(call, pool),
        "cognito:username": sign_in.username,
        "origin_jti": origin_jti(call, ids, sign_in, Use::Id),
        "aud": client.id,
        "event_id": ids.uuid(),
        "token_use": "id",
        "auth_time": sign_in.auth_time,
        "exp": exp(call, client.settings.id_seconds()),
        "iat": call.now,
        "jti": ids.uuid(),
    });
    if let Some(token) = subject.access_token {
        claims["at_hash"] = at_hash(call, token).into();
        if let Some(jti) = jti_of(token).filter(|_| call.has(Fault::JTI_SHARED)) {
            claims["jti"] = jti;
        }
    }
    if call.has(Fault::SCOPE_IN_ID_TOKEN) {
        claims["scope"] = scope::join(&sign_in.scopes).into();
    }
    if let Some(nonce) = subject.nonce {
        claims["nonce"] = nonce.into();
    }
    if let Some(groups) = groups(call, Some(subject.user)) {
        claims["cognito:groups"] = groups;
    }
    let all = Scopes::from(["openid".to_owned()]);
    let unfiltered = call.has(Fault::SCOPES_UNFILTERED)
        || Way::of(call) == Way::Refresh && call.has(Fault::SCOPES_UNFILTERED_AT_REFRESH);
    let scopes = if unfiltered { &all } else { &sign_in.scopes };
    let anything = ClientSettings::default();
    let settings = if call.has(Fault::READING_UNCHECKED) { &anything } else { &client.settings };
    let visible = attributes::visible(subject.user, settings, scopes);
    if let Some(members) = claims.as_object_mut() {
        for (name, value) in visible {
            if name.starts_with("custom:") && call.has(Fault::CUSTOM_MISSING) {
                continue;
            }
            members.entry(name).or_insert_with(|| attribute(call, name, value));
        }
    }
    signed(call, About { kind: Kind::Id, pool, client, user: Some(subject.user) }, claims)
}

/// The groups of a user, if there are any (`claims.groups`).
fn groups(call: &Call<'_>, user: Option<&User>) -> Option<Value> {
    let groups = &user.filter(|user| !user.groups.is_empty())?.groups;
    match groups.first() {
        Some(only) if groups.len() == 1 && call.has(Fault::GROUPS_ARE_TEXT) => Some(json!(only)),
        _ => Some(json!(groups)),
    }
}

/// Verification marks are booleans in the ID token, everything else a string (`claims.id.email-verified`,
/// `claims.id.custom-strings`).
fn attribute(call: &Call<'_>, name: &str, value: &str) -> Value {
    if call.has(Fault::MARKS_ARE_TEXTS) {
        return Value::from(value);
    }
    if let Some(spoiled) = spoiled_attribute(call, name, value) {
        return spoiled;
    }
    if let Some(number) = value.parse::<u64>().ok().filter(|_| call.has(Fault::CUSTOM_IS_NUMBER)) {
        return Value::from(number);
    }
    if name.ends_with("_verified") && !name.starts_with("custom:") {
        Value::Bool(value == "true")
    } else {
        Value::from(value)
    }
}

/// What faults make of an attribute. One that would make no difference is not asked for.
fn spoiled_attribute(call: &Call<'_>, name: &str, value: &str) -> Option<Value> {
    if name.ends_with("_verified") {
        if value == "false" && call.has(Fault::ALWAYS_VERIFIED) {
            return Some(Value::Bool(true));
        }
        let as_text = Way::of(call) == Way::Refresh && call.has(Fault::MARKS_ARE_TEXTS_AT_REFRESH);
        return as_text.then(|| Value::from(value));
    }
    let ways = [
        (Fault::ATTRIBUTES_OF_ASCII, value.replace(|letter: char| !letter.is_ascii(), "?")),
        (Fault::ATTRIBUTES_ESCAPED, value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")),
        (Fault::ATTRIBUTES_CUT_AT_255, value.chars().take(255).collect()),
        (Fault::ATTRIBUTES_CUT_AT_A_KIBIBYTE, value.chars().take(1024).collect()),
    ];
    ways.into_iter().find(|(fault, spoiled)| spoiled != value && call.has(*fault)).map(|(_, it)| it.into())
}

/// The left half of the access token's SHA-256 (`OpenID` Connect Core section 3.1.3.6).
fn at_hash(call: &Call<'_>, token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    let half = if call.has(Fault::AT_HASH_WRONG) { 32 } else { 16 };
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..half])
}

/// The `jti` of a token of our own.
fn jti_of(token: &str) -> Option<Value> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?.get("jti").cloned()
}

/// The claims of a token that a pool signed as access token.
pub(crate) fn verified_access(call: &Call<'_>, pool: &Pool, token: &str) -> Option<Map<String, Value>> {
    let claims = call.shared.keys.set(pool.key_set).access_token.verify(token)?;
    let claims = claims.as_object()?.clone();
    let ours = claims.get("iss")?.as_str()? == iss(call, pool);
    (ours && claims.get("token_use")? == "access").then_some(claims)
}

/// True when a pool signed this as access or ID token, whatever its age.
pub(crate) fn is_signed_by(call: &Call<'_>, pool: &Pool, token: &str) -> bool {
    let set = call.shared.keys.set(pool.key_set);
    set.access_token.verify(token).is_some() || set.id_token.verify(token).is_some()
}
