//! One scenario on one target: the only place that composes generation, execution, observation and judging.

mod evidence;
mod hunt;

pub use evidence::last_curl;
pub use hunt::{Found, Hunt, hunt};

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use futures::StreamExt as _;
use proptest::strategy::BoxedStrategy;
use tokio::runtime::Handle;
use tokio::sync::RwLock;

use crate::exec::session::{Meter, Session};
use crate::exec::steps::{self, Ran};
use crate::generate::cases;
use crate::generate::seed::RunSeed;
use crate::judge::compare::{Standard, judge};
use crate::judge::expect::Snapshots;
use crate::judge::merge::Tally;
use crate::model::case::{Action, ApiCall, Case};
use crate::model::exchange::Fault;
use crate::model::guard::Exactness;
use crate::model::ledger::Ledger;
use crate::model::observation::Observation;
use crate::model::scenario::{Effort, Scenario, Suite};
use crate::model::verdict::{Verdict, VerdictKind};
use crate::observe::project::observe;
use crate::observe::redact::{FixtureNames, Redactor};
use crate::observe::transcript::transcript;
use crate::report::event::ScenarioResult;
use crate::target::control::ControlCall;

/// How many cases are made of a scenario, by what one costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseCounts {
    /// Of one request.
    pub single: u64,
    /// With a sign-in or other steps before the probe.
    pub flow: u64,
    /// One at a time.
    pub exclusive: u64,
}

impl CaseCounts {
    /// The number for a scenario.
    pub const fn of(self, effort: Effort) -> u64 {
        match effort {
            Effort::Single => self.single,
            Effort::Flow => self.flow,
            Effort::Exclusive => self.exclusive,
            Effort::Once => 1,
        }
    }
}

/// What is the same for all scenarios of a run.
pub struct Run {
    /// The facts.
    pub ledger: Ledger,
    /// The expectations.
    pub snapshots: Snapshots,
    /// Where randomness comes from.
    pub seed: RunSeed,
    /// Whether weak evidence fails the run; such verdicts are shrunk too.
    pub strict: bool,
    /// Whether failing cases are made simpler.
    pub shrink: bool,
    /// Where failing cases are stored.
    pub case_folder: PathBuf,
    /// The runtime that carries all requests.
    pub runtime: Handle,
    /// Set where the run has to end soon.
    pub stop: Arc<AtomicBool>,
}

impl Run {
    /// The same with another seed.
    #[must_use]
    pub fn with_seed(&self, seed: RunSeed) -> Self {
        Self {
            ledger: self.ledger.clone(),
            snapshots: self.snapshots.clone(),
            seed,
            strict: self.strict,
            shrink: self.shrink,
            case_folder: self.case_folder.clone(),
            runtime: self.runtime.clone(),
            stop: Arc::clone(&self.stop),
        }
    }
}

/// A target that is ready for its scenarios.
pub struct Bench {
    /// What is replaced by names.
    pub names: FixtureNames,
    /// The name of the target.
    pub target: String,
    /// How it is reached.
    pub session: Session,
    /// How much of the refusals of a guard is compared.
    pub exactness: Exactness,
    /// How many cases are in flight for one scenario.
    pub window: usize,
    /// How many cases are made.
    pub counts: CaseCounts,
    /// Cases of a scenario that are tried in all before an accepted deviation counts as gone.
    pub look_further: u64,
    /// What comes before the scenario id in the command that repeats a case.
    pub repeat_prefix: String,
    /// Held by an exclusive case alone, and by all others together.
    pub quiet: RwLock<()>,
}

/// One scenario with its suite.
#[derive(Clone, Copy)]
pub struct Planned {
    /// The suite.
    pub suite: &'static Suite,
    /// The scenario.
    pub scenario: &'static Scenario,
}

impl Planned {
    /// The full id, such as `token::client-auth::wrong-secret`.
    pub fn id(&self) -> String {
        self.suite.full_id(self.scenario)
    }
}

/// A case with what it came to.
pub struct Judged {
    /// How many steps of it were done.
    pub done: usize,
    /// The case.
    pub case: Case,
    /// What was seen, or why nothing was.
    pub seen: Result<Observation, Fault>,
    /// The judgement.
    pub verdict: Verdict,
    /// What happened, a line a step.
    pub transcript: Vec<String>,
}

