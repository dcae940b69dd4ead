//! Access tokens whose session has ended before their time: revoked, signed out, or without a user.

use poolproof_harness::prelude::*;

use super::{CODE, MAIN_USER, REFUSAL, TOKEN, USER_INFO, WEB};
use crate::flow::{
    REDEEM, by_throwaway, create_throwaway, kept, redeemed_keeping, redemption, shown, sign_in, user_info,
    web_scopes,
};

/// A user made for this case signs in at `web`, something happens to the user, and the access token is presented. `wait`
/// milliseconds lie before it.
fn after(happens: fn(Value) -> ApiCall, wait: u64) -> BoxedStrategy<Case> {
    (throwaway_username(), web_scopes(), auth_style())
        .prop_map(move |(username, scopes, style)| {
            let request = user_info(kept("access_token"));
            let signed_in = Case::default()
                .api(create_throwaway(&username))
                .sign_in(by_throwaway(sign_in("web", &scopes), &username))
                .setup(REDEEM, redemption("web").client(style, "web"), &["access_token"])
                .setup("before", request.clone(), &["sub"]);
            let waited = if wait > 0 { signed_in.pause(wait) } else { signed_in };
            waited
                .api(happens(username.as_str().into()))
                .until_refused("wait", request.clone())
                .probe("userinfo", request)
                .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                .input("user", username)
                .input("scope", shown(&scopes))
        })
        .boxed()
}

const REVOKED: Scenario = Scenario {
    id: "revoked",
    says: "an access token is refused once its refresh token was revoked through the API",
    covers: &["userinfo.revoked"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        WEB,
        Need::Client("public"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::RevokeToken),
    ],
    cases: || {
        (prop::sample::select(&["web", "public"][..]), web_scopes(), auth_style())
            .prop_map(|(role, scopes, style)| {
                let request = user_info(kept("access_token"));
                redeemed_keeping(role, style, &scopes, &["access_token", "refresh_token"])
                    .setup("before", request.clone(), &["sub"])
                    .api(ApiCall::RevokeToken { client: role.to_owned(), token: kept("refresh_token") })
                    .until_refused("wait", request.clone())
                    .probe("userinfo", request)
                    .input("client", role)
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const SIGNED_OUT: Scenario = Scenario {
    id: "signed-out-everywhere",
    says: "an access token of a user who was signed out everywhere is refused",
    covers: &["userinfo.signed-out"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        WEB,
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::GlobalSignOut),
    ],
    // Times of issue are whole seconds: within the same one, a token may be younger than the sign-out.
    cases: || after(|username| ApiCall::GlobalSignOut { username }, 1100),
    watch: REFUSAL,
    effort: Effort::Flow,
};

const DISABLED: Scenario = Scenario {
    id: "user-disabled",
    says: "an access token of a user who was disabled is refused",
    covers: &["userinfo.user-disabled"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        WEB,
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::DisableUser),
    ],
    cases: || after(|username| ApiCall::DisableUser { username }, 0),
    watch: REFUSAL,
    effort: Effort::Flow,
};

const DELETED: Scenario = Scenario {
    id: "user-deleted",
    says: "an access token of a user who was deleted is refused",
    covers: &["userinfo.user-disabled"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        WEB,
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::DeleteUser),
    ],
    cases: || after(|username| ApiCall::DeleteUser { username }, 0),
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// Access tokens whose session has ended.
pub const SUITE: Suite =
    Suite { name: "userinfo::ended", scenarios: &[REVOKED, SIGNED_OUT, DISABLED, DELETED] };
