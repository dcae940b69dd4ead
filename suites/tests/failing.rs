//! What a user gets when a target deviates: the exit code, the shortest case, a command to repeat it, a stored case.

use std::fs;
use std::path::Path;

use crate::support::{Double, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401, files_below, scenarios};

const REPORTED: [&str; 4] = ["--report", "json", "--report-dir", "reports"];

#[test]
fn a_deviation_comes_with_all_that_is_needed_to_repeat_it() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let ran = double.run(&sandbox, &[&REPORTED[..], &[WRONG_SECRET]].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let report = sandbox.report();
    let result = scenarios(&report)[0];
    let failure = &result["failure"];
    assert_eq!((&result["verdict"], &result["reason"]), (&"deviates".into(), &"differs in status".into()));
    assert!(failure["shrink_steps"].as_u64().unwrap() > 0);
    let curl = failure["curl"].as_str().unwrap();
    assert!(curl.contains("curl ") && curl.contains(&double.url) && curl.contains("${"), "{curl}");
    let stored = failure["stored"].as_str().unwrap();
    assert!(Path::new(stored).starts_with(sandbox.path("runs")), "{stored}");
    for part in ["! status: 400", "status: 401", "made simpler in", "curl", stored, "poolproof replay"] {
        assert!(ran.out.contains(part), "{part} is missing in {}", ran.out);
    }

    let on_it = sandbox.run(&["replay", stored, "--url", &double.url, "--fixture", &double.fixture]);
    assert_eq!(on_it.code, Some(1), "{}{}", on_it.out, on_it.err);
    assert!(on_it.out.contains("deviates (differs in status)"), "{}", on_it.out);
    let on_a_good_one = sandbox.run(&["replay", stored]);
    assert_eq!(on_a_good_one.code, Some(0), "{}{}", on_a_good_one.out, on_a_good_one.err);
    assert!(on_a_good_one.out.contains("conforms"), "{}", on_a_good_one.out);
}

#[test]
fn the_command_that_repeats_a_case_can_be_run_as_it_stands() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let config = sandbox.write(
        "named.toml",
        &format!(
            "[target.faulty]\nkind = \"emulator\"\nendpoint = \"{}\"\nfixture = \"fixture.json\"\n",
            double.url
        ),
    );
    let config = config.display().to_string();
    let by_url = ["--url", &double.url, "--fixture", &double.fixture, "--set", "region=eu-west-1"];
    let by_name = ["-t", "faulty", "--config", &config];
    for target in [&by_url[..], &by_name] {
        let ran = sandbox.run(&[&["run", WRONG_SECRET, "--cases", "2"], &REPORTED[..], target].concat());
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        let report = sandbox.report();
        let repeat = scenarios(&report)[0]["failure"]["repeat"].as_str().unwrap().to_owned();
        let here = Path::new(env!("CARGO_BIN_EXE_poolproof")).parent().unwrap();
        let mut shell = sandbox.command("sh");
        let path = std::env::join_paths(
            std::iter::once(here.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let again = shell.args(["-c", &repeat]).env("PATH", path.unwrap()).output().unwrap();
        let shown = String::from_utf8_lossy(&again.stderr).into_owned();
        assert_eq!(again.status.code(), Some(1), "{repeat}\n{shown}");
        assert!(String::from_utf8_lossy(&again.stdout).contains("deviates"), "{repeat}\n{shown}");
    }
}

#[test]
fn who_has_only_accepted_files_needs_no_copy_of_the_references() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let named = "[target.mine]\nkind = \"emulator\"\nversion = \"1\"\nfixture = \"fixture.json\"\n";
    sandbox.write("targets.toml", &format!("{named}endpoint = \"{}\"\n", double.url));
    let args = ["run", "-t", "mine", WRONG_SECRET, "--cases", "2"];
    // As a user has it: nothing but the configuration.
    let run = |more: &[&str]| {
        let all = [&args[..], more].concat();
        let ran = sandbox.poolproof(&all).output().unwrap();
        (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    assert_eq!(run(&["--record"]).0, Some(1));
    let accepted = sandbox.path("snapshots/accepted/mine/token/client-auth/wrong-secret-basic.snap");
    let pending = fs::read_to_string(accepted.with_extension("snap.new")).unwrap();
    assert!(pending.contains("reason: \"\""), "{pending}");
    fs::write(&accepted, pending.replace("reason: \"\"", "reason: known")).unwrap();
    let (code, out) = run(&[]);
    assert!(code == Some(0) && out.contains("1 accepted deviation"), "{out}");
    let lint = sandbox.poolproof(&["lint"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&lint.stdout), "no findings\n");
    sandbox.write(
        "targets.toml",
        &format!("[target.mien]\nkind = \"emulator\"\nendpoint = \"{}\"\n", double.url),
    );
    let lint = sandbox.poolproof(&["lint"]).output().unwrap();
    let found = "accepted/mine: there is no target \"mine\"; did you mean \"mien\"?\n";
    assert_eq!(String::from_utf8_lossy(&lint.stdout), found);
}

#[test]
fn a_run_ends_after_the_failures_it_was_given() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401, "cache-control-absent"], 5);
    let everything = scenarios_of(&sandbox);
    for (args, at_least) in [(&["--fail-fast"][..], 1), (&["--max-failures", "3"], 3)] {
        let ran = double.run(&sandbox, &[&REPORTED[..], &["--cases", "2"], args].concat());
        assert_eq!(ran.code, Some(1), "{args:?}: {}", ran.err);
        let report = sandbox.report();
        let judged = scenarios(&report);
        let failed = judged.iter().filter(|result| result["verdict"] == "deviates").count();
        assert!(failed >= at_least, "{args:?}: {failed}");
        assert!(judged.len() < everything, "{args:?}: {} of {everything}", judged.len());
        assert!(report["stopped"].as_str().unwrap().contains(&format!("after {at_least} ")), "{report:#}");
        assert_eq!(report["complete"], false);
    }
    let both = double.run(&sandbox, &["--fail-fast", "--max-failures", "3"]);
    assert_eq!(both.code, Some(2), "one or the other");
}

