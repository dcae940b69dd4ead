//! The header fields of refusals, and how much a request may bring.

use poolproof_harness::prelude::*;

use super::{ADMITTED, genuine, guard, no_token, token, tokenless};

const UNAUTHORIZED: Scenario = Scenario {
    id: "unauthorized",
    says: "a refusal with 401 has the header fields of HTTP APIs and none of those of REST APIs",
    covers: &["http.headers.refusal-set"],
    needs: &[],
    cases: || {
        (tokenless(), prop::option::of(no_token()))
            .prop_map(|(request, text)| match text {
                Some(text) => Case::guarded(request.header(TOKEN_HEADER, format!("Bearer {text}")))
                    .input("value", format!("{text:?}")),
                None => Case::guarded(request),
            })
            .boxed()
    },
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::Header("content-length"),
        Field::HasHeader("apigw-requestid"),
        Field::HasHeader("x-amzn-errortype"),
        Field::HasHeader("x-amz-apigw-id"),
        Field::HasHeader("x-amzn-requestid"),
    ],
    effort: Effort::Single,
};

const FORBIDDEN: Scenario = Scenario {
    id: "forbidden",
    says: "a refusal with 403 is JSON and has the header fields of HTTP APIs",
    covers: &["http.headers.403-set"],
    needs: &[guard(GuardNeed::Scopes), token(Genuine::OtherScope)],
    cases: || genuine(Genuine::OtherScope),
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::MediaType,
        Field::Header("content-length"),
        Field::HasHeader("apigw-requestid"),
        Field::HasHeader("x-amzn-errortype"),
        Field::Body,
    ],
    effort: Effort::Single,
};

const SIZE: Scenario = Scenario {
    id: "more-than-10240-bytes",
    says: "a good token does not help where request line and header fields have more than 10240 bytes",
    covers: &["http.size.headers-over-10240"],
    needs: &[],
    cases: || {
        // Somewhat more, because it is not known what is counted besides names and values.
        (10_500_usize..14_000, 1_usize..5, any::<bool>())
            .prop_map(|(bytes, pieces, in_query)| {
                let text = "x".repeat(bytes / pieces);
                let good = Request::guarded(Jwt::good());
                let request = (0..pieces).fold(good, |request, piece| {
                    if in_query {
                        request.param(&format!("filler{piece}"), text.as_str())
                    } else {
                        request.header(&format!("X-Filler-{piece}"), text.as_str())
                    }
                });
                Case::default()
                    .good_token()
                    .probe("probe", request)
                    .input("bytes", bytes)
                    .input("in the query", in_query)
            })
            .boxed()
    },
    watch: ADMITTED,
    effort: Effort::Single,
};

/// The header fields of refusals, and how much a request may bring.
pub const SUITE: Suite = Suite { name: "guard::http::headers", scenarios: &[UNAUTHORIZED, FORBIDDEN, SIZE] };
