//! JSON objects, and what stands in them more than once. RFC 8259 leaves it to the reader which of several members of one
//! name counts; where they matter they are forbidden (RFC 6749 section 3.2, RFC 7517 section 4, RFC 7519 section 4).

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

/// A JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object {
    /// Its members. Of several of one name it has the last, or the last with something in it: nothing hides behind an
    /// empty one.
    pub(super) members: Map<String, Json>,
    /// The names of the members that are there more than once, or have a member within that is.
    pub(super) repeated: BTreeSet<String>,
}

/// The object that a text is, if it is one.
pub(super) fn object(text: &[u8]) -> Option<Object> {
    match serde_json::from_slice::<Read>(text).ok()? {
        Read { value: Json::Object(members), repeated, .. } => Some(Object { members, repeated }),
        _ => None,
    }
}

/// A value with what was noticed of it.
struct Read {
    value: Json,
    /// Of an object, as in [`Object`].
    repeated: BTreeSet<String>,
    /// Whether anything within is repeated.
    is_ambiguous: bool,
}

impl From<Json> for Read {
    fn from(value: Json) -> Self {
        Self { value, repeated: BTreeSet::new(), is_ambiguous: false }
    }
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Read;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Json::Null.into())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Read, E> {
        Ok(Json::from(value).into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
        Ok(Json::from(value).into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Read, E> {
        Ok(Json::from(value).into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Read, E> {
        Ok(Json::from(value).into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Read, E> {
        Ok(Json::from(value).into())
    }

    fn visit_string<E>(self, value: String) -> Result<Read, E> {
        Ok(Json::from(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Read, A::Error> {
        let (mut items, mut is_ambiguous) = (Vec::new(), false);
        while let Some(item) = values.next_element::<Read>()? {
            is_ambiguous |= item.is_ambiguous;
            items.push(item.value);
        }
        Ok(Read { is_ambiguous, ..Json::Array(items).into() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Read, A::Error> {
        let (mut members, mut repeated) = (Map::new(), BTreeSet::new());
        while let Some((name, member)) = entries.next_entry::<String, Read>()? {
            if member.is_ambiguous || members.contains_key(&name) {
                repeated.insert(name.clone());
            }
            let is_empty =
                matches!(&member.value, Json::Null) || member.value.as_str().is_some_and(str::is_empty);
            if !(is_empty && members.contains_key(&name)) {
                members.insert(name, member.value);
            }
        }
        Ok(Read { is_ambiguous: !repeated.is_empty(), value: Json::Object(members), repeated })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn repeated(text: &str) -> Vec<String> {
        object(text.as_bytes()).unwrap().repeated.into_iter().collect()
    }

    #[test]
    fn what_stands_there_twice_is_named() {
        assert_eq!(repeated(r#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}"#), [""; 0]);
        assert_eq!(repeated(r#"{"a":1,"b":2,"a":1}"#), ["a"]);
        assert_eq!(repeated(r#"{"a":1,"\u0061":1}"#), ["a"]);
        assert_eq!(
            repeated(r#"{"keys":[{"kid":"a"},{"kid":"a","kid":"b"}],"x":{"y":{"z":1,"z":2}}}"#),
            ["keys", "x"]
        );
    }

    #[test]
    fn nothing_hides_behind_an_empty_member_of_the_same_name() {
        for text in
            [r#"{"t":"x","t":""}"#, r#"{"t":"","t":"x"}"#, r#"{"t":"x","t":null}"#, r#"{"t":"y","t":"x"}"#]
        {
            assert_eq!(object(text.as_bytes()).unwrap().members["t"], "x", "{text}");
        }
    }

    #[test]
    fn what_is_no_object_is_none() {
        let deep = "[".repeat(100_000);
        for text in ["", "[]", "1", "{", "{}x", r#"{"a":1e999}"#, r#"{"a":NaN}"#, "\u{feff}{}", &deep] {
            assert_eq!(object(text.as_bytes()), None, "{text:.20}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn it_reads_what_others_read(names in prop::collection::btree_set("[a-c]{1,2}", 0..5), number: i64) {
            let value = Json::Object(names.into_iter().map(|name| (name, serde_json::json!([number, null, "x", 0.5, true]))).collect());
            let read = object(value.to_string().as_bytes()).unwrap();
            prop_assert_eq!(Json::Object(read.members), value);
            prop_assert!(read.repeated.is_empty());
        }
    }
}
