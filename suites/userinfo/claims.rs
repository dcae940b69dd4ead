//! What userInfo says about a user, by scopes and permissions to read.

use poolproof_harness::prelude::*;

use super::tokens::SELF_SERVICE;
use super::{CODE, STYLE, TOKEN, USER_INFO, WEB_TOKEN};
use crate::flow::{
    REDEEM, by_user, kept, redeemed_keeping, redemption, shown, sign_in, user_info, web_scopes,
};

/// What is needed for the user of whom everything is known, at the client that may read everything.
const DETAILED: &[Need] =
    &[USER_INFO, TOKEN, CODE, Need::Client("attributes"), Need::User("detailed"), Need::SignIn];

/// The answer to the user `main` at `web`, with any scopes.
fn about_main() -> BoxedStrategy<Case> {
    web_scopes()
        .prop_map(|scopes| {
            redeemed_keeping("web", STYLE, &scopes, &["access_token"])
                .shared()
                .probe("userinfo", user_info(kept("access_token")))
                .input("scope", shown(&scopes))
        })
        .boxed()
}

/// A sign-in of the user `detailed` at `attributes`.
fn detailed(scopes: &[Value]) -> SignIn {
    by_user(sign_in("attributes", scopes), "detailed")
}

/// The answer to the user `detailed` at `attributes`, with these scopes in any order.
fn about_detailed(scopes: &[&str]) -> BoxedStrategy<Case> {
    let scopes = scopes.iter().map(|scope| Value::from(*scope)).collect();
    all_of(scopes)
        .prop_map(|scopes| {
            Case::default()
                .sign_in(detailed(&scopes))
                .setup(REDEEM, redemption("attributes").client(STYLE, "attributes"), &["access_token"])
                .shared()
                .probe("userinfo", user_info(kept("access_token")))
                .input("scope", shown(&scopes))
        })
        .boxed()
}

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "an access token with openid is answered with a JSON object about its user",
    covers: &["userinfo.success"],
    needs: WEB_TOKEN,
    cases: about_main,
    watch: &[Field::Status, Field::MediaType, Field::Members(&["sub", "username"])],
    effort: Effort::Flow,
};

const NOT_CACHED: Scenario = Scenario {
    id: "not-cached",
    says: "what is said about a user is kept from caches, old ones too",
    covers: &["userinfo.success"],
    needs: WEB_TOKEN,
    cases: about_main,
    watch: &[Field::Disclosed, Field::CacheControl, Field::Header("pragma"), Field::Header("expires")],
    effort: Effort::Flow,
};

const SUB: Scenario = Scenario {
    id: "sub",
    says: "sub is that of the access token",
    covers: &["userinfo.sub"],
    needs: WEB_TOKEN,
    cases: about_main,
    watch: &[Field::MemberIsClaim("sub", Token::Access, "sub", REDEEM)],
    effort: Effort::Flow,
};

const USERNAME: Scenario = Scenario {
    id: "username",
    says: "the user is named",
    covers: &["userinfo.username"],
    needs: WEB_TOKEN,
    cases: about_main,
    watch: &[Field::MemberIsClaim("username", Token::Access, "username", REDEEM)],
    effort: Effort::Flow,
};

