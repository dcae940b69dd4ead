//! Entries for `harness/fuzz`, one for each family of foreign text. Each takes any bytes and panics where something
//! that always holds does not. They are in no build but that of the fuzz targets.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::entry::context::parse_fixture;
use crate::exec::jar::Jar;
use crate::exec::raw;
use crate::judge::expect::Snapshots;
use crate::model::case::{Case, Purpose};
use crate::model::exchange::{Answer, Exchange, Outcome, Route};
use crate::model::fixture::{Client, Fixture};
use crate::model::form::{forms, sign_in_form};
use crate::model::ledger::{self, Ledger};
use crate::model::observation::Observation;
use crate::model::text;
use crate::observe::claims;
use crate::observe::every_field::EVERY_FIELD;
use crate::observe::project::observe;
use crate::observe::redact::{FixtureNames, Redactor};
use crate::replay::Stored;
use crate::report::event::Event;
use crate::report::fold::Report;
use crate::report::render::{Format, text as terminal};
use crate::report::sink;
use crate::target::config::Config;
use crate::target::spec::Target;

/// What every variable holds: it must never be shown.
const SECRET: &str = "Canary7Secret";

/// The most bytes of an error: one bad line must not fill a screen.
const LONGEST: usize = 16 * 1024;

fn variable(_: &str) -> Option<String> {
    Some(SECRET.to_owned())
}

fn lossy(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

#[track_caller]
fn shown(said: &str) {
    assert!(said.len() < LONGEST, "{} bytes", said.len());
    for line in said.split('\n') {
        assert!(!line.chars().any(is_harmful), "{line:?}");
    }
}

fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `targets.toml`, and after a first line that says so the settings of a command line.
pub fn config(data: &[u8]) {
    let document = lossy(data);
    let refused = |error: &dyn std::fmt::Display| {
        let said = error.to_string();
        shown(&said);
        assert!(!said.contains(SECRET), "{said}");
        said
    };
    if let Some(settings) = document.strip_prefix("--set\n") {
        let settings: Vec<(String, String)> = settings
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        if let Err(error) = Target::from_url("http://127.0.0.1:1", &settings, &variable) {
            refused(&error);
        }
        return;
    }
    match Config::parse("targets.toml", &document) {
        Err(error) => assert!(refused(&error).starts_with("targets.toml")),
        Ok(config) => {
            for name in config.targets.keys() {
                match config.target(name, &variable) {
                    Err(error) => assert!(refused(&error).starts_with("targets.toml")),
                    Ok(target) => used(&target, &refused),
                }
            }
        }
    }
}

fn used(target: &Target, refused: &dyn Fn(&dyn std::fmt::Display) -> String) {
    assert!(!format!("{target:?}").contains("secret = \"Canary"), "a secret in a debug output");
    for real in [false, true] {
        let _ = target.check_consent(real).map_err(|error| refused(&error));
    }
    let _ = target.endpoint(Some(1)).map_err(|error| refused(&error));
    let _ = target.resolve(fixture_of_tests(), Some(1)).map_err(|error| refused(&error));
    target.units().iter().for_each(|unit| assert!(!unit.name.is_empty()));
}

/// The files of the ledger, and its list of ids after a line `---`.
pub fn ledger(data: &[u8]) {
    let document = lossy(data);
    let (facts, ids) = document.split_once("\n---\n").unwrap_or((&document, ""));
    match Ledger::parse(&[("facts.toml", facts)]) {
        Err(error) => {
            let said = error.to_string();
            shown(&said);
            assert!(said.starts_with("facts.toml:"), "{said}");
        }
        Ok(read) => {
            for finding in ledger::lint(&read).into_iter().chain(ledger::lint_ids(&read, ids)) {
                assert!(!finding.what.is_empty());
            }
            for fact in read.facts() {
                let _ = (fact.answers(), fact.tolerated(), fact.always_refuses(), fact.strength());
            }
        }
    }
}

/// Reference and accepted snapshots.
pub fn snapshot(data: &[u8]) {
    static FOLDER: OnceLock<Option<tempfile::TempDir>> = OnceLock::new();
    let Some(folder) = FOLDER.get_or_init(|| tempfile::tempdir().ok()) else { return };
    for place in ["reference/s", "accepted/t/s"] {
        let _ = std::fs::create_dir_all(folder.path().join(place));
        let _ = std::fs::write(folder.path().join(place).join("x.snap"), data);
    }
    let snapshots = Snapshots::at(folder.path());
    match snapshots.reference("s", "x") {
        Err(fault) => shown(&fault.to_string()),
        Ok(lines) => {
            let written = Observation { lines: lines.clone(), ..Observation::default() }.text();
            assert_eq!(Observation::parse_lines(&written).as_ref(), Ok(&lines));
        }
    }
    match snapshots.accepted("t", "s", "x") {
        Err(fault) => shown(&fault.to_string()),
        Ok(accepted) => assert!(accepted.is_some_and(|accepted| !accepted.reason.trim().is_empty())),
    }
}

/// What was read is read back as it was written.
#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + PartialEq>(value: &T) {
    let written = serde_json::to_vec(value).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert!(again == *value, "{}", lossy(&written));
}

