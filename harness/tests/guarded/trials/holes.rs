//! For each check what gets through where it is forgotten.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::issuer::Key;
use super::tokens::{encoded, hs256, now, part};
use super::{Bench, CLIENT, READ, WRITE, Which};
use crate::guarded::Kind;
use crate::guarded::forgetful::Forgets;

/// Whether this service shows what it would if it forgot this check.
pub(crate) async fn shows(check: Forgets, which: Which) -> bool {
    let (kind, scopes): (_, &[&str]) = match check {
        Forgets::AudList => (Kind::Id, &[]),
        Forgets::TokenUse => (Kind::Access, &[]),
        Forgets::ScopeAnyOf | Forgets::ScopeFirst => (Kind::Access, &[READ, WRITE]),
        _ => (Kind::Access, &[READ]),
    };
    let bench = Bench::start(which, kind, scopes).await;
    if let Some(token) = with_other_claims(check, &bench).or_else(|| otherwise_signed(check, &bench)) {
        return bench.takes(&token).await;
    }
    if let Some(shows) = in_the_request(check, &bench).await {
        return shows;
    }
    over_time(check, &bench).await.unwrap_or_else(|| panic!("{} has no trial", check.name()))
}

/// Signed by the issuer, with claims that are not good here.
fn with_other_claims(check: Forgets, bench: &Bench) -> Option<String> {
    let issuer = bench.issuer.url();
    let twice = |name: &str, first: &str, last: &str| {
        let claims = bench.claims(&json!({ name: null })).to_string();
        let claims =
            format!("{{\"{name}\":\"{first}\",{},\"{name}\":\"{last}\"}}", &claims[1..claims.len() - 1]);
        let header = json!({ "kid": Key::first().kid, "alg": "RS256" });
        let text = format!("{}.{}", part(header.to_string()), part(claims));
        Some(Key::first().sign_text(&text, Algorithm::RS256))
    };
    let instead = match check {
        Forgets::DuplicateFirst => return twice("client_id", CLIENT, "other"),
        Forgets::DuplicateLast => return twice("client_id", "other", CLIENT),
        Forgets::Exp => json!({ "exp": now() - 86_400 }),
        Forgets::ExpMissing => json!({ "exp": null }),
        Forgets::ExpText => json!({ "exp": (now() - 86_400).to_string() }),
        Forgets::ExpLeeway => json!({ "exp": now() - 1800 }),
        Forgets::Nbf => json!({ "nbf": now() + 1800 }),
        Forgets::Iss => json!({ "iss": "https://issuer.example.test/us-east-1_Other" }),
        Forgets::IssMissing => json!({ "iss": null }),
        Forgets::IssPrefix => json!({ "iss": format!("{issuer}2") }),
        Forgets::IssHost => json!({ "iss": issuer.replace("Example", "Other") }),
        Forgets::IssList => json!({ "iss": ["https://issuer.example.test", issuer] }),
        Forgets::Client => json!({ "client_id": "other" }),
        Forgets::ClientMissing => json!({ "client_id": null }),
        Forgets::ClientCase => json!({ "client_id": CLIENT.to_uppercase() }),
        Forgets::ClientFromAud => json!({ "client_id": "other", "aud": CLIENT }),
        Forgets::AudList => {
            json!({ "token_use": "id", "aud": ["other", CLIENT], "client_id": null, "scope": null })
        }
        Forgets::TokenUse => json!({ "token_use": "id", "aud": CLIENT, "client_id": null, "scope": null }),
        Forgets::TokenUseMissing => json!({ "token_use": null }),
        Forgets::Scope => json!({ "scope": "openid" }),
        Forgets::ScopeSubstring => json!({ "scope": format!("openid {READ}er") }),
        Forgets::ScopeAnyOf => json!({ "scope": WRITE }),
        Forgets::ScopeArray => json!({ "scope": ["openid", READ] }),
        Forgets::ScopeCase => json!({ "scope": READ.to_uppercase() }),
        Forgets::ScopeSeparators => json!({ "scope": format!("openid,{READ}") }),
        Forgets::ScopeScp => json!({ "scope": null, "scp": [READ] }),
        _ => return None,
    };
    Some(bench.signed(&instead))
}

