//! Form fields of token requests: the grant type, repeated and unknown fields, and fields in the wrong place.

use poolproof_harness::prelude::*;

use super::{ANSWER, MACHINE, OUTCOME, TOKEN, WEB_CODE};
use crate::flow::{callback, credentials_of, openid, sign_in, with_challenge};

const NO_GRANT_TYPE: Scenario = Scenario {
    id: "grant-type-absent",
    says: "a request without grant_type is refused",
    covers: &["token.grant-type.absent"],
    needs: &[TOKEN, Need::Client("machine")],
    cases: || {
        let others = prop::sample::subsequence(
            vec![("scope", "openid".into()), ("redirect_uri", "https://app.poolproof.test/callback".into())],
            0..=2,
        );
        (others, auth_style(), order())
            .prop_map(|(others, style, order)| {
                let request = credentials_of(style, "machine").without_field("grant_type");
                let others = others.into_iter().map(|(name, value)| (name.to_owned(), value));
                Case::one(order.fields(request.fields(others)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

/// A request of the role `machine` with this grant type, its fields in any order.
fn with_grant_type(name: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Case> {
    (name, auth_style(), order())
        .prop_map(|(name, style, order)| {
            Case::one(order.fields(Request::token(&name).client(style, "machine"))).input("grant_type", name)
        })
        .boxed()
}

const EMPTY_GRANT_TYPE: Scenario = Scenario {
    id: "grant-type-empty",
    says: "an empty grant_type is refused",
    covers: &["token.grant-type.empty"],
    needs: &[TOKEN, Need::Client("machine")],
    cases: || with_grant_type(Just(String::new())),
    watch: OUTCOME,
    effort: Effort::Single,
};

const UNKNOWN_GRANT_TYPE: Scenario = Scenario {
    id: "grant-type-unknown",
    says: "a grant_type that is not served is refused",
    covers: &["token.grant-type.unknown"],
    needs: &[TOKEN, Need::Client("machine")],
    cases: || with_grant_type(unknown_grant_type()),
    watch: OUTCOME,
    effort: Effort::Single,
};

const GRANT_TYPE_CASE: Scenario = Scenario {
    id: "grant-type-in-other-case",
    says: "the letter case of grant_type matters",
    covers: &["token.grant-type.case"],
    needs: &[TOKEN, Need::Client("machine")],
    cases: || with_grant_type(grant_type_in_other_case()),
    watch: OUTCOME,
    effort: Effort::Single,
};

const IN_QUERY: Scenario = Scenario {
    id: "in-query",
    says: "the grant may be in the query, with the client in the body",
    covers: &["token.params.in-query"],
    needs: WEB_CODE,
    cases: || {
        (verifier(), order(), order())
            .prop_map(|(verifier, in_query, in_body)| {
                let params = vec![
                    ("grant_type", "authorization_code".into()),
                    ("code", Value::captured("code")),
                    ("redirect_uri", callback("web")),
                    ("code_verifier", verifier.as_str().into()),
                ];
                let request = Request::post_form(Endpoint::Token).client(AuthStyle::Post, "web");
                let request = in_query
                    .of(params)
                    .into_iter()
                    .fold(in_body.fields(request), |request, (name, value)| request.param(name, value));
                Case::default()
                    .sign_in(with_challenge(sign_in("web", &openid()), &verifier))
                    .probe("redeem", request)
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const DUPLICATE: Scenario = Scenario {
    id: "repeated",
    says: "a field with two different values is refused",
    covers: &["token.params.duplicate"],
    needs: &[
        TOKEN,
        Need::Grant(Grant::ClientCredentials),
        Need::Client("machine"),
        Need::Client("machine-narrow"),
        Need::ResourceServer,
    ],
    cases: || {
        let field = prop_oneof![
            3 => duplicated_field("machine-narrow"),
            1 => Just(("scope".to_owned(), api_scope("write"))),
        ];
        (field, order())
            .prop_map(|((name, value), order)| {
                let request = credentials_of(AuthStyle::Post, "machine").field("scope", api_scope("read"));
                Case::one(order.fields(request.field(&name, value))).input("repeated", name)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const UNKNOWN_FIELDS: Scenario = Scenario {
    id: "unknown-extra",
    says: "unknown fields are ignored, whatever their names and values",
    covers: &["token.params.unknown-extra"],
    needs: MACHINE,
    cases: || {
        (extra_fields(), auth_style(), order())
            .prop_map(|(extra, style, order)| {
                let names = extra.iter().map(|(name, _)| format!("{name:?}")).collect::<Vec<_>>().join(", ");
                Case::one(order.fields(credentials_of(style, "machine").fields(extra))).input("added", names)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const EMPTY_BODY: Scenario = Scenario {
    id: "empty-body",
    says: "an empty form without credentials is refused",
    covers: &["token.params.empty-body"],
    needs: &[TOKEN],
    cases: || {
        prop::sample::select(&["application/json", "*/*", "application/json, */*;q=0.5"][..])
            .prop_map(|accept| Case::one(Request::post_form(Endpoint::Token).header("Accept", accept)))
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

/// Form fields of token requests.
pub const SUITE: Suite = Suite {
    name: "token::parameters",
    scenarios: &[
        NO_GRANT_TYPE,
        EMPTY_GRANT_TYPE,
        UNKNOWN_GRANT_TYPE,
        GRANT_TYPE_CASE,
        IN_QUERY,
        DUPLICATE,
        UNKNOWN_FIELDS,
        EMPTY_BODY,
    ],
};
