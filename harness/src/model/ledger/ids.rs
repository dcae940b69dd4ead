//! Ids are names that reports, excuses and issues refer to: none may vanish unnoticed.

use std::collections::BTreeSet;

use super::Ledger;
use super::lint::{LintFinding, is_id};

const FILE: &str = "IDS";

/// One line of the list of ids.
#[derive(Debug, PartialEq)]
enum Entry<'a> {
    Current(&'a str),
    Renamed(&'a str, &'a str),
    Retired(&'a str, &'a str),
}

/// Compares the ledger with the text of its list of ids.
///
/// The list has one id a line. An id that left the ledger stays there as `old.id -> new.id` or as
/// `old.id retired: reason`. Lines that are empty or begin with `#` are skipped.
pub fn lint_ids(ledger: &Ledger, text: &str) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    let mut listed = BTreeSet::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let entry = parse(line);
        let (id, complaint) = match &entry {
            Some(entry) => (entry.id(), complaint(ledger, entry)),
            None => (line, Some("the line is no id, no rename and no retirement".to_owned())),
        };
        let twice = (!listed.insert(id)).then(|| "the id is listed twice".to_owned());
        for what in complaint.into_iter().chain(twice) {
            findings.push(finding(id, format!("line {}: {what}", number + 1)));
        }
    }
    let unlisted = ledger.facts().iter().filter(|fact| !listed.contains(fact.id.as_str()));
    findings.extend(unlisted.map(|fact| finding(&fact.id, "the id is not listed".to_owned())));
    findings
}

impl<'a> Entry<'a> {
    fn id(&self) -> &'a str {
        match self {
            Self::Current(id) | Self::Renamed(id, _) | Self::Retired(id, _) => id,
        }
    }
}

fn parse(line: &str) -> Option<Entry<'_>> {
    let entry = if let Some((old, new)) = line.split_once("->") {
        Entry::Renamed(old.trim(), new.trim())
    } else if let Some((old, reason)) = line.split_once(" retired:") {
        Entry::Retired(old.trim(), reason.trim())
    } else {
        Entry::Current(line)
    };
    is_id(entry.id()).then_some(entry)
}

fn complaint(ledger: &Ledger, entry: &Entry<'_>) -> Option<String> {
    let known = |id: &str| ledger.get(id).is_some();
    match entry {
        Entry::Current(id) if !known(id) => Some(
            "the id is gone from the ledger: say `old.id -> new.id` or `old.id retired: reason`".to_owned(),
        ),
        Entry::Renamed(_, new) if !known(new) => Some(format!("the new id `{new}` is not in the ledger")),
        Entry::Retired(_, "") => Some("the retirement gives no reason".to_owned()),
        Entry::Renamed(old, _) | Entry::Retired(old, _) if known(old) => {
            Some("the id is said to be gone, but it is in the ledger".to_owned())
        }
        _ => None,
    }
}

fn finding(id: &str, what: String) -> LintFinding {
    LintFinding { fact: id.to_owned(), file: FILE.to_owned(), what }
}
