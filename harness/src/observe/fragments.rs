//! Finds pieces of secrets in foreign text, however they were written: in another case, encoded, backwards, taken apart.
//!
//! Letters and digits alone are compared, whatever stands between them, so that a secret that was split or whose odd
//! characters were escaped is found too.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::redact::HIDDEN;

/// The length of a piece that gives a secret away, in letters and digits. Shorter ones occur by chance.
const PIECE: usize = 12;

/// A secret with fewer letters and digits is not looked for in pieces: it may be an ordinary word.
const SHORTEST: usize = 8;

/// Pieces of secrets in all their forms.
#[derive(Clone, Default)]
pub struct Fragments {
    pieces: HashSet<[u8; PIECE]>,
    /// Forms that are shorter than a piece.
    short: HashSet<Vec<u8>>,
}

impl Fragments {
    /// The pieces of these secrets, and of what is commonly made of one.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut fragments = Self::default();
        for secret in secrets {
            fragments.extend(secret);
        }
        fragments
    }

    /// Adds a text as it is: for tokens, of which there are many and which are long.
    pub fn add(&mut self, text: &str) {
        let bytes: Vec<u8> = squeezed(text).map(|(_, byte)| byte).collect();
        if bytes.len() >= PIECE {
            self.pieces.extend(bytes.windows(PIECE).filter_map(|piece| <[u8; PIECE]>::try_from(piece).ok()));
        } else if bytes.len() >= SHORTEST {
            self.short.insert(bytes);
        }
    }

    /// Adds a secret, and what is commonly made of one.
    pub fn extend(&mut self, secret: &str) {
        if squeezed(secret).count() < SHORTEST {
            return;
        }
        self.add(secret);
        self.add(&secret.chars().rev().collect::<String>());
        // Percent-encoding of all bytes comes to the same.
        self.add(&secret.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02x}")));
        self.add(&secret.escape_debug().to_string());
        let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        self.add(&escaped);
        for before in 0..3 {
            // Behind one or two other bytes it looks different. What mixes with its neighbours is left out.
            let padded = [&[0_u8; 3][..before], secret.as_bytes()].concat();
            let encoded = STANDARD_NO_PAD.encode(&padded);
            let begin = (before * 8).div_ceil(6);
            self.add(&encoded[begin..padded.len() * 8 / 6]);
        }
    }

    /// Whether it knows no secret.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.short.is_empty()
    }

    /// Whether a piece of a secret is in the text.
    pub fn are_in(&self, text: &str) -> bool {
        !self.found(text).is_empty()
    }

    /// The text without pieces of secrets.
    pub fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let found = self.found(text);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut hidden = String::with_capacity(text.len());
        let mut at = 0;
        for Range { start, end } in found {
            hidden.push_str(&text[at..start]);
            hidden.push_str(HIDDEN);
            at = end;
        }
        hidden.push_str(&text[at..]);
        Cow::Owned(hidden)
    }

    /// Where pieces are, from the first letter to the last; pieces that overlap are one.
    fn found(&self, text: &str) -> Vec<Range<usize>> {
        if self.is_empty() || text.len() < SHORTEST {
            return Vec::new();
        }
        let (places, bytes): (Vec<usize>, Vec<u8>) = squeezed(text).unzip();
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut mark = |begin: usize, length: usize| {
            // Letters and digits of ASCII are one byte long.
            let (start, end) = (places[begin], places[begin + length - 1] + 1);
            match found.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ => found.push(start..end),
            }
        };
        for begin in 0..bytes.len() {
            let rest = &bytes[begin..];
            if rest.first_chunk().is_some_and(|piece| self.pieces.contains::<[u8; PIECE]>(piece)) {
                mark(begin, PIECE);
            } else if let Some(short) = self.short.iter().find(|short| rest.starts_with(short)).map(Vec::len)
            {
                mark(begin, short);
            }
        }
        found
    }
}

