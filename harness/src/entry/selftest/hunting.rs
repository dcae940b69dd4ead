//! The runs with a fault: one double for each, and the checks that could notice it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::super::output;
use super::super::prepare::Ready;
use super::honest::Honest;
use super::{Ground, in_lanes};
use crate::generate::seed::RunSeed;
use crate::selftest::SeededFault;
use crate::selftest::matrix::{Catch, Findings};
use crate::selftest::reach::{Candidates, rarest_first};
use crate::trial::{Hunt, Run, hunt};

/// After how many faults it is said how far the hunt is.
const REMARK_AFTER: usize = 50;

/// Looks for each fault: with every scenario about a fact that it violates, and if none of them notices it with the
/// others that could, until one does. With each further seed it is looked for until it is found.
pub(super) fn hunt_all(
    ground: &Ground<'_>,
    honest: &Honest,
    faults: &[SeededFault],
    seeds: &[RunSeed],
) -> BTreeMap<String, Findings> {
    let runs: Vec<Run> = seeds.iter().map(|seed| ground.run.with_seed(seed.clone())).collect();
    let found = Mutex::new(BTreeMap::new());
    let done = AtomicUsize::new(0);
    in_lanes(ground, faults, |fault| {
        let findings = Hunter { ground, honest, fault }.search(&runs);
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(fault.id.clone(), findings);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(REMARK_AFTER) {
            output::remark(&format!("looked for {done} of {} faults", faults.len()));
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Looks for a fault for each scenario that has found none so far, and adds what it finds.
pub(super) fn kill_the_rest(
    ground: &Ground<'_>,
    honest: &Honest,
    faults: &[SeededFault],
    findings: &mut BTreeMap<String, Findings>,
) {
    let killed: BTreeSet<&String> =
        findings.values().flat_map(|findings| &findings.caught_by).map(|by| &by.scenario).collect();
    let left: BTreeSet<String> = honest
        .checks
        .iter()
        .map(|check| &check.scenario)
        .filter(|scenario| !killed.contains(scenario))
        .cloned()
        .collect();
    output::remark(&format!(
        "{} scenarios have found none of their own facts' faults: looking for one",
        left.len()
    ));
    let left = Mutex::new(left);
    let shared = Mutex::new(std::mem::take(findings));
    in_lanes(ground, &rarest_first(faults, &honest.checks), |fault| {
        let hunter = Hunter { ground, honest, fault };
        let tried = {
            let findings = shared.lock().unwrap_or_else(PoisonError::into_inner);
            findings.get(&fault.id).map(|known| known.tried.clone()).unwrap_or_default()
        };
        let is_left =
            |scenario: &String| left.lock().unwrap_or_else(PoisonError::into_inner).contains(scenario);
        let checks: Vec<usize> = (0..honest.checks.len())
            .filter(|index| {
                let check = &honest.checks[*index];
                check.reached.contains(&fault.id)
                    && !tried.contains(&check.scenario)
                    && is_left(&check.scenario)
            })
            .collect();
        for checks in hunter.by_double(&checks) {
            let ready = match hunter.raise(&checks) {
                Ok(ready) => ready,
                Err(failure) => {
                    let mut findings = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    findings.entry(fault.id.clone()).or_default().failure = Some(failure);
                    continue;
                }
            };
            for index in checks {
                let scenario = &honest.checks[index].scenario;
                if ground.is_stopped() || !is_left(scenario) {
                    continue;
                }
                let hunt = hunter.hunt(&ready, &ground.run, index);
                let mut findings = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let known = findings.entry(fault.id.clone()).or_default();
                known.tried.insert(scenario.clone());
                if let Some(by) = hunter.catch(index, &hunt) {
                    known.caught_by.push(by);
                    left.lock().unwrap_or_else(PoisonError::into_inner).remove(scenario);
                }
            }
            ground.lower(ready);
        }
    });
    *findings = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
}

/// Looks for one fault.
struct Hunter<'a> {
    ground: &'a Ground<'a>,
    honest: &'a Honest,
    fault: &'a SeededFault,
}

impl Hunter<'_> {
    fn search(&self, seeds: &[Run]) -> Findings {
        let Candidates { about, others } = Candidates::of(self.fault, &self.honest.checks);
        let mut findings = Findings::default();
        let mut spent = (0, 0);
        let mut missed: Vec<&Run> = seeds.iter().collect();
        let apart = |checks: &[usize], are_about: bool| {
            self.by_double(checks).into_iter().map(move |checks| (checks, are_about))
        };
        for (checks, are_about) in apart(&about, true).chain(apart(&others, false)) {
            // Of those that are not about it, one is enough.
            if !are_about && !findings.caught_by.is_empty() {
                break;
            }
            let ready = match self.raise(&checks) {
                Ok(ready) => ready,
                Err(failure) => {
                    findings.failure = Some(failure);
                    continue;
                }
            };
            let finders = self.find(&ready, (&checks, are_about), &mut spent, &mut findings);
            if !findings.caught_by.is_empty() {
                // First what found it with the seed of the run, then the others.
                let others = checks.iter().filter(|index| !finders.contains(index));
                let order: Vec<usize> = finders.iter().chain(others).copied().collect();
                missed.retain(|run| !order.iter().any(|index| self.finds(&ready, run, *index)));
            }
            self.ground.lower(ready);
        }
        findings.missed_seeds = missed.into_iter().map(|run| run.seed.text().to_owned()).collect();
        if findings.caught_by.is_empty() {
            findings.missed_seeds.push(self.ground.run.seed.text().to_owned());
        }
        findings
    }

    /// Tries these checks with the seed of the run. Answers with those that found the fault.
    fn find(
        &self,
        ready: &Ready,
        (checks, are_about): (&[usize], bool),
        spent: &mut (u64, u64),
        findings: &mut Findings,
    ) -> Vec<usize> {
        let mut finders = Vec::new();
        for index in checks.iter().copied() {
            let scenario = &self.honest.checks[index].scenario;
            let is_known = findings.caught_by.iter().any(|by| by.scenario == *scenario);
            let is_enough = !are_about && !finders.is_empty();
            if is_known || is_enough || self.ground.is_stopped() {
                continue;
            }
            findings.tried.insert(scenario.clone());
            let hunt = self.hunt(ready, &self.ground.run, index);
            if let Some(by) = self.catch(index, &hunt) {
                if findings.caught_by.is_empty() {
                    findings.until_found = Some((spent.0 + by.case, spent.1 + by.requests));
                    findings.by_its_facts = are_about;
                }
                findings.caught_by.push(by);
                finders.push(index);
            }
            spent.0 += hunt.cases;
            spent.1 += hunt.requests;
        }
        finders
    }

    fn finds(&self, ready: &Ready, run: &Run, index: usize) -> bool {
        !self.ground.is_stopped() && self.hunt(ready, run, index).found.is_some()
    }

    fn by_double(&self, checks: &[usize]) -> Vec<Vec<usize>> {
        self.ground.by_double(checks, |index| self.honest.places[index].0)
    }

    /// A double with the fault, ready for these checks, which are all of one double.
    fn raise(&self, checks: &[usize]) -> Result<Ready, String> {
        let units = checks.iter().map(|index| self.honest.places[*index].0).collect();
        self.ground.raise(std::slice::from_ref(&self.fault.id), &units)
    }

    fn hunt(&self, ready: &Ready, run: &Run, index: usize) -> Hunt {
        let (unit, planned) = self.honest.places[index];
        // A unit that cannot be made ready with this fault proves nothing.
        ready
            .bench(&self.ground.units[unit].target.name)
            .map_or_else(|_| Hunt::default(), |bench| hunt(run, &bench, planned))
    }

    fn catch(&self, index: usize, hunt: &Hunt) -> Option<Catch> {
        let check = &self.honest.checks[index];
        hunt.found.map(|found| Catch {
            scenario: check.scenario.clone(),
            unit: check.unit.clone(),
            verdict: found.verdict,
            case: found.case,
            requests: found.requests,
        })
    }
}
