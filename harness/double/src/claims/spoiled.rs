//! What faults do to the claims of a token before it is signed. A fault that makes no difference to a token is not asked
//! for.

use aws_lc_rs::digest;
use serde_json::{Map, Value, json};

use super::way::Way;
use crate::call::Call;
use crate::fault::Fault;
use crate::pool::{Client, Pool, User};
use crate::scope;

/// Which token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    User,
    Machine,
}

/// Whom a token is about and for.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) kind: Kind,
    pub(super) pool: &'a Pool,
    pub(super) client: &'a Client,
    pub(super) user: Option<&'a User>,
}

/// The claims with what faults do to them.
pub(super) fn spoiled(call: &Call<'_>, about: About<'_>, mut claims: Value) -> Value {
    if let Some(members) = claims.as_object_mut() {
        let way = Way::of(call);
        times(call, about, way, members);
        who(call, about, members);
        ids(call, about, way, members);
        uses(call, about, way, members);
        if about.kind != Kind::Machine {
            groups(call, about, way, members);
            marks(call, way, members);
        }
    }
    claims
}

fn set(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}

fn number(members: &Map<String, Value>, name: &str) -> u64 {
    members.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn text(members: &Map<String, Value>, name: &str) -> String {
    members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A made-up identifier that is always the same for the same text.
fn derived(from: &str) -> String {
    let hash = digest::digest(&digest::SHA256, from.as_bytes());
    let number = hash.as_ref().iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("{number:032x}")
}

fn times(call: &Call<'_>, about: About<'_>, way: Way, members: &mut Map<String, Value>) {
    let (iat, exp) = (number(members, "iat"), number(members, "exp"));
    if call.has(Fault::TIMES_ARE_TEXTS) {
        for name in ["exp", "iat", "auth_time"] {
            set(members, name, number(members, name).to_string());
        }
    }
    if call.has(Fault::TIMES_IN_MILLISECONDS) {
        for name in ["exp", "iat"] {
            set(members, name, number(members, name) * 1000);
        }
    }
    if call.has(Fault::TIMES_HAVE_FRACTIONS) {
        set(members, "iat", json!(f64::from(u32::try_from(iat).unwrap_or(u32::MAX)) + 0.25));
    }
    if call.has(Fault::IAT_BACKDATED) {
        set(members, "iat", iat.saturating_sub(60));
    }
    if way == Way::Refresh && call.has(Fault::REFRESHED_LIVE_AN_HOUR) {
        set(members, "exp", iat + 3600);
    }
    if call.has(Fault::LIFETIME_ROUNDED_TO_HOURS) {
        set(members, "exp", iat + exp.saturating_sub(iat).div_ceil(3600) * 3600);
    }
    match about.kind {
        Kind::Id => {
            if call.has(Fault::ID_LIVES_AS_LONG_AS_ACCESS) {
                set(members, "exp", iat + about.client.settings.access_seconds());
            }
            if call.has(Fault::AUTH_TIME_IS_TEXT) {
                set(members, "auth_time", number(members, "auth_time").to_string());
            }
        }
        Kind::User => {
            if call.has(Fault::AUTH_TIME_IN_LOCAL_TIME) {
                set(members, "auth_time", number(members, "auth_time") + 3600);
            }
        }
        Kind::Machine => {
            if call.has(Fault::MACHINE_AUTH_TIME_MISSING) {
                members.remove("auth_time");
            }
        }
    }
    if way == Way::Refresh && call.has(Fault::AUTH_TIME_MISSING_AT_REFRESH) {
        members.remove("auth_time");
    }
}

fn who(call: &Call<'_>, about: About<'_>, members: &mut Map<String, Value>) {
    let name = match about.kind {
        Kind::Id => "cognito:username",
        Kind::User => "username",
        Kind::Machine => {
            if call.has(Fault::MACHINE_ISSUER_IS_DOMAIN) {
                set(members, "iss", call.site());
            }
            if call.has(Fault::MACHINE_SUB_IS_NAME) {
                set(members, "sub", about.client.settings.client_name.as_str());
            }
            if call.has(Fault::MACHINE_CLIENT_ID_MISSING) {
                members.remove("client_id");
            }
            if call.has(Fault::MACHINE_HAS_ORIGIN_JTI) {
                set(members, "origin_jti", text(members, "jti"));
            }
            return;
        }
    };
    let (username, sub) = (text(members, name), text(members, "sub"));
    let email = about.user.and_then(|user| user.attributes.get("email"));
    let fault =
        if about.kind == Kind::Id { Fault::ID_USERNAME_IS_EMAIL } else { Fault::ACCESS_USERNAME_IS_EMAIL };
    if let Some(email) = email.filter(|_| call.has(fault)) {
        set(members, name, email.as_str());
    }
    if call.has(Fault::USERNAME_IS_SUB) {
        set(members, name, sub.as_str());
    }
    let bare = username.split('+').next().unwrap_or_default();
    if bare != username && call.has(Fault::USERNAME_CUT_AT_PLUS) {
        set(members, name, bare);
    }
    let cut: String = username.chars().take(64).collect();
    if cut != username && call.has(Fault::USERNAME_CUT_AT_64) {
        set(members, name, cut);
    }
    if !username.is_ascii() && call.has(Fault::USERNAME_OF_ASCII) {
        set(members, name, username.replace(|letter: char| !letter.is_ascii(), "?"));
    }
    let encoded = crate::form::encode([("", username.as_str())]);
    if encoded != format!("={username}") && call.has(Fault::USERNAME_ENCODED) {
        set(members, name, encoded.trim_start_matches('='));
    }
    if call.has(Fault::SUB_PER_CLIENT) {
        set(members, "sub", derived(&format!("{sub} {}", about.client.id)));
    }
    if call.has(Fault::SUB_OF_THE_POOL) {
        set(members, "sub", derived(&about.pool.id));
    }
}

fn ids(call: &Call<'_>, about: About<'_>, way: Way, members: &mut Map<String, Value>) {
    if call.has(Fault::JTI_CONSTANT) {
        set(members, "jti", derived(&about.pool.id));
    }
    match about.kind {
        Kind::Machine => {
            if call.has(Fault::MACHINE_JTI_CONSTANT) {
                set(members, "jti", derived(&about.client.id));
            }
        }
        Kind::Id | Kind::User => {
            let sub = text(members, "sub");
            if call.has(Fault::JTI_OF_USER) {
                set(members, "jti", derived(&format!("{sub} {}", text(members, "token_use"))));
            }
            if call.has(Fault::ORIGIN_JTI_OF_USER) {
                set(members, "origin_jti", derived(&sub));
            }
            if about.kind == Kind::User && call.has(Fault::ORIGIN_JTI_MISSING) {
                members.remove("origin_jti");
            }
            if way == Way::Refresh
                && about.client.is_public()
                && call.has(Fault::ORIGIN_JTI_RENEWED_IN_PUBLIC)
            {
                set(members, "origin_jti", derived(&text(members, "jti")));
            }
            let rotates = about.client.settings.rotation_grace().is_some();
            if way == Way::Refresh && rotates && call.has(Fault::ORIGIN_JTI_RENEWED_BY_ROTATION) {
                set(members, "origin_jti", derived(&text(members, "jti")));
            }
        }
    }
}

/// What a token is for: its use, its audience, its scopes, its version.
fn uses(call: &Call<'_>, about: About<'_>, way: Way, members: &mut Map<String, Value>) {
    if about.client.is_public() && call.has(Fault::TOKEN_USE_SWAPPED_IN_PUBLIC) {
        let other = if about.kind == Kind::Id { "access" } else { "id" };
        set(members, "token_use", other);
    }
    if about.kind == Kind::Id {
        if call.has(Fault::ID_AUD_IS_LIST) {
            set(members, "aud", json!([about.client.id]));
        }
        if way == Way::Refresh && call.has(Fault::AT_HASH_MISSING_AT_REFRESH) {
            members.remove("at_hash");
        }
        let hash = text(members, "at_hash");
        if hash.contains(['-', '_']) && call.has(Fault::AT_HASH_OF_STANDARD_ALPHABET) {
            set(members, "at_hash", hash.replace('-', "+").replace('_', "/"));
        }
        return;
    }
    let scopes = text(members, "scope");
    if scopes.contains(' ') && call.has(Fault::SCOPES_JOINED_BY_COMMAS) {
        set(members, "scope", scopes.replace(' ', ","));
    }
    if call.has(Fault::SCOPE_IS_LIST) {
        set(members, "scope", scopes.split(' ').collect::<Vec<_>>());
    }
    let all = scope::join(&about.client.settings.scopes.iter().cloned().collect());
    if all != scopes && way != Way::Api && call.has(Fault::SCOPES_OF_THE_CLIENT) {
        set(members, "scope", all);
    }
    if way == Way::Refresh && scopes != "openid" && call.has(Fault::SCOPES_LOST_AT_REFRESH) {
        set(members, "scope", "openid");
    }
    if way == Way::Api && call.has(Fault::API_SCOPE_IS_OPENID) {
        set(members, "scope", "openid");
    }
    if call.has(Fault::VERSION_IS_TEXT) {
        set(members, "version", "2");
    }
    if way == Way::Refresh && call.has(Fault::VERSION_MISSING_AT_REFRESH) {
        members.remove("version");
    }
    match way {
        Way::Refresh if members.contains_key("aud") && call.has(Fault::RESOURCE_LOST_AT_REFRESH) => {
            members.remove("aud");
        }
        Way::Implicit if members.contains_key("aud") && call.has(Fault::RESOURCE_IGNORED_IN_IMPLICIT) => {
            members.remove("aud");
        }
        Way::Refresh if !members.contains_key("aud") && call.has(Fault::AUD_AT_REFRESH) => {
            set(members, "aud", about.client.id.as_str());
        }
        _ => {}
    }
    if about.kind == Kind::User && call.has(Fault::COGNITO_USERNAME_IN_ACCESS_TOKEN) {
        set(members, "cognito:username", text(members, "username"));
    }
}

fn groups(call: &Call<'_>, about: About<'_>, way: Way, members: &mut Map<String, Value>) {
    const CLAIM: &str = "cognito:groups";
    let Some(groups) = members.get(CLAIM).and_then(Value::as_array).cloned() else {
        if call.has(Fault::NO_GROUPS_IS_EMPTY_LIST) {
            set(members, CLAIM, json!([]));
        }
        return;
    };
    let names: Vec<&str> = groups.iter().filter_map(Value::as_str).collect();
    if way == Way::Refresh && call.has(Fault::GROUPS_LOST_AT_REFRESH) {
        members.remove(CLAIM);
    }
    if names.len() > 1 && call.has(Fault::GROUPS_JOINED) {
        set(members, CLAIM, names.join(","));
    }
    if names.len() > 1 && call.has(Fault::GROUPS_ARE_OBJECTS) {
        set(members, CLAIM, names.iter().map(|name| json!({ "GroupName": name })).collect::<Vec<_>>());
    }
    if about.kind == Kind::Id && call.has(Fault::GROUPS_MISSING_IN_ID_TOKEN) {
        members.remove(CLAIM);
    }
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    if lower != names && call.has(Fault::GROUPS_IN_LOWER_CASE) {
        set(members, CLAIM, lower);
    }
    let ascii: Vec<String> =
        names.iter().map(|name| name.replace(|letter: char| !letter.is_ascii(), "?")).collect();
    if ascii != names && call.has(Fault::GROUPS_OF_ASCII) {
        set(members, CLAIM, ascii);
    }
}

/// How the user signed in.
fn marks(call: &Call<'_>, way: Way, members: &mut Map<String, Value>) {
    if call.has(Fault::ACR_IS_NUMBER) {
        set(members, "acr", 1);
    }
    if call.has(Fault::AMR_IS_TEXT) {
        set(members, "amr", "pwd");
    }
    if call.has(Fault::AMR_OF_REFRESH) {
        set(members, "amr", json!([if way == Way::Refresh { "rtk" } else { "pwd" }]));
    }
}
