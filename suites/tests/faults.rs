//! What poolproof notices: every fault of the double, servers that grant nothing or something else than they should,
//! and none of it at the price of a secret that a server sends back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use crate::fault_areas::first;
use crate::front::{Front, asked_upstream, at_this_origin, body_of, is_token_request, letters, with_body};
use crate::secrets::{WINDOW, secrets_of};
use crate::support::{Double, Ran, Running, Sandbox, files_below, scenarios};

/// Faults that no scenario shows, each with the reason. One that is caught has to leave this list.
const OUT_OF_REACH: &[(&str, &str)] = &[];

/// The faults that need a clock that can be moved, which is that of the double inside the process; each with the scenario
/// that catches it. See [`clock`].
const NEEDS_THE_CLOCK: [(&str, &str); 3] = [
    ("code-never-expires", "double::token::code::expired"),
    ("userinfo-expiry-unchecked", "double::userinfo::tokens::expired"),
    ("session-ends-early", "double::authorize::session::shortcut-within-the-hour"),
];

/// The cases of a scenario of one request with which a fault is looked for.
const CASES: &str = "16";

/// How many doubles with a fault each are up at once.
const AT_ONCE: usize = 4;

/// A success without a token: the question of a browser.
const TOKENLESS: [&str; 1] = ["token::headers::cors-preflight"];
const OTHER_CLIENT: &str = "token::basic-header::id-mismatch-other-client";

