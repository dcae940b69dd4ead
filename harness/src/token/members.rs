//! The members of a JSON object in their order and spelling: what a change does not touch stays as it was written.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use serde_json::value::{RawValue, to_raw_value};

/// The members of a header or of claims. A name may stand there more than once.
#[derive(Clone, Default)]
pub(super) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// Those of a segment. What is not Base64url of a JSON object has none.
    pub(super) fn of_segment(segment: &str) -> Self {
        URL_SAFE_NO_PAD
            .decode(segment.trim_end_matches('='))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// As a segment.
    pub(super) fn to_segment(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.to_string())
    }

    /// The value of a member; of several with this name the last one's, as most readers do.
    pub(super) fn get(&self, name: &str) -> Option<Json> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// The text of a member.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    /// A member as it is written.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.get())
    }

    /// Sets a member: at its place where it is there, else at the end.
    pub(super) fn set(&mut self, name: &str, value: &Json) {
        let Some(value) = raw(value) else { return };
        let place = self.0.iter().position(|(found, _)| found == name);
        self.remove(name);
        let place = place.unwrap_or(self.0.len());
        self.0.insert(place, (name.to_owned(), value));
    }

    /// Puts a member before the one of the same name, or at the end.
    pub(super) fn precede(&mut self, name: &str, value: &Json) {
        let Some(value) = raw(value) else { return };
        match self.0.iter().position(|(found, _)| found == name) {
            Some(place) => self.0.insert(place, (name.to_owned(), value)),
            None => self.0.extend([(name.to_owned(), value.clone()), (name.to_owned(), value)]),
        }
    }

    /// Leaves every member of this name out.
    pub(super) fn remove(&mut self, name: &str) {
        self.0.retain(|(found, _)| found != name);
    }

    /// Adds a member that is JSON already; what is none is not added.
    pub(super) fn push_raw(&mut self, name: &str, json: String) {
        if let Ok(value) = RawValue::from_string(json) {
            self.0.push((name.to_owned(), value));
        }
    }

    /// Adds a member.
    pub(super) fn push(&mut self, name: &str, value: impl Into<Json>) {
        self.push_raw(name, value.into().to_string());
    }
}

fn raw(value: &Json) -> Option<Box<RawValue>> {
    to_raw_value(value).ok()
}

/// The JSON text.
impl fmt::Display for Members {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("{")?;
        for (at, (name, value)) in self.0.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            write!(out, "{comma}{}:{}", Json::from(name.as_str()), value.get())?;
        }
        out.write_str("}")
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn members(text: &str) -> Members {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn order_spelling_and_repetition_stay() {
        let mut read = members(r#"{ "b" : "x\/y", "a": 1.50, "b": [ 1 ] }"#);
        assert_eq!(read.to_string(), r#"{"b":"x\/y","a":1.50,"b":[ 1 ]}"#);
        assert_eq!(read.get("b"), Some(json!([1])));
        read.precede("a", &json!(2));
        assert_eq!(read.to_string(), r#"{"b":"x\/y","a":2,"a":1.50,"b":[ 1 ]}"#);
        read.set("b", &json!("é\""));
        assert_eq!(read.to_string(), r#"{"b":"é\"","a":2,"a":1.50}"#);
        read.remove("a");
        read.set("c", &json!(null));
        read.precede("d", &json!(0));
        assert_eq!(read.to_string(), r#"{"b":"é\"","c":null,"d":0,"d":0}"#);
    }

    #[test]
    fn deep_nesting_is_no_trouble() {
        let mut read = members("{}");
        read.push_raw("deep", format!("{}{}", "[".repeat(60_000), "]".repeat(60_000)));
        let again = Members::of_segment(&read.to_segment());
        assert_eq!(again.to_string(), read.to_string());
        assert!(again.to_string().len() > 120_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_segment_is_too_odd(segment in any::<String>()) {
            let read = Members::of_segment(&segment);
            prop_assert!(serde_json::from_str::<Json>(&read.to_string()).is_ok());
        }
    }
}
