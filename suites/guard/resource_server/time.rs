//! When a token is good (RFC 7519 sections 4.1.4 to 4.1.6).

use poolproof_harness::prelude::*;

use super::super::outlived::outlived;
use super::{KEY, REFUSAL, STATUS, token, with, with_genuine};

const EXPIRED: Scenario = Scenario {
    id: "expired",
    says: "a token is refused that ended minutes or years ago",
    covers: &["rs.time.expired"],
    needs: &[KEY],
    cases: || with(forgery::expired_by()),
    ..REFUSAL
};

const EXPIRED_GENUINE: Scenario = Scenario {
    id: "expired-genuine",
    says: "a token that was good once is refused after its end",
    covers: &["rs.time.expired"],
    needs: &[token(Genuine::Expired)],
    cases: || with_genuine(Genuine::Expired),
    ..REFUSAL
};

const OUTLIVED: Scenario = Scenario {
    id: "outlived",
    says: "a token that was let in is refused once its end has come",
    covers: &["rs.time.expired"],
    needs: &[Need::Api(Operation::AdvanceClock)],
    cases: outlived,
    effort: Effort::Exclusive,
    ..REFUSAL
};

const NO_EXP: Scenario = Scenario {
    id: "no-exp",
    says: "a token without an end is refused",
    covers: &["rs.time.no-exp"],
    needs: &[KEY],
    cases: || with(forgery::missing("exp")),
    ..REFUSAL
};

const NBF: Scenario = Scenario {
    id: "not-yet-valid",
    says: "a token is refused before its nbf",
    covers: &["rs.time.nbf-future"],
    needs: &[KEY],
    cases: || with(forgery::not_yet_valid()),
    ..REFUSAL
};

const IAT: Scenario = Scenario {
    id: "issued-in-future",
    says: "a token whose iat lies ahead is let in, or refused",
    covers: &["rs.time.iat-future"],
    needs: &[KEY],
    cases: || with(forgery::issued_in_future()),
    watch: STATUS,
    ..REFUSAL
};

/// When a token is good.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::time",
    scenarios: &[EXPIRED, EXPIRED_GENUINE, OUTLIVED, NO_EXP, NBF, IAT],
};
