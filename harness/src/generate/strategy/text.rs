//! Texts without meaning, and single edits that stay within an alphabet.

use proptest::prelude::*;

use crate::model::edit::Edit;

/// Characters that mean something in a URL, in a form or in Basic authentication, besides letters and digits.
const TELLING: &[char] =
    &[':', '+', '/', '%', '=', '&', '-', '_', '.', '~', '!', '@', '#', '?', '$', ';', ','];

/// A letter, a digit or a character that some encoding treats specially.
pub(super) fn telling_character() -> impl Strategy<Value = char> {
    prop_oneof![
        3 => prop::char::range('a', 'z'),
        1 => prop::char::range('A', 'Z'),
        1 => prop::char::range('0', '9'),
        2 => prop::sample::select(TELLING),
    ]
}

/// Such characters, at least one.
pub(super) fn telling_text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(telling_character(), 1..=most).prop_map(String::from_iter)
}

/// Letters beyond ASCII, as names and texts hold them; nothing invisible and no line break.
pub(super) fn foreign_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\u{e9}".to_owned()),
        Just("\u{fc}ml\u{e4}ut".to_owned()),
        Just("\u{3b1}\u{3b2}\u{3b3}".to_owned()),
        Just("\u{43a}\u{43b}\u{44e}\u{447}".to_owned()),
        Just("\u{9375}".to_owned()),
        Just("\u{1f511}".to_owned()),
        "[\u{c0}-\u{d6}\u{e0}-\u{f6}\u{391}-\u{3a1}\u{430}-\u{44f}]{1,12}",
    ]
}

/// One difference that keeps a text in about the same form.
pub(super) fn near_miss() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0_usize..64, telling_character()).prop_map(|(at, with)| Edit::Replace { at, with }),
        (0_usize..64).prop_map(Edit::SwapCase),
        (0_usize..64).prop_map(Edit::SwapNeighbours),
        telling_text(4).prop_map(Edit::Append),
        telling_text(4).prop_map(Edit::Prepend),
        // Never down to nothing: an empty text is a class of its own.
        (1_usize..=4).prop_map(Edit::DropLast),
    ]
}
