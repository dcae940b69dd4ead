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
    assert_eq!(machine(Fault::SECRET_CASE_IGNORED, str::to_uppercase, "").await, 200);
    assert_eq!(machine(Fault::SECRET_PREFIX_ACCEPTED, |secret| secret[..9].to_owned(), "").await, 200);
    assert_eq!(machine(Fault::WRONG_SECRET_IS_401, |_| "x".to_owned(), "").await, 401);
    assert_eq!(machine(Fault::UNKNOWN_SCOPE_DROPPED, same, &format!("{api}/read {api}/x")).await, 200);
    assert_eq!(machine(Fault::FORBIDDEN_SCOPE_GRANTED, same, &format!("{api}/write")).await, 200);
    assert_eq!(machine(Fault::ERROR_INSIDE_200, same, &format!("{api}/x")).await, 200);
}

#[tokio::test]
async fn faults_of_codes() {
    let bench =
        faulty(&[Fault::CODE_REUSABLE, Fault::REDIRECT_SLASH_IGNORED, Fault::CODE_NEVER_EXPIRES]).await;
    let code = bench.code("web", "openid", &[]).await;
    bench.double.clock().advance(Duration::from_mins(15));
    let slash = format!("{CALLBACK}/");
    for _ in 0..2 {
        assert_eq!(bench.redeem("web", &code, &[("redirect_uri", &slash)]).await.0, 200);
    }
    let bench = faulty(&[Fault::PKCE_UNCHECKED, Fault::CODE_OF_OTHER_CLIENT]).await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = bench.code("web", "openid", &pkce).await;
    assert_eq!(bench.redeem("web-other", &code, &[]).await.0, 200);
}

#[tokio::test]
async fn faults_of_refresh_tokens() {
    let bench = faulty(&[Fault::REVOKED_REFRESH_WORKS, Fault::ROTATED_REFRESH_WORKS]).await;
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
        Fault::CONTENT_TYPE_UNCHECKED,
        Fault::CACHE_CONTROL_ABSENT,
        Fault::STATE_DROPPED,
        Fault::REDIRECT_UNCHECKED,
        Fault::NONCE_DROPPED,
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
    assert!(granted(&signed_in(&[Fault::ANY_PASSWORD_ACCEPTED], "main", Some("wrong")).await));
    assert!(granted(&signed_in(&[Fault::EMPTY_PASSWORD_ACCEPTED], "main", Some("")).await));
    assert!(!granted(&signed_in(&[Fault::EMPTY_PASSWORD_ACCEPTED], "main", Some("wrong")).await));
    assert!(granted(&signed_in(&[Fault::UNKNOWN_USER_SIGNS_IN], "foreign", None).await));
    let bench = faulty(&[Fault::CSRF_UNCHECKED, Fault::XSRF_COOKIE_BARE, Fault::LOGIN_WITHOUT_CLIENT]).await;
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
        (Fault::SESSION_SURVIVES_LOGOUT, "", false),
        (Fault::SESSION_IGNORED, "", true),
        (Fault::PROMPT_IGNORED, "login", false),
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
        if fault == Fault::SESSION_SURVIVES_LOGOUT {
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
        (Fault::LOGOUT_URI_UNCHECKED, "client_id=CLIENT&logout_uri=https://evil.test/", "https://evil.test/"),
        (Fault::LOGOUT_URI_BY_PREFIX, &*format!("client_id=CLIENT&logout_uri={evil}"), evil),
        (Fault::LOGOUT_CLIENT_UNCHECKED, &*format!("logout_uri={bye}"), bye),
        (Fault::LOGOUT_HONOURS_OIDC, &*format!("post_logout_redirect_uri={bye}"), bye),
        (
            Fault::LOGOUT_PREFERS_REDIRECT,
            &*format!("client_id=CLIENT&logout_uri={bye}&response_type=code&redirect_uri={CALLBACK}"),
            "/login?client_id=CLIENT&",
        ),
        (
            Fault::LOGOUT_LOSES_QUERY,
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
        Fault::REVOKE_ANY_SECRET,
        Fault::REVOKE_OF_OTHER_CLIENT,
        Fault::REVOKE_OTHER_TYPES_IGNORED,
        Fault::REVOKE_ENDS_ALL_SESSIONS,
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

    let bench = faulty(&[Fault::REVOKE_DOES_NOTHING]).await;
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
        Fault::USERINFO_AFTER_REVOCATION,
        Fault::USERINFO_OF_ID_TOKEN,
        Fault::USERINFO_EXPIRY_UNCHECKED,
        Fault::USERINFO_WITHOUT_OPENID,
        Fault::USERINFO_OF_OTHER_POOL,
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

    let bench = faulty(&[
        Fault::USERINFO_SIGNATURE_UNCHECKED,
        Fault::USERINFO_SCOPES_IGNORED,
        Fault::VERIFIED_AS_BOOLEANS,
    ])
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
        (Fault::SECOND_REVOCATION_UNDOES, 1, (400, 200)),
        (Fault::SECOND_REVOCATION_UNDOES, 2, (200, 200)),
        (Fault::REVOKE_ENDS_ALL_SESSIONS, 1, (400, 400)),
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
        (Fault::DISABLING_KEEPS_TOKENS, 0, 200),
        (Fault::DISABLING_KEEPS_TOKENS, 1, 400),
        (Fault::ENABLING_REVIVES_TOKENS, 1, 200),
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