/// Files of events, and the reports of them.
pub fn events(data: &[u8]) {
    let events: Vec<Event> = match sink::parse("events.jsonl".as_ref(), data) {
        Err(error) => return shown(&error.to_string()),
        Ok(events) => events,
    };
    events.iter().for_each(comes_back);
    let report = match Report::fold(&events) {
        Err(error) => return shown(&error.to_string()),
        Ok(report) => report,
    };
    let _ = Report::merge(vec![report.clone(), report.clone()]).map_err(|error| shown(&error.to_string()));
    for format in Format::ALL {
        let text = format.render(&report).expect("every report can be shown");
        assert!(!text.chars().any(|c| is_harmful(c) && c != '\n'), "{text:?}");
        if format == Format::Json {
            serde_json::from_str::<serde_json::Value>(&text).expect("the report is JSON");
        }
    }
    let text = terminal::render(&report, terminal::Options { verbosity: 3, quiet: false });
    let text = anstream::adapter::strip_str(&text).to_string();
    assert!(!text.chars().any(|c| is_harmful(c) && c != '\n'), "{text:?}");
}

/// Stored cases.
pub fn case(data: &[u8]) {
    let stored = match Stored::parse("case.json".as_ref(), data) {
        Err(error) => return shown(&error.to_string()),
        Ok(stored) => stored,
    };
    comes_back(&stored);
    let (names, captured) = (names(), BTreeMap::new());
    let redactor = Redactor::new(names, &captured, &stored.case);
    redactor.redact("what a target says");
    for value in stored.case.values() {
        shown(&value.to_string().chars().take(1000).collect::<String>());
        let _ = value.resolve(&redactor);
    }
    for step in &stored.case.steps {
        use crate::exec::curl;
        use crate::model::case::Action;
        match &step.action {
            Action::Send(request) | Action::UntilRefused(request) => {
                commented(&curl::command(request, "http://127.0.0.1:1/x", Some(fixture_of_tests())));
            }
            Action::SignIn(sign_in) => commented(&curl::rest_of(sign_in)),
            Action::Api(_) | Action::Pause(_) => {}
        }
    }
}

/// A command that can be copied: comments first, then one command over several lines.
#[track_caller]
fn commented(command: &str) {
    assert!(!command.chars().any(|c| is_harmful(c) && c != '\n'), "{command:?}");
    let mut lines = command.lines().skip_while(|line| line.starts_with("# "));
    let first = lines.next();
    assert!(first.is_none_or(|line| line.starts_with("curl ")), "{command:?}");
    assert!(lines.all(|line| line.starts_with("  ")), "{command:?}");
}

/// Fixture documents.
pub fn fixture(data: &[u8]) {
    match parse_fixture(data) {
        // The place, never the content.
        Err(said) => {
            shown(&said);
            assert!(said.len() < 200, "{said}");
        }
        Ok(fixture) => {
            comes_back(&fixture);
            FixtureNames::new(&Arc::new(fixture));
        }
    }
}

/// Tokens, as a token response carries them.
pub fn jwt(data: &[u8]) {
    let text = lossy(data);
    for token in text.split_whitespace() {
        let _ = (claims::parts(token), claims::header(token), claims::payload(token));
    }
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let token = |at: usize| tokens.get(at).copied().unwrap_or_default();
    let body = serde_json::json!({
        "access_token": token(0), "id_token": token(1), "refresh_token": token(2), "expires_in": 3600,
    });
    answered(&answer(200, &[("content-type", b"application/json")], body.to_string().as_bytes()), &[]);
}

/// `WWW-Authenticate`, a challenge a line.
pub fn challenge(data: &[u8]) {
    let fields: Vec<(&str, &[u8])> = lines(data).map(|line| ("www-authenticate", line)).collect();
    answered(&answer(401, &fields, b""), &[]);
}

