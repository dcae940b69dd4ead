//! Scopes and lists of them (RFC 6749 section 3.3). A custom scope is `<resource server>/<name>`.

use proptest::prelude::*;

use super::order::order;
use crate::model::edit::Edit;
use crate::model::value::Value;

/// Names that the resource server of the fixture has, or had.
const KNOWN: [&str; 4] = ["read", "write", "admin", "retired"];

/// The custom scope of this name on the resource server of the fixture.
pub fn api_scope(name: &str) -> Value {
    Value::Joined(vec![resource_server(), format!("/{name}").into()])
}

/// The custom scopes of these names.
pub fn api_scopes(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| api_scope(name)).collect()
}

fn resource_server() -> Value {
    Value::fixture("resource-server")
}

/// A list of scopes, with a space between two.
pub fn listed(scopes: &[Value]) -> Value {
    separated(scopes, " ")
}

fn separated(scopes: &[Value], separator: &str) -> Value {
    let mut parts = Vec::with_capacity(scopes.len() * 2);
    for scope in scopes {
        if !parts.is_empty() {
            parts.push(separator.into());
        }
        parts.push(scope.clone());
    }
    Value::Joined(parts)
}

/// Every non-empty selection of these scopes in every order.
pub fn some_of(scopes: Vec<Value>) -> BoxedStrategy<Vec<Value>> {
    let most = scopes.len();
    (prop::sample::subsequence(scopes, 1..=most), order()).prop_map(|(some, order)| order.of(some)).boxed()
}

/// All of these scopes in every order.
pub fn all_of(scopes: Vec<Value>) -> BoxedStrategy<Vec<Value>> {
    order().prop_map(move |order| order.of(scopes.clone())).boxed()
}

/// All of the first ones and any selection of the others, in every order.
pub fn with(always: Vec<Value>, others: Vec<Value>) -> BoxedStrategy<Vec<Value>> {
    let most = others.len();
    (prop::sample::subsequence(others, 0..=most), order())
        .prop_map(move |(some, order)| order.of(always.iter().cloned().chain(some).collect()))
        .boxed()
}

/// The list, or none.
pub fn sometimes(scopes: BoxedStrategy<Vec<Value>>) -> BoxedStrategy<Option<Vec<Value>>> {
    prop::option::of(scopes).boxed()
}

/// Every non-empty selection, in every order, of the scopes that are about users.
pub fn oidc_scopes() -> BoxedStrategy<Vec<Value>> {
    some_of(["openid", "email", "phone", "profile"].into_iter().map(Value::from).collect())
}

