//! Random names and passwords.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// The length of a marker in characters; with 36 letters to choose from, 62 bits.
pub(crate) const MARKER_CHARS: usize = 12;

const MARKER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const DIGITS: &[u8] = b"23456789";
/// Symbols that the password policies of AWS count as such and that no layer has to escape in JSON or HTML.
const SYMBOLS: &[u8] = b"!*-.?_~";

/// A part of a name that no other run has: lower-case letters and digits.
///
/// # Errors
/// The system gives no random numbers.
pub(crate) fn marker() -> Result<String, String> {
    (0..MARKER_CHARS).map(|_| pick(MARKER)).collect()
}

/// Whether a text can be a [`marker`].
pub(crate) fn is_marker(text: &str) -> bool {
    text.len() == MARKER_CHARS && text.bytes().all(|byte| MARKER.contains(&byte))
}

/// A password of 24 characters that satisfies the default policy of a user pool: at least 8 characters, with
/// upper-case and lower-case letters, digits and symbols.
///
/// # Errors
/// The system gives no random numbers.
pub(crate) fn password() -> Result<String, String> {
    let all = [UPPER, LOWER, DIGITS, SYMBOLS].concat();
    let mut characters = vec![pick(UPPER)?, pick(LOWER)?, pick(DIGITS)?, pick(SYMBOLS)?];
    while characters.len() < 22 {
        characters.push(pick(&all)?);
    }
    for last in (1..characters.len()).rev() {
        characters.swap(last, below(last + 1)?);
    }
    // A letter at each end: nothing that trims or quotes text can change it.
    characters.insert(0, pick(LOWER)?);
    characters.push(pick(UPPER)?);
    Ok(characters.into_iter().collect())
}

/// A client secret of 40 characters as Cognito allows them, with some that form encoding changes: `[\w+]{24,64}`
/// (`ClientSecret` of `CreateUserPoolClient`).
///
/// # Errors
/// The system gives no random numbers.
pub(crate) fn odd_secret() -> Result<String, String> {
    let words: Vec<String> =
        (0..4).map(|_| (0..9).map(|_| pick(MARKER)).collect()).collect::<Result<_, String>>()?;
    Ok(format!("{}+", words.join("+")))
}

fn pick(from: &[u8]) -> Result<char, String> {
    Ok(char::from(from[below(from.len())?]))
}

/// A number below `end`, which is at most 256, each with the same probability.
fn below(end: usize) -> Result<usize, String> {
    let fair = 256 - 256 % end;
    loop {
        let mut byte = [0_u8; 1];
        SystemRandom::new().fill(&mut byte).map_err(|_| "the system gives no random numbers".to_owned())?;
        let number = usize::from(byte[0]);
        if number < fair {
            return Ok(number % end);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn passwords_satisfy_the_default_policy_and_differ() {
        let passwords: BTreeSet<String> = (0..200).map(|_| password().unwrap()).collect();
        assert_eq!(passwords.len(), 200);
        for password in passwords {
            assert_eq!(password.len(), 24);
            for class in [UPPER, LOWER, DIGITS, SYMBOLS] {
                assert!(password.bytes().any(|byte| class.contains(&byte)), "{password}");
            }
        }
    }

    #[test]
    fn markers_are_recognised() {
        let marker = marker().unwrap();
        assert!(is_marker(&marker), "{marker}");
        assert!(!is_marker("UPPER0000000"));
        assert!(!is_marker("short"));
        assert!(!is_marker("with-hyphen0"));
    }
}
