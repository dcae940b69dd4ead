//! Operations on resource servers and their scopes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::pool::ResourceServer;
use crate::state::State;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Scope {
    scope_name: String,
    scope_description: String,
}

pub(super) fn create(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let identifier = input.required("Identifier")?;
    let server = read(input)?;
    let pool = input.pool(state)?;
    if pool.resource_servers.contains_key(identifier) {
        return Err(ApiError::invalid(format!("{identifier} already exists in user pool {}.", pool.id)));
    }
    pool.resource_servers.insert(identifier.to_owned(), server);
    describe_again(state, input)
}

/// Replaces name and scopes; clients keep scopes that are gone, and those become inactive (`token.cc.scope-inactive`).
pub(super) fn update(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let server = read(input)?;
    *existing(state, input)? = server;
    describe_again(state, input)
}

pub(super) fn describe(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    describe_again(state, input)
}

pub(super) fn delete(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    existing(state, input)?;
    let identifier = input.required("Identifier")?;
    input.pool(state)?.resource_servers.remove(identifier);
    Ok(json!({}))
}

fn read(input: &Input) -> Result<ResourceServer, ApiError> {
    let scopes: Option<Vec<Scope>> = input.read(Some("Scopes"))?;
    let scopes: BTreeMap<_, _> = scopes
        .unwrap_or_default()
        .into_iter()
        .map(|scope| (scope.scope_name, scope.scope_description))
        .collect();
    if scopes.keys().any(|name| name.is_empty() || name.contains('/')) {
        return Err(ApiError::invalid("A scope name is not acceptable."));
    }
    Ok(ResourceServer { name: input.required("Name")?.to_owned(), scopes })
}

fn existing<'s>(state: &'s mut State, input: &Input) -> Result<&'s mut ResourceServer, ApiError> {
    let identifier = input.required("Identifier")?;
    input
        .pool(state)?
        .resource_servers
        .get_mut(identifier)
        .ok_or_else(|| ApiError::not_found(format!("Resource server {identifier} does not exist.")))
}

fn describe_again(state: &mut State, input: &Input) -> Outcome {
    let server = existing(state, input)?;
    let scopes: Vec<Value> = server
        .scopes
        .iter()
        .map(|(name, text)| json!({ "ScopeName": name, "ScopeDescription": text }))
        .collect();
    Ok(json!({ "ResourceServer": {
        "UserPoolId": input.text("UserPoolId"),
        "Identifier": input.text("Identifier"),
        "Name": server.name,
        "Scopes": scopes,
    } }))
}
