//! Redeeming authorization codes (RFC 6749 section 4.1.3). Redirect URIs and PKCE have suites of their own.

use poolproof_harness::prelude::*;

use super::{ANSWER, CODE, MAIN_USER, OUTCOME, RESPONSE, TOKEN, WEB_CODE};
use crate::flow::{
    REDEEM, callback, code_request, openid, redemption, shown, sign_in, sign_in_without_scope,
    unproven_redemption, unproven_sign_in, web_scopes, with_param,
};

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "a fresh code gives an access token, an ID token and a refresh token",
    covers: &["token.code.success"],
    needs: WEB_CODE,
    cases: || {
        (web_scopes(), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                Case::default()
                    .sign_in(sign_in("web", &scopes))
                    .probe("redeem", order.fields(redemption("web").client(style, "web")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: RESPONSE,
    effort: Effort::Flow,
};

const SUCCESS_UNPROVEN: Scenario = Scenario {
    id: "success-without-proof-key",
    says: "a client with a secret need not use a proof key",
    covers: &["token.code.success"],
    needs: WEB_CODE,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                Case::default()
                    .sign_in(unproven_sign_in("web"))
                    .probe("redeem", order.fields(unproven_redemption("web").client(style, "web")))
            })
            .boxed()
    },
    watch: RESPONSE,
    effort: Effort::Flow,
};

const NO_OPENID: Scenario = Scenario {
    id: "without-openid",
    says: "without the scope openid there is no ID token",
    covers: &["token.code.no-openid"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER, Need::ResourceServer],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                Case::default()
                    .sign_in(sign_in("web", &[api_scope("read")]))
                    .probe("redeem", order.fields(redemption("web").client(style, "web")))
            })
            .boxed()
    },
    watch: RESPONSE,
    effort: Effort::Flow,
};

