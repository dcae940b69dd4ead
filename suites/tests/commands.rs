//! What each command does where all is well: run, list, explain, report, double, and the ways to choose.

use std::fs;
use std::net::TcpListener;

use serde_json::Value as Json;

use crate::support::{Double, SUCCESS, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401, scenarios};

#[test]
fn the_double_conforms() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["run", "--profile", "quick", "--report", "json", "--report-dir", "reports"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let report = sandbox.report();
    let (pool, guards) = report["targets"].as_array().unwrap().split_first().unwrap();
    let count = scenarios(&report).len();
    // What only the classic hosted UI shows: the double plays managed login.
    let classic = 1;
    let run = pool["scenarios"].as_array().unwrap().len() - classic;
    assert!(ran.out.contains(&format!("double: {run} scenarios in ")), "{}", ran.out);
    let summary = format!(": {run} conform, 0 deviate, {classic} not applicable · ");
    assert!(ran.out.contains(&summary), "{}", ran.out);
    assert!(
        ran.out.contains("not-applicable double: 1 scenario: classic-login is not claimed"),
        "{}",
        ran.out
    );
    let with = |verdict: &str| scenarios(&report).iter().filter(|it| it["verdict"] == verdict).count();
    let guarded = with("conforms") - run;
    assert_eq!(with("conforms") + with("not-applicable"), count);
    let summary = format!("double: {} guards, {guarded} scenarios in ", guards.len());
    assert!(ran.out.contains(&summary), "{summary}\n{}", ran.out);
    assert!(ran.out.contains("seed poolproof · profile quick · poolproof "), "{}", ran.out);
    assert_eq!(report["complete"], true);
    let listed = sandbox.run(&["list"]);
    assert_eq!(listed.out.lines().count(), count, "list and run have the same scenarios");
}

#[test]
fn a_list_touches_no_target() {
    let sandbox = Sandbox::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let ran = sandbox.run(&["list", "--url", &url, "--set", "unsupported.endpoint.token=no such route"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines.is_sorted() && lines.iter().all(|line| line.starts_with("url::")), "{lines:?}");
    let unclaimed = "(not applicable: endpoint.token is not claimed: no such route)";
    assert!(lines.iter().any(|line| *line == format!("url::{WRONG_SECRET}  {unclaimed}")), "{lines:?}");
    assert!(listener.accept().is_err(), "a connection was made");
}

#[test]
fn scenarios_are_chosen_in_four_ways_and_left_out() {
    let sandbox = Sandbox::new();
    let list = |args: &[&str]| {
        let ran = sandbox.run(&[&["list"], args].concat());
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.err);
        ran.out.lines().map(|line| line.trim_start_matches("double::").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&[WRONG_SECRET]), [WRONG_SECRET]);
    let pkce = list(&["token::pkce"]);
    assert!(pkce.len() > 1 && pkce.iter().all(|id| id.starts_with("token::pkce::")), "{pkce:?}");
    let refresh = list(&["*refresh*"]);
    assert!(refresh.contains(&"token::refresh::success".to_owned()), "{refresh:?}");
    assert!(refresh.contains(&"token::ended::revoked".to_owned()), "by the ids of facts too: {refresh:?}");
    assert!(!refresh.contains(&WRONG_SECRET.to_owned()), "{refresh:?}");
    assert!(list(&["token.client-auth.basic-wrong-secret"]).contains(&WRONG_SECRET.to_owned()));
    let all = list(&[]);
    let without = list(&["--skip", "token::pkce", "--skip", WRONG_SECRET]);
    assert_eq!(without.len() + pkce.len() + 1, all.len());
    assert!(!without.contains(&WRONG_SECRET.to_owned()));
}

#[test]
fn a_choice_of_nothing_is_no_pass_and_suggests_something() {
    let sandbox = Sandbox::new();
    for args in [&["run", "token::pkec"][..], &["list", "token::pkec"], &["run", "--skip", "token::pkec"]] {
        let ran = sandbox.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(4), ""), "{args:?}");
        assert!(ran.err.contains("\"token::pkec\" matches no scenario and no fact"), "{}", ran.err);
        assert!(ran.err.contains("Did you mean: token::"), "{}", ran.err);
    }
    let near = sandbox.run(&["run", "token::client-auth::wrong-secret"]);
    assert!(near.code == Some(4) && near.err.contains(WRONG_SECRET), "{}", near.err);
    let pasted = sandbox.run(&["run", &format!("ministack::{WRONG_SECRET}")]);
    assert!(pasted.err.contains(&format!("Did you mean: {WRONG_SECRET}?")), "{}", pasted.err);
    for (given, wrong) in [("jkws::found", "Did you mean: found"), ("tokne::*", "Did you mean: *")] {
        let near = sandbox.run(&["run", given]);
        assert!(near.code == Some(4) && !near.err.contains(wrong), "{}", near.err);
    }
    let background = sandbox.run(&["explain", "quota.code-redemtion"]);
    assert_eq!(background.code, Some(4), "{}", background.err);
    assert!(background.err.contains("nearest fact: quota.code-redemption"), "{}", background.err);
    let fact = sandbox.run(&["explain", "token.clinet-auth.basic-wrong-secret"]);
    assert!(fact.err.contains("Did you mean: token.client-auth.basic-wrong-secret"), "{}", fact.err);
    let other = sandbox.run(&["list", "-t", "double", "--guard", "rest-id", "token::pkce"]);
    assert_eq!((other.code, other.out.as_str()), (Some(4), ""), "{}", other.err);
    let ran = sandbox.run(&["run", WRONG_SECRET, "--skip", "token::client-auth"]);
    assert!(ran.code == Some(4) && ran.err.contains("nothing is left after --skip"), "{}", ran.err);
    let ran = sandbox.run(&["run", "token::[pkce"]);
    assert!(ran.code == Some(4) && ran.err.contains("is not a glob"), "{}", ran.err);
}

