//! Each fault changes the one answer it is about.

use std::time::Duration;

use poolproof_double::Fault;

use super::endpoints::{revoke, user_info};
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

#[tokio::test]
async fn faults_of_revocation() {
    let bench = faulty(&[
        Fault::RevokeAnySecret,
        Fault::RevokeOfOtherClient,
        Fault::RevokeOtherTypesIgnored,
        Fault::RevokeEndsAllSessions,
    ])
    .await;
    let (mine, other) = (bench.tokens("web", "openid").await, bench.tokens("web", "openid").await);
    let text = |tokens: &serde_json::Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    assert_eq!(revoke(&bench, "web", &[("token", &text(&mine, "access_token"))]).await.0, 200);
    let refresh = text(&mine, "refresh_token");
    assert_eq!(bench.refresh("web", &refresh).await.0, 200);
    let request = bench.http.post(bench.url("/oauth2/revoke")).basic_auth(bench.id("web-other"), Some("x"));
    assert_eq!(request.form(&[("token", &refresh)]).send().await.unwrap().status(), 200);
    assert_eq!(bench.refresh("web", &refresh).await.0, 400);
    assert_eq!(bench.refresh("web", &text(&other, "refresh_token")).await.0, 400);

    let bench = faulty(&[Fault::RevokeDoesNothing]).await;
    let refresh = text(&bench.tokens("web", "openid").await, "refresh_token");
    assert_eq!(revoke(&bench, "web", &[("token", &refresh)]).await.0, 200);
    assert_eq!(bench.refresh("web", &refresh).await.0, 200);
}

/// The access token of a sign-in with this scope.
async fn access(bench: &Bench, scope: &str) -> String {
    bench.tokens("web", scope).await["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn faults_of_user_info() {
    let bench = faulty(&[
        Fault::UserInfoAfterRevocation,
        Fault::UserInfoOfIdToken,
        Fault::UserInfoExpiryUnchecked,
        Fault::UserInfoWithoutOpenid,
        Fault::UserInfoOfOtherPool,
    ])
    .await;
    let without = access(&bench, "https://api.poolproof.test/read").await;
    assert_eq!(user_info(&bench, &without).await.status(), 200);
    let tokens = bench.tokens("web", "openid").await;
    assert_eq!(user_info(&bench, tokens["id_token"].as_str().unwrap()).await.status(), 200);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(revoke(&bench, "web", &[("token", refresh)]).await.0, 200);
    bench.double.clock().advance(Duration::from_hours(2));
    let ended = tokens["access_token"].as_str().unwrap();
    assert_eq!(user_info(&bench, ended).await.status(), 200);
    let elsewhere = bench.http.get(bench.url("/other-pool/oauth2/userInfo")).bearer_auth(ended);
    assert_eq!(elsewhere.send().await.unwrap().status(), 200);

    let bench =
        faulty(&[Fault::UserInfoSignatureUnchecked, Fault::UserInfoScopesIgnored, Fault::VerifiedAsBooleans])
            .await;
    let token = access(&bench, "openid profile").await;
    let unsigned = &token[..=token.rfind('.').unwrap()];
    assert_eq!(read(user_info(&bench, unsigned).await).await.1["email_verified"], true);
}