/// Runs a scenario on a target. Never panics: what goes wrong on our side is a verdict of its own.
pub fn run(run: &Run, bench: &Bench, planned: Planned) -> ScenarioResult {
    let began = Instant::now();
    let meter = Meter::default();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Trial { run, bench, planned, id: planned.id(), meter: &meter }.judge_all()
    }));
    let mut result = outcome.unwrap_or_else(|_| {
        let verdict = Verdict::new(VerdictKind::HarnessFault, "the scenario panicked; please report this");
        blank(run, &bench.target, planned, verdict)
    });
    result.requests = meter.requests();
    result.duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    result
}

/// The result of a scenario that was not run.
pub fn blank(run: &Run, target: &str, planned: Planned, verdict: Verdict) -> ScenarioResult {
    let confidence = planned
        .scenario
        .covers
        .first()
        .and_then(|id| run.ledger.get(id))
        .map_or_else(String::new, |fact| fact.confidence.to_string());
    ScenarioResult {
        target: target.to_owned(),
        id: planned.id(),
        says: planned.scenario.says.to_owned(),
        facts: planned.scenario.covers.iter().map(ToString::to_string).collect(),
        confidence,
        verdict: verdict.kind,
        critical: verdict.critical,
        cases: 0,
        requests: 0,
        case_verdicts: std::collections::BTreeMap::new(),
        duration_ms: 0,
        reason: verdict.reason,
        failure: None,
    }
}

struct Trial<'a> {
    run: &'a Run,
    bench: &'a Bench,
    planned: Planned,
    id: String,
    meter: &'a Meter,
}

