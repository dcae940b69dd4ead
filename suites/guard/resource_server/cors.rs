//! Preflights of browsers, which bring no token.

use poolproof_harness::prelude::*;

use super::{REFUSAL, STATUS, any_of};

const PREFLIGHT: Scenario = Scenario {
    id: "preflight",
    says: "a preflight is answered without a token",
    covers: &["rs.cors.preflight"],
    needs: &[Need::Guard(GuardNeed::Situation("preflight"))],
    cases: || {
        (origin(), any_of(&["GET", "POST", "PUT"]), any_of(&["authorization", "authorization,content-type"]))
            .prop_map(|(origin, method, headers)| {
                let request = Request::to_guard()
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", method)
                    .header("Access-Control-Request-Headers", headers);
                Case::one(request)
            })
            .boxed()
    },
    watch: STATUS,
    ..REFUSAL
};

/// Preflights.
pub const SUITE: Suite = Suite { name: "guard::resource-server::cors", scenarios: &[PREFLIGHT] };
