//! Operations on user pools.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::pool::Pool;
use crate::state::State;

const ARN: &str = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/";

pub(super) fn create(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let name = input.required("PoolName")?;
    // Ids mix cases; the generator does not, which the form allows.
    let id = format!("us-east-1_{}", state.ids.alphanumeric(9));
    // The first two key sets belong to the seeded pools; created ones share the others.
    let mut pool = Pool::new(&id, name, 2 + state.pools.len() % 2, call.now);
    if input.get("UserPoolTags").is_some() {
        pool.tags = input.read(Some("UserPoolTags"))?;
    }
    let answer = json!({ "UserPool": describe_pool(&pool) });
    state.pools.insert(id, pool);
    Ok(answer)
}

pub(super) fn describe(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    Ok(json!({ "UserPool": describe_pool(input.pool(state)?) }))
}

pub(super) fn delete(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let pool = input.pool(state)?;
    if pool.domain_prefix.is_some() {
        return Err(ApiError::invalid(
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        ));
    }
    let id = pool.id.clone();
    state.pools.remove(&id);
    Ok(json!({}))
}

pub(super) fn list(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let pools = state.pools.values().map(|pool| {
        json!({
            "Id": pool.id,
            "Name": pool.name,
            "CreationDate": pool.created,
            "LastModifiedDate": pool.created,
        })
    });
    let (pools, next) = input.page(pools.collect())?;
    let mut answer = json!({ "UserPools": pools });
    if let Some(next) = next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

pub(super) fn tag(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let pool = input
        .required("ResourceArn")?
        .strip_prefix(ARN)
        .and_then(|id| state.pools.get_mut(id))
        .ok_or_else(|| ApiError::not_found("The resource does not exist."))?;
    let tags: BTreeMap<String, String> = input.read(Some("Tags"))?;
    pool.tags.extend(tags);
    Ok(json!({}))
}

fn describe_pool(pool: &Pool) -> Value {
    let mut description = json!({
        "Id": pool.id,
        "Name": pool.name,
        "Arn": format!("{ARN}{}", pool.id),
        "CreationDate": pool.created,
        "LastModifiedDate": pool.created,
        "MfaConfiguration": "OFF",
        "EstimatedNumberOfUsers": pool.users.len(),
        "UserPoolTags": pool.tags,
    });
    if let Some(domain) = &pool.domain_prefix {
        description["Domain"] = domain.as_str().into();
    }
    description
}
