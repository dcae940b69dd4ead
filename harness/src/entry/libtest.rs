//! The libtest front: every scenario on every target as a trial, for `cargo test` and `cargo nextest`.
//!
//! Listing touches no network and prints nothing but the list. nextest gives each trial a process of its own, so there
//! fixtures have to be made beforehand (`poolproof provision`, then `POOLPROOF_FIXTURE`). What turns out at run time
//! to be missing although the target claims it is a failure that says so: a trial that is not run never looks passed.

use std::ffi::OsStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use clap::builder::{FalseyValueParser, TypedValueParser as _};
use libtest_mimic::{Arguments, Failed, Trial};

use super::applicable;
use super::cli::{EffortArgs, TargetArgs};
use super::context::{self, Refused};
use super::output;
use super::plan;
use super::propose;
use super::select::all;
use super::stage::{self, Channel, Stage, Up};
use super::wiring::Wiring;
use crate::report::event::{Event, SCHEMA};
use crate::report::fold::Report;
use crate::report::render::text;
use crate::target::spec::{FixtureSource, Target};
use crate::trial::{self, Bench, Planned, Run};

/// What libtest and nextest expect of a failed run.
pub(super) const FAILED: u8 = 101;

/// Runs as a test harness. Settings come from the environment: `POOLPROOF_TARGET`, `POOLPROOF_CONFIG`,
/// `POOLPROOF_FIXTURE`, `POOLPROOF_SEED`, `POOLPROOF_CASES` (or `PROPTEST_CASES`), `POOLPROOF_SNAPSHOTS`,
/// `POOLPROOF_ALLOW_REAL`.
pub(super) fn main(wiring: &Wiring) -> ExitCode {
    let args = Arguments::from_args();
    match front(wiring, &args) {
        Ok(code) => code,
        Err(refused) => {
            output::remark(&format!("error: {}", refused.text));
            ExitCode::from(FAILED)
        }
    }
}

fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a value of `POOLPROOF_ALLOW_REAL` is consent: read by the parser of `--allow-real`, so that no spelling of a
/// no is one front's yes.
fn consents(value: &str) -> bool {
    FalseyValueParser::new()
        .parse_ref(&clap::Command::new("poolproof"), None, OsStr::new(value))
        .unwrap_or(false)
}

fn target_args() -> TargetArgs {
    let names = env("POOLPROOF_TARGET").unwrap_or_default();
    TargetArgs {
        targets: list(&names),
        config: env("POOLPROOF_CONFIG").map(Into::into),
        allow_real: env("POOLPROOF_ALLOW_REAL").is_some_and(|value| consents(&value)),
        fixture: env("POOLPROOF_FIXTURE").map(Into::into),
        jar: env("POOLPROOF_JAR").map(Into::into),
        guards: list(&env("POOLPROOF_GUARD").unwrap_or_default()),
        ..TargetArgs::default()
    }
}

