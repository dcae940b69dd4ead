//! The little DER that RSA keys need.

const RSA: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

/// A public key as in PKCS #1.
pub(crate) fn pkcs1(n: &[u8], e: &[u8]) -> Vec<u8> {
    wrap(0x30, &[integer(n), integer(e)].concat())
}

/// A public key as in X.509 (SPKI).
pub(crate) fn spki(n: &[u8], e: &[u8]) -> Vec<u8> {
    let bits = [vec![0], pkcs1(n, e)].concat();
    wrap(0x30, &[RSA.to_vec(), wrap(3, &bits)].concat())
}

/// Modulus and exponent of the first RSA key in a certificate.
pub(super) fn rsa_key(certificate: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let at = certificate.windows(RSA.len()).position(|window| window == RSA)? + RSA.len();
    let (bits, _) = unwrap(3, &certificate[at..])?;
    let (key, _) = unwrap(0x30, bits.get(1..)?)?;
    let (n, rest) = unwrap(2, key)?;
    let (e, _) = unwrap(2, rest)?;
    let plain = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect();
    Some((plain(n), plain(e)))
}

fn integer(number: &[u8]) -> Vec<u8> {
    let sign = if number.first().is_some_and(|first| *first >= 0x80) { &[0][..] } else { &[] };
    wrap(2, &[sign, number].concat())
}

/// One value with its tag and length, which is less than 64 KiB.
fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    let head = match (high, low) {
        (0, 0..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [&head, content].concat()
}

/// The content of a value with this tag, and what follows it.
fn unwrap(tag: u8, text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match text.strip_prefix(&[tag])? {
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        [0x81, length, rest @ ..] | [length @ 0..=0x7f, rest @ ..] => (usize::from(*length), rest),
        _ => return None,
    };
    rest.split_at_checked(length)
}
