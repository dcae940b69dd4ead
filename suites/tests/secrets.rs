//! No secret of a fixture, no password and no token reaches anything that is shown or kept: whatever is run, and whatever
//! goes wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use crate::canary::{Environment, Evidence, planted};
use crate::libtest::harness;
use crate::support::{Double, Running, SUCCESS, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401};

/// As much of a secret as nobody may see. Generated inputs change single characters of secrets or cut them short.
pub(crate) const WINDOW: usize = 14;

/// Defects by which cases with every kind of secret fail.
const FAULTS: [&str; 9] = [
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

#[test]
fn no_secret_leaves_a_failing_run() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let mut canaries = environment.canaries();
    let double = Double::start(&sandbox, &FAULTS, 0);
    canaries.add_fixture("the fixture's", double.fixture.as_ref());
    assert!(canaries.count() > 30, "{}", canaries.count());
    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    let on = ["--url", &double.url, "--fixture", &double.fixture];
    let all = [
        "-vv",
        "--strict",
        "--cases",
        "2",
        "--record",
        "--report",
        "json,junit,markdown",
        "--report-dir",
        "reports",
    ];
    let suites = ["client-auth", "code", "refresh", "ended", "headers", "scopes"]
        .map(|suite| format!("token::{suite}"));
    let suites: Vec<&str> = suites.iter().map(String::as_str).collect();
    let mut evidence = Evidence::default();
    let ran = environment.run(&sandbox, &[&["run"], &on[..], &all, &suites].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    evidence.add("run", &ran);
    let stored: Vec<_> = sandbox
        .files("runs")
        .into_iter()
        .filter(|file| file.parent().unwrap().ends_with("cases/url"))
        .collect();
    assert!(stored.len() > 10, "{} cases were stored", stored.len());
    let named = stored.iter().any(|file| fs::read_to_string(file).unwrap().contains("client."));
    assert!(named, "secrets are named");
    let failing =
        stored.iter().find(|file| file.ends_with("token__client-auth__wrong-secret-basic.json")).unwrap();
    for (name, args, code) in [
        ("replay", [&["replay", failing.to_str().unwrap()][..], &on].concat(), 1),
        ("list", [&["list"][..], &on].concat(), 0),
        ("explain", vec!["explain", WRONG_SECRET], 0),
        ("lint", vec!["lint"], 0),
        ("report text", vec!["report", "-vv"], 1),
        ("report json", vec!["report", "--format", "json"], 1),
        ("report junit", vec!["report", "--format", "junit"], 1),
        ("report markdown", vec!["report", "--format", "markdown"], 1),
    ] {
        let ran = environment.run(&sandbox, &args);
        // Pending snapshots are findings of the lint.
        assert!(ran.code == Some(code) || name == "lint", "{name}: {:?} {}{}", ran.code, ran.out, ran.err);
        evidence.add(name, &ran);
    }
    sandbox.write(
        "targets.toml",
        &format!(
            "[target.url]\nkind = \"emulator\"\nendpoint = \"{}\"\nfixture = \"fixture.json\"\n",
            double.url
        ),
    );
    let mut command = sandbox.command(harness());
    command.args(["token::client-auth"]).env("POOLPROOF_TARGET", "url").env("POOLPROOF_CASES", "2");
    let ran = environment.command(&sandbox, &mut command);
    assert_eq!(ran.code, Some(101), "{}", ran.err);
    evidence.add("the libtest front", &ran);
    evidence.add_files(&sandbox, &[], &["fixture.json"]);
    for part in ["report.json", "junit.xml", "report.md", "events.jsonl", "cases/url", ".snap.new"] {
        evidence.must_have(part);
    }
    evidence.must_hold_none_of(&canaries);
    evidence.must_hold_no_token();
}

#[test]
fn no_secret_leaves_the_making_and_removing_of_fixtures() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let mut canaries = environment.canaries();
    // Its own fixture document lies elsewhere: what it shows are constants that protect nothing.
    let beside = Sandbox::new();
    let double = Double::start(&beside, &[WRONG_SECRET_IS_401], 0);
    let mut evidence = Evidence::default();
    let created = environment.run(&sandbox, &["provision", "--url", &double.url, "--out", "mine.json"]);
    assert_eq!(created.code, Some(0), "{}{}", created.out, created.err);
    evidence.add("provision", &created);
    canaries.add_fixture("the created", &sandbox.path("mine.json"));
    let on = ["run", "--url", &double.url, "--fixture", "mine.json", WRONG_SECRET, "-vv"];
    for (name, args, code) in [
        ("run", [&on[..], &["--report", "json"]].concat(), 1),
        // A report cannot be written, and the fixture document neither.
        ("run without a place", [&on[..], &["--report", "json", "--report-dir", "/proc/self"]].concat(), 1),
        (
            "provision without a place",
            vec!["provision", "--url", &double.url, "--out", "/proc/self/mine.json"],
            2,
        ),
        (
            "run that creates",
            vec!["run", "--url", &double.url, "--set", "fixture=provision", SUCCESS, "-vv"],
            0,
        ),
        ("remove", vec!["provision", "--url", &double.url, "--remove"], 0),
        ("run without them", [&on[..], &["--cases", "2"]].concat(), 3),
    ] {
        let ran = environment.run(&sandbox, &args);
        assert!(
            ran.code == Some(code) || name == "run without them",
            "{name}: {:?} {}{}",
            ran.code,
            ran.out,
            ran.err
        );
        evidence.add(name, &ran);
    }
    evidence.add_files(&sandbox, &[], &["mine.json"]);
    evidence.must_hold_none_of(&canaries);
    evidence.must_hold_no_token();
}

