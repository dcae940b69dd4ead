//! What ID, access and refresh tokens hold, in whatever way they were obtained.
//!
//! Nothing that these scenarios look at is used up by looking: where the user and the client are those of the fixture,
//! scenarios share sign-ins and answers. What a token needs at the least, and its signature, is looked at for every way
//! of getting one; other claims are looked at for each grant.

pub mod access;
pub mod attributes;
pub mod groups;
pub mod header;
pub mod id;
pub mod lifetime;
pub mod machine;
pub mod scope;
pub mod session;
pub mod username;

use poolproof_harness::prelude::*;

use crate::flow::{
    credentials_of, kept, openid, redeemed, redemption, refresh, refresh_kept, scoped, sign_in,
    signed_in_and_redeemed, unproven_redemption, unproven_sign_in, with_param,
};

const TOKEN: Need = Need::Endpoint(Endpoint::Token);
const CODE: Need = Need::Grant(Grant::AuthorizationCode);
const REFRESH: Need = Need::Grant(Grant::RefreshToken);
const CREDENTIALS: Need = Need::Grant(Grant::ClientCredentials);
const MAIN_USER: Need = Need::User("main");
const PASSWORD_SIGN_IN: Need = Need::Api(Operation::PasswordSignIn);

/// What [`by_code`] needs.
const WEB_CODE: &[Need] = &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER];
/// What [`by_public_code`] needs.
const PUBLIC_CODE: &[Need] = &[TOKEN, CODE, Need::Client("public"), Need::SignIn, MAIN_USER];
/// What [`by_refresh`] needs.
const WEB_REFRESH: &[Need] = &[TOKEN, CODE, REFRESH, Need::Client("web"), Need::SignIn, MAIN_USER];
/// What [`by_implicit`] needs.
const IMPLICIT: &[Need] = &[Need::Grant(Grant::Implicit), Need::Client("implicit"), Need::SignIn, MAIN_USER];
/// What [`by_api`] needs.
const API: &[Need] = &[PASSWORD_SIGN_IN, Need::Client("web"), MAIN_USER];
/// What [`by_machine`] needs.
const MACHINE: &[Need] = &[TOKEN, CREDENTIALS, Need::Client("machine"), Need::ResourceServer];

/// `openid` with or without the other scopes of the client; their order is of no account here.
fn scopes(others: &'static [&'static str]) -> BoxedStrategy<Vec<Value>> {
    prop::sample::subsequence(others, 0..=others.len())
        .prop_map(|others| [openid(), others.into_iter().map(Value::from).collect()].concat())
        .boxed()
}

/// How `web` authenticates where that is not the point: in the way that most targets know.
const STYLE: AuthStyle = AuthStyle::Post;

/// The tokens for a code of `web`.
fn by_code() -> BoxedStrategy<Case> {
    by_code_with(STYLE, true)
}

/// The same with the other client authentication.
fn by_code_with_basic() -> BoxedStrategy<Case> {
    by_code_with(AuthStyle::Basic, true)
}

/// The same without a proof key.
fn by_unproven_code() -> BoxedStrategy<Case> {
    by_code_with(STYLE, false)
}

fn by_code_with(style: AuthStyle, is_proven: bool) -> BoxedStrategy<Case> {
    scopes(&["email", "profile"])
        .prop_map(move |scopes| {
            let (sign_in, redemption) = if is_proven {
                (sign_in("web", &scopes), redemption("web"))
            } else {
                (with_param(unproven_sign_in("web"), "scope", listed(&scopes)), unproven_redemption("web"))
            };
            Case::default().sign_in(sign_in).probe("redeem", redemption.client(style, "web")).shared()
        })
        .boxed()
}

/// The tokens for a code of a client without a secret.
fn by_public_code() -> BoxedStrategy<Case> {
    scopes(&["email", "profile"])
        .prop_map(|scopes| {
            Case::default()
                .sign_in(sign_in("public", &scopes))
                .probe("redeem", redemption("public").public_client("public"))
                .shared()
        })
        .boxed()
}

/// The tokens of a refresh at `web`.
fn by_refresh() -> BoxedStrategy<Case> {
    by_refresh_with(STYLE)
}

/// The same with the other client authentication.
fn by_refresh_with_basic() -> BoxedStrategy<Case> {
    by_refresh_with(AuthStyle::Basic)
}

fn by_refresh_with(style: AuthStyle) -> BoxedStrategy<Case> {
    scopes(&["email", "profile"])
        .prop_map(move |scopes| {
            redeemed("web", style, &scopes).probe("refresh", refresh_kept(style, "web")).shared()
        })
        .boxed()
}

/// The tokens of a refresh by a client without a secret.
fn by_public_refresh() -> BoxedStrategy<Case> {
    scopes(&["email", "profile"])
        .prop_map(|scopes| {
            let redemption = redemption("public").public_client("public");
            signed_in_and_redeemed(sign_in("public", &scopes), redemption)
                .probe("refresh", refresh(kept("refresh_token")).public_client("public"))
                .shared()
        })
        .boxed()
}

/// A sign-in with the implicit grant.
fn implicit_sign_in(scopes: &[Value]) -> SignIn {
    let sign_in = with_param(unproven_sign_in("implicit"), "response_type", "token".into());
    with_param(sign_in, "scope", listed(scopes))
}

/// The tokens in the URL to which the implicit grant leads.
fn by_implicit() -> BoxedStrategy<Case> {
    scopes(&["email"])
        .prop_map(|scopes| Case::default().probe_sign_in("sign-in", implicit_sign_in(&scopes)).shared())
        .boxed()
}

/// The tokens of a sign-in through the API.
fn by_api() -> BoxedStrategy<Case> {
    Just(Case::default().probe_api("sign-in", password_sign_in("web", "main")).shared()).boxed()
}

fn password_sign_in(client: &str, user: &str) -> ApiCall {
    ApiCall::PasswordSignIn {
        client: client.to_owned(),
        username: Value::fixture(&format!("user.{user}.username")),
        password: Value::fixture(&format!("user.{user}.password")),
    }
}

/// The token of a client for itself, with and without `scope`.
fn by_machine() -> BoxedStrategy<Case> {
    by_machine_with(STYLE)
}

/// The same with the other client authentication.
fn by_machine_with_basic() -> BoxedStrategy<Case> {
    by_machine_with(AuthStyle::Basic)
}

fn by_machine_with(style: AuthStyle) -> BoxedStrategy<Case> {
    prop::option::of(prop::sample::subsequence(api_scopes(&["read", "write", "admin"]), 1..=3))
        .prop_map(move |scope| {
            let request = credentials_of(style, "machine");
            Case::one(scoped(request, scope.map(|scope| listed(&scope)))).shared()
        })
        .boxed()
}
