//! From the text of a token to its parts.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::super::right::Refusal;
use super::Failure;
use super::forgets::{Forgets, Forgotten};

/// A token taken apart.
pub(super) struct Token {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// Header and payload as they came: what the signature is for.
    pub(super) signed: String,
    /// The same in the one right spelling.
    pub(super) respelled: String,
    /// The signature in the one right spelling.
    pub(super) signature: String,
}

/// Takes a token apart.
pub(super) fn read(forgotten: &Forgotten, text: &str) -> Result<Token, Failure> {
    if text.len() > 8 * 1024 && forgotten.has(Forgets::HugeToken) {
        return Err(Failure::Broken);
    }
    let text =
        if forgotten.has(Forgets::InnerBlanks) { text.split_whitespace().collect() } else { text.to_owned() };
    let parts: Vec<&str> = text.split('.').collect();
    let (header, claims, signature) = match parts[..] {
        [header, claims, signature] => (header, claims, signature),
        [header, claims, signature, _] | [header, claims, signature, _, _]
            if forgotten.has(Forgets::MoreParts) =>
        {
            (header, claims, signature)
        }
        _ => return Err(Refusal::InvalidToken.into()),
    };
    let [header_bytes, claims_bytes, signature_bytes] =
        [decode(forgotten, header)?, decode(forgotten, claims)?, decode(forgotten, signature)?];
    Ok(Token {
        header: object(forgotten, &header_bytes)?,
        claims: object(forgotten, &claims_bytes)?,
        signed: format!("{header}.{claims}"),
        respelled: [header_bytes, claims_bytes].map(|part| URL_SAFE_NO_PAD.encode(part)).join("."),
        signature: URL_SAFE_NO_PAD.encode(signature_bytes),
    })
}

fn decode(forgotten: &Forgotten, part: &str) -> Result<Vec<u8>, Failure> {
    let mut part = part.to_owned();
    if forgotten.has(Forgets::Padding) {
        part.truncate(part.trim_end_matches('=').len());
    }
    if forgotten.has(Forgets::StandardAlphabet) {
        part = part.replace('+', "-").replace('/', "_");
    }
    let spare_bits = forgotten.has(Forgets::TrailingBits);
    let engine = GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(spare_bits));
    engine.decode(part).map_err(|why| Refusal::invalid(why).into())
}

fn object(forgotten: &Forgotten, text: &[u8]) -> Result<Map<String, Value>, Failure> {
    let Ok(Members(members)) = serde_json::from_slice(text) else {
        let broken = forgotten.has(Forgets::InvalidJson);
        return Err(if broken { Failure::Broken } else { Refusal::InvalidToken.into() });
    };
    let mut object = Map::new();
    for (name, value) in members {
        if !object.contains_key(&name) || forgotten.has(Forgets::DuplicateLast) {
            object.insert(name, value);
        } else if !forgotten.has(Forgets::DuplicateFirst) {
            return Err(Refusal::InvalidToken.into());
        }
    }
    Ok(object)
}

/// The members of a JSON object as they came, twice where they are there twice.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(InOrder)
    }
}
