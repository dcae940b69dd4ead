//! Codes and tokens that nobody issued.

use proptest::prelude::*;

use super::text::{foreign_text, telling_text};
use crate::model::edit::Edit;

/// A random UUID of version 4 (RFC 9562 section 5.4), the form of a Cognito code.
pub(super) fn uuid() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|random| {
        let versioned = random & !(0xf000 << 64) | 0x4000 << 64;
        let bits = versioned & !(0b11 << 62) | 0b10 << 62;
        let hex = format!("{bits:032x}");
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    })
}

/// A code in the form of Cognito's that was never issued.
pub fn unknown_code() -> BoxedStrategy<String> {
    uuid().boxed()
}

/// A code that is no UUID: near misses of one, and texts of any form. None is empty.
pub fn malformed_code() -> BoxedStrategy<String> {
    let edit = prop_oneof![
        (1_usize..=35).prop_map(Edit::DropLast),
        "[A-Za-z0-9]{1,8}".prop_map(Edit::Append),
        "[A-Za-z0-9]{1,8}".prop_map(Edit::Prepend),
        (0_usize..36, prop::char::range('g', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
    ];
    prop_oneof![
        3 => (uuid(), edit).prop_map(|(uuid, edit)| edit.apply(&uuid)),
        1 => uuid().prop_map(|uuid| uuid.replace('-', "")),
        1 => uuid().prop_map(|uuid| format!("{{{uuid}}}")),
        1 => uuid().prop_map(|uuid| format!("urn:uuid:{uuid}")),
        1 => "[0-9]{1,12}",
        1 => telling_text(60),
        1 => foreign_text(),
        1 => jwt_like(),
    ]
    .prop_filter("the form of a code", |text| !is_uuid(text))
    .boxed()
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.chars().enumerate().all(|(at, character)| match at {
            8 | 13 | 18 | 23 => character == '-',
            _ => character.is_ascii_hexdigit(),
        })
}

/// Three parts that look like a signed JWT and are none.
pub fn jwt_like() -> BoxedStrategy<String> {
    "eyJ[A-Za-z0-9_-]{20,60}\\.eyJ[A-Za-z0-9_-]{20,120}\\.[A-Za-z0-9_-]{43,86}".boxed()
}

/// A refresh token that nobody issued: of the form of Cognito's, of other forms, or of none.
pub fn refresh_garbage() -> BoxedStrategy<String> {
    prop_oneof![
        2 => "eyJ[A-Za-z0-9_-]{60}\\.[A-Za-z0-9_-]{342}\\.[A-Za-z0-9_-]{16}\\.[A-Za-z0-9_-]{200,900}\\.[A-Za-z0-9_-]{22}",
        1 => jwt_like(),
        1 => uuid(),
        2 => "[A-Za-z0-9]{1,200}",
        2 => telling_text(120),
        1 => foreign_text(),
        1 => "[.]{1,6}",
    ]
    .boxed()
}

/// A change of a real token that no decoder overlooks.
///
/// The last character of a Base64url part may hold bits that mean nothing, and lenient decoders pass over characters
/// outside the alphabet: so anywhere in the token only the case of a letter changes, which always moves one of the two
/// leading bits, or a dot appears, which makes another part. Other characters change only in the first part, which is
/// authenticated as it is spelt (RFC 7516 section 5.1, RFC 7515 section 5.1).
pub fn tampering() -> BoxedStrategy<Edit> {
    prop_oneof![
        4 => (0_usize..2048).prop_map(Edit::SwapCase),
        2 => (0_usize..2048).prop_map(|at| Edit::Replace { at, with: '.' }),
        2 => (0_usize..24, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
    ]
    .boxed()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::alphabet::URL_SAFE;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

    use super::*;

    /// The parts as the most careless decoder reads them: it passes over odd characters and over trailing bits.
    fn careless(token: &str) -> Vec<Option<Vec<u8>>> {
        let config = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let decoder = GeneralPurpose::new(&URL_SAFE, config);
        let known = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        token
            .split('.')
            .map(|part| decoder.decode(part.chars().filter(known).collect::<String>()).ok())
            .collect()
    }

    #[test]
    fn a_uuid_has_its_dashes_and_nothing_else() {
        let good = "00000000-9999-4aaa-8fff-AAAAAAFFFFFF";
        assert!(is_uuid(good) && !is_uuid("") && !is_uuid(&good[1..]) && !is_uuid(&format!("{good}0")));
        for at in 0..good.len() {
            for odd in ["g", "-", "0", "\u{e9}"] {
                let mut text = good.to_owned();
                text.replace_range(at..=at, odd);
                let same_kind = (odd == "-") == (&good[at..=at] == "-") && matches!(odd, "-" | "0");
                assert_eq!(is_uuid(&text), same_kind, "{text}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn codes_have_the_form_of_a_uuid(code in unknown_code()) {
            prop_assert!(is_uuid(&code));
            prop_assert_eq!(&code[14..15], "4");
            prop_assert!(matches!(&code[19..20], "8" | "9" | "a" | "b"));
        }

        #[test]
        fn malformed_codes_do_not(code in malformed_code()) {
            prop_assert!(!code.is_empty() && !is_uuid(&code));
        }

        #[test]
        fn garbage_is_there(token in refresh_garbage()) {
            prop_assert!(!token.is_empty());
        }

        #[test]
        fn no_decoder_overlooks_tampering(
            token in "eyJ[A-Za-z0-9_-]{60}[AQgw]\\.[A-Za-z0-9_-]{341}[AQgw]\\.[A-Za-z0-9_-]{16}\\.[A-Za-z0-9_-]{300}\\.[A-Za-z0-9_-]{21}[AQgw]",
            edit in tampering(),
        ) {
            let tampered = edit.apply(&token);
            let first = |text: &str| text.split('.').next().unwrap_or_default().to_owned();
            prop_assert!(careless(&tampered) != careless(&token) || first(&tampered) != first(&token));
        }

        #[test]
        fn a_change_of_case_moves_a_leading_bit(letter in "[A-Za-z]") {
            let value = |letter: u8| if letter < b'a' { letter - b'A' } else { letter - b'a' + 26 };
            let letter = letter.as_bytes()[0];
            prop_assert_ne!(value(letter) >> 4, value(letter ^ 0x20) >> 4);
        }
    }
}
