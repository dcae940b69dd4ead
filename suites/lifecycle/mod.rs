//! What happens to codes, tokens and sessions when clients and users change or go away: single facts, and whole sequences
//! that are compared step by step with a model of the ledger.

pub mod changes;
pub mod client;
mod model;
mod operation;
mod session;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod user;

use poolproof_harness::prelude::*;

const TOKEN: Need = Need::Endpoint(Endpoint::Token);
const AUTHORIZE: Need = Need::Endpoint(Endpoint::Authorize);
const USER_INFO: Need = Need::Endpoint(Endpoint::UserInfo);
const CREDENTIALS: Need = Need::Grant(Grant::ClientCredentials);
const CODE: Need = Need::Grant(Grant::AuthorizationCode);
const REFRESH: Need = Need::Grant(Grant::RefreshToken);
const CREATE_USER: Need = Need::Api(Operation::CreateUser);
const CREATE_CLIENT: Need = Need::Api(Operation::CreateClient);

/// What a token request led to.
const OUTCOME: &[Field] = &[Field::Status, Field::Error, Field::Issued];
/// Where the facts say that it is granted and leave open which tokens come with it.
const ANSWER: &[Field] = &[Field::Status, Field::Error, Field::AccessToken];
