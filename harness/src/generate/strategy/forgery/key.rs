//! Forgeries of the signature and of what it protects, without the issuer's key.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::turn::in_turn;
use super::{each_of, foreign, good, one_of, texts};
use crate::model::edit::Edit;
use crate::model::jwt::{Change, Jwt, KeyForm, Signer};

/// Not signed, with every spelling of `none` and an empty, the original or a random signature (RFC 7518 section 3.6,
/// RFC 8725 section 2.1).
pub fn alg_none() -> BoxedStrategy<Jwt> {
    let spellings = ["none", "None", "NONE", "nOnE", "nonE", "none ", " none", ""];
    let spelling = || each_of(spellings.map(str::to_owned).to_vec());
    let nobody = |alg: String, signature: String| good([Change::Signed(Signer::Nobody(alg, signature))]);
    in_turn(vec![
        spelling().prop_map(move |alg| nobody(alg, String::new())).boxed(),
        spelling().prop_map(|alg| good([header("alg", &alg)])).boxed(),
        (spelling(), "[A-Za-z0-9_-]{342}").prop_map(move |(alg, signature)| nobody(alg, signature)).boxed(),
    ])
}

/// HMAC with the public key as the secret (RFC 8725 section 2.1).
pub fn hmac_public_key() -> BoxedStrategy<Jwt> {
    let forms = vec![
        KeyForm::Pem,
        KeyForm::PemWithoutNewline,
        KeyForm::PemPkcs1,
        KeyForm::Der,
        KeyForm::Modulus,
        KeyForm::ModulusText,
        KeyForm::Jwk,
        KeyForm::Empty,
    ];
    (texts(&["HS256", "HS384", "HS512"]), one_of(forms))
        .prop_map(|(alg, form)| good([Change::Signed(Signer::PublicKey(alg, form))]))
        .boxed()
}

/// Signed with a key that nobody trusts under the name of the issuer's key (RFC 7515 section 5.2).
pub fn foreign_key() -> BoxedStrategy<Jwt> {
    let algs = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
    each_of(algs.to_vec()).prop_map(|alg| good([foreign(alg)])).boxed()
}

/// Names a key that the key set does not have.
pub fn unknown_kid() -> BoxedStrategy<Jwt> {
    let change = in_turn(vec![
        (0_usize..44).prop_map(|at| Change::KidEdited(Edit::SwapCase(at))).boxed(),
        (0_usize..44, prop::char::range('a', 'z'))
            .prop_map(|(at, with)| Change::KidEdited(Edit::Replace { at, with }))
            .boxed(),
        "[A-Za-z0-9+/]{1,4}".prop_map(|more| Change::KidEdited(Edit::Append(more))).boxed(),
        (1_usize..8).prop_map(|count| Change::KidEdited(Edit::DropLast(count))).boxed(),
        "[A-Za-z0-9+/]{43}=".prop_map(|kid| header("kid", &kid)).boxed(),
        "[a-z]{1,12}".prop_map(|kid| header("kid", &kid)).boxed(),
        (0_u32..1_000_000).prop_map(|kid| header("kid", &kid.to_string())).boxed(),
        (0_u32..1_000_000).prop_map(|kid| Change::Header("kid".to_owned(), json!(kid))).boxed(),
    ]);
    closed(change)
}

/// Names no key.
pub fn absent_kid() -> BoxedStrategy<Jwt> {
    closed(Just(Change::NoHeader("kid".to_owned())))
}

/// Names a key with an empty name, or with none.
pub fn empty_kid() -> BoxedStrategy<Jwt> {
    closed(
        each_of(vec![json!(""), json!(" "), Json::Null])
            .prop_map(|kid| Change::Header("kid".to_owned(), kid)),
    )
}

