//! Whose tokens are taken: those of the authorizer's pools and of no other.

use poolproof_harness::prelude::*;

use super::{NO_SCOPES, SCOPES, STATUS, TAKES_ID, around, genuine};

const OTHER_POOL_ID: Need = Need::Guard(GuardNeed::Token(Genuine::OtherPoolId));
const OTHER_POOL_ACCESS: Need = Need::Guard(GuardNeed::Token(Genuine::OtherPoolAccess));

const OTHER_POOL: Scenario = Scenario {
    id: "id-token-of-other-pool",
    says: "an ID token of another pool is refused",
    covers: &["rest.issuer.other-pool"],
    needs: &[NO_SCOPES, TAKES_ID, OTHER_POOL_ID],
    cases: || genuine(Genuine::OtherPoolId),
    watch: STATUS,
    effort: Effort::Single,
};

const OTHER_POOL_WITH_SCOPES: Scenario = Scenario {
    id: "access-token-of-other-pool",
    says: "an access token of another pool is refused, whatever its scopes",
    needs: &[SCOPES, OTHER_POOL_ACCESS],
    cases: || genuine(Genuine::OtherPoolAccess),
    ..OTHER_POOL
};

const SEVERAL_POOLS: Scenario = Scenario {
    id: "several-pools",
    says: "an ID token of any of the authorizer's pools is let in",
    covers: &["rest.issuer.several-pools"],
    needs: &[Need::Guard(GuardNeed::Situation("several-pools")), OTHER_POOL_ID],
    cases: || {
        prop::sample::select(&[Genuine::OtherPoolId, Genuine::Good][..])
            .prop_flat_map(|genuine| {
                around(Request::guarded(Jwt::genuine(genuine)))
                    .prop_map(move |request| Case::one(request).input("token", genuine))
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Single,
};

/// Whose tokens are taken.
pub const SUITE: Suite =
    Suite { name: "guard::rest::issuer", scenarios: &[OTHER_POOL, OTHER_POOL_WITH_SCOPES, SEVERAL_POOLS] };
