//! Sequences that disagree with the model: how short they become, and how they are shown.

use serde_json::Value as Json;

use crate::support::{Double, Sandbox, scenarios};

/// How a scenario comes out on a double with a fault: its verdict, what was seen, and the transcript.
fn disagreement(fault: &str, scenario: &str) -> (String, Vec<String>) {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[fault], 0);
    let args = [scenario, "--cases", "24", "--report", "json", "--report-dir", "reports"];
    let ran = double.run(&sandbox, &args);
    assert_eq!(ran.code, Some(1), "{fault}: {}{}", ran.out, ran.err);
    let report = sandbox.report();
    let failure: &Json = &scenarios(&report)[0]["failure"];
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    (text(&failure["actual"]), failure["transcript"].as_array().unwrap().iter().map(text).collect())
}

/// The names of the steps, without number, the ordinal of the sign-in, waits and the making of the user.
fn operations(transcript: &[String]) -> Vec<String> {
    let names = transcript.iter().enumerate().map(|(index, line)| {
        let numbered = line.strip_prefix(&format!("{}. ", index + 1)).unwrap_or_else(|| panic!("{line}"));
        let name = numbered.split_once(": ").unwrap().0;
        let name = name.strip_suffix(" (2)").unwrap_or(name);
        name.replace("first-", "").replace("second-", "").replace(" first", "").replace(" second", "")
    });
    names.filter(|name| name != "pause" && name != "create-user").collect()
}

/// Every sequence that shows the fault has at least these operations, and the last one in one of two forms.
#[track_caller]
fn becomes(fault: &str, scenario: &str, before: &[&str], last: [&str; 2]) {
    let (actual, transcript) = disagreement(fault, scenario);
    let operations = operations(&transcript);
    let shown = transcript.join("\n");
    let (end, rest) = operations.split_last().unwrap();
    assert_eq!(rest, before, "{actual}\n{shown}");
    assert!(last.contains(&end.as_str()), "{actual}\n{shown}");
    let told = transcript.last().unwrap();
    assert!(told.contains("; expected ") && told.contains(", DISAGREES: actual "), "{shown}");
    assert_eq!(shown.matches("DISAGREES").count(), 1, "{shown}");
    // The observation says the same without anything of this one case.
    let (expected, came) = (told.split("; expected ").nth(1).unwrap(), told.split("actual ").nth(1).unwrap());
    let (expected, fact) = expected.split(", DISAGREES").next().unwrap().split_once(" by ").unwrap();
    assert!(actual.contains(&format!("({fact}): expected {expected}, got {came}")), "{actual}\n{shown}");
}

const REVOCATION: &str = "lifecycle::tokens::revocation";
const USERS: &str = "lifecycle::changes::disabled-and-enabled";

#[test]
fn a_second_revocation_that_undoes_the_first_takes_three_steps_after_the_tokens() {
    becomes(
        "second-revocation-undoes",
        REVOCATION,
        &["sign-in", "redeem", "revoke", "revoke"],
        ["refresh", "userInfo"],
    );
}

#[test]
fn a_revocation_that_ends_all_sessions_takes_two_of_them() {
    let (actual, transcript) = disagreement("revoke-ends-all-sessions", REVOCATION);
    let mut operations = operations(&transcript);
    let last = operations.pop().unwrap();
    operations.sort();
    assert_eq!(operations, ["redeem", "redeem", "revoke", "sign-in", "sign-in"], "{}", transcript.join("\n"));
    assert!(last == "refresh" || last == "userInfo", "{last}");
    let granted = ["expected tokens, got 400 invalid_grant", "expected the user, got 401 invalid_token"];
    assert!(granted.iter().any(|text| actual.ends_with(text)), "{actual}");
}

#[test]
fn a_revoked_token_that_works_takes_one_revocation() {
    becomes(
        "revoked-refresh-works",
        REVOCATION,
        &["sign-in", "redeem", "revoke"],
        ["refresh", "refresh with the newest token"],
    );
}

#[test]
fn a_code_that_can_be_used_again_is_shown_by_its_second_use() {
    becomes(
        "code-reusable",
        "lifecycle::tokens::codes-and-tokens",
        &["sign-in", "redeem"],
        ["redeem again", "redeem again"],
    );
}

#[test]
fn a_rotated_out_token_that_works_is_shown_by_its_second_use() {
    becomes(
        "rotated-refresh-works",
        "lifecycle::tokens::rotated-out",
        &["sign-in", "redeem", "refresh"],
        ["refresh with the old token", "refresh with the old token"],
    );
}

#[test]
fn tokens_that_live_through_a_disabling_are_shown_by_enabling() {
    for fault in ["disabling-keeps-tokens", "enabling-revives-tokens"] {
        becomes(
            fault,
            USERS,
            &["sign-in", "redeem", "disable the user", "enable the user"],
            ["userInfo", "userInfo with the newest token"],
        );
    }
}
