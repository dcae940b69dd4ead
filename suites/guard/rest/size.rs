//! How long a request may be.

use poolproof_harness::prelude::*;

use super::alone;

const HEADERS: Scenario = Scenario {
    id: "long-headers",
    says: "a good token does not help where all header fields together are too long",
    covers: &["rest.size.headers-over-10240"],
    needs: &[],
    cases: || {
        (1_usize..6, 10_300_usize..14_000, prop::char::range('a', 'z'))
            .prop_map(|(fields, length, letter)| {
                let value = letter.to_string().repeat(length.div_ceil(fields));
                let good = Request::guarded(Jwt::good());
                let request = (1..=fields).fold(good, |request, number| {
                    request.header(&format!("X-Poolproof-{number}"), value.as_str())
                });
                Case::guarded(request).input("fields", fields).input("length", length)
            })
            .boxed()
    },
    watch: &[Field::Admitted],
    effort: Effort::Single,
};

const PATH: Scenario = Scenario {
    id: "long-path",
    says: "a path is too long where it makes the ARN of the method longer than 1600 bytes",
    covers: &["rest.size.method-arn-over-1600"],
    needs: &[Need::Guard(GuardNeed::Situation("long-path"))],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: &[Field::Admitted, Field::Status],
    effort: Effort::Single,
};

/// How long a request may be.
pub const SUITE: Suite = Suite { name: "guard::rest::size", scenarios: &[HEADERS, PATH] };
