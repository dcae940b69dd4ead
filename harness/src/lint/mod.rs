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
