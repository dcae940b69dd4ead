//! One observation against what is expected. A pure function: no file, no network, no clock.

use crate::model::exchange::Fault;
use crate::model::guard::Exactness;
use crate::model::ledger::{Answer, Fact, Strength, Treat};
use crate::model::observation::Observation;
use crate::model::verdict::{Verdict, VerdictKind};

use super::expect::{Accepted, Lines};

/// What an observation of one scenario on one target is held against.
#[derive(Clone, Debug)]
pub struct Standard<'a> {
    /// The reference observation.
    pub reference: Lines,
    /// The facts that the scenario covers.
    pub facts: Vec<&'a Fact>,
    /// What is accepted of this target.
    pub accepted: Option<Accepted>,
    /// How much of the refusal of a guard is compared.
    pub exactness: Exactness,
}

/// The fields of a guard's answer that are compared whatever the form of its refusals: whether the request was let in,
/// and what its backend saw of it.
fn is_essential(field: &str) -> bool {
    field == "admitted" || field.ends_with(".admitted") || field.contains("backend sees ")
}

/// Judges one case.
pub fn judge(standard: &Standard<'_>, seen: &Result<Observation, Fault>) -> Verdict {
    let seen = match seen {
        Ok(seen) => seen,
        Err(fault) => return Verdict::new(VerdictKind::Inconclusive, fault.to_string()),
    };
    let mut verdict = against_ledger(standard, seen);
    verdict.critical = verdict.grants && standard.facts.iter().any(|fact| fact.critical);
    let may_be_accepted = matches!(verdict.kind, VerdictKind::Deviates | VerdictKind::Inconclusive);
    match &standard.accepted {
        Some(accepted) if may_be_accepted && accepted.observations.contains(&seen.lines) => {
            if verdict.critical && !accepted.allow_critical {
                let reason = format!(
                    "{}; it is critical, so the accepted snapshot needs `allow-critical: true` beside its reason",
                    verdict.reason
                );
                return Verdict { reason, ..verdict };
            }
            Verdict { kind: VerdictKind::AcceptedDeviation, reason: accepted.reason.clone(), ..verdict }
        }
        Some(accepted) if verdict.kind == VerdictKind::Deviates => {
            let others = accepted.observations.iter().map(|lines| differing(lines, &seen.lines));
            let nearest = others.min_by_key(Vec::len).unwrap_or_default().join(", ");
            let reason = format!("{}; what is accepted on file differs in {nearest}", verdict.reason);
            Verdict { reason, ..verdict }
        }
        _ => verdict,
    }
}

fn against_ledger(standard: &Standard<'_>, seen: &Observation) -> Verdict {
    if seen.lines == standard.reference {
        return Verdict::new(VerdictKind::Conforms, "");
    }
    let differing = differing(&standard.reference, &seen.lines);
    let wrongly = seen.granted && standard.facts.iter().any(|fact| fact.always_refuses());
    let verdict = |kind, reason: String| Verdict {
        kind,
        reason,
        differing: differing.clone(),
        grants: wrongly,
        critical: false,
    };
    if seen.blocked {
        let step = seen.get("blocked at").unwrap_or("a step");
        let status = seen.get("status").unwrap_or("?");
        let reason = format!("precondition: step {step:?} did not succeed (status {status})");
        return verdict(VerdictKind::Inconclusive, reason);
    }
    if let Some(alternative) = listed_alternative(standard, seen, &differing) {
        return verdict(VerdictKind::Tolerated, alternative);
    }
    if seen.granted && refusal_floor(&standard.facts) {
        let reason = "grants what every listed alternative refuses".to_owned();
        return verdict(VerdictKind::Deviates, reason);
    }
    let fields = differing.join(", ");
    if !differing.iter().any(|field| is_essential(field)) {
        match standard.exactness {
            Exactness::Exact => {}
            Exactness::Lenient => {
                let reason = format!("differs in {fields}, which this guard is not held to (strict = false)");
                return verdict(VerdictKind::Advisory, reason);
            }
            Exactness::Refusal => {
                return verdict(VerdictKind::Conforms, "the form of its refusals is customised".to_owned());
            }
        }
    }
    match strength(&standard.facts) {
        Strength::Binding => verdict(VerdictKind::Deviates, format!("differs in {fields}")),
        Strength::Advisory | Strength::Background => {
            verdict(VerdictKind::Advisory, format!("differs in {fields}, where the evidence is weak"))
        }
    }
}

/// The names of the fields that differ, in the order of the reference.
fn differing(reference: &Lines, seen: &Lines) -> Vec<String> {
    let value = |lines: &Lines, field: &str| {
        lines.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone())
    };
    let mut fields: Vec<String> = Vec::new();
    for (field, _) in reference.iter().chain(seen) {
        if !fields.contains(field) && value(reference, field) != value(seen, field) {
            fields.push(field.clone());
        }
    }
    fields
}

