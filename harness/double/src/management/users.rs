//! Administrative operations on users.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::fault::Fault;
use crate::pool::User;
use crate::state::State;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

pub(super) fn create(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let username = input.required("Username")?;
    let attributes: Option<Vec<Attribute>> = input.read(Some("UserAttributes"))?;
    if input.pool(state)?.users.contains_key(username) {
        return Err(ApiError::new("UsernameExistsException", "User account already exists"));
    }
    let password = match input.text("TemporaryPassword") {
        Some(password) => acceptable(password)?.to_owned(),
        None => state.ids.alphanumeric(16),
    };
    let user = User {
        username: username.to_owned(),
        sub: state.ids.uuid(),
        password,
        confirmed: false,
        enabled: true,
        created: call.now,
        groups: BTreeSet::new(),
        attributes: attributes
            .unwrap_or_default()
            .into_iter()
            .map(|attribute| (attribute.name, attribute.value))
            .collect::<BTreeMap<_, _>>(),
    };
    let described = describe(&user);
    input.pool(state)?.users.insert(username.to_owned(), user);
    Ok(json!({ "User": described }))
}

pub(super) fn set_password(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let password = acceptable(input.required("Password")?)?;
    let user = input.user(state)?;
    password.clone_into(&mut user.password);
    user.confirmed = input.flag("Permanent");
    Ok(json!({}))
}

/// Disabling revokes all tokens for good (`lifecycle.user-disabled.tokens`).
pub(super) fn disable(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    input.user(state)?.enabled = false;
    if call.has(Fault::DISABLING_KEEPS_TOKENS) { Ok(json!({})) } else { global_sign_out(call, state, input) }
}

pub(super) fn enable(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let user = input.user(state)?;
    user.enabled = true;
    if call.has(Fault::ENABLING_REVIVES_TOKENS) {
        let username = user.username.clone();
        let theirs = state.sign_ins.values_mut().filter(|sign_in| sign_in.username == username);
        theirs.for_each(|sign_in| sign_in.revoked = false);
    }
    Ok(json!({}))
}

pub(super) fn delete(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    global_sign_out(call, state, input)?;
    let username = input.required("Username")?;
    if let Some(user) = input.pool(state)?.users.remove(username) {
        state.former_users.insert(user.sub.clone(), user);
    }
    Ok(json!({}))
}

/// Revokes the tokens; browser sessions stay (`lifecycle.sign-out.cookie`).
pub(super) fn global_sign_out(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let user = input.user(state)?;
    let (username, sub) = (user.username.clone(), user.sub.clone());
    let pool_id = input.pool(state)?.id.clone();
    if call.has(Fault::SIGN_OUT_ENDS_COOKIES) {
        state.sessions.retain(|_, session| session.sub != sub);
    }
    if call.has(Fault::SIGN_OUT_ENDS_NEWEST_ALONE) {
        let theirs = state.sign_ins.values_mut().filter(|sign_in| sign_in.sub == sub && !sign_in.revoked);
        if let Some(newest) = theirs.max_by_key(|sign_in| (sign_in.auth_time, sign_in.origin_jti.clone())) {
            newest.revoked = true;
        }
        return Ok(json!({}));
    }
    state.signed_out.insert(sub);
    state.revoke_user(&pool_id, &username);
    Ok(json!({}))
}

/// The default policy, as far as a test run meets it: eight characters of all four kinds.
fn acceptable(password: &str) -> Result<&str, ApiError> {
    let has = |kind: fn(&char) -> bool| password.chars().any(|one| kind(&one));
    let strong = password.chars().count() >= 8
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_digit)
        && has(char::is_ascii_punctuation);
    if strong {
        Ok(password)
    } else {
        let text = "Password did not conform with policy";
        Err(ApiError::new("InvalidPasswordException", text))
    }
}

fn describe(user: &User) -> Value {
    let mut attributes = vec![json!({ "Name": "sub", "Value": user.sub })];
    attributes.extend(user.attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value })));
    json!({
        "Username": user.username,
        "Attributes": attributes,
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.created,
        "Enabled": user.enabled,
        "UserStatus": if user.confirmed { "CONFIRMED" } else { "FORCE_CHANGE_PASSWORD" },
    })
}
