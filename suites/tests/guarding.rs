//! Guards on the command line: which are tested, what is critical, how that is accepted, and the token jar.

use std::fs;

use crate::support::{Sandbox, files_below, scenarios};

/// The scenario that a guard which verifies no signature fails, and the guard it is shown at.
const FOREIGN: &str = "guard::rest::token::foreign-key";
const BROKEN: &str = "[target.broken]\nkind = \"double\"\nfaults = [\"guard-rest-signature-unchecked\"]\n";

fn broken() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("targets.toml", BROKEN);
    sandbox
}

#[test]
fn a_guard_that_does_not_exist_is_named_with_those_that_do() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["run", "-t", "double", "--guard", "nothing"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("no chosen target has a guard \"nothing\"") && ran.err.contains("rest-id"),
        "{}",
        ran.err
    );
}

#[test]
fn only_the_named_guard_is_tested_and_not_the_pool() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["list", "-t", "double", "--guard", "rest-id"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.lines().count() > 10
            && ran.out.lines().all(|line| line.starts_with("double/rest-id::guard::rest::"))
    );
    let pool = sandbox.run(&["run", "-t", "double", "--guard", "rest-id", "token"]);
    assert_eq!(pool.code, Some(4), "{}{}", pool.out, pool.err);
}

#[test]
fn a_critical_finding_is_marked_in_every_report() {
    let sandbox = broken();
    let ran = sandbox.run(&[
        "run",
        "-t",
        "broken",
        "--guard",
        "rest-id",
        FOREIGN,
        "--report",
        "json,junit,markdown",
        "--report-dir",
        "reports",
    ]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("CRITICAL: a token that is forged") && ran.out.contains("1 critical"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("replay") && ran.out.contains("-t broken --guard rest-id"), "{}", ran.out);
    let report = sandbox.report();
    assert_eq!(scenarios(&report)[0]["critical"], true);
    let tokens = report["targets"][0]["guard"].as_str().unwrap();
    assert!(tokens.contains("tokens: genuine ones of the target's own pool"), "{tokens}");
    let read = |name: &str| fs::read_to_string(sandbox.path("reports").join(name)).unwrap();
    let (junit, markdown) = (read("junit.xml"), read("report.md"));
    assert!(junit.contains("name=\"critical\" value=\"true\"") && junit.contains("critical: "), "{junit}");
    assert!(
        markdown.contains("**Critical: broken/rest-id: 1 scenario") && markdown.contains("**critical**"),
        "{markdown}"
    );
    let stored = files_below(&sandbox.path("runs"))
        .into_iter()
        .find(|path| path.extension().is_some_and(|it| it == "json"));
    let stored = stored.expect("the case is stored").display().to_string();
    let again = sandbox.run(&["replay", &stored, "-t", "broken", "--guard", "rest-id"]);
    assert_eq!(again.code, Some(1), "{}{}", again.out, again.err);
}

#[test]
fn a_critical_finding_is_accepted_with_a_reason_and_consent_alone() {
    let sandbox = broken();
    let suites = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/reference");
    let reference = sandbox.path("snapshots/reference/guard/rest/token");
    fs::create_dir_all(&reference).unwrap();
    fs::copy(format!("{suites}/guard/rest/token/foreign-key.snap"), reference.join("foreign-key.snap"))
        .unwrap();
    let run = || sandbox.run(&["run", "-t", "broken", "--guard", "rest-id", FOREIGN]);
    let recorded = sandbox.run(&[
        "run",
        "-q",
        "-t",
        "broken",
        "--guard",
        "rest-id",
        FOREIGN,
        "--report",
        "json",
        "--report-dir",
        "reports",
    ]);
    assert_eq!(recorded.code, Some(1), "{}{}", recorded.out, recorded.err);
    let actual = scenarios(&sandbox.report())[0]["failure"]["actual"].as_str().unwrap().to_owned();
    let accept = |consent: &str| {
        let folder = sandbox.path("snapshots/accepted/broken/rest-id/guard/rest/token");
        fs::create_dir_all(&folder).unwrap();
        let text =
            format!("---\nsource: x\ninfo:\n  reason: \"known\"\n{consent}  version: \"1\"\n---\n{actual}\n");
        fs::write(folder.join("foreign-key.snap"), text).unwrap();
    };
    accept("");
    let refused = run();
    assert_eq!(refused.code, Some(1), "{}{}", refused.out, refused.err);
    assert!(refused.out.contains("allow-critical: true"), "{}", refused.out);
    accept("  allow-critical: true\n");
    let accepted = run();
    assert_eq!(accepted.code, Some(0), "{}{}", accepted.out, accepted.err);
    assert!(
        accepted.out.contains("accepted-deviation critical") && accepted.out.contains("1 critical"),
        "{}",
        accepted.out
    );
}

#[test]
fn a_jar_keeps_tokens_for_their_owner_alone() {
    let sandbox = Sandbox::new();
    let run = |jar: &str| {
        sandbox.run(&[
            "run",
            "-t",
            "double",
            "--guard",
            "rest-id",
            "guard::rest::token",
            "--cases",
            "2",
            "--jar",
            jar,
            "-vv",
        ])
    };
    for _ in 0..2 {
        let ran = run("tokens.jar");
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(!ran.out.contains("eyJ") && !ran.err.contains("eyJ"), "a token is shown");
    }
    let kept = fs::read_to_string(sandbox.path("tokens.jar")).unwrap();
    assert!(kept.contains("eyJ") && kept.contains("\"fate\": \"revoked\""), "nothing is kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(sandbox.path("tokens.jar")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    sandbox.write("notes.txt", "mine");
    let ran = run("notes.txt");
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert_eq!(fs::read_to_string(sandbox.path("notes.txt")).unwrap(), "mine");
}
