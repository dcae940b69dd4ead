//! Two services of our own that take Cognito tokens: one that does it right and one that forgets what it is told to.

pub(crate) mod forgetful;
pub(crate) mod right;
mod service;

pub(crate) use service::{Expectation, Kind, Running, run};