/// Names a key so that a careless reader opens a file, asks a database or fetches a URL (RFC 8725 section 2.9). An empty
/// file is an empty secret of HMAC.
pub fn path_kid() -> BoxedStrategy<Jwt> {
    let empty_files = texts(&["../../dev/null", "/dev/null", "../../../../../../../../dev/null"]);
    let kid = texts(&[
        "..\\..\\windows\\win.ini",
        "file:///dev/null",
        "https://keys.poolproof.test/key.pem",
        "//keys.poolproof.test/key.pem",
        "x' OR '1'='1",
        "x' UNION SELECT '' --",
        "x\u{0}",
        "$(id)",
        "|id",
        "__proto__",
        "constructor",
    ]);
    let empty = || Change::Signed(Signer::PublicKey("HS256".to_owned(), KeyForm::Empty));
    let closing = one_of(vec![empty(), foreign("RS256")]);
    in_turn(vec![
        empty_files.prop_map(move |kid| good([header("kid", &kid), empty()])).boxed(),
        (kid, closing).prop_map(|(kid, closing)| good([header("kid", &kid), closing])).boxed(),
    ])
}

/// Brings or points to the key that verifies it (RFC 7515 sections 4.1.2 to 4.1.6, RFC 8725 section 2.10).
pub fn points_to_key() -> BoxedStrategy<Jwt> {
    each_of(vec!["jwk", "jku", "x5c", "x5u"])
        .prop_map(|name| good([Change::PointsToKey(name.to_owned())]))
        .boxed()
}

/// One claim says something else, and the signature stays as it was.
pub fn tampered() -> BoxedStrategy<Jwt> {
    let claim = |name: &str, value: Json| Change::Claim(name.to_owned(), value);
    let edited = |name: &'static str| {
        prop_oneof![
            (0_usize..40).prop_map(Edit::SwapCase),
            (0_usize..40, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
            "[a-z0-9]{1,8}".prop_map(Edit::Append),
        ]
        .prop_map(move |edit| Change::ClaimEdited(name.to_owned(), edit))
    };
    prop_oneof![
        edited("sub"),
        "[a-z]{1,8}"
            .prop_map(|scope| Change::ClaimEdited("scope".to_owned(), Edit::Append(format!(" {scope}")))),
        (1_i64..=365).prop_map(|days| Change::ClaimIn("exp".to_owned(), days * 86_400)),
        edited("client_id"),
        edited("aud"),
        edited("iss"),
        edited("username"),
        edited("cognito:username"),
        texts(&["administrators", "root", "admin"])
            .prop_map(move |group| claim("cognito:groups", json!([group]))),
        texts(&["id", "access", "refresh"]).prop_map(move |token_use| claim("token_use", json!(token_use))),
    ]
    .prop_map(|change| good([change]))
    .boxed()
}

/// One claim stands there twice, first with another value, and the signature stays as it was (RFC 7519 section 4).
pub fn duplicate_claim() -> BoxedStrategy<Jwt> {
    let claim = |name: &'static str, value: Json| Change::ClaimTwice(name.to_owned(), value);
    one_of(vec![
        claim("sub", json!("eve")),
        claim("scope", json!("https://api.poolproof.test/admin")),
        claim("exp", json!(4_102_444_800_u64)),
        claim("client_id", json!("poolproofotherclient000001")),
        claim("aud", json!("poolproofotherclient000001")),
        claim("iss", json!("https://issuer.poolproof.test")),
        claim("token_use", json!("access")),
        claim("cognito:groups", json!(["administrators"])),
    ])
    .prop_map(|change| good([change]))
    .boxed()
}

fn header(name: &str, value: &str) -> Change {
    Change::Header(name.to_owned(), json!(value))
}

/// With this change, signed with a foreign key or with the signature as it was.
fn closed(change: impl Strategy<Value = Change> + 'static) -> BoxedStrategy<Jwt> {
    (change, any::<bool>())
        .prop_map(|(change, kept)| if kept { good([change]) } else { good([change, foreign("RS256")]) })
        .boxed()
}
