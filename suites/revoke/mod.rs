//! `POST /oauth2/revoke`: what it takes and refuses, and what a revocation does.

pub mod clients;
pub mod effects;
pub mod requests;

use poolproof_harness::prelude::*;

use crate::flow::{REDEEM, as_client, openid, redemption, sign_in, with_param};

const REVOKE: Need = Need::Endpoint(Endpoint::Revoke);
const TOKEN: Need = Need::Endpoint(Endpoint::Token);
const USER_INFO: Need = Need::Endpoint(Endpoint::UserInfo);
const CODE: Need = Need::Grant(Grant::AuthorizationCode);
const REFRESH: Need = Need::Grant(Grant::RefreshToken);
const MAIN_USER: Need = Need::User("main");
const WEB: Need = Need::Client("web");
const PUBLIC: Need = Need::Client("public");

/// What a revocation led to.
const OUTCOME: &[Field] = &[Field::Status, Field::BodyEmpty];
/// A refusal, and whether it is none after all.
const REFUSAL: &[Field] = &[Field::Status, Field::Error, Field::Accepted];

/// What is needed to get tokens at the client `web` and to revoke them.
const WEB_TOKENS: &[Need] = &[REVOKE, TOKEN, CODE, WEB, Need::SignIn, MAIN_USER];
/// The same at the client `web` or at one without a secret.
const ANY_TOKENS: &[Need] = &[REVOKE, TOKEN, CODE, WEB, PUBLIC, Need::SignIn, MAIN_USER];

/// `web`, which has a secret, or `public`, which has none.
fn client() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["web", "public"][..])
}

/// Tokens of `web` that no case takes away, because each of them is to be refused: one sign-in for all these cases. It
/// differs from those of other suites, so that a target which revokes all the same spoils nothing there.
fn spared_tokens() -> Case {
    let sign_in = with_param(sign_in("web", &openid()), "state", "poolproof-revoke".into());
    let redemption = as_client(redemption("web"), AuthStyle::Basic, "web");
    Case::default()
        .sign_in(sign_in)
        .setup(REDEEM, redemption, &["access_token", "id_token", "refresh_token"])
        .shared()
}
