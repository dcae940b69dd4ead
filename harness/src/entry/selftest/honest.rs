//! The run without a fault: it has to be green, and it tells which faults each check could notice.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::super::applicable;
use super::super::prepare::{self, Ready};
use super::{Ground, LANES, in_lanes};
use crate::exec::session::Session;
use crate::model::verdict::VerdictKind;
use crate::selftest::reach::Check;
use crate::target::spec::Target;
use crate::trial::{self, Planned};

/// What the run without a fault came to.
pub(super) struct Honest {
    /// What was run.
    pub(super) checks: Vec<Check>,
    /// The unit and the scenario of each check.
    pub(super) places: Vec<(usize, Planned)>,
    /// The checks that are not green.
    pub(super) red: Vec<String>,
    /// Every scenario, with the reason why it was run nowhere, if that is so.
    pub(super) scenarios: Vec<(String, Option<String>)>,
}

/// A check that was made, or why it was not.
struct Done {
    unit: usize,
    planned: Planned,
    outcome: Result<Check, String>,
    red: Option<String>,
}

/// Runs on each double without a fault what is planned for it, in lanes.
///
/// Within a lane one check follows the other, so that what the double was asked for meanwhile is due to this one; and
/// each begins without a sign-in that an earlier one has left, whose faults it would seem not to reach.
pub(super) fn run(ground: &Ground<'_>) -> Honest {
    let work: Vec<(usize, Planned)> = ground
        .units
        .iter()
        .enumerate()
        .flat_map(|(number, unit)| unit.planned.iter().map(move |planned| (number, *planned)))
        .collect();
    let done = Mutex::new(Vec::new());
    in_lanes(ground, &shares(ground, &work), |share| {
        let came = one_lane(ground, share);
        done.lock().unwrap_or_else(PoisonError::into_inner).extend(came);
    });
    gathered(ground, done.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What each lane does: a share of what is done at one double.
fn shares(ground: &Ground<'_>, work: &[(usize, Planned)]) -> Vec<Vec<(usize, Planned)>> {
    let of_double = ground.by_double(work, |(unit, _)| unit).into_iter();
    let shares = of_double.flat_map(|work| {
        (0..LANES).map(move |lane| work.iter().skip(lane).step_by(LANES).copied().collect::<Vec<_>>())
    });
    shares.filter(|share| !share.is_empty()).collect()
}

fn one_lane(ground: &Ground<'_>, share: &[(usize, Planned)]) -> Vec<Done> {
    let units: BTreeSet<usize> = share.iter().map(|(unit, _)| *unit).collect();
    let ready = match ground.raise(&[], &units) {
        Ok(ready) => ready,
        Err(reason) => {
            let red = |(unit, planned): &(usize, Planned)| Done {
                unit: *unit,
                planned: *planned,
                outcome: Err(reason.clone()),
                red: Some(format!("{}: the double is not ready: {reason}", planned.id())),
            };
            return share.iter().map(red).collect();
        }
    };
    // What is asked for while a double starts can change every later answer.
    let at_start = ready.take_asked();
    let mut done = Vec::new();
    for (unit, planned) in share {
        if ground.is_stopped() {
            break;
        }
        done.push(one(ground, &ready, (*unit, *planned), &at_start));
    }
    ground.lower(ready);
    done
}

fn one(ground: &Ground<'_>, ready: &Ready, place: (usize, Planned), at_start: &BTreeSet<String>) -> Done {
    let (unit, planned) = place;
    let target: &Target = &ground.units[unit].target;
    let done = |outcome, red| Done { unit, planned, outcome, red };
    let bench = match ready.bench(&target.name) {
        Ok(bench) => bench,
        Err(reason) => {
            let red = format!("{}: {} is not ready: {reason}", planned.id(), target.name);
            return done(Err(reason), Some(red));
        }
    };
    let reason = applicable::declared(target, planned.scenario)
        .or_else(|| applicable::found(&bench.session, planned.scenario));
    if let Some(reason) = reason {
        return done(Err(reason), None);
    }
    let session = Session { shared: std::sync::Arc::default(), ..bench.session.clone() };
    let bench = prepare::bench(target, session, ground.effort);
    ready.take_asked();
    let result = trial::run(&ground.run, &bench, planned);
    let mut reached = ready.take_asked();
    reached.extend(at_start.iter().cloned());
    let is_green = matches!(result.verdict, VerdictKind::Conforms | VerdictKind::Tolerated);
    let red = (!is_green)
        .then(|| format!("{} on {}: {}: {}", result.id, target.name, result.verdict, result.reason));
    let check = Check {
        unit: target.name.clone(),
        scenario: result.id,
        covers: result.facts,
        reached,
        requests: result.requests,
    };
    done(Ok(check), red)
}

fn gathered(ground: &Ground<'_>, mut done: Vec<Done>) -> Honest {
    // Lanes end in any order; what follows must not depend on it.
    done.sort_by_key(|done| (done.planned.id(), done.unit));
    let scenarios = ground.planned.iter().map(|planned| {
        let id = planned.id();
        let mut tries = done.iter().filter(|done| done.planned.id() == id).peekable();
        let reason = match tries.peek() {
            None => Some("the double has no unit for it".to_owned()),
            Some(_) => tries.map(|done| done.outcome.as_ref().err().cloned()).reduce(Option::and).flatten(),
        };
        (id, reason)
    });
    let scenarios = scenarios.collect();
    let mut honest = Honest { checks: Vec::new(), places: Vec::new(), red: Vec::new(), scenarios };
    for Done { unit, planned, outcome, red } in done {
        honest.red.extend(red);
        if let Ok(check) = outcome {
            honest.checks.push(check);
            honest.places.push((unit, planned));
        }
    }
    honest
}
