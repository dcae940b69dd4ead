//! What was found by what.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::SeededFault;
use crate::model::verdict::VerdictKind;

/// The format of [`Matrix`].
pub const SCHEMA: u32 = 1;

/// The whole result: the figures, then one row a fault and one row a scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Matrix {
    /// The format.
    pub schema: u32,
    /// The number of faults that were looked for.
    pub declared: usize,
    /// How many of them were found.
    pub caught: usize,
    /// The number of scenarios that no fault turns red; `None` where only some faults were chosen.
    pub unkilled: Option<usize>,
    /// The version of poolproof.
    pub version: String,
    /// The seed.
    pub seed: String,
    /// How much was tried.
    pub profile: String,
    /// The checks of the run without a fault: a scenario counts once for each unit of the double.
    pub checks: usize,
    /// Those that were not green without a fault, each with what it came to. Then nothing else is proven.
    pub red_without_a_fault: Vec<String>,
    /// Cases and requests until a fault is found.
    pub cost: Cost,
    /// How often the faults are found over several seeds, where that was asked for.
    pub seeds: Option<Seeds>,
    /// All requests that were sent.
    pub requests: u64,
    /// How long it took.
    pub seconds: f64,
    /// One row a fault.
    pub faults: Vec<FaultRow>,
    /// One row a scenario.
    pub scenarios: Vec<ScenarioRow>,
}

/// Cases and requests until a fault is found: of all checks about the facts that it violates, one after the other, up to
/// the first one that differs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Cases.
    pub cases: Spread,
    /// Requests.
    pub requests: Spread,
}

/// The middle and the upper end of some numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// Half of them are no larger.
    pub median: u64,
    /// 95 of 100 are no larger.
    pub p95: u64,
}

impl Spread {
    pub(super) fn of(mut numbers: Vec<u64>) -> Self {
        numbers.sort_unstable();
        // The nearest rank: a number that was measured, and none between two of them.
        let at = |percent: usize| {
            let rank = (numbers.len() * percent).div_ceil(100).max(1);
            numbers.get(rank - 1).copied().unwrap_or_default()
        };
        Self { median: at(50), p95: at(95) }
    }
}

/// How often the faults are found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seeds {
    /// The number of seeds.
    pub count: usize,
    /// The pairs of a fault and a seed.
    pub pairs: usize,
    /// Those in which the fault was found.
    pub caught: usize,
    /// The others: the fault and the seeds.
    pub missed: BTreeMap<String, Vec<String>>,
}

/// A fault, and what finds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultRow {
    /// What it is.
    #[serde(flatten)]
    pub fault: SeededFault,
    /// Whether it was found.
    pub caught: bool,
    /// Whether a scenario about a fact that it violates found it.
    pub by_its_facts: bool,
    /// The cases until it was found.
    pub cases: Option<u64>,
    /// The requests until it was found.
    pub requests: Option<u64>,
    /// The scenarios that met the code of the fault, and so could find it.
    pub reached_by: usize,
    /// The scenarios that were sent to a double with it.
    pub tried: usize,
    /// The scenarios that found it. Others may, too: not all are tried.
    pub caught_by: Vec<Catch>,
    /// Why a double with this fault could not be used, where that is so.
    pub failure: Option<String>,
}

/// A scenario that found a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catch {
    /// The scenario.
    pub scenario: String,
    /// The pool or the guard on which it ran.
    pub unit: String,
    /// [`VerdictKind::Deviates`], or [`VerdictKind::Advisory`] where the evidence is weak.
    pub verdict: VerdictKind,
    /// The number of the first case that differs.
    pub case: u64,
    /// The requests up to it.
    pub requests: u64,
}

/// A scenario, and the faults that turn it red.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScenarioRow {
    /// Its id.
    pub id: String,
    /// The faults. Others may, too: not all are tried.
    pub killed_by: Vec<String>,
    /// Why it was not run, where the double cannot be asked.
    pub not_run: Option<String>,
}

/// What is known of one fault after all hunts.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The scenarios that were sent.
    pub tried: BTreeSet<String>,
    /// What found it.
    pub caught_by: Vec<Catch>,
    /// Whether the first of these is about its facts.
    pub by_its_facts: bool,
    /// Cases and requests until the first catch.
    pub until_found: Option<(u64, u64)>,
    /// The seeds with which it was not found.
    pub missed_seeds: Vec<String>,
    /// Why the double could not be used.
    pub failure: Option<String>,
}

/// What a self-test was, apart from its findings.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// See [`Matrix::version`].
    pub version: String,
    /// See [`Matrix::seed`].
    pub seed: String,
    /// See [`Matrix::profile`].
    pub profile: String,
    /// See [`Matrix::checks`].
    pub checks: usize,
    /// See [`Matrix::red_without_a_fault`].
    pub red_without_a_fault: Vec<String>,
    /// The number of seeds with which each fault was looked for.
    pub seeds: usize,
    /// Whether all faults were looked for.
    pub all_faults: bool,
    /// See [`Matrix::requests`].
    pub requests: u64,
    /// See [`Matrix::seconds`].
    pub seconds: f64,
}

