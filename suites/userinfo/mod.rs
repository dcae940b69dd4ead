//! `GET /oauth2/userInfo`: which access tokens it takes, and what it says about their users.

pub mod bearer;
pub mod claims;
pub mod ended;
pub mod tokens;

use poolproof_harness::prelude::*;

use crate::flow::{openid, redeemed_keeping};

const USER_INFO: Need = Need::Endpoint(Endpoint::UserInfo);
const TOKEN: Need = Need::Endpoint(Endpoint::Token);
const CODE: Need = Need::Grant(Grant::AuthorizationCode);
const MAIN_USER: Need = Need::User("main");
const WEB: Need = Need::Client("web");

/// How clients get their tokens here. It is not the point, and some targets know no other way.
const STYLE: AuthStyle = AuthStyle::Post;

/// A refusal with its challenge, and whether it is none after all.
const REFUSAL: &[Field] = &[Field::Status, Field::BearerError, Field::Disclosed];
/// A refusal of which only the status is known.
const STATUS: &[Field] = &[Field::Status, Field::Disclosed];

/// What is needed to get an access token of the user `main` at the client `web`.
const WEB_TOKEN: &[Need] = &[USER_INFO, TOKEN, CODE, WEB, Need::SignIn, MAIN_USER];

/// An access token of the client `web` with `openid` alone, one for all cases.
fn web_token() -> Case {
    redeemed_keeping("web", STYLE, &openid(), &["access_token", "id_token"]).shared()
}
