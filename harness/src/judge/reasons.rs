//! What a verdict says beside its kind: which fields differ, which alternative was met, whether something was granted.

use super::compare::{Standard, judge};
use super::expect::Accepted;
use crate::model::guard::Exactness;
use crate::model::ledger::{Fact, Ledger};
use crate::model::observation::Observation;
use crate::model::verdict::{Verdict, VerdictKind};

const LEDGER: &str = r#"
[[fact]]
id = "t.refuses"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
critical = true
expect = [{ status = [400], error = ["invalid_grant"] }, { status = [400], error = ["invalid_request"] }, { status = [405] }]
[[fact]]
id = "t.by-status"
when = "w"
outcome = "refuse"
confidence = "inferred"
treat = "accept-set"
sources = ["s"]
expect = [{ status = [400, 405] }]
[[fact]]
id = "t.grants"
when = "w"
outcome = "grant"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [200] }, { status = [201] }]
[[fact]]
id = "t.by-error"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ error = ["invalid_scope"] }, { error = ["invalid_request"] }]
[[fact]]
id = "t.by-place"
when = "w"
outcome = "either"
confidence = "conflicting"
treat = "accept-set"
sources = ["s"]
expect = [{ place = ["callback"], grants = true }, { place = ["error-page"], grants = false }]
[[fact]]
id = "http.body"
profile = "http"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [401], body = ["a"] }, { status = [401], body = ["b"] }, { status = [403] }]
"#;

const REFERENCE: &str = "status: 400\nerror: invalid_grant\nissued: nothing";

fn with_facts<T>(ids: &[&str], then: impl FnOnce(Vec<&Fact>) -> T) -> T {
    let ledger = Ledger::parse(&[("test.toml", LEDGER)]).unwrap();
    then(ids.iter().map(|id| ledger.get(id).unwrap()).collect())
}

fn judged(facts: &[&str], reference: &str, seen: &str, granted: bool) -> Verdict {
    with_facts(facts, |facts| {
        let standard = Standard {
            reference: Observation::parse_lines(reference).unwrap(),
            facts,
            accepted: None,
            exactness: Exactness::Exact,
        };
        let lines = Observation::parse_lines(seen).unwrap();
        judge(&standard, &Ok(Observation { lines, granted, blocked: false }))
    })
}

#[test]
fn the_fields_that_differ_are_named_once_in_the_order_of_the_reference() {
    let found = judged(&["t.refuses"], REFERENCE, "set-cookie: x\nstatus: 500\nerror: invalid_grant", false);
    assert_eq!(found.differing, ["status", "issued", "set-cookie"]);
    assert_eq!(found.reason, "differs in status, issued, set-cookie");
    assert!(!found.grants && !found.critical, "{found:?}");
    let found = judged(&["t.by-status"], REFERENCE, "status: 500\nissued: nothing", false);
    assert_eq!(found.reason, "differs in status, error, where the evidence is weak");
    assert!(judged(&["t.refuses"], REFERENCE, REFERENCE, false).differing.is_empty());
}

#[test]
fn an_alternative_is_named_with_its_fact_and_its_place_in_the_list() {
    let seen = "status: 400\nerror: invalid_request\nissued: nothing";
    let found = judged(&["t.refuses"], REFERENCE, seen, false);
    assert_eq!(found.kind, VerdictKind::Tolerated);
    assert_eq!(found.reason, "alternative 2 of t.refuses (400 invalid_request)");
    assert_eq!(found.differing, ["error"]);
    let seen = "status: 405\nerror: (empty body)\nissued: nothing";
    let found = judged(&["t.refuses", "t.by-status"], REFERENCE, seen, false);
    let both =
        "alternative 3 of t.refuses (405 (empty body)); alternative 2 of t.by-status (405 (empty body))";
    assert_eq!((found.kind, found.reason.as_str()), (VerdictKind::Tolerated, both));
}

#[test]
fn every_fact_has_to_list_the_alternative() {
    let seen = "status: 405\nerror: (empty body)\nissued: nothing";
    assert_eq!(judged(&["t.refuses", "t.by-error"], REFERENCE, seen, false).kind, VerdictKind::Deviates);
    assert_eq!(
        judged(&[], REFERENCE, seen, false).kind,
        VerdictKind::Advisory,
        "without a fact nothing is listed"
    );
}

