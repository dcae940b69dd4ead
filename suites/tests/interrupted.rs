//! Runs that do not come to their end: what they created is removed, now or later.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Double, Running, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401, scenarios};

/// The pools that a double begins with.
const SEEDED: [&str; 2] = ["poolproof", "poolproof-other"];

/// The double has one domain for whatever is created on it, so this client is no stranger there.
const NO_STRANGER: [&str; 2] = ["--skip", "token::client-auth::client-of-other-pool"];

fn provisioning(sandbox: &Sandbox, double: &Double, args: &[&str]) -> Running {
    let all = [&["run", "--url", &double.url, "--set", "fixture=provision"], &NO_STRANGER[..], args].concat();
    Running::start(&mut sandbox.poolproof(&all))
}

/// Waits until something is so; fails where it never is.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_run_that_ends_removes_what_it_created() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    let ran = provisioning(&sandbox, &double, &["token::client-auth", "--cases", "1"]).wait();
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(double.pools(), SEEDED);
    assert!(sandbox.files("state").is_empty(), "no journal is left");
}

#[test]
fn ctrl_c_ends_a_run_soon_and_removes_what_it_created() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 20);
    let running =
        provisioning(&sandbox, &double, &["token", "--report", "json,markdown", "--report-dir", "reports"]);
    until("the scenarios begin", || {
        let logs = sandbox.files("runs");
        logs.iter().any(|log| std::fs::read_to_string(log).is_ok_and(|log| log.contains("scenario-finished")))
    });
    assert!(double.pools().len() > 2);
    running.signal("INT");
    let interrupted = Instant::now();
    let ran = running.wait();
    assert!(interrupted.elapsed() < Duration::from_secs(8), "it took {:?}", interrupted.elapsed());
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("stopped by Ctrl-C"), "{}", ran.out);
    let report = sandbox.report();
    assert_eq!((&report["complete"], &report["stopped"]), (&false.into(), &"stopped by Ctrl-C".into()));
    let judged = scenarios(&report);
    assert!(judged.iter().any(|scenario| scenario["verdict"] == "conforms"), "what was proven stays so");
    assert!((judged.len() as u64) < report["targets"][0]["planned"].as_u64().unwrap());
    assert!(
        std::fs::read_to_string(sandbox.path("reports/report.md")).unwrap().contains("stopped by Ctrl-C")
    );
    assert_eq!(double.pools(), SEEDED);
    assert!(sandbox.files("state").is_empty(), "no journal is left");
}

#[test]
fn ctrl_c_while_fixtures_are_made_removes_them_too() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 60);
    let running = provisioning(&sandbox, &double, &[]);
    until("a pool is made", || double.pools().len() > 2);
    running.signal("INT");
    let ran = running.wait();
    assert_eq!(ran.code, Some(3), "{}{}", ran.out, ran.err);
    assert_eq!(double.pools(), SEEDED);
    assert!(sandbox.files("state").is_empty(), "no journal is left");
}

#[test]
fn what_a_killed_run_left_is_removed_later() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 10);
    let mut left = 0;
    for moment in [0, 15, 40, 120, 700, 1500] {
        let running = provisioning(&sandbox, &double, &["--cases", "64"]);
        let journals = sandbox.files("state").len();
        until("a journal is begun", || sandbox.files("state").len() > journals);
        thread::sleep(Duration::from_millis(moment));
        running.signal("KILL");
        assert_eq!(running.wait().code, None, "it was under way after {moment} ms");
        left = double.pools().len();
    }
    assert!(left > 4, "something is left to remove: {left}");
    let args = ["provision", "--remove", "--url", &double.url];
    let removed = sandbox.run(&args);
    assert_eq!(removed.code, Some(0), "{}{}", removed.out, removed.err);
    assert!(removed.out.contains("removed pool"), "{}", removed.out);
    assert_eq!(double.pools(), SEEDED);
    assert!(sandbox.files("state").is_empty(), "no journal is left: {:?}", sandbox.files("state"));
    let again = sandbox.run(&args);
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(again.out.contains("nothing of ours is there"), "{}", again.out);
}

#[test]
fn a_replay_removes_what_it_created() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    let beside = Sandbox::new();
    let faulty = Double::start(&beside, &[WRONG_SECRET_IS_401], 0);
    let found = faulty.run(&sandbox, &[WRONG_SECRET, "--cases", "1", "--quiet"]);
    assert_eq!(found.code, Some(1), "{}", found.err);
    let stored =
        sandbox.files("runs").into_iter().find(|file| file.to_string_lossy().contains("/cases/")).unwrap();
    let args = ["replay", stored.to_str().unwrap(), "--url", &double.url, "--set", "fixture=provision"];
    let ran = sandbox.run(&args);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(double.pools(), SEEDED);
    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    std::fs::remove_file(sandbox.path("snapshots/reference/token/client-auth/wrong-secret-basic.snap"))
        .unwrap();
    let ran = sandbox.run(&args);
    assert_eq!(ran.code, Some(70), "{}{}", ran.out, ran.err);
    assert_eq!(double.pools(), SEEDED);
    assert!(sandbox.files("state").is_empty(), "no journal is left");
}

#[test]
fn kept_fixtures_are_there_until_they_are_removed() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    let created = sandbox.run(&["provision", "--url", &double.url, "--out", "mine.json"]);
    assert_eq!(created.code, Some(0), "{}{}", created.out, created.err);
    assert_eq!(double.pools().len(), 4);
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(sandbox.path("mine.json")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600, "it holds secrets");
    let args = ["run", "--url", &double.url, "--fixture", "mine.json", "token::pkce", "--cases", "1"];
    let ran = sandbox.run(&args);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let beside = provisioning(&sandbox, &double, &["token::pkce", "--cases", "1"]).wait();
    assert_eq!(beside.code, Some(0), "{}{}", beside.out, beside.err);
    assert_eq!(double.pools().len(), 4, "a run leaves the fixtures of others alone");
    assert_eq!(sandbox.run(&["provision", "--url", &double.url, "--remove"]).code, Some(0));
    assert_eq!(double.pools(), SEEDED);
}
