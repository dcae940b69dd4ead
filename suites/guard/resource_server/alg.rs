//! The algorithm of a signature: `RS256` and no other (RFC 8725 section 3.1).

use poolproof_harness::prelude::*;

use super::{KEY, REFUSAL, with};

const NONE: Scenario = Scenario {
    id: "none",
    says: "a token that is not signed is refused, however `none` is spelled",
    covers: &["rs.alg.none"],
    cases: || with(forgery::alg_none()),
    ..REFUSAL
};

const HMAC: Scenario = Scenario {
    id: "hmac-with-public-key",
    says: "a token whose HMAC has the public key as its secret is refused, whatever the form of the key",
    covers: &["rs.alg.hs256-public-key"],
    cases: || with(forgery::hmac_public_key()),
    ..REFUSAL
};

const OTHER: Scenario = Scenario {
    id: "not-that-of-the-key",
    says: "a token is refused whose algorithm is not the one of the issuer's keys, or not named",
    covers: &["rs.alg.not-the-jwk-alg"],
    needs: &[KEY],
    cases: || with(forgery::wrong_alg()),
    ..REFUSAL
};

/// The algorithm.
pub const SUITE: Suite = Suite { name: "guard::resource-server::alg", scenarios: &[NONE, HMAC, OTHER] };
