//! When a token is good.

use poolproof_harness::prelude::forgery::{expired_by, issued_in_future, not_yet_valid};
use poolproof_harness::prelude::*;

use super::super::outlived::outlived;
use super::{ADMITTED, ISSUER_KEY, REFUSAL, any_of, genuine, token};

/// The refusal of an expired token. Its body is a matter of its own.
const EXPIRY: &[Field] = &[
    Field::Admitted,
    Field::Status,
    Field::ChallengeParam("error"),
    Field::ChallengeParam("error_description"),
    Field::HasHeader("apigw-requestid"),
];

const EXPIRED: Scenario = Scenario {
    id: "expired",
    says: "a token that was good is refused after its end",
    covers: &["http.time.expired"],
    needs: &[token(Genuine::Expired)],
    cases: || genuine(Genuine::Expired),
    watch: EXPIRY,
    effort: Effort::Single,
};

const EXPIRED_BY: Scenario = Scenario {
    id: "expired-by-any-time",
    says: "a token is refused however long ago it ended",
    covers: &["http.time.expired"],
    needs: &[ISSUER_KEY],
    cases: || any_of(expired_by()),
    watch: EXPIRY,
    effort: Effort::Single,
};

const OUTLIVED: Scenario = Scenario {
    id: "outlived",
    says: "a token that was let in is refused once its end has come",
    needs: &[Need::Api(Operation::AdvanceClock)],
    cases: outlived,
    effort: Effort::Exclusive,
    ..EXPIRED
};

const EXPIRED_BODY: Scenario = Scenario {
    id: "expired-body",
    says: "the body says of an expired token what it says of any other",
    covers: &["http.time.expired-body"],
    needs: &[token(Genuine::Expired)],
    cases: || genuine(Genuine::Expired),
    watch: REFUSAL,
    effort: Effort::Single,
};

const NOT_YET: Scenario = Scenario {
    id: "not-yet-valid",
    says: "a token is refused before it is valid",
    covers: &["http.time.nbf-future"],
    needs: &[ISSUER_KEY],
    cases: || any_of(not_yet_valid()),
    watch: ADMITTED,
    effort: Effort::Single,
};

const FUTURE: Scenario = Scenario {
    id: "issued-in-future",
    says: "a token that was issued in the future is refused",
    covers: &["http.time.iat-future"],
    needs: &[ISSUER_KEY],
    cases: || any_of(issued_in_future()),
    watch: ADMITTED,
    effort: Effort::Single,
};

/// When a token is good.
pub const SUITE: Suite = Suite {
    name: "guard::http::time",
    scenarios: &[EXPIRED, EXPIRED_BY, OUTLIVED, EXPIRED_BODY, NOT_YET, FUTURE],
};
