//! How a token was asked for, which matters to faults alone.

use crate::call::Call;

/// The way to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Code,
    Refresh,
    Implicit,
    Machine,
    /// A sign-in or a refresh through the management API.
    Api,
}

impl Way {
    pub(super) fn of(call: &Call<'_>) -> Self {
        match (call.path, call.form().get("grant_type")) {
            ("/oauth2/token", Some("refresh_token")) => Self::Refresh,
            ("/oauth2/token", Some("client_credentials")) => Self::Machine,
            ("/oauth2/token", _) => Self::Code,
            ("/login" | "/oauth2/authorize", _) => Self::Implicit,
            _ => Self::Api,
        }
    }
}