#[test]
fn an_alternative_excuses_what_it_speaks_of_and_nothing_else() {
    use VerdictKind::{Deviates, Tolerated};
    for (fact, reference, seen, granted, expected) in [
        // An alternative that names no error fits one only where its status is another one, too.
        ("t.grants", "status: 200\nerror: (absent)", "status: 201\nerror: odd", true, Tolerated),
        ("t.grants", "status: 200\nerror: (absent)", "status: 200\nerror: odd", true, Deviates),
        // An alternative that names no status fits no other status.
        (
            "t.by-error",
            "status: 400\nerror: invalid_scope",
            "status: 400\nerror: invalid_request",
            false,
            Tolerated,
        ),
        (
            "t.by-error",
            "status: 400\nerror: invalid_scope",
            "status: 401\nerror: invalid_request",
            false,
            Deviates,
        ),
        (
            "t.by-error",
            "status: 400\nerror: invalid_scope",
            "status: 401\nerror: invalid_scope",
            false,
            Deviates,
        ),
        // A status, an error or a place that is not watched is not held against anything.
        ("t.refuses", "error: invalid_grant", "error: invalid_request", false, Tolerated),
        ("t.refuses", "error: invalid_grant", "error: server_error", false, Deviates),
        ("t.refuses", "status: 400", "status: 405", false, Tolerated),
        ("t.refuses", "status: 400", "status: 401", false, Deviates),
        // An alternative that names no place fits no other place.
        (
            "t.refuses",
            "error: invalid_grant\nleads to: callback",
            "error: invalid_request\nleads to: callback",
            false,
            Tolerated,
        ),
        (
            "t.refuses",
            "error: invalid_grant\nleads to: callback",
            "error: invalid_request\nleads to: error page",
            false,
            Deviates,
        ),
        (
            "t.by-place",
            "leads to: callback\nstate: as sent",
            "leads to: error page\nstate: absent",
            false,
            Tolerated,
        ),
        (
            "t.by-place",
            "leads to: callback\nstate: as sent",
            "leads to: callback\nstate: absent",
            true,
            Deviates,
        ),
        ("t.by-place", "leads to: callback\nerror: a", "leads to: callback\nerror: b", true, Deviates),
        ("t.by-place", "leads to: callback", "leads to: error page", true, Deviates),
        // Bodies: the listed one, or any with another status.
        ("http.body", "status: 401\nbody: a", "status: 401\nbody: b", false, Tolerated),
        ("http.body", "status: 401\nbody: a", "status: 401\nbody: c", false, Deviates),
        ("http.body", "status: 401\nbody: a", "status: 403\nbody: c", false, Tolerated),
        ("http.body", "body: a", "body: c", false, Deviates),
        ("http.body", "status: 401", "status: 403", false, Tolerated),
        // What is not watched for alternatives at all.
        ("t.refuses", REFERENCE, "status: 400\nerror: invalid_grant\nissued: id_token", false, Deviates),
    ] {
        assert_eq!(judged(&[fact], reference, seen, granted).kind, expected, "{fact}: {seen}");
    }
}

#[test]
fn what_is_granted_against_every_listed_refusal_is_marked() {
    let granted = "status: 200\nerror: (absent)\nissued: access_token";
    let found = judged(&["t.refuses"], REFERENCE, granted, true);
    assert!(found.grants && found.critical && found.kind == VerdictKind::Deviates, "{found:?}");
    assert_eq!(found.reason, "grants what every listed alternative refuses");
    let found = judged(&["t.by-status"], REFERENCE, granted, true);
    assert!(found.grants && !found.critical, "{found:?}");
    let found = judged(&["t.grants"], "status: 200", "status: 202", true);
    assert!(!found.grants && found.kind == VerdictKind::Deviates, "{found:?}");
    let refused = judged(&["t.refuses"], REFERENCE, "status: 401\nerror: invalid_client", false);
    assert!(!refused.grants && !refused.critical && refused.kind == VerdictKind::Deviates, "{refused:?}");
}

