//! Where the keys of the issuer cannot be had.

use poolproof_harness::prelude::*;

use super::{ADMITTED, only, situation};

const UNREACHABLE: Scenario = Scenario {
    id: "unreachable",
    says: "a good token is refused like a bad one while the keys cannot be read",
    covers: &["http.keys.jwks-unreachable"],
    needs: &[situation("keys-unreachable")],
    cases: || only(Genuine::Good),
    // Either document may be the one that is waited for in vain.
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::ChallengeParam("error"),
        Field::HeaderContains("www-authenticate", "communication error"),
        Field::Body,
    ],
    effort: Effort::Single,
};

const NO_DISCOVERY: Scenario = Scenario {
    id: "no-discovery-document",
    says: "a good token is refused where the issuer has a key set alone",
    covers: &["http.keys.discovery-required"],
    needs: &[situation("no-discovery-document")],
    cases: || only(Genuine::Good),
    watch: ADMITTED,
    effort: Effort::Single,
};

/// Where the keys of the issuer cannot be had.
pub const SUITE: Suite = Suite { name: "guard::http::keys", scenarios: &[UNREACHABLE, NO_DISCOVERY] };
