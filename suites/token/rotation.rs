//! Refresh token rotation: every refresh gives a new refresh token and ends the old one.

use poolproof_harness::prelude::*;

use super::{ANSWER, CODE, MAIN_USER, OUTCOME, REFRESH, TOKEN};
use crate::flow::{kept, openid, redeemed, refresh, refresh_kept, shown, web_scopes};

const ROTATING: &[Need] = &[TOKEN, CODE, REFRESH, Need::Client("rotating"), Need::SignIn, MAIN_USER];

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "a refresh gives another refresh token besides the others",
    covers: &["token.refresh.success-rotation"],
    needs: ROTATING,
    cases: || {
        (web_scopes(), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                redeemed("rotating", style, &scopes)
                    .probe("refresh", order.fields(refresh_kept(style, "rotating")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[
        Field::Status,
        Field::Issued,
        Field::TokenType,
        Field::ExpiresIn,
        Field::RefreshTokenAgainst("redeem"),
    ],
    effort: Effort::Flow,
};

const SUCCESSOR: Scenario = Scenario {
    id: "chain",
    says: "each new refresh token gives the next one",
    covers: &["token.refresh.success-rotation"],
    needs: ROTATING,
    cases: || {
        (prop_oneof![1 => Just(1_usize), 2 => Just(2), 1 => Just(3)], auth_style(), order())
            .prop_map(|(times, style, order)| {
                let with = |name: &str| {
                    refresh(Value::captured(&format!("{name}.refresh_token"))).client(style, "rotating")
                };
                let mut case = redeemed("rotating", style, &openid());
                let mut last = "redeem".to_owned();
                for time in 1..=times {
                    let name = format!("refresh-{time}");
                    case = case.setup(&name, with(&last), &["refresh_token"]);
                    last = name;
                }
                case.probe("next", order.fields(with(&last))).input("rotated before", times)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const GRACE: Scenario = Scenario {
    id: "grace-period",
    says: "within the grace period the old refresh token is still good",
    covers: &["token.refresh.rotation-grace"],
    needs: &[TOKEN, CODE, REFRESH, Need::Client("rotating-grace"), Need::SignIn, MAIN_USER],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = refresh_kept(style, "rotating-grace");
                redeemed("rotating-grace", style, &openid())
                    .setup("rotate", request.clone(), &["refresh_token"])
                    .probe("again", order.fields(request))
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const REUSE: Scenario = Scenario {
    id: "reuse",
    says: "without a grace period the old refresh token is refused at once",
    covers: &["token.refresh.rotation-reuse"],
    needs: ROTATING,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = refresh_kept(style, "rotating");
                redeemed("rotating", style, &openid())
                    .setup("rotate", request.clone(), &["refresh_token"])
                    .probe("again", order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const AFTER_REUSE: Scenario = Scenario {
    id: "successor-after-reuse",
    says: "the reuse of an old refresh token does not end its successor",
    covers: &["token.refresh.rotation-reuse-kills-family"],
    needs: ROTATING,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let old = refresh_kept(style, "rotating");
                let successor = refresh(Value::captured("rotate.refresh_token")).client(style, "rotating");
                redeemed("rotating", style, &openid())
                    .setup("rotate", old.clone(), &["refresh_token"])
                    .attempt("reuse", old)
                    .probe("successor", order.fields(successor))
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const WRONG_SECRET: Scenario = Scenario {
    id: "wrong-secret",
    says: "a refresh token that rotates does not make up for a wrong secret",
    covers: &["token.client-auth.basic-wrong-secret", "token.client-auth.post-wrong-secret"],
    needs: &[TOKEN, CODE, REFRESH, Need::Client("rotating"), Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || {
        (wrong_secret("rotating", "web"), auth_style(), order())
            .prop_map(|(secret, style, order)| {
                let id = Value::client_id("rotating");
                let request = refresh(kept("refresh_token")).credentials(style, id, secret.clone());
                redeemed("rotating", style, &openid())
                    .probe("refresh", order.fields(request))
                    .input("secret", secret)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

/// Refresh token rotation.
pub const SUITE: Suite = Suite {
    name: "token::rotation",
    scenarios: &[SUCCESS, SUCCESSOR, GRACE, REUSE, AFTER_REUSE, WRONG_SECRET],
};
