//! Refresh tokens that are none, or that belong to another client.

use poolproof_harness::prelude::*;

use super::{CODE, MAIN_USER, OUTCOME, REFRESH, TOKEN, WEB_REFRESH};
use crate::flow::{REDEEM, kept, openid, redeemed, redemption, refresh, refresh_kept, sign_in, web_scopes};

const WEB: &[Need] = &[TOKEN, REFRESH, Need::Client("web")];

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a refresh without a refresh token is refused",
    covers: &["token.refresh.param-missing"],
    needs: WEB,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                Case::one(order.fields(Request::token("refresh_token").client(style, "web")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const GARBAGE: Scenario = Scenario {
    id: "garbage",
    says: "a refresh token that nobody issued is refused, whatever its form",
    covers: &["token.refresh.garbage"],
    needs: WEB,
    cases: || {
        (refresh_garbage(), auth_style(), order())
            .prop_map(|(token, style, order)| {
                let request = refresh(token.as_str().into()).client(style, "web");
                Case::one(order.fields(request)).input("refresh_token", token)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const GARBAGE_PUBLIC: Scenario = Scenario {
    id: "garbage-from-public-client",
    says: "a refresh token that nobody issued is refused to a client without a secret too",
    covers: &["token.refresh.garbage"],
    needs: &[TOKEN, REFRESH, Need::Client("public")],
    cases: || {
        (refresh_garbage(), order())
            .prop_map(|(token, order)| {
                let request = refresh(token.as_str().into()).public_client("public");
                Case::one(order.fields(request)).input("refresh_token", token)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const TAMPERED: Scenario = Scenario {
    id: "tampered",
    says: "a refresh token with one character changed is refused",
    covers: &["token.refresh.tampered"],
    needs: WEB_REFRESH,
    cases: || {
        (tampering(), auth_style(), order())
            .prop_map(|(edit, style, order)| {
                let token = kept("refresh_token").edited(edit);
                redeemed("web", style, &openid())
                    .probe("refresh", order.fields(refresh(token.clone()).client(style, "web")))
                    .input("refresh_token", token)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const OTHER_TOKEN: Scenario = Scenario {
    id: "other-token-instead",
    says: "an access token or an ID token is no refresh token",
    covers: &["token.refresh.access-token-instead"],
    needs: WEB_REFRESH,
    cases: || {
        let member = prop::sample::select(&["access_token", "id_token"][..]);
        (member, web_scopes(), auth_style(), order())
            .prop_map(|(member, scopes, style, order)| {
                Case::default()
                    .sign_in(sign_in("web", &scopes))
                    .setup(REDEEM, redemption("web").client(style, "web"), &[member])
                    .probe("refresh", order.fields(refresh(kept(member)).client(style, "web")))
                    .input("sent", member)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const OTHER_CLIENT: Scenario = Scenario {
    id: "of-other-client",
    says: "a refresh token is good for the client to which it was issued",
    covers: &["token.refresh.other-client"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::Client("web-other"),
        Need::Client("public"),
        Need::SignIn,
        MAIN_USER,
    ],
    cases: || {
        let pair = prop_oneof![
            1 => Just(("web", "web-other")),
            1 => Just(("web-other", "web")),
            2 => Just(("web", "public")),
        ];
        (pair, auth_style(), order())
            .prop_map(|((issued_to, sent_by), style, order)| {
                let request = refresh(kept("refresh_token"));
                let request = if sent_by == "public" {
                    request.public_client(sent_by)
                } else {
                    request.client(style, sent_by)
                };
                redeemed(issued_to, style, &openid())
                    .probe("refresh", order.fields(request))
                    .input("issued to", issued_to)
                    .input("sent by", sent_by)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const NOT_ALLOWED: Scenario = Scenario {
    id: "not-allowed",
    says: "a client that may not refresh tokens is refused",
    covers: &["token.refresh.not-allowed"],
    needs: &[TOKEN, CODE, REFRESH, Need::Client("no-refresh"), Need::SignIn, MAIN_USER],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                redeemed("no-refresh", style, &openid())
                    .probe("refresh", order.fields(refresh_kept(style, "no-refresh")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

/// Refresh tokens that are none, or another client's.
pub const SUITE: Suite = Suite {
    name: "token::refresh-refused",
    scenarios: &[ABSENT, GARBAGE, GARBAGE_PUBLIC, TAMPERED, OTHER_TOKEN, OTHER_CLIENT, NOT_ALLOWED],
};
