//! Wallets, minted tokens and forgeries, held against a verifier that is written by the book.

pub(crate) mod verifier;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use serde_json::json;

use self::verifier::{claims_of, verify};
use super::*;
use crate::model::edit::Edit;
use crate::model::jwt::arbitrary::{any_forgery, any_genuine, any_jwt};
use crate::model::jwt::{Change, Damage, Genuine, Jwt, KeyForm, Signer};

const OWN: &str = "http://127.0.0.1:9/us-east-1_Poolproof";
const OTHER: &str = "http://127.0.0.1:9/us-east-1_Otherpool";

static MINT: LazyLock<Arc<Mint>> =
    LazyLock::new(|| Arc::new(Mint::new(OWN, OTHER, "http://127.0.0.1:9/elsewhere").unwrap()));

fn profile(good: Kind) -> Profile {
    Profile {
        pool: "us-east-1_Poolproof".into(),
        region: "us-east-1".into(),
        client: "webclient".into(),
        machine_client: "machineclient".into(),
        other_client: "otherclient".into(),
        foreign_client: "foreignclient".into(),
        scopes: vec!["https://api.poolproof.test/read".into(), "https://api.poolproof.test/write".into()],
        other_scopes: vec!["openid".into()],
        good,
        username: "alice".into(),
        sub: "8c1e5a5e-0000-4000-8000-000000000001".into(),
        email: "alice@poolproof.test".into(),
        groups: vec!["admins".into(), "poweruser".into()],
        lifetime: 3600,
    }
}

fn minted() -> Wallet {
    Wallet::minted(Arc::clone(&MINT), profile(Kind::Access))
}

/// A token where the harness is the issuer, and why a guard that takes access tokens refuses it, if it does.
pub(crate) fn judged(jwt: &Jwt) -> (String, Result<(), String>) {
    let token = minted().token(jwt).unwrap();
    let judgement = verify(&token, &MINT, &profile(Kind::Access));
    (token, judgement)
}

/// What a pool would give: the same tokens, and of its keys only the public halves.
fn got() -> Wallet {
    let minted = minted();
    let tokens: BTreeMap<Genuine, String> =
        there(&minted).map(|genuine| (genuine, minted.token(&Jwt::genuine(genuine)).unwrap())).collect();
    Wallet::new(tokens).with_key_set(&MINT.own.key_set()).unwrap()
}

fn there(wallet: &Wallet) -> impl Iterator<Item = Genuine> {
    Genuine::ALL.into_iter().filter(|genuine| wallet.has(*genuine))
}

fn good() -> Jwt {
    Jwt::good()
}

fn foreign() -> Change {
    Change::Signed(Signer::Foreign("RS256".into()))
}

#[test]
fn minted_tokens_verify_where_they_should() {
    for kind in [Kind::Id, Kind::Access] {
        let wallet = Wallet::minted(Arc::clone(&MINT), profile(kind));
        let accepted: Vec<Genuine> = there(&wallet)
            .filter(|genuine| {
                let token = wallet.token(&Jwt::genuine(*genuine)).unwrap();
                verify(&token, &MINT, &profile(kind)).is_ok()
            })
            .collect();
        let expected: &[Genuine] = match kind {
            Kind::Id => &[Genuine::Good, Genuine::Id],
            Kind::Access => &[
                Genuine::Good,
                Genuine::Access,
                Genuine::Machine,
                Genuine::OneScope,
                Genuine::LastScope,
                Genuine::OtherScope,
            ],
        };
        assert_eq!(accepted, expected);
    }
}