impl Trial<'_> {
    fn judge_all(&self) -> ScenarioResult {
        let standard = match self.standard() {
            Ok(standard) => standard,
            Err(fault) => return blank(self.run, &self.bench.target, self.planned, fault),
        };
        let effort = self.planned.scenario.effort;
        let count = self.bench.counts.of(effort).max(1);
        let window = if effort.is_alone() { 1 } else { self.bench.window.max(1) };
        let generator = (self.planned.scenario.cases)();
        let mut tally = Tally::default();
        self.run.runtime.block_on(
            futures::stream::iter(0..count)
                .take_while(|_| std::future::ready(!self.stopping()))
                .map(|index| self.judge_index(&generator, index, &standard))
                .buffer_unordered(window)
                .for_each(|(index, verdict, seen)| {
                    tally.add(index, verdict, seen);
                    std::future::ready(())
                }),
        );
        if standard.accepted.is_some() {
            self.look_further(&generator, &standard, &mut tally);
        }
        self.conclude(&standard, &tally)
    }

    /// What the scenario is held against.
    fn standard(&self) -> Result<Standard<'_>, Verdict> {
        let fault = |text: String| Verdict::new(VerdictKind::HarnessFault, text);
        let (folder, id) = (self.planned.suite.folder(), self.planned.scenario.id);
        let reference =
            self.run.snapshots.reference(&folder, id).map_err(|error| fault(error.to_string()))?;
        let accepted = self
            .run
            .snapshots
            .accepted(&self.bench.target, &folder, id)
            .map_err(|error| fault(error.to_string()))?;
        let facts = self
            .planned
            .scenario
            .covers
            .iter()
            .map(|id| self.run.ledger.get(id).ok_or_else(|| fault(format!("the ledger has no fact {id}"))))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Standard { reference, facts, accepted, exactness: self.bench.exactness })
    }

    /// Tries more cases before it is said that the target no longer shows a deviation that is on file: only some
    /// inputs may show it.
    fn look_further(&self, generator: &BoxedStrategy<Case>, standard: &Standard<'_>, tally: &mut Tally) {
        for index in tally.cases()..self.bench.look_further {
            if self.stopping() || !tally.misses_what_is_on_file() {
                break;
            }
            let (index, verdict, seen) =
                self.run.runtime.block_on(self.judge_index(generator, index, standard));
            tally.add(index, verdict, seen);
        }
    }

    async fn judge_index(
        &self,
        generator: &BoxedStrategy<Case>,
        index: u64,
        standard: &Standard<'_>,
    ) -> (u64, Verdict, Option<String>) {
        match cases::case_of(generator, &self.run.seed, &self.id, index) {
            Ok(case) => {
                let ran = send(self.bench, self.planned.scenario, &case, self.meter).await;
                let redactor = Redactor::new(&self.bench.names, &ran.captured, &case);
                let seen = observe(self.planned.scenario.watch, &ran.exchanges, &redactor);
                let verdict = judge(standard, &seen);
                (index, verdict, seen.ok().map(|seen| seen.text()))
            }
            Err(error) => (index, Verdict::new(VerdictKind::HarnessFault, error.to_string()), None),
        }
    }

    async fn judge_case(&self, case: Case, standard: &Standard<'_>) -> Judged {
        judge_case(self.bench, self.planned.scenario, case, standard, self.meter).await
    }

    fn conclude(&self, standard: &Standard<'_>, tally: &Tally) -> ScenarioResult {
        let stopped = || (0, Verdict::new(VerdictKind::Inconclusive, Fault::Stopped.to_string()));
        let accepted = standard.accepted.as_ref();
        let (index, mut verdict) = tally.outcome(accepted.is_some(), self.run.strict).unwrap_or_else(stopped);
        if self.stopping() && !self.is_complete(tally) && verdict.kind < VerdictKind::Deviates {
            // Green so far, and nobody knows of the rest.
            verdict = stopped().1;
        }
        if let (VerdictKind::AcceptedDeviation, Some(accepted)) = (verdict.kind, accepted) {
            let texts: Vec<String> = accepted.observations.iter().map(evidence::text).collect();
            for number in tally.not_seen(&texts) {
                let _ = write!(verdict.reason, " (observation {number} on file was not seen this time)");
            }
        }
        let needs_evidence = !matches!(
            verdict.kind,
            VerdictKind::Conforms
                | VerdictKind::NotApplicable
                | VerdictKind::HarnessFault
                | VerdictKind::Stale
        );
        let failure = if needs_evidence && !self.stopping() {
            self.evidence(standard, index, &verdict, tally.to_be_filed())
        } else {
            None
        };
        let mut result = blank(self.run, &self.bench.target, self.planned, verdict);
        result.cases = tally.cases();
        if tally.counts().len() > 1 {
            result.case_verdicts =
                tally.counts().iter().map(|(kind, count)| (kind.name().to_owned(), *count)).collect();
        }
        result.failure = failure;
        result
    }

    /// Whether all planned cases were judged, and those with which a deviation on file was looked for.
    fn is_complete(&self, tally: &Tally) -> bool {
        tally.cases() >= self.bench.counts.of(self.planned.scenario.effort).max(1)
            && !tally.misses_what_is_on_file()
    }

    fn stopping(&self) -> bool {
        self.run.stop.load(Ordering::Relaxed) || self.bench.session.budget.is_stopped()
    }
}

async fn send(bench: &Bench, scenario: &Scenario, case: &Case, meter: &Meter) -> Ran {
    if scenario.effort.is_alone() {
        let _alone = bench.quiet.write().await;
        run_and_reset(&bench.session, case, meter).await
    } else {
        let _among_others = bench.quiet.read().await;
        steps::run(&bench.session, case, meter).await
    }
}

/// Sends one case, judges what comes back, and keeps what a reader needs of it.
pub async fn judge_case(
    bench: &Bench,
    scenario: &Scenario,
    case: Case,
    standard: &Standard<'_>,
    meter: &Meter,
) -> Judged {
    let ran = send(bench, scenario, &case, meter).await;
    let redactor = Redactor::new(&bench.names, &ran.captured, &case);
    let seen = observe(scenario.watch, &ran.exchanges, &redactor);
    let verdict = judge(standard, &seen);
    let transcript = transcript(scenario.watch, &ran.exchanges, &redactor);
    let done = ran.exchanges.len();
    Judged { done, case, seen, verdict, transcript }
}

/// A case that moved the clock puts it back.
async fn run_and_reset(session: &Session, case: &Case, meter: &Meter) -> Ran {
    let ran = steps::run_alone(session, case, meter).await;
    if case.steps.iter().any(|step| matches!(step.action, Action::Api(ApiCall::AdvanceClock(_)))) {
        let _ = session.control.call(ControlCall::ResetClock).await;
    }
    ran
}
