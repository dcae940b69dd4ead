//! Browsers of other origins: preflights, and what they may read of a refusal.

use poolproof_harness::prelude::*;

use super::{TEXT, no_token};

const fn at(situation: &'static str) -> Need {
    Need::Guard(GuardNeed::Situation(situation))
}

const ALLOW_ORIGIN: Field = Field::HasHeader("access-control-allow-origin");

/// What a browser asks before it sends a token to another origin (Fetch standard, CORS-preflight fetch).
fn preflight() -> BoxedStrategy<Case> {
    let method = prop::sample::select(&["GET", "POST", "PUT", "DELETE", "PATCH"][..]);
    let fields = prop::sample::select(&["authorization", "authorization,content-type", "content-type"][..]);
    (origin(), method, fields)
        .prop_map(|(origin, method, fields)| {
            let request = Request::to_guard()
                .header("Origin", origin)
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", fields);
            Case::one(request)
        })
        .boxed()
}

const DEFINED: Scenario = Scenario {
    id: "preflight",
    says: "a preflight is answered without a token where OPTIONS has no authorizer",
    covers: &["rest.cors.preflight-defined"],
    needs: &[at("preflight")],
    cases: preflight,
    watch: &[
        Field::Admitted,
        Field::Status,
        ALLOW_ORIGIN,
        Field::HasHeader("access-control-allow-headers"),
        Field::HasHeader("access-control-allow-methods"),
        Field::HasHeader("x-amzn-requestid"),
        Field::HasHeader("x-amz-apigw-id"),
    ],
    effort: Effort::Single,
};

const UNDEFINED: Scenario = Scenario {
    id: "preflight-undefined",
    says: "a preflight is refused like any method that the resource does not define",
    covers: &["rest.cors.preflight-undefined"],
    needs: &[at("preflight-undefined")],
    cases: preflight,
    watch: &[Field::Admitted, Field::Status, ALLOW_ORIGIN, Field::Body],
    effort: Effort::Single,
};

const GUARDED: Scenario = Scenario {
    id: "preflight-guarded",
    says: "a preflight is refused where OPTIONS has the authorizer too",
    covers: &["rest.cors.preflight-guarded"],
    needs: &[at("preflight-guarded")],
    cases: preflight,
    watch: TEXT,
    effort: Effort::Single,
};

/// A request of a page of another origin, without a token or with one that is none.
fn from_elsewhere() -> BoxedStrategy<Request> {
    (origin(), prop::option::of(no_token()))
        .prop_map(|(origin, token)| {
            let request = token.map_or_else(Request::to_guard, Request::guarded);
            request.header("Origin", origin)
        })
        .boxed()
}

const BY_DEFAULT: Scenario = Scenario {
    id: "refusal",
    says: "a refusal does not say that another origin may read it",
    covers: &["rest.cors.headers-on-401-default"],
    needs: &[],
    cases: || from_elsewhere().prop_map(Case::guarded).boxed(),
    watch: &[Field::Admitted, Field::Status, ALLOW_ORIGIN],
    effort: Effort::Single,
};

const CUSTOMISED: Scenario = Scenario {
    id: "refusal-customised",
    says: "a refusal says that another origin may read it where its owner wants it to",
    covers: &["rest.cors.headers-on-401-customised"],
    needs: &[at("cors-customised")],
    cases: || from_elsewhere().prop_map(Case::one).boxed(),
    ..BY_DEFAULT
};

/// Browsers of other origins.
pub const SUITE: Suite =
    Suite { name: "guard::rest::cors", scenarios: &[DEFINED, UNDEFINED, GUARDED, BY_DEFAULT, CUSTOMISED] };
