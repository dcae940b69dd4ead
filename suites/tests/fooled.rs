//! Servers that grant nothing, or something else than they should, fool no scenario; and what a server sends back of a
//! secret is not repeated.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use crate::front::{Front, asked_upstream, at_this_origin, body_of, is_token_request, letters, with_body};
use crate::secrets::{WINDOW, secrets_of};
use crate::support::{Double, Sandbox, files_below, scenarios};

/// A success without a token: the question of a browser.
const TOKENLESS: [&str; 1] = ["token::headers::cors-preflight"];
const OTHER_CLIENT: &str = "token::basic-header::id-mismatch-other-client";

#[test]
#[expect(clippy::print_stdout, reason = "how it is judged, for who reads the log")]
fn who_grants_nothing_conforms_nowhere_that_tokens_are_expected() {
    let expected = expecting_success();
    assert!(expected.len() > 40 && TOKENLESS.iter().all(|id| expected.contains(*id)), "{expected:?}");
    let seen = verdicts_through(&["token", "--cases", "4"], |asked, answer| {
        let grants = is_token_request(asked) && answer.starts_with(b"HTTP/1.1 200");
        if grants { with_body(answer, b"{}") } else { answer.to_vec() }
    });
    let mut wrong = Vec::new();
    for id in expected.iter().filter(|id| !TOKENLESS.contains(&id.as_str())) {
        match seen.get(id).map(String::as_str) {
            Some("conforms" | "tolerated") | None => wrong.push(format!("{id}: {:?}", seen.get(id))),
            Some(_) => {}
        }
    }
    let mut counts = BTreeMap::new();
    for id in &expected {
        *counts.entry(seen.get(id)).or_insert(0) += 1;
    }
    println!("of {} that expect a success: {counts:?}", expected.len());
    assert!(
        wrong.is_empty(),
        "{} of {} are fooled by {{}}:\n{}",
        wrong.len(),
        expected.len() - TOKENLESS.len(),
        wrong.join("\n")
    );
}

#[test]
#[expect(clippy::print_stdout, reason = "what changes, for who reads the log")]
fn an_opaque_token_changes_only_what_is_granted() {
    let honest = verdicts_through(&["token", "--cases", "4"], |_, answer| answer.to_vec());
    let unfair: Vec<_> = honest
        .iter()
        .filter(|(_, verdict)| !matches!(verdict.as_str(), "conforms" | "not-applicable"))
        .collect();
    assert!(unfair.is_empty(), "the proxy alone makes a difference: {unfair:?}");
    let seen = verdicts_through(&["token", "--cases", "4"], |_, answer| {
        let Some(mut body) = body_of(answer).and_then(|body| serde_json::from_slice::<Json>(body).ok())
        else {
            return answer.to_vec();
        };
        let Some(token) = body.get_mut("access_token") else { return answer.to_vec() };
        *token = Json::from(letters(40));
        with_body(answer, body.to_string().as_bytes())
    });
    let changed: Vec<_> = seen.iter().filter(|(id, verdict)| honest.get(*id) != Some(verdict)).collect();
    for (id, verdict) in &changed {
        println!("{id}: {verdict}");
    }
    println!("{} of {} scenarios change", changed.len(), seen.len());
    assert_eq!(seen.keys().collect::<Vec<_>>(), honest.keys().collect::<Vec<_>>());
    assert!(!changed.is_empty(), "an opaque token is noticed");
    assert_eq!(seen[OTHER_CLIENT], "conforms", "nothing is issued there, so nothing was replaced");
}

