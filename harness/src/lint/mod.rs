//! Suites, ledger and snapshots against each other: what a compiler cannot check.

mod generators;
mod models;
mod registry;
mod snapshots;

use crate::judge::expect::Snapshots;
use crate::model::ledger::{self, Ledger};
use crate::model::scenario::{Scenario, Suite};

/// Every finding of every lint, a line each, sorted. None means that all is well.
pub fn all(suites: &[Suite], ledger: &Ledger, ledger_ids: &str, files: &Snapshots) -> Vec<String> {
    let mut findings: Vec<String> = ledger::lint(ledger)
        .into_iter()
        .chain(ledger::lint_ids(ledger, ledger_ids))
        .map(|finding| format!("{}: {}: {}", finding.file, finding.fact, finding.what))
        .collect();
    findings.extend(registry::lint(suites, ledger));
    findings.extend(generators::lint(suites));
    findings.extend(models::lint(suites, ledger));
    findings.extend(snapshots::lint(suites, ledger, files));
    findings.sort();
    findings.dedup();
    findings
}

fn each(suites: &[Suite]) -> impl Iterator<Item = (&Suite, &Scenario)> {
    suites.iter().flat_map(|suite| suite.scenarios.iter().map(move |scenario| (suite, scenario)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::case::Case;
    use crate::model::endpoint::Endpoint;
    use crate::model::need::Need;
    use crate::model::request::Request;
    use crate::model::scenario::{Effort, Field};
    use proptest::strategy::{Just, Strategy as _};

    const FACT: &str = "[[fact]]\nid = \"token.a\"\nsurface = \"POST /oauth2/token\"\nwhen = \"w\"\noutcome = \"refuse\"\n\
                        confidence = \"documented\"\ntreat = \"assert\"\nsources = []\nexpect = [{ status = [400] }]\n";

    const ODD: Scenario = Scenario {
        id: "odd",
        says: "something holds.",
        covers: &["token.a"],
        needs: &[Need::Endpoint(Endpoint::Token)],
        cases: || Just(Case::one(Request::token("client_credentials").public_client("machine"))).boxed(),
        watch: &[Field::Status],
        effort: Effort::Single,
    };

    #[test]
    fn every_lint_is_asked_and_says_it_once_in_order() {
        let ledger = Ledger::parse(&[("token.toml", FACT)]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let suites = [Suite { name: "token::x", scenarios: &[ODD] }];
        let findings = all(&suites, &ledger, "token.b\n", &Snapshots::at(folder.path()));
        let snapshot = folder.path().join("reference/token/x/odd.snap");
        let mut expected = vec![
            "IDS: token.a: the id is not listed".to_owned(),
            "IDS: token.b: line 1: the id is gone from the ledger: say `old.id -> new.id` or `old.id retired: reason`"
                .to_owned(),
            "token.toml: token.a: a source is missing or empty".to_owned(),
            "token::x::odd: `says` is one sentence on one line, without a full stop".to_owned(),
            "token::x::odd: a case uses client.machine, which `needs` does not name".to_owned(),
            format!("{}: the reference snapshot is missing", snapshot.display()),
        ];
        expected.sort();
        assert_eq!(findings, expected);
    }
}
