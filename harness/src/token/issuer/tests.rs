//! The issuer over HTTP, seen by a client.

use std::time::Instant;

use serde_json::Value as Json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::model::jwt::{Change, Genuine, Jwt, Signer};
use crate::token::Kind;
use crate::token::tests::verifier::{claims_of, verify_against};

async fn started() -> Issuer {
    Issuer::start(IssuerOptions::default()).await.unwrap()
}

async fn get(url: &str) -> Result<(u16, Json), reqwest::Error> {
    let answer = reqwest::get(url).await?;
    let status = answer.status().as_u16();
    Ok((status, answer.json().await.unwrap_or_default()))
}

async fn key_set(issuer: &Issuer) -> Json {
    get(&format!("{}/.well-known/jwks.json", issuer.url())).await.unwrap().1
}

fn names(key_set: &Json) -> Vec<&str> {
    key_set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn documents_lead_from_the_issuer_to_its_keys() {
    let issuer = started().await;
    for (url, own) in [(issuer.url(), true), (issuer.other_url(), false)] {
        let (status, document) = get(&format!("{url}/.well-known/openid-configuration")).await.unwrap();
        assert_eq!((status, document["issuer"].as_str()), (200, Some(url)));
        let (status, keys) = get(document["jwks_uri"].as_str().unwrap()).await.unwrap();
        assert_eq!((status, names(&keys).len()), (200, 2));
        let profile = profile(Kind::Access, &["https://api.poolproof.test/read"]);
        let wallet = issuer.wallet(profile.clone());
        let genuine = if own { Genuine::Good } else { Genuine::OtherPoolAccess };
        let token = wallet.token(&Jwt::genuine(genuine)).unwrap();
        assert_eq!(claims_of(&token).unwrap()["iss"], url);
        assert_eq!(verify_against(&token, &keys, issuer.url(), &profile).is_ok(), own);
    }
    assert_eq!(get(&format!("{}/nothing", issuer.base())).await.unwrap().0, 404);
    let seen =
        Requests { discovery: 1, key_set: 1, other_discovery: 1, other_key_set: 1, elsewhere: 0, unknown: 1 };
    assert_eq!(issuer.requests(), seen);
}

#[tokio::test]
async fn a_rotation_adds_a_key() {
    let issuer = started().await;
    let profile = profile(Kind::Id, &[]);
    let wallet = issuer.wallet(profile.clone());
    let before = key_set(&issuer).await;
    let old = wallet.token(&Jwt::good()).unwrap();
    issuer.rotate().unwrap();
    let after = key_set(&issuer).await;
    assert_eq!((names(&before).len(), names(&after).len()), (2, 3));
    let new = wallet.token(&Jwt::good()).unwrap();
    let ok = |token: &str, keys: &Json| verify_against(token, keys, issuer.url(), &profile).is_ok();
    assert_eq!(
        [ok(&old, &before), ok(&old, &after), ok(&new, &before), ok(&new, &after)],
        [true, true, false, true]
    );
    let other = wallet.token(&Jwt::good().with(Change::Signed(Signer::NewKey))).unwrap();
    let last = key_set(&issuer).await;
    assert!(!ok(&other, &after) && ok(&other, &last) && names(&last).len() == 4);
}

#[tokio::test]
async fn it_is_slow_and_down_when_told() {
    let issuer = started().await;
    let url = format!("{}/.well-known/openid-configuration", issuer.url());
    issuer.slow(Duration::from_millis(120));
    let began = Instant::now();
    assert_eq!(get(&url).await.unwrap().0, 200);
    assert!(began.elapsed() >= Duration::from_millis(120));
    issuer.slow(Duration::ZERO);
    issuer.down();
    assert!(get(&url).await.is_err());
    issuer.out(Outage::Unavailable);
    assert_eq!(get(&url).await.unwrap().0, 503);
    issuer.up();
    assert_eq!(get(&url).await.unwrap().0, 200);
    issuer.without_discovery();
    assert_eq!(get(&url).await.unwrap().0, 404);
    assert_eq!(names(&key_set(&issuer).await).len(), 2);
    issuer.with_discovery();
    assert_eq!(get(&url).await.unwrap().0, 200);
}

#[tokio::test]
async fn an_open_connection_is_closed_when_it_goes_down() {
    let issuer = started().await;
    let client = reqwest::Client::new();
    let url = format!("{}/.well-known/jwks.json", issuer.url());
    client.get(&url).send().await.unwrap().bytes().await.unwrap();
    issuer.down();
    assert!(client.get(&url).send().await.is_err());
}

#[tokio::test]
async fn an_attacker_offers_the_foreign_key_under_the_names_of_the_own_ones() {
    let issuer = started().await;
    let wallet = issuer.wallet(profile(Kind::Access, &[]));
    let token = wallet.token(&Jwt::good().with(Change::PointsToKey("jku".into()))).unwrap();
    let url = format!("{}/elsewhere/jwks.json", issuer.base());
    assert_eq!(crate::token::mutate::header(&token).text("jku"), Some(url.clone()));
    let (_, offered) = get(&url).await.unwrap();
    assert_eq!(names(&offered), names(&key_set(&issuer).await));
    // Whoever follows the header takes the token.
    let profile = profile(Kind::Access, &[]);
    assert_eq!(verify_against(&token, &offered, issuer.url(), &profile), Ok(()));
    assert_eq!(get(&format!("{}/elsewhere/certificate.pem", issuer.base())).await.unwrap().0, 200);
    assert_eq!(issuer.requests().elsewhere, 2);
}

#[tokio::test]
async fn only_who_trusts_the_authority_reaches_it_over_https() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let options = IssuerOptions { tls: Some(file.clone()), ..IssuerOptions::default() };
    let issuer = Issuer::start(options).await.unwrap();
    assert!(issuer.url().starts_with("https://127.0.0.1:"));
    let authority = reqwest::Certificate::from_pem(&std::fs::read(&file).unwrap()).unwrap();
    let trusting = reqwest::Client::builder().tls_certs_only([authority]).build().unwrap();
    let url = format!("{}/.well-known/jwks.json", issuer.url());
    for url in [url.clone(), url.replace("127.0.0.1", "localhost")] {
        assert_eq!(trusting.get(url).send().await.unwrap().status(), 200);
    }
    assert!(reqwest::get(&url).await.is_err());
    let nowhere = IssuerOptions { tls: Some(folder.path().join("no/such")), ..IssuerOptions::default() };
    assert!(Issuer::start(nowhere).await.unwrap_err().contains("authority's certificate"));
}

