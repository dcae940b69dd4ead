//! Client secrets that are not the right one.

use proptest::prelude::*;

use super::text::{near_miss, telling_text};
use crate::model::value::Value;

/// A secret like those that Cognito makes up: letters and digits.
pub fn secret_text() -> impl Strategy<Value = String> {
    "[a-z0-9]{51,52}"
}

/// A secret that the client with this role does not have: near misses of its own, the one of another role, its id,
/// its own secret twice, and made-up texts. All of it is visible ASCII, as RFC 6749 appendix A.2 has it. None is empty. None has white space around it, which a server might trim.
pub fn wrong_secret(role: &'static str, other: &'static str) -> BoxedStrategy<Value> {
    let own = move || Value::client_secret(role);
    prop_oneof![
        6 => near_miss().prop_map(move |edit| own().edited(edit)),
        3 => Just(Value::client_secret(other)),
        2 => Just(Value::client_id(role)),
        1 => prop_oneof![Just(""), Just(":"), Just("+"), Just(" ")]
            .prop_map(move |between| Value::Joined(vec![own(), between.into(), own()])),
        1 => "[!-~]{1,20}".prop_map(move |text| Value::Joined(vec![own(), text.into()])),
        2 => secret_text().prop_map(Value::from),
        1 => telling_text(200).prop_map(Value::from),
    ]
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::{Lookup, Slot};

    struct Known(&'static str);

    impl Lookup for Known {
        fn fixture(&self, slot: &Slot) -> Option<&str> {
            Some(if slot.0 == "client.machine.secret" { self.0 } else { "something else" })
        }

        fn captured(&self, _: &str) -> Option<&str> {
            None
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_wrong_secret_is_wrong(secret in wrong_secret("machine", "machine-narrow")) {
            for right in ["1q2w3e4r5t6z7u8i9o0p", "p:q+r/s%20t=u&v", "aaaaaaaaaa"] {
                let wrong = secret.resolve(&Known(right)).unwrap();
                prop_assert_ne!(wrong.as_str(), right);
                prop_assert!(!wrong.is_empty());
                prop_assert_eq!(wrong.trim(), wrong.as_str());
            }
        }
    }
}
