//! How the access token is presented (RFC 6750 section 2), and how a request without a good one is refused (section 3).

use poolproof_harness::prelude::*;

use super::{REFUSAL, STATUS, USER_INFO, WEB_TOKEN, web_token};
use crate::flow::{kept, user_info};

/// A request without a token, with any parameters that mean nothing.
fn tokenless() -> BoxedStrategy<Request> {
    (prop::option::of(extra_fields()), prop::option::of(origin()))
        .prop_map(|(extra, origin)| {
            let request = Request::get(Endpoint::UserInfo);
            let request = match origin {
                Some(origin) => request.header("Origin", origin),
                None => request,
            };
            extra.into_iter().flatten().fold(request, |request, (name, value)| request.param(&name, value))
        })
        .boxed()
}

const NO_TOKEN: Scenario = Scenario {
    id: "no-token",
    says: "a request without a token is refused",
    covers: &["userinfo.no-token"],
    needs: &[USER_INFO],
    cases: || tokenless().prop_map(Case::one).boxed(),
    watch: REFUSAL,
    effort: Effort::Single,
};

/// An `Authorization` that is no bearer token in the sense of RFC 6750, although it holds this one: another scheme, no
/// token after the scheme, or more than one.
fn malformed(token: &Value) -> BoxedStrategy<Value> {
    let token = token.clone();
    let scheme = prop_oneof![
        prop::sample::select(&["Basic", "Digest", "Token", "DPoP", "JWT", "OAuth", "AWS4-HMAC-SHA256"][..])
            .prop_map(str::to_owned),
        "[A-Z][a-z]{2,9}".prop_filter("the right scheme", |scheme| scheme != "Bearer"),
    ];
    let joined = |parts: Vec<Value>| Value::Joined(parts);
    let (first, second, third) = (token.clone(), token.clone(), token);
    in_turn(vec![
        scheme.prop_map(move |scheme| joined(vec![format!("{scheme} ").into(), first.clone()])).boxed(),
        prop::sample::select(&["Bearer", "bearer", "Bearer "][..]).prop_map(Value::from).boxed(),
        Just(joined(vec!["Bearer Bearer ".into(), second])).boxed(),
        Just(joined(vec!["Bearer ".into(), third.clone(), ", Bearer ".into(), third])).boxed(),
    ])
}

const MALFORMED: Scenario = Scenario {
    id: "malformed-header",
    says: "a good token in a header of the wrong form is refused",
    covers: &["userinfo.malformed-header"],
    needs: WEB_TOKEN,
    cases: || {
        malformed(&kept("access_token"))
            .prop_map(|value| {
                let request = Request::get(Endpoint::UserInfo).header("Authorization", value.clone());
                web_token().probe("userinfo", request).input("Authorization", value)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const GARBAGE: Scenario = Scenario {
    id: "garbage",
    says: "a text that is no token is refused",
    covers: &["userinfo.garbage-token"],
    needs: &[USER_INFO],
    cases: || {
        bearer_credentials()
            .prop_map(|token| Case::one(user_info(token.clone())).input("token", token))
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// Requests without a good token, of every kind that needs no sign-in.
fn refused() -> BoxedStrategy<Case> {
    prop_oneof![
        tokenless().prop_map(|request| Case::one(request).input("refused for", "no token")),
        bearer_credentials().prop_map(|token| {
            Case::one(user_info(token.clone())).input("refused for", "no such token").input("token", token)
        }),
        malformed(&"no.such.token".into()).prop_map(|value| {
            let request = Request::get(Endpoint::UserInfo).header("Authorization", value.clone());
            Case::one(request).input("refused for", "malformed header").input("Authorization", value)
        }),
    ]
    .boxed()
}

const CHALLENGE: Scenario = Scenario {
    id: "challenge",
    says: "every refusal says why in WWW-Authenticate, without naming a scheme",
    covers: &["userinfo.www-authenticate-scheme"],
    needs: &[USER_INFO],
    cases: refused,
    watch: &[Field::Challenge, Field::Disclosed],
    effort: Effort::Single,
};

const ERROR_BODY: Scenario = Scenario {
    id: "error-body",
    says: "a refusal has no body, or a JSON object with a text error",
    covers: &["userinfo.error-body"],
    needs: &[USER_INFO],
    cases: refused,
    watch: &[Field::ErrorBody, Field::Disclosed],
    effort: Effort::Single,
};

const POST: Scenario = Scenario {
    id: "post",
    says: "POST says the same as GET",
    covers: &["userinfo.post"],
    needs: WEB_TOKEN,
    cases: || {
        any::<bool>()
            .prop_map(|with_form| {
                let request = if with_form {
                    Request::post_form(Endpoint::UserInfo)
                } else {
                    Request::new("POST", Endpoint::UserInfo)
                };
                web_token()
                    .probe("userinfo", request.bearer(kept("access_token")))
                    .input("with a form", with_form)
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Flow,
};

const QUERY: Scenario = Scenario {
    id: "token-in-query",
    says: "a good token in the query does not count",
    covers: &["userinfo.query-token"],
    needs: WEB_TOKEN,
    cases: || {
        tokenless()
            .prop_map(|request| {
                web_token().probe("userinfo", request.param("access_token", kept("access_token")))
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Flow,
};

const PATH: Scenario = Scenario {
    id: "path-in-lower-case",
    says: "the path with a small i is another one",
    covers: &["userinfo.path-case"],
    needs: WEB_TOKEN,
    cases: || {
        prop::option::of(extra_fields())
            .prop_map(|extra| {
                let request = user_info(kept("access_token")).at(Edit::LowerCasePath);
                let params = extra.into_iter().flatten();
                let request = params.fold(request, |request, (name, value)| request.param(&name, value));
                web_token().probe("userinfo", request)
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Flow,
};

/// How the token is presented.
pub const SUITE: Suite = Suite {
    name: "userinfo::bearer",
    scenarios: &[NO_TOKEN, MALFORMED, GARBAGE, CHALLENGE, ERROR_BODY, POST, QUERY, PATH],
};
