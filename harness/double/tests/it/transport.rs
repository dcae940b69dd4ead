//! Methods, media types, headers, unknown paths and hostile input.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use poolproof_double::{Double, Options};
use reqwest::Method;
use serde_json::json;

use super::support::{bench, read};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn wrong_media_types_and_methods_are_405_without_a_body() {
    let bench = bench().await;
    let body = "grant_type=client_credentials";
    for content_type in
        [None, Some("application/json"), Some("'application/x-www-form-urlencoded'"), Some("text/plain")]
    {
        let mut request = bench.http.post(bench.url("/oauth2/token")).body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 405, "{content_type:?}");
        assert!(answer.headers()["set-cookie"].to_str().unwrap().starts_with("XSRF-TOKEN="));
        assert_eq!(answer.text().await.unwrap(), "");
    }
    for (method, path) in [
        (Method::GET, "/oauth2/token"),
        (Method::PUT, "/oauth2/token"),
        (Method::DELETE, "/oauth2/token"),
        (Method::GET, "/oauth2/revoke"),
        (Method::POST, "/oauth2/revoke"),
        (Method::POST, "/oauth2/authorize"),
        (Method::POST, "/logout"),
        (Method::PUT, "/oauth2/userInfo"),
        (Method::POST, "/oauth/token"),
    ] {
        let answer = bench.http.request(method.clone(), bench.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method} {path}");
        assert!(answer.headers().contains_key("allow"));
        assert_eq!(answer.text().await.unwrap(), "");
    }
    for path in ["/oauth/token", "/oauth2/userinfo", "/", "/us-east-1_none/.well-known/other", "/other-poolx"]
    {
        assert_eq!(bench.http.get(bench.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn malformed_requests_have_their_errors() {
    let bench = bench().await;
    for (body, error) in [
        ("", "invalid_request"),
        ("{\"grant_type\":\"client_credentials\"}", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"),
        ("grant_type=Client_Credentials", "unsupported_grant_type"),
        ("grant_type=client_credentials&grant_type=refresh_token", "invalid_request"),
        ("grant_type=client_credentials", "invalid_client"),
    ] {
        let request = bench.http.post(bench.url("/oauth2/token")).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
        assert_eq!(read(request.send().await.unwrap()).await, (400, json!({ "error": error })), "{body}");
    }
}

#[tokio::test]
async fn earlier_checks_win_over_later_ones() {
    let bench = bench().await;
    let wrong = |form: &'static str, content_type: &'static str| {
        let request = bench.http.post(bench.url("/oauth2/token")).body(form);
        let request = request.header("content-type", content_type);
        request.basic_auth(bench.id("web"), Some("wrong")).send()
    };
    assert_eq!(wrong("grant_type=refresh_token", "text/plain").await.unwrap().status(), 405);
    for (form, error) in [
        ("grant_type=nonsense", "unsupported_grant_type"),
        ("grant_type=refresh_token", "invalid_client"),
        ("grant_type=authorization_code&code=x&redirect_uri=y", "invalid_client"),
    ] {
        let answer = wrong(form, FORM).await.unwrap();
        assert_eq!(read(answer).await, (400, json!({ "error": error })), "{form}");
    }
}

#[tokio::test]
async fn answers_carry_the_documented_headers() {
    let bench = bench().await;
    let request = bench.http.post(bench.url("/oauth2/token")).form(&[("grant_type", "x")]);
    let answer = request.send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/json;charset=UTF-8");
    assert!(header("cache-control").contains("no-store"));
    assert_eq!(header("pragma"), "no-cache");
    assert_eq!(header("access-control-allow-origin"), "*");
    assert_eq!(header("x-amz-cognito-request-id").len(), 36);
    let preflight = bench.http.request(Method::OPTIONS, bench.url("/oauth2/token"));
    let preflight = preflight.header("origin", "https://a.test").send().await.unwrap();
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
}

#[tokio::test]
async fn latency_delays_every_answer() {
    let latency = Duration::from_millis(120);
    let double = Double::start_with(Options { latency, ..Options::default() }).await.unwrap();
    let start = std::time::Instant::now();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(double.base_url()).send().await.unwrap();
    assert!(start.elapsed() >= latency);
}

/// Writes bytes as they are and returns the status line of the answer.
fn raw(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    // The server may close the connection while it is still being written to.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_input_is_answered() {
    let bench = bench().await;
    let address = bench.double.base_url().replace("http://", "");
    let post = |headers: &[u8], body: &[u8]| {
        let mut request = format!(
            "POST /oauth2/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        )
        .into_bytes();
        request.extend(headers);
        request.extend(b"\r\n");
        request.extend(body);
        request
    };
    let form = format!("Content-Type: {FORM}\r\n");
    let with = |header: &[u8]| [form.as_bytes(), header].concat();
    let requests = [
        (post(form.as_bytes(), b"grant_type=\xff\xfe&\xc3=%c3%28&client_id=%00"), "400"),
        (post(form.as_bytes(), b"%=%&%zz=%1&&&=&grant_type=refresh_token"), "400"),
        (post(&with(b"Authorization: Basic \xff\xfe\r\n"), b"grant_type=client_credentials"), "400"),
        (post(&with(b"Authorization: Basic /////w==\r\n"), b"grant_type=client_credentials"), "400"),
        (post(b"Content-Type: \xff\r\n", b"grant_type=client_credentials"), "405"),
        (post(form.as_bytes(), &vec![b'&'; 1 << 20]), "400"),
        (post(&with(format!("X-Huge: {}\r\n", "a".repeat(60_000)).as_bytes()), b"a=b"), "400"),
        (b"GET /oauth2/authorize?%zz=%ff&client_id=%ff%fe&redirect_uri=%0d%0a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec(), "302"),
        (b"GET /login?client_id=%22%3E%3Cx HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec(), "302"),
        (b"GET /%00/.well-known/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_vec(), "404"),
        (b"GET /oauth2/userInfo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer a.\xe2\x82.c\r\n\r\n".to_vec(), "401"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Amz-Target: \xff\r\nContent-Length: 2\r\n\r\n{}".to_vec(), "400"),
    ];
    for (request, status) in requests {
        let line = raw(&address, &request);
        let shown = String::from_utf8_lossy(&request[..request.len().min(200)]).into_owned();
        assert!(line.starts_with(&format!("HTTP/1.1 {status}")), "{line:?} to {shown}");
    }
    let (status, _) = bench.token("machine", &[("grant_type", "client_credentials")]).await;
    assert_eq!(status, 200);
}
