//! Snapshots: one for each scenario, none left over, and none that contradicts the facts.

use std::collections::BTreeSet;
use std::path::Path;

use super::each;
use crate::judge::expect::{Lines, Snapshots};
use crate::model::ledger::{Answer, Fact, Ledger};
use crate::model::names;
use crate::model::scenario::{Scenario, Suite};

/// What may stand in the `info` of an accepted file.
const MEMBERS: [&str; 6] = ["facts", "confidence", "sources", "reason", "allow-critical", "version"];

pub(super) fn lint(suites: &[Suite], ledger: &Ledger, files: &Snapshots) -> Vec<String> {
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    for (suite, scenario) in each(suites) {
        known.insert(format!("{}/{}.snap", suite.folder(), scenario.id));
        match files.reference(&suite.folder(), scenario.id) {
            Ok(lines) => findings.extend(contradictions(suite, scenario, ledger, &lines)),
            Err(fault) => findings.push(fault.to_string()),
        }
    }
    match files.files() {
        Ok(paths) => {
            for path in paths {
                findings.extend(file(files, &path, &known));
            }
        }
        Err(fault) => findings.push(fault.to_string()),
    }
    findings
}

/// A reference must be an answer that every covered fact allows.
fn contradictions(suite: &Suite, scenario: &Scenario, ledger: &Ledger, lines: &Lines) -> Vec<String> {
    let value = |field: &str| lines.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str());
    let allows = |answer: &Answer| {
        let status = match (answer.status, value("status")) {
            (Some(expected), Some(seen)) => seen == expected.to_string(),
            _ => true,
        };
        let error = match (&answer.error, value("error")) {
            (Some(expected), Some(seen)) => seen == expected,
            _ => true,
        };
        let granted = value("issued")
            .map(|issued| issued != "nothing")
            .or_else(|| value("accepted").map(|accepted| accepted == "yes"))
            .or_else(|| value("user").map(|user| user == "disclosed"))
            .or_else(|| value("admitted").map(|admitted| admitted == "yes"));
        let grants = match (answer.grants, granted) {
            (Some(grants), Some(granted)) => grants == granted,
            _ => true,
        };
        let place = match (answer.place, value("leads to")) {
            (Some(expected), Some(seen)) => seen == expected.name(),
            _ => true,
        };
        status && error && place && grants
    };
    let watches = |field: &str| value(field).is_some();
    let shows_grants = [
        "issued",
        "access token",
        "scopes",
        "refresh_token",
        "accepted",
        "user",
        "leads to",
        "carries",
        "admitted",
    ]
    .into_iter()
    .any(watches)
        || lines.iter().any(|(field, _)| field.starts_with("token for") || field.contains("_token."));
    let mut blind: Vec<String> = Vec::new();
    if watches("status") && watches("error") && !shows_grants {
        blind.push(format!("{}: it does not watch whether a token is issued", suite.full_id(scenario)));
    }
    for fact in scenario.covers.iter().filter_map(|id| ledger.get(id)) {
        if watches("status")
            && !watches("error")
            && fact.answers().iter().any(|answer| answer.error.is_some())
        {
            blind.push(format!(
                "{}: {} names an error, which is not watched",
                suite.full_id(scenario),
                fact.id
            ));
        }
    }
    let contradictions = scenario
        .covers
        .iter()
        .filter_map(|id| ledger.get(id))
        .filter(|fact: &&Fact| {
            let answers = fact.answers();
            !answers.is_empty() && !answers.iter().any(allows)
        })
        .map(|fact| format!("{}: the snapshot contradicts {}", suite.full_id(scenario), fact.id));
    blind.into_iter().chain(contradictions).collect()
}

/// One file: whether it belongs to a scenario, and for an accepted one whether it says why.
fn file(files: &Snapshots, path: &Path, known: &BTreeSet<String>) -> Vec<String> {
    let shown = path.display();
    let text = path.to_string_lossy().replace('\\', "/");
    let Some((kind, rest)) = text.split_once('/') else {
        return vec![format!("{shown}: a snapshot lies in reference/ or in accepted/<target>/")];
    };
    match kind {
        "reference" if known.contains(rest) => Vec::new(),
        "reference" => vec![format!("{shown}: no scenario has this snapshot")],
        "accepted" => {
            let Some((target, rest)) = rest.split_once('/') else {
                return vec![format!("{shown}: name the target: accepted/<target>/")];
            };
            // What is accepted of a guard lies in a folder of its own below that of the target.
            match rest.split_once('/') {
                Some((guard, inner)) if inner.starts_with("guard/") => {
                    accepted(files, path, &format!("{target}/{guard}"), inner, known)
                }
                _ => accepted(files, path, target, rest, known),
            }
        }
        _ => vec![format!("{shown}: a snapshot lies in reference/ or in accepted/<target>/")],
    }
}

fn accepted(
    files: &Snapshots,
    path: &Path,
    target: &str,
    rest: &str,
    known: &BTreeSet<String>,
) -> Vec<String> {
    let shown = path.display();
    let mut findings = Vec::new();
    if target == "double" || target.starts_with("double/") {
        findings.push(format!("{shown}: nothing is accepted of the double"));
    }
    if !known.contains(rest) {
        findings.push(format!("{shown}: no scenario has this snapshot"));
        return findings;
    }
    let (folder, name) = rest.rsplit_once('/').unwrap_or(("", rest));
    let id = name.trim_end_matches(".snap");
    match files.accepted(target, folder, id) {
        Err(fault) => findings.push(fault.to_string()),
        Ok(None) => {}
        Ok(Some(accepted)) => {
            let reason = accepted.reason.trim().to_ascii_lowercase();
            if reason.is_empty() || reason == "todo" || reason == "to be written" {
                findings.push(format!("{shown}: write in `reason` why this is accepted"));
            }
            if files.info(path, "version").is_none_or(|version| version.trim().is_empty()) {
                findings.push(format!("{shown}: write in `version` which version of the target answers so"));
            }
            let unknown =
                files.info_members(path).into_iter().filter(|name| !MEMBERS.contains(&name.as_str()));
            findings.extend(unknown.map(|name| {
                format!("{shown}: `info` has no member `{name}`: {}", names::suggest(&name, MEMBERS))
            }));
            if let Ok(reference) = files.reference(folder, id)
                && accepted.observations.contains(&reference)
            {
                findings.push(format!("{shown}: it is the same as the reference"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