#[test]
fn minted_claims_are_those_of_cognito() {
    let wallet = minted();
    let names = |genuine| {
        let claims = claims_of(&wallet.token(&Jwt::genuine(genuine)).unwrap()).unwrap();
        claims.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names(Genuine::Id),
        "aud auth_time cognito:groups cognito:username email email_verified event_id exp iat iss jti origin_jti sub \
         token_use"
    );
    assert_eq!(
        names(Genuine::Access),
        "auth_time client_id cognito:groups event_id exp iat iss jti origin_jti scope sub token_use username version"
    );
    assert_eq!(names(Genuine::Machine), "auth_time client_id exp iat iss jti scope sub token_use version");
    let header = super::mutate::header(&wallet.token(&good()).unwrap());
    assert!(
        header.to_string().starts_with(r#"{"kid":""#) && header.to_string().ends_with(r#","alg":"RS256"}"#)
    );
}

#[test]
fn every_token_is_fresh() {
    let wallet = minted();
    let jti = || claims_of(&wallet.token(&good()).unwrap()).unwrap()["jti"].clone();
    assert_ne!(jti(), jti());
}

#[test]
fn a_wallet_says_what_it_has() {
    let (minted, got) = (minted(), got());
    assert!(minted.can_sign() && !got.can_sign());
    assert_eq!(minted.source(), format!("minted: the harness is the issuer {OWN}"));
    assert_eq!(got.source(), "genuine: of the target's own pool; forged under foreign keys");
    assert_eq!(Wallet::default().source(), "none: there are no tokens");
    let mixed = minted.clone().with(Genuine::Revoked, "a.b.c".into());
    assert_eq!(mixed.source(), format!("minted: the harness is the issuer {OWN}; genuine: revoked"));
    assert_eq!(format!("{mixed:?}"), format!("Wallet({})", mixed.source()));
    assert_eq!(mixed.token(&Jwt::genuine(Genuine::Revoked)).unwrap(), "a.b.c");
    for genuine in Genuine::ALL {
        assert_eq!(minted.has(genuine), minted.token(&Jwt::genuine(genuine)).is_ok(), "{genuine}");
        assert!(!Wallet::default().has(genuine));
    }
    assert!(!minted.has(Genuine::Revoked) && mixed.has(Genuine::Revoked));
    let missing = Wallet::default().token(&good()).unwrap_err();
    assert_eq!(missing, "the guard has no good token");
    let unsigned = got.token(&good().signed()).unwrap_err();
    assert!(unsigned.starts_with("the harness has no key of the issuer"), "{unsigned}");
}

#[test]
fn what_the_issuer_signs_again_verifies() {
    let wallet = minted();
    let ok = |jwt: Jwt| verify(&wallet.token(&jwt).unwrap(), &MINT, &profile(Kind::Access));
    assert_eq!(ok(good().signed()), Ok(()));
    assert_eq!(ok(good().with(Change::Claim("sub".into(), json!("eve"))).signed()), Ok(()));
    assert_eq!(ok(good().with(Change::Signed(Signer::NewKey))), Ok(()));
    assert_eq!(ok(good().with(Change::Signed(Signer::IssuerAsIs("RS256".into())))), Ok(()));
    for (jwt, reason) in [
        (good().with(Change::ClaimIn("exp".into(), -120)).signed(), "ExpiredSignature"),
        (good().with(Change::ClaimFrom("iss".into(), Genuine::OtherPoolAccess)).signed(), "InvalidIssuer"),
        (good().with(Change::NoClaim("exp".into())).signed(), "exp"),
        (good().with(Change::KidEdited(Edit::Append("x".into()))).signed(), "kid"),
        (good().with(Change::NoHeader("kid".into())).signed(), "kid"),
        (good().with(Change::Signed(Signer::Issuer("PS256".into()))), "InvalidAlgorithm"),
        (good().with(Change::Signed(Signer::IssuerAsIs("RS384".into()))), "InvalidSignature"),
        (good().with(Change::Signed(Signer::NewEllipticKey)), "InvalidAlgorithm"),
        (good().with(Change::ClaimRenamed("iss".into(), "issuer".into())).signed(), "iss"),
        (good().with(Change::ClaimFrom("client_id".into(), Genuine::OtherClientAccess)).signed(), "client"),
    ] {
        let found = ok(jwt.clone()).unwrap_err();
        assert!(found.contains(reason), "{jwt}: {found}");
    }
}

#[test]
fn a_renamed_claim_keeps_its_value() {
    let renamed = |from: &str| {
        let change = Change::ClaimRenamed(from.to_owned(), "scp".to_owned());
        claims_of(&minted().token(&good().with(change).signed()).unwrap()).unwrap()
    };
    let claims = renamed("scope");
    assert!(claims["scp"].as_str().unwrap().contains("openid"), "{claims}");
    assert!(claims.get("scope").is_none());
    assert!(renamed("absent").get("scp").is_none());
}

#[test]
fn forged_tokens_do_not_verify() {
    let key = |alg: &str, form| Change::Signed(Signer::PublicKey(alg.into(), form));
    for wallet in [minted(), got()] {
        for change in [
            foreign(),
            Change::Signed(Signer::Foreign("ES256".into())),
            key("HS256", KeyForm::Pem),
            key("HS512", KeyForm::Empty),
            Change::Signed(Signer::Nobody("none".into(), String::new())),
            Change::Header("alg".into(), json!("none")),
            Change::ClaimIn("exp".into(), 86400),
            Change::PointsToKey("jwk".into()),
            Change::PointsToKey("x5c".into()),
            Change::Damaged(Damage::Padded(2)),
        ] {
            for genuine in there(&wallet) {
                let token = wallet.token(&Jwt::genuine(genuine).with(change.clone())).unwrap();
                assert!(verify(&token, &MINT, &profile(Kind::Access)).is_err(), "{genuine}: {change}");
            }
        }
    }
}

#[test]
fn a_careless_verifier_would_take_them() {
    let wallet = got();
    let secret = MINT.own.public_keys()[1].form(KeyForm::Pem);
    let forged =
        wallet.token(&good().with(Change::Signed(Signer::PublicKey("HS256".into(), KeyForm::Pem)))).unwrap();
    assert!(verifier::hmac_verifies(&forged, &secret));
    let empty = wallet
        .token(&good().with(Change::Signed(Signer::PublicKey("HS256".into(), KeyForm::Empty))))
        .unwrap();
    assert!(verifier::hmac_verifies(&empty, b""));
    let embedded = wallet.token(&good().with(Change::PointsToKey("jwk".into()))).unwrap();
    assert!(verifier::embedded_key_verifies(&embedded));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_forged_token_differs_and_does_not_verify(
        genuine in any_genuine(),
        changes in prop::collection::vec(any_forgery(), 1..4),
    ) {
        let wallet = got();
        prop_assume!(wallet.has(genuine));
        // A claim may come from a token that an issuer without sessions does not have.
        if let Ok(token) = wallet.token(&Jwt { genuine, changes }) {
            prop_assert_ne!(&token, &wallet.token(&Jwt::genuine(genuine)).unwrap());
            prop_assert!(verify(&token, &MINT, &profile(Kind::Access)).is_err());
        }
    }

    #[test]
    fn no_base_is_too_odd(base in ".{0,40}|[.e30]{0,12}", jwt in any_jwt()) {
        let wallet = Wallet::default().with(jwt.genuine, base.clone());
        let forged = !jwt.needs_issuer_key() && !jwt.changes.is_empty();
        if let Ok(token) = wallet.token(&jwt) {
            prop_assert!(!forged || token != base);
        }
    }

    #[test]
    fn nothing_shown_holds_a_token(jwt in any_jwt()) {
        let wallet = got();
        let shown = format!("{jwt} {jwt:?} {wallet:?} {:?}", wallet.token(&jwt).err());
        for genuine in there(&wallet) {
            let token = wallet.token(&Jwt::genuine(genuine)).unwrap();
            prop_assert!(token.split('.').all(|part| !shown.contains(part)));
        }
    }
}
