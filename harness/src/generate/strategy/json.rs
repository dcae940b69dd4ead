//! JSON where a form is expected, and the other way round.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use super::text::foreign_text;

fn members() -> impl Strategy<Value = Map<String, Json>> {
    let value =
        prop_oneof!["[A-Za-z0-9 ._-]{0,20}".prop_map(Json::from), foreign_text().prop_map(Json::from),];
    prop::collection::btree_map("[a-zA-Z][a-zA-Z0-9_-]{0,11}", value, 1..5).prop_map(Map::from_iter)
}

/// A JSON object of texts, compact or over several lines.
pub fn json_object() -> BoxedStrategy<String> {
    (members(), any::<bool>()).prop_map(|(members, spread)| written(members, spread)).boxed()
}

/// The fields of a client credentials request as a JSON object, with or without members that nobody asked for. It
/// holds no `&` and no `=`, so that it never reads as a form.
pub fn token_request_as_json() -> BoxedStrategy<String> {
    (prop::option::of(members()), any::<bool>())
        .prop_map(|(others, spread)| {
            let mut object = others.unwrap_or_default();
            object.insert("grant_type".to_owned(), "client_credentials".into());
            written(object, spread)
        })
        .boxed()
}

fn written(members: Map<String, Json>, spread: bool) -> String {
    let object = Json::Object(members);
    if spread { format!("{object:#}") } else { object.to_string() }
}

/// A text that is no JSON, among it JSON that was cut off or misspelt.
pub fn not_json() -> BoxedStrategy<String> {
    prop_oneof![
        json_object().prop_map(|mut json| {
            json.pop();
            json
        }),
        ("[a-z]{1,8}", "[a-z]{1,8}").prop_map(|(name, value)| format!("{{{name}:{value}}}")),
        ("[a-z]{1,8}", "[a-z]{1,8}").prop_map(|(name, value)| format!("{{'{name}':'{value}'}}")),
        ("[a-z]{1,8}", "[a-z]{1,8}").prop_map(|(name, value)| format!("{name}={value}")),
        "[a-z]{2,3} [a-z ]{1,20}",
        foreign_text(),
        "[{}\\[\\],:\"]{1,6}",
    ]
    .prop_filter("JSON after all", |text| serde_json::from_str::<Json>(text).is_err())
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn objects_are_objects(text in json_object()) {
            prop_assert!(serde_json::from_str::<Json>(&text).unwrap().is_object());
        }

        #[test]
        fn a_request_as_json_is_no_form(text in token_request_as_json()) {
            let json: Json = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&json["grant_type"], "client_credentials");
            prop_assert!(!text.contains(['&', '=']), "{}", text);
        }

        #[test]
        fn not_json_is_none(text in not_json()) {
            prop_assert!(serde_json::from_str::<Json>(&text).is_err());
        }
    }
}
