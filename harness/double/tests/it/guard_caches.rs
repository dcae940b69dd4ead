//! Guards that remember too little of a token, or for too long, and what stands before them to let line breaks through.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use poolproof_double::Fault;

use super::support::{Bench, bench, faulty};

const SCOPES: &str = "openid email profile https://api.poolproof.test/read";

async fn tokens(bench: &Bench) -> [String; 2] {
    let tokens = bench.tokens("web", SCOPES).await;
    ["id_token", "access_token"].map(|member| tokens[member].as_str().unwrap().to_owned())
}

async fn status(bench: &Bench, path: &str, token: &str) -> u16 {
    let request = bench.http.get(bench.url(&format!("/guard/{path}")));
    request.bearer_auth(token).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_signature_that_was_not_looked_at_is_let_in_after_a_good_one() {
    for (path, of_id, faults) in [
        ("rest/id", true, [Fault::GUARD_REST_SEEN_MESSAGE, Fault::GUARD_REST_SEEN_BEGINNING]),
        ("http/plain", false, [Fault::GUARD_HTTP_SEEN_JTI, Fault::GUARD_HTTP_SEEN_BEGINNING]),
        ("rs/access", false, [Fault::GUARD_RS_SEEN_MESSAGE, Fault::GUARD_RS_SEEN_BEGINNING]),
    ] {
        for (faults, expected) in [(Vec::new(), 401), (vec![faults[0]], 200), (vec![faults[1]], 200)] {
            let bench = faulty(&faults).await;
            let [id, access] = tokens(&bench).await;
            let good = if of_id { id } else { access };
            let (message, _) = good.rsplit_once('.').unwrap();
            let forged = format!("{message}.{}", "A".repeat(342));
            assert_eq!(status(&bench, path, &forged).await, 401, "{path} {faults:?}");
            assert_eq!(status(&bench, path, &good).await, 200, "{path} {faults:?}");
            assert_eq!(status(&bench, path, &forged).await, expected, "{path} {faults:?}");
        }
    }
}

#[tokio::test]
async fn a_decision_outlives_its_token() {
    for (path, fault) in [
        ("rest/id", Fault::GUARD_REST_OUTLIVES),
        ("http/plain", Fault::GUARD_HTTP_OUTLIVES),
        ("rs/id", Fault::GUARD_RS_OUTLIVES),
    ] {
        for (faults, expected) in [(vec![], 401), (vec![fault], 200)] {
            let bench = faulty(&faults).await;
            let [good, _] = tokens(&bench).await;
            let [other, _] = tokens(&bench).await;
            assert_eq!(status(&bench, path, &good).await, 200);
            bench.double.clock().advance(Duration::from_hours(2));
            assert_eq!(status(&bench, path, &good).await, expected, "{path} {faults:?}");
            assert_eq!(status(&bench, path, &other).await, 401, "{path} {faults:?}");
        }
    }
}

#[tokio::test]
async fn the_third_time_is_let_in() {
    for (path, fault) in [
        ("rest/id", Fault::GUARD_REST_THIRD_TIME),
        ("http/scopes", Fault::GUARD_HTTP_THIRD_TIME),
        ("rs/access", Fault::GUARD_RS_THIRD_TIME),
    ] {
        let bench = faulty(&[fault]).await;
        let [id, access] = tokens(&bench).await;
        let bad = if path == "rest/id" { access } else { id };
        assert_ne!(status(&bench, path, &bad).await, 200, "{path}");
        assert_ne!(status(&bench, path, &bad).await, 200, "{path}");
        assert_eq!(status(&bench, path, &bad).await, 200, "{path}");
    }
}

/// The status line of the answer to a token with this text behind its first dot.
async fn with_break(bench: &Bench, path: &str, token: &str, text: &str) -> String {
    let authority = bench.double.base_url().trim_start_matches("http://").to_owned();
    let token = token.replacen('.', &format!(".{text}"), 1);
    let request = format!(
        "GET /guard/{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    let ask = move || {
        let mut stream = TcpStream::connect(authority).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer.lines().next().unwrap_or_default().to_owned()
    };
    tokio::task::spawn_blocking(ask).await.unwrap()
}

#[tokio::test]
async fn line_breaks_are_let_through_by_a_fault_alone() {
    for text in ["\n", "\r\n", "\r"] {
        let honest = bench().await;
        let [id, _] = tokens(&honest).await;
        assert!(with_break(&honest, "rest/id", &id, text).await.contains(" 400 "));
        let bench = faulty(&[Fault::GUARD_REST_LINE_BREAK_REMOVED]).await;
        let [id, access] = tokens(&bench).await;
        assert!(with_break(&bench, "rest/id", &id, text).await.contains(" 200 "));
        assert!(with_break(&bench, "rs/access", &access, text).await.contains(" 401 "));
        let bench = faulty(&[Fault::GUARD_RS_LINE_BREAK_REMOVED]).await;
        let [_, access] = tokens(&bench).await;
        assert!(with_break(&bench, "rs/access", &access, text).await.contains(" 200 "));
    }
}
