//! The authorization endpoint and the sign-in pages.

use std::time::Duration;

use reqwest::header::{COOKIE, SET_COOKIE};

use super::support::{CALLBACK, bench, location, parameter};

#[tokio::test]
async fn a_wrong_password_shows_the_form_again() {
    let bench = bench().await;
    let query = [
        ("response_type", "code"),
        ("client_id", bench.id("web")),
        ("redirect_uri", CALLBACK),
        ("state", "\"><script>"),
    ];
    let answer = bench.walk(&query, "main", Some("wrong")).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("loginErrorMessage"));
    assert!(!page.contains("<script>"));
    // A user of the other pool is nobody here.
    assert_eq!(bench.walk(&query, "foreign", None).await.status(), 200);
    assert_eq!(bench.walk(&query, "second", None).await.status(), 302);
}

#[tokio::test]
async fn the_form_needs_its_csrf_value() {
    let bench = bench().await;
    let path = format!("/login?response_type=code&client_id={}&redirect_uri={CALLBACK}", bench.id("web"));
    let user = &bench.fixture["user"]["main"];
    let account =
        [("username", user["username"].as_str().unwrap()), ("password", user["password"].as_str().unwrap())];
    let bare = bench.http.post(bench.url(&path)).form(&account);
    assert_eq!(bare.send().await.unwrap().status(), 403);
    let form = [account.as_slice(), &[("_csrf", "a")]].concat();
    let other = bench.http.post(bench.url(&path)).header(COOKIE, "XSRF-TOKEN=b").form(&form);
    assert_eq!(other.send().await.unwrap().status(), 403);
    let same = bench.http.post(bench.url(&path)).header(COOKIE, "x=y; XSRF-TOKEN=a").form(&form);
    assert_eq!(same.send().await.unwrap().status(), 302);
}

#[tokio::test]
async fn the_session_cookie_skips_the_form_for_an_hour() {
    let bench = bench().await;
    let query = [
        ("response_type", "code"),
        ("client_id", bench.id("web")),
        ("redirect_uri", "https://app.poolproof.test/callback?tenant=one"),
        ("scope", "openid"),
    ];
    let signed_in = bench.walk(&query, "main", None).await;
    let back = location(&signed_in);
    assert!(back.starts_with("https://app.poolproof.test/callback?tenant=one&code="), "{back}");
    assert_eq!(parameter(&back, "state"), None);
    let cookie = signed_in.headers()[SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert!(cookie.starts_with("cognito="));
    bench.double.clock().advance(Duration::from_secs(3_599));
    assert!(location(&bench.authorize(&query, cookie).await).starts_with("https://app."));
    let logout = format!("/logout?client_id={}&logout_uri=https://app.poolproof.test/bye", bench.id("web"));
    let expired = bench.double.clock().clone();
    expired.advance(Duration::from_secs(1));
    assert!(location(&bench.authorize(&query, cookie).await).contains("/login?"));
    expired.set(1_800_000_000);
    let bye = bench.http.get(bench.url(&logout)).header(COOKIE, cookie).send().await.unwrap();
    assert_eq!(location(&bye), "https://app.poolproof.test/bye");
    assert!(location(&bench.authorize(&query, cookie).await).contains("/login?"));
}

#[tokio::test]
async fn the_implicit_grant_answers_in_the_fragment() {
    let bench = bench().await;
    for (scope, with_id) in [("openid email", true), ("https://api.poolproof.test/read", false)] {
        let query = [
            ("response_type", "token"),
            ("client_id", bench.id("implicit")),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "s"),
        ];
        let back = location(&bench.walk(&query, "main", None).await);
        assert!(back.starts_with(&format!("{CALLBACK}#")), "{back}");
        assert_eq!(parameter(&back, "id_token").is_some(), with_id);
        assert_eq!(parameter(&back, "state").as_deref(), Some("s"));
        assert_eq!(parameter(&back, "refresh_token"), None);
        bench.verified("pool", &parameter(&back, "access_token").unwrap()).await;
    }
}

#[tokio::test]
async fn faults_of_client_and_redirect_stay_on_the_domain() {
    let bench = bench().await;
    let web = bench.id("web");
    for (query, error) in [
        (vec![("redirect_uri", CALLBACK)], "Required parameters missing"),
        (vec![("client_id", "nobody"), ("redirect_uri", CALLBACK)], "invalid_request"),
        (vec![("client_id", bench.id("no-oauth")), ("redirect_uri", CALLBACK)], "invalid_request"),
        (vec![("client_id", bench.id("deleted")), ("redirect_uri", CALLBACK)], "invalid_request"),
        (
            vec![("client_id", web), ("redirect_uri", "https://app.poolproof.test/callback/")],
            "redirect_mismatch",
        ),
        (vec![("client_id", web), ("redirect_uri", "https://evil.test/\r\nx: y")], "redirect_mismatch"),
    ] {
        let query = [query, vec![("response_type", "code")]].concat();
        let back = location(&bench.authorize(&query, "").await);
        assert!(back.starts_with(&bench.url("/error?")), "{back}");
        assert_eq!(parameter(&back, "error").as_deref(), Some(error));
        assert_eq!(bench.http.get(back).send().await.unwrap().status(), 400);
    }
}

#[tokio::test]
async fn other_faults_go_to_the_callback() {
    let bench = bench().await;
    for (more, error) in [
        (vec![], "invalid_request"),
        (vec![("response_type", "id_token")], "invalid_request"),
        (vec![("response_type", "token")], "unauthorized_client"),
        (vec![("response_type", "code"), ("code_challenge", "c")], "invalid_request"),
        (vec![("response_type", "code"), ("code_challenge_method", "S256")], "invalid_request"),
        (
            vec![("response_type", "code"), ("code_challenge", "c"), ("code_challenge_method", "plain")],
            "invalid_request",
        ),
        (vec![("response_type", "code"), ("scope", "openid nonsense")], "invalid_scope"),
        (vec![("response_type", "code"), ("scope", "openid phone")], "invalid_scope"),
        (vec![("response_type", "code"), ("scope", "email")], "invalid_scope"),
        (vec![("response_type", "code"), ("scope", "openid"), ("prompt", "none")], "login_required"),
        (vec![("response_type", "code"), ("resource", "no url")], "invalid_request"),
    ] {
        let base = vec![("client_id", bench.id("web")), ("redirect_uri", CALLBACK), ("state", "s 1")];
        let back = location(&bench.authorize(&[base, more.clone()].concat(), "").await);
        assert!(back.starts_with(&format!("{CALLBACK}?")), "{back}");
        assert_eq!(parameter(&back, "error").as_deref(), Some(error), "{more:?}");
        assert_eq!(parameter(&back, "state").as_deref(), Some("s 1"));
    }
}
