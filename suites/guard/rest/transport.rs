//! How the token is presented.

use poolproof_harness::prelude::*;

const NO_TOKEN: Scenario = Scenario {
    id: "no-token",
    says: "a request without a token is refused",
    covers: &["rest.transport.no-token"],
    needs: &[],
    cases: || Just(Case::guarded(Request::to_guard())).boxed(),
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::MediaType,
        Field::Header("x-amzn-errortype"),
        Field::HasHeader("x-amzn-requestid"),
        Field::HasHeader("x-amz-apigw-id"),
        Field::HasHeader("www-authenticate"),
        Field::Body,
    ],
    effort: Effort::Single,
};

/// Every scenario of this file.
pub const SUITE: Suite = Suite { name: "guard::rest::transport", scenarios: &[NO_TOKEN] };
