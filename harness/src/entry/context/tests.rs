use proptest::prelude::*;

use super::*;
use crate::model::damaged::{self, Unshown, cases, is_harmless};
use crate::model::fixture::arbitrary::any_fixture;

/// Stands in every place of a fixture document, as text.
const SECRET: &str = "Canary7Secret";

fn document() -> String {
    format!(
        r#"{{
  "schema": 1,
  "region": "us-east-1",
  "pool": {{ "id": "us-east-1_a", "issuer": "https://a.test" }},
  "client": {{ "web": {{ "id": "{SECRET}", "secret": "{SECRET}", "access-seconds": 300, "callbacks": ["{SECRET}"] }} }},
  "user": {{ "main": {{ "username": "jane", "password": "{SECRET}" }} }},
  "missing": {{ "client.rotating": "{SECRET}" }}
}}"#
    )
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_fixture_is_read_back_as_it_was_written(Unshown(fixture) in any_fixture()) {
        let written = serde_json::to_vec_pretty(&fixture).unwrap();
        prop_assert!(parse_fixture(&written) == Ok(fixture));
    }

    #[test]
    fn a_damaged_fixture_says_where_and_not_what(bytes in damaged::bytes(vec![document()])) {
        if let Err(shown) = parse_fixture(&bytes) {
            prop_assert!(shown.contains("fixture document"), "{shown}");
            prop_assert!(is_harmless(&shown) && shown.chars().count() < 200, "{shown:?}");
            prop_assert!(!shown.contains(SECRET), "{shown}");
        }
    }

    #[test]
    fn a_value_of_a_wrong_type_is_not_shown(from in prop::sample::select(&["1", "{ \"id\"", "[\"", "300", "\"jane\""][..]), to in prop::sample::select(&["\"Canary7Secret\"", "{\"Canary7Secret\":1}", "[\"Canary7Secret\"]"][..])) {
        let shown = parse_fixture(document().replacen(from, to, 1).as_bytes()).err();
        prop_assert!(shown.is_none_or(|shown| !shown.contains(SECRET)));
    }
}

#[test]
fn a_fixture_in_a_file_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fixture.json");
    let fixture = parse_fixture(document().as_bytes()).unwrap();
    write_fixture(&path, &fixture).unwrap();
    assert!(read_fixture(&path) == Ok(fixture));
    std::fs::write(&path, "{").unwrap();
    assert!(
        read_fixture(&path).err().is_some_and(|shown| shown.contains("fixture.json: no fixture document"))
    );
}
