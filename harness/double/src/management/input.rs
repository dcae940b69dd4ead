//! The JSON input of an operation, and the error it may answer with.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::pool::{Client, Pool, User};
use crate::state::State;

/// An error of the API: its type and a message.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }
}

/// A JSON object with the members of an operation's input.
#[derive(Debug)]
pub(crate) struct Input(Value);

impl Input {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        serde_json::from_slice::<Value>(body)
            .ok()
            .filter(Value::is_object)
            .map(Self)
            .ok_or_else(|| ApiError::new("SerializationException", "the body is no JSON object"))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A string member, if present.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A required, non-empty string member.
    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.text(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| ApiError::invalid(format!("{name} is required")))
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The whole input, or one member, as a typed value.
    pub(crate) fn read<T: DeserializeOwned>(&self, name: Option<&str>) -> Result<T, ApiError> {
        let value = name.map_or(Some(&self.0), |name| self.get(name));
        serde_json::from_value(value.cloned().unwrap_or_default())
            .map_err(|error| ApiError::new("SerializationException", error.to_string()))
    }

    /// The pool that `UserPoolId` names.
    pub(crate) fn pool<'s>(&self, state: &'s mut State) -> Result<&'s mut Pool, ApiError> {
        let id = self.required("UserPoolId")?;
        state.pools.get_mut(id).ok_or_else(|| ApiError::not_found(format!("User pool {id} does not exist.")))
    }

    /// The client that `ClientId` names in that pool.
    pub(crate) fn client<'s>(&self, state: &'s mut State) -> Result<&'s mut Client, ApiError> {
        let id = self.required("ClientId")?;
        self.pool(state)?
            .clients
            .get_mut(id)
            .ok_or_else(|| ApiError::not_found(format!("User pool client {id} does not exist.")))
    }

    /// The user that `Username` names in that pool.
    pub(crate) fn user<'s>(&self, state: &'s mut State) -> Result<&'s mut User, ApiError> {
        let name = self.required("Username")?;
        self.pool(state)?
            .users
            .get_mut(name)
            .ok_or_else(|| ApiError::new("UserNotFoundException", "User does not exist."))
    }

    /// One page of `items` by `MaxResults` and `NextToken`; the token of the next page, if there is one.
    pub(crate) fn page(&self, items: Vec<Value>) -> Result<(Vec<Value>, Option<String>), ApiError> {
        let most = self.get("MaxResults").and_then(Value::as_u64).unwrap_or(60);
        let most = usize::try_from(most.clamp(1, 60)).unwrap_or(60);
        let start: usize = match self.text("NextToken") {
            None => 0,
            Some(token) => token.parse().map_err(|_| ApiError::invalid("Invalid NextToken"))?,
        };
        let more = items.len().saturating_sub(start) > most;
        let next = more.then(|| start.saturating_add(most).to_string());
        Ok((items.into_iter().skip(start).take(most).collect(), next))
    }
}