/// Good claims that somebody else put there, or that are written in another way.
fn otherwise_signed(check: Forgets, bench: &Bench) -> Option<String> {
    let (own, foreign) = (Key::first(), Key::foreign());
    let claims = bench.claims(&json!({}));
    let good = bench.good();
    let kid = own.kid.as_str();
    let unsigned = |alg: &str| format!("{}.", encoded(&json!({ "alg": alg, "kid": kid }), &claims));
    let other_alg = |algorithm: Algorithm| {
        own.sign_text(&encoded(&json!({ "alg": format!("{algorithm:?}"), "kid": kid }), &claims), algorithm)
    };
    let theirs = |name: &str, value: Value| {
        foreign.sign_with(&json!({ "alg": "RS256", "kid": kid, name: value }), &claims)
    };
    let pem = STANDARD.encode(own.spki());
    let pem = pem.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect::<String>();
    Some(match check {
        Forgets::Signature => foreign.sign(&claims),
        Forgets::EmptySignature => unsigned("RS256"),
        Forgets::AlgNone => unsigned("none"),
        Forgets::AlgNoneAnyCase => unsigned("nOnE"),
        Forgets::AlgMissing => own.sign_with(&json!({ "kid": kid }), &claims),
        Forgets::AlgCase => own.sign_with(&json!({ "alg": "rs256", "kid": kid }), &claims),
        Forgets::Hs256Pem => {
            let pem = format!("-----BEGIN PUBLIC KEY-----\n{pem}-----END PUBLIC KEY-----\n");
            hs256(kid, &claims, pem.as_bytes())
        }
        Forgets::Hs256Der => hs256(kid, &claims, &own.spki()),
        Forgets::Hs256Modulus => hs256(kid, &claims, &own.modulus()),
        Forgets::Hs256Empty => hs256(kid, &claims, b""),
        Forgets::Rs384 => other_alg(Algorithm::RS384),
        Forgets::Rs512 => other_alg(Algorithm::RS512),
        Forgets::Ps256 => other_alg(Algorithm::PS256),
        Forgets::Crit => {
            own.sign_with(&json!({ "alg": "RS256", "kid": kid, "crit": ["exp"], "exp": 1 }), &claims)
        }
        Forgets::KidMissing => own.sign_with(&json!({ "alg": "RS256" }), &claims),
        Forgets::KidUnknown => own.sign_with(&json!({ "alg": "RS256", "kid": "nobody" }), &claims),
        Forgets::KidPath => hs256("../../../../dev/null", &claims, b""),
        Forgets::Jku => theirs("jku", bench.issuer.opponent("jwks.json").into()),
        Forgets::EmbeddedJwk => theirs("jwk", foreign.public()),
        Forgets::X5u => theirs("x5u", bench.issuer.opponent("cert.pem").into()),
        Forgets::X5c => theirs("x5c", json!([STANDARD.encode(foreign.spki())])),
        Forgets::KeyUse => {
            let mut key = Key::next().public();
            key["use"] = "enc".into();
            bench.issuer.shelf.lock().unwrap().keys.push(key);
            Key::next().sign(&claims)
        }
        Forgets::InnerBlanks => good.replacen('.', " .", 1),
        Forgets::MoreParts => format!("{good}.e30.e30"),
        Forgets::Padding => {
            // One more letter until there is something to pad.
            let lengths = ["", "a", "aa"].map(|pad| bench.claims(&json!({ "pad": pad })).to_string());
            let claims = lengths.iter().find(|claims| claims.len() % 3 != 0)?;
            let header = json!({ "kid": kid, "alg": "RS256" }).to_string();
            own.sign_text(&format!("{}.{}", part(header), URL_SAFE.encode(claims)), Algorithm::RS256)
        }
        Forgets::StandardAlphabet => {
            let claims = bench.claims(&json!({ "name": "~~~???>>>~~~???>>>" })).to_string();
            let header = json!({ "kid": kid, "alg": "RS256" }).to_string();
            own.sign_text(&format!("{}.{}", part(header), STANDARD_NO_PAD.encode(claims)), Algorithm::RS256)
        }
        Forgets::TrailingBits => {
            // 256 bytes leave four bits of the last character unused.
            let last = good.chars().last()?;
            let spare = char::from_u32(u32::from(last) + 1)?;
            format!("{}{spare}", &good[..good.len() - 1])
        }
        _ => return None,
    })
}