#[test]
fn only_what_is_on_file_is_accepted_and_only_where_it_would_fail() {
    let on_file = |text: &str| {
        Some(Accepted {
            observations: vec![Observation::parse_lines(text).unwrap()],
            reason: "it is old".to_owned(),
            allow_critical: false,
        })
    };
    let judged = |fact: &str, seen: &str, accepted: &str| {
        with_facts(&[fact], |facts| {
            let standard = Standard {
                reference: Observation::parse_lines(REFERENCE).unwrap(),
                facts,
                accepted: on_file(accepted),
                exactness: Exactness::Exact,
            };
            let lines = Observation::parse_lines(seen).unwrap();
            judge(&standard, &Ok(Observation { lines, granted: false, blocked: false }))
        })
    };
    let odd = "status: 401\nerror: invalid_grant\nissued: nothing";
    let found = judged("t.refuses", odd, odd);
    assert_eq!((found.kind, found.reason.as_str()), (VerdictKind::AcceptedDeviation, "it is old"));
    assert_eq!(found.differing, ["status"]);
    let other = judged("t.refuses", "status: 500\nerror: invalid_grant\nissued: nothing", odd);
    assert_eq!(
        (other.kind, other.reason.as_str()),
        (VerdictKind::Deviates, "differs in status; what is accepted on file differs in status")
    );
    let misspelt = "statsu: 401\nerror: invalid_grant\nissued: nothing";
    let reason = judged("t.refuses", odd, misspelt).reason;
    assert_eq!(reason, "differs in status; what is accepted on file differs in statsu, status");
    assert_eq!(judged("t.by-status", odd, odd).kind, VerdictKind::Advisory);
    let tolerated = "status: 400\nerror: invalid_request\nissued: nothing";
    assert_eq!(judged("t.refuses", tolerated, tolerated).kind, VerdictKind::Tolerated);
}

#[test]
fn what_a_guard_lets_in_and_what_its_backend_sees_counts_in_every_form_of_refusal() {
    let judged = |exactness, reference: &str, seen: &str| {
        with_facts(&["t.grants"], |facts| {
            let reference = Observation::parse_lines(reference).unwrap();
            let standard = Standard { reference, facts, accepted: None, exactness };
            let lines = Observation::parse_lines(seen).unwrap();
            judge(&standard, &Ok(Observation { lines, granted: true, blocked: false }))
        })
    };
    for field in ["admitted", "second.admitted", "backend sees scopes", "first.backend sees sub"] {
        for exactness in [Exactness::Lenient, Exactness::Refusal, Exactness::Exact] {
            let found = judged(exactness, &format!("{field}: yes"), &format!("{field}: no"));
            assert_eq!(found.kind, VerdictKind::Deviates, "{field} {exactness:?}");
        }
    }
    let form = |exactness| judged(exactness, "admitted: no\ncache: a", "admitted: no\ncache: b");
    let lenient = form(Exactness::Lenient);
    let reason = "differs in cache, which this guard is not held to (strict = false)";
    assert_eq!((lenient.kind, lenient.reason.as_str()), (VerdictKind::Advisory, reason));
    let refusal = form(Exactness::Refusal);
    let reason = "the form of its refusals is customised";
    assert_eq!((refusal.kind, refusal.reason.as_str()), (VerdictKind::Conforms, reason));
    assert_eq!(form(Exactness::Exact).kind, VerdictKind::Deviates);
}

#[test]
fn a_blocked_case_says_at_which_step_and_why() {
    let blocked = |text: &str| {
        with_facts(&["t.refuses"], |facts| {
            let reference = Observation::parse_lines(REFERENCE).unwrap();
            let standard = Standard { reference, facts, accepted: None, exactness: Exactness::Exact };
            let lines = Observation::parse_lines(text).unwrap();
            judge(&standard, &Ok(Observation { lines, granted: false, blocked: true })).reason
        })
    };
    let reason = "precondition: step \"sign-in\" did not succeed (status 500)";
    assert_eq!(blocked("blocked at: sign-in\nstatus: 500"), reason);
    assert_eq!(blocked("x: y"), "precondition: step \"a step\" did not succeed (status ?)");
}
