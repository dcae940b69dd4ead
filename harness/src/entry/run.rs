//! `poolproof run`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::cli::RunArgs;
use super::context::{self, Refused};
use super::output;
use super::plan::{self, Until};
use super::propose;
use super::select::select;
use super::stage::{self, Channel, Stage};
use super::wiring::Wiring;
use crate::exit::{Exit, ending};
use crate::judge::expect::Snapshots;
use crate::model::verdict::{Verdict, VerdictKind};
use crate::report::event::{Event, SCHEMA};
use crate::report::files::write_reports;
use crate::report::fold::Report;
use crate::report::render::progress::Progress;
use crate::report::render::text;
use crate::report::sink::Listener;
use crate::target::spec::Target;
use crate::trial::{self, Planned, Run};

/// Runs the selected scenarios on the selected targets, one target after the other.
///
/// # Errors
/// [`Refused`] before anything was sent.
pub(super) fn run(wiring: &Wiring, args: &RunArgs) -> Result<Exit, Refused> {
    let (config, targets) = context::targets(&args.target)?;
    context::check_names(wiring, &targets)?;
    let planned = select(wiring, &args.select.ids, &args.select.skip)
        .map_err(|error| Refused { exit: Exit::NothingSelected, text: error.to_string() })?;
    let open = if args.record { context::snapshots_to_add_to } else { context::snapshots };
    let folder = open(wiring, args.snapshots.as_deref(), &config.path)?;
    let units: Units<'_> = targets.iter().map(|target| (target, plan::units(target, &planned))).collect();
    if units.iter().all(|(_, units)| units.is_empty()) {
        return Err(plan::nothing_fits(&targets, &planned));
    }
    check_accepted(&folder.snapshots, &units)?;
    let runtime = stage::runtime()?;
    let stop = Arc::new(AtomicBool::new(false));
    stage::watch_ctrl_c(runtime.handle(), &stop);
    let run_folder = stage::run_folder(&context::run_root(&config.path));
    let run = Run {
        ledger: context::ledger(wiring)?,
        snapshots: folder.snapshots.clone(),
        seed: stage::seed(&args.effort),
        strict: args.strict,
        shrink: !args.no_shrink,
        case_folder: run_folder.join("cases"),
        runtime: runtime.handle().clone(),
        stop: Arc::clone(&stop),
    };
    let listeners: Vec<Box<dyn Listener + Send>> =
        if args.quiet { Vec::new() } else { vec![Box::new(Progress::stderr())] };
    let channel = Channel::open(&run_folder.join("events.jsonl"), listeners)?;
    channel.tell(Event::RunStarted {
        schema: SCHEMA,
        seed: run.seed.text().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: args.effort.profile.name().to_owned(),
        strict: args.strict,
        targets: units
            .iter()
            .flat_map(|(_, units)| units)
            .map(|(unit, planned)| plan::planned_target(unit, planned.len()))
            .collect(),
    });
    let until =
        Until { failures: if args.fail_fast { Some(1) } else { args.max_failures }, strict: args.strict };
    let failures = Mutex::new(0);
    let mut ended = None;
    let stage = Stage {
        wiring,
        config: &config.path,
        effort: &args.effort,
        runtime: &runtime,
        stop: &stop,
        channel: &channel,
    };
    for (target, units) in units.iter().filter(|(_, units)| !units.is_empty()) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let early = on_target(&stage, &run, (target, units), (until, &failures), args.keep_fixtures);
        ended = ended.or(early);
    }
    let stopped = ended.or_else(|| stop.load(Ordering::Relaxed).then(|| "stopped by Ctrl-C".to_owned()));
    let told = channel.told();
    let judged = told.iter().filter(|event| matches!(event, Event::ScenarioFinished(_))).count();
    channel.tell(Event::RunFinished { judged: judged as u64, stopped });
    let logged = channel.finish();
    let report = Report::fold(&channel.told()).map_err(Refused::ours)?;
    output::result(&text::render(&report, text::Options { verbosity: args.verbose, quiet: args.quiet }));
    let mut exit = ending(&report).exit;
    match write_reports(&args.report_dir, &args.report, &report) {
        Ok(paths) => {
            for path in paths {
                output::remark(&format!("written: {}", path.display()));
            }
        }
        Err(error) => {
            output::remark(&format!("error: {error}"));
            // What the run found says more than where it could not be written.
            if exit == Exit::Pass {
                exit = Exit::Usage;
            }
        }
    }
    if args.record {
        let units: Vec<Target> = targets.iter().flat_map(Target::units).collect();
        propose::propose_all(&run, &units, &report, &planned);
    }
    if let Err(error) = logged {
        output::remark(&format!("error: the events of this run are not on file: {error}"));
        exit = Exit::OwnFault;
    }
    Ok(exit)
}

/// The targets, each with its units and what is planned on them.
type Units<'a> = Vec<(&'a Target, Vec<(Target, Vec<Planned>)>)>;

/// What is on file as accepted can be used: whoever wrote it learns of a mistake before anything is sent.
///
/// # Errors
/// [`Refused`] with every file that cannot be used, and why.
fn check_accepted(snapshots: &Snapshots, units: &Units<'_>) -> Result<(), Refused> {
    let checks = units.iter().flat_map(|(_, units)| units).flat_map(|(unit, planned)| {
        planned.iter().filter_map(|planned| {
            snapshots.accepted(&unit.name, &planned.suite.folder(), planned.scenario.id).err()
        })
    });
    let faults: Vec<String> = checks.map(|fault| fault.to_string()).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::usage(faults.join("\n"))) }
}

/// Runs what is planned on the units of one target. Answers with why it ended early, if it did.
fn on_target(
    stage: &Stage<'_>,
    run: &Run,
    (target, units): (&Target, &[(Target, Vec<Planned>)]),
    (until, failures): (Until, &Mutex<u64>),
    keep_fixtures: bool,
) -> Option<String> {
    let channel = stage.channel;
    let names: Vec<&Target> = units.iter().map(|(unit, _)| unit).collect();
    let up = match stage::raise(stage, target, &names) {
        Ok(up) => up,
        Err(reason) => {
            for (unit, planned) in units {
                not_ready(run, unit, planned, &reason, channel);
                channel.tell(Event::TargetFinished {
                    target: unit.name.clone(),
                    requests: 0,
                    machine_tokens: 0,
                    duration_ms: 0,
                });
            }
            return None;
        }
    };
    let mut ended = None;
    for (unit, planned) in units {
        match up.ready.bench(&unit.name) {
            Ok(bench) => {
                let tell = |event| channel.tell(event);
                let early = plan::run_all(run, &bench, unit, planned, until, failures, &tell);
                ended = ended.or(early);
            }
            Err(reason) => not_ready(run, unit, planned, &reason, channel),
        }
    }
    stage::lower(stage, target, &names, up, keep_fixtures);
    ended
}

/// Nothing can be proven on a target that is not ready.
fn not_ready(run: &Run, target: &Target, planned: &[Planned], reason: &str, channel: &Channel) {
    let first = reason.lines().next().unwrap_or_default();
    let reason = format!("the target is not ready: {}", crate::model::text::one_line(first));
    for planned in planned {
        let verdict = Verdict::new(VerdictKind::Inconclusive, reason.clone());
        let result = trial::blank(run, &target.name, *planned, verdict);
        channel.tell(Event::ScenarioFinished(Box::new(result)));
    }
}
