//! Preflights (Fetch standard, "CORS-preflight request").

use poolproof_harness::prelude::*;

use super::{ADMITTED, REFUSAL, situation};

/// A preflight from any origin for a request that a browser would ask about.
fn preflight() -> BoxedStrategy<Case> {
    let methods = prop::sample::select(&["GET", "POST", "PUT", "DELETE", "PATCH"][..]);
    let headers =
        prop::option::of(prop::sample::select(&["authorization", "authorization,content-type"][..]));
    (origin(), methods, headers)
        .prop_map(|(origin, method, headers)| {
            let request = Request::to_guard()
                .header("Origin", origin.clone())
                .header("Access-Control-Request-Method", method);
            let request = match headers {
                Some(headers) => request.header("Access-Control-Request-Headers", headers),
                None => request,
            };
            Case::one(request).input("Origin", origin).input("method", method)
        })
        .boxed()
}

const CONFIGURED: Scenario = Scenario {
    id: "preflight",
    says: "a preflight is answered without a token where the API has CORS settings",
    covers: &["http.cors.preflight-configured"],
    needs: &[situation("preflight")],
    cases: preflight,
    watch: &[Field::Admitted, Field::HasHeader("access-control-allow-origin")],
    effort: Effort::Single,
};

const GUARDED: Scenario = Scenario {
    id: "guarded-preflight",
    says: "a preflight is refused where a guarded route for every method catches it",
    covers: &["http.cors.preflight-any-or-default"],
    needs: &[situation("preflight-guarded")],
    cases: preflight,
    watch: ADMITTED,
    effort: Effort::Single,
};

const UNDEFINED: Scenario = Scenario {
    id: "undefined-preflight",
    says: "a preflight is answered with 404 where the API has no CORS settings",
    covers: &["http.cors.preflight-unconfigured"],
    needs: &[situation("preflight-undefined")],
    cases: preflight,
    watch: REFUSAL,
    effort: Effort::Single,
};

/// Preflights.
pub const SUITE: Suite = Suite { name: "guard::http::cors", scenarios: &[CONFIGURED, GUARDED, UNDEFINED] };
