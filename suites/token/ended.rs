//! Refresh tokens whose session has ended: revoked, signed out, expired, or without a user.

use poolproof_harness::prelude::*;

use super::{CODE, MAIN_USER, OUTCOME, REFRESH, TOKEN};
use crate::flow::{
    by_throwaway, create_throwaway, kept, openid, redeemed, redemption, refresh_kept, sign_in,
};

/// A user made for this case signs in at `web`, something happens to the user, and the refresh token is used.
/// `wait` milliseconds lie before it.
fn after(happens: fn(Value) -> ApiCall, wait: u64) -> BoxedStrategy<Case> {
    (throwaway_username(), auth_style(), order())
        .prop_map(move |(username, style, order)| {
            let signed_in = Case::default()
                .api(create_throwaway(&username))
                .sign_in(by_throwaway(sign_in("web", &openid()), &username))
                .setup(crate::flow::REDEEM, redemption("web").client(style, "web"), &["refresh_token"]);
            let waited = if wait > 0 { signed_in.pause(wait) } else { signed_in };
            waited
                .api(happens(username.as_str().into()))
                .probe("refresh", order.fields(refresh_kept(style, "web")))
                .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                .input("user", username)
        })
        .boxed()
}

const REVOKED: Scenario = Scenario {
    id: "revoked",
    says: "a refresh token that was revoked at the revocation endpoint is refused",
    covers: &["token.refresh.revoked"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Endpoint(Endpoint::Revoke),
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
    ],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let revoke = Request::post_form(Endpoint::Revoke)
                    .field("token", kept("refresh_token"))
                    .client(AuthStyle::Basic, "web");
                redeemed("web", style, &openid())
                    .setup("revoke", revoke, &[])
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const REVOKED_BY_API: Scenario = Scenario {
    id: "revoked-by-the-api",
    says: "a refresh token that was revoked through the API is refused",
    covers: &["token.refresh.revoked"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::RevokeToken),
    ],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                redeemed("web", style, &openid())
                    .api(ApiCall::RevokeToken { client: "web".to_owned(), token: kept("refresh_token") })
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const SIGNED_OUT: Scenario = Scenario {
    id: "signed-out-everywhere",
    says: "a refresh token of a user who was signed out everywhere is refused",
    covers: &["token.refresh.global-sign-out"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::GlobalSignOut),
    ],
    // Times of issue are whole seconds: within the same one, a token may be younger than the sign-out.
    cases: || after(|username| ApiCall::GlobalSignOut { username }, 1100),
    watch: OUTCOME,
    effort: Effort::Flow,
};

const DISABLED: Scenario = Scenario {
    id: "user-disabled",
    says: "a refresh token of a user who was disabled is refused",
    covers: &["token.refresh.user-disabled"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::DisableUser),
    ],
    cases: || after(|username| ApiCall::DisableUser { username }, 0),
    watch: OUTCOME,
    effort: Effort::Flow,
};

const DELETED: Scenario = Scenario {
    id: "user-deleted",
    says: "a refresh token of a user who was deleted is refused",
    covers: &["token.refresh.user-deleted"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::SignIn,
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::DeleteUser),
    ],
    cases: || after(|username| ApiCall::DeleteUser { username }, 0),
    watch: OUTCOME,
    effort: Effort::Flow,
};

const EXPIRED: Scenario = Scenario {
    id: "expired",
    says: "a refresh token past its validity is refused",
    covers: &["token.refresh.expired"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("short-lived"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::AdvanceClock),
    ],
    cases: || {
        (3601_u64..7 * 86_400, auth_style(), order())
            .prop_map(|(seconds, style, order)| {
                redeemed("short-lived", style, &openid())
                    .api(ApiCall::AdvanceClock(seconds))
                    .probe("refresh", order.fields(refresh_kept(style, "short-lived")))
                    .input("age in seconds", seconds)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Exclusive,
};

/// Refresh tokens whose session has ended.
pub const SUITE: Suite = Suite {
    name: "token::ended",
    scenarios: &[REVOKED, REVOKED_BY_API, SIGNED_OUT, DISABLED, DELETED, EXPIRED],
};
