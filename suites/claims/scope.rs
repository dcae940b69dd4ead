//! What access tokens of users are good for: their scopes, and the resource that they are bound to.

use poolproof_harness::prelude::*;

use super::{API, CODE, MAIN_USER, REFRESH, STYLE, TOKEN, by_api, implicit_sign_in};
use crate::flow::{
    REDEEM, openid, redeemed, redemption, refresh_kept, shown, sign_in, signed_in_and_redeemed, with_param,
};

/// `openid` with any other scopes of the client `web`, those of a resource server too, in every order.
fn asked() -> BoxedStrategy<Vec<Value>> {
    with(openid(), vec!["email".into(), "profile".into(), api_scope("read")])
}

const GRANTED: Scenario = Scenario {
    id: "granted",
    says: "scope in the access token for a code has the scopes that were granted",
    covers: &["claims.access.scope"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER, Need::ResourceServer],
    cases: || {
        asked()
            .prop_map(|scopes| {
                Case::default()
                    .sign_in(sign_in("web", &scopes))
                    .probe(REDEEM, redemption("web").client(STYLE, "web"))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::ScopesOf("scope")],
    effort: Effort::Flow,
};

const GRANTED_REFRESH: Scenario = Scenario {
    id: "granted-refresh",
    says: "scope in the access token of a refresh has the scopes that were granted",
    needs: &[TOKEN, CODE, REFRESH, Need::Client("web"), Need::SignIn, MAIN_USER, Need::ResourceServer],
    cases: || {
        asked()
            .prop_map(|scopes| {
                redeemed("web", STYLE, &scopes)
                    .probe("refresh", refresh_kept(STYLE, "web"))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    ..GRANTED
};

const GRANTED_IMPLICIT: Scenario = Scenario {
    id: "granted-implicit",
    says: "scope in the access token of the implicit grant has the scopes that were granted",
    needs: &[
        Need::Grant(Grant::Implicit),
        Need::Client("implicit"),
        Need::SignIn,
        MAIN_USER,
        Need::ResourceServer,
    ],
    cases: || {
        with(openid(), vec!["email".into(), api_scope("read")])
            .prop_map(|scopes| {
                Case::default()
                    .probe_sign_in("sign-in", implicit_sign_in(&scopes))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    ..GRANTED
};

const GRANTED_STANDARD: Scenario = Scenario {
    id: "granted-standard",
    says: "scope has the standard scopes that were granted, that of the API for users among them",
    needs: &[TOKEN, CODE, Need::Client("attributes"), Need::SignIn, MAIN_USER],
    cases: || {
        let others = ["email", "phone", "profile", "aws.cognito.signin.user.admin"].map(Value::from);
        with(openid(), others.to_vec())
            .prop_map(|scopes| {
                Case::default()
                    .sign_in(sign_in("attributes", &scopes))
                    .probe(REDEEM, redemption("attributes").client(STYLE, "attributes"))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    ..GRANTED
};

const SDK: Scenario = Scenario {
    id: "api",
    says: "the access token of a sign-in through the API is good for the API for users alone",
    covers: &["claims.access.sdk-scope"],
    needs: API,
    cases: by_api,
    watch: &[Field::Scopes],
    effort: Effort::Flow,
};

/// A sign-in for the resource server.
fn bound(sign_in: SignIn) -> SignIn {
    with_param(sign_in, "resource", Value::fixture("resource-server"))
}

fn with_or_without_api_scope() -> BoxedStrategy<Vec<Value>> {
    with(openid(), vec![api_scope("read"), "email".into()])
}

const BOUND: Scenario = Scenario {
    id: "bound",
    says: "aud of an access token that was asked for a resource is that resource",
    covers: &["claims.access.aud-bound"],
    needs: &[
        TOKEN,
        CODE,
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
        Need::ResourceServer,
        Need::ManagedLogin,
    ],
    cases: || {
        with_or_without_api_scope()
            .prop_map(|scopes| {
                Case::default()
                    .sign_in(bound(sign_in("web", &scopes)))
                    .probe(REDEEM, redemption("web").client(STYLE, "web"))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::Claim(Token::Access, "aud")],
    effort: Effort::Flow,
};

const BOUND_REFRESH: Scenario = Scenario {
    id: "bound-refresh",
    says: "aud of an access token of a refresh is the resource that was asked for at the sign-in",
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
        Need::ResourceServer,
        Need::ManagedLogin,
    ],
    cases: || {
        with_or_without_api_scope()
            .prop_map(|scopes| {
                let redemption = redemption("web").client(STYLE, "web");
                signed_in_and_redeemed(bound(sign_in("web", &scopes)), redemption)
                    .probe("refresh", refresh_kept(STYLE, "web"))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    ..BOUND
};

const BOUND_IMPLICIT: Scenario = Scenario {
    id: "bound-implicit",
    says: "aud of an access token of the implicit grant is the resource that was asked for",
    needs: &[
        Need::Grant(Grant::Implicit),
        Need::Client("implicit"),
        Need::SignIn,
        MAIN_USER,
        Need::ResourceServer,
        Need::ManagedLogin,
    ],
    cases: || {
        with_or_without_api_scope()
            .prop_map(|scopes| {
                Case::default()
                    .probe_sign_in("sign-in", bound(implicit_sign_in(&scopes)))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    ..BOUND
};

/// What access tokens of users are good for.
pub const SUITE: Suite = Suite {
    name: "claims::scope",
    scenarios: &[
        GRANTED,
        GRANTED_REFRESH,
        GRANTED_IMPLICIT,
        GRANTED_STANDARD,
        SDK,
        BOUND,
        BOUND_REFRESH,
        BOUND_IMPLICIT,
    ],
};
