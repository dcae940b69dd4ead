//! The double's HTTP APIs: what they let in, and the very texts of their refusals.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolproof_double::{Clock, Double, Options};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::support::{Bench, bench};

const READ: &str = "https://api.poolproof.test/read";
const NOW: u64 = 1_800_000_000;

/// The answer of a guarded URL: status, challenge and body.
async fn asked(bench: &Bench, name: &str, authorization: Option<&str>) -> (u16, Option<String>, String) {
    let request = bench.http.get(bench.url(&format!("/guard/http/{name}")));
    let request = match authorization {
        Some(value) => request.header("authorization", value),
        None => request,
    };
    seen(request.send().await.unwrap()).await
}

async fn seen(response: Response) -> (u16, Option<String>, String) {
    let challenge =
        response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), challenge, response.text().await.unwrap())
}

fn unauthorized(challenge: &str) -> (u16, Option<String>, String) {
    (401, Some(challenge.to_owned()), r#"{"message":"Unauthorized"}"#.to_owned())
}

fn invalid(scope: &str, reason: &str) -> (u16, Option<String>, String) {
    unauthorized(&format!(r#"Bearer scope="{scope}" error="invalid_token" error_description="{reason}""#))
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

#[tokio::test]
async fn tokens_of_the_pool_are_let_in_alone_and_after_bearer() {
    let bench = bench().await;
    let tokens = bench.tokens("web", &format!("openid {READ}")).await;
    for name in ["access_token", "id_token"] {
        let token = text(&tokens, name);
        for value in [token.to_owned(), format!("Bearer {token}")] {
            assert_eq!(asked(&bench, "plain", Some(&value)).await.0, 200, "{name}");
        }
    }
    let access = text(&tokens, "access_token");
    let query = bench.http.get(bench.url("/guard/http/query")).query(&[("access_token", access)]);
    assert_eq!(query.send().await.unwrap().status(), 200);
    let query = bench.http.get(bench.url("/guard/http/plain")).query(&[("access_token", access)]);
    assert_eq!(seen(query.send().await.unwrap()).await, unauthorized("Bearer"));
}

#[tokio::test]
async fn refusals_have_the_texts_that_were_captured() {
    let bench = bench().await;
    let segments = "token contains an invalid number of segments";
    assert_eq!(asked(&bench, "plain", None).await, unauthorized("Bearer"));
    for empty in ["", "Bearer", "Bearer "] {
        assert_eq!(asked(&bench, "plain", Some(empty)).await, unauthorized("Bearer"), "{empty:?}");
    }
    for garbage in ["not-a-token", "Bearer not-a-token", "a.b", "a.b.c.d.e"] {
        assert_eq!(asked(&bench, "plain", Some(garbage)).await, invalid("", segments), "{garbage}");
        assert_eq!(asked(&bench, "scopes", Some(garbage)).await, invalid(READ, segments), "{garbage}");
    }
    let tokens = bench.tokens("web", "openid").await;
    let access = text(&tokens, "access_token").to_owned();
    let payload = access.split('.').nth(1).unwrap();
    for alg in ["none", "ES256", "HS256"] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg }).to_string());
        let expected = invalid("", &format!("signing method {alg} is invalid"));
        assert_eq!(asked(&bench, "plain", Some(&format!("{header}.{payload}.eA"))).await, expected);
    }
    let foreign = bench.tokens("web-other", "openid").await;
    let expected = invalid("", "the token does not have a valid audience");
    assert_eq!(asked(&bench, "plain", Some(text(&foreign, "access_token"))).await, expected);
    assert_eq!(asked(&bench, "plain", Some(text(&foreign, "id_token"))).await, expected);
    let expected = invalid("", "issuer does not match");
    assert_eq!(asked(&bench, "slash", Some(&access)).await, expected);
    assert_eq!(asked(&bench, "unreachable", Some(&access)).await, invalid("", "JWKS communication error"));
    let expected = invalid("", "OIDC discovery endpoint communication error");
    assert_eq!(asked(&bench, "undiscovered", Some(&access)).await, expected);
    // Nobody told the double whom to trust.
    assert_eq!(asked(&bench, "issuer", Some(&access)).await, expected);
    bench.double.clock().advance(std::time::Duration::from_hours(1));
    assert_eq!(asked(&bench, "plain", Some(&access)).await, invalid("", "the token has expired"));
}

