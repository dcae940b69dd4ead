//! Foreign text made harmless: what a target sends never moves a cursor, colours a line or fills a page.

use std::fmt::Write as _;

/// The longest piece of foreign text that is shown, in characters.
pub const SHOWN_CHARS: usize = 200;

/// One line of visible text from anything: control and formatting characters become escapes like `\u{1b}`,
/// and what is longer than [`SHOWN_CHARS`] is cut with a note of the full length.
pub fn one_line(foreign: &str) -> String {
    let mut shown = String::with_capacity(foreign.len().min(SHOWN_CHARS));
    let mut total = 0_usize;
    for character in foreign.chars() {
        total += 1;
        if total > SHOWN_CHARS {
            continue;
        }
        if is_visible(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    if total > SHOWN_CHARS {
        let _ = write!(shown, "… ({total} characters)");
    }
    shown
}

/// A text as one word of a shell, quoted where that is needed.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    if !text.chars().all(is_visible) {
        return ansi_c_word(text);
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A word whose characters are not all visible, as bash, zsh and ksh read it: each of those in hexadecimal, byte by byte.
fn ansi_c_word(text: &str) -> String {
    let mut word = "$'".to_owned();
    for character in text.chars() {
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            visible if is_visible(visible) => word.push(visible),
            hidden => {
                for byte in hidden.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(word, "\\x{byte:02x}");
                }
            }
        }
    }
    word.push('\'');
    word
}

/// What is wrong with a JSON text, and where; values of it, which may be secrets, are left out.
pub fn json_fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // `invalid type: string "...", expected a number`, `invalid value: ...`, `unknown variant ...`.
    let quotes_a_value = ["invalid type: ", "invalid value: ", "invalid length: ", "unknown variant "]
        .into_iter()
        .find(|beginning| text.starts_with(beginning));
    let Some(beginning) = quotes_a_value else { return one_line(&text) };
    let kind = beginning.trim_end_matches([':', ' ']);
    let expected = text.rfind(", expected ").map_or("", |at| &text[at..]);
    if expected.is_empty() {
        return format!("{kind} at line {} column {}", error.line(), error.column());
    }
    one_line(&format!("{kind}{expected}"))
}

/// Several lines of foreign text: like [`one_line`] for each line, line breaks kept, at most `lines` of them.
pub fn block(foreign: &str, lines: usize) -> String {
    let mut shown: Vec<String> = foreign.lines().take(lines).map(one_line).collect();
    let total = foreign.lines().count();
    if total > lines {
        shown.push(format!("… ({total} lines)"));
    }
    shown.join("\n")
}

/// Whether a character can be shown: it neither moves a cursor nor hides itself, and every format may hold it. Of those
/// that are none (Unicode 23.7) XML forbids two.
pub(crate) fn is_visible(character: char) -> bool {
    let is_none = matches!(character, '\u{fdd0}'..='\u{fdef}') || u32::from(character) & 0xfffe == 0xfffe;
    let formatting = matches!(
        character,
        '\u{00ad}'
            | '\u{061c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !character.is_control() && !formatting && !is_none
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::damaged::{is_harmless, odd_text};
    use proptest::prelude::*;

    #[test]
    fn escapes_are_shown_and_not_obeyed() {
        assert_eq!(one_line("a\u{1b}[31mb\r\n\u{202e}c"), r"a\u{1b}[31mb\u{d}\u{a}\u{202e}c");
    }

    #[test]
    fn long_text_is_cut_and_says_so() {
        let shown = one_line(&"x".repeat(1000));
        assert!(shown.ends_with("… (1000 characters)"), "{shown}");
        assert_eq!(shown.chars().filter(|c| *c == 'x').count(), SHOWN_CHARS);
    }

    #[test]
    fn a_fault_in_json_is_told_without_the_value() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Numbers {
            #[expect(dead_code, reason = "only its type matters")]
            number: u8,
        }
        let fault = |text: &str| json_fault(&serde_json::from_str::<Numbers>(text).unwrap_err());
        assert_eq!(
            fault(r#"{"number": "s3cr3t, expected x"}"#),
            "invalid type, expected u8 at line 1 column 31"
        );
        assert_eq!(fault(r#"{"number": 7777}"#), "invalid value, expected u8 at line 1 column 15");
        assert_eq!(fault("{}"), "missing field `number` at line 1 column 2");
        assert!(fault(r#"{"numbr": 1}"#).starts_with("unknown field `numbr`"));
        assert!(fault("s3cr3t").starts_with("expected value"));
    }

    #[test]
    fn a_word_of_a_shell_is_quoted_where_needed() {
        assert_eq!(shell_word("http://127.0.0.1:9302/a-b"), "http://127.0.0.1:9302/a-b");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("it's ${HOME}"), r"'it'\''s ${HOME}'");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn nothing_foreign_controls_the_terminal(foreign in odd_text(), lines in 0_usize..4) {
            let line = one_line(&foreign);
            prop_assert!(line.chars().all(is_visible) && is_harmless(&line));
            let block = block(&foreign, lines);
            prop_assert!(is_harmless(&block) && block.lines().count() <= lines + 1, "{block:?}");
        }

        #[test]
        fn however_long_it_is_little_is_shown(piece in odd_text(), times in 1_usize..400) {
            let foreign = piece.repeat(times);
            let line = one_line(&foreign);
            let longest = SHOWN_CHARS * "u{10ffff}".len() + 250;
            prop_assert!(line.chars().count() <= longest);
            prop_assert_eq!(line.contains('…') && !piece.contains('…'), foreign.chars().count() > SHOWN_CHARS && !piece.contains('…'));
        }

        #[test]
        fn a_word_of_a_shell_is_one_harmless_word(text in odd_text()) {
            let word = shell_word(&text);
            prop_assert!(word.chars().all(is_visible), "{word:?}");
        }
    }
}
