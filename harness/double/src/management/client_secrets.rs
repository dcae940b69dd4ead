//! Operations on the secrets of an app client (since 30 January 2026; `token.client-auth.two-secrets`).

use serde_json::{Value, json};

use super::clients::new_secret;
use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::pool::Secret;
use crate::state::State;

/// Active secrets a client may have at a time.
const MOST: usize = 2;

pub(super) fn add(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let client = input.client(state)?;
    if client.is_public() {
        return Err(ApiError::invalid("The client has no secret to rotate."));
    }
    if client.secrets.len() >= MOST {
        return Err(ApiError::new("LimitExceededException", "The client has two secrets already."));
    }
    let secret = new_secret(call, state, input);
    let mut described = describe(&secret);
    // The value is shown this once.
    described["ClientSecretValue"] = secret.value.as_str().into();
    input.client(state)?.secrets.push(secret);
    Ok(json!({ "ClientSecretDescriptor": described }))
}

pub(super) fn delete(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let id = input.required("ClientSecretId")?;
    let client = input.client(state)?;
    let Some(position) = client.secrets.iter().position(|secret| secret.id == id) else {
        return Err(ApiError::not_found(format!("Client secret {id} does not exist.")));
    };
    if client.secrets.len() == 1 {
        return Err(ApiError::invalid("The last secret of a client cannot be deleted."));
    }
    let deleted = client.secrets.remove(position);
    client.deleted_secrets.push(deleted.value);
    Ok(json!({}))
}

pub(super) fn list(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let secrets: Vec<Value> = input.client(state)?.secrets.iter().map(describe).collect();
    Ok(json!({ "ClientSecrets": secrets }))
}

fn describe(secret: &Secret) -> Value {
    json!({ "ClientSecretId": secret.id, "ClientSecretCreateDate": secret.created })
}
