//! Users that exist for one case alone.

use proptest::prelude::*;

use super::text::{foreign_text, near_miss, telling_text};
use super::turn::in_turn;
use crate::model::edit::Edit;
use crate::model::value::Value;

/// The password of every such user. It protects nothing: the user is made up, owns nothing and knows nobody. It
/// satisfies the default password policy of a user pool.
pub const THROWAWAY_PASSWORD: &str = "Throwaway-Poolproof-1";

/// A user name that no one else has. It does not shrink: a simpler one could be taken.
pub fn throwaway_username() -> BoxedStrategy<String> {
    any::<u64>().no_shrink().prop_map(|random| format!("poolproof-{random:016x}")).boxed()
}

/// A password that is not [`THROWAWAY_PASSWORD`]: near misses of it, parts of it, and texts that have nothing to do with
/// it. None is empty.
pub fn wrong_password() -> BoxedStrategy<Value> {
    fn right() -> Value {
        Value::from(THROWAWAY_PASSWORD)
    }
    let edited = |edit: Edit| right().edited(edit);
    let followed = |text: &str| Value::Joined(vec![right(), text.into()]);
    let around = |before: &str, after: &str| Value::Joined(vec![before.into(), right(), after.into()]);
    in_turn(vec![
        near_miss().prop_map(edited).boxed(),
        telling_text(4).prop_map(Edit::Append).prop_map(edited).boxed(),
        (0_usize..64).prop_map(Edit::SwapCase).prop_map(edited).boxed(),
        prop_oneof![Just(around(" ", "")), Just(around("", " ")), Just(around(" ", " "))].boxed(),
        (1_usize..=8).prop_map(Edit::DropLast).prop_map(edited).boxed(),
        prop_oneof![Just("\u{0}"), Just("\u{0}x")].prop_map(followed).boxed(),
        near_miss().prop_map(edited).boxed(),
        prop_oneof![Just("'"), Just("' or '1'='1"), Just("%"), Just("*")].prop_map(followed).boxed(),
        prop_oneof![Just(followed(THROWAWAY_PASSWORD)), Just(Value::from(THROWAWAY_PASSWORD.to_lowercase()))]
            .boxed(),
        "[A-Z][a-z]{6,20}-[0-9]{1,4}".prop_map(Value::from).boxed(),
        prop_oneof![Just("*"), Just("%"), Just("password"), Just("null"), Just("true")]
            .prop_map(Value::from)
            .boxed(),
        foreign_text().prop_map(Value::from).boxed(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::{Lookup, Slot};

    struct Nothing;

    impl Lookup for Nothing {
        fn fixture(&self, _: &Slot) -> Option<&str> {
            None
        }

        fn captured(&self, _: &str) -> Option<&str> {
            None
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_wrong_password_is_wrong(password in wrong_password()) {
            let wrong = password.resolve(&Nothing).unwrap();
            prop_assert_ne!(wrong.as_str(), THROWAWAY_PASSWORD);
            prop_assert!(!wrong.is_empty());
        }
    }
}
