//! Faults of the authorization endpoint.

use poolproof_double::Fault;

use super::support::{CALLBACK, CHALLENGE, faulty, location, parameter};

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
        (Fault::REDIRECT_PREFIX_MATCHED, &[("redirect_uri", longer.as_str())][..], "/login"),
        (Fault::REDIRECT_PORT_IGNORED, &[("redirect_uri", at_port.as_str())][..], "/login"),
        (Fault::REDIRECT_UNCHECKED_AT_LOGIN, &evil[..], "/error"),
        (Fault::MISMATCH_AT_CALLBACK, &evil[..], "https://evil.test/cb?error="),
        (Fault::UNKNOWN_CLIENT_REDIRECTED, &[("client_id", "nobody")][..], CALLBACK),
        (Fault::RESPONSE_TYPE_DEFAULTED, &[("response_type", "")][..], "/login"),
        (Fault::DISABLED_FLOW_SERVED, &[("response_type", "token")][..], "/login"),
        (Fault::PLAIN_PKCE_ACCEPTED, &challenge[..], "/login"),
    ] {
        let there = asked(fault, change).await;
        assert!(there.starts_with(leads_to), "{fault}: {there}");
    }
    let there = asked(Fault::STATE_NOT_ENCODED, &[("response_type", "")]).await;
    assert!(there.ends_with("&state=a+b"), "{there}");
}

#[tokio::test]
async fn faults_of_what_comes_back() {
    let bench = faulty(&[Fault::CODE_IN_FRAGMENT, Fault::ERROR_PAGE_IS_200, Fault::RESOURCE_IGNORED]).await;
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
    let bench = faulty(&[Fault::IMPLICIT_ID_TOKEN_ALWAYS]).await;
    let implicit = [
        ("client_id", bench.id("implicit")),
        ("redirect_uri", CALLBACK),
        ("response_type", "token"),
        ("scope", "https://api.poolproof.test/read"),
    ];
    let back = location(&bench.walk(&implicit, "main", None).await);
    assert!(parameter(&back, "id_token").is_some(), "{back}");
}
