//! Tokens that end between two requests.

use poolproof_harness::prelude::*;

/// A good token is sent twice: before and after its end, as the clock of the target tells it.
pub(super) fn outlived() -> BoxedStrategy<Case> {
    let day = 86_400_u64;
    // An hour, and more than any leeway; a leeway that is too long shows soon after.
    prop_oneof![3 => 3_900..4_000_u64, 1 => 4_000..day, 1 => day..365 * day]
        .prop_map(|seconds| {
            Case::default()
                .good_token()
                .api(ApiCall::AdvanceClock(seconds))
                .probe("probe", Request::guarded(Jwt::good()))
                .input("age in seconds", seconds)
        })
        .boxed()
}
