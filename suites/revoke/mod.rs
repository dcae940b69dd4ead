//! `POST /oauth2/revoke`: what it takes and refuses, and what a revocation does.

pub mod clients;
pub mod effects;
pub mod requests;

use poolproof_harness::prelude::*;

use crate::flow::{by_user, openid, sign_in, signed_in_keeping};

const REVOKE: Need = Need::Endpoint(Endpoint::Revoke);
const TOKEN: Need = Need::Endpoint(Endpoint::Token);
const USER_INFO: Need = Need::Endpoint(Endpoint::UserInfo);
const CODE: Need = Need::Grant(Grant::AuthorizationCode);
const REFRESH: Need = Need::Grant(Grant::RefreshToken);
const SECOND_USER: Need = Need::User("second");
const WEB: Need = Need::Client("web");
const PUBLIC: Need = Need::Client("public");

/// What a revocation led to.
const OUTCOME: &[Field] = &[Field::Status, Field::BodyEmpty];
/// A refusal, and whether it is none after all.
const REFUSAL: &[Field] = &[Field::Status, Field::Error, Field::Accepted];

/// What is needed to get tokens at the client `web` and to revoke them.
const WEB_TOKENS: &[Need] = &[REVOKE, TOKEN, CODE, WEB, Need::SignIn, SECOND_USER];
/// The same at the client `web` or at one without a secret.
const ANY_TOKENS: &[Need] = &[REVOKE, TOKEN, CODE, WEB, PUBLIC, Need::SignIn, SECOND_USER];

/// `web`, which has a secret, or `public`, which has none.
fn client() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["web", "public"][..])
}

/// The tokens of a sign-in whose refresh token is to be revoked. It is one of the user `second`, so that a target which
/// revokes too much spoils nothing in other suites.
fn tokens(role: &str, style: AuthStyle, scopes: &[Value]) -> Case {
    signed_in_keeping(by_user(sign_in(role, scopes), "second"), role, style, &["refresh_token"])
}

/// Tokens of `web` that no case takes away, because each of them is to be refused: one sign-in for all these cases.
fn spared_tokens() -> Case {
    let sign_in = by_user(sign_in("web", &openid()), "second");
    let keep = &["access_token", "id_token", "refresh_token"];
    signed_in_keeping(sign_in, "web", AuthStyle::Basic, keep).shared()
}
