//! Requests that fit no route, or only the one for everything else.

use poolproof_harness::prelude::*;

use super::{REFUSAL, no_token, situation, tokenless};

/// One request, without a token or with a text in its place: it is the same to a path that is not there.
fn any_request() -> BoxedStrategy<Case> {
    let authorization = prop_oneof![
        no_token().prop_map(|text| format!("Bearer {text}")),
        no_token(),
        "[A-Z0-9]{20}".prop_map(|key| {
            format!("AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0")
        }),
    ];
    (tokenless(), prop::option::of(authorization))
        .prop_map(|(request, value)| match value {
            Some(value) => {
                Case::one(request.header("Authorization", value.clone())).input("Authorization", value)
            }
            None => Case::one(request),
        })
        .boxed()
}

const NOT_FOUND: Scenario = Scenario {
    id: "no-such-route",
    says: "a path without a route is answered with 404, whatever is sent",
    covers: &["http.route.not-found"],
    needs: &[situation("no-such-resource")],
    cases: any_request,
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::MediaType,
        Field::Header("content-length"),
        Field::HasHeader("apigw-requestid"),
        Field::Body,
    ],
    effort: Effort::Single,
};

const NO_STAGE: Scenario = Scenario {
    id: "no-such-stage",
    says: "a path without a stage is answered with 404, whatever is sent",
    covers: &["http.route.no-stage"],
    needs: &[situation("no-such-stage")],
    cases: any_request,
    watch: REFUSAL,
    effort: Effort::Single,
};

const DEFAULT: Scenario = Scenario {
    id: "guarded-default-route",
    says: "a request without a token is refused where a guarded route takes every path",
    covers: &["http.route.default-route-guarded"],
    needs: &[situation("default-route")],
    cases: || tokenless().prop_map(Case::one).boxed(),
    watch: &[Field::Admitted, Field::Status, Field::Header("www-authenticate"), Field::Body],
    effort: Effort::Single,
};

/// Requests that fit no route.
pub const SUITE: Suite = Suite { name: "guard::http::route", scenarios: &[NOT_FOUND, NO_STAGE, DEFAULT] };
