//! Texts that are no token in the compact form, or no longer the one that was signed (RFC 7515 section 7.1).

use proptest::prelude::*;

use super::super::text::telling_text;
use super::super::token::{jwt_like, uuid};
use super::super::turn::in_turn;
use super::{damaged, each_of, one_of, texts};
use crate::model::edit::Edit;
use crate::model::jwt::{Damage, Jwt};

/// One of the three parts is missing, first of all the signature.
pub fn two_parts() -> BoxedStrategy<Jwt> {
    damaged(each_of(vec![Damage::Segments(2, false), Damage::WithoutSegment(1), Damage::WithoutSegment(0)]))
}

/// One part, four, or six and more.
pub fn not_three_parts() -> BoxedStrategy<Jwt> {
    damaged(prop_oneof![
        Just(Damage::Segments(1, false)),
        Just(Damage::Segments(1, true)),
        Just(Damage::FurtherSegments(1)),
        (3_usize..20).prop_map(Damage::FurtherSegments),
    ])
}

/// Five parts, as an encrypted token has (RFC 7516 section 7.1).
pub fn five_parts() -> BoxedStrategy<Jwt> {
    damaged(Just(Damage::FurtherSegments(2)))
}

/// The end of the signature is missing, or the end of another part.
pub fn truncated() -> BoxedStrategy<Jwt> {
    damaged(in_turn(vec![
        (1_usize..300).prop_map(|count| Damage::Edited(Edit::DropLast(count))).boxed(),
        // Of the 342 characters of a signature so many are left that they are still Base64url.
        (0_usize..80).prop_map(|count| Damage::Edited(Edit::DropLast(4 * count + 2))).boxed(),
        Just(Damage::Segments(2, true)).boxed(),
        (0_usize..3, 1_usize..300).prop_map(|(at, left)| Damage::Cut(at, left)).boxed(),
    ]))
}

/// One part stands there twice.
pub fn doubled_segment() -> BoxedStrategy<Jwt> {
    damaged((0_usize..3).prop_map(Damage::DoubledSegment))
}

/// Header or claims in Base64 of the other alphabet, or padded: what was signed is another text (RFC 7515 section 2).
pub fn reencoded() -> BoxedStrategy<Jwt> {
    damaged((0_usize..2).prop_flat_map(reencodings))
}

/// The signature in Base64 of the other alphabet, or padded. A lenient decoder reads the very same signature.
pub fn reencoded_signature() -> BoxedStrategy<Jwt> {
    damaged(reencodings(2))
}

fn reencodings(at: usize) -> impl Strategy<Value = Damage> {
    one_of(vec![Damage::Padded(at), Damage::StandardBase64(at)])
}

/// A blank or a tab within the token. Within the signature a lenient decoder passes over it.
pub fn whitespace_inside() -> BoxedStrategy<Jwt> {
    inserted(&[" ", "\t", "  "])
}

/// A line break within the token, which no header can hold.
pub fn newline_inside() -> BoxedStrategy<Jwt> {
    inserted(&["\n", "\r\n", "\r"])
}

fn inserted(all: &'static [&'static str]) -> BoxedStrategy<Jwt> {
    damaged(prop_oneof![
        (0_usize..2, texts(all)).prop_map(|(at, text)| Damage::AfterDot(at, text)),
        (0_usize..1500, texts(all)).prop_map(|(at, text)| Damage::Inserted(at, text)),
    ])
}

/// A text that is no token at all.
pub fn garbage() -> BoxedStrategy<Jwt> {
    damaged(
        prop_oneof![
            3 => "[A-Za-z0-9]{1,40}",
            1 => texts(&["null", "undefined", "token", "Bearer", "{}", "true", "0"]),
            1 => "[.]{1,6}",
            1 => uuid(),
            2 => jwt_like(),
            2 => telling_text(60),
        ]
        .prop_map(Damage::Instead),
    )
}

/// Header or claims that are no JSON object (RFC 7519 section 7.2).
pub fn not_json() -> BoxedStrategy<Jwt> {
    let text = prop_oneof![
        texts(&["x", "", "null", "[]", "1", "true", "\"text\"", "{", "}", "{\"a\"", "{'a':1}", "{\"a\":1,}"]),
        "[a-z {}\":,]{1,30}".prop_filter("a JSON object", |text| {
            serde_json::from_str::<serde_json::Value>(text).is_err()
        }),
    ];
    damaged((0_usize..2, text).prop_map(|(at, text)| Damage::SegmentOf(at, text)))
}

/// Claims with so many members that the token has more than 10 kB, as much as API Gateway takes in all headers.
pub fn huge() -> BoxedStrategy<Jwt> {
    damaged((300_usize..=1200).prop_map(Damage::Huge))
}

/// Claims that are nested more deeply than readers of JSON usually go.
pub fn nested() -> BoxedStrategy<Jwt> {
    damaged((128_usize..=2500).prop_map(Damage::Nested))
}