#[test]
fn effort_is_cases_times_profile() {
    let sandbox = Sandbox::new();
    for (args, cases) in [
        (&["--profile", "quick"][..], 8),
        (&[], 32),
        (&["--profile", "deep"], 256),
        (&["--cases", "5"], 5),
        (&["--cases", "5", "--profile", "deep"], 5),
    ] {
        let all = [&["run", WRONG_SECRET, "--report", "json", "--report-dir", "reports"], args].concat();
        assert_eq!(sandbox.run(&all).code, Some(0), "{args:?}");
        assert_eq!(scenarios(&sandbox.report())[0]["cases"], cases, "{args:?}");
    }
    let ran = sandbox.run(&["run", WRONG_SECRET, "--cases", "0"]);
    assert!(ran.code == Some(2) && ran.err.contains("--cases"), "{}", ran.err);
}

#[test]
fn a_seed_decides_everything_that_is_generated() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let failure = |seed: &str| {
        let args =
            [WRONG_SECRET, "--cases", "3", "--seed", seed, "--report", "json", "--report-dir", "reports"];
        let ran = double.run(&sandbox, &args);
        assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
        let report = sandbox.report();
        let failure = &scenarios(&report)[0]["failure"];
        (report["seed"].as_str().unwrap().to_owned(), failure["inputs"].clone(), failure["curl"].clone())
    };
    let example = |seed: &str| sandbox.run(&["explain", WRONG_SECRET, "--seed", seed, "--index", "1"]).out;
    assert_eq!(failure("one"), failure("one"));
    assert_eq!(failure("one").0, "one");
    assert_eq!(example("one"), example("one"));
    assert!(["two", "three", "four"].iter().any(|seed| example(seed) != example("one")));
    assert_ne!(failure("random").0, failure("random").0, "random is a new seed every time");
}

#[test]
fn scenarios_and_facts_explain_themselves() {
    let sandbox = Sandbox::new();
    let scenario = sandbox.run(&["explain", WRONG_SECRET]);
    assert_eq!(scenario.code, Some(0), "{}", scenario.err);
    for part in
        [WRONG_SECRET, "token.client-auth.basic-wrong-secret", "error: invalid_client", "source", "curl "]
    {
        assert!(scenario.out.contains(part), "{part} is missing in {}", scenario.out);
    }
    let fact = sandbox.run(&["explain", "token.client-auth.basic-wrong-secret"]);
    assert_eq!(fact.code, Some(0), "{}", fact.err);
    for part in
        ["how sure   documented", "expected   status 400", "source", &format!("covered by {WRONG_SECRET}")]
    {
        assert!(fact.out.contains(part), "{part} is missing in {}", fact.out);
    }
    let neither = sandbox.run(&["explain", "token.client-auth.nonsense"]);
    assert!(neither.code == Some(4) && neither.err.contains("Did you mean"), "{}", neither.err);
}

#[test]
fn a_report_is_shown_again_as_it_was_written() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    let args =
        ["--cases", "2", "--report", "json,junit,markdown", "--report-dir", "reports", "token::client-auth"];
    let ran = double.run(&sandbox, &args);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    for (format, file) in [("json", "report.json"), ("junit", "junit.xml"), ("markdown", "report.md")] {
        let again = sandbox.run(&["report", "--format", format]);
        assert_eq!(again.code, Some(1), "{format}: the verdict of the run is that of its report");
        let written = fs::read_to_string(sandbox.path("reports").join(file)).unwrap();
        assert_eq!(again.out.trim_end(), written.trim_end(), "{format}");
    }
    assert_eq!(sandbox.run(&["report"]).out, ran.out, "the text too");
    serde_json::from_str::<Json>(&sandbox.run(&["report", "--format", "json"]).out).unwrap();
    let unknown = sandbox.run(&["report", "--format", "yaml"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("json, junit or markdown"), "{}", unknown.err);
    let none = Sandbox::new().run(&["report"]);
    assert!(none.code == Some(2) && none.err.contains("no run here yet"), "{}", none.err);
}

#[test]
fn a_double_serves_until_it_is_interrupted() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    let ran = double.run(&sandbox, &[SUCCESS, "--cases", "2"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let served = double.interrupt();
    assert_eq!(served.code, Some(0));
    assert!(served.out.contains("clients (id, secret):"), "{}", served.out);
    let faults = sandbox.run(&["double", "--fault", "list"]);
    assert!(faults.code == Some(0) && faults.out.contains(WRONG_SECRET_IS_401), "{}", faults.out);
    let unknown = sandbox.run(&["double", "--fault", "no-such-fault"]);
    assert!(unknown.code == Some(2) && unknown.err.contains("no-such-fault"), "{}", unknown.err);
}
