//! Values of `state` (RFC 6749 section 4.1.1): opaque to the server.

use proptest::prelude::*;

use super::text::telling_text;
use super::turn::in_turn;

/// A state of visible ASCII (RFC 6749 appendix A.5), with characters that mean something in a URL and with blanks inside
/// that a server might lose. None looks like JSON, which AWS asks not to send.
pub fn state_text() -> BoxedStrategy<String> {
    in_turn(vec![
        "[A-Za-z0-9_-]{8,64}".boxed(),
        telling_text(24).boxed(),
        "[A-Za-z0-9]{4,8}[ -~]{1,24}[A-Za-z0-9]".boxed(),
        "[A-Za-z0-9]{4,8}\\+[A-Za-z0-9+/]{21,80}={0,2}".boxed(),
        "[a-z0-9]{200,400}".boxed(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_state_is_visible_and_no_json(state in state_text()) {
            prop_assert!(!state.is_empty() && state.trim() == state);
            prop_assert!(state.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert!(serde_json::from_str::<serde_json::Value>(&state).map_or(true, |json| json.is_number() || json.is_boolean() || json.is_null()));
        }
    }
}