fn scenarios_of(sandbox: &Sandbox) -> usize {
    sandbox.run(&["list"]).out.lines().count()
}

#[test]
fn weak_evidence_fails_a_strict_run_alone() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let weak = "token::client-auth::deleted-secret";
    let ran = double.run(&sandbox, &[weak, "--cases", "2"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("1 advisory"), "{}", ran.out);
    let strict = double.run(&sandbox, &[weak, "--cases", "2", "--strict"]);
    assert_eq!(strict.code, Some(1), "{}{}", strict.out, strict.err);
    assert!(strict.out.contains("strict"), "{}", strict.out);
}

#[test]
fn what_is_no_stored_case_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("broken.json", "{\"schema\": 1,");
    let case =
        r#"{"schema": 1, "scenario": "token::no::such", "seed": "1", "index": 0, "case": {"steps": []}}"#;
    sandbox.write("gone.json", case);
    sandbox.write("future.json", &case.replace("\"schema\": 1", "\"schema\": 99"));
    for (file, part) in [
        ("absent.json", "absent.json"),
        ("broken.json", "not a stored case"),
        ("gone.json", "there is no scenario"),
        ("future.json", "format 99"),
    ] {
        let ran = sandbox.run(&["replay", file]);
        assert!(ran.code == Some(2) && ran.err.contains(part), "{file}: {}", ran.err);
    }
}

#[test]
fn no_setting_of_insta_turns_a_deviation_green() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    let before = files_below(&sandbox.path("snapshots"));
    for (name, value) in [
        ("INSTA_FORCE_PASS", "1"),
        ("INSTA_UPDATE", "always"),
        ("INSTA_UPDATE", "force"),
        ("INSTA_UPDATE", "unseen"),
    ] {
        // Twice: what the first run might have accepted is there for the second.
        for _ in 0..2 {
            let args = [
                "run",
                WRONG_SECRET,
                "--url",
                &double.url,
                "--fixture",
                &double.fixture,
                "--cases",
                "2",
                "--record",
            ];
            let out = sandbox.poolproof(&args).env(name, value).output().unwrap();
            assert_eq!(
                out.status.code(),
                Some(1),
                "{name}={value}: {}",
                String::from_utf8_lossy(&out.stdout)
            );
        }
        let snaps = files_below(&sandbox.path("snapshots"));
        let accepted: Vec<_> = snaps
            .iter()
            .filter(|path| !before.contains(path) && !path.to_string_lossy().ends_with(".new"))
            .collect();
        assert!(accepted.is_empty(), "{name}={value} wrote {accepted:?}");
    }
}

#[test]
fn a_recorded_deviation_is_pending_and_nothing_more() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    let ran = double.run(&sandbox, &[WRONG_SECRET, "--cases", "2", "--record"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let pending: Vec<_> = sandbox
        .files("snapshots")
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".new"))
        .collect();
    assert_eq!(
        pending,
        [sandbox.path("snapshots/accepted/url/token/client-auth/wrong-secret-basic.snap.new")]
    );
    assert!(fs::read_to_string(&pending[0]).unwrap().contains("status: 401"));
    let again = double.run(&sandbox, &[WRONG_SECRET, "--cases", "2"]);
    assert_eq!(again.code, Some(1), "what is pending decides nothing");
}
