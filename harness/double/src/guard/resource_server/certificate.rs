//! RSA public keys in DER, as far as keys of 2048 bits go: what a service needs to trust the wrong ones.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What stands before the modulus of a key of 2048 bits in a `SubjectPublicKeyInfo` (RFC 8017 appendix A.1.1).
const BEFORE_MODULUS: &[u8] = &[
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01,
    0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00,
];

/// The length of the modulus in bytes.
const MODULUS: usize = 256;

/// The `SubjectPublicKeyInfo` of a key.
pub(super) fn spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let length = u8::try_from(exponent.len()).unwrap_or(u8::MAX);
    [BEFORE_MODULUS, modulus, &[0x02, length], exponent].concat()
}

/// Modulus and exponent of the key in a certificate, which is in Base64.
pub(super) fn key(certificate: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let der = STANDARD.decode(certificate).ok()?;
    let start = der.windows(BEFORE_MODULUS.len()).position(|part| part == BEFORE_MODULUS)?;
    let modulus = der.get(start + BEFORE_MODULUS.len()..)?;
    let exponent = modulus.get(MODULUS..)?;
    let length = usize::from(*exponent.get(1)?);
    Some((modulus.get(..MODULUS)?.to_vec(), exponent.get(2..2 + length)?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_where_it_was_put() {
        let modulus: Vec<u8> = (0..=255).collect();
        let certificate = [&[0x30, 0x82][..], &spki(&modulus, &[1, 0, 1]), &[0xff; 40]].concat();
        assert_eq!(key(&STANDARD.encode(certificate)), Some((modulus, vec![1, 0, 1])));
        assert_eq!(key("no Base64"), None);
        assert_eq!(key(&STANDARD.encode(BEFORE_MODULUS)), None);
    }
}
