//! A folder of its own for every test, processes with a bound on their time, and a double as a process.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

/// A scenario of one request that a wrong answer to a wrong secret fails.
pub(crate) const WRONG_SECRET: &str = "token::client-auth::wrong-secret-basic";
/// A scenario of one request that succeeds.
pub(crate) const SUCCESS: &str = "token::client-credentials::success";
/// The fault of the double that [`WRONG_SECRET`] notices.
pub(crate) const WRONG_SECRET_IS_401: &str = "wrong-secret-is-401";

/// How long any command may take before it counts as hanging, on a machine that is busy with much else.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// A folder with everything that a command reads and leaves behind.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// What a process came to.
pub(crate) struct Ran {
    /// The exit code; `None` for a process that was killed.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) took: Duration,
    /// The most memory that it had in use at once, in MiB, as far as it was seen; `None` where that is not known.
    #[allow(dead_code, reason = "not every binary of tests asks for it")]
    pub(crate) peak_mib: Option<u64>,
}

impl Sandbox {
    /// With a configuration that names nothing: no other one is looked for in the folders above.
    pub(crate) fn new() -> Self {
        let sandbox = Self { folder: tempfile::Builder::new().prefix("poolproof-cli-").tempdir().unwrap() };
        sandbox.write("targets.toml", "");
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// A program in this folder, untouched by settings around the test.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let shown = name.to_string_lossy();
            let ours = ["POOLPROOF_", "NEXTEST", "INSTA_", "PROPTEST_"].iter().any(|p| shown.starts_with(p));
            if ours || matches!(shown.as_ref(), "CI" | "NO_COLOR" | "CLICOLOR_FORCE") {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(self.folder.path())
            .env("POOLPROOF_RUN_DIR", self.path("runs"))
            .env("POOLPROOF_STATE_DIR", self.path("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn poolproof(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_poolproof"));
        command.args(args);
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Running::start(&mut self.poolproof(args)).wait()
    }

    /// Every file below a name in this folder.
    pub(crate) fn files(&self, name: &str) -> Vec<PathBuf> {
        files_below(&self.path(name))
    }

    /// The report that `--report json --report-dir reports` wrote.
    pub(crate) fn report(&self) -> Json {
        serde_json::from_slice(&fs::read(self.path("reports/report.json")).unwrap()).unwrap()
    }
}

/// Every file below a folder, or the file itself; sorted.
pub(crate) fn files_below(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flat_map(|entry| files_below(&entry.unwrap().path())).collect();
    files.sort();
    files
}

/// Every scenario of a JSON report.
pub(crate) fn scenarios(report: &Json) -> Vec<&Json> {
    let targets = report["targets"].as_array().unwrap();
    targets.iter().flat_map(|target| target["scenarios"].as_array().unwrap()).collect()
}

/// A process under way. Dropped, it is killed.
pub(crate) struct Running {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
    began: Instant,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = child.stdout.take().map(read_all);
        let err = child.stderr.take().map(read_all);
        Self { child, out, err, began: Instant::now() }
    }

    /// Sends it a signal by name, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, as `kill -9` does, if it has not ended by itself.
    pub(crate) fn kill(&self) {
        let id = self.id().to_string();
        let _ = Command::new("kill").args(["-KILL", &id]).stderr(Stdio::null()).status();
    }

    pub(crate) fn wait(mut self) -> Ran {
        let mut peak_mib = None;
        let code = loop {
            peak_mib = peak_mib_of(self.child.id()).or(peak_mib);
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code();
            }
            assert!(self.began.elapsed() < PATIENCE, "it does not end within {PATIENCE:?}");
            thread::sleep(Duration::from_millis(5));
        };
        let took = self.began.elapsed();
        let text =
            |reader: Option<JoinHandle<String>>| reader.map_or_else(String::new, |it| it.join().unwrap());
        Ran { code, out: text(self.out.take()), err: text(self.err.take()), took, peak_mib }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The peak of a process that has not ended, as Linux counts it.
fn peak_mib_of(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}

fn read_all(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// A double as a process of its own.
pub(crate) struct Double {
    running: Running,
    pub(crate) url: String,
    /// The path of its fixture document.
    pub(crate) fixture: String,
}

impl Double {
    /// Starts one with these faults; its fixture document is in the sandbox.
    pub(crate) fn start(sandbox: &Sandbox, faults: &[&str], latency: u32) -> Self {
        let fixture = sandbox.path("fixture.json").display().to_string();
        let latency = latency.to_string();
        let mut args =
            vec!["double", "--port", "0", "--latency", latency.as_str(), "--fixture-out", fixture.as_str()];
        args.extend(faults.iter().flat_map(|fault| ["--fault", *fault]));
        let mut child = sandbox.poolproof(&args).stderr(Stdio::inherit()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        let running = Running { child, out: Some(read_all(out)), err: None, began: Instant::now() };
        Self { running, url, fixture }
    }

    /// `poolproof run` on this double with its own fixture, and these arguments.
    pub(crate) fn run(&self, sandbox: &Sandbox, args: &[&str]) -> Ran {
        let mut all = vec!["run", "--url", &self.url, "--fixture", &self.fixture];
        all.extend(args);
        sandbox.run(&all)
    }

    /// The names of the pools that its management API lists.
    pub(crate) fn pools(&self) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listed: Json = runtime.block_on(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let request = http
                .post(&self.url)
                .header("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
                .header("Content-Type", "application/x-amz-json-1.1")
                .body(r#"{"MaxResults":60}"#);
            request.send().await.unwrap().json().await.unwrap()
        });
        let pools = listed["UserPools"].as_array().unwrap().iter();
        let mut names: Vec<String> = pools.map(|pool| pool["Name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    /// Ends it as a user does.
    pub(crate) fn interrupt(self) -> Ran {
        self.running.signal("INT");
        self.running.wait()
    }
}
