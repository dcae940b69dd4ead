//! From the text of a token to its parts (RFC 7515 section 5.2).

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::Refusal;
use crate::call::Call;
use crate::fault::Fault;
use crate::front;

/// The length from which on a token is too long for a service with a defect.
const LONG: usize = 8 * 1024;

/// A token taken apart.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// Header and claims as they came: what the signature is for.
    pub(super) signed: String,
    /// The same in the one right spelling.
    pub(super) respelled: String,
    pub(super) signature: Vec<u8>,
}

/// Takes a token apart.
pub(super) fn read(call: &Call<'_>, text: &str) -> Result<Token, Refusal> {
    if text.len() > LONG && call.has(Fault::GUARD_RS_HUGE_TOKEN) {
        return Err(Refusal::Crash);
    }
    let text: String = if call.has(Fault::GUARD_RS_BLANKS_INSIDE) {
        text.split_whitespace().collect()
    } else {
        text.to_owned()
    };
    let text = if call.has(Fault::GUARD_RS_TABS_INSIDE) { text.replace('\t', "") } else { text };
    let text = if call.has(Fault::GUARD_RS_LINE_BREAK_REMOVED) { front::unfolded(&text) } else { text };
    let parts: Vec<&str> = text.split('.').collect();
    let (header, claims, signature) = match parts[..] {
        [header, claims, signature] => (header, claims, signature),
        [header, claims, signature, ..] if call.has(Fault::GUARD_RS_MORE_PARTS) => {
            (header, claims, signature)
        }
        [header, claims] if call.has(Fault::GUARD_RS_NO_SIGNATURE) => (header, claims, ""),
        _ => return Err(Refusal::InvalidToken),
    };
    let [header_bytes, claims_bytes, signature_bytes] =
        [decoded(call, header)?, decoded(call, claims)?, decoded(call, signature)?];
    if is_nested(&claims_bytes) && call.has(Fault::GUARD_RS_NESTED) {
        return Err(Refusal::Crash);
    }
    Ok(Token {
        header: object(call, &header_bytes)?,
        claims: object(call, &claims_bytes)?,
        signed: format!("{header}.{claims}"),
        respelled: [header_bytes, claims_bytes].map(|part| URL_SAFE_NO_PAD.encode(part)).join("."),
        signature: signature_bytes,
    })
}

/// Whether there are more brackets than a reader of JSON goes into.
fn is_nested(text: &[u8]) -> bool {
    text.iter().filter(|byte| matches!(byte, b'[' | b'{')).count() > 128
}

/// Base64url without padding, and nothing else (RFC 7515 section 2; `rs.format.reencoded`).
fn decoded(call: &Call<'_>, part: &str) -> Result<Vec<u8>, Refusal> {
    let mut part = part.to_owned();
    if call.has(Fault::GUARD_RS_PADDING) {
        part.truncate(part.trim_end_matches('=').len());
    }
    if call.has(Fault::GUARD_RS_STANDARD_ALPHABET) {
        part = part.trim_end_matches('=').replace('+', "-").replace('/', "_");
    }
    let spare = call.has(Fault::GUARD_RS_SPARE_BITS);
    let engine = GeneralPurpose::new(&alphabet::URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(spare));
    engine.decode(part).map_err(|_| Refusal::InvalidToken)
}

/// A JSON object, no member of which stands there twice (RFC 7519 section 4; `rs.format.duplicate-claim`).
fn object(call: &Call<'_>, text: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let Ok(Members(members)) = serde_json::from_slice(text) else {
        let crashes = call.has(Fault::GUARD_RS_INVALID_JSON);
        return Err(if crashes { Refusal::Crash } else { Refusal::InvalidToken });
    };
    let mut object = Map::new();
    for (name, value) in members {
        if !object.contains_key(&name) {
            object.insert(name, value);
        } else if call.has(Fault::GUARD_RS_DUPLICATE) {
            return Err(Refusal::Crash);
        } else if !call.has(Fault::GUARD_RS_FIRST_OF_TWO) {
            return Err(Refusal::InvalidToken);
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

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
