//! Sign-outs that must lead nowhere but to the domain itself: no open redirect.

use poolproof_harness::prelude::*;

use super::{CLIENTS, LOGOUT, logout_uri, sign_out, to_sign_in, to_url};
use crate::browser::role;
use crate::flow::{callback, openid, redemption, sign_in};

/// Where a refused sign-out leads.
const REFUSAL: &[Field] = &[Field::Status, Field::LeavesTo];

/// A sign-out at this client that asks for this URL.
fn asks_for(role: &str, url: Value, order: Order) -> Case {
    Case::one(sign_out(order.of(to_url(role, url.clone())))).input("client", role).input("logout_uri", url)
}

const NEITHER: Scenario = Scenario {
    id: "neither",
    says: "a sign-out with neither logout_uri nor redirect_uri leads to an error page",
    covers: &["logout.neither"],
    needs: CLIENTS,
    cases: || {
        (role(), prop::option::of(state_text()))
            .prop_map(|(role, state)| {
                let state = state.map(|state| ("state", Value::from(state)));
                let id = ("client_id", Value::client_id(role));
                Case::one(sign_out([id].into_iter().chain(state).collect())).input("client", role)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const NEAR_MISS: Scenario = Scenario {
    id: "near-miss",
    says: "a logout_uri that differs from a registered one by a detail is never led to",
    covers: &["logout.logout-uri-unregistered"],
    needs: CLIENTS,
    cases: || {
        let mut edits = redirect_near_misses();
        edits.extend([
            prop_oneof![Just(String::new()), "[a-z]{1,8}"].prop_map(Edit::Fragment).boxed(),
            Just(Edit::TrailingSlash).boxed(),
            "\\.[a-z]{1,8}\\.example\\.test".prop_map(Edit::Append).boxed(),
            "/[a-z]{1,8}".prop_map(Edit::PathSuffix).boxed(),
        ]);
        (role(), in_turn(edits), order())
            .prop_map(|(role, edit, order)| asks_for(role, logout_uri(role).edited(edit), order))
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const ELSEWHERE: Scenario = Scenario {
    id: "elsewhere",
    says: "a logout_uri that has nothing to do with a registered one is never led to",
    covers: &["logout.logout-uri-unregistered"],
    needs: CLIENTS,
    cases: || {
        (role(), redirect_elsewhere(), order())
            .prop_map(|(role, url, order)| asks_for(role, url.into(), order))
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const CALLBACK: Scenario = Scenario {
    id: "callback-as-logout-uri",
    says: "a callback URL is no sign-out URL",
    covers: &["logout.logout-uri-unregistered"],
    needs: CLIENTS,
    cases: || {
        (role(), 0_usize..2, order())
            .prop_map(|(role, index, order)| asks_for(role, Value::callback(role, index), order))
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const BESIDE_REDIRECT: Scenario = Scenario {
    id: "unregistered-beside-redirect-uri",
    says: "beside a registered redirect_uri an unregistered logout_uri counts as absent",
    covers: &["logout.logout-uri-unregistered"],
    needs: CLIENTS,
    cases: || {
        (role(), 0_usize..2, redirect_elsewhere(), order())
            .prop_map(|(role, index, url, order)| {
                let mut params = to_sign_in(role, Value::callback(role, index));
                params.push(("logout_uri", url.as_str().into()));
                params.push(("scope", listed(&openid())));
                Case::one(sign_out(order.of(params))).input("client", role).input("logout_uri", url)
            })
            .boxed()
    },
    watch: &[Field::LeavesTo],
    effort: Effort::Single,
};

const WITHOUT_CLIENT: Scenario = Scenario {
    id: "without-client-id",
    says: "without client_id, or with its name misspelt, logout_uri is never led to",
    covers: &["logout.client-id-missing"],
    needs: CLIENTS,
    cases: || {
        let misspelt =
            prop::sample::select(&["clientId", "client-id", "clientid", "Client_Id", "client", "id"][..]);
        (role(), prop::option::of(misspelt), prop::option::of(state_text()), order())
            .prop_map(|(role, misspelt, state, order)| {
                let mut params = vec![("logout_uri", logout_uri(role))];
                params.extend(misspelt.map(|name| (name, Value::client_id(role))));
                params.extend(state.map(|state| ("state", Value::from(state))));
                Case::one(sign_out(order.of(params)))
                    .input("client_id sent as", misspelt.unwrap_or("nothing"))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const UNKNOWN_CLIENT: Scenario = Scenario {
    id: "unknown-client",
    says: "for a client that does not exist, or no longer, logout_uri is never led to",
    covers: &["logout.client-unknown"],
    needs: &[LOGOUT, Need::Client("web"), Need::Client("public"), Need::Client("deleted")],
    cases: || {
        let id = prop_oneof![3 => unknown_client_id("web"), 1 => Just(Value::client_id("deleted"))];
        (role(), id, order())
            .prop_map(|(role, id, order)| {
                let params = vec![("client_id", id.clone()), ("logout_uri", logout_uri(role))];
                Case::one(sign_out(order.of(params))).input("client_id", id)
            })
            .boxed()
    },
    watch: &[Field::LeavesTo],
    effort: Effort::Single,
};

/// The parameters of `OpenID` Connect RP-Initiated Logout, with this hint.
fn oidc(role: &str, hint: Option<Value>, client_id: bool, state: Option<String>, order: Order) -> Request {
    let mut params = vec![("post_logout_redirect_uri", logout_uri(role))];
    params.extend(hint.map(|hint| ("id_token_hint", hint)));
    params.extend(client_id.then(|| ("client_id", Value::client_id(role))));
    params.extend(state.map(|state| ("state", Value::from(state))));
    sign_out(order.of(params))
}

const OIDC: Scenario = Scenario {
    id: "oidc-parameters",
    says: "post_logout_redirect_uri is never led to",
    covers: &["logout.post-logout-redirect-uri"],
    needs: CLIENTS,
    cases: || {
        let hint = prop::option::of(jwt_like());
        (role(), hint, any::<bool>(), prop::option::of(state_text()), order())
            .prop_map(|(role, hint, client_id, state, order)| {
                Case::one(oidc(role, hint.map(Value::from), client_id, state, order)).input("client", role)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const OIDC_WITH_HINT: Scenario = Scenario {
    id: "oidc-parameters-with-id-token",
    says: "post_logout_redirect_uri is never led to, even with the ID token of a sign-in",
    covers: &["logout.post-logout-redirect-uri"],
    needs: &[
        LOGOUT,
        Need::Endpoint(Endpoint::Token),
        Need::Grant(Grant::AuthorizationCode),
        Need::Client("web"),
        Need::User("main"),
        Need::SignIn,
    ],
    cases: || {
        (any::<bool>(), prop::option::of(state_text()), order())
            .prop_map(|(client_id, state, order)| {
                let redeem = redemption("web").client(AuthStyle::Post, "web");
                let hint = Value::captured("redeem.id_token");
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .setup("redeem", redeem, &["id_token"])
                    .shared()
                    .probe("sign-out", oidc("web", Some(hint), client_id, state, order))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const POSTED: Scenario = Scenario {
    id: "posted",
    says: "a sign-out that is posted is refused",
    covers: &["logout.method"],
    needs: CLIENTS,
    cases: || {
        (role(), any::<bool>(), any::<bool>(), order())
            .prop_map(|(role, again, in_form, order)| {
                let params =
                    if again { to_sign_in(role, callback(role)) } else { to_url(role, logout_uri(role)) };
                let mut request = sign_out(order.of(params.clone()));
                "POST".clone_into(&mut request.method);
                if in_form {
                    request = params
                        .into_iter()
                        .fold(request.header("Content-Type", FORM), |request, (name, value)| {
                            request.field(name, value)
                        });
                }
                Case::one(request)
                    .input("client", role)
                    .input("parameters", if in_form { "in query and form" } else { "in the query" })
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// Sign-outs that must lead nowhere.
pub const SUITE: Suite = Suite {
    name: "logout::refused",
    scenarios: &[
        NEITHER,
        NEAR_MISS,
        ELSEWHERE,
        CALLBACK,
        BESIDE_REDIRECT,
        WITHOUT_CLIENT,
        UNKNOWN_CLIENT,
        OIDC,
        OIDC_WITH_HINT,
        POSTED,
    ],
};
