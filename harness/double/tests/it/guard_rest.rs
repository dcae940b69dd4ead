//! REST APIs of API Gateway: what they let in, and how they refuse.

use poolproof_double::Fault;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;

use super::support::{Bench, bench, faulty};

const UNAUTHORIZED: &str = r#"{"message":"Unauthorized"}"#;
const MISSING: &str = r#"{"message":"Missing Authentication Token"}"#;
const FORBIDDEN: &str = r#"{"message":"Forbidden"}"#;
const SCOPES: &str = "openid email profile https://api.poolproof.test/read";

async fn sent(bench: &Bench, method: Method, path: &str, authorization: Option<&str>) -> Response {
    let request = bench.http.request(method, bench.url(&format!("/guard/rest/{path}")));
    let request = match authorization {
        Some(value) => request.header(AUTHORIZATION, value),
        None => request,
    };
    request.send().await.unwrap()
}

/// Status, error type and body.
async fn asked(bench: &Bench, path: &str, authorization: Option<&str>) -> (u16, String, String) {
    read(sent(bench, Method::GET, path, authorization).await).await
}

async fn read(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let kind = header(response.headers(), "x-amzn-errortype");
    (status, kind, response.text().await.unwrap())
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

fn refusal(status: u16, kind: &str, body: &str) -> (u16, String, String) {
    (status, kind.to_owned(), body.to_owned())
}

async fn status(bench: &Bench, path: &str, token: &str) -> u16 {
    asked(bench, path, Some(&format!("Bearer {token}"))).await.0
}

fn text<'a>(tokens: &'a Value, member: &str) -> &'a str {
    tokens[member].as_str().unwrap()
}

async fn machine(bench: &Bench, scope: &str) -> String {
    let scope = format!("https://api.poolproof.test/{scope}");
    let form = [("grant_type", "client_credentials"), ("scope", &scope)];
    text(&bench.token("machine", &form).await.1, "access_token").to_owned()
}

