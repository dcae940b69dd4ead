//! Form fields that a token request does not need.

use proptest::prelude::*;

use super::text::{foreign_text, telling_text};
use crate::model::value::Value;

/// Fields that no specification of the token endpoint knows, with odd names and odd values, each name once. Every name begins with
/// `x`, so that none is a parameter after all.
pub fn extra_fields() -> BoxedStrategy<Vec<(String, Value)>> {
    let name = prop_oneof![
        2 => "x_[a-z_]{1,12}",
        1 => "x[\\[\\]{}.$@:-]{1,3}[a-z]{0,5}",
        // As some frameworks write lists and objects.
        2 => "x_[a-z]{1,6}\\[[a-z0-9]{0,3}\\]",
        1 => "x[&=+%? #;/\\\\\"']{1,4}[a-z]{0,5}",
        1 => foreign_text().prop_map(|text| format!("x{text}")),
    ];
    let value = prop_oneof![
        2 => "[A-Za-z0-9._~-]{1,20}",
        1 => Just(String::new()),
        1 => "[ -~]{1,30}",
        1 => telling_text(30),
        1 => foreign_text(),
        1 => "[a-z]{200,600}",
    ];
    prop::collection::btree_map(name, value.prop_map(Value::from), 1..5)
        .prop_map(|fields| fields.into_iter().collect())
        .boxed()
}

/// A field that a client credentials request already has, with another value than it has there; `other` is the role of
/// another client than the one that asks.
pub fn duplicated_field(other: &'static str) -> BoxedStrategy<(String, Value)> {
    let grant_type = prop_oneof![
        Just("authorization_code".to_owned()),
        Just("refresh_token".to_owned()),
        Just("password".to_owned()),
        "[a-z]{1,12}",
    ];
    prop_oneof![
        grant_type.prop_map(|name| ("grant_type".to_owned(), Value::from(name))),
        Just(("client_id".to_owned(), Value::client_id(other))),
        "[a-z0-9]{26}".prop_map(|id| ("client_id".to_owned(), Value::from(id))),
        "[a-z0-9]{51}".prop_map(|secret| ("client_secret".to_owned(), Value::from(secret))),
    ]
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn extra_names_are_no_parameters(fields in extra_fields()) {
            let names: std::collections::BTreeSet<_> = fields.iter().map(|(name, _)| name).collect();
            prop_assert_eq!(names.len(), fields.len());
            prop_assert!(fields.iter().all(|(name, _)| name.starts_with('x')));
            prop_assert!(fields.iter().all(|(name, _)| !name.chars().any(char::is_control)));
        }
    }
}
