//! No secret of a fixture, no password and no token reaches anything that is shown or kept.

use std::collections::BTreeSet;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value as Json;

use crate::support::{Double, Running, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401};

/// As much of a secret as nobody may see. Generated inputs change single characters of secrets or cut them short.
pub(crate) const WINDOW: usize = 14;

#[test]
fn no_secret_leaves_a_failing_run() {
    let sandbox = Sandbox::new();
    let faults = [
        "wrong-secret-is-401",
        "cache-control-absent",
        "code-reusable",
        "error-inside-200",
        "state-dropped",
        "secret-prefix-accepted",
        "secret-case-ignored",
        "revoked-refresh-works",
        "forbidden-scope-granted",
    ];
    let double = Double::start(&sandbox, &faults, 0);
    let fixture: Json = serde_json::from_slice(&fs::read(&double.fixture).unwrap()).unwrap();
    let args =
        ["-vv", "--strict", "--cases", "2", "--report", "json,junit,markdown", "--report-dir", "reports"];
    let suites = ["client-auth", "code", "refresh", "ended", "headers", "scopes"]
        .map(|suite| format!("token::{suite}"));
    let suites: Vec<&str> = suites.iter().map(String::as_str).collect();
    let ran = double.run(&sandbox, &[&args[..], &suites].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let mut texts = vec![("stdout".to_owned(), ran.out), ("stderr".to_owned(), ran.err)];
    let mut stored = 0;
    for file in sandbox.files("reports").into_iter().chain(sandbox.files("runs")) {
        stored += usize::from(file.parent().is_some_and(|folder| folder.ends_with("cases/url")));
        texts.push((file.display().to_string(), fs::read_to_string(&file).unwrap()));
    }
    assert!(stored > 10, "{stored} cases were stored");
    if let Some((_, case)) = texts.iter().find(|(name, _)| name.contains("cases/url")) {
        assert!(case.contains("client."), "secrets are named: {case}");
    }
    let replayed =
        texts.iter().map(|(name, _)| name.clone()).find(|name| name.contains("wrong-secret-basic.json"));
    let replay =
        sandbox.run(&["replay", &replayed.unwrap(), "--url", &double.url, "--fixture", &double.fixture]);
    texts.push(("replay".to_owned(), replay.out + &replay.err));

    let (secrets, credentials) = secrets_of(&fixture);
    assert!(secrets.len() > 15, "{}", secrets.len());
    let forbidden: BTreeSet<&str> = secrets
        .iter()
        .chain(&credentials)
        .flat_map(|secret| {
            (0..=secret.len().saturating_sub(WINDOW)).map(|at| &secret[at..secret.len().min(at + WINDOW)])
        })
        .collect();
    for (name, text) in &texts {
        if let Some(part) = forbidden.iter().find(|part| text.contains(**part)) {
            let line = text.lines().find(|line| line.contains(part)).unwrap();
            panic!("{name} shows {part} of a secret: {line}");
        }
        let issued =
            text.match_indices("eyJ").map(|(at, _)| &text[at..]).find(|token| is_of_the_double(token));
        assert_eq!(issued.map(|token| &token[..40]), None, "{name} shows a token");
    }
}

#[test]
fn a_secret_of_the_command_line_is_not_repeated() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let fixture: Json = serde_json::from_slice(&fs::read(&double.fixture).unwrap()).unwrap();
    let of = |role: &str, name: &str| fixture["client"][role][name].as_str().unwrap();
    let settings = [
        "pool.id=us-east-1_Pp4kT7wQz".to_owned(),
        format!("client.machine.id={}", of("machine", "id")),
        "client.machine.secret=${MACHINE_SECRET}".to_owned(),
        format!("client.machine-narrow.id={}", of("machine-narrow", "id")),
        format!("client.machine-narrow.secret=${{ABSENT:-{}}}", of("machine-narrow", "secret")),
    ];
    let mut args = vec!["run", WRONG_SECRET, "--url", double.url.as_str(), "--cases", "2"];
    args.extend(settings.iter().flat_map(|setting| ["--set", setting]));
    let mut command = sandbox.poolproof(&args);
    let ran = Running::start(command.env("MACHINE_SECRET", of("machine", "secret"))).wait();
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    for part in [
        "'client.machine.secret=${MACHINE_SECRET}'",
        "\"client.machine-narrow.secret=${CLIENT_MACHINE_NARROW_SECRET}\"",
    ] {
        assert!(ran.out.contains(part), "{part} is missing in {}", ran.out);
    }
    let kept: String = sandbox.files("runs").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    for secret in ["machine", "machine-narrow"].map(|role| of(role, "secret")) {
        assert!(!format!("{}{}{kept}", ran.out, ran.err).contains(secret), "{secret} is shown");
    }
}

/// Whether a text begins with a token that the double signed or encrypted. What a case made up only looks like one.
fn is_of_the_double(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or_default();
    let decoded = URL_SAFE_NO_PAD.decode(header).ok();
    let header = decoded.and_then(|bytes| serde_json::from_slice::<Json>(&bytes).ok());
    header.is_some_and(|header| {
        header.get("alg").is_some() && (header.get("kid").is_some() || header.get("enc").is_some())
    })
}

/// Secrets and passwords, and the same as they stand in an Authorization header.
pub(crate) fn secrets_of(fixture: &Json) -> (Vec<String>, Vec<String>) {
    let mut secrets = Vec::new();
    let mut credentials = Vec::new();
    for client in fixture["client"].as_object().unwrap().values() {
        for name in ["secret", "second-secret", "deleted-secret"] {
            let Some(secret) = client[name].as_str() else { continue };
            secrets.push(secret.to_owned());
            let pair = format!("{}:{secret}", client["id"].as_str().unwrap());
            // The first part of it is the client id, which is no secret.
            credentials
                .push(STANDARD.encode(&pair)[client["id"].as_str().unwrap().len() * 4 / 3 + 4..].to_owned());
        }
    }
    secrets.extend(
        fixture["user"]
            .as_object()
            .unwrap()
            .values()
            .map(|user| user["password"].as_str().unwrap().to_owned()),
    );
    (secrets, credentials)
}