#[test]
fn a_secret_that_is_echoed_is_not_repeated() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    let fixture: Json = serde_json::from_slice(&fs::read(&double.fixture).unwrap()).unwrap();
    let heard = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&heard);
    let echo = Front::start(move |request| {
        let asked = String::from_utf8_lossy(&request).into_owned();
        kept.lock().unwrap().push_str(&asked);
        let body = json!({ "error": "invalid_client", "error_description": asked }).to_string();
        let first_lines =
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n";
        async move { format!("{first_lines}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes() }
    });
    let args = ["token::client-auth", "-vv", "--report", "json,junit,markdown", "--report-dir", "reports"];
    let of = ["run", "--url", &echo.url, "--fixture", &double.fixture];
    let ran = sandbox.run(&[&of[..], &args].concat());
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);

    let mut texts = vec![("stdout".to_owned(), ran.out), ("stderr".to_owned(), ran.err)];
    for file in ["reports", "runs", "state"].iter().flat_map(|folder| sandbox.files(folder)) {
        texts.push((
            file.display().to_string(),
            String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned(),
        ));
    }
    for part in ["report.json", "events", "cases/url"] {
        assert!(texts.iter().any(|(name, _)| name.contains(part)), "there is no {part}");
    }
    let forms = shown_forms(&fixture);
    let heard = heard.lock().unwrap();
    let machine = fixture["client"]["machine"]["secret"].as_str().unwrap();
    let basic = format!("{}:{machine}", fixture["client"]["machine"]["id"].as_str().unwrap());
    assert!(heard.contains(machine) && heard.contains(&STANDARD.encode(basic)), "both forms were sent back");
    let mut shown = BTreeSet::new();
    for (name, text) in &texts {
        for part in forms.iter().flat_map(|form| windows(form)).filter(|part| text.contains(part)) {
            let line = text.lines().find(|line| line.contains(part)).unwrap_or_default();
            let line: String = line.replace(part, "<HERE>").chars().take(300).collect();
            shown.insert(format!("{}: {line}", Path::new(name).file_name().unwrap().display()));
        }
    }
    assert!(
        shown.is_empty(),
        "{} places show a secret:\n{}",
        shown.len(),
        shown.into_iter().take(12).collect::<Vec<_>>().join("\n")
    );
}

/// Every form in which a secret of the fixture may be sent: as it is, for an Authorization header, percent-encoded.
fn shown_forms(fixture: &Json) -> BTreeSet<String> {
    let (secrets, credentials) = secrets_of(fixture);
    assert!(secrets.len() > 15, "{}", secrets.len());
    let mut forms: BTreeSet<String> = credentials.into_iter().collect();
    for secret in secrets {
        let reserved = |byte: u8| !(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        let percent = |which: &dyn Fn(u8) -> bool| -> String {
            let part =
                |byte: u8| if which(byte) { format!("%{byte:02X}") } else { char::from(byte).to_string() };
            secret.bytes().map(part).collect()
        };
        forms.extend([percent(&reserved), percent(&reserved).to_lowercase(), percent(&|_| true)]);
        forms.insert(secret);
    }
    for client in fixture["client"].as_object().unwrap().values() {
        let (Some(id), Some(secret)) = (client["id"].as_str(), client["secret"].as_str()) else { continue };
        let public = id.len() * 4 / 3 + 4;
        forms.insert(URL_SAFE_NO_PAD.encode(format!("{id}:{secret}"))[public..].to_owned());
    }
    forms
}

/// Every part of a text that is too long to be shown; all of it if it is short.
fn windows(text: &str) -> impl Iterator<Item = &str> {
    (0..=text.len().saturating_sub(WINDOW)).map(|at| &text[at..text.len().min(at + WINDOW)])
}

/// The ids of all scenarios of the token endpoint whose reference is a success.
fn expecting_success() -> BTreeSet<String> {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/reference");
    let succeeds = |path: &Path| fs::read_to_string(path).unwrap().lines().any(|line| line == "status: 200");
    let id = |path: &Path| {
        let inner = path.strip_prefix(&reference).unwrap().with_extension("");
        inner.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::")
    };
    files_below(&reference.join("token")).iter().filter(|path| succeeds(path)).map(|path| id(path)).collect()
}

fn verdicts(sandbox: &Sandbox) -> BTreeMap<String, String> {
    let report = sandbox.report();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    scenarios(&report).iter().map(|scenario| (text(&scenario["id"]), text(&scenario["verdict"]))).collect()
}

/// The verdicts on a good double behind a proxy that rewrites its answers: request and answer in, answer out.
fn verdicts_through(
    more: &[&str],
    rewrite: impl Fn(&[u8], &[u8]) -> Vec<u8> + Send + Sync + 'static,
) -> BTreeMap<String, String> {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    let upstream = double.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let rewrite = Arc::new(rewrite);
    let proxy = Front::start(move |request| {
        let (upstream, rewrite) = (upstream.clone(), Arc::clone(&rewrite));
        async move {
            let answer = at_this_origin(&upstream, asked_upstream(&upstream, &request).await);
            rewrite(&request, &answer)
        }
    });
    // Its tokens and its keys stay those of the double.
    let issuer = format!("issuer={}/{{pool_id}}", double.url.trim_end_matches('/'));
    let args = ["--set", &issuer, "--report", "json", "--report-dir", "reports"];
    let to = ["run", "--url", &proxy.url, "--fixture", &double.fixture];
    let ran = sandbox.run(&[&to[..], &args, more].concat());
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{}{}", ran.out, ran.err);
    verdicts(&sandbox)
}
