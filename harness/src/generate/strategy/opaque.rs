//! Texts that a client sends and gets back: `state` and `nonce`.

use proptest::prelude::*;

use super::text::{foreign_text, telling_text};
use super::turn::in_turn;

/// A `state` of any visible ASCII, of letters beyond it, as other encodings write it, or long. Never JSON, which
/// Cognito does not take, and never blank at an end, where a server may trim.
pub fn opaque_text() -> BoxedStrategy<String> {
    in_turn(vec![
        "[A-Za-z0-9_-]{1,40}".boxed(),
        (telling_text(16), telling_text(16)).prop_map(|(a, b)| format!("{a}+{b}")).boxed(),
        "[!-~]([ -~]{0,40}[!-~])?".boxed(),
        foreign_text().boxed(),
        "[A-Za-z0-9._~-]{260,700}".boxed(),
        "(%[0-9A-F]{2}|&amp;|\\+| & |=|%25|&#39;|\\\\u00e9){1,6}x".boxed(),
        (telling_text(8), foreign_text(), telling_text(8)).prop_map(|(a, b, c)| format!("{a}{b}{c}")).boxed(),
        "[A-Za-z0-9+/]{20,60}={0,2}".boxed(),
        "https://[a-z]{1,10}\\.example\\.test/[a-z]{0,8}\\?[a-z]=[a-z]&state=[a-z]{1,5}#[a-z]{1,5}".boxed(),
        "[A-Za-z0-9._~-]{1100,1800}".boxed(),
        "[a-z]{1,6}%[3-7][0-9A]([a-z%&+=]{0,6}[a-z])?".boxed(),
    ])
    .prop_filter("JSON, or blank at an end", |text| text.trim() == text && !text.starts_with(['{', '[', '"']))
    .boxed()
}

/// A `nonce`: such a text of middling length, long enough that an observation can show its name in its place.
pub fn nonce_text() -> BoxedStrategy<String> {
    in_turn(vec![
        "[A-Za-z0-9_-]{8,32}".boxed(),
        "[!#-Z^-z|~][ -~]{6,60}[!-~]".boxed(),
        ("[a-z0-9]{8}", foreign_text(), "[a-z0-9]{4}").prop_map(|(a, b, c)| format!("{a}{b}{c}")).boxed(),
        "[A-Za-z0-9_-]{33,64}".boxed(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORTEST_NONCE: usize = 8;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_state_is_json(state in opaque_text()) {
            let json = serde_json::from_str::<serde_json::Value>(&state).ok();
            prop_assert!(json.is_none_or(|json| !json.is_object() && !json.is_array() && !json.is_string()));
            prop_assert!(!state.chars().any(char::is_control));
            prop_assert!(!state.is_empty() && state.trim() == state);
            // A careless reader looks at the first character alone.
            prop_assert!(!state.starts_with(['{', '[', '"']), "{}", state);
        }

        #[test]
        fn a_nonce_is_long_enough_to_be_named(nonce in nonce_text()) {
            prop_assert!(nonce.chars().count() >= SHORTEST_NONCE && !nonce.chars().any(char::is_control));
            prop_assert_eq!(nonce.trim(), &nonce);
        }
    }
}
