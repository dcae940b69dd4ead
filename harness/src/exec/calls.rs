//! Calls of the management API with their values worked out.

use crate::model::api_call::{ApiCall, ClientSettings};
use crate::model::value::{Lookup, Unresolved, Value};
use crate::target::control::{ControlCall, Settings};

/// The call with every value worked out.
///
/// # Errors
/// What is not there.
pub fn resolved(call: &ApiCall, lookup: &dyn Lookup) -> Result<ControlCall, Unresolved> {
    let text = |value: &Value| value.resolve(lookup);
    Ok(match call {
        ApiCall::CreateUser { username, password, attributes } => ControlCall::CreateUser {
            username: text(username)?,
            password: text(password)?,
            attributes: attributes.clone(),
        },
        ApiCall::EnableUser { username } => ControlCall::EnableUser { username: text(username)? },
        ApiCall::AddToGroup { username, group } => {
            ControlCall::AddToGroup { username: text(username)?, group: group.clone() }
        }
        ApiCall::DisableUser { username } => ControlCall::DisableUser { username: text(username)? },
        ApiCall::DeleteUser { username } => ControlCall::DeleteUser { username: text(username)? },
        ApiCall::GlobalSignOut { username } => ControlCall::GlobalSignOut { username: text(username)? },
        ApiCall::PasswordSignIn { client, username, password } => ControlCall::PasswordSignIn {
            client: client.clone(),
            username: text(username)?,
            password: text(password)?,
        },
        ApiCall::CreateClient { like, with } => {
            ControlCall::CreateClient { like: like.clone(), with: settings(with, lookup)? }
        }
        ApiCall::UpdateClient { client_id, like, with } => ControlCall::UpdateClient {
            client_id: text(client_id)?,
            like: like.clone(),
            with: settings(with, lookup)?,
        },
        ApiCall::SetFlows { client_id, like, flows } => {
            ControlCall::SetFlows { client_id: text(client_id)?, like: like.clone(), flows: flows.clone() }
        }
        ApiCall::DeleteClient { client_id } => ControlCall::DeleteClient { client_id: text(client_id)? },
        ApiCall::RevokeToken { client, token } => {
            ControlCall::RevokeToken { client: client.clone(), token: text(token)? }
        }
        ApiCall::AdvanceClock(seconds) => ControlCall::AdvanceClock(*seconds),
    })
}

fn settings(settings: &ClientSettings, lookup: &dyn Lookup) -> Result<Settings, Unresolved> {
    let texts = |values: &Option<Vec<Value>>| {
        values.as_ref().map(|values| values.iter().map(|value| value.resolve(lookup)).collect()).transpose()
    };
    Ok(Settings {
        scopes: texts(&settings.scopes)?,
        callbacks: texts(&settings.callbacks)?,
        read: settings.read.clone(),
        access_minutes: settings.access_minutes,
        id_minutes: settings.id_minutes,
        refresh_minutes: settings.refresh_minutes,
        revocation: settings.revocation,
    })
}