/// A scope of the right form that does not exist: an unknown name on the known resource server, a known name on an
/// unknown one, or both made up.
pub fn unknown_scope() -> BoxedStrategy<Value> {
    let near_name = prop_oneof![
        1 => (0_usize..8, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
        2 => "[a-z0-9._-]{1,6}".prop_map(Edit::Append),
        1 => "[a-z0-9._-]{1,6}".prop_map(Edit::Prepend),
        1 => (1_usize..=2).prop_map(Edit::DropLast),
        2 => (0_usize..8).prop_map(Edit::SwapCase),
    ];
    let near_name = (prop::sample::select(&KNOWN[..]), near_name)
        .prop_map(|(name, edit)| edit.apply(name))
        .prop_filter("a scope that exists", |name| !KNOWN.contains(&name.as_str()));
    let near_server = prop_oneof![
        "[a-z0-9]{1,6}".prop_map(Edit::Append),
        "[a-z0-9]{1,6}".prop_map(Edit::Prepend),
        (1_usize..=3).prop_map(Edit::DropLast),
        Just(Edit::TrailingSlash),
        Just(Edit::Scheme("http".to_owned())),
        Just(Edit::HostCase),
        (1_u16..).prop_map(Edit::Port),
        "/[a-z]{1,6}".prop_map(Edit::PathSuffix),
    ];
    prop_oneof![
        4 => near_name.prop_map(|name| api_scope(&name)),
        1 => "[a-z][a-z0-9._:-]{11,30}".prop_map(|name| api_scope(&name)),
        1 => (near_server, prop::sample::select(&KNOWN[..3])).prop_map(|(edit, name)| {
            Value::Joined(vec![resource_server().edited(edit), format!("/{name}").into()])
        }),
        1 => ("[a-z]{8,20}", prop::sample::select(&KNOWN[..3]))
            .prop_map(|(host, name)| format!("https://{host}.example.test/{name}").into()),
        1 => ("[a-z][a-z0-9-]{7,20}", "[a-z]{1,12}").prop_map(|(server, name)| format!("{server}/{name}").into()),
    ]
    .boxed()
}

/// A `scope` of which no part, taken apart at blanks, is a `server/name` that exists: another separator, a part
/// missing, or another notation.
pub fn malformed_scope() -> BoxedStrategy<Value> {
    let two = || api_scopes(&["read", "write"]);
    let around =
        |before: &str, after: &str| Value::Joined(vec![before.into(), api_scope("read"), after.into()]);
    prop_oneof![
        3 => Just(separated(&two(), ",")),
        3 => prop::sample::select(&[";", "|", "+", "%20", "&"][..])
            .prop_map(move |separator| separated(&two(), separator)),
        3 => prop::sample::select(&KNOWN[..3]).prop_map(Value::from),
        1 => Just("/read".into()),
        1 => Just(resource_server()),
        1 => Just(Value::Joined(vec![resource_server(), "/".into()])),
        1 => Just(Value::Joined(vec!["[\"".into(), separated(&two(), "\",\""), "\"]".into()])),
        1 => Just(around("\"", "\"")),
        1 => Just(around("'", "'")),
        1 => "[a-z]{1,20}".prop_map(Value::from),
        1 => "[{}\\[\\]<>\"\\\\^]{1,8}".prop_map(Value::from),
    ]
    .boxed()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::value::{Lookup, Slot};

    struct Known;

    impl Lookup for Known {
        fn fixture(&self, slot: &Slot) -> Option<&str> {
            (slot.0 == "resource-server").then_some("https://api.poolproof.test")
        }

        fn captured(&self, _: &str) -> Option<&str> {
            None
        }
    }

    fn text(value: &Value) -> String {
        value.resolve(&Known).unwrap()
    }

    fn existing() -> Vec<String> {
        api_scopes(&KNOWN).iter().map(text).collect()
    }

    #[test]
    fn a_list_has_a_blank_between_two_scopes() {
        let list = listed(&[vec!["openid".into()], api_scopes(&["read", "write"])].concat());
        assert_eq!(text(&list), "openid https://api.poolproof.test/read https://api.poolproof.test/write");
        assert_eq!((text(&listed(&[])), text(&listed(&["a".into()]))), (String::new(), "a".to_owned()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_selection_has_no_scope_twice(some in some_of(api_scopes(&["read", "write", "admin"]))) {
            let names: BTreeSet<String> = some.iter().map(text).collect();
            prop_assert!(!some.is_empty());
            prop_assert_eq!(names.len(), some.len());
        }

        #[test]
        fn all_scopes_are_a_permutation(all in all_of(api_scopes(&["read", "write", "admin"]))) {
            let mut names: Vec<String> = all.iter().map(text).collect();
            names.sort();
            let mut expected: Vec<String> = api_scopes(&["read", "write", "admin"]).iter().map(text).collect();
            expected.sort();
            prop_assert_eq!(names, expected);
        }

        #[test]
        fn what_must_be_there_is_there(
            list in with(vec!["openid".into()], vec!["email".into(), "profile".into()]),
        ) {
            prop_assert!(list.contains(&Value::from("openid")));
        }

        #[test]
        fn an_unknown_scope_is_unknown_and_well_formed(scope in unknown_scope()) {
            let scope = text(&scope);
            prop_assert!(!existing().contains(&scope), "{}", scope);
            prop_assert!(scope.contains('/') && !scope.contains([' ', ',']), "{}", scope);
        }

        #[test]
        fn a_malformed_list_names_no_existing_scope_by_itself(scope in malformed_scope()) {
            let scope = text(&scope);
            prop_assert!(!scope.is_empty());
            prop_assert!(!existing().contains(&scope), "{}", scope);
        }
    }
}
