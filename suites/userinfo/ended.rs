//! Access tokens whose session has ended before their time: revoked, signed out, or without a user.

use poolproof_harness::prelude::*;

use super::{CODE, REFUSAL, STYLE, TOKEN, USER_INFO, WEB};
use crate::flow::{for_throwaway, kept, shown, throwaway_keeping, user_info, web_scopes};

/// A user made for this case signs in at `web`, something happens to the user, and the access token is presented. `wait`
/// milliseconds lie before it.
fn after(happens: ApiCall, wait: u64, username: &str, scopes: &[Value]) -> Case {
    let request = user_info(kept("access_token"));
    let signed_in = throwaway_keeping(username, ("web", STYLE), scopes, &["access_token"]).setup(
        "before",
        request.clone(),
        &["sub"],
    );
    let waited = if wait > 0 { signed_in.pause(wait) } else { signed_in };
    waited
        .api(happens)
        .until_refused("wait", request.clone())
        .probe("userinfo", request)
        .input("scope", shown(scopes))
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
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::RevokeToken),
    ],
    cases: || {
        let role = prop::sample::select(&["web", "public"][..]);
        for_throwaway((role, web_scopes()), |username, (role, scopes)| {
            let request = user_info(kept("access_token"));
            let keep = &["access_token", "refresh_token"];
            throwaway_keeping(username, (role, STYLE), &scopes, keep)
                .setup("before", request.clone(), &["sub"])
                .api(ApiCall::RevokeToken { client: role.to_owned(), token: kept("refresh_token") })
                .until_refused("wait", request.clone())
                .probe("userinfo", request)
                .input("client", role)
                .input("scope", shown(&scopes))
        })
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
    cases: || {
        for_throwaway(web_scopes(), |username, scopes| {
            after(ApiCall::GlobalSignOut { username: username.into() }, 1100, username, &scopes)
        })
    },
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
    cases: || {
        for_throwaway(web_scopes(), |username, scopes| {
            after(ApiCall::DisableUser { username: username.into() }, 0, username, &scopes)
        })
    },
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
    cases: || {
        for_throwaway(web_scopes(), |username, scopes| {
            after(ApiCall::DeleteUser { username: username.into() }, 0, username, &scopes)
        })
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// Access tokens whose session has ended.
pub const SUITE: Suite =
    Suite { name: "userinfo::ended", scenarios: &[REVOKED, SIGNED_OUT, DISABLED, DELETED] };