impl Matrix {
    /// Adds everything up. `scenarios` has every scenario with the reason why it was not run, if it was not; `reached`
    /// the number of scenarios by fault.
    pub fn fold(
        circumstances: Circumstances,
        faults: Vec<(SeededFault, Findings)>,
        scenarios: Vec<(String, Option<String>)>,
        reached: &BTreeMap<String, usize>,
    ) -> Self {
        let mut killed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (fault, findings) in &faults {
            for scenario in findings.caught_by.iter().map(|by| &by.scenario).collect::<BTreeSet<_>>() {
                killed.entry(scenario.clone()).or_default().push(fault.id.clone());
            }
        }
        let scenarios: Vec<ScenarioRow> = scenarios
            .into_iter()
            .map(|(id, not_run)| ScenarioRow {
                killed_by: killed.remove(&id).unwrap_or_default(),
                id,
                not_run,
            })
            .collect();
        let numbers = |part: fn((u64, u64)) -> u64| {
            Spread::of(faults.iter().filter_map(|(_, findings)| findings.until_found.map(part)).collect())
        };
        let cost = Cost { cases: numbers(|(cases, _)| cases), requests: numbers(|(_, requests)| requests) };
        let seeds = (circumstances.seeds > 1).then(|| {
            let missed: BTreeMap<String, Vec<String>> = faults
                .iter()
                .filter(|(_, findings)| !findings.missed_seeds.is_empty())
                .map(|(fault, findings)| (fault.id.clone(), findings.missed_seeds.clone()))
                .collect();
            let pairs = faults.len() * circumstances.seeds;
            let caught = pairs - missed.values().map(Vec::len).sum::<usize>();
            Seeds { count: circumstances.seeds, pairs, caught, missed }
        });
        let faults: Vec<FaultRow> = faults
            .into_iter()
            .map(|(fault, findings)| FaultRow {
                reached_by: reached.get(&fault.id).copied().unwrap_or_default(),
                fault,
                caught: !findings.caught_by.is_empty(),
                by_its_facts: findings.by_its_facts,
                cases: findings.until_found.map(|(cases, _)| cases),
                requests: findings.until_found.map(|(_, requests)| requests),
                tried: findings.tried.len(),
                caught_by: findings.caught_by,
                failure: findings.failure,
            })
            .collect();
        Self {
            schema: SCHEMA,
            declared: faults.len(),
            caught: faults.iter().filter(|row| row.caught).count(),
            unkilled: circumstances
                .all_faults
                .then(|| scenarios.iter().filter(|row| row.is_unkilled()).count()),
            version: circumstances.version,
            seed: circumstances.seed,
            profile: circumstances.profile,
            checks: circumstances.checks,
            red_without_a_fault: circumstances.red_without_a_fault,
            cost,
            seeds,
            requests: circumstances.requests,
            seconds: circumstances.seconds,
            faults,
            scenarios,
        }
    }

    /// Whether everything is proven that was looked at: all green without a fault, every fault found, every scenario
    /// seen to fail.
    pub fn is_proven(&self) -> bool {
        self.red_without_a_fault.is_empty()
            && self.caught == self.declared
            && self.unkilled.unwrap_or_default() == 0
    }
}

impl ScenarioRow {
    /// Whether no fault turned it red. One that could not be run was not seen to fail either.
    pub fn is_unkilled(&self) -> bool {
        self.killed_by.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(id: &str) -> SeededFault {
        SeededFault {
            id: id.to_owned(),
            class: "state".to_owned(),
            says: "It errs.".to_owned(),
            violates: vec!["token.a".to_owned()],
        }
    }

    fn found_by(scenario: &str, cases: u64) -> Findings {
        Findings {
            tried: BTreeSet::from([scenario.to_owned()]),
            caught_by: vec![Catch {
                scenario: scenario.to_owned(),
                unit: "double".to_owned(),
                verdict: VerdictKind::Deviates,
                case: cases,
                requests: 2 * cases,
            }],
            by_its_facts: true,
            until_found: Some((cases, 2 * cases)),
            ..Findings::default()
        }
    }

    fn matrix(all_faults: bool, seeds: usize) -> Matrix {
        let missed =
            Findings { missed_seeds: vec!["one".to_owned(), "two".to_owned()], ..Findings::default() };
        Matrix::fold(
            Circumstances { seeds, all_faults, ..Circumstances::default() },
            vec![(fault("f"), found_by("s::a", 1)), (fault("g"), found_by("s::a", 7)), (fault("h"), missed)],
            vec![
                ("s::a".to_owned(), None),
                ("s::b".to_owned(), None),
                ("s::c".to_owned(), Some("no".to_owned())),
            ],
            &BTreeMap::from([("f".to_owned(), 3)]),
        )
    }

    #[test]
    fn what_was_found_is_counted_from_both_sides() {
        let matrix = matrix(true, 1);
        assert_eq!((matrix.declared, matrix.caught, matrix.unkilled), (3, 2, Some(2)));
        assert_eq!(matrix.scenarios[0].killed_by, ["f", "g"]);
        assert!(matrix.scenarios[1].is_unkilled() && matrix.scenarios[2].is_unkilled());
        assert_eq!(matrix.cost.cases, Spread { median: 1, p95: 7 });
        assert_eq!((matrix.faults[0].reached_by, matrix.seeds.clone()), (3, None));
        assert!(!matrix.is_proven());
    }

    #[test]
    fn with_some_faults_nothing_is_said_of_scenarios() {
        assert_eq!(matrix(false, 1).unkilled, None);
    }

    #[test]
    fn pairs_of_faults_and_seeds_are_counted() {
        let seeds = matrix(true, 20).seeds.unwrap();
        assert_eq!((seeds.pairs, seeds.caught), (60, 58));
        assert_eq!(seeds.missed["h"], ["one", "two"]);
    }

    #[test]
    fn a_spread_is_made_of_numbers_that_were_measured() {
        assert_eq!(Spread::of(vec![5, 1, 2, 40]), Spread { median: 2, p95: 40 });
        assert_eq!(Spread::of((1..=100).collect()), Spread { median: 50, p95: 95 });
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }
}
