//! How the answers of guards are judged: refused or let in, in which form, and what is critical.

use super::compare::{Standard, judge};
use super::expect::Accepted;
use crate::model::guard::Exactness;
use crate::model::ledger::Ledger;
use crate::model::observation::Observation;
use crate::model::verdict::{Verdict, VerdictKind};

const LEDGER: &str = r#"
[[fact]]
id = "rest.forged"
profile = "rest"
when = "w"
token = "foreign-key"
outcome = "refuse"
confidence = "inferred"
treat = "accept-set"
sources = ["s"]
critical = true
expect = [
  { status = [401], body = ['{"message":"Unauthorized"}'] },
  { status = [403], body = ['{"message":"Forbidden"}'] },
]
[[fact]]
id = "rs.tolerant"
profile = "resource-server"
when = "w"
token = "garbage"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [401], tolerate = [400] }]
"#;

const REFUSED: &str = "admitted: no\nstatus: 401\nbody: {\"message\":\"Unauthorized\"}";
const LET_IN: &str = "admitted: yes\nstatus: 200\nbody: {}";

fn judged(fact: &str, exactness: Exactness, text: &str, accepted: Option<Accepted>) -> Verdict {
    let ledger = Ledger::parse(&[("test.toml", LEDGER)]).unwrap();
    let standard = Standard {
        reference: Observation::parse_lines(REFUSED).unwrap(),
        facts: vec![ledger.get(fact).unwrap()],
        accepted,
        exactness,
    };
    let lines = Observation::parse_lines(text).unwrap();
    let granted = text.starts_with("admitted: yes");
    judge(&standard, &Ok(Observation { lines, granted, blocked: false }))
}

#[test]
fn the_form_of_a_refusal_weighs_as_the_guard_says() {
    use Exactness::{Exact, Lenient, Refusal};
    use VerdictKind::{Advisory, Conforms, Deviates, Tolerated};
    let plain = "admitted: no\nstatus: 401\nbody: no";
    for (exactness, text, expected) in [
        (Exact, REFUSED, Conforms),
        (Exact, plain, Deviates),
        (Lenient, plain, Advisory),
        (Refusal, plain, Conforms),
        (Exact, "admitted: no\nstatus: 400\nbody: {\"message\":\"Unauthorized\"}", Tolerated),
        (Refusal, "admitted: no\nstatus: 500\nbody: x", Conforms),
        (Exact, LET_IN, Deviates),
        (Lenient, LET_IN, Deviates),
        (Refusal, LET_IN, Deviates),
    ] {
        assert_eq!(judged("rs.tolerant", exactness, text, None).kind, expected, "{exactness:?} {text}");
    }
}

#[test]
fn an_alternative_has_its_own_body() {
    let forbidden = "admitted: no\nstatus: 403\nbody: {\"message\":\"Forbidden\"}";
    assert_eq!(judged("rest.forged", Exactness::Exact, forbidden, None).kind, VerdictKind::Tolerated);
    let mixed = "admitted: no\nstatus: 403\nbody: {\"message\":\"Unauthorized\"}";
    assert_eq!(judged("rest.forged", Exactness::Exact, mixed, None).kind, VerdictKind::Advisory);
}

#[test]
fn what_must_never_be_let_in_is_critical_and_needs_more_than_a_reason() {
    let found = judged("rest.forged", Exactness::Exact, LET_IN, None);
    assert!(found.critical && found.kind == VerdictKind::Deviates, "{found:?}");
    assert!(!judged("rest.forged", Exactness::Exact, REFUSED, None).critical);
    assert!(!judged("rs.tolerant", Exactness::Exact, LET_IN, None).critical);
    let on_file = |allow_critical| Accepted {
        observations: vec![Observation::parse_lines(LET_IN).unwrap()],
        reason: "known".into(),
        allow_critical,
    };
    let refused = judged("rest.forged", Exactness::Exact, LET_IN, Some(on_file(false)));
    assert_eq!(refused.kind, VerdictKind::Deviates);
    assert!(refused.reason.contains("allow-critical: true"), "{}", refused.reason);
    let accepted = judged("rest.forged", Exactness::Exact, LET_IN, Some(on_file(true)));
    assert!(accepted.critical && accepted.kind == VerdictKind::AcceptedDeviation, "{accepted:?}");
}