#[tokio::test]
async fn a_scope_is_asked_for_where_the_route_has_some() {
    let bench = bench().await;
    let forbidden = (403, None, r#"{"message":"Forbidden"}"#.to_owned());
    let narrow = bench.tokens("web", "openid").await;
    let wide = bench.tokens("web", &format!("openid {READ}")).await;
    for name in ["scopes", "two-scopes"] {
        assert_eq!(asked(&bench, name, Some(text(&narrow, "access_token"))).await, forbidden);
        assert_eq!(asked(&bench, name, Some(text(&wide, "id_token"))).await, forbidden);
        assert_eq!(asked(&bench, name, Some(text(&wide, "access_token"))).await.0, 200);
    }
}

#[tokio::test]
async fn refusals_have_the_header_fields_of_http_apis() {
    let bench = bench().await;
    let get = |name: &str| bench.http.get(bench.url(&format!("/guard/http/{name}"))).send();
    let refused = get("plain").await.unwrap();
    assert_eq!(refused.headers()["content-length"], "26");
    assert!(refused.headers()["apigw-requestid"].to_str().unwrap().ends_with('='));
    for absent in ["content-type", "x-amzn-errortype", "x-amzn-requestid", "x-amz-apigw-id"] {
        assert!(!refused.headers().contains_key(absent), "{absent}");
    }
    for name in ["plain/absent", "absent/plain", "absent"] {
        let unknown = get(name).await.unwrap();
        assert_eq!(unknown.status(), 404);
        assert_eq!(unknown.headers()["content-type"], "application/json");
        assert_eq!(unknown.headers()["content-length"], "23");
        assert_eq!(unknown.text().await.unwrap(), r#"{"message":"Not Found"}"#);
    }
    assert_eq!(seen(get("default/anything/at/all").await.unwrap()).await, unauthorized("Bearer"));
    let padded = bench.http.get(bench.url("/guard/http/plain")).header("x-filler", "x".repeat(10_240));
    assert_eq!(padded.send().await.unwrap().status(), 431);
}

#[tokio::test]
async fn preflights_are_answered_where_there_are_settings_for_them() {
    let bench = bench().await;
    for (name, status) in [("cors", 204), ("cors-any", 401), ("plain", 404)] {
        let url = bench.url(&format!("/guard/http/{name}"));
        let request = bench.http.request(Method::OPTIONS, url).header("origin", "https://app.poolproof.test");
        let answer = request.header("access-control-request-method", "GET").send().await.unwrap();
        assert_eq!(answer.status(), status, "{name}");
        assert_eq!(answer.headers().contains_key("access-control-allow-origin"), status == 204, "{name}");
    }
}

/// An issuer outside, and a double that trusts it.
struct Trusting {
    issuer: MockServer,
    key: KeyPair,
    double: Double,
    http: Client,
}

impl Trusting {
    async fn start() -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let [n, e] = [
            key.public_key().modulus().big_endian_without_leading_zero(),
            key.public_key().exponent().big_endian_without_leading_zero(),
        ]
        .map(|number| URL_SAFE_NO_PAD.encode(number));
        let issuer = MockServer::start().await;
        let serve = |at: &'static str, body: Value| {
            Mock::given(path(at)).respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(&issuer)
        };
        let jwks = format!("{}/jwks", issuer.uri());
        serve("/.well-known/openid-configuration", json!({ "jwks_uri": jwks })).await;
        serve("/jwks", json!({ "keys": [{ "kid": "k", "kty": "RSA", "n": n, "e": e }] })).await;
        let trusts = Some(issuer.uri());
        let options = Options { trusts, clock: Clock::frozen(NOW), ..Options::default() };
        let double = Double::start_with(options).await.unwrap();
        Self { issuer, key, double, http: Client::builder().no_proxy().build().unwrap() }
    }

    /// The answer to a good access token with these changes of its claims.
    async fn asked(&self, name: &str, changes: Value) -> (u16, Option<String>, Value) {
        let mut claims = json!({
            "iss": self.issuer.uri(), "client_id": "poolproofwebclient00000001", "token_use": "access",
            "scope": format!("openid {READ}"), "iat": NOW - 5, "exp": NOW + 600, "sub": "s", "mark": true,
            "cognito:groups": ["admin", "poweruser"], "nickname": null,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| *value != "(none)");
        let [header, payload] = [json!({ "kid": "k", "alg": "RS256" }), claims]
            .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{payload}");
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        let url = format!("{}/guard/http/{name}", self.double.base_url());
        let (status, challenge, body) =
            seen(self.http.get(url).bearer_auth(token).send().await.unwrap()).await;
        (status, challenge, serde_json::from_str(&body).unwrap())
    }
}

#[tokio::test]
async fn every_claim_that_the_guide_names_is_checked() {
    let trusting = Trusting::start().await;
    let audience = "the token does not have a valid audience";
    for (changes, reason) in [
        (json!({ "iss": format!("{}/", trusting.issuer.uri()) }), "issuer does not match"),
        (json!({ "iss": "(none)" }), "issuer does not match"),
        (json!({ "client_id": "other" }), audience),
        (json!({ "client_id": "(none)" }), audience),
        (json!({ "aud": "other" }), audience),
        (json!({ "aud": ["other"] }), audience),
        (json!({ "exp": NOW }), "the token has expired"),
        (json!({ "exp": "later" }), "the token is malformed"),
        (json!({ "nbf": NOW + 300 }), "the token is not valid yet"),
        (json!({ "iat": NOW + 300 }), "the token was issued in the future"),
    ] {
        let (status, challenge, _) = trusting.asked("issuer-scopes", changes.clone()).await;
        assert_eq!((status, challenge), (401, invalid(READ, reason).1), "{changes}");
    }
    for changes in [
        json!({}),
        json!({ "aud": ["other", "poolproofmachineclient0001"], "client_id": "other" }),
        json!({ "scope": "(none)", "scp": READ }),
        json!({ "nbf": NOW - 1 }),
    ] {
        assert_eq!(trusting.asked("issuer-scopes", changes.clone()).await.0, 200, "{changes}");
    }
    for scope in ["openid", &READ.to_uppercase(), &format!("{READ}x"), ""] {
        assert_eq!(trusting.asked("issuer-scopes", json!({ "scope": scope })).await.0, 403, "{scope}");
    }
}

#[tokio::test]
async fn the_backend_is_handed_texts() {
    let trusting = Trusting::start().await;
    let (_, _, event) = trusting.asked("issuer", json!({})).await;
    let jwt = &event["requestContext"]["authorizer"]["jwt"];
    assert_eq!(jwt["scopes"], Value::Null);
    let claims = &jwt["claims"];
    assert_eq!(claims["exp"], (NOW + 600).to_string());
    assert_eq!(claims["mark"], "true");
    assert_eq!(claims["cognito:groups"], "[admin poweruser]");
    assert_eq!(claims["scope"], format!("openid {READ}"));
    assert!(claims.as_object().unwrap().get("nickname").is_none());
    let (_, _, event) = trusting.asked("issuer-scopes", json!({})).await;
    assert_eq!(event["requestContext"]["authorizer"]["jwt"]["scopes"], json!(["openid", READ]));
    assert_eq!(event["version"], "2.0");
}
