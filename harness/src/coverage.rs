//! Which facts of the ledger are covered by scenarios, and which are not: a pure fold over suites and ledger.
//!
//! The command `poolproof coverage` shows it, and the lint of the registry refuses what is uncovered.

mod block;
mod json;
mod markdown;
mod render;
mod text;

use std::collections::BTreeMap;

pub use block::{BlockError, replace};
pub use json::SCHEMA_TEXT;
pub use render::Format;

use crate::model::ledger::{Confidence, Fact, Ledger};
use crate::model::scenario::Suite;

/// Every fact with what became of it, in the order of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage<'a> {
    entries: Vec<Entry<'a>>,
}

/// One fact, and the scenarios that cover it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// The fact.
    pub fact: &'a Fact,
    /// Full ids, in the order of the suites.
    pub scenarios: Vec<String>,
}

/// What became of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A scenario covers it.
    Covered,
    /// No scenario covers it, and the ledger says why.
    Excused,
    /// It needs no cover: nobody compares it.
    Background,
    /// No scenario covers it, and nobody says why.
    Uncovered,
}

/// How many facts are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Covered by a scenario.
    pub covered: u64,
    /// Excused in the ledger.
    pub excused: u64,
    /// In no need of cover.
    pub background: u64,
    /// Neither.
    pub uncovered: u64,
}

/// The facts of one area, or of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Area<'a> {
    /// Its name: what the ids of its facts begin with.
    pub name: &'a str,
    /// All of its facts.
    pub total: Counts,
    /// Its facts by confidence; those of which it has none are left out.
    pub confidences: BTreeMap<Confidence, Counts>,
}

impl State {
    /// Every state, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Covered, Self::Excused, Self::Background, Self::Uncovered];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Excused => "excused",
            Self::Background => "background",
            Self::Uncovered => "uncovered",
        }
    }
}

impl Entry<'_> {
    /// What became of the fact. Background stays background, even where a scenario names it: nobody compares it.
    pub fn state(&self) -> State {
        if !Ledger::needs_cover(self.fact) {
            State::Background
        } else if !self.scenarios.is_empty() {
            State::Covered
        } else if self.fact.excused.is_some() {
            State::Excused
        } else {
            State::Uncovered
        }
    }
}

impl Counts {
    /// All facts.
    pub const fn facts(&self) -> u64 {
        self.covered + self.excused + self.background + self.uncovered
    }

    /// Those in a state.
    pub const fn of(&self, state: State) -> u64 {
        match state {
            State::Covered => self.covered,
            State::Excused => self.excused,
            State::Background => self.background,
            State::Uncovered => self.uncovered,
        }
    }

    fn add(&mut self, state: State) {
        *match state {
            State::Covered => &mut self.covered,
            State::Excused => &mut self.excused,
            State::Background => &mut self.background,
            State::Uncovered => &mut self.uncovered,
        } += 1;
    }
}

impl<'a> Coverage<'a> {
    /// Looks every fact of the ledger up in the suites.
    pub fn of(suites: &[Suite], ledger: &'a Ledger) -> Self {
        let mut covering: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for suite in suites {
            for scenario in suite.scenarios {
                for fact in scenario.covers {
                    covering.entry(fact).or_default().push(suite.full_id(scenario));
                }
            }
        }
        let entry = |fact: &'a Fact| Entry {
            fact,
            scenarios: covering.get(fact.id.as_str()).cloned().unwrap_or_default(),
        };
        Self { entries: ledger.facts().iter().map(entry).collect() }
    }

    /// Only the facts of these areas; of all, where none is named.
    #[must_use]
    pub fn only(mut self, areas: &[String]) -> Self {
        if !areas.is_empty() {
            self.entries.retain(|entry| areas.iter().any(|area| area == entry.fact.area()));
        }
        self
    }

    /// Every fact.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// The facts in a state.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter().filter(move |entry| entry.state() == state)
    }

    /// Whether every fact that needs cover has it, or an excuse.
    pub fn is_complete(&self) -> bool {
        self.in_state(State::Uncovered).next().is_none()
    }

    /// The figures of each area, in the order in which the ledger has them.
    pub fn areas(&self) -> Vec<Area<'a>> {
        let mut areas: Vec<Area<'a>> = Vec::new();
        for entry in &self.entries {
            let name = entry.fact.area();
            let at = areas.iter().position(|area| area.name == name).unwrap_or_else(|| {
                areas.push(Area::new(name));
                areas.len() - 1
            });
            areas[at].add(entry);
        }
        areas
    }

    /// The figures of all facts together.
    pub fn all(&self) -> Area<'a> {
        let mut all = Area::new("all");
        for entry in &self.entries {
            all.add(entry);
        }
        all
    }
}

