//! Snapshots that fit suites and facts, and those that do not.

use super::*;
use crate::model::case::Case;
use crate::model::endpoint::Endpoint;
use crate::model::request::Request;
use crate::model::scenario::{Effort, Field};
use proptest::strategy::{Just, Strategy as _};

const FACTS: &str = r#"
[[fact]]
id = "token.refuses"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_grant"] }]
[[fact]]
id = "token.grants"
when = "w"
outcome = "grant"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [200] }]
[[fact]]
id = "login.page"
when = "w"
outcome = "either"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ place = ["callback"], grants = true }, { place = ["error-page"], grants = false }]
[[fact]]
id = "cost.none"
when = "w"
outcome = "background"
confidence = "documented"
treat = "info"
sources = ["s"]
"#;

const SCENARIO: Scenario = Scenario {
    id: "good",
    says: "something holds",
    covers: &["token.refuses"],
    needs: &[],
    cases: || Just(Case::one(Request::get(Endpoint::Token))).boxed(),
    watch: &[Field::Status],
    effort: Effort::Single,
};

const REFUSED: &str = "status: 400\nerror: invalid_grant\nissued: nothing";

/// What is found where these files lie, each with its text below the head; for a suite of a pool and one of a guard.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("---\nsource: x\n{text}\n")).unwrap();
    }
    let ledger = Ledger::parse(&[("token.toml", FACTS)]).unwrap();
    let suites = [
        Suite { name: "token::x", scenarios: &[SCENARIO] },
        Suite { name: "guard::rest::y", scenarios: &[SCENARIO] },
    ];
    let findings = lint(&suites, &ledger, &Snapshots::at(folder.path()));
    let root = format!("{}/", folder.path().display());
    findings.into_iter().map(|finding| finding.replace(&root, "")).collect()
}

/// The same beside the references that have to be there.
fn beside(files: &[(&str, &str)]) -> Vec<String> {
    let reference = format!("---\n{REFUSED}");
    let both = ["reference/token/x/good.snap", "reference/guard/rest/y/good.snap"];
    let mut all: Vec<(&str, &str)> = both.map(|file| (file, reference.as_str())).to_vec();
    all.extend(files);
    found(&all)
}

const ACCEPTED: &str = "info:\n  reason: it is old\n  version: \"1\"\n---\nstatus: 401";

#[test]
fn every_scenario_has_a_reference_and_every_reference_a_scenario() {
    assert_eq!(beside(&[]), [""; 0]);
    assert_eq!(
        found(&[("reference/token/x/good.snap", "---\nstatus: 400\nerror: invalid_grant\nissued: nothing")]),
        ["reference/guard/rest/y/good.snap: the reference snapshot is missing"]
    );
    for file in ["reference/token/x/gone.snap", "reference/good.snap"] {
        assert_eq!(beside(&[(file, "---\na: b")]), [format!("{file}: no scenario has this snapshot")]);
    }
    for file in ["good.snap", "other/token/x/good.snap"] {
        let expected = format!("{file}: a snapshot lies in reference/ or in accepted/<target>/");
        assert_eq!(beside(&[(file, "---\na: b")]), [expected]);
    }
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::parse(&[("token.toml", FACTS)]).unwrap();
    let none = lint(&[], &ledger, &Snapshots::at(folder.path().join("none")));
    assert!(none.len() == 1 && none[0].contains("none: "), "{none:?}");
}

#[test]
fn what_is_accepted_is_of_a_target_or_of_one_of_its_guards() {
    for file in [
        "accepted/moto/token/x/good.snap",
        "accepted/moto/guard/rest/y/good.snap",
        "accepted/moto/orders/guard/rest/y/good.snap",
        "accepted/moto/guard/guard/rest/y/good.snap",
    ] {
        assert_eq!(beside(&[(file, ACCEPTED)]), [""; 0], "{file}");
    }
    for file in [
        "accepted/moto/orders/token/x/good.snap",
        "accepted/moto/token/x/gone.snap",
        "accepted/moto/orders/guard/rest/y/gone.snap",
        "accepted/moto/good.snap",
    ] {
        assert_eq!(beside(&[(file, ACCEPTED)]), [format!("{file}: no scenario has this snapshot")]);
    }
    let nameless = "accepted/good.snap";
    assert_eq!(beside(&[(nameless, ACCEPTED)]), [format!("{nameless}: name the target: accepted/<target>/")]);
    for file in ["accepted/double/token/x/good.snap", "accepted/double/rest-id/guard/rest/y/good.snap"] {
        assert_eq!(beside(&[(file, ACCEPTED)]), [format!("{file}: nothing is accepted of the double")]);
    }
    assert_eq!(beside(&[("accepted/doubles/token/x/good.snap", ACCEPTED)]), [""; 0]);
}

