//! Calls of the management API that a case makes between its requests, as data.

use serde::{Deserialize, Serialize};

use super::value::Value;

/// Settings of a client that differ from those of its role. What is left out stays as the role has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ClientSettings {
    /// The scopes that it may ask for.
    pub scopes: Option<Vec<Value>>,
    /// Its callback URLs.
    pub callbacks: Option<Vec<Value>>,
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

/// One call of the Cognito management API that a case needs between its requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiCall {
    /// Makes a user with a permanent password for this case alone.
    CreateUser {
        /// The name.
        username: Value,
        /// The password.
        password: Value,
        /// Further attributes by their names in the pool, such as `phone_number` or `custom:plan`. `email` replaces
        /// the address that is made from the name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attributes: Vec<(String, String)>,
    },
    /// Disables a user.
    DisableUser {
        /// The name.
        username: Value,
    },
    /// Enables a user that was disabled.
    EnableUser {
        /// The name.
        username: Value,
    },
    /// Puts a user into a group, which is made if it is not there.
    AddToGroup {
        /// The name.
        username: Value,
        /// The group.
        group: String,
    },
    /// Deletes a user.
    DeleteUser {
        /// The name.
        username: Value,
    },
    /// Signs a user out everywhere.
    GlobalSignOut {
        /// The name.
        username: Value,
    },
    /// Signs a user in with name and password; captures `access_token`, `id_token` and `refresh_token`.
    PasswordSignIn {
        /// The role of the client.
        client: String,
        /// The name.
        username: Value,
        /// The password.
        password: Value,
    },
    /// Makes a client for this case alone, with the settings of a role; captures `client_id` and `client_secret`.
    CreateClient {
        /// The role whose settings are taken.
        like: String,
        /// What is set otherwise.
        #[serde(default)]
        with: ClientSettings,
    },
    /// Changes settings of a client and keeps the others of a role.
    UpdateClient {
        /// The client id.
        client_id: Value,
        /// The role whose other settings are kept.
        like: String,
        /// What is set otherwise.
        with: ClientSettings,
    },
    /// Sets the OAuth flows of a client; an empty list switches OAuth off for it.
    SetFlows {
        /// The client id.
        client_id: Value,
        /// The role whose other settings are kept.
        like: String,
        /// The flows: `code`, `implicit` or `client_credentials`.
        flows: Vec<String>,
    },
    /// Deletes a client.
    DeleteClient {
        /// The client id.
        client_id: Value,
    },
    /// Revokes a refresh token through the management API.
    RevokeToken {
        /// The role of the client.
        client: String,
        /// The refresh token.
        token: Value,
    },
    /// Moves the clock of a target that lets us, in seconds. Only the double does.
    AdvanceClock(u64),
}

impl ApiCall {
    /// The operation as `targets.toml` names it.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::CreateUser { .. } => Operation::CreateUser,
            Self::DisableUser { .. } => Operation::DisableUser,
            Self::EnableUser { .. } => Operation::EnableUser,
            Self::AddToGroup { .. } => Operation::AddToGroup,
            Self::UpdateClient { .. } => Operation::UpdateClient,
            Self::DeleteUser { .. } => Operation::DeleteUser,
            Self::GlobalSignOut { .. } => Operation::GlobalSignOut,
            Self::PasswordSignIn { .. } => Operation::PasswordSignIn,
            Self::CreateClient { .. } | Self::DeleteClient { .. } => Operation::CreateClient,
            Self::SetFlows { .. } => Operation::SetFlows,
            Self::RevokeToken { .. } => Operation::RevokeToken,
            Self::AdvanceClock(_) => Operation::AdvanceClock,
        }
    }
}

/// An operation of the management API that a scenario may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `AdminCreateUser` with `AdminSetUserPassword`.
    CreateUser,
    /// `AdminDisableUser`.
    DisableUser,
    /// `AdminEnableUser`.
    EnableUser,
    /// `CreateGroup` and `AdminAddUserToGroup`.
    AddToGroup,
    /// `AdminDeleteUser`.
    DeleteUser,
    /// `AdminUserGlobalSignOut`.
    GlobalSignOut,
    /// `InitiateAuth` with `USER_PASSWORD_AUTH`.
    PasswordSignIn,
    /// `CreateUserPoolClient` and `DeleteUserPoolClient`.
    CreateClient,
    /// `UpdateUserPoolClient` with other flows.
    SetFlows,
    /// `UpdateUserPoolClient` with other settings.
    UpdateClient,
    /// `RevokeToken`.
    RevokeToken,
    /// A clock that can be moved: no operation of Cognito.
    AdvanceClock,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 12] = [
        Self::CreateUser,
        Self::DisableUser,
        Self::EnableUser,
        Self::AddToGroup,
        Self::DeleteUser,
        Self::GlobalSignOut,
        Self::PasswordSignIn,
        Self::CreateClient,
        Self::SetFlows,
        Self::UpdateClient,
        Self::RevokeToken,
        Self::AdvanceClock,
    ];

    /// The name used in `targets.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateUser => "create-user",
            Self::DisableUser => "disable-user",
            Self::EnableUser => "enable-user",
            Self::AddToGroup => "add-to-group",
            Self::DeleteUser => "delete-user",
            Self::GlobalSignOut => "global-sign-out",
            Self::PasswordSignIn => "password-sign-in",
            Self::CreateClient => "create-client",
            Self::SetFlows => "set-flows",
            Self::UpdateClient => "update-client",
            Self::RevokeToken => "revoke-token",
            Self::AdvanceClock => "advance-clock",
        }
    }
}
