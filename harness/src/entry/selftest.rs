//! `poolproof selftest`: every fault of the double is found, and every scenario finds one.

mod faults;
mod honest;
mod hunting;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::runtime::Runtime;

use super::applicable;
use super::cli::{EffortArgs, SelftestArgs, SelftestFormat};
use super::context::{self, Refused};
use super::output;
use super::plan;
use super::prepare::{self, Ready};
use super::select;
use super::stage;
use super::wiring::Wiring;
use crate::exit::Exit;
use crate::generate::seed::RunSeed;
use crate::judge::expect::Snapshots;
use crate::model::alike::alike;
use crate::model::ledger::Ledger;
use crate::model::need::Need;
use crate::model::text::one_line;
use crate::selftest::matrix::{Circumstances, Matrix};
use crate::selftest::render;
use crate::target::config::Config;
use crate::target::spec::{Pages, Target};
use crate::trial::{Planned, Run};

/// How many doubles are up at once. More than there are cores: some scenarios wait.
const LANES: usize = 4;

/// Runs the suite without a fault, then with one fault after the other.
///
/// # Errors
/// [`Refused`] before anything was sent, or where the run was stopped.
pub(super) fn selftest(wiring: &Wiring, args: &SelftestArgs) -> Result<Exit, Refused> {
    let began = Instant::now();
    let mut chosen = faults::chosen((wiring.double_faults)(), &args.faults)
        .map_err(|text| Refused { exit: Exit::NothingSelected, text })?;
    let all_faults = args.faults.is_empty();
    let runtime = stage::runtime()?;
    let stop = Arc::new(AtomicBool::new(false));
    stage::watch_ctrl_c(runtime.handle(), &stop);
    let ledger = context::ledger(wiring)?;
    faults::check(&chosen, &ledger).map_err(Refused::ours)?;
    let folder = context::snapshots(wiring, None, Path::new(""))?;
    let planned = select::select(wiring, &args.scenarios, &[])
        .map_err(|error| Refused { exit: Exit::NothingSelected, text: error.to_string() })?;
    let ground = Ground::new(wiring, &args.effort, planned, (ledger, &folder.snapshots), (&runtime, &stop))?;
    let honest = honest::run(&ground);
    ground.check_stop()?;
    output::remark(&format!(
        "without a fault: {} checks of {} scenarios, {} of them red, after {:.0} s",
        honest.checks.len(),
        honest.scenarios.len(),
        honest.red.len(),
        began.elapsed().as_secs_f64()
    ));
    let mut reached: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for check in &honest.checks {
        for fault in &check.reached {
            reached.entry(fault.clone()).or_default().insert(&check.scenario);
        }
    }
    if !args.scenarios.is_empty() && honest.red.is_empty() {
        // Nothing to be found would look like everything found.
        if let Err(word) = faults::check_met(&chosen, &args.faults, |fault| reached.contains_key(&fault.id)) {
            return Err(Refused { exit: Exit::NothingSelected, text: nothing_met(word, &honest) });
        }
        let all = chosen.len();
        chosen.retain(|fault| reached.contains_key(&fault.id));
        if !all_faults && chosen.len() < all {
            output::remark(&format!(
                "{} of the {all} faults are left out: none of these scenarios meets them",
                all - chosen.len()
            ));
        }
    }
    let mut findings = BTreeMap::new();
    if honest.red.is_empty() {
        let seeds: Vec<RunSeed> = (1..args.seeds)
            .map(|number| RunSeed::new(format!("{}-{number}", ground.run.seed.text())))
            .collect();
        findings = hunting::hunt_all(&ground, &honest, &chosen, &seeds);
        ground.check_stop()?;
        if all_faults {
            hunting::kill_the_rest(&ground, &honest, &chosen, &mut findings);
            ground.check_stop()?;
        }
    }
    let matrix = Matrix::fold(
        Circumstances {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed: ground.run.seed.text().to_owned(),
            profile: args.effort.profile.name().to_owned(),
            checks: honest.checks.len(),
            red_without_a_fault: honest.red.clone(),
            seeds: usize::try_from(args.seeds).unwrap_or(usize::MAX),
            all_faults,
            requests: ground.requests(),
            seconds: began.elapsed().as_secs_f64(),
        },
        chosen
            .into_iter()
            .map(|fault| {
                let findings = findings.remove(&fault.id).unwrap_or_default();
                (fault, findings)
            })
            .collect(),
        honest.scenarios.clone(),
        &reached.into_iter().map(|(fault, scenarios)| (fault, scenarios.len())).collect(),
    );
    let shown = match args.format {
        SelftestFormat::Text => render::text(&matrix, args.verbose > 0),
        SelftestFormat::Markdown => render::markdown(&matrix),
        SelftestFormat::Json => render::json(&matrix).map_err(Refused::ours)?,
    };
    output::result(&shown);
    Ok(if matrix.is_proven() { Exit::Pass } else { Exit::Deviation })
}