/// A good token in the wrong place, or an answer that is not as it should be.
async fn in_the_request(check: Forgets, bench: &Bench) -> Option<bool> {
    let good = bench.good();
    let (bearer, query) = (format!("Bearer {good}"), format!("?access_token={good}"));
    let forged = Key::foreign().sign(&bench.claims(&json!({ "scope": READ })));
    let basic = format!("Basic {}", STANDARD.encode(format!("{good}:x")));
    let answer = match check {
        Forgets::NoToken => bench.send(&[], "").await,
        Forgets::EmptyBearer => bench.send(&["Bearer"], "").await,
        Forgets::Query => bench.send(&[], &query).await,
        Forgets::TwoMethods => bench.send(&[&bearer], &query).await,
        Forgets::Basic => bench.send(&[&basic], "").await,
        Forgets::AnyScheme => bench.send(&[&format!("Token {good}")], "").await,
        Forgets::Bare => bench.send(&[&good], "").await,
        Forgets::FirstHeader => bench.send(&[&bearer, "Bearer x"], "").await,
        Forgets::LastHeader => bench.send(&["Bearer x", &bearer], "").await,
        Forgets::SchemeCase => return Some(bench.send(&[&format!("bearer {good}")], "").await.status == 401),
        Forgets::Challenge => return Some(bench.send(&[], "").await.challenge.is_empty()),
        Forgets::TokenEcho => return Some(bench.bearer(&forged).await.text.contains(&forged)),
        Forgets::HugeToken => return Some(bench.bearer(&"a".repeat(10_000)).await.status == 500),
        Forgets::InvalidJson => {
            let token = format!("{}.{}.e30", part("[]"), part("no"));
            return Some(bench.bearer(&token).await.status == 500);
        }
        Forgets::ScopeFirst => return Some(bench.bearer(&forged).await.status == 403),
        _ => return None,
    };
    Some(answer.status == 200)
}

/// What shows only after something else.
async fn over_time(check: Forgets, bench: &Bench) -> Option<bool> {
    let moved = Key::next().sign(&bench.claims(&json!({})));
    let forged = Key::foreign();
    if check == Forgets::KeysUnreachable {
        bench.issuer.shelf.lock().unwrap().is_open = false;
        return Some(bench.takes(&forged.sign(&bench.claims(&json!({})))).await);
    }
    let good = bench.good();
    assert!(bench.takes(&good).await);
    Some(match check {
        Forgets::SeenSignature => {
            let (header, rest) = good.split_once('.')?;
            let (_, signature) = rest.split_once('.')?;
            let payload = part(bench.claims(&json!({ "sub": "another", "jti": "two" })).to_string());
            bench.takes(&format!("{header}.{payload}.{signature}")).await
        }
        Forgets::SeenJti => bench.takes(&forged.sign(&bench.claims(&json!({ "sub": "another" })))).await,
        Forgets::SeenSub => bench.takes(&forged.sign(&bench.claims(&json!({ "jti": "two" })))).await,
        Forgets::Rotation => {
            bench.issuer.shelf.lock().unwrap().keys.push(Key::next().public());
            tokio::time::sleep(Duration::from_millis(1100)).await;
            !bench.takes(&moved).await
        }
        Forgets::ReadLimit => {
            for _ in 0..5 {
                assert!(!bench.takes(&moved).await);
            }
            bench.issuer.shelf.lock().unwrap().asked > 3
        }
        _ => return None,
    })
}