#[tokio::test]
async fn id_tokens_count_without_scopes_and_access_tokens_with() {
    let bench = bench().await;
    let tokens = bench.tokens("web", SCOPES).await;
    let (id, access) = (text(&tokens, "id_token"), text(&tokens, "access_token"));
    let other = bench.tokens("web-other", SCOPES).await;
    let (read, admin) = (machine(&bench, "read").await, machine(&bench, "admin").await);
    for (path, token, expected) in [
        ("id", id, 200),
        ("id", access, 401),
        ("id", &read, 401),
        ("id", text(&other, "id_token"), 200),
        ("id", text(&tokens, "refresh_token"), 401),
        ("scopes", id, 401),
        ("scopes", access, 200),
        ("scopes", &read, 200),
        ("scopes", &admin, 401),
        ("own-scopes", access, 200),
        ("own-scopes", &read, 401),
        ("expression", id, 200),
        ("expression", text(&other, "id_token"), 401),
        ("expression-scopes", access, 401),
        ("header", id, 401),
        ("several-pools", id, 200),
    ] {
        assert_eq!(status(&bench, path, token).await, expected, "{path}");
    }
    assert_eq!(asked(&bench, "id", Some(id)).await.0, 200, "without a scheme");
    let named = bench.http.get(bench.url("/guard/rest/header")).header("x-pool-token", id);
    assert_eq!(named.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_refusal_has_the_form_of_a_gateway_response() {
    let bench = bench().await;
    let answer = sent(&bench, Method::GET, "id", None).await;
    assert_eq!(header(answer.headers(), "content-type"), "application/json");
    assert_eq!(header(answer.headers(), "x-amzn-requestid").len(), 36);
    assert_eq!(header(answer.headers(), "x-amz-apigw-id").len(), 16);
    assert!(!answer.headers().contains_key("www-authenticate"));
    assert_eq!(read(answer).await, refusal(401, "UnauthorizedException", UNAUTHORIZED));

    let tokens = bench.tokens("web", SCOPES).await;
    bench.double.clock().advance(Duration::from_hours(1));
    let expired = asked(&bench, "id", Some(text(&tokens, "id_token"))).await;
    let body = r#"{"message":"The incoming token has expired"}"#;
    assert_eq!(expired, refusal(401, "UnauthorizedException", body));
}

#[tokio::test]
async fn what_is_not_defined_asks_for_a_signature() {
    let bench = bench().await;
    let missing = refusal(403, "MissingAuthenticationTokenException", MISSING);
    assert_eq!(asked(&bench, "nothing/here", None).await, missing);
    assert_eq!(asked(&bench, "wrong-domain-path", None).await, missing);
    assert_eq!(read(sent(&bench, Method::DELETE, "id", None).await).await, missing);
    assert_eq!(read(sent(&bench, Method::OPTIONS, "preflight-undefined", None).await).await, missing);
    let (status, kind, body) = asked(&bench, "nothing", Some("Bearer a.b.c")).await;
    assert_eq!((status, kind.as_str()), (403, "IncompleteSignatureException"));
    let beginning = "{\"message\":\"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with \
                     SHA-256 and encoded with Base64): '";
    assert!(body.starts_with(beginning) && body.ends_with("='.\"}"), "{body}");
    let (_, _, body) = asked(&bench, "nothing", Some("Basic YTpi==, b=c")).await;
    assert!(body.contains("Authorization header requires 'Credential' parameter."), "{body}");
    for path in ["no-such-stage", "not-deployed", "waf"] {
        assert_eq!(asked(&bench, path, None).await, refusal(403, "ForbiddenException", FORBIDDEN));
    }
}

#[tokio::test]
async fn the_token_comes_before_policy_and_key() {
    let bench = bench().await;
    let tokens = bench.tokens("web", SCOPES).await;
    let good = Some(text(&tokens, "id_token"));
    let unauthorized = refusal(401, "UnauthorizedException", UNAUTHORIZED);
    for path in ["api-key", "policy-deny", "policy-allows-others", "misconfigured", "cors-customised"] {
        assert_eq!(asked(&bench, path, None).await, unauthorized, "{path}");
    }
    assert_eq!(asked(&bench, "api-key", good).await, refusal(403, "ForbiddenException", FORBIDDEN));
    for (path, end) in [
        ("policy-deny", "GET/policy-deny with an explicit deny\"}"),
        ("policy-allows-others", "GET/policy-allows-others\"}"),
    ] {
        let (status, kind, body) = asked(&bench, path, good).await;
        assert_eq!((status, kind.as_str()), (403, "AccessDeniedException"));
        assert!(body.starts_with("{\"Message\":\"User: anonymous is not authorized to perform: "), "{body}");
        assert!(body.ends_with(end), "{body}");
    }
    let broken = refusal(500, "AuthorizerConfigurationException", r#"{"message":null}"#);
    assert_eq!(asked(&bench, "misconfigured", good).await, broken);
}

#[tokio::test]
async fn preflights_are_answered_where_they_are_defined() {
    let bench = bench().await;
    let answer = sent(&bench, Method::OPTIONS, "preflight", None).await;
    assert_eq!(answer.status(), 200);
    for name in ["origin", "headers", "methods"] {
        assert!(answer.headers().contains_key(format!("access-control-allow-{name}")));
    }
    assert_eq!(sent(&bench, Method::OPTIONS, "preflight-guarded", None).await.status(), 401);
    let allowed = |answer: Response| answer.headers().contains_key("access-control-allow-origin");
    assert!(allowed(sent(&bench, Method::GET, "cors-customised", None).await));
    assert!(!allowed(sent(&bench, Method::GET, "id", None).await));
}

#[tokio::test]
async fn what_is_too_long_is_refused() {
    let bench = bench().await;
    let tokens = bench.tokens("web", SCOPES).await;
    let token = text(&tokens, "id_token");
    let long = bench.http.get(bench.url("/guard/rest/id")).header("x-long", "a".repeat(10_240));
    assert_eq!(long.bearer_auth(token).send().await.unwrap().status(), 431);
    for (length, expected) in [(1_500, 200), (1_600, 414)] {
        let path = format!("items/{}", "a".repeat(length));
        assert_eq!(status(&bench, &path, token).await, expected);
    }
}

#[tokio::test]
async fn the_backend_sees_texts() {
    let bench = bench().await;
    let tokens = bench.tokens("web", SCOPES).await;
    let token = text(&tokens, "id_token");
    let (_, _, body) = asked(&bench, "id", Some(token)).await;
    let event: Value = serde_json::from_str(&body).unwrap();
    let claims = &event["requestContext"]["authorizer"]["claims"];
    let expected = [
        ("exp", json!("Fri Jan 15 09:00:00 UTC 2027")),
        ("iat", json!("Fri Jan 15 08:00:00 UTC 2027")),
        ("auth_time", json!("1800000000")),
        ("email_verified", json!("true")),
        ("token_use", json!("id")),
    ];
    for (name, value) in expected {
        assert_eq!(claims[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_makes_no_difference() {
    for (faults, expected) in [(&[][..], 200), (&[Fault::GUARD_REST_ENDED_REFUSED][..], 401)] {
        let bench = faulty(faults).await;
        let tokens = bench.tokens("web", SCOPES).await;
        let request = bench.http.post(bench.url("/oauth2/revoke"));
        let request = request.basic_auth(bench.id("web"), Some(bench.client("web", "secret")));
        let form = [("token", text(&tokens, "refresh_token"))];
        assert_eq!(request.form(&form).send().await.unwrap().status(), 200);
        assert_eq!(status(&bench, "scopes", text(&tokens, "access_token")).await, expected);
    }
}

/// The token with another header, and with this signature.
fn forged(token: &str, header: &Value, signature: &str) -> String {
    use base64::Engine as _;
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header.to_string());
    format!("{header}.{}.{signature}", token.split('.').nth(1).unwrap())
}

#[tokio::test]
async fn a_token_that_the_pool_did_not_sign_is_refused_unless_a_fault_lets_it_in() {
    let none = json!({ "alg": "none" });
    let capitals = json!({ "alg": "NONE" });
    let other_key = json!({ "alg": "RS256", "kid": "other" });
    for (fault, header, signature) in [
        (Fault::GUARD_REST_NONE_TAKEN, &none, ""),
        (Fault::GUARD_REST_NONE_IN_CAPITALS, &capitals, ""),
        (Fault::GUARD_REST_UNKNOWN_KEY_TAKEN, &other_key, "AAAA"),
    ] {
        for (faults, expected) in [(&[][..], 401), (&[fault][..], 200)] {
            let bench = faulty(faults).await;
            let tokens = bench.tokens("web", SCOPES).await;
            let token = forged(text(&tokens, "id_token"), header, signature);
            assert_eq!(status(&bench, "id", &token).await, expected, "{fault} {faults:?}");
        }
    }
    let bench = faulty(&[Fault::GUARD_REST_NONE_IN_CAPITALS]).await;
    let tokens = bench.tokens("web", SCOPES).await;
    assert_eq!(status(&bench, "id", &forged(text(&tokens, "id_token"), &none, "")).await, 401);
    let damaged = text(&tokens, "id_token").replace('.', ".x");
    assert_eq!(status(&bench, "id", &damaged).await, 401);
}
