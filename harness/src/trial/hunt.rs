//! One scenario against a server with a seeded fault: how soon does it show?

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use futures::StreamExt as _;

use super::{Bench, Planned, Run, Trial};
use crate::exec::session::Meter;
use crate::model::verdict::VerdictKind;

/// How many cases are in flight: few, because the first one mostly shows the fault and the others are then for nothing.
const WINDOW: usize = 4;

/// What a hunt came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hunt {
    /// The first case that differs, if one does.
    pub found: Option<Found>,
    /// The cases that were sent.
    pub cases: u64,
    /// The requests that were sent.
    pub requests: u64,
}

/// Where a fault showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// [`VerdictKind::Deviates`], or [`VerdictKind::Advisory`] where the evidence for the fact is weak.
    pub verdict: VerdictKind,
    /// The number of the case, counted from one: so many were needed.
    pub case: u64,
    /// The requests of all cases up to this one.
    pub requests: u64,
}

/// Sends the cases of a scenario in their order until one differs, at most as many as a run would send. Never panics.
pub fn hunt(run: &Run, bench: &Bench, planned: Planned) -> Hunt {
    let meter = Meter::default();
    let trial = Trial { run, bench, planned, id: planned.id(), meter: &meter };
    catch_unwind(AssertUnwindSafe(|| trial.hunt())).unwrap_or_default()
}

impl Trial<'_> {
    fn hunt(&self) -> Hunt {
        // Without an expectation nothing can differ from it; the run without a fault says so already.
        let Ok(standard) = self.standard() else { return Hunt::default() };
        let effort = self.planned.scenario.effort;
        let count = self.bench.counts.of(effort).max(1);
        let window = if effort.is_alone() { 1 } else { WINDOW };
        let generator = (self.planned.scenario.cases)();
        let differs = AtomicBool::new(false);
        let mut cases: Vec<(u64, VerdictKind, u64)> = self.run.runtime.block_on(
            futures::stream::iter(0..count)
                .take_while(|_| std::future::ready(!self.stopping() && !differs.load(Ordering::Relaxed)))
                .map(|index| {
                    let (generator, standard, differs) = (&generator, &standard, &differs);
                    async move {
                        let meter = Meter::default();
                        let trial = Trial {
                            run: self.run,
                            bench: self.bench,
                            planned: self.planned,
                            id: self.id.clone(),
                            meter: &meter,
                        };
                        let (index, verdict, _) = trial.judge_index(generator, index, standard).await;
                        if is_noticed(verdict.kind) {
                            differs.store(true, Ordering::Relaxed);
                        }
                        (index, verdict.kind, meter.requests())
                    }
                })
                .buffer_unordered(window)
                .collect(),
        );
        cases.sort_unstable();
        folded(&cases)
    }
}

/// Whether a verdict tells its reader that something is wrong. What could not be proven does not.
fn is_noticed(verdict: VerdictKind) -> bool {
    matches!(verdict, VerdictKind::Deviates | VerdictKind::Advisory)
}

fn folded(cases: &[(u64, VerdictKind, u64)]) -> Hunt {
    let requests = |cases: &[(u64, VerdictKind, u64)]| cases.iter().map(|(_, _, requests)| requests).sum();
    let found = cases.iter().position(|(_, verdict, _)| is_noticed(*verdict)).map(|at| Found {
        verdict: cases[at].1,
        case: cases[at].0 + 1,
        requests: requests(&cases[..=at]),
    });
    Hunt { found, cases: cases.len() as u64, requests: requests(cases) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use VerdictKind::{Advisory, Conforms, Deviates, Inconclusive};

    #[test]
    fn the_first_case_that_differs_counts_with_all_before_it() {
        let cases = [(0, Conforms, 2), (1, Inconclusive, 3), (2, Advisory, 4), (3, Deviates, 5)];
        let found = Found { verdict: Advisory, case: 3, requests: 9 };
        assert_eq!(folded(&cases), Hunt { found: Some(found), cases: 4, requests: 14 });
        assert_eq!(folded(&cases[..2]), Hunt { found: None, cases: 2, requests: 5 });
        assert_eq!(folded(&[]), Hunt::default());
    }
}
