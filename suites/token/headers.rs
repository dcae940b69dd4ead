//! Headers and form of the answers of the token endpoint.

use poolproof_harness::prelude::*;

use super::{CODE, CREDENTIALS, MACHINE, REFRESH, TOKEN};
use crate::flow::{callback, code_request, credentials_of, refresh};

/// What the requests of [`refused`] need.
const REFUSED: &[Need] = &[
    TOKEN,
    CREDENTIALS,
    CODE,
    REFRESH,
    Need::Client("machine"),
    Need::Client("machine-narrow"),
    Need::Client("web"),
    Need::ResourceServer,
];

/// Requests that are known to be refused with status 400, of every kind that needs no sign-in.
fn refused() -> BoxedStrategy<(&'static str, Request)> {
    prop_oneof![
        (wrong_secret("machine", "machine-narrow"), auth_style()).prop_map(|(secret, style)| {
            let id = Value::client_id("machine");
            ("wrong secret", Request::token("client_credentials").credentials(style, id, secret))
        }),
        unknown_client_id("machine").prop_map(|id| {
            let secret = Value::client_secret("machine");
            ("unknown client", Request::token("client_credentials").basic(id, secret))
        }),
        auth_style().prop_map(|style| {
            ("no grant_type", credentials_of(style, "machine").without_field("grant_type"))
        }),
        (unknown_grant_type(), auth_style()).prop_map(|(name, style)| {
            ("unknown grant_type", Request::token(&name).client(style, "machine"))
        }),
        (unknown_scope(), auth_style()).prop_map(|(scope, style)| {
            ("unknown scope", credentials_of(style, "machine").field("scope", scope))
        }),
        auth_style().prop_map(|style| {
            let scope = api_scope("write");
            ("scope of others", credentials_of(style, "machine-narrow").field("scope", scope))
        }),
        (unknown_code(), auth_style()).prop_map(|(code, style)| {
            ("unknown code", code_request(code.into(), callback("web")).client(style, "web"))
        }),
        auth_style().prop_map(|style| {
            let request = code_request("".into(), callback("web")).without_field("code");
            ("no code", request.client(style, "web"))
        }),
        auth_style().prop_map(|style| {
            let request = refresh("".into()).without_field("refresh_token");
            ("no refresh token", request.client(style, "web"))
        }),
    ]
    .boxed()
}

/// Each of these requests, its fields in any order.
fn refusals() -> BoxedStrategy<Case> {
    (refused(), order())
        .prop_map(|((kind, request), order)| Case::one(order.fields(request)).input("refused for", kind))
        .boxed()
}

/// Client credentials requests that are granted, in every way of authentication and with every choice of scopes.
fn grants() -> BoxedStrategy<Request> {
    (some_of(api_scopes(&["read", "write", "admin"])), auth_style(), order())
        .prop_map(|(scopes, style, order)| {
            order.fields(credentials_of(style, "machine").field("scope", listed(&scopes)))
        })
        .boxed()
}

const ERROR_SHAPE: Scenario = Scenario {
    id: "error-shape",
    says: "every refusal is a JSON object with a text error, and has status 400",
    covers: &["token.error.shape"],
    needs: REFUSED,
    cases: refusals,
    watch: &[Field::Status, Field::MediaType, Field::ErrorShape, Field::Issued],
    effort: Effort::Single,
};

const ERROR_CACHING: Scenario = Scenario {
    id: "refusals-are-not-cached",
    says: "no refusal may be stored",
    covers: &["token.headers.cache-control"],
    needs: REFUSED,
    cases: refusals,
    watch: &[Field::CacheControl, Field::Issued],
    effort: Effort::Single,
};

const PRAGMA: Scenario = Scenario {
    id: "pragma",
    says: "refusals and tokens are kept from old caches too",
    covers: &["token.headers.pragma"],
    needs: REFUSED,
    cases: || prop_oneof![refusals(), grants().prop_map(Case::one)].boxed(),
    watch: &[Field::Header("pragma")],
    effort: Effort::Single,
};

const TOKEN_CACHING: Scenario = Scenario {
    id: "tokens-are-not-cached",
    says: "no answer with a token may be stored",
    covers: &["token.headers.cache-control-success"],
    needs: MACHINE,
    cases: || grants().prop_map(Case::one).boxed(),
    watch: &[Field::Issued, Field::CacheControl],
    effort: Effort::Single,
};

const MEDIA_TYPE: Scenario = Scenario {
    id: "tokens-are-json",
    says: "an answer with a token is declared as JSON",
    covers: &["token.headers.success-content-type"],
    needs: MACHINE,
    cases: || grants().prop_map(Case::one).boxed(),
    watch: &[Field::Status, Field::MediaType, Field::AccessToken],
    effort: Effort::Single,
};

const CORS: Scenario = Scenario {
    id: "cors",
    says: "any origin may read the answers",
    covers: &["token.headers.cors"],
    needs: REFUSED,
    cases: || {
        let request = prop_oneof![grants(), refused().prop_map(|(_, request)| request)];
        (request, origin())
            .prop_map(|(request, origin)| {
                Case::one(request.header("Origin", origin.as_str())).input("Origin", origin)
            })
            .boxed()
    },
    watch: &[Field::Header("access-control-allow-origin")],
    effort: Effort::Single,
};

const PREFLIGHT: Scenario = Scenario {
    id: "cors-preflight",
    says: "any origin may ask whether it may send requests",
    covers: &["token.headers.cors-preflight"],
    needs: &[TOKEN],
    cases: || {
        let headers = prop::sample::subsequence(vec!["authorization", "content-type"], 0..=2);
        (origin(), headers)
            .prop_map(|(origin, headers)| {
                let request = Request::new("OPTIONS", Endpoint::Token)
                    .header("Origin", origin.as_str())
                    .header("Access-Control-Request-Method", "POST");
                let request = if headers.is_empty() {
                    request
                } else {
                    request.header("Access-Control-Request-Headers", headers.join(", "))
                };
                Case::one(request).input("Origin", origin).input("headers", headers.join(", "))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Header("access-control-allow-origin")],
    effort: Effort::Single,
};

const NO_CHALLENGE: Scenario = Scenario {
    id: "no-www-authenticate",
    says: "failed Basic authentication is a plain 400 without a challenge",
    covers: &["token.headers.www-authenticate"],
    needs: &[
        TOKEN,
        CREDENTIALS,
        Need::Client("machine"),
        Need::Client("machine-narrow"),
        Need::ResourceServer,
    ],
    cases: || {
        (wrong_secret("machine", "machine-narrow"), order())
            .prop_map(|(secret, order)| {
                let id = Value::client_id("machine");
                let request = Request::token("client_credentials").basic(id, secret.clone());
                Case::one(order.fields(request)).input("secret", secret)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Error, Field::HasHeader("www-authenticate"), Field::Issued],
    effort: Effort::Single,
};

/// Headers and form of the answers.
pub const SUITE: Suite = Suite {
    name: "token::headers",
    scenarios: &[
        ERROR_SHAPE,
        ERROR_CACHING,
        PRAGMA,
        TOKEN_CACHING,
        MEDIA_TYPE,
        CORS,
        PREFLIGHT,
        NO_CHALLENGE,
    ],
};
