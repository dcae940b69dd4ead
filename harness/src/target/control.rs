//! The management API as the engine sees it. Who makes the calls is handed in at the entry.

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::model::case::Operation;

/// A call of the management API whose values have been worked out.
#[derive(Clone, PartialEq, Eq)]
pub enum ControlCall {
    /// Makes a user with a permanent password and a verified e-mail address.
    CreateUser {
        /// The name.
        username: String,
        /// The password.
        password: String,
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
    /// Sets the clock of the target back to the real time.
    ResetClock,
}

impl ControlCall {
    /// The operation that the call is one of.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::CreateUser { .. } => Operation::CreateUser,
            Self::DisableUser { .. } => Operation::DisableUser,
            Self::DeleteUser { .. } => Operation::DeleteUser,
            Self::GlobalSignOut { .. } => Operation::GlobalSignOut,
            Self::PasswordSignIn { .. } => Operation::PasswordSignIn,
            Self::CreateClient { .. } | Self::DeleteClient { .. } => Operation::CreateClient,
            Self::SetFlows { .. } => Operation::SetFlows,
            Self::RevokeToken { .. } => Operation::RevokeToken,
            Self::AdvanceClock(_) | Self::ResetClock => Operation::AdvanceClock,
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
