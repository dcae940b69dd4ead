//! What a token is for: `token_use`.

use poolproof_harness::prelude::*;

use super::{ACCESS, ID, KEY, REFUSAL, token, with, with_genuine};

const ID_AS_ACCESS: Scenario = Scenario {
    id: "id-token",
    says: "an ID token is refused where access tokens are taken",
    covers: &["rs.use.id-token-as-access"],
    needs: &[ACCESS, token(Genuine::Id)],
    cases: || with_genuine(Genuine::Id),
    ..REFUSAL
};

const ACCESS_AS_ID: Scenario = Scenario {
    id: "access-token",
    says: "an access token is refused where ID tokens are taken",
    covers: &["rs.use.access-token-as-id"],
    needs: &[ID, token(Genuine::Access)],
    cases: || with_genuine(Genuine::Access),
    ..REFUSAL
};

const UNKNOWN: Scenario = Scenario {
    id: "unknown",
    says: "a token is refused whose use is neither id nor access, or not named",
    covers: &["rs.use.unknown"],
    needs: &[KEY],
    cases: || with(forgery::token_use()),
    ..REFUSAL
};

/// What a token is for.
pub const SUITE: Suite =
    Suite { name: "guard::resource-server::token-use", scenarios: &[ID_AS_ACCESS, ACCESS_AS_ID, UNKNOWN] };
