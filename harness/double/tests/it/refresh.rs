//! The refresh token grant.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Bench, bench};

fn refused() -> (u16, Value) {
    (400, json!({ "error": "invalid_grant" }))
}

fn text<'a>(body: &'a Value, member: &str) -> &'a str {
    body[member].as_str().unwrap()
}

async fn access_claims(bench: &Bench, body: &Value) -> Value {
    bench.verified("pool", text(body, "access_token")).await
}

#[tokio::test]
async fn a_refresh_keeps_the_sign_in() {
    let bench = bench().await;
    let first = bench.tokens("web", "openid email").await;
    bench.double.clock().advance(Duration::from_secs(1_000));
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&first, "refresh_token")),
        ("scope", "openid profile"),
    ];
    let (status, second) = bench.token("web", &form).await;
    assert_eq!(status, 200, "{second}");
    assert_eq!(second.get("refresh_token"), None);
    assert!(second["id_token"].is_string());
    let (before, after) = (access_claims(&bench, &first).await, access_claims(&bench, &second).await);
    for same in ["auth_time", "origin_jti", "scope", "sub"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_ne!(before["jti"], after["jti"]);
    assert_eq!(after["iat"].as_u64().unwrap() - before["iat"].as_u64().unwrap(), 1_000);
    assert_eq!(bench.refresh("web", text(&first, "refresh_token")).await.0, 200);
}

#[tokio::test]
async fn only_a_live_token_of_the_same_client_works() {
    let bench = bench().await;
    let tokens = bench.tokens("short-lived", "openid").await;
    assert_eq!(tokens["expires_in"], 300);
    let refresh = text(&tokens, "refresh_token");
    let tampered = format!("{}x", &refresh[..refresh.len() - 1]);
    for bad in ["garbage", tampered.as_str(), text(&tokens, "access_token")] {
        assert_eq!(bench.refresh("short-lived", bad).await, refused());
    }
    assert_eq!(bench.refresh("web", refresh).await, refused());
    let missing = bench.token("web", &[("grant_type", "refresh_token")]).await;
    assert_eq!(missing, (400, json!({ "error": "invalid_request" })));
    bench.double.clock().advance(Duration::from_secs(3_599));
    assert_eq!(bench.refresh("short-lived", refresh).await.0, 200);
    bench.double.clock().advance(Duration::from_secs(1));
    assert_eq!(bench.refresh("short-lived", refresh).await, refused());
}

#[tokio::test]
async fn a_client_may_be_barred_from_refreshing() {
    let bench = bench().await;
    let tokens = bench.tokens("no-refresh", "openid").await;
    let answer = bench.refresh("no-refresh", text(&tokens, "refresh_token")).await;
    assert_eq!(answer, (400, json!({ "error": "unauthorized_client" })));
}

#[tokio::test]
async fn rotation_without_grace_uses_a_token_up() {
    let bench = bench().await;
    let tokens = bench.tokens("rotating", "openid").await;
    let (status, renewed) = bench.refresh("rotating", text(&tokens, "refresh_token")).await;
    assert_eq!(status, 200);
    assert_ne!(renewed["refresh_token"], tokens["refresh_token"]);
    assert_eq!(bench.refresh("rotating", text(&tokens, "refresh_token")).await, refused());
    assert_eq!(bench.refresh("rotating", text(&renewed, "refresh_token")).await.0, 200);
}

#[tokio::test]
async fn rotation_with_grace_forgives_a_retry() {
    let bench = bench().await;
    let tokens = bench.tokens("rotating-grace", "openid").await;
    let old = text(&tokens, "refresh_token");
    assert_eq!(bench.refresh("rotating-grace", old).await.0, 200);
    bench.double.clock().advance(Duration::from_secs(59));
    assert_eq!(bench.refresh("rotating-grace", old).await.0, 200);
    bench.double.clock().advance(Duration::from_secs(1));
    assert_eq!(bench.refresh("rotating-grace", old).await, refused());
}
