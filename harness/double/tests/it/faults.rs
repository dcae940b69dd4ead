//! Each fault changes the one answer it is about.

use std::time::Duration;

use poolproof_double::Fault;
use serde_json::{Value, json};

use super::support::{Bench, CALLBACK, CHALLENGE, faulty, location, parameter, read};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// Status of a client credentials request with this secret and scope.
async fn machine(fault: Fault, change: impl Fn(&str) -> String, scope: &str) -> u16 {
    let bench = faulty(&[fault]).await;
    let secret = change(bench.client("machine-narrow", "secret"));
    let request = bench.http.post(bench.url("/oauth2/token"));
    let request = request.basic_auth(bench.id("machine-narrow"), Some(secret));
    let form = [GRANT, ("scope", scope)];
    request.form(&form).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn faults_of_secrets_and_scopes() {
    let api = "https://api.poolproof.test";
    let same = |secret: &str| secret.to_owned();
    assert_eq!(machine(Fault::SecretCaseIgnored, str::to_uppercase, "").await, 200);
    assert_eq!(machine(Fault::SecretPrefixAccepted, |secret| secret[..9].to_owned(), "").await, 200);
    assert_eq!(machine(Fault::WrongSecretIs401, |_| "x".to_owned(), "").await, 401);
    assert_eq!(machine(Fault::UnknownScopeDropped, same, &format!("{api}/read {api}/x")).await, 200);
    assert_eq!(machine(Fault::ForbiddenScopeGranted, same, &format!("{api}/write")).await, 200);
    assert_eq!(machine(Fault::ErrorInside200, same, &format!("{api}/x")).await, 200);
}

#[tokio::test]
async fn faults_of_codes() {
    let bench = faulty(&[Fault::CodeReusable, Fault::RedirectSlashIgnored, Fault::CodeNeverExpires]).await;
    let code = bench.code("web", "openid", &[]).await;
    bench.double.clock().advance(Duration::from_mins(15));
    let slash = format!("{CALLBACK}/");
    for _ in 0..2 {
        assert_eq!(bench.redeem("web", &code, &[("redirect_uri", &slash)]).await.0, 200);
    }
    let bench = faulty(&[Fault::PkceUnchecked, Fault::CodeOfOtherClient]).await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = bench.code("web", "openid", &pkce).await;
    assert_eq!(bench.redeem("web-other", &code, &[]).await.0, 200);
}

#[tokio::test]
async fn faults_of_refresh_tokens() {
    let bench = faulty(&[Fault::RevokedRefreshWorks, Fault::RotatedRefreshWorks]).await;
    let tokens = bench.tokens("rotating", "openid").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let request = bench.http.post(bench.url("/oauth2/revoke"));
    let request = request.basic_auth(bench.id("rotating"), Some(bench.client("rotating", "secret")));
    assert_eq!(request.form(&[("token", refresh)]).send().await.unwrap().status(), 200);
    for _ in 0..2 {
        assert_eq!(bench.refresh("rotating", refresh).await.0, 200);
    }
}

#[tokio::test]
async fn faults_of_transport_and_redirects() {
    let bench = faulty(&[
        Fault::ContentTypeUnchecked,
        Fault::CacheControlAbsent,
        Fault::StateDropped,
        Fault::RedirectUnchecked,
        Fault::NonceDropped,
    ])
    .await;
    let request = bench.http.post(bench.url("/oauth2/token")).body("grant_type=x");
    let answer = request.header("content-type", "application/json").send().await.unwrap();
    assert_eq!(answer.headers().get("cache-control"), None);
    assert_eq!(read(answer).await.1["error"], "unsupported_grant_type");
    let evil = "https://evil.test/cb";
    let query = [
        ("response_type", "code"),
        ("client_id", bench.id("web")),
        ("redirect_uri", evil),
        ("scope", "openid"),
        ("state", "s"),
        ("nonce", "n"),
    ];
    let back = location(&bench.walk(&query, "main", None).await);
    assert!(back.starts_with(evil));
    assert_eq!(parameter(&back, "state"), None);
    let code = parameter(&back, "code").unwrap();
    let (_, tokens) = bench.redeem("web", &code, &[("redirect_uri", evil)]).await;
    let claims = bench.verified("pool", tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(claims.get("nonce"), None);
}

/// Revokes the refresh token of some tokens, so many times.
async fn revoke(bench: &Bench, tokens: &Value, times: usize) {
    for _ in 0..times {
        let request = bench.http.post(bench.url("/oauth2/revoke"));
        let request = request.basic_auth(bench.id("web"), Some(bench.client("web", "secret")));
        let form = [("token", tokens["refresh_token"].as_str().unwrap())];
        assert_eq!(request.form(&form).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn faults_of_revocations() {
    for (fault, times, expected) in [
        (Fault::SecondRevocationUndoes, 1, (400, 200)),
        (Fault::SecondRevocationUndoes, 2, (200, 200)),
        (Fault::RevocationEndsAllSessions, 1, (400, 400)),
    ] {
        let bench = faulty(&[fault]).await;
        let (first, second) = (bench.tokens("web", "openid").await, bench.tokens("web", "openid").await);
        revoke(&bench, &first, times).await;
        let refreshed =
            async |tokens: &Value| bench.refresh("web", tokens["refresh_token"].as_str().unwrap()).await.0;
        assert_eq!((refreshed(&first).await, refreshed(&second).await), expected, "{fault}");
    }
}

#[tokio::test]
async fn faults_of_disabled_users() {
    for (fault, times, expected) in [
        (Fault::DisablingKeepsTokens, 0, 200),
        (Fault::DisablingKeepsTokens, 1, 400),
        (Fault::EnablingRevivesTokens, 1, 200),
    ] {
        let bench = faulty(&[fault]).await;
        let tokens = bench.tokens("web", "openid").await;
        revoke(&bench, &tokens, times).await;
        for operation in ["AdminDisableUser", "AdminEnableUser"] {
            let body = json!({
                "UserPoolId": bench.fixture["pool"]["id"],
                "Username": bench.fixture["user"]["main"]["username"],
            });
            let request = bench.http.post(bench.url("/"));
            let target = format!("AWSCognitoIdentityProviderService.{operation}");
            let request = request.header("x-amz-target", target).body(body.to_string());
            let request = request.header("content-type", "application/x-amz-json-1.1");
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
        let refreshed = bench.refresh("web", tokens["refresh_token"].as_str().unwrap()).await.0;
        assert_eq!(refreshed, expected, "{fault}, revoked {times} times");
    }
}