/// The names of a list with commas.
fn list(names: &str) -> Vec<String> {
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn effort_args() -> Result<EffortArgs, Refused> {
    let cases = match env("POOLPROOF_CASES").or_else(|| env("PROPTEST_CASES")) {
        None => None,
        Some(text) => Some(text.parse().ok().filter(|cases| *cases > 0).ok_or_else(|| {
            Refused::usage(format!("POOLPROOF_CASES={text:?}: write a whole number from 1"))
        })?),
    };
    Ok(EffortArgs { seed: env("POOLPROOF_SEED"), cases, ..EffortArgs::default() })
}

/// A unit of a target with whatever it came to when it was made ready.
struct Slot {
    target: Target,
    planned: Vec<Planned>,
    bench: OnceLock<Result<Arc<Bench>, String>>,
}

fn front(wiring: &Wiring, args: &Arguments) -> Result<ExitCode, Refused> {
    let (config, targets) = context::targets(&target_args())?;
    let snapshots = env("POOLPROOF_SNAPSHOTS").map(PathBuf::from);
    front_of(wiring, args, &config.path, &targets, snapshots.as_deref())
}

/// Lists or runs the trials of these targets.
///
/// # Errors
/// [`Refused`] before anything was sent.
pub(super) fn front_of(
    wiring: &Wiring,
    args: &Arguments,
    config: &Path,
    targets: &[Target],
    snapshots: Option<&Path>,
) -> Result<ExitCode, Refused> {
    let everything = all(wiring);
    let name = |unit: &Target, planned: &Planned| format!("{}::{}", unit.name, planned.id());
    let units: Vec<(Target, Vec<Planned>)> =
        targets.iter().flat_map(|target| plan::units(target, &everything)).collect();
    let names: Vec<String> = units
        .iter()
        .flat_map(|(unit, planned)| planned.iter().map(move |planned| name(unit, planned)))
        .collect();
    if let (true, Some(filter)) = (args.exact, &args.filter)
        && !names.contains(filter)
    {
        return Err(Refused::usage(format!("there is no trial named {filter:?}")));
    }
    if args.list {
        let trials = units.iter().flat_map(|(unit, planned)| {
            planned.iter().map(move |planned| {
                Trial::test(name(unit, planned), || Ok(()))
                    .with_ignored_flag(applicable::declared(unit, planned.scenario).is_some())
            })
        });
        return Ok(libtest_mimic::run(args, trials.collect()).exit_code());
    }
    run_trials(wiring, args, config, targets, &everything, snapshots)
}

fn run_trials(
    wiring: &Wiring,
    args: &Arguments,
    config: &Path,
    targets: &[Target],
    everything: &[Planned],
    snapshots: Option<&Path>,
) -> Result<ExitCode, Refused> {
    let effort = effort_args()?;
    let runtime = stage::runtime()?;
    let stop = Arc::new(AtomicBool::new(false));
    stage::watch_ctrl_c(runtime.handle(), &stop);
    let folder = context::snapshots(wiring, snapshots, config)?;
    let run_folder = stage::trials_folder(&context::run_root(config));
    let run = Arc::new(Run {
        ledger: context::ledger(wiring)?,
        snapshots: folder.snapshots.clone(),
        seed: stage::seed(&effort),
        strict: false,
        shrink: true,
        case_folder: run_folder.join("cases"),
        runtime: runtime.handle().clone(),
        stop: Arc::clone(&stop),
    });
    let log = match (&args.filter, args.exact) {
        (Some(name), true) => {
            run_folder.join(format!("{}.jsonl", name.replace("::", "__").replace('/', "__")))
        }
        _ => run_folder.join("events.jsonl"),
    };
    let channel = Arc::new(Channel::open(&log, Vec::new())?);
    let slots: Vec<(&Target, Vec<Arc<Slot>>)> = targets
        .iter()
        .map(|target| {
            let slot = |(target, planned)| Arc::new(Slot { target, planned, bench: OnceLock::new() });
            (target, plan::units(target, everything).into_iter().map(slot).collect())
        })
        .collect();
    let wanted =
        |slot: &Slot| slot.planned.iter().filter(|planned| is_wanted(args, &slot.target, **planned)).count();
    channel.tell(Event::RunStarted {
        schema: SCHEMA,
        seed: run.seed.text().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: effort.profile.name().to_owned(),
        strict: false,
        targets: slots
            .iter()
            .flat_map(|(_, slots)| slots)
            .map(|slot| (slot, wanted(slot)))
            .filter(|(_, wanted)| *wanted > 0)
            .map(|(slot, wanted)| plan::planned_target(&slot.target, wanted))
            .collect(),
    });
    let stage = Stage { wiring, config, effort: &effort, runtime: &runtime, stop: &stop, channel: &channel };
    let raised = raise_all(&stage, &slots, &wanted);
    let record = folder.on_disk && std::env::var_os("CI").is_none();
    let trials = slots
        .iter()
        .flat_map(|(_, slots)| slots)
        .flat_map(|slot| {
            slot.planned.iter().map(|planned| trial(Arc::clone(slot), *planned, &run, &channel, record, args))
        })
        .collect();
    let conclusion = libtest_mimic::run(args, trials);
    let mut failed = conclusion.has_failed();
    for (target, units, up) in raised {
        stage::lower(&stage, target, &units, up, false);
    }
    let judged = channel.told().iter().filter(|event| matches!(event, Event::ScenarioFinished(_))).count();
    let stopped = stop.load(Ordering::Relaxed).then(|| "stopped by Ctrl-C".to_owned());
    channel.tell(Event::RunFinished { judged: judged as u64, stopped });
    if let Err(error) = channel.finish() {
        output::remark(&format!("error: the events of this run are not on file: {error}"));
        failed = true;
    }
    match Report::fold(&channel.told()) {
        Ok(report) => {
            for notice in &report.notices {
                output::remark(&notice.text);
                failed |= notice.level == crate::report::event::Level::Stale;
            }
        }
        Err(error) => {
            output::remark(&format!("error: the events of this run do not fit together: {error}"));
            failed = true;
        }
    }
    Ok(if failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}

/// What was raised: each target with its units.
type Raised<'a> = Vec<(&'a Target, Vec<&'a Target>, Up)>;

/// Makes every target ready of which something is wanted, and fills the slots of its units.
fn raise_all<'a>(
    stage: &Stage<'_>,
    slots: &'a [(&'a Target, Vec<Arc<Slot>>)],
    wanted: &dyn Fn(&Slot) -> usize,
) -> Raised<'a> {
    let mut raised = Vec::new();
    for (target, slots) in slots {
        let slots: Vec<&Arc<Slot>> = slots.iter().filter(|slot| wanted(slot) > 0).collect();
        if slots.is_empty() {
            continue;
        }
        let all = |outcome: &dyn Fn(&Slot) -> Result<Arc<Bench>, String>| {
            for slot in &slots {
                let _ = slot.bench.set(outcome(slot));
            }
        };
        if std::env::var_os("NEXTEST").is_some() && target.fixture == FixtureSource::Provision {
            let reason = format!(
                "nextest runs each trial in a process of its own, so the fixtures have to be made beforehand: \
                 poolproof provision -t {0} --out FILE, then POOLPROOF_FIXTURE=FILE",
                target.name
            );
            all(&|_| Err(reason.clone()));
            continue;
        }
        let units: Vec<&Target> = slots.iter().map(|slot| &slot.target).collect();
        match stage::raise(stage, target, &units) {
            Ok(up) => {
                all(&|slot| up.ready.bench(&slot.target.name));
                raised.push((*target, units, up));
            }
            Err(reason) => all(&|_| Err(reason.clone())),
        }
    }
    raised
}

