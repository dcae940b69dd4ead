//! Each fault changes the one answer it is about.

use std::time::Duration;

use poolproof_double::Fault;

use super::support::{CALLBACK, CHALLENGE, faulty, location, parameter, read};

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

/// The answer to an authorization request with this redirect URI, and where it leads.
async fn asked(fault: Fault, change: &[(&str, &str)]) -> String {
    let bench = faulty(&[fault]).await;
    let base = [
        ("response_type", "code"),
        ("client_id", bench.id("web")),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("state", "a+b"),
    ];
    let kept = base.into_iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    let query: Vec<_> = kept.chain(change.iter().copied().filter(|(_, value)| !value.is_empty())).collect();
    location(&bench.authorize(&query, "").await).replace(&bench.url(""), "")
}

#[tokio::test]
async fn faults_of_the_authorization_request() {
    let longer = format!("{CALLBACK}/deeper");
    let at_port = CALLBACK.replace(".test/", ".test:8443/");
    let evil = [("redirect_uri", "https://evil.test/cb")];
    let challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "plain")];
    for (fault, change, leads_to) in [
        (Fault::RedirectPrefixMatched, &[("redirect_uri", longer.as_str())][..], "/login"),
        (Fault::RedirectPortIgnored, &[("redirect_uri", at_port.as_str())][..], "/login"),
        (Fault::RedirectUncheckedAtLogin, &evil[..], "/error"),
        (Fault::MismatchAtCallback, &evil[..], "https://evil.test/cb?error="),
        (Fault::UnknownClientRedirected, &[("client_id", "nobody")][..], CALLBACK),
        (Fault::ResponseTypeDefaulted, &[("response_type", "")][..], "/login"),
        (Fault::DisabledFlowServed, &[("response_type", "token")][..], "/login"),
        (Fault::PlainPkceAccepted, &challenge[..], "/login"),
    ] {
        let there = asked(fault, change).await;
        assert!(there.starts_with(leads_to), "{fault}: {there}");
    }
    let there = asked(Fault::StateNotEncoded, &[("response_type", "")]).await;
    assert!(there.ends_with("&state=a+b"), "{there}");
}

#[tokio::test]
async fn faults_of_what_comes_back() {
    let bench = faulty(&[Fault::CodeInFragment, Fault::ErrorPageIs200, Fault::ResourceIgnored]).await;
    assert_eq!(bench.http.get(bench.url("/error?error=x")).send().await.unwrap().status(), 200);
    let query = |role| [("client_id", bench.id(role)), ("redirect_uri", CALLBACK)];
    let resource =
        [("response_type", "code"), ("scope", "openid"), ("resource", "https://api.poolproof.test")];
    let code = [&query("web")[..], &resource[..]].concat();
    let back = location(&bench.walk(&code, "main", None).await);
    assert!(back.starts_with(&format!("{CALLBACK}#code=")), "{back}");
    let (_, tokens) = bench.redeem("web", &parameter(&back, "code").unwrap(), &[]).await;
    let claims = bench.verified("pool", tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(claims.get("aud"), None);
    let bench = faulty(&[Fault::ImplicitIdTokenAlways]).await;
    let implicit = [
        ("client_id", bench.id("implicit")),
        ("redirect_uri", CALLBACK),
        ("response_type", "token"),
        ("scope", "https://api.poolproof.test/read"),
    ];
    let back = location(&bench.walk(&implicit, "main", None).await);
    assert!(parameter(&back, "id_token").is_some(), "{back}");
}
