//! Whatever is sent as a token is refused in good order: no service fails at it, and none repeats it.

use poolproof_harness::prelude::*;

use super::{REFUSAL, STATUS, with};

const GARBAGE: Scenario = Scenario {
    id: "garbage",
    says: "a text that is no token is refused and does no harm",
    covers: &["rs.transport.refusal-never-5xx"],
    cases: || with(forgery::garbage()),
    watch: STATUS,
    ..REFUSAL
};

const HUGE: Scenario = Scenario {
    id: "huge",
    says: "a token of more than 10 kB is refused and does no harm",
    covers: &["rs.transport.refusal-never-5xx"],
    cases: || with(forgery::huge()),
    watch: STATUS,
    ..REFUSAL
};

const NESTED: Scenario = Scenario {
    id: "nested",
    says: "a token whose claims are nested deeply is refused and does no harm",
    covers: &["rs.transport.refusal-never-5xx"],
    cases: || with(forgery::nested()),
    watch: STATUS,
    ..REFUSAL
};

const NOT_JSON: Scenario = Scenario {
    id: "not-json",
    says: "a token whose parts are no JSON objects is refused and does no harm",
    covers: &["rs.transport.refusal-never-5xx"],
    cases: || with(forgery::not_json()),
    watch: STATUS,
    ..REFUSAL
};

const REPEATED: Scenario = Scenario {
    id: "not-repeated",
    says: "a token that is refused does not stand in the answer",
    covers: &["rs.response.no-token-echo"],
    cases: || with(prop_oneof![forgery::tampered(), forgery::foreign_key(), forgery::alg_none()].boxed()),
    watch: &[Field::Admitted, Field::ShowsToken],
    ..REFUSAL
};

/// Whatever is sent.
pub const SUITE: Suite =
    Suite { name: "guard::resource-server::robust", scenarios: &[GARBAGE, HUGE, NESTED, NOT_JSON, REPEATED] };
