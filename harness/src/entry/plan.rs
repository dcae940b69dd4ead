//! What is run where: every selected scenario on every selected target, with the reasons for those that are not.

use std::cmp::Reverse;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::applicable;
use super::context::Refused;
use crate::exit::Exit;
use crate::generate::cases;
use crate::model::case::{Action, Case};
use crate::model::guard::Guard;
use crate::model::need::Need;
use crate::model::verdict::{Verdict, VerdictKind};
use crate::report::event::{Event, PlannedTarget, ScenarioResult};
use crate::target::spec::Target;
use crate::trial::{self, Bench, Planned, Run};

/// How many scenarios are under way at the same time; the requests have a bound of their own.
const SCENARIOS_AT_ONCE: usize = 8;

/// How many cases tell how long a scenario waits.
const FIRST_CASES: u64 = 2;

/// When a run ends before its last scenario.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until {
    /// The number of failing scenarios after which no further one is started.
    pub(super) failures: Option<u64>,
    /// Whether weak evidence counts as failing.
    pub(super) strict: bool,
}

/// The target as the first event names it.
pub(super) fn planned_target(target: &Target, scenarios: usize) -> PlannedTarget {
    PlannedTarget {
        name: target.name.clone(),
        kind: target.kind.name().to_owned(),
        version: target.version.clone(),
        guard: target.guard.as_ref().map(Guard::description),
        scenarios: scenarios as u64,
    }
}

/// The scenarios that are about this unit of a target: those of the pool, or those of guards that are set up like this
/// one.
pub(super) fn about(unit: &Target, planned: &[Planned]) -> Vec<Planned> {
    let fits = |planned: &&Planned| match (&unit.guard, planned.suite.guards()) {
        (None, None) => true,
        (Some(guard), Some(kind)) => {
            let is_other = |need: &Need| match need {
                Need::Guard(need) => need.is_set_up() && guard.lacks(*need).is_some(),
                _ => false,
            };
            guard.profile == kind
                && guard.situation == planned.scenario.situation()
                && !planned.scenario.needs.iter().any(is_other)
        }
        _ => false,
    };
    planned.iter().filter(fits).copied().collect()
}

/// The units of a target with the scenarios that are about each; those without any are left out.
pub(super) fn units(target: &Target, planned: &[Planned]) -> Vec<(Target, Vec<Planned>)> {
    let units = target.units().into_iter().map(|unit| {
        let planned = about(&unit, planned);
        (unit, planned)
    });
    units.filter(|(_, planned)| !planned.is_empty()).collect()
}

/// Runs the scenarios on a target that is ready, several at once, and tells of each as it ends. Answers with why it
/// ended early, if it did.
pub(super) fn run_all(
    run: &Run,
    bench: &Bench,
    target: &Target,
    planned: &[Planned],
    until: Until,
    failures: &Mutex<u64>,
    tell: &(dyn Fn(Event) + Sync),
) -> Option<String> {
    // What has to be alone comes last: each such case waits for all others to end, however long they take.
    let (alone, mut among_others): (Vec<Planned>, Vec<Planned>) =
        planned.iter().partition(|planned| planned.scenario.effort.is_alone());
    // What waits longest comes first: begun last, it would be waited for by itself.
    among_others.sort_by_cached_key(|planned| Reverse(waits(run, *planned)));
    let planned = [among_others, alone].concat();
    let next = AtomicUsize::new(0);
    let ended = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..SCENARIOS_AT_ONCE.min(planned.len()) {
            scope.spawn(|| {
                while !run.stop.load(Ordering::Relaxed) {
                    let Some(planned) = planned.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let result = one(run, bench, target, *planned, tell);
                    let green = result.verdict.is_green(until.strict);
                    tell(Event::ScenarioFinished(Box::new(result)));
                    if green {
                        continue;
                    }
                    let Ok(mut failures) = failures.lock() else { break };
                    *failures += 1;
                    if until.failures.is_some_and(|most| *failures >= most) {
                        run.stop.store(true, Ordering::Relaxed);
                        if let Ok(mut ended) = ended.lock() {
                            ended.get_or_insert_with(|| {
                                format!(
                                    "stopped after {failures} failing scenario{}",
                                    if *failures == 1 { "" } else { "s" }
                                )
                            });
                        }
                    }
                }
            });
        }
    });
    ended.into_inner().unwrap_or_default()
}

/// How long the first cases of a scenario wait at most, in milliseconds.
fn waits(run: &Run, planned: Planned) -> u64 {
    let (generator, id) = ((planned.scenario.cases)(), planned.id());
    let pauses = |case: &Case| -> u64 {
        case.steps.iter().map(|step| if let Action::Pause(millis) = step.action { millis } else { 0 }).sum()
    };
    (0..FIRST_CASES)
        .filter_map(|index| cases::case_of(&generator, &run.seed, &id, index).ok())
        .map(|case| pauses(&case))
        .max()
        .unwrap_or_default()
}

fn one(
    run: &Run,
    bench: &Bench,
    target: &Target,
    planned: Planned,
    tell: &(dyn Fn(Event) + Sync),
) -> ScenarioResult {
    let reason = applicable::declared(target, planned.scenario)
        .or_else(|| applicable::found(&bench.session, planned.scenario));
    if let Some(reason) = reason {
        return not_applicable(run, &target.name, planned, &reason);
    }
    tell(Event::ScenarioStarted { target: target.name.clone(), id: planned.id() });
    trial::run(run, bench, planned)
}

/// The result of a scenario that a target cannot be asked.
pub(super) fn not_applicable(run: &Run, target: &str, planned: Planned, reason: &str) -> ScenarioResult {
    let reason = crate::model::text::one_line(reason);
    trial::blank(run, target, planned, Verdict::new(VerdictKind::NotApplicable, reason))
}

/// Scenarios about guards were selected where no target has a guard of that kind, or the other way round.
pub(super) fn nothing_fits(targets: &[Target], planned: &[Planned]) -> Refused {
    let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    let about_guards = planned.iter().any(|planned| planned.suite.guards().is_some());
    let advice = if about_guards {
        "they are about guards of another kind than those under [[target.X.guard]]: describe one, or choose another target"
    } else {
        "they are about a pool: leave out --guard, or choose a target that has one"
    };
    let text = format!("none of the selected scenarios is about {}\n  {advice}", names.join(" or "));
    Refused { exit: Exit::NothingSelected, text }
}
