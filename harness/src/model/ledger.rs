//! The ledger: what is known about the answers of Cognito, as data with sources.
//!
//! The suite never compares an answer with a number written into a test: it looks the fact up here, so that a verdict
//! always names its source and how far that source can be trusted.

mod answer;
mod fact;
mod grade;
mod ids;
mod lint;
mod load;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use answer::Answer;
pub use fact::{Alternative, Fact};
pub use grade::{Confidence, Outcome, Profile, Strength, Treat};
pub use ids::lint_ids;
pub use lint::{LintFinding, lint};
pub use load::LedgerError;

/// Every fact, in the order of the files and of the lines within them.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    facts: Vec<Fact>,
    index: BTreeMap<String, usize>,
}

impl Ledger {
    /// Reads the ledger from its files, each given by name and text.
    ///
    /// An error names the file, the line and the key.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, LedgerError> {
        let mut ledger = Self { facts: Vec::new(), index: BTreeMap::new() };
        for (file, text) in files {
            for fact in load::facts(file, text)? {
                ledger.add(fact)?;
            }
        }
        Ok(ledger)
    }

    fn add(&mut self, fact: Fact) -> Result<(), LedgerError> {
        if let Some(first) = self.get(&fact.id) {
            return Err(LedgerError::duplicate(first, &fact));
        }
        self.index.insert(fact.id.clone(), self.facts.len());
        self.facts.push(fact);
        Ok(())
    }

    /// All facts, in file order.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The fact with this id.
    pub fn get(&self, id: &str) -> Option<&Fact> {
        self.index.get(id).and_then(|at| self.facts.get(*at))
    }

    /// The areas in the order in which they first appear.
    pub fn areas(&self) -> Vec<&str> {
        let mut areas = Vec::new();
        for fact in &self.facts {
            if !areas.contains(&fact.area()) {
                areas.push(fact.area());
            }
        }
        areas
    }

    /// Whether a scenario has to cover the fact, unless the fact is excused.
    pub fn needs_cover(fact: &Fact) -> bool {
        fact.treat != Treat::Info
    }
}