impl<'a> Area<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, total: Counts::default(), confidences: BTreeMap::new() }
    }

    fn add(&mut self, entry: &Entry<'a>) {
        self.total.add(entry.state());
        self.confidences.entry(entry.fact.confidence).or_default().add(entry.state());
    }

    /// The figures by confidence, the strongest first.
    pub fn by_confidence(&self) -> impl Iterator<Item = (Confidence, Counts)> {
        self.confidences.iter().rev().map(|(confidence, counts)| (*confidence, *counts))
    }
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fact_is_in_one_state() {
        let ledger = sample::ledger();
        let coverage = sample::coverage(&ledger);
        let states: Vec<(&str, State)> =
            coverage.entries().iter().map(|entry| (entry.fact.id.as_str(), entry.state())).collect();
        assert_eq!(
            states,
            [
                ("token.covered", State::Covered),
                ("token.twice", State::Covered),
                ("token.excused", State::Excused),
                ("token.open", State::Uncovered),
                ("login.covered", State::Covered),
                ("login.background", State::Background),
            ]
        );
        assert_eq!(coverage.entries()[1].scenarios, ["token::x::second", "login::y::third"]);
        assert!(!coverage.is_complete());
    }

    #[test]
    fn an_excuse_does_not_hide_a_scenario_nor_a_scenario_background() {
        let ledger = sample::ledger();
        let entry = |id: &str, scenarios: &[&str]| {
            let scenarios = scenarios.iter().map(|id| (*id).to_owned()).collect();
            Entry { fact: ledger.get(id).unwrap(), scenarios }.state()
        };
        assert_eq!(entry("token.excused", &["a::b"]), State::Covered);
        assert_eq!(entry("token.excused", &[]), State::Excused);
        assert_eq!(entry("login.background", &["a::b"]), State::Background);
    }

    #[test]
    fn areas_add_up_to_all() {
        let ledger = sample::ledger();
        let coverage = sample::coverage(&ledger);
        let areas = coverage.areas();
        let names: Vec<&str> = areas.iter().map(|area| area.name).collect();
        assert_eq!(names, ["token", "login"]);
        assert_eq!(areas[0].total, Counts { covered: 2, excused: 1, background: 0, uncovered: 1 });
        assert_eq!(areas[1].total, Counts { covered: 1, excused: 0, background: 1, uncovered: 0 });
        let all = coverage.all();
        assert_eq!((all.total.facts(), all.name), (6, "all"));
        for state in State::ALL {
            let sum: u64 = areas.iter().map(|area| area.total.of(state)).sum();
            assert_eq!(all.total.of(state), sum, "{}", state.name());
            assert_eq!(coverage.in_state(state).count() as u64, sum, "{}", state.name());
        }
        let confidences: Vec<(Confidence, u64)> =
            all.by_confidence().map(|(confidence, counts)| (confidence, counts.facts())).collect();
        assert_eq!(
            confidences,
            [(Confidence::Documented, 3), (Confidence::Reported, 1), (Confidence::Inferred, 2)]
        );
    }

    #[test]
    fn areas_can_be_chosen() {
        let ledger = sample::ledger();
        let only = |areas: &[&str]| {
            let areas: Vec<String> = areas.iter().map(|area| (*area).to_owned()).collect();
            sample::coverage(&ledger).only(&areas)
        };
        assert_eq!(only(&[]).entries().len(), 6);
        assert_eq!(only(&["login"]).entries().len(), 2);
        assert!(only(&["login"]).is_complete() && !only(&["token"]).is_complete());
        assert_eq!(only(&["login", "token"]).areas()[0].name, "token", "the order is that of the ledger");
        assert_eq!(only(&["log"]).entries(), [], "an area has its whole name");
    }
}