/// Why nothing is looked for: no scenario could notice what the word means, or none could be run.
fn nothing_met(word: Option<&str>, honest: &honest::Honest) -> String {
    let which =
        word.map_or_else(|| "a fault".to_owned(), |word| format!("a fault that {:?} means", one_line(word)));
    let not_run = honest.scenarios.iter().filter_map(|(id, reason)| Some((id, reason.as_ref()?)));
    let not_run = not_run.map(|(id, reason)| format!("\n  could not be run: {id}: {}", one_line(reason)));
    let mut text = format!("none of these scenarios meets {which}");
    text.extend(not_run);
    if word.is_some() {
        text.push_str("\n  leave the word out: then all faults that they meet are looked for");
    }
    text
}

/// The pool or a guard of a double, with what is planned on it.
struct Unit {
    /// The double, without a fault: one with managed login, or with the classic pages.
    double: Target,
    target: Target,
    planned: Vec<Planned>,
}

/// What every lane works with.
struct Ground<'a> {
    wiring: &'a Wiring,
    effort: &'a EffortArgs,
    runtime: &'a Runtime,
    stop: &'a Arc<AtomicBool>,
    units: Vec<Unit>,
    /// Every scenario.
    planned: Vec<Planned>,
    run: Run,
    requests: std::sync::atomic::AtomicU64,
}

impl<'a> Ground<'a> {
    fn new(
        wiring: &'a Wiring,
        effort: &'a EffortArgs,
        planned: Vec<Planned>,
        (ledger, snapshots): (Ledger, &Snapshots),
        (runtime, stop): (&'a Runtime, &'a Arc<AtomicBool>),
    ) -> Result<Self, Refused> {
        // The double of this build and not what a configuration makes of it.
        let managed = Config::builtin().target("double", &|_| None).map_err(Refused::ours)?;
        let mut classic = managed.clone();
        "classic-double".clone_into(&mut classic.name);
        let reason = "its pages are those of the classic hosted UI";
        classic.unsupported.insert(Need::ManagedLogin.to_string(), reason.to_owned());
        classic.pages = Pages::Classic;
        let is_for_classic = |planned: &&Planned| {
            let declared = |target| applicable::declared(target, planned.scenario);
            declared(&managed).is_some() && declared(&classic).is_none()
        };
        let for_classic: Vec<Planned> = planned.iter().filter(is_for_classic).copied().collect();
        let mut units = Vec::new();
        for (double, planned) in [(managed, &planned), (classic, &for_classic)] {
            let of_double = plan::units(&double, planned).into_iter();
            units.extend(of_double.map(|(target, planned)| Unit { double: double.clone(), target, planned }));
        }
        let run = Run {
            ledger,
            snapshots: snapshots.clone(),
            seed: stage::seed(effort),
            strict: true,
            shrink: false,
            case_folder: PathBuf::new(),
            runtime: runtime.handle().clone(),
            stop: Arc::clone(stop),
        };
        Ok(Self { wiring, effort, runtime, stop, units, planned, run, requests: 0.into() })
    }

    /// These things, apart by the double that each needs.
    fn by_double<T: Copy>(&self, things: &[T], unit: impl Fn(T) -> usize) -> Vec<Vec<T>> {
        let double = |thing| self.units[unit(thing)].double.name.as_str();
        alike(things.iter().copied(), double).into_iter().map(|(_, things)| things).collect()
    }

    /// A double with these faults, ready for these units, which are all of one double.
    fn raise(&self, faults: &[String], units: &BTreeSet<usize>) -> Result<Ready, String> {
        let first = units.first().ok_or("no unit is asked for")?;
        let double = &self.units[*first].double;
        debug_assert!(units.iter().all(|unit| self.units[*unit].double.name == double.name), "two doubles");
        let mut target = double.clone();
        target.faults = faults.to_vec();
        let units: Vec<&Target> = units.iter().map(|unit| &self.units[*unit].target).collect();
        let never = std::future::pending();
        self.runtime.block_on(prepare::ready(self.wiring, &target, &units, Path::new(""), self.effort, never))
    }

    fn lower(&self, ready: Ready) {
        self.requests.fetch_add(ready.session.budget.requests(), Ordering::Relaxed);
        for left in self.runtime.block_on(ready.down(false)) {
            output::remark(&left);
        }
    }

    fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// A matrix with holes would look like one that says that nothing was found.
    fn check_stop(&self) -> Result<(), Refused> {
        if self.is_stopped() {
            let text = "stopped by Ctrl-C: nothing is proven".to_owned();
            return Err(Refused { exit: Exit::Unproven, text });
        }
        Ok(())
    }
}

/// Does something with each item, several at a time, in their order.
fn in_lanes<T: Sync>(ground: &Ground<'_>, items: &[T], work: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while !ground.is_stopped()
                    && let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    work(item);
                }
            });
        }
    });
}
