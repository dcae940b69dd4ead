//! Targets that send back the secrets they know, changed in every way and in every field that is shown.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use crate::canary::{Environment, Evidence};
use crate::front::{Front, asked_upstream, body_of};
use crate::support::{Double, Sandbox};

/// What is made of a secret.
const CHANGES: [fn(&str) -> String; 10] = [
    str::to_owned,
    str::to_uppercase,
    |secret| STANDARD.encode(secret),
    |secret| URL_SAFE_NO_PAD.encode(format!("7gmvmagngvom6i7qldyn6s5xah:{secret}")),
    |secret| secret.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat(),
    |secret| secret.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat(),
    |secret| secret.chars().rev().collect(),
    |secret| in_pieces(secret, 5, " "),
    |secret| in_pieces(secret, 11, "_"),
    |secret| in_pieces(secret, 1, "."),
];

fn in_pieces(text: &str, length: usize, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(length).map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// A target that knows secrets and sends them wherever something is shown.
struct Gossip {
    secrets: Vec<String>,
    turn: AtomicUsize,
}

impl Gossip {
    fn next(&self) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        CHANGES[turn % CHANGES.len()](&self.secrets[turn / CHANGES.len() % self.secrets.len()])
    }

    /// A header field's worth of it.
    fn header(&self) -> String {
        self.next().chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect()
    }

    /// A token whose every claim is a secret.
    fn token(&self) -> String {
        let header = json!({ "alg": "RS256", "kid": self.next(), "typ": self.next() });
        let claims: BTreeMap<&str, String> = [
            "sub",
            "iss",
            "aud",
            "client_id",
            "token_use",
            "scope",
            "username",
            "cognito:username",
            "email",
            "jti",
            "event_id",
            "origin_jti",
            "version",
            "auth_time",
            "exp",
        ]
        .map(|claim| (claim, self.next()))
        .into();
        let part = |value: String| URL_SAFE_NO_PAD.encode(value);
        format!("{}.{}.{}", part(header.to_string()), part(json!(claims).to_string()), part(self.next()))
    }

    fn answer(&self, request: &[u8]) -> Vec<u8> {
        let line = String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
        let asked = String::from_utf8_lossy(request).into_owned();
        let turn = self.turn.load(Ordering::Relaxed);
        let is = |part: &str| line.contains(part);
        if is("/oauth2/token") && turn.is_multiple_of(3) {
            let tokens = json!({
                "access_token": self.token(), "id_token": self.token(), "refresh_token": self.next(),
                "token_type": self.next(), "scope": self.next(), "expires_in": self.next(), "error": self.next(),
            });
            return self.said("200 OK", "application/json", &tokens.to_string());
        }
        if (is("/oauth2/authorize") || is("/login") || is("/logout")) && !turn.is_multiple_of(4) {
            let query = reqwest::Url::parse_with_params(
                "https://app.poolproof.test/callback",
                [
                    ("error", self.next()),
                    ("error_description", self.next()),
                    ("scope", self.next()),
                    ("code", self.next()),
                    ("state", self.next()),
                    ("token_type", self.next()),
                ],
            )
            .unwrap();
            let path: String = self.next().chars().filter(char::is_ascii_alphanumeric).collect();
            let host: String = path.to_ascii_lowercase().chars().take(60).collect();
            let place = match turn % 5 {
                0 => format!("https://{host}.test/{path}"),
                1 => format!("/{path}/{path}?a={path}"),
                _ => query.to_string(),
            };
            return self.said_with("302 Found", "text/html", "", &format!("Location: {place}\r\n"));
        }
        if is("/.well-known/") {
            let names = [
                "issuer",
                "authorization_endpoint",
                "token_endpoint",
                "userinfo_endpoint",
                "jwks_uri",
                "end_session_endpoint",
                "revocation_endpoint",
            ];
            let mut document: BTreeMap<String, Json> =
                names.map(|name| (name.to_owned(), json!(self.next()))).into();
            for list in [
                "response_types_supported",
                "scopes_supported",
                "token_endpoint_auth_methods_supported",
                "subject_types_supported",
                "id_token_signing_alg_values_supported",
            ] {
                document.insert(list.to_owned(), json!([self.next(), self.next()]));
            }
            let key = || json!({ "kid": self.next(), "kty": self.next(), "alg": self.next(), "use": self.next(), "n": self.next(), "e": self.next() });
            document.insert("keys".to_owned(), json!([key(), key()]));
            document.insert(self.next(), json!(1));
            return self.said("200 OK", "application/json", &json!(document).to_string());
        }
        if turn.is_multiple_of(7) {
            let page = format!(
                "<html><form action=\"/{}\" method=post><input name=\"{}\" type=password></form>{asked}",
                self.next(),
                self.next()
            );
            return self.said("200 OK", "text/html", &page);
        }
        let body = json!({
            "error": self.next(), "error_description": format!("{} {asked}", self.next()), "message": self.next(),
            "__type": self.next(), "sub": self.next(), "username": self.next(), "email": self.next(), self.next(): self.next(),
        });
        let status =
            ["400 Bad Request", "401 Unauthorized", "200 OK", "500 Error", "403 Forbidden"][turn % 5];
        self.said(status, &format!("application/{}", self.header()), &body.to_string())
    }

    fn said(&self, status: &str, media_type: &str, body: &str) -> Vec<u8> {
        self.said_with(status, media_type, body, "")
    }

    fn said_with(&self, status: &str, media_type: &str, body: &str, more: &str) -> Vec<u8> {
        let challenge = format!(
            "Bearer realm=\"{}\", error=\"{}\", {}=\"x\"",
            self.header(),
            self.header(),
            self.header().replace(' ', "")
        );
        let fields = [
            "Cache-Control",
            "Pragma",
            "Allow",
            "Server",
            "Access-Control-Allow-Origin",
            "x-amzn-errortype",
            "Set-Cookie",
            "X-Frame-Options",
        ]
        .map(|name| format!("{name}: {}\r\n", self.header()))
        .concat();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nWWW-Authenticate: {challenge}\r\n{fields}{more}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

#[test]
fn a_target_that_gives_its_secrets_away_in_every_form_gives_none_away_through_us() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let double = Double::start(&sandbox, &[], 0);
    let mut canaries = environment.canaries();
    canaries.add_fixture("the fixture's", double.fixture.as_ref());
    let fixture: Json = serde_json::from_slice(&fs::read(&double.fixture).unwrap()).unwrap();
    let (secrets, _) = crate::secrets::secrets_of(&fixture);
    let gossip = Gossip { secrets: secrets.clone(), turn: AtomicUsize::new(0) };
    let front = Front::start(move |request| {
        assert!(body_of(&request).is_some());
        let answer = gossip.answer(&request);
        async move { answer }
    });
    // What it sends is found where it arrives: the search is not blind to it.
    let probe = Gossip { secrets, turn: AtomicUsize::new(0) };
    for turn in 0..200 {
        let sent = probe.answer(b"POST /oauth2/userInfo HTTP/1.1\r\n\r\n");
        assert!(!canaries.found(&sent).is_empty(), "{turn}: {}", String::from_utf8_lossy(&sent));
    }
    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    sandbox.write(
        "targets.toml",
        &format!(
            "[target.gossip]\nkind = \"emulator\"\nendpoint = \"{0}\"\nfixture = \"fixture.json\"\n\
             unsupported = {{ sign-in = \"no\", api.create-user = \"no\", endpoint.revoke = \"no\", managed-login = \"no\" }}\n\
             [[target.gossip.guard]]\nname = \"rest\"\nprofile = \"rest\"\nurl = \"{0}/guarded\"\necho = \"/sub\"\n\
             [[target.gossip.guard]]\nname = \"rs\"\nprofile = \"resource-server\"\nurl = \"{0}/guarded\"\nstrict = true\n\
             [target.open]\nkind = \"emulator\"\nendpoint = \"{0}\"\nfixture = \"fixture.json\"\n",
            front.url
        ),
    );
    let all = [
        "--cases",
        "2",
        "-vv",
        "--record",
        "--no-shrink",
        "--report",
        "json,junit,markdown",
        "--report-dir",
        "reports",
    ];
    let mut evidence = Evidence::default();
    for target in ["gossip", "open"] {
        let ran = environment.run(&sandbox, &[&["run", "-t", target], &all[..]].concat());
        assert_eq!(ran.code, Some(1), "{target}: {}{}", ran.out, ran.err);
        evidence.add(target, &ran);
    }
    evidence.add_files(&sandbox, &[], &["fixture.json"]);
    for part in ["report.json", "junit.xml", "report.md", "events.jsonl", "cases/open", ".snap.new"] {
        evidence.must_have(part);
    }
    evidence.must_hold_none_of(&canaries);
}

/// A management API that refuses what holds a password or a secret, and sends it back in its own words.
#[test]
fn a_management_api_that_sends_back_what_it_was_sent_is_not_repeated() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let double = Double::start(&Sandbox::new(), &[], 0);
    let upstream = double.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    let turn = AtomicUsize::new(0);
    let front = Front::start(move |request| {
        let asked: Json =
            body_of(&request).and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let secret =
            ["Password", "ClientSecret"].iter().find_map(|name| asked[name].as_str().map(str::to_owned));
        let refused = secret.map(|secret| {
            let turn = turn.fetch_add(1, Ordering::Relaxed);
            let (one, other) = (CHANGES[turn % CHANGES.len()](&secret), CHANGES[(turn + 3) % CHANGES.len()](&secret));
            kept.lock().unwrap().push(secret);
            let body = json!({ "__type": one, "message": format!("no {one}, no {other}") }).to_string();
            let length = body.len();
            let first_lines = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.1\r\nConnection: close\r\n";
            format!("{first_lines}Content-Length: {length}\r\n\r\n{body}").into_bytes()
        });
        let upstream = upstream.clone();
        async move {
            match refused {
                Some(refused) => refused,
                None => asked_upstream(&upstream, &request).await,
            }
        }
    });
    let mut evidence = Evidence::default();
    for _ in 0..3 {
        let ran = environment.run(&sandbox, &["provision", "--url", &front.url, "--out", "made.json"]);
        assert!(ran.code == Some(0) && ran.err.contains("could not be had"), "{}{}", ran.out, ran.err);
        evidence.add("provision", &ran);
    }
    let ran = environment.run(
        &sandbox,
        &["run", "--url", &front.url, "--fixture", "made.json", "login", "-vv", "--cases", "1"],
    );
    evidence.add("run", &ran);
    evidence.add("removal", &environment.run(&sandbox, &["provision", "--url", &front.url, "--remove"]));
    // The reasons stand in the document too, and it is no excuse that others cannot read it.
    evidence.add_files(&sandbox, &[], &[]);
    let mut canaries = environment.canaries();
    let heard = heard.lock().unwrap();
    assert!(heard.len() > 8, "{}", heard.len());
    // A password that stands in the source is no secret, and cases name it.
    for (number, secret) in heard.iter().filter(|secret| !secret.starts_with("Throwaway-")).enumerate() {
        canaries.add(&format!("the sent secret {number}"), secret);
    }
    evidence.must_hold_none_of(&canaries);
}
