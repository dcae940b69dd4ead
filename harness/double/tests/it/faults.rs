//! Each fault changes the one answer it is about.

use std::time::Duration;

use poolproof_double::Fault;
use reqwest::header::{COOKIE, SET_COOKIE};
use serde_json::{Value, json};

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

/// Where a sign-in at the double with these faults leads, with this user and this password.
async fn signed_in(faults: &[Fault], user: &str, password: Option<&str>) -> String {
    let bench = faulty(faults).await;
    let query = [
        ("response_type", "code"),
        ("client_id", bench.id("web")),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
    ];
    let answer = bench.walk(&query, user, password).await;
    if answer.status() == 302 { location(&answer) } else { answer.status().to_string() }
}

#[tokio::test]
async fn faults_of_the_sign_in_page() {
    let granted = |location: &str| location.starts_with(CALLBACK) && parameter(location, "code").is_some();
    assert!(granted(&signed_in(&[Fault::AnyPasswordAccepted], "main", Some("wrong")).await));
    assert!(granted(&signed_in(&[Fault::EmptyPasswordAccepted], "main", Some("")).await));
    assert!(!granted(&signed_in(&[Fault::EmptyPasswordAccepted], "main", Some("wrong")).await));
    assert!(granted(&signed_in(&[Fault::UnknownUserSignsIn], "foreign", None).await));
    let bench = faulty(&[Fault::CsrfUnchecked, Fault::XsrfCookieBare, Fault::LoginWithoutClient]).await;
    let path = format!("/login?response_type=code&client_id={}&redirect_uri={CALLBACK}", bench.id("web"));
    let user = &bench.fixture["user"]["main"];
    let account =
        [("username", user["username"].as_str().unwrap()), ("password", user["password"].as_str().unwrap())];
    assert_eq!(bench.http.post(bench.url(&path)).form(&account).send().await.unwrap().status(), 302);
    let page = bench.http.get(bench.url("/login")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(!page.headers()[SET_COOKIE].to_str().unwrap().contains("HttpOnly"));
}

#[tokio::test]
async fn faults_of_sessions() {
    for (fault, prompt, to_login) in [
        (Fault::SessionSurvivesLogout, "", false),
        (Fault::SessionIgnored, "", true),
        (Fault::PromptIgnored, "login", false),
    ] {
        let bench = faulty(&[fault]).await;
        let client = bench.id("web");
        let query = [
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", CALLBACK),
            ("scope", "openid"),
            ("prompt", prompt),
        ];
        let signed_in = bench.walk(&query, "main", None).await;
        let cookie = signed_in.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        if fault == Fault::SessionSurvivesLogout {
            let logout = format!("/logout?client_id={client}&logout_uri=https://app.poolproof.test/bye");
            bench.http.get(bench.url(&logout)).header(COOKIE, &cookie).send().await.unwrap();
        }
        let back = location(&bench.authorize(&query, &cookie).await);
        assert_eq!(back.contains("/login?"), to_login, "{fault}: {back}");
    }
}

#[tokio::test]
async fn faults_of_sign_outs() {
    let (bye, evil) = ("https://app.poolproof.test/bye", "https://app.poolproof.test/bye.evil.test");
    for (fault, query, expected) in [
        (Fault::LogoutUriUnchecked, "client_id=CLIENT&logout_uri=https://evil.test/", "https://evil.test/"),
        (Fault::LogoutUriByPrefix, &*format!("client_id=CLIENT&logout_uri={evil}"), evil),
        (Fault::LogoutClientUnchecked, &*format!("logout_uri={bye}"), bye),
        (Fault::LogoutHonoursOidc, &*format!("post_logout_redirect_uri={bye}"), bye),
        (
            Fault::LogoutPrefersRedirect,
            &*format!("client_id=CLIENT&logout_uri={bye}&response_type=code&redirect_uri={CALLBACK}"),
            "/login?client_id=CLIENT&",
        ),
        (
            Fault::LogoutLosesQuery,
            &*format!("client_id=CLIENT&response_type=code&redirect_uri={CALLBACK}"),
            "/login?client_id=CLIENT",
        ),
    ] {
        let right = faulty(&[]).await;
        let bench = faulty(&[fault]).await;
        let led_to = async |bench: &super::support::Bench| {
            let path = format!("/logout?{}", query.replace("CLIENT", bench.id("web")));
            let answer = bench.http.get(bench.url(&path)).send().await.unwrap();
            location(&answer).replace(bench.id("web"), "CLIENT").replace(&bench.double.base_url(), "")
        };
        let (there, otherwise) = (led_to(&bench).await, led_to(&right).await);
        assert!(there.starts_with(expected), "{fault}: {there}");
        assert_ne!(there, otherwise, "{fault}");
    }
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

/// Revokes the refresh token of some tokens, so many times.
async fn revoke_times(bench: &Bench, tokens: &Value, times: usize) {
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
        (Fault::RevokeEndsAllSessions, 1, (400, 400)),
    ] {
        let bench = faulty(&[fault]).await;
        let (first, second) = (bench.tokens("web", "openid").await, bench.tokens("web", "openid").await);
        revoke_times(&bench, &first, times).await;
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
        revoke_times(&bench, &tokens, times).await;
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
