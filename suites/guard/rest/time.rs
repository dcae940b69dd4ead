//! Tokens past their end.

use poolproof_harness::prelude::*;

use super::super::outlived::outlived;
use super::{NO_SCOPES, SCOPES, TAKES_ID, TEXT, forged, genuine};

const EXPIRED: Need = Need::Guard(GuardNeed::Token(Genuine::Expired));
const CLOCK: Need = Need::Api(Operation::AdvanceClock);

const EXPIRED_ID: Scenario = Scenario {
    id: "expired-id-token",
    says: "an ID token past its end is refused, and told so",
    covers: &["rest.time.expired-id-token"],
    needs: &[NO_SCOPES, TAKES_ID, EXPIRED],
    cases: || genuine(Genuine::Expired),
    watch: TEXT,
    effort: Effort::Single,
};

const EXPIRED_ACCESS: Scenario = Scenario {
    id: "expired-access-token",
    says: "an access token past its end is refused, and told so",
    covers: &["rest.time.expired-access-token"],
    needs: &[SCOPES, EXPIRED],
    ..EXPIRED_ID
};

const OUTLIVED_ID: Scenario = Scenario {
    id: "outlived-id-token",
    says: "an ID token is refused once its end has come",
    needs: &[NO_SCOPES, TAKES_ID, CLOCK],
    cases: outlived,
    effort: Effort::Exclusive,
    ..EXPIRED_ID
};

const OUTLIVED_ACCESS: Scenario = Scenario {
    id: "outlived-access-token",
    says: "an access token is refused once its end has come",
    needs: &[SCOPES, CLOCK],
    cases: outlived,
    effort: Effort::Exclusive,
    ..EXPIRED_ACCESS
};

const FORGED: Scenario = Scenario {
    id: "forged-expired-token",
    says: "a token that is both expired and signed with a foreign key is refused",
    covers: &["rest.time.forged-expired-token"],
    needs: &[],
    cases: || {
        let tokens = (300_i64..10 * 365 * 86_400).prop_map(|ago| {
            let at = |name: &str, seconds: i64| Change::ClaimIn(name.to_owned(), seconds);
            let times = [at("auth_time", -ago - 3600), at("iat", -ago - 3600), at("exp", -ago)];
            let foreign = Change::Signed(Signer::Foreign("RS256".to_owned()));
            times.into_iter().chain([foreign]).fold(Jwt::good(), Jwt::with)
        });
        forged(tokens.boxed())
    },
    watch: TEXT,
    effort: Effort::Single,
};

/// Tokens past their end.
pub const SUITE: Suite = Suite {
    name: "guard::rest::time",
    scenarios: &[EXPIRED_ID, EXPIRED_ACCESS, OUTLIVED_ID, OUTLIVED_ACCESS, FORGED],
};