/// `Set-Cookie` and `Location`: the first line leads somewhere, the others set cookies.
pub fn redirect(data: &[u8]) {
    let mut lines = lines(data);
    let mut fields = vec![("location", lines.next().unwrap_or_default())];
    fields.extend(lines.map(|line| ("set-cookie", line)));
    let answer = answer(302, &fields, b"");
    let mut jar = Jar::default();
    jar.keep(&answer);
    let cookies = jar.header();
    assert!(cookies.is_none_or(|cookies| !cookies.contains(['\r', '\n', '\0'])));
    answered(&answer, &[]);
}

/// Pages with forms.
pub fn form(data: &[u8]) {
    let page = lossy(data);
    for form in forms(&page) {
        let sent = form.filled("jane", "secret");
        assert!(sent.fields.len() <= form.inputs.len() + 1);
    }
    let _ = sign_in_form(&page);
    answered(&answer(200, &[("content-type", b"text/html")], data), &[]);
}

/// Answers of the token endpoint, key sets, discovery documents: the first line is the body of an earlier step.
pub fn json(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (before, now) = data.split_at(at);
    for status in [200, 400] {
        answered(&answer(status, &[("content-type", b"application/json")], now), before);
    }
}

/// Answers on the wire.
pub fn raw_http(data: &[u8]) {
    match raw::read::answer(data, "GET", true) {
        Err(fault) => shown(&fault.to_string()),
        Ok(None) => unreachable!("nothing more will come"),
        Ok(Some(answer)) => answered(&answer, &[]),
    }
}

/// Foreign text that is shown.
pub fn shown_text(data: &[u8]) {
    let foreign = lossy(data);
    let line = text::one_line(&foreign);
    assert!(!line.contains('\n') && line.chars().count() <= 10 * text::SHOWN_CHARS + 40, "{line:?}");
    shown(&line);
    let block = text::block(&foreign, 5);
    assert!(block.lines().count() <= 6, "{block:?}");
    shown(&block);
    let word = text::shell_word(&foreign);
    assert!(!word.chars().any(is_harmful), "{word:?}");
}

/// The lines of some bytes, without what cannot stand in a header field (RFC 9110 section 5.5).
fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte < b' ' && *byte != b'\t')
}

fn answer(status: u16, fields: &[(&str, &[u8])], body: &[u8]) -> Answer {
    let headers = fields.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
    Answer { status, headers, body: body.to_vec() }
}

fn fixture_of_tests() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let client = Client {
            id: "1example23456789".to_owned(),
            secret: Some("9secret8secret7secret6secret5secret4secret3secret2s".to_owned()),
            ..Client::default()
        };
        let mut fixture = Fixture { schema: 1, ..Fixture::default() };
        fixture.pool.id = "us-east-1_AbCdEfGhI".to_owned();
        fixture.client.insert("web".to_owned(), client);
        fixture
    })
}

fn names() -> &'static FixtureNames {
    static NAMES: OnceLock<FixtureNames> = OnceLock::new();
    NAMES.get_or_init(|| {
        FixtureNames::new(&Arc::new(fixture_of_tests().clone())).with_guard(&[], Some("/claims".to_owned()))
    })
}

/// Looks at an answer with every field, after an earlier answer with this body.
#[track_caller]
fn answered(now: &Answer, before: &[u8]) {
    let exchange = |step: &str, purpose, answer: Answer| Exchange {
        step: step.to_owned(),
        purpose,
        outcome: Outcome::Answer(answer),
        unmet: None,
        route: Route::straight(
            "http://127.0.0.1:1/login?state=s&redirect_uri=https%3A%2F%2Fapp.test%2Fcb".to_owned(),
        ),
        took: Duration::ZERO,
    };
    let exchanges = [
        exchange("first", Purpose::Setup, answer(200, &[], before)),
        exchange("now", Purpose::Probe, now.clone()),
    ];
    let (captured, case) = (BTreeMap::new(), Case::default());
    let redactor = Redactor::new(names(), &captured, &case);
    let seen = observe(EVERY_FIELD, &exchanges, &redactor).expect("there is an answer to look at");
    for (label, value) in &seen.lines {
        assert!(!label.contains(['\n', ':']) && !value.is_empty(), "{label:?}: {value:?}");
        shown(value);
    }
    assert_eq!(Observation::parse_lines(&seen.text()).as_ref(), Ok(&seen.lines));
}
