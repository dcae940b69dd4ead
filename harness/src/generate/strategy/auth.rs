//! How clients authenticate, rightly and wrongly (RFC 6749 section 2.3, RFC 7617).

use proptest::prelude::*;

use super::text::telling_text;
use super::token::jwt_like;
use crate::model::edit::Edit;
use crate::model::request::AuthStyle;
use crate::model::value::Value;

/// One of the two ways in which a client can send its secret.
pub fn auth_style() -> impl Strategy<Value = AuthStyle> {
    prop_oneof![Just(AuthStyle::Basic), Just(AuthStyle::Post)]
}

/// An id that no client has: near misses of the id of a role, and made-up ones. None is empty or holds a colon,
/// which would end the id in Basic authentication.
pub fn unknown_client_id(role: &'static str) -> BoxedStrategy<Value> {
    let near = prop_oneof![
        1 => (0_usize..32, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
        3 => (0_usize..32).prop_map(Edit::SwapCase),
        1 => "[a-z0-9]{3,8}".prop_map(Edit::Append),
        1 => "[a-z0-9]{3,8}".prop_map(Edit::Prepend),
        1 => (1_usize..=3).prop_map(Edit::DropLast),
    ];
    prop_oneof![
        4 => near.prop_map(move |edit| Value::client_id(role).edited(edit)),
        2 => "[a-z0-9]{26}".prop_map(Value::from),
        1 => "[a-zA-Z0-9_+]{12,128}".prop_map(Value::from),
        1 => "[0-9]{12,40}".prop_map(Value::from),
    ]
    .boxed()
}

/// What follows `Basic ` where it is no Base64: visible ASCII with a character that no Base64 alphabet has, among it
/// the credentials as they are, without any encoding.
pub fn not_base64_credentials(role: &'static str) -> BoxedStrategy<Value> {
    prop_oneof![
        Just(Value::Joined(vec![Value::client_id(role), ":".into(), Value::client_secret(role)])),
        ("[!-~]{0,30}", "[!$&*.:;~]", "[!-~]{0,30}")
            .prop_map(|(before, wrong, after)| Value::from(format!("{before}{wrong}{after}"))),
    ]
    .boxed()
}

/// What is Base64 in Basic authentication where it holds no colon: the id alone, id and secret run together, or any
/// text.
pub fn no_colon_credentials(role: &'static str) -> BoxedStrategy<Value> {
    let id = || Value::client_id(role);
    let secret = || Value::client_secret(role);
    prop_oneof![
        Just(id()),
        Just(secret()),
        Just(Value::Joined(vec![id(), secret()])),
        "[+,;=/ |]".prop_map(move |between| Value::Joined(vec![id(), between.into(), secret()])),
        telling_text(40).prop_map(|text| Value::from(text.replace(':', "."))),
    ]
    .boxed()
}

/// What follows `Bearer ` (RFC 6750 section 2.1).
pub fn bearer_credentials() -> BoxedStrategy<Value> {
    prop_oneof!["[A-Za-z0-9._~+/-]{1,60}={0,2}", jwt_like()].prop_map(Value::from).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::{Lookup, Slot};

    struct Known;

    impl Lookup for Known {
        fn fixture(&self, slot: &Slot) -> Option<&str> {
            match slot.0.as_str() {
                "client.machine.id" => Some("4hhq7m2bd2kq9ra6kq0f3jhf8e"),
                "client.machine.secret" => Some("Zx81Zx81Zx81Zx81Zx81"),
                _ => None,
            }
        }

        fn captured(&self, _: &str) -> Option<&str> {
            None
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn an_unknown_id_is_unknown(id in unknown_client_id("machine")) {
            let id = id.resolve(&Known).unwrap();
            prop_assert_ne!(id.as_str(), "4hhq7m2bd2kq9ra6kq0f3jhf8e");
            prop_assert!(!id.is_empty() && !id.contains(':'), "{}", id);
        }

        #[test]
        fn what_is_no_base64_is_none_and_fits_a_header(value in not_base64_credentials("machine")) {
            let text = value.resolve(&Known).unwrap();
            prop_assert!(text.chars().all(|c| c.is_ascii_graphic()), "{}", text);
            let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
            prop_assert!(!text.chars().all(base64), "{}", text);
        }

        #[test]
        fn no_colon_means_none(value in no_colon_credentials("machine")) {
            prop_assert!(!value.resolve(&Known).unwrap().contains(':'));
        }

        #[test]
        fn bearer_credentials_fit_a_header(value in bearer_credentials()) {
            prop_assert!(value.resolve(&Known).unwrap().chars().all(|c| c.is_ascii_graphic()));
        }
    }
}
