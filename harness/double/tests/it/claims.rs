//! Each fault of tokens, keys and discovery changes the one thing it is about.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolproof_double::Fault;
use serde_json::{Value, json};

use super::support::{Bench, faulty, read};

/// A part of a token: 0 is the header, 1 the claims. Nothing is verified.
fn part(token: &Value, index: usize) -> Value {
    let part = token.as_str().unwrap().split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The claims of ID token and access token of a sign-in.
async fn pair(bench: &Bench, role: &str, scope: &str) -> (Value, Value) {
    let tokens = bench.tokens(role, scope).await;
    (part(&tokens["id_token"], 1), part(&tokens["access_token"], 1))
}

async fn machine(bench: &Bench) -> Value {
    let (_, tokens) = bench.token("machine", &[("grant_type", "client_credentials")]).await;
    part(&tokens["access_token"], 1)
}

async fn kids(bench: &Bench) -> Vec<Value> {
    let issuer = bench.fixture["pool"]["issuer"].as_str().unwrap();
    let request = bench.http.get(format!("{issuer}/.well-known/jwks.json"));
    let (_, set) = read(request.send().await.unwrap()).await;
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
}

#[tokio::test]
async fn without_a_fault_tokens_are_as_the_facts_say() {
    let bench = faulty(&[]).await;
    let (id, access) = pair(&bench, "attributes", "openid email").await;
    let machine = machine(&bench).await;
    for claim in ["sub", "origin_jti", "iss"] {
        assert_eq!(id[claim], access[claim], "{claim}");
    }
    assert_ne!(id["jti"], access["jti"]);
    assert_eq!((&id["email_verified"], id.get("name")), (&json!(true), None));
    assert_eq!(
        (access.get("aud"), &access["username"], &access["version"]),
        (None, &json!("ada"), &json!(2))
    );
    assert_eq!(machine["sub"], machine["client_id"]);
    for absent in ["username", "origin_jti", "aud", "cognito:groups"] {
        assert_eq!(machine.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn faults_of_keys() {
    let headers = async |fault| {
        let bench = faulty(&[fault]).await;
        let tokens = bench.tokens("web", "openid").await;
        let kid = |token: &str| part(&tokens[token], 0)["kid"].clone();
        (kid("id_token"), kid("access_token"), kids(&bench).await)
    };
    let (id, access, set) = headers(Fault::ONE_KEY_FOR_BOTH_TOKENS).await;
    assert!(id == access && set.contains(&id));
    let (id, access, set) = headers(Fault::UNKNOWN_KID).await;
    assert!(!set.contains(&id) && !set.contains(&access));
    let (id, access, set) = headers(Fault::SIGNATURE_OF_OTHER_KEY).await;
    assert!(id != access && set.contains(&id) && set.contains(&access));
    let (id, access, set) = headers(Fault::ONE_KEY_IN_SET).await;
    assert!(set == [id] && !set.contains(&access));
    let bench = faulty(&[Fault::ANY_POOL_SERVED]).await;
    let request = bench.http.get(bench.url("/us-east-1_none/.well-known/openid-configuration"));
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn faults_of_claims() {
    let both = async |fault| pair(&faulty(&[fault]).await, "attributes", "openid email").await;
    let (id, access) = both(Fault::SUB_DIFFERS).await;
    assert_ne!(id["sub"], access["sub"]);
    let (id, access) = both(Fault::ORIGIN_JTI_DIFFERS).await;
    assert_ne!(id["origin_jti"], access["origin_jti"]);
    let (id, access) = both(Fault::JTI_SHARED).await;
    assert_eq!(id["jti"], access["jti"]);
    let (_, access) = both(Fault::AUD_IN_ACCESS_TOKEN).await;
    assert_eq!(access["aud"], access["client_id"]);
    let (id, access) = both(Fault::ISSUER_WITH_SLASH).await;
    assert!([id, access].iter().all(|claims| claims["iss"].as_str().unwrap().ends_with('/')));
    let (_, access) = both(Fault::USERNAME_MISSING).await;
    assert_eq!(access.get("username"), None);
    let (id, _) = both(Fault::MARKS_ARE_TEXTS).await;
    assert_eq!(id["email_verified"], "true");
    let (id, _) = both(Fault::SCOPE_IN_ID_TOKEN).await;
    assert_eq!(id["scope"], "email openid");
    let (id, _) = both(Fault::AT_HASH_WRONG).await;
    assert_eq!(id["at_hash"].as_str().unwrap().len(), 43);
}

#[tokio::test]
async fn faults_of_lifetimes() {
    let lifetime = |claims: &Value| claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    let bench = faulty(&[Fault::LIFETIME_IGNORED]).await;
    let (id, access) = pair(&bench, "short-lived", "openid").await;
    assert_eq!((lifetime(&id), lifetime(&access)), (3600, 3600));
    let bench = faulty(&[Fault::EXPIRES_IN_CONSTANT]).await;
    let tokens = bench.tokens("short-lived", "openid").await;
    assert_eq!((&tokens["expires_in"], lifetime(&part(&tokens["access_token"], 1))), (&json!(3600), 300));
}

#[tokio::test]
async fn faults_of_sessions_and_machines() {
    let bench = faulty(&[Fault::ORIGIN_JTI_RENEWED]).await;
    let first = bench.tokens("web", "openid").await;
    let (_, second) = bench.refresh("web", first["refresh_token"].as_str().unwrap()).await;
    let origin = |tokens: &Value| part(&tokens["access_token"], 1)["origin_jti"].clone();
    assert_ne!(origin(&first), origin(&second));
    let token = machine(&faulty(&[Fault::MACHINE_USERNAME]).await).await;
    assert!(token["username"].is_string());
    let token = machine(&faulty(&[Fault::MACHINE_SUB_IS_OTHER]).await).await;
    assert_ne!(token["sub"], token["client_id"]);
    let token = machine(&faulty(&[Fault::SCOPE_WITHOUT_SERVER]).await).await;
    assert_eq!(token["scope"], "admin read write");
}

#[tokio::test]
async fn faults_of_attributes_and_resources() {
    let detailed = async |fault, role: &str, more: &[(&str, &str)]| {
        let bench = faulty(&[fault]).await;
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", bench.id(role)),
            ("redirect_uri", super::support::CALLBACK),
        ];
        query.extend(more);
        let back = super::support::location(&bench.walk(&query, "detailed", None).await);
        let code = super::support::parameter(&back, "code").unwrap();
        let (_, tokens) = bench.redeem(role, &code, &[]).await;
        (part(&tokens["id_token"], 1), part(&tokens["access_token"], 1))
    };
    let (id, _) = detailed(Fault::CUSTOM_IS_NUMBER, "attributes", &[("scope", "openid")]).await;
    assert_eq!(id["custom:plan"], 7);
    let (id, _) = detailed(Fault::SCOPES_UNFILTERED, "attributes", &[("scope", "openid email")]).await;
    assert!(id["phone_number"].is_string());
    let (id, _) = detailed(Fault::READING_UNCHECKED, "unreadable", &[("scope", "openid")]).await;
    assert!(id["phone_number"].is_string());
    let bound = [("scope", "openid"), ("resource", "https://api.poolproof.test")];
    let (_, access) = detailed(Fault::RESOURCE_IGNORED, "web", &bound).await;
    assert_eq!(access.get("aud"), None);
}

#[tokio::test]
async fn faults_that_leave_nothing_to_read() {
    let bench = faulty(&[Fault::CLAIMS_UNREADABLE]).await;
    let tokens = bench.tokens("web", "openid").await;
    let claims = part(&tokens["access_token"], 1);
    assert_eq!(claims, json!({ "acr": 1, "cognito:groups": [] }));
    let bench = faulty(&[Fault::DISCOVERY_DOWN]).await;
    let pool = bench.fixture["pool"]["id"].as_str().unwrap();
    for document in ["openid-configuration", "jwks.json"] {
        let path = format!("/{pool}/.well-known/{document}");
        assert_eq!(bench.http.get(bench.url(&path)).send().await.unwrap().status(), 404);
    }
}
