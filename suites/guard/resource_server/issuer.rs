//! Who issued a token (RFC 7519 section 4.1.1).

use poolproof_harness::prelude::*;
use serde_json::json;

use super::{ACCESS, ID, KEY, REFUSAL, token, with, with_genuine};

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

/// An issuer that looks like the right one, or a list in which the right one is.
fn look_alike() -> BoxedStrategy<Jwt> {
    let listed = prop::sample::select(&["https://issuer.poolproof.test", "", "*"][..]).prop_map(|other| {
        Jwt::good().with(Change::ClaimListed("iss".to_owned(), vec![json!(other)])).signed()
    });
    prop_oneof![8 => forgery::wrong_issuer(), 1 => listed].boxed()
}

const LOOK_ALIKE: Scenario = Scenario {
    id: "look-alike",
    says: "a token whose iss differs in a character, a slash, its case or its type is refused",
    covers: &["rs.issuer.look-alike"],
    needs: &[KEY],
    cases: || with(look_alike()),
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
    scenarios: &[OTHER_ACCESS, OTHER_ID, LOOK_ALIKE, MISSING],
};
