//! JSON Web Key Sets, and whether a signature verifies with a key of one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::Value as Json;

use super::claims;
use super::view::View;
use crate::model::scenario::Token;

impl View<'_> {
    /// Whether the signature of a token verifies as RS256 with the key that it names, in the key set of an earlier
    /// step.
    pub(super) fn signature(&self, token: Token, step: &str) -> String {
        let Some(text) = self.text(token.member()) else { return "(no token)".to_owned() };
        let Some([_, _, signature]) = claims::parts(text) else { return "(not a JWT)".to_owned() };
        let Some(kid) = self.key_id(token) else { return "names no key".to_owned() };
        let keys = self.earlier(step).map(|view| view.keys()).unwrap_or_default();
        let Some(key) = keys.iter().find(|key| key.get("kid").and_then(Json::as_str) == Some(&kid)) else {
            return "names a key that is not in the set".to_owned();
        };
        let signed = text.rsplit_once('.').map_or("", |(signed, _)| signed);
        let verifies = serde_json::from_value::<Jwk>(key.clone())
            .ok()
            .and_then(|key| DecodingKey::from_jwk(&key).ok())
            .and_then(|key| crypto::verify(signature, signed.as_bytes(), &key, Algorithm::RS256).ok());
        match verifies {
            Some(true) => "verifies with the key that it names",
            Some(false) => "does not verify with the key that it names",
            None => "the key that it names cannot be used",
        }
        .to_owned()
    }

    fn keys(&self) -> Vec<Json> {
        self.member("keys").and_then(Json::as_array).cloned().unwrap_or_default()
    }

    /// How many keys there are, and what each has to be like.
    pub(super) fn key_set(&self) -> Vec<(String, String)> {
        let keys = self.keys();
        let each = |label: &str, good: &str, holds: &dyn Fn(&Json) -> bool| {
            let wrong = keys.iter().filter(|key| !holds(key)).count();
            let value = match (keys.len(), wrong) {
                (0, _) => "(no keys)".to_owned(),
                (_, 0) => good.to_owned(),
                (all, wrong) => format!("{wrong} of {all} not {good}"),
            };
            (label.to_owned(), value)
        };
        let text = |key: &Json, name: &str| key.get(name).and_then(Json::as_str).map(str::to_owned);
        let is = |name: &'static str, value: &'static str| {
            move |key: &Json| text(key, name).as_deref() == Some(value)
        };
        let names: std::collections::BTreeSet<String> =
            keys.iter().filter_map(|key| text(key, "kid")).filter(|kid| !kid.is_empty()).collect();
        let count = if names.len() == keys.len() && keys.len() >= 2 {
            "two or more, each with a kid of its own".to_owned()
        } else {
            format!("{} with {} different kid", keys.len(), names.len())
        };
        vec![
            ("keys".to_owned(), count),
            each("kty", "RSA", &is("kty", "RSA")),
            each("alg", "RS256", &is("alg", "RS256")),
            each("use", "sig", &is("use", "sig")),
            each("e", "there", &|key| text(key, "e").is_some_and(|e| !e.is_empty())),
            each("n", "2048 bits", &|key| text(key, "n").and_then(|n| bits(&n)) == Some(2048)),
        ]
    }
}

/// The length of a number in base64url, in bits.
fn bits(encoded: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    let at = bytes.iter().position(|byte| *byte != 0)?;
    let first = 8 - usize::try_from(bytes[at].leading_zeros()).ok()?;
    Some((bytes.len() - at - 1) * 8 + first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_number_is_that_without_leading_zeros() {
        assert_eq!(bits(&URL_SAFE_NO_PAD.encode([0, 1, 0, 1])), Some(17));
        assert_eq!(bits(&URL_SAFE_NO_PAD.encode([0x80; 256])), Some(2048));
        assert_eq!((bits("AAAA"), bits("!")), (None, None));
    }
}
