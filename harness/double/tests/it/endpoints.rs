//! Revocation, userInfo, discovery, the fixture document.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};

use super::support::{Bench, bench, read};

pub(crate) async fn revoke(bench: &Bench, role: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let request = bench.http.post(bench.url("/oauth2/revoke"));
    let request = request.basic_auth(bench.id(role), Some(bench.client(role, "secret")));
    read(request.form(form).send().await.unwrap()).await
}

pub(crate) async fn user_info(bench: &Bench, token: &str) -> Response {
    let request = bench.http.get(bench.url("/oauth2/userInfo")).bearer_auth(token);
    request.send().await.unwrap()
}

#[tokio::test]
async fn revocation_ends_one_sign_in() {
    let bench = bench().await;
    let tokens = bench.tokens("web", "openid").await;
    let others = bench.tokens("web", "openid").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let access = tokens["access_token"].as_str().unwrap();
    let kept = json!({ "error": "unsupported_token_type" });
    for wrong in ["access_token", "id_token"] {
        let token = tokens[wrong].as_str().unwrap();
        assert_eq!(revoke(&bench, "web", &[("token", token)]).await, (400, kept.clone()));
    }
    let missing = (400, json!({ "error": "invalid_request" }));
    assert_eq!(revoke(&bench, "web", &[]).await, missing);
    assert_eq!(revoke(&bench, "web-other", &[("token", refresh)]).await, missing);
    let refused = (401, json!({ "error": "invalid_client" }));
    assert_eq!(revoke(&bench, "deleted", &[("token", refresh)]).await, refused);
    assert_eq!(revoke(&bench, "web", &[("token", "garbage")]).await, (200, Value::Null));
    assert_eq!(user_info(&bench, access).await.status(), 200);
    for _ in 0..2 {
        assert_eq!(revoke(&bench, "web", &[("token", refresh)]).await, (200, Value::Null));
    }
    assert_eq!(bench.refresh("web", refresh).await, (400, json!({ "error": "invalid_grant" })));
    assert_eq!(user_info(&bench, access).await.status(), 401);
    assert_eq!(bench.refresh("web", others["refresh_token"].as_str().unwrap()).await.0, 200);
}

#[tokio::test]
async fn user_info_shows_what_the_scopes_allow() {
    let bench = bench().await;
    let tokens = bench.tokens("web", "openid email").await;
    let access = tokens["access_token"].as_str().unwrap();
    let (status, body) = read(user_info(&bench, access).await).await;
    assert_eq!(status, 200);
    assert_eq!(body["email"], bench.fixture["user"]["main"]["email"]);
    assert_eq!(body["email_verified"], "true");
    assert_eq!(body["username"], bench.fixture["user"]["main"]["username"]);
    let profile = bench.tokens("web", "openid profile").await;
    let (_, body) = read(user_info(&bench, profile["access_token"].as_str().unwrap()).await).await;
    assert_eq!(body.get("email"), None);

    let (_, machine) = bench.token("machine", &[("grant_type", "client_credentials")]).await;
    let without = bench.tokens("web", "https://api.poolproof.test/read").await;
    let mut tampered = access.to_owned();
    tampered.insert(access.rfind('.').unwrap(), 'A');
    for bad in [
        "garbage",
        &tampered,
        tokens["id_token"].as_str().unwrap(),
        machine["access_token"].as_str().unwrap(),
        without["access_token"].as_str().unwrap(),
    ] {
        let answer = user_info(&bench, bad).await;
        assert_eq!(answer.status(), 401);
        let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("error=\"invalid_token\""), "{challenge}");
    }
    let bare = bench.http.get(bench.url("/oauth2/userInfo")).send().await.unwrap();
    assert_eq!(bare.status(), 400);
    for malformed in ["Bearer", "Bearer a b", "Bearer a, Bearer b", "Basic a", "a"] {
        let request = bench.http.get(bench.url("/oauth2/userInfo")).header("authorization", malformed);
        assert_eq!(request.send().await.unwrap().status(), 400, "{malformed}");
    }
    let elsewhere = bench.http.get(bench.url("/other-pool/oauth2/userInfo")).bearer_auth(access);
    assert_eq!(elsewhere.send().await.unwrap().status(), 401);
    bench.double.clock().advance(Duration::from_hours(1));
    assert_eq!(user_info(&bench, access).await.status(), 401);
}

#[tokio::test]
async fn every_pool_publishes_its_keys() {
    let bench = bench().await;
    for (pool, prefix) in [("pool", ""), ("other-pool", "/other-pool")] {
        let issuer = bench.fixture[pool]["issuer"].as_str().unwrap();
        let request = bench.http.get(format!("{issuer}/.well-known/openid-configuration"));
        let (_, document) = read(request.send().await.unwrap()).await;
        assert_eq!(document["issuer"], issuer);
        assert_eq!(document["token_endpoint"], bench.url(&format!("{prefix}/oauth2/token")));
        let keys = bench.http.get(document["jwks_uri"].as_str().unwrap());
        let (_, keys) = read(keys.send().await.unwrap()).await;
        let keys = keys["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    }
}

#[tokio::test]
async fn a_pool_that_does_not_exist_has_no_documents() {
    let bench = bench().await;
    for document in ["openid-configuration", "jwks.json"] {
        let url = bench.url(&format!("/us-east-1_none/.well-known/{document}"));
        let (status, body) = read(bench.http.get(url).send().await.unwrap()).await;
        assert_eq!(status, 400);
        assert!(body["message"].is_string());
    }
}

#[tokio::test]
async fn the_fixture_names_every_role() {
    let bench = bench().await;
    assert_eq!(bench.fixture["schema"], 1);
    let clients = bench.fixture["client"].as_object().unwrap();
    assert_eq!(clients.len(), 23);
    for (role, client) in clients {
        assert_eq!(client["id"].as_str().unwrap().len(), 26, "{role}");
        let public = matches!(role.as_str(), "public" | "implicit");
        assert_eq!(client.get("secret").is_none(), public, "{role}");
        assert_eq!(client["other-pool"], matches!(role.as_str(), "foreign" | "web-foreign"));
    }
    assert_eq!(bench.fixture["other-pool"]["domain-path"], "/other-pool");
    assert_eq!(clients["short-lived"]["refresh-seconds"], 3_600);
    assert_eq!(clients["short-lived"]["access-seconds"], 300);
}
