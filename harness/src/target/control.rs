//! The management API as the engine sees it. Who makes the calls is handed in at the entry.

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::model::case::Operation;

/// Settings of a client that differ from those of its role, with their values worked out. What is left out stays as the
/// role has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The scopes that it may ask for.
    pub scopes: Option<Vec<String>>,
    /// Its callback URLs.
    pub callbacks: Option<Vec<String>>,
    /// The attributes that it may read.
    pub read: Option<Vec<String>>,
    /// The lifetime of its access tokens in minutes.
    pub access_minutes: Option<u32>,
    /// The lifetime of its ID tokens in minutes.
    pub id_minutes: Option<u32>,
    /// The lifetime of its refresh tokens in minutes.
    pub refresh_minutes: Option<u32>,
    /// Whether tokens can be revoked.
    pub revocation: Option<bool>,
}

/// A call of the management API whose values have been worked out.
#[derive(Clone, PartialEq, Eq)]
pub enum ControlCall {
    /// Makes a user with a permanent password and a verified e-mail address.
    CreateUser {
        /// The name.
        username: String,
        /// The password.
        password: String,
        /// Further attributes; `email` replaces the address that is made from the name.
        attributes: Vec<(String, String)>,
    },
    /// Enables a user that was disabled.
    EnableUser {
        /// The name.
        username: String,
    },
    /// Puts a user into a group, which is made if it is not there.
    AddToGroup {
        /// The name.
        username: String,
        /// The group.
        group: String,
    },
    /// Disables a user.
    DisableUser {
        /// The name.
        username: String,
    },
    /// Deletes a user.
    DeleteUser {
        /// The name.
        username: String,
    },
    /// Signs a user out everywhere.
    GlobalSignOut {
        /// The name.
        username: String,
    },
    /// Signs a user in; answers with `access_token`, `id_token` and `refresh_token`.
    PasswordSignIn {
        /// The role of the client in the fixture.
        client: String,
        /// The name.
        username: String,
        /// The password.
        password: String,
    },
    /// Makes a client with the settings of a role; answers with `client_id` and, if it has one, `client_secret`.
    CreateClient {
        /// The role whose settings are taken.
        like: String,
        /// What is set otherwise.
        with: Settings,
    },
    /// Changes settings of a client and keeps the others of a role.
    UpdateClient {
        /// The client id.
        client_id: String,
        /// The role whose other settings are kept.
        like: String,
        /// What is set otherwise.
        with: Settings,
    },
    /// Sets the OAuth flows of a client and keeps the other settings of a role.
    SetFlows {
        /// The client id.
        client_id: String,
        /// The role whose other settings are kept.
        like: String,
        /// The flows; none switches OAuth off for the client.
        flows: Vec<String>,
    },
    /// Deletes a client.
    DeleteClient {
        /// The client id.
        client_id: String,
    },
    /// Revokes a refresh token.
    RevokeToken {
        /// The role of the client in the fixture.
        client: String,
        /// The refresh token.
        token: String,
    },
    /// Moves the clock of the target, in seconds.
    AdvanceClock(u64),
    /// Moves the clock of the target back, in seconds: only while nothing else is asked of it.
    RewindClock(u64),
    /// Sets the clock of the target back to the real time.
    ResetClock,
}

impl ControlCall {
    /// The operation that the call is one of.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::CreateUser { .. } => Operation::CreateUser,
            Self::EnableUser { .. } => Operation::EnableUser,
            Self::AddToGroup { .. } => Operation::AddToGroup,
            Self::UpdateClient { .. } => Operation::UpdateClient,
            Self::DisableUser { .. } => Operation::DisableUser,
            Self::DeleteUser { .. } => Operation::DeleteUser,
            Self::GlobalSignOut { .. } => Operation::GlobalSignOut,
            Self::PasswordSignIn { .. } => Operation::PasswordSignIn,
            Self::CreateClient { .. } | Self::DeleteClient { .. } => Operation::CreateClient,
            Self::SetFlows { .. } => Operation::SetFlows,
            Self::RevokeToken { .. } => Operation::RevokeToken,
            Self::AdvanceClock(_) | Self::RewindClock(_) | Self::ResetClock => Operation::AdvanceClock,
        }
    }
}

/// Why a call of the management API did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// Nobody here can make this call.
    #[error("{} is not available: {reason}", operation.name())]
    Unavailable {
        /// The operation.
        operation: Operation,
        /// Why not.
        reason: String,
    },
    /// The target refused it or did not know it. The text holds no secret and is safe to show.
    #[error("{} failed: {reason}", operation.name())]
    Failed {
        /// The operation.
        operation: Operation,
        /// What the target said.
        reason: String,
    },
}

/// Makes calls of the management API on one target.
pub trait ControlPlane: Send + Sync {
    /// Makes one call and answers with what it returned, by name.
    fn call(&self, call: ControlCall) -> BoxFuture<'_, Result<BTreeMap<String, String>, ControlError>>;
}
