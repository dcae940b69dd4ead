//! Who issued a token (RFC 7519 section 4.1.1).

use poolproof_harness::prelude::*;

use super::{ACCESS, ID, KEY, REFUSAL, signed, token, with, with_genuine};

const OTHER_ACCESS: Scenario = Scenario {
    id: "other-pool-access-token",
    says: "an access token of another pool is refused",
    covers: &["rs.issuer.other-pool"],
    needs: &[ACCESS, token(Genuine::OtherPoolAccess)],
    cases: || with_genuine(Genuine::OtherPoolAccess),
    ..REFUSAL
};

const OTHER_ID: Scenario = Scenario {
    id: "other-pool-id-token",
    says: "an ID token of another pool is refused",
    covers: &["rs.issuer.other-pool"],
    needs: &[ID, token(Genuine::OtherPoolId)],
    cases: || with_genuine(Genuine::OtherPoolId),
    ..REFUSAL
};

const LOOK_ALIKE: Scenario = Scenario {
    id: "look-alike",
    says: "a token whose iss differs in a character, a slash or its case is refused",
    covers: &["rs.issuer.look-alike"],
    needs: &[KEY],
    cases: || with(forgery::wrong_issuer()),
    ..REFUSAL
};

const LISTED: Scenario = Scenario {
    id: "listed",
    says: "a token whose iss is a list with the right issuer is refused",
    covers: &["rs.issuer.look-alike"],
    needs: &[KEY],
    cases: || {
        let listed =
            prop::collection::vec("https://[a-z]{3,9}\\.poolproof\\.test", 0..3).prop_map(|others| {
                let others = others.into_iter().map(|other| json!(other)).collect();
                Jwt::good().with(Change::ClaimListed("iss".to_owned(), others))
            });
        with(signed(listed.boxed()))
    },
    ..REFUSAL
};

const MISSING: Scenario = Scenario {
    id: "missing",
    says: "a token without iss is refused",
    covers: &["rs.issuer.missing"],
    needs: &[KEY],
    cases: || with(forgery::missing("iss")),
    ..REFUSAL
};

/// Who issued a token.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::issuer",
    scenarios: &[OTHER_ACCESS, OTHER_ID, LOOK_ALIKE, LISTED, MISSING],
};
