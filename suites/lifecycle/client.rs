//! Clients that are deleted, changed or elsewhere.

use poolproof_harness::prelude::*;

use super::{ANSWER, AUTHORIZE, CODE, CREATE_CLIENT, CREDENTIALS, OUTCOME, TOKEN};
use crate::flow::{authorization, callback, openid, redemption_at, sign_in, with_param};

const MAIN_USER: Need = Need::User("main");
const WEB: Need = Need::Client("web");

fn own_id() -> Value {
    Value::captured("client_id")
}

/// A client made for this case alone, with the settings of a role.
fn with_own_client(like: &str) -> Case {
    Case::default().api(ApiCall::CreateClient { like: like.to_owned(), with: ClientSettings::default() })
}

/// Deletes it at the end.
fn cleaned_up(case: Case) -> Case {
    case.cleanup("clean-up", ApiCall::DeleteClient { client_id: own_id() })
}

/// A request with its credentials.
fn by_own_client(request: Request, style: AuthStyle) -> Request {
    request.credentials(style, own_id(), Value::captured("client_secret"))
}

/// An authorization request like that of `web`, by a client with this id.
fn authorization_of(client_id: Value, role: &str, scopes: &[Value]) -> Request {
    let params = authorization(role).into_iter().filter(|(name, _)| name != "client_id");
    let request = Request::get(Endpoint::Authorize).param("client_id", client_id);
    params.fold(request, |request, (name, value)| request.param(&name, value)).param("scope", listed(scopes))
}

/// A sign-in of the user `main` at the client of the case.
fn sign_in_at_own_client(scopes: &[Value]) -> SignIn {
    with_param(sign_in("web", scopes), "client_id", own_id())
}

