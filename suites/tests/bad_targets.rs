//! Servers that are broken or hostile: what is no answer proves nothing, what is a wrong answer deviates, nothing of it
//! conforms, and nothing of it reaches a terminal.

use std::fs;
use std::time::Duration;

use crate::server::{Manner, Server, answer};
use crate::support::{SUCCESS, Sandbox, WRONG_SECRET, scenarios};

const FIXTURE: &str = r#"{
  "schema": 1, "region": "us-east-1", "pool": { "id": "us-east-1_TestTest1" },
  "resource-server": { "identifier": "https://api.poolproof.test", "scopes": ["read", "write", "admin"] },
  "client": {
    "machine": {
      "id": "machine", "secret": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcde", "flows": ["client_credentials"],
      "scopes": ["https://api.poolproof.test/read", "https://api.poolproof.test/write"]
    },
    "machine-narrow": {
      "id": "narrow", "secret": "zyxwvutsrqponmlkjihgfedcba9876543210zyxwvutsrqponml", "flows": ["client_credentials"],
      "scopes": ["https://api.poolproof.test/read"]
    }
  }
}"#;

/// Runs two cheap scenarios against a server and holds the verdict of both against `expected`.
fn verdict_is(scheme: &str, manner: Manner, expected: &str) -> String {
    let server = Server::start(manner);
    let sandbox = Sandbox::new();
    sandbox.write("fixture.json", FIXTURE);
    let url = format!("{scheme}://{}", server.authority);
    let ran = sandbox.run(&[
        "run",
        "--url",
        &url,
        "--fixture",
        "fixture.json",
        "--set",
        "timeout=0.5",
        "--cases",
        "2",
        "-vv",
        "--report",
        "json,junit,markdown",
        "--report-dir",
        "reports",
        SUCCESS,
        WRONG_SECRET,
    ]);
    assert!(ran.took < Duration::from_secs(25), "it took {:?}", ran.took);
    let report = sandbox.report();
    let verdicts: Vec<_> = scenarios(&report).iter().map(|scenario| scenario["verdict"].clone()).collect();
    assert_eq!(verdicts, [expected, expected], "{}{}", ran.out, ran.err);
    assert_eq!(ran.code, Some(if expected == "deviates" { 1 } else { 3 }), "{}{}", ran.out, ran.err);
    assert!(server.connections() > 0, "it was asked");
    let mut texts = vec![ran.out, ran.err];
    for file in sandbox.files("reports").into_iter().chain(sandbox.files("runs")) {
        texts.push(fs::read_to_string(file).unwrap());
    }
    for text in &texts {
        let raw = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(raw, None, "a raw control character in {text}");
    }
    texts.concat()
}

#[test]
fn a_connection_that_is_reset_proves_nothing() {
    let said = verdict_is("http", Manner::Reset, "inconclusive");
    // Depending on the moment, it is noticed before the first request or with it.
    assert!(said.contains("broken answer") || said.contains("nothing answers"), "{said}");
}

#[test]
fn silence_proves_nothing_and_ends() {
    let said = verdict_is("http", Manner::Silent, "inconclusive");
    assert!(said.contains("no complete answer within 500ms"), "{said}");
}

#[test]
fn a_head_without_its_body_proves_nothing() {
    let said = verdict_is("http", Manner::HeadOnly, "inconclusive");
    assert!(said.contains("no complete answer within 500ms"), "{said}");
}

#[test]
fn a_body_without_an_end_proves_nothing() {
    let said = verdict_is("http", Manner::Endless, "inconclusive");
    assert!(said.contains("longer than 1048576 bytes") || said.contains("no complete answer"), "{said}");
}

#[test]
fn what_is_not_http_proves_nothing() {
    let said = verdict_is(
        "http",
        Manner::Says(b"\x1b[2J220 mail.poolproof.test ESMTP\r\n".to_vec()),
        "inconclusive",
    );
    assert!(said.contains("broken answer"), "{said}");
}

#[test]
fn tls_with_a_server_that_speaks_none_proves_nothing() {
    let said = verdict_is("https", answer("400 Bad Request", "", b""), "inconclusive");
    assert!(said.contains("TLS failed") || said.contains("broken answer"), "{said}");
}

#[test]
fn being_busy_proves_nothing() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let said = verdict_is("http", answer(status, "Retry-After: 0\r\n", b"{}"), "inconclusive");
        assert!(said.contains(&format!("throttled: status {}", &status[..3])), "{said}");
    }
}

#[test]
fn a_body_that_is_not_text_deviates() {
    let body = b"{\"error\":\"invalid_client\xff\xfe\"}";
    verdict_is("http", answer("400 Bad Request", "Content-Type: application/json\r\n", body), "deviates");
}

#[test]
fn a_page_in_the_place_of_json_deviates() {
    let page = b"<!doctype html><title>Not found</title><script>alert(1)</script>";
    verdict_is("http", answer("200 OK", "Content-Type: text/html\r\n", page), "deviates");
    verdict_is("http", answer("404 Not Found", "Content-Type: text/html\r\n", page), "deviates");
}

#[test]
fn an_error_inside_a_success_deviates() {
    let body = br#"{"error":"invalid_client"}"#;
    verdict_is("http", answer("200 OK", "Content-Type: application/json\r\n", body), "deviates");
}

#[test]
fn json_of_another_shape_deviates() {
    for body in [&b"[]"[..], b"null", b"\"invalid_client\"", br#"{"error":{"a":1},"access_token":[]}"#, b""] {
        verdict_is("http", answer("400 Bad Request", "Content-Type: application/json\r\n", body), "deviates");
    }
}

#[test]
fn a_redirect_deviates_and_is_not_followed() {
    let elsewhere = Server::start(answer("200 OK", "", b"{}"));
    let headers = format!("Location: http://{}/oauth2/token\r\n", elsewhere.authority);
    for status in ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        verdict_is("http", answer(status, &headers, b""), "deviates");
    }
    assert_eq!(elsewhere.connections(), 0, "it was followed");
}

#[test]
fn what_a_target_says_controls_no_terminal() {
    let body = r#"{"error":"\u001b[2J\u001b]0;owned\u0007<script>alert(1)</script>\u202e\u0000","error_description":"\u009b31m"}"#;
    let headers = "Content-Type: application/json\x1b[31m\r\n";
    let said = verdict_is(
        "http",
        answer("400 Bad Request", "Content-Type: application/json\r\n", body.as_bytes()),
        "deviates",
    );
    assert!(said.contains(r"\u{1b}[2J"), "it is shown as text: {said}");
    // Over the wire the raw bytes are no HTTP and no JSON, which is no reason to pass them on.
    let raw = b"{\"error\":\"\x1b[2J\x07\"}";
    verdict_is("http", answer("400 Bad Request", "Content-Type: application/json\r\n", raw), "deviates");
    verdict_is("http", answer("400 Bad Request", headers, body.as_bytes()), "inconclusive");
}
