//! A run from the first event to the last: shared by `run` and by the libtest front.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::runtime::{Handle, Runtime};

use super::absence::{self, Presence};
use super::cli::EffortArgs;
use super::context::Refused;
use super::masks::hide;
use super::prepare::{self, Ready};
use super::wiring::Wiring;
use crate::generate::cases::fresh_seed;
use crate::generate::seed::RunSeed;
use crate::model::text::one_line;
use crate::report::event::{Event, Level};
use crate::report::sink::{EventLog, Fanout, Listener, LogError};
use crate::target::spec::Target;

/// Installs the one crypto provider for TLS and for tokens. Doing it twice is no fault.
pub(super) fn install_crypto() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

/// The runtime that carries everything asynchronous of this process.
///
/// # Errors
/// The machine gives no threads.
pub(super) fn runtime() -> Result<Runtime, Refused> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Refused::ours)
}

/// The seed that was asked for.
pub(super) fn seed(effort: &EffortArgs) -> RunSeed {
    match effort.seed.as_deref() {
        None => RunSeed::default(),
        Some("random") => fresh_seed(),
        Some(text) => RunSeed::new(text),
    }
}

/// The folder of one run, named by its time and process.
pub(super) fn run_folder(root: &Path) -> PathBuf {
    let now = time::OffsetDateTime::now_utc();
    let format = time::macros::format_description!("[year][month][day]T[hour][minute][second]Z");
    let stamp = now.format(format).unwrap_or_default();
    root.join(format!("{stamp}-{}", std::process::id()))
}

/// The folder that all trials of one run of nextest share; without nextest, that of the process.
pub(super) fn trials_folder(root: &Path) -> PathBuf {
    let id = std::env::var("NEXTEST_RUN_ID").ok().filter(|id| !id.contains(['/', '\\', '.']));
    id.map_or_else(|| run_folder(root), |id| root.join(id))
}

/// Hands events to everyone who listens, one at a time and in one order.
pub(super) struct Channel {
    listeners: Mutex<Fanout>,
    told: Mutex<Vec<Event>>,
    log: Arc<Mutex<EventLog>>,
}

impl Channel {
    /// A channel to these listeners and to a log file.
    ///
    /// # Errors
    /// The log file cannot be made.
    pub(super) fn open(log: &Path, mut listeners: Vec<Box<dyn Listener + Send>>) -> Result<Self, Refused> {
        if let Some(folder) = log.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| Refused::usage(format!("{}: {error}", folder.display())))?;
        }
        let log = Arc::new(Mutex::new(EventLog::create(log).map_err(Refused::usage)?));
        listeners.push(Box::new(Arc::clone(&log)));
        Ok(Self { listeners: Mutex::new(Fanout(listeners)), told: Mutex::new(Vec::new()), log })
    }

    /// Tells an event. A lock that another thread left behind in a panic loses nothing.
    pub(super) fn tell(&self, event: Event) {
        let event = without_secrets(event);
        let mut listeners = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = event.clone();
        // Kept before it is heard, and under the same lock: in the same order as in the log.
        self.told.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        listeners.hear(&heard);
    }

    /// Everything that was told, in order.
    pub(super) fn told(&self) -> Vec<Event> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes sure that the log file is whole; to be called once the last event was told.
    ///
    /// # Errors
    /// The first failure of the log in the whole run: what was written then is not all that happened.
    pub(super) fn finish(&self) -> Result<(), LogError> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).finish()
    }
}

/// The same without known secrets in what is said of a target that is not ready, or of what could not be had: much of that
/// is what the target said when it was provisioned or signed in to. What a case saw has gone through the redactor.
fn without_secrets(event: Event) -> Event {
    match event {
        Event::TargetReady { target, failure, seconds } => {
            Event::TargetReady { target, failure: failure.map(|text| hide(&text)), seconds }
        }
        Event::Notice { target, level, text } => Event::Notice { target, level, text: hide(&text) },
        Event::ScenarioFinished(mut result) => {
            result.reason = hide(&result.reason);
            Event::ScenarioFinished(result)
        }
        other => other,
    }
}

/// Stops a run softly at the first Ctrl-C and hard at the second.
pub(super) fn watch_ctrl_c(runtime: &Handle, stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    runtime.spawn(async move {
        interrupted().await;
        stop.store(true, Ordering::Relaxed);
        super::output::remark(
            "stopping: the fixtures are removed and a partial report is written (Ctrl-C again: at once)",
        );
        interrupted().await;
        super::output::remark("stopped at once: `poolproof provision --remove` finds what is left");
        std::process::exit(130);
    });
}

/// Waits for Ctrl-C or, where there is one, for the signal with which a service manager or a CI job ends a process.
pub(super) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals there is nothing to wait for: the process is ended from outside.
        std::future::pending::<()>().await;
    }
}

/// Waits until the run is to be stopped.
async fn stopped(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A target that was made ready, and when.
pub(super) struct Up {
    /// What the scenarios use.
    pub(super) ready: Ready,
    began: Instant,
}

/// What targets are made ready with.
pub(super) struct Stage<'a> {
    /// Suites, double and provisioner.
    pub(super) wiring: &'a Wiring,
    /// The configuration file.
    pub(super) config: &'a Path,
    /// How much is tried.
    pub(super) effort: &'a EffortArgs,
    /// Carries everything asynchronous.
    pub(super) runtime: &'a Runtime,
    /// Set where the run has to end soon.
    pub(super) stop: &'a Arc<AtomicBool>,
    /// Who is told.
    pub(super) channel: &'a Channel,
}

