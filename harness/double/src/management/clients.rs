//! Operations on app clients.

use serde_json::{Value, json};

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::fault::Fault;
use crate::pool::{Client, Pool, Secret};
use crate::scope;
use crate::settings::ClientSettings;
use crate::state::State;

/// Days and seconds of the longest and shortest lifetimes (`claims.lifetime.ranges`).
const TOKEN_SECONDS: std::ops::RangeInclusive<u64> = 300..=86_400;
const REFRESH_SECONDS: std::ops::RangeInclusive<u64> = 3_600..=3_650 * 86_400;

pub(super) fn create(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let settings: ClientSettings = input.read(None)?;
    input.required("ClientName")?;
    let has_secret = input.flag("GenerateSecret") || input.text("ClientSecret").is_some();
    check(input.pool(state)?, &settings, has_secret)?;
    let mut secrets = Vec::new();
    if has_secret {
        secrets.push(new_secret(call, state, input));
    }
    let client = Client {
        id: state.ids.alphanumeric(26),
        secrets,
        deleted_secrets: Vec::new(),
        settings,
        created: call.now,
    };
    let pool = input.pool(state)?;
    let answer = full(&pool.id, &client);
    pool.clients.insert(client.id.clone(), client);
    Ok(answer)
}

pub(super) fn describe(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let pool_id = input.required("UserPoolId")?;
    Ok(full(pool_id, input.client(state)?))
}

/// Replaces all settings: what the request leaves out goes back to its default, as AWS warns.
pub(super) fn update(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let mut settings: ClientSettings = input.read(None)?;
    let client = input.client(state)?;
    let confidential = !client.is_public();
    if settings.client_name.is_empty() {
        settings.client_name.clone_from(&client.settings.client_name);
    }
    let pool = input.pool(state)?;
    check(pool, &settings, confidential)?;
    let pool_id = pool.id.clone();
    let client = input.client(state)?;
    client.settings = settings;
    Ok(full(&pool_id, client))
}

pub(super) fn delete(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let id = input.client(state)?.id.clone();
    let is_known = state.used_clients.contains(&id);
    if call.has(Fault::CLIENT_DELETION_IGNORED) || is_known && call.has(Fault::USED_CLIENT_OUTLIVES_DELETION)
    {
        return Ok(json!({}));
    }
    input.pool(state)?.clients.remove(&id);
    Ok(json!({}))
}

pub(super) fn list(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let pool = input.pool(state)?;
    let clients = pool.clients.values().map(|client| {
        json!({
            "ClientId": client.id,
            "UserPoolId": pool.id,
            "ClientName": client.settings.client_name,
        })
    });
    let (clients, next) = input.page(clients.collect())?;
    let mut answer = json!({ "UserPoolClients": clients });
    if let Some(next) = next {
        answer["NextToken"] = next.into();
    }
    Ok(answer)
}

/// A secret with the value of the request or a generated one.
pub(super) fn new_secret(call: &Call<'_>, state: &mut State, input: &Input) -> Secret {
    let value = input.text("ClientSecret").map_or_else(|| state.ids.alphanumeric(51), str::to_owned);
    Secret { id: state.ids.uuid(), value, created: call.now }
}

/// The rules of the API for the settings that the double acts on (`token.cc.exclusive`, `claims.lifetime.ranges`).
fn check(pool: &Pool, settings: &ClientSettings, has_secret: bool) -> Result<(), ApiError> {
    let flow_error = |text: &str| Err(ApiError::new("InvalidOAuthFlowException", text));
    if settings.lists_flow("client_credentials") {
        if settings.flows.len() > 1 {
            return flow_error(
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            );
        }
        if !has_secret {
            return flow_error(
                "client_credentials flow can not be selected if client does not have a client secret.",
            );
        }
    } else if settings.oauth_enabled
        && (settings.flows.is_empty() || settings.scopes.is_empty())
        && !settings.lists_explicit("ALLOW_CLIENT_TOKEN_AUTH")
    {
        return flow_error(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if the client is allowed to use OAuth.",
        );
    }
    for scope in &settings.scopes {
        if !scope::STANDARD.contains(&scope.as_str()) && !pool.has_scope(scope) {
            let text = format!("Invalid scope requested: {scope}");
            return Err(ApiError::new("ScopeDoesNotExistException", text));
        }
    }
    if settings.callbacks.iter().chain(&settings.logouts).any(|url| url.contains('#')) {
        return Err(ApiError::invalid("A URL must not have a fragment."));
    }
    let lifetimes = [settings.access_seconds(), settings.id_seconds()];
    if lifetimes.iter().any(|seconds| !TOKEN_SECONDS.contains(seconds))
        || !REFRESH_SECONDS.contains(&settings.refresh_seconds())
    {
        return Err(ApiError::invalid("A token validity is out of range."));
    }
    if settings.rotation_grace().is_some_and(|grace| grace > 60) {
        return Err(ApiError::invalid("RetryGracePeriodSeconds must be between 0 and 60."));
    }
    Ok(())
}

/// The settings with ids, secret and dates, as the API describes a client. With two secrets the first one is shown.
fn full(pool_id: &str, client: &Client) -> Value {
    let mut described = serde_json::to_value(&client.settings).unwrap_or_default();
    described["UserPoolId"] = pool_id.into();
    described["ClientId"] = client.id.as_str().into();
    described["CreationDate"] = client.created.into();
    described["LastModifiedDate"] = client.created.into();
    if let Some(secret) = client.secrets.first() {
        described["ClientSecret"] = secret.value.as_str().into();
    }
    json!({ "UserPoolClient": described })
}
