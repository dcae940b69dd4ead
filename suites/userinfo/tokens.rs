//! Which tokens are not taken: of another kind, without `openid`, of another pool, changed, or too old.

use poolproof_harness::prelude::*;

use super::{CODE, MAIN_USER, REFUSAL, STATUS, STYLE, TOKEN, USER_INFO, WEB, WEB_TOKEN, web_token};
use crate::flow::{
    REDEEM, by_user, credentials_of, kept, openid, redeemed_keeping, redemption, shown, sign_in, user_info,
    web_scopes,
};

const TAMPERED: Scenario = Scenario {
    id: "tampered",
    says: "an access token that was changed anywhere is refused",
    covers: &["userinfo.tampered"],
    needs: WEB_TOKEN,
    cases: || {
        // The signature of RS256 with a key of 2048 bits has 342 characters.
        let shorter = (1_usize..=342).prop_map(Edit::DropLast);
        prop_oneof![5 => tampering(), 1 => shorter]
            .prop_map(|edit| {
                let token = kept("access_token").edited(edit);
                web_token().probe("userinfo", user_info(token.clone())).input("token", token)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const UNSIGNED: Scenario = Scenario {
    id: "unsigned",
    says: "an access token whose header says that it is not signed is refused",
    covers: &["userinfo.tampered"],
    needs: WEB_TOKEN,
    cases: || {
        web_scopes()
            .prop_map(|scopes| {
                redeemed_keeping("web", STYLE, &scopes, &["access_token"])
                    .shared()
                    .probe("userinfo", user_info(kept("access_token").edited(Edit::Unsigned)))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const ID_TOKEN: Scenario = Scenario {
    id: "id-token",
    says: "an ID token is refused",
    covers: &["userinfo.id-token"],
    needs: WEB_TOKEN,
    cases: || {
        web_scopes()
            .prop_map(|scopes| {
                redeemed_keeping("web", STYLE, &scopes, &["id_token"])
                    .shared()
                    .probe("userinfo", user_info(kept("id_token")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const MACHINE_TOKEN: Scenario = Scenario {
    id: "machine-token",
    says: "an access token of a machine is refused",
    covers: &["userinfo.m2m-token"],
    needs: &[
        USER_INFO,
        TOKEN,
        Need::Grant(Grant::ClientCredentials),
        Need::Client("machine"),
        Need::ResourceServer,
    ],
    cases: || {
        some_of(api_scopes(&["read", "write", "admin"]))
            .prop_map(|scopes| {
                let request = credentials_of(STYLE, "machine").field("scope", listed(&scopes));
                Case::default()
                    .setup("token", request, &["access_token"])
                    .shared()
                    .probe("userinfo", user_info(Value::captured("token.access_token")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Flow,
};

const SDK_TOKEN: Scenario = Scenario {
    id: "token-from-the-api",
    says: "an access token from InitiateAuth is refused, because it lacks openid",
    covers: &["userinfo.sdk-token"],
    needs: &[USER_INFO, WEB, Need::Client("attributes"), MAIN_USER, Need::Api(Operation::PasswordSignIn)],
    cases: || {
        prop::sample::select(&["web", "attributes"][..])
            .prop_map(|client| {
                Case::default()
                    .api(ApiCall::PasswordSignIn {
                        client: client.to_owned(),
                        username: Value::fixture("user.main.username"),
                        password: Value::fixture("user.main.password"),
                    })
                    .shared()
                    .probe("userinfo", user_info(Value::captured("access_token")))
                    .input("client", client)
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Flow,
};

const NO_OPENID: Scenario = Scenario {
    id: "without-openid",
    says: "an access token without the scope openid is refused",
    covers: &["userinfo.no-openid"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        WEB,
        Need::Client("attributes"),
        Need::SignIn,
        MAIN_USER,
        Need::ResourceServer,
    ],
    cases: || {
        let scope = prop_oneof![Just(("web", api_scope("read"))), Just(("attributes", SELF_SERVICE.into()))];
        scope
            .prop_map(|(role, scope)| {
                redeemed_keeping(role, STYLE, std::slice::from_ref(&scope), &["access_token"])
                    .shared()
                    .probe("userinfo", user_info(kept("access_token")))
                    .input("client", role)
                    .input("scope", scope)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// The scope with which users manage themselves.
pub(super) const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

const OTHER_POOL: Scenario = Scenario {
    id: "of-other-pool",
    says: "an access token of another pool is refused, although the other pool takes it",
    covers: &["userinfo.other-pool"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        Need::Client("web-foreign"),
        Need::User("foreign"),
        Need::SignIn,
        Need::OtherDomain,
    ],
    cases: || {
        web_scopes()
            .prop_map(|scopes| {
                let sign_in = by_user(sign_in("web-foreign", &scopes), "foreign");
                let sign_in = SignIn { at_other_pool: true, ..sign_in };
                let redemption = redemption("web-foreign").client(STYLE, "web-foreign").to_other_pool();
                let request = user_info(kept("access_token"));
                Case::default()
                    .sign_in(sign_in)
                    .setup(REDEEM, redemption, &["access_token"])
                    .setup("at-home", request.clone().to_other_pool(), &["sub"])
                    .shared()
                    .probe("userinfo", request)
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const EXPIRED: Scenario = Scenario {
    id: "expired",
    says: "an access token past its validity is refused",
    covers: &["userinfo.expired"],
    needs: &[
        USER_INFO,
        TOKEN,
        CODE,
        Need::Client("short-lived"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::AdvanceClock),
    ],
    cases: || {
        // Within the validity of the refresh token, so that the session goes on.
        // Just past its end is what a server with a leeway takes.
        prop_oneof![5 => 301_u64..600, 1 => 600_u64..3600]
            .prop_map(|seconds| {
                let request = user_info(kept("access_token"));
                redeemed_keeping("short-lived", STYLE, &openid(), &["access_token"])
                    .setup("before", request.clone(), &["sub"])
                    .api(ApiCall::AdvanceClock(seconds))
                    .probe("userinfo", request)
                    .input("age in seconds", seconds)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Exclusive,
};

/// Which tokens are not taken.
pub const SUITE: Suite = Suite {
    name: "userinfo::tokens",
    scenarios: &[TAMPERED, UNSIGNED, ID_TOKEN, MACHINE_TOKEN, SDK_TOKEN, NO_OPENID, OTHER_POOL, EXPIRED],
};
