//! Documents that were right once, for tests: cut off, put together wrongly, doubled, nested, with odd text in them.
//! What is damaged a little gets further into a parser than what was never right.

use proptest::prelude::*;
use proptest::sample::Index;

/// Texts that parsers stumble over.
const ODD: &[&str] = &[
    "\0",
    "\r\n",
    "\n",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{feff}",
    "\u{fffe}",
    "\u{2028}",
    "e\u{301}\u{1f469}\u{200d}\u{1f4bb}",
    "\u{7f}",
    "\u{9b}",
    "\\u0000\\ud800",
    "\\",
    "\"",
    "'",
    "\"\"\"",
    "{",
    "}",
    "[",
    "]",
    "=",
    ":",
    ",",
    ";",
    "#",
    "%",
    "%00",
    "${",
    "$${",
    "<",
    ">",
    "</form>",
    "<!--",
    "&",
    "&#0;",
    "null",
    "true",
    "-1",
    "0x",
    "1e999",
    "18446744073709551616",
    "99999999999999999999999999999999999999999999999999",
    " ",
    "\t",
];

/// What a document may be nested in, or a key be made long with.
const NESTS: &[(&str, &str)] = &[
    ("[", "]"),
    ("{\"a\":", "}"),
    ("a.", ""),
    ("{a=", "}"),
    ("${A:-", "}"),
    ("<form>", "</form>"),
    ("(", ""),
];

/// One thing that happens to a document.
#[derive(Clone, Debug)]
enum Mishap {
    /// It ends early.
    Cut(Index),
    /// A part of it is missing.
    Drop(Index, usize),
    /// A part of it stands there twice.
    Repeat(Index, usize),
    /// A line of it stands at another place too: a key is there twice, or below another heading.
    CopyLine(Index, Index),
    /// Two bytes have changed places.
    Swap(Index, Index),
    /// A byte is another one.
    Byte(Index, u8),
    /// An odd text stands in it.
    Insert(Index, &'static str),
    /// Any text stands in it.
    Foreign(Index, String),
    /// A number is another one.
    Number(Index, &'static str),
    /// Something deeply nested stands in it.
    Nest(Index, (&'static str, &'static str), usize),
}

/// A place in `length` bytes, the end included.
fn place(index: Index, length: usize) -> usize {
    index.index(length + 1)
}

impl Mishap {
    fn happen(&self, document: &mut Vec<u8>) {
        let length = document.len();
        match self {
            Self::Cut(at) => document.truncate(place(*at, length)),
            Self::Drop(at, count) => {
                let start = place(*at, length);
                document.drain(start..(start + count).min(length));
            }
            Self::Repeat(at, count) => {
                let start = place(*at, length);
                let part = document[start..(start + count).min(length)].to_vec();
                insert(document, start, &part);
            }
            Self::CopyLine(from, to) => {
                let lines: Vec<&[u8]> = document.split_inclusive(|byte| *byte == b'\n').collect();
                if let Some(line) = lines.get(place(*from, lines.len().saturating_sub(1))) {
                    let target: usize =
                        lines.iter().take(place(*to, lines.len())).map(|line| line.len()).sum();
                    let line = line.to_vec();
                    insert(document, target, &line);
                }
            }
            Self::Swap(one, other) if length > 0 => document.swap(one.index(length), other.index(length)),
            Self::Byte(at, byte) if length > 0 => document[at.index(length)] = *byte,
            Self::Swap(..) | Self::Byte(..) => {}
            Self::Insert(at, text) => insert(document, place(*at, length), text.as_bytes()),
            Self::Foreign(at, text) => insert(document, place(*at, length), text.as_bytes()),
            Self::Number(at, number) => {
                let from = place(*at, length);
                if let Some(start) = (from..length).find(|at| document[*at].is_ascii_digit()) {
                    let digits = document[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    document.splice(start..start + digits, number.bytes());
                }
            }
            Self::Nest(at, (open, close), depth) => {
                let nested = format!("{}{}", open.repeat(*depth), close.repeat(*depth));
                insert(document, place(*at, length), nested.as_bytes());
            }
        }
    }
}

fn insert(document: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    document.splice(at..at, bytes.iter().copied());
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let numbers =
        &["0", "-1", "1e309", "9223372036854775808", "18446744073709551615", "18446744073709551616"];
    prop_oneof![
        2 => any::<Index>().prop_map(Mishap::Cut),
        3 => (any::<Index>(), 1_usize..40).prop_map(|(at, count)| Mishap::Drop(at, count)),
        2 => (any::<Index>(), 1_usize..200).prop_map(|(at, count)| Mishap::Repeat(at, count)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mishap::CopyLine(from, to)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Mishap::Swap(one, other)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mishap::Byte(at, byte)),
        5 => (any::<Index>(), prop::sample::select(ODD)).prop_map(|(at, text)| Mishap::Insert(at, text)),
        1 => (any::<Index>(), any::<String>()).prop_map(|(at, text)| Mishap::Foreign(at, text)),
        2 => (any::<Index>(), prop::sample::select(&numbers[..])).prop_map(|(at, text)| Mishap::Number(at, text)),
        1 => (any::<Index>(), prop::sample::select(NESTS), prop_oneof![4 => 1_usize..200, 1 => 2_000_usize..20_000])
            .prop_map(|(at, nest, depth)| Mishap::Nest(at, nest, depth)),
    ]
}

/// One of these documents after up to four mishaps, or anything at all.
pub(crate) fn bytes<T>(documents: Vec<T>) -> impl Strategy<Value = Vec<u8>>
where
    T: AsRef<[u8]> + Clone + std::fmt::Debug + 'static,
{
    let damaged = (prop::sample::select(documents), prop::collection::vec(mishap(), 0..4)).prop_map(
        |(document, mishaps)| {
            let mut bytes = document.as_ref().to_vec();
            for mishap in &mishaps {
                mishap.happen(&mut bytes);
            }
            bytes
        },
    );
    prop_oneof![12 => damaged, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

/// The same as text.
pub(crate) fn text<T>(documents: Vec<T>) -> impl Strategy<Value = String>
where
    T: AsRef<[u8]> + Clone + std::fmt::Debug + 'static,
{
    prop_oneof![
        12 => bytes(documents).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        1 => any::<String>(),
    ]
}

/// Text with everything in it that has a meaning somewhere.
pub(crate) fn odd_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(ODD).prop_map(str::to_owned),
        "[ -~]{0,12}",
        any::<String>(),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Something that has no form for a reader, because it may hold secrets.
#[derive(Clone)]
pub(crate) struct Unshown<T>(pub(crate) T);

impl<T> std::fmt::Debug for Unshown<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("(not shown)")
    }
}

/// The settings of properties: no file is written, and so many cases are tried.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

/// Whether a text may be shown on a terminal, line breaks of our own apart.
pub(crate) fn is_harmless(text: &str) -> bool {
    text.split('\n').all(|line| {
        line.chars().all(|c| !c.is_control() && !matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    })
}
