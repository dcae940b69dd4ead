//! Operations on groups.

use serde_json::json;

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::state::State;

pub(super) fn create(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let name = input.required("GroupName")?;
    let pool = input.pool(state)?;
    if !pool.groups.insert(name.to_owned()) {
        return Err(ApiError::new("GroupExistsException", "A group with the name already exists."));
    }
    Ok(json!({ "Group": { "GroupName": name, "UserPoolId": pool.id } }))
}

pub(super) fn add_user(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let name = input.required("GroupName")?;
    if !input.pool(state)?.groups.contains(name) {
        return Err(ApiError::new("ResourceNotFoundException", "Group not found."));
    }
    input.user(state)?.groups.insert(name.to_owned());
    Ok(json!({}))
}