#[test]
fn what_is_accepted_says_why_and_of_which_version_and_is_something_else() {
    let file = "accepted/moto/token/x/good.snap";
    let found = |reason: &str, version: &str, body: &str| {
        beside(&[(file, &format!("info:\n  reason: {reason}\n{version}---\n{body}"))])
            .into_iter()
            .map(|finding| finding.strip_prefix(&format!("{file}: ")).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let version = "  version: \"1\"\n";
    let (unfinished, loudly) = (concat!("to", "do"), concat!("\" TO", "DO \""));
    for reason in ["\"\"", unfinished, loudly, "To be written"] {
        assert_eq!(found(reason, version, "a: b"), ["write in `reason` why this is accepted"], "{reason}");
    }
    assert_eq!(found("todo list is too long", version, "a: b"), [""; 0]);
    for version in ["", "  version: \"\"\n", "  version: \" \"\n"] {
        let expected = "write in `version` which version of the target answers so";
        assert_eq!(found("r", version, "a: b"), [expected], "{version}");
    }
    assert_eq!(found("r", version, REFUSED), ["it is the same as the reference"]);
    assert_eq!(found("r", version, &format!("a: b\n\nor\n\n{REFUSED}")), ["it is the same as the reference"]);
}

fn against(covers: &'static [&'static str], lines: &str) -> Vec<String> {
    let scenario = Scenario { covers, ..SCENARIO };
    let suite = Suite { name: "token::x", scenarios: &[] };
    let ledger = Ledger::parse(&[("token.toml", FACTS)]).unwrap();
    let lines = crate::model::observation::Observation::parse_lines(lines).unwrap();
    contradictions(&suite, &scenario, &ledger, &lines)
}

#[test]
fn a_reference_is_an_answer_of_every_fact() {
    let contradicts = |fact: &str| vec![format!("token::x::good: the snapshot contradicts {fact}")];
    let (refuses, grants, page) = (&["token.refuses"][..], &["token.grants"][..], &["login.page"][..]);
    for (covers, lines) in [
        (refuses, REFUSED),
        (refuses, "issued: nothing"),
        (refuses, "accepted: no"),
        (refuses, "user: not disclosed"),
        (refuses, "admitted: no"),
        (refuses, "x: y"),
        (grants, "status: 200\nissued: access_token"),
        (grants, "accepted: yes"),
        (grants, "user: disclosed"),
        (grants, "admitted: yes"),
        (page, "leads to: callback"),
        (page, "leads to: error page"),
        (&["cost.none"], "status: 500"),
        (&["token.unknown"], "status: 500"),
    ] {
        assert_eq!(against(covers, lines), [""; 0], "{covers:?} {lines}");
    }
    for (covers, lines) in [
        (refuses, "status: 401\nerror: invalid_grant\nissued: nothing"),
        (refuses, "status: 400\nerror: invalid_client\nissued: nothing"),
        (refuses, "status: 400\nerror: invalid_grant\nissued: access_token"),
        (refuses, "accepted: yes"),
        (refuses, "user: disclosed"),
        (refuses, "admitted: yes"),
        (grants, "status: 201"),
        (grants, "issued: nothing"),
        (grants, "accepted: no"),
        (grants, "user: not disclosed"),
        (grants, "admitted: no"),
        (page, "leads to: sign-in page"),
    ] {
        assert_eq!(against(covers, lines), contradicts(covers[0]), "{covers:?} {lines}");
    }
    let both: &[&str] = &["token.refuses", "token.grants"];
    assert_eq!(against(both, "issued: nothing"), contradicts("token.grants"));
}

#[test]
fn a_reference_watches_whether_something_is_granted_and_the_error_that_is_named() {
    let blind = "token::x::good: it does not watch whether a token is issued";
    assert_eq!(against(&["token.refuses"], "status: 400\nerror: invalid_grant"), [blind]);
    for field in [
        "issued: nothing",
        "access token: none",
        "scopes: (no token)",
        "refresh_token: absent",
        "accepted: no",
        "user: not disclosed",
        "leads to: error page",
        "carries: nothing",
        "admitted: no",
        "token for web: no",
        "access_token.sub: (absent)",
    ] {
        let lines = format!("status: 400\nerror: invalid_grant\n{field}");
        assert_eq!(against(&["token.refuses"], &lines), [""; 0], "{field}");
    }
    let unnamed = "token::x::good: token.refuses names an error, which is not watched";
    assert_eq!(against(&["token.refuses"], "status: 400\nissued: nothing"), [unnamed]);
    assert_eq!(against(&["token.refuses"], "status: 400"), [unnamed]);
    assert_eq!(against(&["token.grants"], "status: 200"), [""; 0], "it names none");
    assert_eq!(against(&["token.refuses"], "error: invalid_grant"), [""; 0], "no status, no token response");
}

#[test]
fn a_misspelt_member_of_what_is_accepted_is_found() {
    let text = ACCEPTED.replace("version:", "allow-critcal: true\n  facts:\n    - token.b\n  version:");
    assert_eq!(
        beside(&[("accepted/moto/token/x/good.snap", &text)]),
        [
            "accepted/moto/token/x/good.snap: `info` has no member `allow-critcal`: did you mean \"allow-critical\"?"
        ]
    );
}