/// Whether a scenario is part of the run: named by the filters and, with `--ignored`, one that is ignored.
fn is_wanted(args: &Arguments, target: &Target, planned: Planned) -> bool {
    is_named(args, &format!("{}::{}", target.name, planned.id()))
        && (!args.ignored || applicable::declared(target, planned.scenario).is_some())
}

/// The selection as libtest makes it; `Arguments` keeps its own to itself.
fn is_named(args: &Arguments, name: &str) -> bool {
    let matches = |filter: &str| if args.exact { name == filter } else { name.contains(filter) };
    args.filter.as_deref().is_none_or(matches) && !args.skip.iter().any(|skip| matches(skip))
}

fn trial(
    slot: Arc<Slot>,
    planned: Planned,
    run: &Arc<Run>,
    channel: &Arc<Channel>,
    record: bool,
    args: &Arguments,
) -> Trial {
    let name = format!("{}::{}", slot.target.name, planned.id());
    let found = match slot.bench.get() {
        Some(Ok(bench)) => applicable::found(&bench.session, planned.scenario),
        _ => None,
    };
    let reason = applicable::declared(&slot.target, planned.scenario);
    // One process for all trials knows what could be created before it lists them; a process for each does not.
    let alone = std::env::var_os("NEXTEST").is_some();
    let ignored = reason.is_some() || (!alone && found.is_some());
    let without = reason.clone().or_else(|| found.clone());
    // Told here once and for all: with `--ignored` or `--include-ignored` the trial is run, but the scenario is not.
    if let (true, true, Some(reason)) = (ignored, is_wanted(args, &slot.target, planned), without) {
        channel.tell(Event::ScenarioFinished(Box::new(plan::not_applicable(
            run,
            &slot.target.name,
            planned,
            &reason,
        ))));
    }
    let (run, channel) = (Arc::clone(run), Arc::clone(channel));
    Trial::test(name, move || {
        if let Some(reason) = reason {
            return Err(Failed::from(format!(
                "not run, because the target does not claim what it needs: {reason}. If {} has it, \
                 say so in the configuration",
                slot.target.name
            )));
        }
        // What a panic says was shown by its hook, without secrets. libtest-mimic would show it as it is.
        let judged = AssertUnwindSafe(move || judge(&slot, planned, &run, &channel, record, found));
        catch_unwind(judged).unwrap_or_else(|_| Err(Failed::from("poolproof panicked; please report this")))
    })
    .with_ignored_flag(ignored)
}

fn judge(
    slot: &Slot,
    planned: Planned,
    run: &Run,
    channel: &Channel,
    record: bool,
    found: Option<String>,
) -> Result<(), Failed> {
    if let Some(reason) = found {
        return Err(Failed::from(format!(
            "{reason}. If {} never has it, say so in the configuration: [target.{0}.unsupported]",
            slot.target.name
        )));
    }
    let bench = match slot.bench.get() {
        Some(Ok(bench)) => bench,
        Some(Err(reason)) => return Err(Failed::from(format!("the target is not ready: {reason}"))),
        None => return Err(Failed::from("the target was not made ready")),
    };
    let result = trial::run(run, bench, planned);
    channel.tell(Event::ScenarioFinished(Box::new(result.clone())));
    if result.verdict.is_green(false) {
        return Ok(());
    }
    if record {
        propose::propose_one(run, &slot.target, planned, &result);
    }
    Err(Failed::from(text::scenario(&result)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_a_no_is_consent() {
        for no in ["", "0", "n", "no", "f", "false", "off", "N", "No", "NO", "F", "FALSE", "False", "OFF"] {
            assert!(!consents(no), "{no:?}");
        }
        for yes in ["1", "y", "yes", "true", "on", "TRUE"] {
            assert!(consents(yes), "{yes:?}");
        }
    }
}
