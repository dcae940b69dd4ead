//! Operations on domains of user pools. A domain created here has no host of its own: its pool is served at the base
//! URL like every pool.

use serde_json::json;

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::state::State;

pub(super) fn create(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let domain = input.required("Domain")?;
    let well_formed =
        domain.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !well_formed || domain.contains("cognito") {
        return Err(ApiError::invalid("The domain prefix is not acceptable."));
    }
    let taken = state.pools.values().any(|pool| pool.domain_prefix.as_deref() == Some(domain));
    if taken {
        return Err(ApiError::invalid("Domain already exists."));
    }
    let pool = input.pool(state)?;
    if pool.domain_prefix.is_some() {
        return Err(ApiError::invalid("User pool already has a domain configured."));
    }
    pool.domain_prefix = Some(domain.to_owned());
    Ok(json!({ "ManagedLoginVersion": 1 }))
}

/// Unknown domains have an empty description instead of an error.
pub(super) fn describe(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let domain = input.required("Domain")?;
    let pool = state.pools.values().find(|pool| pool.domain_prefix.as_deref() == Some(domain));
    let description = pool.map_or_else(
        || json!({}),
        |pool| {
            json!({
                "UserPoolId": pool.id,
                "AWSAccountId": "000000000000",
                "Domain": domain,
                "Status": "ACTIVE",
                "ManagedLoginVersion": 1,
            })
        },
    );
    Ok(json!({ "DomainDescription": description }))
}

pub(super) fn delete(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let domain = input.required("Domain")?;
    let pool = input.pool(state)?;
    if pool.domain_prefix.as_deref() != Some(domain) {
        return Err(ApiError::invalid("No such domain or user pool exists."));
    }
    pool.domain_prefix = None;
    Ok(json!({}))
}
