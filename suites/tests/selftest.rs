//! `poolproof selftest` from outside, on a few faults and scenarios; `.ci/run` has it look at all of them.

use serde_json::Value as Json;

use crate::support::Sandbox;

/// The scenarios about who may revoke a token, and one fault that only they notice.
const SCENARIOS: [&str; 2] = ["--scenario", "revoke::clients"];
const FAULT: &str = "revoke-any-secret";

fn json(args: &[&str]) -> (Option<i32>, Json) {
    let ran = Sandbox::new().run(&[&["selftest", "--format", "json"], args].concat());
    let matrix = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    (ran.code, matrix)
}

#[test]
fn a_fault_is_found_by_a_scenario_about_its_facts() {
    let (code, matrix) = json(&[&SCENARIOS[..], &[FAULT, "--seeds", "3"]].concat());
    assert_eq!(code, Some(0), "{matrix:#}");
    assert_eq!((&matrix["declared"], &matrix["caught"]), (&1.into(), &1.into()));
    assert_eq!(matrix["unkilled"], Json::Null, "nothing is said where only some faults were chosen");
    assert_eq!(matrix["red_without_a_fault"], Json::Array(Vec::new()));
    let row = &matrix["faults"][0];
    assert_eq!(
        (&row["id"], &row["class"], &row["by_its_facts"]),
        (&FAULT.into(), &"security".into(), &true.into())
    );
    let by = &row["caught_by"][0];
    assert!(by["scenario"].as_str().unwrap().starts_with("revoke::clients::"), "{by}");
    assert_eq!((&by["unit"], &by["verdict"]), (&"double".into(), &"deviates".into()));
    assert!(row["cases"].as_u64() >= Some(1) && row["requests"].as_u64() >= row["cases"].as_u64(), "{row}");
    assert_eq!((&matrix["seeds"]["pairs"], &matrix["seeds"]["caught"]), (&3.into(), &3.into()));
}

#[test]
fn every_scenario_that_was_run_is_accounted_for() {
    let (_, matrix) = json(&["--scenario", "revoke::clients::wrong-secret"]);
    let rows = matrix["scenarios"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["id"]), (1, &"revoke::clients::wrong-secret".into()));
    assert!(rows[0]["killed_by"].as_array().unwrap().contains(&FAULT.into()), "{matrix:#}");
    assert_eq!((&rows[0]["not_run"], &matrix["unkilled"]), (&Json::Null, &0.into()));
}

#[test]
fn text_and_markdown_name_faults_and_finders() {
    let sandbox = Sandbox::new();
    let args = [&["selftest", FAULT], &SCENARIOS[..]].concat();
    let text = sandbox.run(&args);
    assert_eq!(text.code, Some(0), "{}{}", text.out, text.err);
    for part in [FAULT, "revoke::clients::", "1 of 1 faults caught", "until a fault is found: cases: median "]
    {
        assert!(text.out.contains(part), "{part} is missing in {}", text.out);
    }
    let page = sandbox.run(&[&args[..], &["--format", "markdown"]].concat());
    assert!(page.out.contains(&format!("| `{FAULT}` | ")), "{}", page.out);
}

#[test]
fn a_word_that_means_no_fault_is_answered_with_the_nearest_one() {
    let ran = Sandbox::new().run(&["selftest", "revoke-any-secrets"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(4), ""));
    assert!(ran.err.contains("is no fault of the double") && ran.err.contains(FAULT), "{}", ran.err);
    let ran = Sandbox::new().run(&["selftest", "--scenario", "revoke::client"]);
    assert!(ran.code == Some(4) && ran.err.contains("Did you mean: revoke::clients"), "{}", ran.err);
}

#[test]
fn no_fault_to_look_for_is_not_every_fault_found() {
    // A fault of the sign-in page: whoever revokes has signed in, but nothing about that differs.
    let of_sign_in = [&["selftest", "csrf-unchecked"], &SCENARIOS[..]].concat();
    for args in [&["selftest", "security", "--scenario", "jwks::found"][..], &of_sign_in] {
        let ran = Sandbox::new().run(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(4), ""), "{}", ran.err);
        assert!(ran.err.contains("none of these scenarios meets a fault that"), "{}", ran.err);
    }
}

#[test]
fn what_applies_to_the_classic_pages_alone_is_tried_there() {
    let (code, matrix) = json(&["prompt-known-to-classic-pages", "--scenario", "authorize::session"]);
    assert_eq!(code, Some(0), "{matrix:#}");
    let by = &matrix["faults"][0]["caught_by"][0];
    assert_eq!(by["scenario"], "authorize::session::prompt-at-the-classic-pages", "{by}");
    assert_eq!(by["unit"], "classic-double", "{by}");
}
