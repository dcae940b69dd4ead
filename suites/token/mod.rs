//! `POST /oauth2/token`: client authentication, the three grants, and how requests are refused.

pub mod basic_header;
pub mod client_auth;
pub mod client_credentials;
pub mod code;
pub mod ended;
pub mod headers;
pub mod parameters;
pub mod pkce;
pub mod precedence;
pub mod redirect;
pub mod refresh;
pub mod refresh_refused;
pub mod rotation;
pub mod scopes;
pub mod transport;

use poolproof_harness::prelude::*;

const TOKEN: Need = Need::Endpoint(Endpoint::Token);
const CREDENTIALS: Need = Need::Grant(Grant::ClientCredentials);
const CODE: Need = Need::Grant(Grant::AuthorizationCode);
const REFRESH: Need = Need::Grant(Grant::RefreshToken);
const MAIN_USER: Need = Need::User("main");

/// What a token request led to.
const OUTCOME: &[Field] = &[Field::Status, Field::Error, Field::Issued];
/// Where the facts say that it is granted and leave open which tokens come with it.
const ANSWER: &[Field] = &[Field::Status, Field::Error, Field::AccessToken];
/// A refusal below OAuth, which has no body.
const EMPTY_REFUSAL: &[Field] = &[Field::Status, Field::Error, Field::BodyEmpty, Field::Issued];
/// The whole token response.
const RESPONSE: &[Field] = &[Field::Status, Field::Issued, Field::TokenType, Field::ExpiresIn];

/// What a client needs to ask for a token with its own credentials.
const MACHINE: &[Need] = &[TOKEN, CREDENTIALS, Need::Client("machine"), Need::ResourceServer];
/// What is needed to get and redeem a code at the client `web`.
const WEB_CODE: &[Need] = &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER];
/// What is needed to get and redeem a code at a client without a secret.
const PUBLIC_CODE: &[Need] = &[TOKEN, CODE, Need::Client("public"), Need::SignIn, MAIN_USER];
/// What is needed to get a refresh token at the client `web` and to use it.
const WEB_REFRESH: &[Need] = &[TOKEN, CODE, REFRESH, Need::Client("web"), Need::SignIn, MAIN_USER];