/// Makes these units of a target ready and tells of each; probes what the target says that it lacks.
///
/// # Errors
/// Why none is ready: a text for the user.
pub(super) fn raise(stage: &Stage<'_>, target: &Target, units: &[&Target]) -> Result<Up, String> {
    let Stage { wiring, config, effort, runtime, stop, channel } = stage;
    let began = Instant::now();
    let outcome = runtime.block_on(prepare::ready(wiring, target, units, config, effort, stopped(stop)));
    for unit in units {
        let failure = match &outcome {
            Ok(ready) => ready.bench(&unit.name).err(),
            Err(reason) => Some(reason.clone()),
        };
        channel.tell(Event::TargetReady {
            target: unit.name.clone(),
            failure: failure.map(|reason| crate::model::text::block(&reason, 20)),
            seconds: began.elapsed().as_secs_f64(),
        });
    }
    let ready = outcome?;
    let session = &ready.session;
    let budget = Arc::clone(&session.budget);
    let stop = Arc::clone(stop);
    runtime.spawn(async move {
        stopped(&stop).await;
        budget.stop();
    });
    // A probe of the management API would create something.
    let harmless = |need: &&String| !(target.only_names_a_pool() && need.starts_with("api."));
    // Of the pool nothing is asked where it is not tested.
    let about_pool = |_: &&String| units.iter().any(|unit| unit.guard.is_none());
    for need in target.unsupported.keys().filter(harmless).filter(about_pool) {
        let (level, text) = match runtime.block_on(absence::presence(session, need)) {
            Presence::There(seen) => (
                Level::Stale,
                format!("but it is there: {}; remove the entry from the configuration", one_line(&seen)),
            ),
            Presence::Unknown(why) => {
                (Level::Warning, format!("and whether that is so could not be found out: {}", one_line(&why)))
            }
            Presence::Absent => continue,
        };
        let text = format!("{}: `unsupported` lists {need}, {text}", target.name);
        channel.tell(Event::Notice { target: Some(target.name.clone()), level, text });
    }
    Ok(Up { ready, began: Instant::now() })
}

/// Takes a target down and tells of its units. What was sent for the target as a whole counts for the first of them.
pub(super) fn lower(stage: &Stage<'_>, target: &Target, units: &[&Target], up: Up, keep_fixtures: bool) {
    let Stage { runtime, channel, .. } = stage;
    let budget = Arc::clone(&up.ready.session.budget);
    let took = up.began.elapsed();
    for text in runtime.block_on(up.ready.down(keep_fixtures)) {
        channel.tell(Event::Notice { target: Some(target.name.clone()), level: Level::Warning, text });
    }
    let told = channel.told();
    let judged = |unit: &&Target| -> (u64, u64) {
        let results = told.iter().filter_map(|event| match event {
            Event::ScenarioFinished(result) if result.target == unit.name => Some(result),
            _ => None,
        });
        results.fold((0, 0), |(requests, millis), result| {
            (requests + result.requests, millis + result.duration_ms)
        })
    };
    let sums: Vec<(u64, u64)> = units.iter().map(judged).collect();
    let others: u64 = sums.iter().skip(1).map(|(requests, _)| requests).sum();
    let total: u64 = sums.iter().map(|(_, millis)| millis).sum();
    let whole = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    for (index, (unit, (requests, millis))) in units.iter().zip(&sums).enumerate() {
        let first = index == 0;
        channel.tell(Event::TargetFinished {
            target: unit.name.clone(),
            requests: if first { budget.requests().saturating_sub(others) } else { *requests },
            machine_tokens: if first { budget.machine_tokens() } else { 0 },
            // Several units are tested one after the other: each has its share of the time.
            duration_ms: if units.len() == 1 { whole } else { whole.saturating_mul(*millis) / total.max(1) },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> Event {
        Event::RunFinished { judged: 0, stopped: None }
    }

    #[test]
    fn a_log_that_fails_is_told_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("run");
        let channel = Channel::open(&run.join("events.jsonl"), Vec::new()).unwrap();
        std::fs::remove_dir_all(&run).unwrap();
        channel.tell(ended());
        let error = channel.finish().unwrap_err().to_string();
        assert!(error.contains("events.jsonl"), "{error}");
        assert_eq!(channel.told(), [ended()]);
    }

    /// Panics at the first event that it hears.
    struct Fragile(bool);

    impl Listener for Fragile {
        fn hear(&mut self, _event: &Event) {
            assert!(std::mem::replace(&mut self.0, true), "on purpose");
        }
    }

    #[test]
    fn a_listener_that_panicked_loses_no_later_event() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run").join("events.jsonl");
        let channel = Channel::open(&path, vec![Box::new(Fragile(false))]).unwrap();
        let first = Event::ScenarioStarted { target: "double".to_owned(), id: "a::b".to_owned() };
        std::thread::scope(|scope| scope.spawn(|| channel.tell(first.clone())).join().unwrap_err());
        channel.tell(ended());
        channel.finish().unwrap();
        assert_eq!(channel.told(), [first, ended()]);
        assert_eq!(crate::report::sink::read(&path).unwrap().last(), Some(&ended()));
    }
}
