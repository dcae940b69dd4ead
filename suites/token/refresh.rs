//! Refreshing tokens without rotation (RFC 6749 section 6, `OpenID` Connect Core section 12).

use poolproof_harness::prelude::*;

use super::{ANSWER, CODE, MAIN_USER, OUTCOME, REFRESH, RESPONSE, TOKEN, WEB_REFRESH};
use crate::flow::{
    kept, openid, redeemed, redemption, refresh, refresh_kept, shown, sign_in, signed_in_and_redeemed,
    web_scopes,
};

/// Longer than a second, the unit of all times in tokens, in milliseconds.
const MORE_THAN_A_SECOND: u64 = 1100;
const GRANTED_SCOPES: &[Field] = &[Field::Status, Field::Error, Field::Scopes];

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "a refresh gives an access token and an ID token, and no other refresh token",
    covers: &["token.refresh.success"],
    needs: WEB_REFRESH,
    cases: || {
        (web_scopes(), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                redeemed("web", style, &scopes)
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: RESPONSE,
    effort: Effort::Flow,
};

const PUBLIC: Scenario = Scenario {
    id: "public-client",
    says: "a client without a secret refreshes with its client_id alone",
    covers: &["token.refresh.success", "token.client-auth.public-ok"],
    needs: &[TOKEN, CODE, REFRESH, Need::Client("public"), Need::SignIn, MAIN_USER],
    cases: || {
        (web_scopes(), order())
            .prop_map(|(scopes, order)| {
                let request = refresh(kept("refresh_token")).public_client("public");
                signed_in_and_redeemed(
                    sign_in("public", &scopes),
                    redemption("public").public_client("public"),
                )
                .probe("refresh", order.fields(request))
                .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const REUSABLE: Scenario = Scenario {
    id: "repeated",
    says: "the same refresh token can be used again and again",
    covers: &["token.refresh.original-reusable"],
    needs: WEB_REFRESH,
    cases: || {
        (prop_oneof![2 => Just(1_usize), 2 => Just(2), 1 => Just(3)], auth_style(), order())
            .prop_map(|(times, style, order)| {
                let request = refresh_kept(style, "web");
                let case = (1..=times).fold(redeemed("web", style, &openid()), |case, time| {
                    case.setup(&format!("refresh-{time}"), request.clone(), &["access_token"])
                });
                case.probe("again", order.fields(request)).input("used before", times)
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const SDK_TOKEN: Scenario = Scenario {
    id: "token-from-the-api",
    says: "a refresh token from InitiateAuth is good at the token endpoint",
    covers: &["token.refresh.sdk-token"],
    needs: &[TOKEN, REFRESH, Need::Client("web"), MAIN_USER, Need::Api(Operation::PasswordSignIn)],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = refresh(Value::captured("refresh_token")).client(style, "web");
                Case::default()
                    .api(ApiCall::PasswordSignIn {
                        client: "web".to_owned(),
                        username: Value::fixture("user.main.username"),
                        password: Value::fixture("user.main.password"),
                    })
                    .probe("refresh", order.fields(request))
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const KEPT_SCOPES: Scenario = Scenario {
    id: "keeps-scopes",
    says: "a refresh gives neither more nor fewer scopes than the sign-in did",
    covers: &["token.refresh.scope-carry-over"],
    needs: WEB_REFRESH,
    cases: || {
        (web_scopes(), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                redeemed("web", style, &scopes)
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::SameClaim(Token::Access, "scope", "redeem")],
    effort: Effort::Flow,
};

const NARROWER_SCOPE: Scenario = Scenario {
    id: "narrower-scope",
    says: "a narrower scope changes nothing",
    covers: &["token.refresh.scope-param"],
    needs: WEB_REFRESH,
    cases: || {
        let granted = || vec!["openid".into(), "profile".into(), "email".into()];
        // At least one of three is left out, so that the list is narrower in fact.
        let narrower = (all_of(granted()), 1_usize..3).prop_map(|(mut scopes, count)| {
            scopes.truncate(count);
            scopes
        });
        (narrower, auth_style(), order())
            .prop_map(move |(narrower, style, order)| {
                let request = refresh_kept(style, "web").field("scope", listed(&narrower));
                redeemed("web", style, &granted())
                    .probe("refresh", order.fields(request))
                    .input("scope", shown(&narrower))
            })
            .boxed()
    },
    watch: GRANTED_SCOPES,
    effort: Effort::Flow,
};

const WIDER_SCOPE: Scenario = Scenario {
    id: "wider-scope",
    says: "a wider scope gains nothing",
    covers: &["token.refresh.scope-wider"],
    needs: WEB_REFRESH,
    cases: || {
        let others = vec!["email".into(), "profile".into(), "phone".into()];
        (some_of(others), any::<bool>(), auth_style(), order())
            .prop_map(|(others, with_openid, style, order)| {
                let wider = if with_openid { [openid(), others].concat() } else { others };
                let request = refresh_kept(style, "web").field("scope", listed(&wider));
                redeemed("web", style, &openid())
                    .probe("refresh", order.fields(request))
                    .input("scope", shown(&wider))
            })
            .boxed()
    },
    watch: GRANTED_SCOPES,
    effort: Effort::Flow,
};

const AUTH_TIME: Scenario = Scenario {
    id: "auth-time",
    says: "auth_time stays the time of the sign-in",
    covers: &["token.refresh.auth-time"],
    needs: WEB_REFRESH,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                redeemed("web", style, &openid())
                    .pause(MORE_THAN_A_SECOND)
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
            })
            .boxed()
    },
    watch: &[
        Field::SameClaim(Token::Access, "auth_time", "redeem"),
        Field::SameClaim(Token::Id, "auth_time", "redeem"),
    ],
    effort: Effort::Flow,
};

const ORIGIN_JTI: Scenario = Scenario {
    id: "origin-jti",
    says: "origin_jti stays, and every token has a jti of its own",
    covers: &["token.refresh.origin-jti"],
    needs: WEB_REFRESH,
    cases: || {
        (web_scopes(), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                redeemed("web", style, &scopes)
                    .probe("refresh", order.fields(refresh_kept(style, "web")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[
        Field::SameClaim(Token::Access, "origin_jti", "redeem"),
        Field::SameClaim(Token::Id, "origin_jti", "redeem"),
        Field::SameClaim(Token::Access, "jti", "redeem"),
        Field::SameClaim(Token::Id, "jti", "redeem"),
    ],
    effort: Effort::Flow,
};

/// Refreshing tokens without rotation.
pub const SUITE: Suite = Suite {
    name: "token::refresh",
    scenarios: &[
        SUCCESS,
        PUBLIC,
        REUSABLE,
        SDK_TOKEN,
        KEPT_SCOPES,
        NARROWER_SCOPE,
        WIDER_SCOPE,
        AUTH_TIME,
        ORIGIN_JTI,
    ],
};
