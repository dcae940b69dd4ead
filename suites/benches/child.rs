//! The binary as a child: serving the double, or running scenarios while its time and memory are read from `/proc`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use poolproof_harness::model::endpoint::Endpoint;
use poolproof_harness::model::fixture::Fixture;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::figures::{median, out};
use crate::workload::Chosen;
use crate::{CONCURRENCY, Result};

/// How often the memory of a child is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// Linux counts the CPU time of a process in hundredths of a second wherever programs can see it.
const TICKS_A_SECOND: f64 = 100.0;

/// The binary in an empty folder, without any setting from outside.
fn poolproof(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolproof"));
    command.current_dir(folder.path()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("POOLPROOF_") {
            command.env_remove(name);
        }
    }
    command
}

/// A double in a process of its own, with its fixture.
pub(crate) struct Double {
    child: Child,
    // Kept open: whoever prints into a closed pipe is ended.
    _stdout: BufReader<ChildStdout>,
    base: String,
    fixture: Fixture,
    folder: TempDir,
}

impl Double {
    /// Starts one on a free port and waits until it serves.
    pub(crate) fn start(latency: Duration) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("fixture.json");
        let mut child = poolproof(&folder)
            .args(["double", "--latency", &latency.as_millis().to_string(), "--fixture-out"])
            .arg(&file)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("the double has no output")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let base = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .ok_or_else(|| format!("the double said {line:?}"))?
            .to_owned();
        let fixture = serde_json::from_slice(&fs::read(&file)?)?;
        Ok(Self { child, _stdout: stdout, base, fixture, folder })
    }

    /// The URL of an endpoint.
    pub(crate) fn url(&self, endpoint: Endpoint) -> String {
        let issuer =
            if endpoint.below_issuer() { format!("/{}", self.fixture.pool.id) } else { String::new() };
        format!("{}{issuer}{}", self.base, endpoint.default_path())
    }

    /// What is known on it.
    pub(crate) fn fixture(&self) -> &Fixture {
        &self.fixture
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was measured of one side in one round.
#[derive(Clone, Default)]
pub(crate) struct Measured {
    /// Requests sent.
    pub(crate) requests: f64,
    /// Time on the clock, from a target that is ready to the last verdict.
    pub(crate) seconds: f64,
    /// CPU time of the process.
    pub(crate) cpu_seconds: f64,
    /// The peak of resident memory in MiB; 0 where it is not known.
    pub(crate) peak_mib: f64,
    /// Scenarios with a verdict that rests on cases.
    pub(crate) scenarios: usize,
}

impl Measured {
    /// Requests sent.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, and no large one")]
    pub(crate) fn count(&self) -> usize {
        self.requests as usize
    }

    /// Requests a second.
    pub(crate) fn rate(&self) -> f64 {
        self.requests / self.seconds
    }

    /// Microseconds on the clock for each request.
    pub(crate) fn wall_micros(&self) -> f64 {
        self.seconds * 1e6 / self.requests
    }

    /// Microseconds of CPU time for each request.
    pub(crate) fn cpu_micros(&self) -> f64 {
        self.cpu_seconds * 1e6 / self.requests
    }

    /// The medians of several rounds, each figure for itself.
    pub(crate) fn median(runs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(&runs.iter().map(figure).collect::<Vec<_>>());
        Self {
            requests: of(|run| run.requests),
            seconds: of(|run| run.seconds),
            cpu_seconds: of(|run| run.cpu_seconds),
            peak_mib: of(|run| run.peak_mib),
            scenarios: runs.first().map_or(0, |run| run.scenarios),
        }
    }
}

/// One `poolproof run`.
pub(crate) struct Engine {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Engine {
    /// Against a double that is another process.
    pub(crate) fn new(double: &Double) -> Result<Self> {
        let fixture = double.folder.path().join("fixture.json").display().to_string();
        let concurrency = format!("concurrency={CONCURRENCY}");
        let engine = Self::in_process()?;
        Ok(engine.with(["--url", &double.base, "--fixture", &fixture, "--set", &concurrency]))
    }

    /// Against the double that the run starts itself.
    pub(crate) fn in_process() -> Result<Self> {
        let engine = Self { folder: tempfile::tempdir()?, arguments: Vec::new() };
        Ok(engine.with(["run", "--quiet", "--skip", "guard", "--report", "json", "--report-dir", "report"]))
    }

    /// These scenarios alone.
    pub(crate) fn only(mut self, chosen: &Chosen) -> Self {
        self.arguments.extend(chosen.scenarios().map(poolproof_harness::trial::Planned::id));
        self
    }

    /// So many cases for a scenario of one request.
    pub(crate) fn cases(self, cases: u32) -> Self {
        self.with(["--cases", &cases.to_string()])
    }

    fn with<const N: usize>(mut self, arguments: [&str; N]) -> Self {
        self.arguments.extend(arguments.map(str::to_owned));
        self
    }

    /// Runs it to its end and says so where not everything conforms.
    pub(crate) fn run(self) -> Result<Measured> {
        let (said, path) = (self.folder.path().join("said"), self.folder.path().join("report/report.json"));
        let mut child = poolproof(&self.folder)
            .args(&self.arguments)
            .stdout(Stdio::null())
            .stderr(fs::File::create(&said)?)
            .spawn()?;
        let began = Instant::now();
        let usage = watch(&mut child)?;
        let status = child.wait()?;
        let wall = began.elapsed().as_secs_f64();
        let report = fs::read(&path).map_err(|error| {
            format!("no report ({error}), {status}: {}", fs::read_to_string(&said).unwrap_or_default())
        })?;
        let report: Json = serde_json::from_slice(&report)?;
        let target = &report["targets"][0];
        let figure = |name: &str| target[name].as_f64().ok_or_else(|| format!("the report has no {name}"));
        let other: Vec<String> = target["counts"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(verdict, count)| {
                !matches!(verdict.as_str(), "conforms" | "not-applicable") && count.as_u64() != Some(0)
            })
            .map(|(verdict, count)| format!("{count} {verdict}"))
            .collect();
        if !other.is_empty() {
            out(format!("(not everything conforms: {})", other.join(", ")))?;
        }
        let scenarios = target["scenarios"].as_array().map_or(0, |all| {
            all.iter().filter(|scenario| scenario["cases"].as_u64().is_some_and(|cases| cases > 0)).count()
        });
        let seconds = figure("duration_ms")? / 1000.0;
        if seconds > wall {
            return Err(format!("the report says {seconds} s, the clock {wall} s").into());
        }
        let (cpu_seconds, peak_mib) = usage;
        Ok(Measured { requests: figure("requests")?, seconds, cpu_seconds, peak_mib, scenarios })
    }
}

/// Looks at a child until it has ended, before its figures are gone: CPU seconds and peak MiB.
fn watch(child: &mut Child) -> Result<(f64, f64)> {
    let id = child.id();
    let (mut cpu, mut peak) = (0.0, 0.0);
    loop {
        if let Some(found) = peak_mib(id) {
            peak = found;
        }
        match state_and_cpu(&id.to_string()) {
            // A child that has ended keeps its CPU time until it is waited for.
            Some((state, found)) => {
                cpu = found;
                if state == 'Z' {
                    break;
                }
            }
            None if child.try_wait()?.is_some() => break,
            None => {}
        }
        std::thread::sleep(LOOK);
    }
    Ok((cpu, peak))
}

/// The CPU time of this process so far; 0 where there is no `/proc`.
pub(crate) fn own_cpu_seconds() -> f64 {
    state_and_cpu("self").map_or(0.0, |(_, seconds)| seconds)
}

/// The state and the CPU seconds of a process, user and system together (proc(5): fields 3, 14 and 15 of `stat`).
fn state_and_cpu(process: &str) -> Option<(char, f64)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in parentheses and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((fields.first()?.chars().next()?, (ticks(11)? + ticks(12)?) / TICKS_A_SECOND))
}

/// The highest resident memory of a process so far (proc(5): `VmHWM`, in KiB).
fn peak_mib(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}
