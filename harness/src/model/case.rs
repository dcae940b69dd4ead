//! One generated input with the steps that bring it to the target.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::request::Request;
use super::value::Value;

/// One generated input and its request steps. It carries no expectation, and it can be stored and sent again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// What was generated, by name: shown with a failure, and kept out of observations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
    /// The steps, done one after the other.
    pub steps: Vec<Step>,
}

/// One thing that is done to the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Names the step within its case.
    pub name: String,
    /// Why it is done.
    pub purpose: Purpose,
    /// What is done.
    pub action: Action,
    /// What is kept of the answer for later steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<Capture>,
}

/// Why a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Brings the target into the state that the probe needs. If it does not succeed, the case proves nothing.
    Setup,
    /// Done whatever it leads to; its answer is not watched.
    Attempt,
    /// Its answer is what the scenario watches.
    Probe,
    /// Done at the end whatever came before it; its outcome does not matter.
    Cleanup,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// One HTTP request.
    Send(Request),
    /// A sign-in over HTTP, as a browser would do it, up to the redirect to the callback.
    SignIn(SignIn),
    /// One call of the management API.
    Api(ApiCall),
    /// A moment without requests, in milliseconds.
    Pause(u64),
}

/// A sign-in from the authorization endpoint to the callback. It keeps `code` and `state` under their names, each
/// with the prefix given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignIn {
    /// The parameters of the authorization request, `response_type` and all.
    pub params: Vec<(String, Value)>,
    /// The callback at which the walk ends.
    pub redirect_uri: Value,
    /// Who signs in.
    pub username: Value,
    /// With which password.
    pub password: Value,
    /// Comes before the names of what is captured; empty for a case with one sign-in.
    #[serde(default)]
    pub prefix: String,
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
    },
    /// Disables a user.
    DisableUser {
        /// The name.
        username: Value,
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
    /// `AdminDeleteUser`.
    DeleteUser,
    /// `AdminUserGlobalSignOut`.
    GlobalSignOut,
    /// `InitiateAuth` with `USER_PASSWORD_AUTH`.
    PasswordSignIn,
    /// `CreateUserPoolClient` and `DeleteUserPoolClient`.
    CreateClient,
    /// `UpdateUserPoolClient`.
    SetFlows,
    /// `RevokeToken`.
    RevokeToken,
    /// A clock that can be moved: no operation of Cognito.
    AdvanceClock,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 9] = [
        Self::CreateUser,
        Self::DisableUser,
        Self::DeleteUser,
        Self::GlobalSignOut,
        Self::PasswordSignIn,
        Self::CreateClient,
        Self::SetFlows,
        Self::RevokeToken,
        Self::AdvanceClock,
    ];

    /// The name used in `targets.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateUser => "create-user",
            Self::DisableUser => "disable-user",
            Self::DeleteUser => "delete-user",
            Self::GlobalSignOut => "global-sign-out",
            Self::PasswordSignIn => "password-sign-in",
            Self::CreateClient => "create-client",
            Self::SetFlows => "set-flows",
            Self::RevokeToken => "revoke-token",
            Self::AdvanceClock => "advance-clock",
        }
    }
}

/// What is kept of an answer, and under which name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capture {
    /// The name for later steps.
    pub name: String,
    /// Where it comes from.
    pub from: Source,
}

/// Where a captured value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A string member of a JSON object.
    Json(String),
}

impl Case {
    /// A case of one request, which is its probe.
    pub fn one(request: Request) -> Self {
        Self::default().probe("probe", request)
    }

    /// Every value that its requests and sign-ins send.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.steps.iter().flat_map(|step| -> Vec<&Value> {
            match &step.action {
                Action::Send(request) => request.values().collect(),
                Action::SignIn(sign_in) => {
                    let params = sign_in.params.iter().map(|(_, value)| value);
                    params.chain([&sign_in.redirect_uri, &sign_in.username, &sign_in.password]).collect()
                }
                Action::Api(_) | Action::Pause(_) => Vec::new(),
            }
        })
    }

    /// Notes a generated input, to be shown with a failure.
    #[must_use]
    pub fn input(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.inputs.insert(name.to_owned(), value.to_string());
        self
    }

    /// Adds a request that must succeed, keeping these JSON members of its answer under `<step>.<member>`.
    #[must_use]
    pub fn setup(self, name: &str, request: Request, keep: &[&str]) -> Self {
        let captures = keep
            .iter()
            .map(|member| Capture {
                name: format!("{name}.{member}"),
                from: Source::Json((*member).to_owned()),
            })
            .collect();
        self.step(name, Purpose::Setup, Action::Send(request), captures)
    }

    /// Adds a request whose outcome does not matter.
    #[must_use]
    pub fn attempt(self, name: &str, request: Request) -> Self {
        self.step(name, Purpose::Attempt, Action::Send(request), Vec::new())
    }

    /// Adds a request whose answer is watched.
    #[must_use]
    pub fn probe(self, name: &str, request: Request) -> Self {
        self.step(name, Purpose::Probe, Action::Send(request), Vec::new())
    }

    /// Adds a sign-in; it keeps `code` and `state`.
    #[must_use]
    pub fn sign_in(self, sign_in: SignIn) -> Self {
        let name = format!("{}sign-in", sign_in.prefix);
        self.step(&name, Purpose::Setup, Action::SignIn(sign_in), Vec::new())
    }

    /// Adds a call of the management API.
    #[must_use]
    pub fn api(self, call: ApiCall) -> Self {
        let name = call.operation().name();
        self.step(name, Purpose::Setup, Action::Api(call), Vec::new())
    }

    /// Adds a call of the management API that is made at the end, whatever came before it.
    #[must_use]
    pub fn cleanup(self, name: &str, call: ApiCall) -> Self {
        self.step(name, Purpose::Cleanup, Action::Api(call), Vec::new())
    }

    fn step(mut self, name: &str, purpose: Purpose, action: Action, captures: Vec<Capture>) -> Self {
        self.steps.push(Step { name: name.to_owned(), purpose, action, captures });
        self
    }
}
