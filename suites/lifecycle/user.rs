//! Users that are disabled, enabled, deleted or signed out between the requests of a client.

use poolproof_harness::prelude::*;

use super::{CODE, CREATE_USER, OUTCOME, TOKEN, USER_INFO};
use crate::flow::{
    REDEEM, authorization, by_throwaway, create_throwaway, kept, openid, redemption, sign_in, web_scopes,
};

/// Times of issue are whole seconds: within the same one, a token may be younger than what happens to its user.
const A_SECOND: u64 = 1100;

const WEB: Need = Need::Client("web");
const DISABLE: Need = Need::Api(Operation::DisableUser);

/// Deletes the user of the case at the end, and notes the name.
fn cleaned_up(case: Case, username: String) -> Case {
    case.cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
        .input("user", username)
}

/// A user made for this case gets a code at `web`, something happens to the user, and the code is redeemed.
fn code_after(happens: fn(Value) -> ApiCall) -> BoxedStrategy<Case> {
    (throwaway_username(), web_scopes(), Just(AuthStyle::Post), order())
        .prop_map(move |(username, scopes, style, order)| {
            let case = Case::default()
                .api(create_throwaway(&username))
                .sign_in(by_throwaway(sign_in("web", &scopes), &username))
                .api(happens(username.as_str().into()))
                .probe("redeem", order.fields(redemption("web").client(style, "web")));
            cleaned_up(case, username).input("scope", listed(&scopes))
        })
        .boxed()
}

const DISABLED_CODE: Scenario = Scenario {
    id: "disabled-code",
    says: "a code whose user was disabled meanwhile brings no tokens",
    covers: &["lifecycle.user-disabled.code"],
    needs: &[TOKEN, CODE, WEB, Need::SignIn, CREATE_USER, DISABLE],
    cases: || code_after(|username| ApiCall::DisableUser { username }),
    watch: OUTCOME,
    effort: Effort::Flow,
};

const DELETED_CODE: Scenario = Scenario {
    id: "deleted-code",
    says: "a code whose user was deleted meanwhile brings no tokens",
    covers: &["lifecycle.user-deleted.code"],
    needs: &[TOKEN, CODE, WEB, Need::SignIn, CREATE_USER, Need::Api(Operation::DeleteUser)],
    cases: || code_after(|username| ApiCall::DeleteUser { username }),
    watch: OUTCOME,
    effort: Effort::Flow,
};

const ENABLED_AGAIN: Scenario = Scenario {
    id: "enabled-again",
    says: "access tokens from before their user was disabled stay refused when the user is enabled again",
    covers: &["lifecycle.user-disabled.tokens"],
    needs: &[
        TOKEN,
        CODE,
        USER_INFO,
        WEB,
        Need::SignIn,
        CREATE_USER,
        DISABLE,
        Need::Api(Operation::EnableUser),
    ],
    cases: || {
        (throwaway_username(), web_scopes(), Just(AuthStyle::Post), 1_usize..3)
            .prop_map(|(username, scopes, style, times)| {
                let bearer = Value::Joined(vec!["Bearer ".into(), kept("access_token")]);
                let mut case = Case::default()
                    .api(create_throwaway(&username))
                    .sign_in(by_throwaway(sign_in("web", &scopes), &username))
                    .setup(REDEEM, redemption("web").client(style, "web"), &["access_token"])
                    .pause(A_SECOND);
                for time in 1..=times {
                    let user = || username.as_str().into();
                    case = case
                        .api_named(&format!("disable-{time}"), ApiCall::DisableUser { username: user() })
                        .api_named(&format!("enable-{time}"), ApiCall::EnableUser { username: user() });
                }
                let request = Request::get(Endpoint::UserInfo).header("Authorization", bearer);
                cleaned_up(case.probe("userInfo", request), username)
                    .input("scope", listed(&scopes))
                    .input("times", times)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Disclosed],
    effort: Effort::Flow,
};

const DISABLED_LOGIN: Scenario = Scenario {
    id: "disabled-login",
    says: "a user who is disabled cannot sign in with the right password",
    covers: &["lifecycle.user-disabled.login"],
    needs: &[WEB, Need::SignIn, CREATE_USER, DISABLE],
    cases: || {
        (throwaway_username(), web_scopes())
            .prop_map(|(username, scopes)| {
                let case = Case::default()
                    .api(create_throwaway(&username))
                    .api(ApiCall::DisableUser { username: username.as_str().into() })
                    .probe_sign_in("sign-in", by_throwaway(sign_in("web", &scopes), &username));
                cleaned_up(case, username).input("scope", listed(&scopes))
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

const COOKIE: Scenario = Scenario {
    id: "cookie-after-sign-out",
    says: "a browser that is signed in gets a code without a password after a global sign-out too",
    covers: &["lifecycle.sign-out.cookie"],
    needs: &[
        Need::Endpoint(Endpoint::Authorize),
        WEB,
        Need::SignIn,
        CREATE_USER,
        Need::Api(Operation::GlobalSignOut),
    ],
    cases: || {
        (throwaway_username(), web_scopes())
            .prop_map(|(username, scopes)| {
                // Whether `state` comes back is another fact's concern.
                let authorize = authorization("web")
                    .into_iter()
                    .filter(|(name, _)| name != "state")
                    .fold(Request::get(Endpoint::Authorize), |it, (name, value)| it.param(&name, value))
                    .param("scope", listed(&scopes))
                    .in_browser();
                let case = Case::default()
                    .api(create_throwaway(&username))
                    .sign_in(by_throwaway(sign_in("web", &openid()), &username))
                    .pause(A_SECOND)
                    .api(ApiCall::GlobalSignOut { username: username.as_str().into() })
                    .probe("authorize", authorize);
                cleaned_up(case, username).input("scope", listed(&scopes))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

/// Users that are disabled, enabled, deleted or signed out.
pub const SUITE: Suite = Suite {
    name: "lifecycle::user",
    scenarios: &[DISABLED_CODE, DELETED_CODE, ENABLED_AGAIN, DISABLED_LOGIN, COOKIE],
};