#[tokio::test]
async fn requests_are_bounded() {
    let issuer = started().await;
    let host = issuer.base().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!("GET / HTTP/1.1\r\nhost: {host}\r\nx: {}\r\n\r\n", "x".repeat(64 * 1024));
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 2"));
    let posted = reqwest::Client::new().post(issuer.url()).body("x").send().await.unwrap();
    assert_eq!(posted.status(), 405);
    assert_eq!(issuer.requests(), Requests::default());
}

#[tokio::test]
async fn dropping_it_frees_its_port() {
    let issuer = started().await;
    let port: u16 = issuer.base().rsplit(':').next().unwrap().parse().unwrap();
    let again = IssuerOptions { port, ..IssuerOptions::default() };
    assert!(Issuer::start(again.clone()).await.unwrap_err().contains("cannot listen"));
    drop(issuer);
    let mut last = String::new();
    for _ in 0..50 {
        match Issuer::start(again.clone()).await {
            Ok(_) => return,
            Err(error) => last = error,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{last}");
}

#[tokio::test]
async fn the_fixture_has_the_issuers_of_this_port() {
    let issuer = started().await;
    let fixture = issuer.fixture();
    assert_eq!(fixture.pool.issuer, issuer.url());
    assert_eq!(fixture.other_pool.unwrap().issuer, issuer.other_url());
    let roles: Vec<&str> = fixture.client.keys().map(String::as_str).collect();
    assert_eq!(roles, ["machine", "web", "web-foreign", "web-other"]);
    assert!(fixture.client.values().all(|client| client.id.len() == 26));
}