#[test]
fn a_token_jar_is_its_owners_alone_and_the_only_place_with_its_tokens() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let mut canaries = environment.canaries();
    let token = format!("{}.{}.{}", planted(140), planted(141), planted(142));
    for (part, name) in [(140, "head"), (141, "body"), (142, "signature")] {
        canaries.add(&format!("the {name} of the kept token"), &planted(part));
    }
    let args = [
        "run",
        "--guard",
        "rest-id",
        "--jar",
        "jar.json",
        "guard::rest::time",
        "-vv",
        "--cases",
        "2",
        "--report",
        "json",
    ];
    let mut evidence = Evidence::default();
    let first = environment.run(&sandbox, &args);
    assert_eq!(first.code, Some(0), "{}{}", first.out, first.err);
    evidence.add("first", &first);
    let mut jar: Json = serde_json::from_slice(&fs::read(sandbox.path("jar.json")).unwrap()).unwrap();
    let kept = jar["tokens"].as_array().unwrap();
    for entry in kept {
        canaries.add(
            "the signature of a token of the double",
            entry["token"].as_str().unwrap().rsplit('.').next().unwrap(),
        );
    }
    // One that ended long ago, as a later run finds it; the double never made it.
    let mut old = kept.iter().find(|entry| entry["kind"] == "id").unwrap().clone();
    old["exp"] = json!(1);
    old["token"] = json!(token);
    jar["tokens"].as_array_mut().unwrap().push(old);
    sandbox.write("jar.json", &jar.to_string());
    let second = environment.run(&sandbox, &args);
    assert!(matches!(second.code, Some(0 | 1 | 3)), "{}{}", second.out, second.err);
    evidence.add("second", &second);
    sandbox.write("broken.json", &format!("{{\"schema\": 1, \"tokens\": [\"{token}\"]}}"));
    fs::set_permissions(sandbox.path("broken.json"), fs::Permissions::from_mode(0o600)).unwrap();
    let broken = environment
        .run(&sandbox, &["run", "--guard", "rest-id", "--jar", "broken.json", "guard::rest::time"]);
    assert!(broken.code == Some(3) && broken.out.contains("not a token jar"), "{}{}", broken.out, broken.err);
    evidence.add("broken", &broken);
    evidence.add_files(&sandbox, &["broken.json"], &["jar.json"]);
    evidence.must_hold_none_of(&canaries);
    evidence.must_hold_no_token();
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