const UNKNOWN: Scenario = Scenario {
    id: "unknown",
    says: "a code that was never issued is refused",
    covers: &["token.code.unknown"],
    needs: &[TOKEN, CODE, Need::Client("web")],
    cases: || {
        (unknown_code(), auth_style(), order())
            .prop_map(|(code, style, order)| {
                let request = code_request(code.as_str().into(), callback("web")).client(style, "web");
                Case::one(order.fields(request)).input("code", code)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const UNKNOWN_PUBLIC: Scenario = Scenario {
    id: "unknown-from-public-client",
    says: "a code that was never issued is refused to a client without a secret too",
    covers: &["token.code.unknown"],
    needs: &[TOKEN, CODE, Need::Client("public")],
    cases: || {
        (unknown_code(), order())
            .prop_map(|(code, order)| {
                let request = code_request(code.as_str().into(), callback("public")).public_client("public");
                Case::one(order.fields(request)).input("code", code)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const MALFORMED: Scenario = Scenario {
    id: "malformed",
    says: "a text that is no code of Cognito's is refused",
    covers: &["token.code.malformed"],
    needs: &[TOKEN, CODE, Need::Client("web")],
    cases: || {
        (malformed_code(), auth_style(), order())
            .prop_map(|(code, style, order)| {
                let request = code_request(code.as_str().into(), callback("web")).client(style, "web");
                Case::one(order.fields(request)).input("code", code)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "a code request without a code is refused",
    covers: &["token.code.absent"],
    needs: &[TOKEN, CODE, Need::Client("web")],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = code_request("".into(), callback("web")).without_field("code");
                Case::one(order.fields(request.client(style, "web")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const REUSED: Scenario = Scenario {
    id: "reused",
    says: "a code is good for one redemption",
    covers: &["token.code.reused"],
    needs: WEB_CODE,
    cases: || {
        (web_scopes(), 0_usize..3, auth_style(), order())
            .prop_map(|(scopes, times, style, order)| {
                let request = redemption("web").client(style, "web");
                let used = Case::default().sign_in(sign_in("web", &scopes)).setup(
                    REDEEM,
                    request.clone(),
                    &["access_token"],
                );
                // A server may give in to one who insists.
                (1..=times)
                    .fold(used, |case, time| case.attempt(&format!("again-{time}"), request.clone()))
                    .probe("again", order.fields(request))
                    .input("scope", shown(&scopes))
                    .input("sent again before", times)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const REUSED_UNPROVEN: Scenario = Scenario {
    id: "reused-without-proof-key",
    says: "a code is good for one redemption without a proof key too",
    covers: &["token.code.reused"],
    needs: WEB_CODE,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = unproven_redemption("web").client(style, "web");
                Case::default()
                    .sign_in(unproven_sign_in("web"))
                    .setup(REDEEM, request.clone(), &["access_token"])
                    .probe("again", order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const EXPIRED: Scenario = Scenario {
    id: "expired",
    says: "a code is good for five minutes",
    covers: &["token.code.expired"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER, Need::Api(Operation::AdvanceClock)],
    cases: || {
        (age(), auth_style(), order())
            .prop_map(|(seconds, style, order)| {
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .api(ApiCall::AdvanceClock(seconds))
                    .probe("redeem", order.fields(redemption("web").client(style, "web")))
                    .input("age in seconds", seconds)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Exclusive,
};

/// Seconds that are too many for a code. Just too many is what a server with another limit takes.
fn age() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 301_u64..600, 1 => 600_u64..3_600, 1 => 3_600_u64..86_400]
}

const OTHER_CLIENT: Scenario = Scenario {
    id: "of-other-client",
    says: "a code is good for the client to which it was issued",
    covers: &["token.code.other-client"],
    needs: &[
        TOKEN,
        CODE,
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
            2 => Just(("public", "web")),
        ];
        (pair, auth_style(), order())
            .prop_map(|((issued_to, sent_by), style, order)| {
                let request = redemption(issued_to);
                let request = if sent_by == "public" {
                    request.public_client(sent_by)
                } else {
                    request.client(style, sent_by)
                };
                Case::default()
                    .sign_in(sign_in(issued_to, &openid()))
                    .probe("redeem", order.fields(request))
                    .input("issued to", issued_to)
                    .input("sent by", sent_by)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const FLOW_SWITCHED_OFF: Scenario = Scenario {
    id: "grant-switched-off",
    says: "a code is refused once its client may no longer use codes",
    covers: &["token.code.flow-not-allowed"],
    needs: &[
        TOKEN,
        CODE,
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
        Need::Api(Operation::CreateClient),
        Need::Api(Operation::SetFlows),
    ],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let id = || Value::captured("client_id");
                let request = redemption("web").credentials(style, id(), Value::captured("client_secret"));
                Case::default()
                    .api(ApiCall::CreateClient { like: "web".to_owned(), with: ClientSettings::default() })
                    .sign_in(with_param(sign_in("web", &openid()), "client_id", id()))
                    .api(ApiCall::SetFlows {
                        client_id: id(),
                        like: "web".to_owned(),
                        flows: vec!["implicit".to_owned()],
                    })
                    .probe("redeem", order.fields(request))
                    .cleanup("delete-client", ApiCall::DeleteClient { client_id: id() })
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Exclusive,
};

const UNREADABLE_ATTRIBUTE: Scenario = Scenario {
    id: "unreadable-attribute",
    says: "a code for a scope with an attribute that the client may not read is refused",
    covers: &["token.code.attribute-read-permission"],
    needs: &[TOKEN, CODE, Need::Client("unreadable"), Need::SignIn, MAIN_USER],
    cases: || {
        (all_of(vec!["openid".into(), "email".into()]), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                Case::default()
                    .sign_in(sign_in("unreadable", &scopes))
                    .probe("redeem", order.fields(redemption("unreadable").client(style, "unreadable")))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const SCOPE_OMITTED: Scenario = Scenario {
    id: "scope-omitted-at-authorize",
    says: "a code that was asked for without scope gives every scope of the client",
    covers: &["token.code.scope-omitted-at-authorize"],
    needs: WEB_CODE,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                Case::default()
                    .sign_in(sign_in_without_scope("web"))
                    .probe("redeem", order.fields(redemption("web").client(style, "web")))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Error, Field::Scopes],
    effort: Effort::Flow,
};

const FAILED_ATTEMPT: Scenario = Scenario {
    id: "after-failed-attempt",
    says: "an attempt with a wrong secret does not use the code up",
    covers: &["token.code.failed-attempt-consumes"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::Client("web-other"), Need::SignIn, MAIN_USER],
    cases: || {
        (wrong_secret("web", "web-other"), auth_style(), auth_style(), order())
            .prop_map(|(secret, first, second, order)| {
                let attempt = redemption("web").credentials(first, Value::client_id("web"), secret.clone());
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .attempt("wrong-secret", attempt)
                    .probe("redeem", order.fields(redemption("web").client(second, "web")))
                    .input("secret", secret)
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const SCOPE_ADDED: Scenario = Scenario {
    id: "scope-at-redemption",
    says: "a scope parameter at the redemption changes nothing",
    covers: &["token.code.scope-param"],
    needs: WEB_CODE,
    cases: || {
        let asked = prop_oneof![oidc_scopes().prop_map(|scopes| listed(&scopes)), Just("phone".into()),];
        (asked, auth_style(), order())
            .prop_map(|(asked, style, order)| {
                let request = redemption("web").client(style, "web").field("scope", asked.clone());
                Case::default()
                    .sign_in(sign_in("web", &["openid".into(), "email".into()]))
                    .probe("redeem", order.fields(request))
                    .input("scope at the redemption", asked)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Error, Field::Scopes],
    effort: Effort::Flow,
};

/// Redeeming authorization codes.
pub const SUITE: Suite = Suite {
    name: "token::code",
    scenarios: &[
        SUCCESS,
        SUCCESS_UNPROVEN,
        NO_OPENID,
        UNKNOWN,
        UNKNOWN_PUBLIC,
        MALFORMED,
        ABSENT,
        REUSED,
        REUSED_UNPROVEN,
        EXPIRED,
        OTHER_CLIENT,
        FLOW_SWITCHED_OFF,
        UNREADABLE_ATTRIBUTE,
        SCOPE_OMITTED,
        FAILED_ATTEMPT,
        SCOPE_ADDED,
    ],
};
