//! Damage to the serialised form of a token (RFC 7515 section 7.1). Each function is pure and takes any text.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::members::Members;
use crate::model::jwt::Damage;

/// The most members, and the deepest nesting, that are put into claims.
const MOST: usize = 1 << 16;

/// The token with this damage.
pub(super) fn damage(token: &str, damage: &Damage) -> String {
    match damage {
        Damage::Edited(edit) => edit.apply(token),
        Damage::Instead(text) => text.clone(),
        Damage::Segments(count, dot) => {
            let left: Vec<&str> = token.split('.').take(*count).collect();
            left.join(".") + if *dot { "." } else { "" }
        }
        Damage::DoubledSegment(at) => on_segment(token, *at, |segment| format!("{segment}.{segment}")),
        Damage::WithoutSegment(at) => {
            let segments: Vec<&str> = token.split('.').collect();
            let gone = at % segments.len().max(1);
            let left = segments.iter().enumerate().filter(|(place, _)| *place != gone);
            left.map(|(_, segment)| *segment).collect::<Vec<_>>().join(".")
        }
        Damage::EmptySegment(at) => on_segment(token, *at, |_| String::new()),
        Damage::FurtherSegments(count) => token.to_owned() + &".e30".repeat((*count).clamp(1, MOST)),
        Damage::StandardBase64(at) => on_segment(token, *at, standard),
        Damage::Padded(at) => on_segment(token, *at, padded),
        Damage::Cut(at, left) => on_segment(token, *at, |segment| cut(segment, *left)),
        Damage::Inserted(at, text) => inserted(token, *at, text),
        Damage::AfterDot(at, text) => after_dot(token, *at, text),
        Damage::SegmentOf(at, text) => on_segment(token, *at, |_| URL_SAFE_NO_PAD.encode(text)),
        Damage::Huge(count) => on_members(token, 1, |claims| {
            for number in 0..(*count).clamp(1, MOST) {
                claims.push(&format!("poolproof{number}"), "poolproof");
            }
        }),
        Damage::Nested(depth) => on_members(token, 1, |claims| {
            let depth = (*depth).clamp(1, MOST);
            claims.push_raw("poolproof", format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        }),
    }
}

/// The token with one segment, counted modulo their number, changed.
fn on_segment(token: &str, at: usize, change: impl FnOnce(&str) -> String) -> String {
    let mut segments: Vec<String> = token.split('.').map(str::to_owned).collect();
    let at = at % segments.len().max(1);
    if let Some(segment) = segments.get_mut(at) {
        *segment = change(segment);
    }
    segments.join(".")
}

/// The token with the members of its header (0) or claims (1) changed; a segment that is not there comes into being.
pub(super) fn on_members(token: &str, at: usize, change: impl FnOnce(&mut Members)) -> String {
    let mut segments: Vec<String> = token.split('.').map(str::to_owned).collect();
    while segments.len() <= at {
        segments.push(String::new());
    }
    let mut members = Members::of_segment(&segments[at]);
    let before = members.to_string();
    change(&mut members);
    if members.to_string() != before {
        segments[at] = members.to_segment();
    }
    segments.join(".")
}

/// In the other alphabet and padded. Where neither makes a difference, with padding that does not belong there.
fn standard(segment: &str) -> String {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(segment) else { return padded(segment) };
    let encoded = STANDARD.encode(bytes);
    if encoded == segment { padded(segment) } else { encoded }
}

fn padded(segment: &str) -> String {
    let missing = 4 - segment.len() % 4;
    segment.to_owned() + &"=".repeat(missing)
}

fn cut(segment: &str, left: usize) -> String {
    let length = segment.chars().count();
    let left = 1 + left.saturating_sub(1) % length.saturating_sub(1).max(1);
    segment.chars().take(if length > 1 { left } else { 0 }).collect()
}

fn after_dot(token: &str, at: usize, text: &str) -> String {
    let dots: Vec<usize> = token.match_indices('.').map(|(place, _)| place + 1).collect();
    let place = dots.get(at % dots.len().max(1)).copied().unwrap_or(token.len());
    let (before, after) = token.split_at(place);
    format!("{before}{text}{after}")
}

fn inserted(token: &str, at: usize, text: &str) -> String {
    let length = token.chars().count();
    if length < 2 {
        return format!("{token}{text}{token}");
    }
    let place = 1 + at % (length - 1);
    let (before, after): (Vec<_>, Vec<_>) =
        token.chars().enumerate().partition(|(number, _)| *number < place);
    let part = |characters: Vec<(usize, char)>| -> String {
        characters.into_iter().map(|(_, character)| character).collect()
    };
    format!("{}{text}{}", part(before), part(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::edit::Edit;

    #[test]
    fn each_does_what_it_says() {
        let cases = [
            (Damage::Edited(Edit::Append("y".into())), "e30.e30.c2lny"),
            (Damage::Instead("text".into()), "text"),
            (Damage::Segments(2, false), "e30.e30"),
            (Damage::Segments(2, true), "e30.e30."),
            (Damage::Segments(0, false), ""),
            (Damage::DoubledSegment(2), "e30.e30.c2ln.c2ln"),
            (Damage::WithoutSegment(3), "e30.c2ln"),
            (Damage::EmptySegment(4), "e30..c2ln"),
            (Damage::FurtherSegments(0), "e30.e30.c2ln.e30"),
            (Damage::FurtherSegments(2), "e30.e30.c2ln.e30.e30"),
            (Damage::StandardBase64(0), "e30=.e30.c2ln"),
            (Damage::StandardBase64(2), "e30.e30.c2ln===="),
            (Damage::Padded(1), "e30.e30=.c2ln"),
            (Damage::Cut(2, 0), "e30.e30.c"),
            (Damage::Cut(2, 3), "e30.e30.c2l"),
            (Damage::Cut(2, 4), "e30.e30.c"),
            (Damage::Inserted(0, " ".into()), "e 30.e30.c2ln"),
            (Damage::Inserted(11, " ".into()), "e 30.e30.c2ln"),
            (Damage::Inserted(10, " ".into()), "e30.e30.c2l n"),
            (Damage::AfterDot(1, " ".into()), "e30.e30. c2ln"),
            (Damage::AfterDot(2, " ".into()), "e30. e30.c2ln"),
            (Damage::SegmentOf(1, "[]".into()), "e30.W10.c2ln"),
            (Damage::Huge(1), "e30.eyJwb29scHJvb2YwIjoicG9vbHByb29mIn0.c2ln"),
            (Damage::Nested(2), "e30.eyJwb29scHJvb2YiOltbXV19.c2ln"),
        ];
        for (what, expected) in cases {
            assert_eq!(damage("e30.e30.c2ln", &what), expected, "{what}");
        }
    }

    #[test]
    fn standard_base64_is_of_the_other_alphabet() {
        // The bytes fb ff: "-_8" and "+/8=".
        assert_eq!(damage("e30.-_8.c2ln", &Damage::StandardBase64(1)), "e30.+/8=.c2ln");
    }

    #[test]
    fn what_is_not_changed_keeps_its_spelling() {
        // { "a":1} with a blank after the brace.
        let token = "eyAiYSI6MX0.eyAiYSI6MX0.c2ln";
        assert_eq!(on_members(token, 0, |header| header.remove("b")), token);
        assert_ne!(on_members(token, 0, |header| header.remove("a")), token);
    }
}
