//! `poolproof replay`: sends a stored case again and judges it as the run did.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::cli::{EffortArgs, ReplayArgs};
use super::context::{self, Refused};
use super::output;
use super::plan;
use super::select::{all, hint};
use super::stage::{self, Channel, Stage};
use super::wiring::Wiring;
use crate::exec::session::Meter;
use crate::exit::Exit;
use crate::judge::compare::Standard;
use crate::model::text::one_line;
use crate::model::verdict::VerdictKind;
use crate::replay::Stored;
use crate::report::event::Event;
use crate::target::spec::Target;
use crate::trial::{Bench, Judged, judge_case, last_curl};

/// Replays a stored case on every selected target.
///
/// # Errors
/// [`Refused`] for a file that is no stored case, or one of a scenario that does not exist any more.
pub(super) fn replay(wiring: &Wiring, args: &ReplayArgs) -> Result<Exit, Refused> {
    let stored = Stored::read(&args.file).map_err(Refused::usage)?;
    let planned =
        all(wiring).into_iter().find(|planned| planned.id() == stored.scenario).ok_or_else(|| {
            Refused::usage(format!(
                "{}: there is no scenario {:?} in this build{}",
                args.file.display(),
                one_line(&stored.scenario),
                hint(&stored.scenario, &all(wiring))
            ))
        })?;
    let (config, targets) = context::targets(&args.target)?;
    let ledger = context::ledger(wiring)?;
    let folder = context::snapshots(wiring, args.snapshots.as_deref(), &config.path)?;
    let runtime = stage::runtime()?;
    let stop = Arc::new(AtomicBool::new(false));
    stage::watch_ctrl_c(runtime.handle(), &stop);
    let run_folder = stage::run_folder(&context::run_root(&config.path));
    let channel = Channel::open(&run_folder.join("replay.jsonl"), Vec::new())?;
    let mut exit = Exit::Pass;
    let meant = |unit: &Target| !plan::about(unit, &[planned]).is_empty();
    let units: Vec<(&Target, Target)> = targets
        .iter()
        .flat_map(|target| target.units().into_iter().map(move |unit| (target, unit)))
        .filter(|(_, unit)| meant(unit))
        .collect();
    if units.is_empty() {
        return Err(Refused::usage(format!(
            "{} is not about any chosen target; choose the guard with -t NAME --guard NAME",
            stored.scenario
        )));
    }
    let effort = EffortArgs::default();
    let stage = Stage {
        wiring,
        config: &config.path,
        effort: &effort,
        runtime: &runtime,
        stop: &stop,
        channel: &channel,
    };
    for (whole, target) in &units {
        // Before the target is made ready: what would be created there has to be removed again.
        let suite = planned.suite.folder();
        let standard = Standard {
            reference: folder.snapshots.reference(&suite, planned.scenario.id).map_err(Refused::ours)?,
            facts: planned.scenario.covers.iter().filter_map(|id| ledger.get(id)).collect(),
            accepted: folder
                .snapshots
                .accepted(&target.name, &suite, planned.scenario.id)
                .map_err(Refused::usage)?,
            exactness: target.guard.as_ref().map(|guard| guard.exactness).unwrap_or_default(),
        };
        let up = match stage::raise(&stage, whole, &[target]) {
            Ok(up) => up,
            Err(reason) => {
                output::remark(&format!("{}: the target is not ready: {reason}", target.name));
                exit = worse(exit, Exit::Unproven);
                continue;
            }
        };
        let bench = match up.ready.bench(&target.name) {
            Ok(bench) => bench,
            Err(reason) => {
                output::remark(&format!("{}: it is not ready: {reason}", target.name));
                exit = worse(exit, Exit::Unproven);
                stage::lower(&stage, whole, &[target], up, false);
                continue;
            }
        };
        let meter = Meter::default();
        let judged =
            runtime.block_on(judge_case(&bench, planned.scenario, stored.case.clone(), &standard, &meter));
        let text = shown(&target.name, &stored, &standard, &judged, &bench);
        output::result(&text);
        exit = worse(
            exit,
            match judged.verdict.kind {
                VerdictKind::Deviates => Exit::Deviation,
                VerdictKind::Inconclusive => Exit::Unproven,
                VerdictKind::HarnessFault => Exit::OwnFault,
                _ => Exit::Pass,
            },
        );
        stage::lower(&stage, whole, &[target], up, false);
    }
    channel.tell(Event::RunFinished { judged: targets.len() as u64, stopped: None });
    if let Err(error) = channel.finish() {
        output::remark(&format!("error: the events of this replay are not on file: {error}"));
        exit = Exit::OwnFault;
    }
    Ok(exit)
}

/// What came of a replay, for a person.
fn shown(target: &str, stored: &Stored, standard: &Standard<'_>, judged: &Judged, bench: &Bench) -> String {
    let seen = match &judged.seen {
        Ok(observation) => observation.text(),
        Err(fault) => fault.to_string(),
    };
    let mut text = format!("{}::{}: {}", target, stored.scenario, judged.verdict.kind);
    if !judged.verdict.reason.is_empty() {
        let _ = write!(text, " ({})", judged.verdict.reason);
    }
    for line in &judged.transcript {
        let _ = write!(text, "\n  {line}");
    }
    text.push_str("\nexpected:\n");
    text.extend(standard.reference.iter().map(|(field, value)| format!("  {field}: {value}\n")));
    text.push_str("seen:\n");
    text.extend(seen.lines().map(|line| format!("  {}\n", crate::model::text::one_line(line))));
    text.push_str(&last_curl(judged, &bench.session));
    text
}

/// The exit that says more of two.
const fn worse(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::OwnFault, _) | (_, Exit::OwnFault) => Exit::OwnFault,
        (Exit::Deviation, _) | (_, Exit::Deviation) => Exit::Deviation,
        (Exit::Unproven, _) | (_, Exit::Unproven) => Exit::Unproven,
        (one, _) => one,
    }
}
