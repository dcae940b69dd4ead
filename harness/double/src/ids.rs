//! Identifiers, codes and opaque tokens from a counter: unguessable values would protect nothing here, and a run that
//! repeats is easier to read.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A source of values that never repeats within one double.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: String,
    drawn: u64,
}

impl Ids {
    /// Different seeds give different values: two doubles in one process must not share codes.
    pub(crate) fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), drawn: 0 }
    }

    /// A version 4 UUID, the form of codes, `jti`, `sub` and request ids.
    pub(crate) fn uuid(&mut self) -> String {
        let block = self.block();
        let mut hex: Vec<char> = block
            .iter()
            .take(16)
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
            .collect();
        hex[12] = '4';
        hex[16] = ['8', '9', 'a', 'b'][usize::from(block[16] & 3)];
        let part = |range: std::ops::Range<usize>| hex[range].iter().collect::<String>();
        [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
    }

    /// Lower-case letters and digits, the form of client ids (26) and generated secrets (51).
    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        self.bytes(length)
            .into_iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]))
            .collect()
    }

    /// A refresh token: five parts like a JWE, opaque to clients (`claims.refresh.opaque`).
    pub(crate) fn refresh_token(&mut self) -> String {
        let header = URL_SAFE_NO_PAD.encode(r#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#);
        let mut parts = vec![header];
        for length in [256, 12, 780, 16] {
            let bytes = self.bytes(length);
            parts.push(URL_SAFE_NO_PAD.encode(bytes));
        }
        parts.join(".")
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 32);
        while bytes.len() < length {
            bytes.extend(self.block());
        }
        bytes.truncate(length);
        bytes
    }

    fn block(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let text = format!("{}#{}", self.seed, self.drawn);
        let mut block = [0; 32];
        for (to, from) in block.iter_mut().zip(digest::digest(&digest::SHA256, text.as_bytes()).as_ref()) {
            *to = *from;
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_form_and_do_not_repeat() {
        let mut ids = Ids::new("seed");
        let (one, two) = (ids.uuid(), ids.uuid());
        assert_ne!(one, two);
        assert_eq!(one.len(), 36);
        assert_eq!(one.as_bytes()[14], b'4');
        assert_eq!(ids.alphanumeric(51).len(), 51);
        let token = ids.refresh_token();
        assert_eq!(token.split('.').count(), 5);
        assert!(token.starts_with("eyJjdHkiOiJKV1Qi"));
        assert_ne!(Ids::new("other").uuid(), one);
    }
}
