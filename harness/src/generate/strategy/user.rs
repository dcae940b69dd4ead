//! Users that exist for one case alone.

use proptest::prelude::*;

/// The password of every such user. It protects nothing: the user is made up, owns nothing and knows nobody. It
/// satisfies the default password policy of a user pool.
pub const THROWAWAY_PASSWORD: &str = "Throwaway-Poolproof-1";

/// A user name that no one else has. It does not shrink: a simpler one could be taken.
pub fn throwaway_username() -> BoxedStrategy<String> {
    any::<u64>().no_shrink().prop_map(|random| format!("poolproof-{random:016x}")).boxed()
}
