//! The authorization code grant.

use std::time::Duration;

use serde_json::json;

use super::support::{CALLBACK, CHALLENGE, VERIFIER, bench, read};

#[tokio::test]
async fn a_code_yields_all_three_tokens_once() {
    let bench = bench().await;
    let code = bench.code("web", "openid email https://api.poolproof.test/read", &[("nonce", "n-1")]).await;
    let (status, body) = bench.redeem("web", &code, &[]).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["refresh_token"].as_str().unwrap().split('.').count(), 5);
    let id = bench.verified("pool", body["id_token"].as_str().unwrap()).await;
    let access = bench.verified("pool", body["access_token"].as_str().unwrap()).await;
    assert_eq!(id["aud"], bench.id("web"));
    assert_eq!(id["nonce"], "n-1");
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["token_use"], "id");
    assert_eq!(access["client_id"], bench.id("web"));
    assert_eq!(access["username"], bench.fixture["user"]["main"]["username"]);
    assert_eq!(access["scope"], "email https://api.poolproof.test/read openid");
    assert_eq!(id["sub"], access["sub"]);
    assert_eq!(id["origin_jti"], access["origin_jti"]);
    assert_ne!(id["jti"], access["jti"]);
    assert_eq!(access.get("aud"), None);
    let (status, body) = bench.redeem("web", &code, &[]).await;
    assert_eq!((status, body), (400, json!({ "error": "invalid_grant" })));
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let bench = bench().await;
    let tokens = bench.tokens("public", "https://api.poolproof.test/read").await;
    assert_eq!(tokens.get("id_token"), None);
    assert!(tokens["refresh_token"].is_string());
}

#[tokio::test]
async fn pkce_wants_the_right_verifier() {
    let bench = bench().await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    for role in ["web", "public"] {
        let code = bench.code(role, "openid", &pkce).await;
        for wrong in [&[][..], &[("code_verifier", CHALLENGE)], &[("code_verifier", "x")]] {
            let (status, body) = bench.redeem(role, &code, wrong).await;
            assert_eq!((status, body), (400, json!({ "error": "invalid_grant" })));
        }
        let (status, _) = bench.redeem(role, &code, &[("code_verifier", VERIFIER)]).await;
        assert_eq!(status, 200);
    }
}

#[tokio::test]
async fn the_redirect_uri_is_compared_to_the_letter() {
    let bench = bench().await;
    let code = bench.code("web", "openid", &[]).await;
    for wrong in [
        "https://app.poolproof.test/callback/",
        "https://app.poolproof.test/callback?tenant=one",
        "https://app.poolproof.test/Callback",
        "https://elsewhere.test/",
    ] {
        let (status, body) = bench.redeem("web", &code, &[("redirect_uri", wrong)]).await;
        let expected = json!({ "error": "unauthorized_client", "error_description": "invalid_redirect" });
        assert_eq!((status, body), (400, expected), "{wrong}");
    }
    let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let (status, body) = bench.token("web", &form).await;
    assert_eq!((status, body), (400, json!({ "error": "invalid_request" })));
    assert_eq!(bench.redeem("web", &code, &[]).await.0, 200);
}

#[tokio::test]
async fn codes_age_and_belong_to_their_client() {
    let bench = bench().await;
    let old = bench.code("web", "openid", &[]).await;
    bench.double.clock().advance(Duration::from_secs(299));
    let young = bench.code("web", "openid", &[]).await;
    bench.double.clock().advance(Duration::from_secs(1));
    let refused = (400, json!({ "error": "invalid_grant" }));
    assert_eq!(bench.redeem("web", &old, &[]).await, refused);
    assert_eq!(bench.redeem("web-other", &young, &[]).await, refused);
    assert_eq!(bench.redeem("web", "e2a9d0c4-1111-4222-8333-444455556666", &[]).await, refused);
    assert_eq!(bench.redeem("web", &young, &[]).await.0, 200);
    let unauthorized = (400, json!({ "error": "unauthorized_client" }));
    assert_eq!(bench.redeem("machine", &young, &[]).await, unauthorized);
}

#[tokio::test]
async fn an_attribute_that_may_not_be_read_spoils_the_redemption() {
    let bench = bench().await;
    let code = bench.code("unreadable", "openid email", &[]).await;
    let refused = (400, json!({ "error": "invalid_grant" }));
    assert_eq!(bench.redeem("unreadable", &code, &[]).await, refused);
    let code = bench.code("unreadable", "openid", &[]).await;
    assert_eq!(bench.redeem("unreadable", &code, &[]).await.0, 200);
}

#[tokio::test]
async fn grant_parameters_may_be_in_the_query() {
    let bench = bench().await;
    let code = bench.code("web", "openid", &[]).await;
    let query = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let credentials = [("client_id", bench.id("web")), ("client_secret", bench.client("web", "secret"))];
    let everything = [query.as_slice(), &credentials].concat();
    let in_url = bench.http.post(bench.url("/oauth2/token")).query(&everything);
    let (status, body) = read(in_url.form(&[("x", "y")]).send().await.unwrap()).await;
    assert_eq!((status, body), (400, json!({ "error": "invalid_client" })));
    let request = bench.http.post(bench.url("/oauth2/token")).query(&query);
    assert_eq!(request.form(&credentials).send().await.unwrap().status(), 200);
}
