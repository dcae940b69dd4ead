//! The registry of scenarios: names, facts, and what is covered.

use std::collections::BTreeSet;

use super::each;
use crate::coverage::{Coverage, Entry, State};
use crate::model::ledger::Ledger;
use crate::model::scenario::Suite;

pub(super) fn lint(suites: &[Suite], ledger: &Ledger) -> Vec<String> {
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for (suite, scenario) in each(suites) {
        let id = suite.full_id(scenario);
        let mut find = |what: String| findings.push(format!("{id}: {what}"));
        if !ids.insert(id.clone()) {
            find("another scenario has the same id".to_owned());
        }
        if !is_slug(scenario.id) || !suite.name.split("::").all(is_slug) {
            find("an id is lower-case letters, digits and single hyphens".to_owned());
        }
        if scenario.says.is_empty() || scenario.says.ends_with('.') || scenario.says.contains('\n') {
            find("`says` is one sentence on one line, without a full stop".to_owned());
        }
        if scenario.watch.is_empty() {
            find("it watches nothing".to_owned());
        }
        if scenario.covers.is_empty() {
            find("it covers no fact".to_owned());
        }
        let mut strengths = BTreeSet::new();
        for fact in scenario.covers {
            match ledger.get(fact) {
                None => find(format!("the ledger has no fact {fact}")),
                Some(fact) => {
                    strengths.insert(fact.strength());
                    if fact.excused.is_some() {
                        find(format!("{} is excused in the ledger, yet it is covered", fact.id));
                    }
                }
            }
        }
        if strengths.len() > 1 {
            find(format!("it covers facts of different strength ({strengths:?}): split it"));
        }
    }
    findings.extend(uncovered(suites, ledger));
    findings
}

/// Every fact is covered, excused or background.
fn uncovered(suites: &[Suite], ledger: &Ledger) -> Vec<String> {
    Coverage::of(suites, ledger)
        .in_state(State::Uncovered)
        .map(|Entry { fact, .. }| {
            format!("{}: {}: covered by no scenario and not excused", fact.file, fact.id)
        })
        .collect()
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::case::Case;
    use crate::model::endpoint::Endpoint;
    use crate::model::request::Request;
    use crate::model::scenario::{Effort, Field, Scenario};
    use proptest::strategy::{Just, Strategy as _};

    const FACTS: &str = r#"
[[fact]]
id = "token.a"
surface = "POST /oauth2/token"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_client"] }]
[[fact]]
id = "token.b"
surface = "POST /oauth2/token"
when = "w"
outcome = "refuse"
confidence = "inferred"
treat = "accept-set"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_client"] }]
"#;

    const GOOD: Scenario = Scenario {
        id: "good",
        says: "something holds",
        covers: &["token.a"],
        needs: &[],
        cases: || Just(Case::one(Request::get(Endpoint::Token))).boxed(),
        watch: &[Field::Status],
        effort: Effort::Single,
    };

    fn findings(scenarios: &'static [Scenario]) -> String {
        let ledger = Ledger::parse(&[("token.toml", FACTS)]).unwrap();
        lint(&[Suite { name: "token::x", scenarios }], &ledger).join("\n")
    }

    #[test]
    fn every_rule_finds_its_fault() {
        const MIXED: Scenario = Scenario { covers: &["token.a", "token.b"], ..GOOD };
        const ODD: Scenario = Scenario { id: "Odd_Name", says: "Two. ", ..GOOD };
        const UNKNOWN: Scenario = Scenario { covers: &["token.c"], watch: &[], ..GOOD };
        assert!(findings(&[MIXED]).contains("different strength"));
        assert!(findings(&[GOOD, GOOD]).contains("same id"));
        assert!(findings(&[ODD]).contains("lower-case letters"));
        assert!(findings(&[UNKNOWN]).contains("no fact token.c"));
        assert!(findings(&[UNKNOWN]).contains("watches nothing"));
        assert!(findings(&[GOOD]).contains("token.b: covered by no scenario"));
        assert!(!findings(&[GOOD]).contains("token.a"));
        assert!(
            findings(&[]).contains("token.a: covered by no scenario"),
            "an area without a suite owes cover too"
        );
    }
}
