//! Claims of a token as they stand in it. Nothing is verified: an observation says what was sent, not whether it is
//! genuine.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use super::json;

/// The payload of a token in JWS compact form, if it is one and its payload is a JSON object.
pub fn payload(token: &str) -> Option<serde_json::Map<String, Json>> {
    object(parts(token)?[1])
}

/// The header of a token in JWS compact form, if it is one and its header is a JSON object.
pub fn header(token: &str) -> Option<serde_json::Map<String, Json>> {
    object(parts(token)?[0])
}

/// The three parts of a token in JWS compact form (RFC 7515 section 3.1).
pub fn parts(token: &str) -> Option<[&str; 3]> {
    let mut parts = token.split('.');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

/// Claims and header parameters are unique, and a reader may refuse those that are not (RFC 7515 section 4, RFC 7519
/// section 4).
fn object(part: &str) -> Option<serde_json::Map<String, Json>> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    json::object(&bytes).filter(|object| object.repeated.is_empty()).map(|object| object.members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_payload_and_nothing_else() {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"sub":"a"}"#));
        assert_eq!(payload(&token).and_then(|claims| claims.get("sub").cloned()), Some("a".into()));
        let twice = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(r#"{"sub":"a","sub":"b"}"#));
        for wrong in [&twice, "", "a.b", "a.b.c", "a.b.c.d", "e30.W10.x", "e30.\u{e9}.x"] {
            assert_eq!(payload(wrong), None, "{wrong}");
        }
    }
}
