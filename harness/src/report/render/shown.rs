//! Texts and numbers as every renderer shows them.

use crate::model::text::{SHOWN_CHARS, one_line};
use crate::model::verdict::VerdictKind;

/// The most characters of a line that are shown where a cut would make it useless, as in a command to be copied.
const LINE_CHARS: usize = 8 * 1024;
/// The most lines of a text that are shown.
const LINES: usize = 100;

/// One line of visible text, in a length that fits commands and observations.
pub(crate) fn line(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown = String::with_capacity(text.len().min(LINE_CHARS));
    let mut taken = 0;
    while taken < LINE_CHARS {
        let piece: String = characters.by_ref().take(SHOWN_CHARS.min(LINE_CHARS - taken)).collect();
        if piece.is_empty() {
            return shown;
        }
        taken += SHOWN_CHARS;
        shown.push_str(&one_line(&piece));
    }
    match characters.count() {
        0 => shown,
        rest => format!("{shown}… ({rest} more characters)"),
    }
}

/// The lines of a text, each visible.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut shown: Vec<String> = text.lines().take(LINES).map(line).collect();
    let rest = text.lines().count().saturating_sub(LINES);
    if rest > 0 {
        shown.push(format!("… ({rest} more lines)"));
    }
    shown
}

/// Whether a character neither moves a cursor nor hides itself.
pub(crate) fn is_visible(character: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = character.encode_utf8(&mut buffer);
    one_line(text) == text
}

/// A number with a comma between thousands.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with a noun that has a plain plural.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(count), if count == 1 { "" } else { "s" })
}

/// Milliseconds as seconds with one decimal.
pub(super) fn seconds(milliseconds: u64) -> String {
    let tenths = milliseconds / 100 + u64::from(milliseconds % 100 >= 50);
    format!("{}.{}", number(tenths / 10), tenths % 10)
}

/// What so many scenarios did, such as `3 deviate`.
pub(super) fn came_out(count: u64, kind: VerdictKind) -> String {
    let words = match (kind, count == 1) {
        (VerdictKind::NotApplicable, _) => "not applicable",
        (VerdictKind::Conforms, true) => "conforms",
        (VerdictKind::Conforms, false) => "conform",
        (VerdictKind::Tolerated, _) => "tolerated",
        (VerdictKind::Advisory, _) => "advisory",
        (VerdictKind::AcceptedDeviation, true) => "accepted deviation",
        (VerdictKind::AcceptedDeviation, false) => "accepted deviations",
        (VerdictKind::Inconclusive, _) => "inconclusive",
        (VerdictKind::Stale, _) => "stale",
        (VerdictKind::Deviates, true) => "deviates",
        (VerdictKind::Deviates, false) => "deviate",
        (VerdictKind::HarnessFault, true) => "harness fault",
        (VerdictKind::HarnessFault, false) => "harness faults",
    };
    format!("{} {words}", number(count))
}

/// The name of the target to which a unit with this name belongs: a guard is called `target/guard`.
pub(super) fn whole(unit: &str) -> &str {
    unit.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_commands_are_whole_and_endless_ones_are_cut() {
        let command = "é".repeat(LINE_CHARS);
        assert_eq!(line(&command), command);
        assert_eq!(line(&format!("{command}xyz")), format!("{command}… (3 more characters)"));
        assert_eq!(line(&format!("{}\u{1b}", "x".repeat(250))), format!("{}\\u{{1b}}", "x".repeat(250)));
        assert_eq!(lines(&"x\n".repeat(LINES + 2)).last().unwrap(), "… (2 more lines)");
        assert_eq!(lines("a\u{7}\r\nb"), [r"a\u{7}", "b"]);
    }

    #[test]
    fn numbers_are_grouped() {
        for (given, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(given), shown);
        }
        for (given, shown) in [
            (0, "0.0"),
            (49, "0.0"),
            (50, "0.1"),
            (1234, "1.2"),
            (1950, "2.0"),
            (u64::MAX, "18,446,744,073,709,551.6"),
        ] {
            assert_eq!(seconds(given), shown);
        }
        assert_eq!(counted(1, "token"), "1 token");
        assert_eq!(came_out(0, VerdictKind::Deviates), "0 deviate");
    }
}
