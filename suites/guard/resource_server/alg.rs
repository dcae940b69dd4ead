//! The algorithm of a signature: `RS256` and no other (RFC 8725 section 3.1).

use poolproof_harness::prelude::*;

use super::{KEY, REFUSAL, any_of, with};

const NONE: Scenario = Scenario {
    id: "none",
    says: "a token that is not signed is refused, however `none` is spelled",
    covers: &["rs.alg.none"],
    cases: || with(forgery::alg_none()),
    ..REFUSAL
};

const HMAC: Scenario = Scenario {
    id: "hmac-with-public-key",
    says: "a token whose HMAC has the public key as its secret is refused, whatever the form of the key",
    covers: &["rs.alg.hs256-public-key"],
    cases: || with(forgery::hmac_public_key()),
    ..REFUSAL
};

const OTHER: Scenario = Scenario {
    id: "not-that-of-the-key",
    says: "a token is refused whose algorithm is not the one of the issuer's keys, or not named",
    covers: &["rs.alg.not-the-jwk-alg"],
    needs: &[KEY],
    cases: || with(forgery::wrong_alg()),
    ..REFUSAL
};

/// The same with `HS256` and one of these forms: each of them often enough to be met.
fn with_form(forms: &'static [KeyForm]) -> BoxedStrategy<Case> {
    let signer = |form: KeyForm| Change::Signed(Signer::PublicKey("HS256".to_owned(), form));
    with(prop::sample::select(forms).prop_map(move |form| Jwt::good().with(signer(form))).boxed())
}

const HMAC_TEXT: Scenario = Scenario {
    id: "hmac-with-public-key-as-text",
    says: "a token with HS256 whose secret is the public key in PEM or as JSON is refused",
    covers: &["rs.alg.hs256-public-key"],
    cases: || with_form(&[KeyForm::Pem, KeyForm::PemWithoutNewline, KeyForm::PemPkcs1, KeyForm::Jwk]),
    ..REFUSAL
};

const HMAC_BYTES: Scenario = Scenario {
    id: "hmac-with-public-key-as-bytes",
    says: "a token with HS256 whose secret is the public key in DER, its modulus or nothing is refused",
    covers: &["rs.alg.hs256-public-key"],
    cases: || with_form(&[KeyForm::Der, KeyForm::Modulus, KeyForm::ModulusText, KeyForm::Empty]),
    ..REFUSAL
};

/// Signed by the issuer's key with one of these algorithms, which the header names.
fn signed_with(algs: &'static [&'static str]) -> BoxedStrategy<Case> {
    with(any_of(algs).prop_map(|alg| Jwt::good().with(Change::Signed(Signer::Issuer(alg)))).boxed())
}

const OTHER_HASH: Scenario = Scenario {
    id: "other-hash",
    says: "a token that the issuer's key signed with RS384 or RS512 is refused",
    covers: &["rs.alg.not-the-jwk-alg"],
    needs: &[KEY],
    cases: || signed_with(&["RS384", "RS512"]),
    ..REFUSAL
};

const OTHER_PADDING: Scenario = Scenario {
    id: "other-padding",
    says: "a token that the issuer's key signed with PS256, PS384 or PS512 is refused",
    covers: &["rs.alg.not-the-jwk-alg"],
    needs: &[KEY],
    cases: || signed_with(&["PS256", "PS384", "PS512"]),
    ..REFUSAL
};

/// `RS256` in a spelling that is not its own, or not named, and signed with it all the same.
fn spelled() -> BoxedStrategy<Jwt> {
    let other = "[rR][sS]256".prop_filter("the right spelling", |alg| alg != "RS256");
    let named = |alg: String| Change::Header("alg".to_owned(), json!(alg));
    let header = in_turn(vec![
        other.prop_map(named).boxed(),
        any_of(&["RS256 ", " RS256"]).prop_map(named).boxed(),
        any_of(&["RSA256", "SHA256withRSA"]).prop_map(named).boxed(),
        Just(Change::NoHeader("alg".to_owned())).boxed(),
    ]);
    header
        .prop_map(|header| {
            Jwt::good().with(header).with(Change::Signed(Signer::IssuerAsIs("RS256".to_owned())))
        })
        .boxed()
}

const SPELLED: Scenario = Scenario {
    id: "spelled-otherwise",
    says: "a token is refused whose algorithm is spelled otherwise or not named",
    covers: &["rs.alg.not-the-jwk-alg"],
    needs: &[KEY],
    cases: || with(spelled()),
    ..REFUSAL
};

/// The algorithm.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::alg",
    scenarios: &[NONE, HMAC, HMAC_TEXT, HMAC_BYTES, OTHER, OTHER_HASH, OTHER_PADDING, SPELLED],
};