/// The alternative that was met, if every fact lists one that fits.
///
/// An alternative speaks of status, error and place. It excuses a difference in these, and in what follows from them; it does
/// not excuse an answer whose status and error are the expected ones and which differs elsewhere.
fn listed_alternative(standard: &Standard<'_>, seen: &Observation, differing: &[String]) -> Option<String> {
    let differs = |field: &str| differing.iter().any(|name| name == field);
    let may_vary = ["status", "error", "leads to", "body"];
    if !may_vary.into_iter().any(differs) {
        return None;
    }
    let fits = |answer: &Answer| {
        let status_fits = match answer.status {
            Some(status) => seen.get("status").is_none() || seen.status() == Some(status),
            None => !differs("status"),
        };
        let error_fits = match &answer.error {
            Some(error) => seen.get("error").is_none_or(|seen| seen == error),
            None => {
                !differs("error")
                    || answer.status.is_some() && differs("status")
                    || answer.place.is_some() && differs("leads to")
            }
        };
        let place_fits = match answer.place {
            Some(place) => seen.get("leads to").is_none_or(|seen| seen == place.name()),
            None => !differs("leads to"),
        };
        let body_fits = match &answer.body {
            Some(body) => seen.get("body").is_none_or(|seen| seen == body),
            None => !differs("body") || differs("status"),
        };
        let grants_fit = answer.grants.is_none_or(|grants| grants == seen.granted);
        status_fits && error_fits && place_fits && body_fits && grants_fit
    };
    let mut met = Vec::new();
    for fact in &standard.facts {
        let answers = [fact.answers(), fact.tolerated()].concat();
        let index = answers.iter().position(fits)?;
        let what = [seen.get("status"), seen.get("error"), seen.get("leads to")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        met.push(format!("alternative {} of {} ({what})", index + 1, fact.id));
    }
    (!met.is_empty()).then(|| met.join("; "))
}

/// Whether granting is wrong however weak the evidence for the exact answer is: every fact that is compared at all
/// lists refusals alone. Facts that are only recorded (`warn`, `info`) never fail a run.
fn refusal_floor(facts: &[&Fact]) -> bool {
    let mut compared =
        facts.iter().filter(|fact| matches!(fact.treat, Treat::Assert | Treat::AcceptSet)).peekable();
    compared.peek().is_some() && compared.all(|fact| fact.always_refuses())
}

/// The strongest of the facts.
fn strength(facts: &[&Fact]) -> Strength {
    facts.iter().map(|fact| fact.strength()).max().unwrap_or(Strength::Background)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ledger::Ledger;
    use proptest::prelude::*;

    const LEDGER: &str = r#"
[[fact]]
id = "t.binding"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_client"] }]
[[fact]]
id = "t.weak"
when = "w"
outcome = "refuse"
confidence = "inferred"
treat = "accept-set"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_grant", "invalid_request"] }, { status = [405] }]
[[fact]]
id = "t.warn"
when = "w"
outcome = "refuse"
confidence = "inferred"
treat = "warn"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_request"] }]
[[fact]]
id = "t.either"
when = "w"
outcome = "either"
confidence = "conflicting"
treat = "accept-set"
sources = ["s"]
expect = [{ status = [200] }, { status = [400], error = ["invalid_grant"] }]
[[fact]]
id = "t.places"
when = "w"
outcome = "either"
confidence = "conflicting"
treat = "accept-set"
sources = ["s"]
expect = [
  { error = ["invalid_scope"], place = ["callback"], grants = false },
  { place = ["error-page"], grants = false },
  { place = ["sign-in-page"], grants = true },
]
"#;

    fn ledger() -> Ledger {
        Ledger::parse(&[("test.toml", LEDGER)]).unwrap()
    }

    fn seen(text: &str, granted: bool) -> Observation {
        Observation { lines: Observation::parse_lines(text).unwrap(), granted, blocked: false }
    }

    fn verdict(fact: &str, reference: &str, text: &str, granted: bool) -> VerdictKind {
        let ledger = ledger();
        let standard = Standard {
            reference: Observation::parse_lines(reference).unwrap(),
            facts: vec![ledger.get(fact).unwrap()],
            accepted: None,
            exactness: Exactness::Exact,
        };
        judge(&standard, &Ok(seen(text, granted))).kind
    }

    #[test]
    fn confidence_decides_how_much_a_difference_weighs() {
        use VerdictKind::{Advisory, Conforms, Deviates, Tolerated};
        let client = "status: 400\nerror: invalid_client\nissued: nothing";
        let grant = "status: 400\nerror: invalid_grant\nissued: nothing";
        let cases = [
            ("t.binding", client, client, false, Conforms),
            ("t.binding", client, "status: 401\nerror: invalid_client\nissued: nothing", false, Deviates),
            ("t.binding", client, "status: 200\nerror: invalid_client\nissued: nothing", false, Deviates),
            ("t.weak", grant, "status: 400\nerror: invalid_request\nissued: nothing", false, Tolerated),
            ("t.weak", grant, "status: 405\nerror: (empty body)\nissued: nothing", false, Tolerated),
            ("t.weak", grant, "status: 400\nerror: server_error\nissued: nothing", false, Advisory),
            ("t.weak", grant, "status: 500\nerror: (not JSON)\nissued: nothing", false, Advisory),
            // The refusal floor.
            ("t.weak", grant, "status: 200\nerror: (absent)\nissued: access_token", true, Deviates),
            // A refusal that hands out a token all the same.
            ("t.weak", grant, "status: 400\nerror: invalid_request\nissued: access_token", true, Deviates),
            ("t.weak", grant, "status: 400\nerror: invalid_grant\nissued: access_token", true, Deviates),
            // What is only recorded never fails.
            ("t.warn", grant, "status: 200\nerror: (absent)\nissued: access_token", true, Advisory),
            (
                "t.either",
                "status: 200\nissued: access_token",
                "status: 400\nissued: nothing",
                false,
                Tolerated,
            ),
            (
                "t.either",
                "status: 200\nissued: access_token",
                "status: 200\nissued: nothing",
                false,
                Deviates,
            ),
            (
                "t.either",
                "status: 200\nissued: access_token",
                "status: 403\nissued: nothing",
                false,
                Deviates,
            ),
        ];
        for (fact, reference, text, granted, expected) in cases {
            assert_eq!(verdict(fact, reference, text, granted), expected, "{fact}: {text}");
        }
    }

    #[test]
    fn an_alternative_at_another_place_need_not_name_the_error() {
        use VerdictKind::{Deviates, Tolerated};
        let reference = "leads to: callback\nerror: invalid_scope";
        for (text, granted, expected) in [
            ("leads to: error page\nerror: (not JSON)", false, Tolerated),
            ("leads to: sign-in page\nerror: (not JSON)", true, Tolerated),
            ("leads to: sign-in page\nerror: (not JSON)", false, Deviates),
            ("leads to: callback\nerror: server_error", false, Deviates),
            ("leads to: other page\nerror: invalid_scope", false, Deviates),
        ] {
            assert_eq!(verdict("t.places", reference, text, granted), expected, "{text}");
        }
    }

    #[test]
    fn a_blocked_case_proves_nothing_unless_it_is_on_file() {
        let ledger = ledger();
        let mut standard = Standard {
            reference: vec![("status".into(), "200".into())],
            facts: vec![ledger.get("t.binding").unwrap()],
            accepted: None,
            exactness: Exactness::Exact,
        };
        let mut blocked = seen("blocked at: sign-in\nstatus: 500\nerror: (not JSON)", false);
        blocked.blocked = true;
        assert_eq!(judge(&standard, &Ok(blocked.clone())).kind, VerdictKind::Inconclusive);
        standard.accepted = Some(Accepted {
            observations: vec![blocked.lines.clone()],
            reason: "r".into(),
            allow_critical: false,
        });
        assert_eq!(judge(&standard, &Ok(blocked)).kind, VerdictKind::AcceptedDeviation);
    }

    #[test]
    fn a_fault_is_never_a_finding_and_cannot_be_accepted() {
        let ledger = ledger();
        let standard = Standard {
            reference: Vec::new(),
            facts: vec![ledger.get("t.binding").unwrap()],
            accepted: None,
            exactness: Exactness::Exact,
        };
        assert_eq!(judge(&standard, &Err(Fault::Refused)).kind, VerdictKind::Inconclusive);
    }

    fn any_lines() -> impl Strategy<Value = Lines> {
        let field = prop_oneof![Just("status"), Just("error"), Just("issued"), Just("blocked at")];
        let value =
            prop_oneof![Just("200"), Just("400"), Just("405"), Just("invalid_grant"), Just("nothing")];
        prop::collection::vec((field.prop_map(str::to_owned), value.prop_map(str::to_owned)), 0..5)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn only_the_reference_conforms(
            reference in any_lines(), lines in any_lines(), granted: bool, blocked: bool,
            fact in prop_oneof![Just("t.binding"), Just("t.weak"), Just("t.warn"), Just("t.either")],
        ) {
            let ledger = ledger();
            let standard = Standard { reference, facts: vec![ledger.get(fact).unwrap()], accepted: None, exactness: Exactness::Exact };
            let verdict = judge(&standard, &Ok(Observation { lines: lines.clone(), granted, blocked }));
            prop_assert_eq!(verdict.kind == VerdictKind::Conforms, lines == standard.reference);
        }

        #[test]
        fn the_refusal_floor_holds_for_every_answer(lines in any_lines()) {
            let ledger = ledger();
            let standard = Standard {
                reference: vec![("status".into(), "400".into()), ("issued".into(), "nothing!".into())],
                facts: vec![ledger.get("t.weak").unwrap()],
                accepted: None,
                exactness: Exactness::Exact,
            };
            let verdict = judge(&standard, &Ok(Observation { lines, granted: true, blocked: false }));
            prop_assert_eq!(verdict.kind, VerdictKind::Deviates);
        }
    }
}