#[test]
#[expect(clippy::print_stdout, reason = "the score, for who reads the log")]
fn every_fault_of_the_double_is_caught() {
    let listed = Sandbox::new().run(&["double", "--fault", "list"]);
    let names = listed.out.lines().filter_map(|line| line.split_whitespace().next());
    // Those of guards are looked for by `guards`.
    let declared: Vec<&str> = names.filter(|name| !name.starts_with("guard-")).collect();
    assert!(listed.code == Some(0) && declared.len() > 10, "{}{}", listed.out, listed.err);
    let known = |fault: &str| declared.contains(&fault);
    for (fault, _) in OUT_OF_REACH.iter().chain(&NEEDS_THE_CLOCK) {
        assert!(known(fault), "{fault} is no fault of the double any more");
    }
    // Else everything would be caught by whatever is red without a fault.
    assert_eq!(caught(&[], &[]), Err("nothing deviates".to_owned()));
    let waiting = Mutex::new(declared.clone());
    let outcomes = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(fault) = waiting.lock().unwrap().pop() else { break };
                    let timed = NEEDS_THE_CLOCK.into_iter().find(|(timed, _)| *timed == fault);
                    let outcome = match timed {
                        Some((_, scenario)) => clock::caught(fault, scenario),
                        None => caught(&[fault], first(fault)).or_else(|_| caught(&[fault], &[])),
                    };
                    outcomes.lock().unwrap().insert(fault, outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let mut wrong = Vec::new();
    for (fault, outcome) in &outcomes {
        let reason = OUT_OF_REACH.iter().find(|(listed, _)| listed == fault).map(|(_, reason)| *reason);
        match (outcome, reason) {
            (Ok(by), None) => println!("{fault}: caught by {}", by.join(", ")),
            (Err(_), Some(reason)) => println!("{fault}: out of reach, {reason}"),
            (Ok(by), Some(_)) => {
                wrong.push(format!("{fault} is listed as out of reach, but {} caught it", by.join(", ")));
            }
            (Err(why), None) => wrong.push(format!("{fault} is not caught: {why}")),
        }
    }
    println!(
        "score: {} of {} faults are caught",
        outcomes.values().filter(|it| it.is_ok()).count(),
        declared.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(outcomes.len(), declared.len());
}

/// The scenarios among these that notice a double with these faults, up to the first few; or what came instead of a failing
/// run. Where the evidence for a fact is weak, what differs is advisory: it counts, because the double differs in nothing
/// else.
fn caught(faults: &[&str], among: &[&str]) -> Result<Vec<String>, String> {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, faults, 0);
    let options =
        ["--strict", "--cases", CASES, "--fail-fast", "--report", "json", "--report-dir", "reports"];
    let ran = double.run(&sandbox, &[among, &options].concat());
    let by: Vec<String> = verdicts(&sandbox)
        .into_iter()
        .filter(|(_, verdict)| matches!(verdict.as_str(), "deviates" | "advisory"))
        .map(|(id, _)| id)
        .collect();
    match (ran.code, by.is_empty()) {
        // Some defects stop cases on their way to the probe, too.
        (Some(1 | 3), false) => Ok(by),
        (Some(0), true) => Err("nothing deviates".to_owned()),
        (Some(3), true) => Err("cases stop on their way to the probe".to_owned()),
        // Neither caught nor missed: what is out of reach may not hide it either.
        (code, _) => panic!("{faults:?}: exit {code:?}, deviating {by:?}\n{}{}", ran.out, ran.err),
    }
}

/// The double inside the process, whose clock can be moved. No command gives it a fault, so the test that catches one is a
/// conformance harness with a faulty double for as long as [`FAULT`](clock::FAULT) is set: it is a process of its own then,
/// and its name is one that the filter for the scenario selects too.
mod clock {
    use std::process::ExitCode;

    use poolproof::wiring::WIRING;
    use poolproof_harness::entry::{Front, Wiring, main as enter};

    use super::{NEEDS_THE_CLOCK, Ran, Running, Sandbox};

    pub(super) const FAULT: &str = "FAULT_OF_THE_DOUBLE_INSIDE";

    /// The test of the fault at this place in the list.
    pub(super) fn test(at: usize) {
        let (fault, scenario) = NEEDS_THE_CLOCK[at];
        let Ok(_) = std::env::var(FAULT) else {
            let good = harness_with("", scenario);
            assert_eq!(good.code, Some(0), "{}{}", good.out, good.err);
            assert!(good.out.contains(&format!("test {scenario} ... ok")), "{}{}", good.out, good.err);
            caught(fault, scenario).unwrap();
            return;
        };
        let wiring = Wiring {
            start_double: |mut options| {
                options.faults.extend(std::env::var(FAULT).ok().filter(|fault| !fault.is_empty()));
                (WIRING.start_double)(options)
            },
            ..WIRING
        };
        assert!(enter(&wiring, Front::Libtest) == ExitCode::SUCCESS, "a scenario fails");
    }

    pub(super) fn caught(fault: &str, scenario: &str) -> Result<Vec<String>, String> {
        let ran = harness_with(fault, scenario);
        let fails = ran.out.contains(&format!("test {scenario} ... FAILED"));
        // The word of the verdict: what could not be run fails a trial too.
        let deviates = ran.out.contains("deviates") || ran.err.contains("deviates");
        if ran.code == Some(101) && fails && deviates {
            Ok(vec![scenario.to_owned()])
        } else {
            Err(ran.out + &ran.err)
        }
    }

    fn harness_with(fault: &str, scenario: &str) -> Ran {
        // The last two parts: the module of the test and its name.
        let filter = scenario.rsplitn(3, "::").take(2).collect::<Vec<_>>();
        let filter = format!("{}::{}", filter[1], filter[0]);
        let sandbox = Sandbox::new();
        let mut command = sandbox.command(std::env::current_exe().unwrap());
        command.args([&filter, "--nocapture"]).env(FAULT, fault).env("POOLPROOF_CASES", "16");
        Running::start(&mut command).wait()
    }
}

mod code {
    #[test]
    fn expired() {
        super::clock::test(0);
    }
}

mod tokens {
    #[test]
    fn expired() {
        super::clock::test(1);
    }
}

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

/// The verdicts on a double with these faults.
pub(crate) fn verdicts_with(faults: &[&str], more: &[&str]) -> BTreeMap<String, String> {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, faults, 0);
    let ran = double.run(&sandbox, &[&["--report", "json", "--report-dir", "reports"][..], more].concat());
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{}{}", ran.out, ran.err);
    verdicts(&sandbox)
}

/// The verdicts on a good double behind a proxy that rewrites its answers: request and answer in, answer out.
pub(crate) fn verdicts_through(
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