const DELETED_TOKEN: Scenario = Scenario {
    id: "deleted-token",
    says: "the credentials of a client that was deleted are refused, whatever was asked with them before",
    covers: &["lifecycle.client-deleted.token"],
    needs: &[TOKEN, CREDENTIALS, CREATE_CLIENT],
    cases: || {
        (any::<bool>(), Just(AuthStyle::Post), order())
            .prop_map(|(asked_before, style, order)| {
                let request = || by_own_client(Request::token("client_credentials"), style);
                let case = with_own_client("machine-narrow");
                let case =
                    if asked_before { case.setup("before", request(), &["access_token"]) } else { case };
                cleaned_up(
                    case.api_named("delete", ApiCall::DeleteClient { client_id: own_id() })
                        .probe("after", order.fields(request()))
                        .input("asked before", asked_before),
                )
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const DELETED_CODE: Scenario = Scenario {
    id: "deleted-code",
    says: "a code of a client that was deleted meanwhile is refused",
    covers: &["lifecycle.client-deleted.code"],
    needs: &[TOKEN, CODE, WEB, Need::SignIn, MAIN_USER, CREATE_CLIENT],
    cases: || {
        (Just(AuthStyle::Post), order())
            .prop_map(|(style, order)| {
                let request = by_own_client(redemption_at(callback("web")), style);
                cleaned_up(
                    with_own_client("web")
                        .sign_in(sign_in_at_own_client(&openid()))
                        .api_named("delete", ApiCall::DeleteClient { client_id: own_id() })
                        .probe("redeem", order.fields(request)),
                )
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const DELETED_AUTHORIZE: Scenario = Scenario {
    id: "deleted-authorize",
    says: "a browser is not sent back to a client that was deleted",
    covers: &["lifecycle.client-deleted.authorize"],
    needs: &[AUTHORIZE, WEB, CREATE_CLIENT],
    cases: || {
        with(openid(), vec!["email".into(), "profile".into()])
            .prop_map(|scopes| {
                cleaned_up(
                    with_own_client("web")
                        .api_named("delete", ApiCall::DeleteClient { client_id: own_id() })
                        .probe("authorize", authorization_of(own_id(), "web", &scopes))
                        .input("scope", listed(&scopes)),
                )
            })
            .boxed()
    },
    watch: &[Field::LeadsTo],
    effort: Effort::Flow,
};

const OTHER_DOMAIN: Scenario = Scenario {
    id: "of-other-domain",
    says: "a client of a pool with another domain cannot be signed in at",
    covers: &["lifecycle.client-of-other-domain"],
    needs: &[AUTHORIZE, Need::Client("web-foreign")],
    cases: || {
        with(openid(), vec!["email".into(), "profile".into()])
            .prop_map(|scopes| {
                let client_id = Value::client_id("web-foreign");
                Case::one(authorization_of(client_id, "web-foreign", &scopes)).input("scope", listed(&scopes))
            })
            .boxed()
    },
    watch: &[Field::LeadsTo],
    effort: Effort::Single,
};

/// A code of a client that changes before it is redeemed.
fn changed_before_redemption(with: fn() -> ClientSettings) -> BoxedStrategy<Case> {
    (Just(AuthStyle::Post), order())
        .prop_map(move |(style, order)| {
            let change = ApiCall::UpdateClient { client_id: own_id(), like: "web".to_owned(), with: with() };
            let request = by_own_client(redemption_at(callback("web")), style);
            cleaned_up(
                with_own_client("web")
                    .sign_in(sign_in_at_own_client(&["openid".into(), "email".into()]))
                    .api(change)
                    .probe("redeem", order.fields(request)),
            )
        })
        .boxed()
}

const CALLBACK_REMOVED: Scenario = Scenario {
    id: "callback-removed",
    says: "whether a code is good for a callback URL that was removed meanwhile is recorded",
    covers: &["lifecycle.callback-removed"],
    needs: &[TOKEN, CODE, WEB, Need::SignIn, MAIN_USER, CREATE_CLIENT, Need::Api(Operation::UpdateClient)],
    cases: || {
        changed_before_redemption(|| ClientSettings {
            callbacks: Some(vec![Value::callback("web", 1)]),
            ..ClientSettings::default()
        })
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

/// The client without the scope `email`.
fn without_email() -> ClientSettings {
    ClientSettings { scopes: Some(vec!["openid".into(), "profile".into()]), ..ClientSettings::default() }
}

const SCOPE_REMOVED: Scenario = Scenario {
    id: "scope-removed",
    says: "whether a code is good for a scope that was taken from the client meanwhile is recorded",
    covers: &["lifecycle.scope-removed"],
    needs: &[TOKEN, CODE, WEB, Need::SignIn, MAIN_USER, CREATE_CLIENT, Need::Api(Operation::UpdateClient)],
    cases: || changed_before_redemption(without_email),
    watch: ANSWER,
    effort: Effort::Flow,
};

const SCOPE_REMOVED_REFRESH: Scenario = Scenario {
    id: "scope-removed-refresh",
    says: "whether a refresh is good for a scope that was taken from the client meanwhile is recorded",
    covers: &["lifecycle.scope-removed"],
    needs: &[
        TOKEN,
        CODE,
        Need::Grant(Grant::RefreshToken),
        WEB,
        Need::SignIn,
        MAIN_USER,
        CREATE_CLIENT,
        Need::Api(Operation::UpdateClient),
    ],
    cases: || {
        (Just(AuthStyle::Post), order())
            .prop_map(|(style, order)| {
                let change = ApiCall::UpdateClient {
                    client_id: own_id(),
                    like: "web".to_owned(),
                    with: without_email(),
                };
                let redeem = by_own_client(redemption_at(callback("web")), style);
                let refresh = crate::flow::refresh(crate::flow::kept("refresh_token"));
                cleaned_up(
                    with_own_client("web")
                        .sign_in(sign_in_at_own_client(&["openid".into(), "email".into()]))
                        .setup(crate::flow::REDEEM, redeem, &["refresh_token"])
                        .api(change)
                        .probe("refresh", order.fields(by_own_client(refresh, style))),
                )
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const SECRET_ADDED: Scenario = Scenario {
    id: "secret-added",
    says: "the first secret is as good as before when a second one was added",
    covers: &["lifecycle.secret-added"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-two-secrets")],
    cases: || {
        (Just(AuthStyle::Post), order())
            .prop_map(|(style, order)| {
                let request = Request::token("client_credentials").client(style, "machine-two-secrets");
                Case::one(order.fields(request))
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Single,
};

/// Clients that are deleted, changed or elsewhere.
pub const SUITE: Suite = Suite {
    name: "lifecycle::client",
    scenarios: &[
        DELETED_TOKEN,
        DELETED_CODE,
        DELETED_AUTHORIZE,
        OTHER_DOMAIN,
        CALLBACK_REMOVED,
        SCOPE_REMOVED,
        SCOPE_REMOVED_REFRESH,
        SECRET_ADDED,
    ],
};