const VERIFIED_EMAIL: Scenario = Scenario {
    id: "email-verified",
    says: "email_verified is a text",
    covers: &["userinfo.verified-strings"],
    needs: WEB_TOKEN,
    cases: || {
        with(vec!["openid".into(), "email".into()], vec!["profile".into()])
            .prop_map(|scopes| {
                redeemed_keeping("web", STYLE, &scopes, &["access_token"])
                    .shared()
                    .probe("userinfo", user_info(kept("access_token")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::MemberKind("email_verified")],
    effort: Effort::Flow,
};

const VERIFIED_PHONE: Scenario = Scenario {
    id: "phone-number-verified",
    says: "phone_number_verified is a text",
    covers: &["userinfo.verified-strings"],
    needs: DETAILED,
    cases: || about_detailed(&["openid", "phone"]),
    watch: &[Field::MemberKind("phone_number_verified")],
    effort: Effort::Flow,
};

const ONLY_OPENID: Scenario = Scenario {
    id: "openid-alone",
    says: "openid alone shows everything that the client may read",
    covers: &["userinfo.scope.openid-only"],
    needs: DETAILED,
    cases: || about_detailed(&["openid"]),
    watch: &[
        Field::Status,
        Field::Members(&[
            "sub",
            "email",
            "email_verified",
            "phone_number",
            "phone_number_verified",
            "name",
            "custom:plan",
        ]),
    ],
    effort: Effort::Flow,
};

const EMAIL: Scenario = Scenario {
    id: "openid-and-email",
    says: "email shows the address, and the phone number stays hidden",
    covers: &["userinfo.scope.openid-email"],
    needs: DETAILED,
    cases: || about_detailed(&["openid", "email"]),
    // What a basic profile is, is not said: other attributes are not looked at.
    watch: &[
        Field::Status,
        Field::Members(&["sub", "email", "email_verified"]),
        Field::NoMembers(&["phone_number", "phone_number_verified"]),
    ],
    effort: Effort::Flow,
};

const PHONE: Scenario = Scenario {
    id: "openid-and-phone",
    says: "phone shows the phone number, and the e-mail address stays hidden",
    covers: &["userinfo.scope.openid-phone"],
    needs: DETAILED,
    cases: || about_detailed(&["openid", "phone"]),
    watch: &[
        Field::Status,
        Field::Members(&["sub", "phone_number", "phone_number_verified"]),
        Field::NoMembers(&["email", "email_verified"]),
    ],
    effort: Effort::Flow,
};

const PROFILE: Scenario = Scenario {
    id: "openid-and-profile",
    says: "profile shows names and custom attributes, and addresses stay hidden",
    covers: &["userinfo.scope.openid-profile"],
    needs: DETAILED,
    cases: || about_detailed(&["openid", "profile"]),
    watch: &[
        Field::Status,
        Field::Members(&["sub", "name", "custom:plan"]),
        Field::NoMembers(&["email", "email_verified", "phone_number", "phone_number_verified"]),
    ],
    effort: Effort::Flow,
};

const SELF_SERVICE_ADDED: Scenario = Scenario {
    id: "self-service-scope",
    says: "the scope with which users manage themselves shows no more and no less",
    covers: &["userinfo.scope.admin-no-effect"],
    needs: DETAILED,
    cases: || {
        let others = vec!["email".into(), "phone".into(), "profile".into()];
        (with(vec!["openid".into()], others), order())
            .prop_map(|(scopes, order)| {
                let request = redemption("attributes").client(STYLE, "attributes");
                let mut more = scopes.clone();
                more.push(SELF_SERVICE.into());
                let other = SignIn { prefix: "other-".to_owned(), ..detailed(&order.of(more)) };
                let again =
                    request.clone().without_field("code").field("code", Value::captured("other-code"));
                Case::default()
                    .sign_in(detailed(&scopes))
                    .setup(REDEEM, request, &["access_token"])
                    .setup("without", user_info(kept("access_token")), &["sub"])
                    .sign_in(other)
                    .setup("other", again, &["access_token"])
                    .shared()
                    .probe("userinfo", user_info(Value::captured("other.access_token")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::SameMembers("without")],
    effort: Effort::Flow,
};

/// What is said about a user.
pub const SUITE: Suite = Suite {
    name: "userinfo::claims",
    scenarios: &[
        SUCCESS,
        NOT_CACHED,
        SUB,
        USERNAME,
        VERIFIED_EMAIL,
        VERIFIED_PHONE,
        ONLY_OPENID,
        EMAIL,
        PHONE,
        PROFILE,
        SELF_SERVICE_ADDED,
    ],
};
