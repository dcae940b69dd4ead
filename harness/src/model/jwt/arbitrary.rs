//! Any token as data, for tests.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Change, Damage, Genuine, Jwt, KeyForm, Signer};
use crate::model::edit::Edit;

/// Every form of a public key.
pub(crate) const FORMS: [KeyForm; 8] = [
    KeyForm::Pem,
    KeyForm::PemWithoutNewline,
    KeyForm::PemPkcs1,
    KeyForm::Der,
    KeyForm::Modulus,
    KeyForm::ModulusText,
    KeyForm::Jwk,
    KeyForm::Empty,
];

/// Algorithms of signatures with the issuer's RSA key (RFC 7518 sections 3.3 and 3.5).
pub(crate) const RSA: [&str; 6] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/// Algorithms of signatures with a key that nobody trusts.
pub(crate) const FOREIGN: [&str; 10] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

const NAMES: &[&str] =
    &["iss", "sub", "aud", "exp", "iat", "nbf", "scope", "client_id", "token_use", "kid", "alg", "absent"];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(NAMES).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Json> {
    prop_oneof![
        any::<String>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
        prop::collection::vec(any::<String>(), 0..3).prop_map(Json::from),
        any::<String>().prop_map(|text| json!({ text: [1, { "a": null }] })),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (0_usize..2000, any::<char>()).prop_map(|(at, with)| Edit::Replace { at, with }),
        (0_usize..2000).prop_map(Edit::SwapCase),
        any::<String>().prop_map(Edit::Append),
        any::<String>().prop_map(Edit::Prepend),
        (0_usize..2000).prop_map(Edit::DropLast),
        Just(Edit::Empty),
        Just(Edit::TrailingSlash),
        any::<String>().prop_map(Edit::HostPrefix),
        Just(Edit::Unsigned),
    ]
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        edit().prop_map(Damage::Edited),
        any::<String>().prop_map(Damage::Instead),
        (0_usize..5, any::<bool>()).prop_map(|(count, dot)| Damage::Segments(count, dot)),
        any::<usize>().prop_map(Damage::DoubledSegment),
        any::<usize>().prop_map(Damage::WithoutSegment),
        any::<usize>().prop_map(Damage::EmptySegment),
        (0_usize..5).prop_map(Damage::FurtherSegments),
        any::<usize>().prop_map(Damage::StandardBase64),
        any::<usize>().prop_map(Damage::Padded),
        (any::<usize>(), any::<usize>()).prop_map(|(at, left)| Damage::Cut(at, left)),
        (any::<usize>(), any::<String>()).prop_map(|(at, text)| Damage::Inserted(at, text)),
        (any::<usize>(), any::<String>()).prop_map(|(at, text)| Damage::AfterDot(at, text)),
        (any::<usize>(), any::<String>()).prop_map(|(at, text)| Damage::SegmentOf(at, text)),
        (0_usize..50).prop_map(Damage::Huge),
        (0_usize..300).prop_map(Damage::Nested),
    ]
}

/// Signing without the issuer's key.
fn forger() -> impl Strategy<Value = Signer> {
    prop_oneof![
        prop::sample::select(&FOREIGN[..]).prop_map(|alg| Signer::Foreign(alg.to_owned())),
        (prop::sample::select(&["HS256", "HS384", "HS512"][..]), prop::sample::select(&FORMS[..]))
            .prop_map(|(alg, form)| Signer::PublicKey(alg.to_owned(), form)),
        (any::<String>(), any::<String>()).prop_map(|(alg, text)| Signer::Nobody(alg, text)),
    ]
}

/// A change for which the issuer's key is not needed.
pub(crate) fn any_forgery() -> impl Strategy<Value = Change> {
    prop_oneof![
        (name(), value()).prop_map(|(name, value)| Change::Claim(name, value)),
        name().prop_map(Change::NoClaim),
        (name(), any::<i64>()).prop_map(|(name, seconds)| Change::ClaimIn(name, seconds)),
        (name(), value()).prop_map(|(name, value)| Change::ClaimTwice(name, value)),
        (name(), edit()).prop_map(|(name, edit)| Change::ClaimEdited(name, edit)),
        (name(), any_genuine()).prop_map(|(name, genuine)| Change::ClaimFrom(name, genuine)),
        (name(), prop::collection::vec(value(), 0..3))
            .prop_map(|(name, others)| Change::ClaimListed(name, others)),
        (name(), name()).prop_map(|(name, new)| Change::ClaimRenamed(name, new)),
        (name(), value()).prop_map(|(name, value)| Change::Header(name, value)),
        name().prop_map(Change::NoHeader),
        edit().prop_map(Change::KidEdited),
        prop::sample::select(&["jku", "jwk", "x5u", "x5c"][..])
            .prop_map(|name| Change::PointsToKey(name.to_owned())),
        forger().prop_map(Change::Signed),
        damage().prop_map(Change::Damaged),
    ]
}

/// Any genuine token.
pub(crate) fn any_genuine() -> impl Strategy<Value = Genuine> {
    prop::sample::select(&Genuine::ALL[..])
}

/// Any token, also one for which the issuer's key is needed.
pub(crate) fn any_jwt() -> impl Strategy<Value = Jwt> {
    let issuer = prop_oneof![
        prop::sample::select(&RSA[..]).prop_map(|alg| Signer::Issuer(alg.to_owned())),
        prop::sample::select(&RSA[..]).prop_map(|alg| Signer::IssuerAsIs(alg.to_owned())),
        Just(Signer::NewKey),
        Just(Signer::NewEllipticKey),
        Just(Signer::EncryptionKey),
    ];
    let change = prop_oneof![5 => any_forgery(), 1 => issuer.prop_map(Change::Signed)];
    (any_genuine(), prop::collection::vec(change, 0..4))
        .prop_map(|(genuine, changes)| Jwt { genuine, changes })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_token_as_data_is_read_back_as_it_was_written(jwt in any_jwt()) {
        let written = serde_json::to_string(&jwt).unwrap();
        prop_assert_eq!(serde_json::from_str::<Jwt>(&written).unwrap(), jwt);
    }

    #[test]
    fn what_is_shown_is_one_visible_line(jwt in any_jwt()) {
        let shown = jwt.to_string();
        prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
        prop_assert!(shown.len() < 8000);
    }
}
