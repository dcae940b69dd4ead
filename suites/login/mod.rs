//! The sign-in pages: `GET` and `POST /login`, and the walk that leads there.

pub mod page;
pub mod refused;
pub mod sign_in;

use poolproof_harness::prelude::*;

/// What is needed to sign in at either client.
const SIGN_IN: &[Need] = &[Need::Client("web"), Need::Client("public"), Need::User("main"), Need::SignIn];

/// What signing in led to.
const ARRIVAL: &[Field] = &[Field::Status, Field::LeadsTo, Field::Carries, Field::StateEcho];