/// The letters and digits of ASCII in lower case, each with its place.
fn squeezed(text: &str) -> impl Iterator<Item = (usize, u8)> {
    text.bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_alphanumeric())
        .map(|(at, byte)| (at, byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    const SECRET: &str = "kq7-wm2.xT9_bd4nLs8vH6";

    fn hidden(text: &str) -> String {
        Fragments::of([SECRET]).hide(text).into_owned()
    }

    #[test]
    fn each_form_is_found() {
        let hex: String = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
        let percent: String = SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
        let split: Vec<String> = SECRET.chars().map(String::from).collect();
        for form in [
            SECRET.to_owned(),
            SECRET.to_uppercase(),
            SECRET.chars().rev().collect(),
            hex,
            percent,
            split.join(" "),
            split.join("</b>\n<b>").replace("b>", ">"),
            STANDARD.encode(SECRET),
            STANDARD.encode(format!("a:{SECRET}"))[3..].to_owned(),
            URL_SAFE_NO_PAD.encode(format!("ab:{SECRET}"))[4..].to_owned(),
        ] {
            let shown = hidden(&format!("no ({form}) here"));
            assert!(shown.starts_with("no (") && shown.ends_with(") here"), "{form}: {shown}");
            assert!(shown.contains(HIDDEN) && shown.len() < 40, "{form}: {shown}");
        }
    }

    #[test]
    fn a_part_of_it_is_found_and_ordinary_text_is_left_alone() {
        assert_eq!(hidden("x kq7-wm2.xT9_bd4 x"), "x <hidden> x");
        assert_eq!(hidden("kq7-wm2.xT9_b and ünïcode"), "kq7-wm2.xT9_b and ünïcode", "eleven are not enough");
        let text = "invalid_client: the secret of client web is wrong; max-age=31536000";
        assert_eq!(hidden(text), text);
    }

    #[test]
    fn a_short_secret_is_found_as_a_whole_and_a_very_short_one_is_a_word() {
        let fragments = Fragments::of(["Pa55-w0rd!", "letmein"]);
        assert_eq!(fragments.hide("your PA55 W0RD! letmein"), "your <hidden>! letmein");
        assert!(Fragments::of(["letmein"]).is_empty());
    }

    #[test]
    fn what_stands_between_two_secrets_stays() {
        let fragments = Fragments::of(["Pa55w0rd", SECRET]);
        assert_eq!(fragments.hide("Pa55w0rd"), "<hidden>");
        let text = format!("Pa55w0rd, {SECRET} and pa55w0rd");
        assert_eq!(fragments.hide(&text), "<hidden>, <hidden> and <hidden>");
    }

    #[test]
    fn of_base64_all_that_comes_of_the_secret_alone_is_found() {
        for secret in ["Pa55w0rd", SECRET] {
            let fragments = Fragments::of([secret]);
            for before in 0..3 {
                let beside = |byte: u8| {
                    URL_SAFE_NO_PAD.encode([&[byte; 3][..before], secret.as_bytes(), &[byte; 3]].concat())
                };
                let (text, other) = (beside(0), beside(0xff));
                let same = |at: &usize| text.as_bytes()[*at] == other.as_bytes()[*at];
                let (first, last) = ((0..text.len()).find(same), (0..text.len()).rfind(same));
                let (first, last) = (first.unwrap(), last.unwrap());
                let expected = format!("{}{HIDDEN}{}", &text[..first], &text[last + 1..]);
                assert_eq!(fragments.hide(&text), expected, "{secret} behind {before} bytes");
            }
        }
    }

    #[test]
    fn what_is_added_as_it_is_has_no_other_forms() {
        let mut fragments = Fragments::default();
        fragments.add("eyJhbGciOiJSUzI1NiJ9.e30.abc");
        assert!(fragments.are_in("EYJHBGCI-OIJSUZI1"));
        assert!(!fragments.are_in(&STANDARD.encode("eyJhbGciOiJSUzI1NiJ9.e30.abc")));
    }
}
