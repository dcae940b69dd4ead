//! Starting the server of a target, waiting until it answers, and stopping it with everything it started.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::leftover::{RunFolder, sweep};
use super::place::fill;
use super::process::Group;
use crate::model::text::{block, one_line};

/// How often readiness is asked for.
const STEP: Duration = Duration::from_millis(100);

/// How a server is started, from `[target.NAME.launch]`. `{port}` is filled in when it is started.
#[derive(Clone, PartialEq, Eq)]
pub struct Launch {
    /// The name of the target.
    pub name: String,
    /// The program and its arguments; relative paths begin at the folder of the configuration.
    pub command: Vec<String>,
    /// What installs the server; it is run before each start and is quick when there is nothing to do.
    pub install: Vec<String>,
    /// Variables for both, beside those of this process.
    pub env: BTreeMap<String, String>,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// What answers with a status of 200 to 299 as soon as the server can be used.
    pub ready: String,
    /// How long that may take, without the installation.
    pub ready_timeout: Duration,
    /// How long the installation may take.
    pub install_timeout: Duration,
    /// What stops the server, where a signal is not enough; the signal follows anyway.
    pub stop: Vec<String>,
    /// How long it may take to stop before it is killed.
    pub stop_timeout: Duration,
    /// Whether a server that already answers is used instead, and left alone afterwards.
    pub reuse: bool,
    /// Never start it: whatever is asked for is on a server that runs already. No key of the file.
    pub join_only: bool,
}

impl fmt::Debug for Launch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values of variables and arguments may be secrets.
        out.debug_struct("Launch")
            .field("name", &self.name)
            .field("program", &self.command.first())
            .field("env", &self.env.keys().collect::<Vec<_>>())
            .field("port", &self.port)
            .field("ready", &self.ready)
            .finish_non_exhaustive()
    }
}

/// Why a server could not be started. The texts are safe to show.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// Something else has the port.
    #[error(
        "{name}: something already answers at {ready}\n  stop it, give another port under [target.{name}.launch], or write reuse = true there to test what runs"
    )]
    InUse {
        /// The target.
        name: String,
        /// The URL.
        ready: String,
    },
    /// Another run has started the same server.
    #[error(
        "{name}: another run has started this server on port {port}\n  wait for it, or write port = 0 under [target.{name}.launch] for a server of its own"
    )]
    Busy {
        /// The target.
        name: String,
        /// The port.
        port: u16,
    },
    /// The program could not be run.
    #[error("{name}: cannot run {program}: {cause}\n  correct the command under [target.{name}.launch]")]
    Spawn {
        /// The target.
        name: String,
        /// The program.
        program: String,
        /// Why not.
        cause: io::Error,
    },
    /// The installation failed or took too long.
    #[error("{name}: the installation {what}\n  the end of {log}:\n{tail}", log = .log.display())]
    Install {
        /// The target.
        name: String,
        /// What happened.
        what: String,
        /// The log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server ended, or did not answer in time.
    #[error("{name}: the server {what}\n  the end of {log}:\n{tail}", log = .log.display())]
    NotReady {
        /// The target.
        name: String,
        /// What happened.
        what: String,
        /// The log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The folder of the run cannot be used.
    #[error("{name}: cannot use {path}: {cause}\n  set POOLPROOF_TARGETS_HOME to a folder that can be written", path = .path.display())]
    Folder {
        /// The target.
        name: String,
        /// The folder.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

/// The folder below which each server keeps its log: `run` in `$POOLPROOF_TARGETS_HOME`, which is by default
/// `poolproof/targets` in the cache folder of the user. The start scripts install into the same folder.
pub fn runs_folder(env: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let set = |name: &str| env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    set("POOLPROOF_TARGETS_HOME")
        .or_else(|| Some(cache()?.join("poolproof").join("targets")))
        .unwrap_or_else(|| std::env::temp_dir().join("poolproof-targets"))
        .join("launched")
}

/// A server that answers. Dropped, it is killed; [`Launched::stop`] is the polite way.
pub struct Launched {
    /// The port at which it answers.
    pub port: u16,
    /// Where its output goes; a server that was running already has none here.
    pub log: Option<PathBuf>,
    // In this order: the processes end before the lock does.
    group: Option<Group>,
    folder: Option<RunFolder>,
    stop: Vec<String>,
    stop_timeout: Duration,
    env: BTreeMap<String, String>,
    config_dir: PathBuf,
}

impl Launched {
    /// Stops the server and everything it started. One that was running already is left alone.
    pub async fn stop(mut self) {
        if let (Some(group), Some(folder)) = (self.group.take(), &self.folder) {
            if let Ok(log) = append(&folder.log()) {
                // The signal that follows works without it.
                if let Ok(mut stop) = Group::start(&self.stop, &self.env, &self.config_dir, &log) {
                    let _ = timeout(self.stop_timeout, stop.wait()).await;
                }
            }
            group.stop(self.stop_timeout).await;
            folder.forget();
        }
    }

    /// Whether it is still running: `None` if it was not started here.
    pub fn is_running(&mut self) -> Option<bool> {
        self.group.as_mut().map(|group| matches!(group.ended(), Ok(None)))
    }
}

impl Launch {
    /// Whether something of it names the harness's own issuer.
    pub fn names_the_issuer(&self) -> bool {
        self.env.values().chain(&self.command).any(|text| text.contains("{issuer_"))
    }

    /// The same with the address of the harness's own issuer, and the file with the authority that its certificate is
    /// from (empty where it needs none), in their places.
    #[must_use]
    pub fn trusting(mut self, issuer: &str, authority: &str) -> Self {
        let base = issuer.rsplit_once('/').map_or(issuer, |(base, _)| base);
        for text in self.env.values_mut().chain(&mut self.command) {
            *text = text
                .replace("{issuer_url}", issuer)
                .replace("{issuer_base}", base)
                .replace("{issuer_ca}", authority);
        }
        self
    }
}

/// Starts a server and waits until it answers. `config_dir` is the folder that relative paths begin at, `runs` that of
/// [`runs_folder`], and `say` is told what takes long.
///
/// # Errors
/// The port is taken, the program cannot be run, or the server did not answer in time: with the end of its log.
pub async fn start(
    launch: &Launch,
    config_dir: &Path,
    runs: &Path,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Launched, LaunchError> {
    let name = &launch.name;
    for port in sweep(runs, name).await {
        say(&format!("{name}: stopped the server on port {port} that an earlier run left behind"));
    }
    let port = if launch.port == 0 { free_port().unwrap_or(0) } else { launch.port };
    let value = |name: &str| match name {
        "next_port" => port.saturating_add(1).to_string(),
        _ => port.to_string(),
    };
    let filled = |text: &String| fill(text, &|name| Ok(value(name))).unwrap_or_else(|_| text.clone());
    let ready = filled(&launch.ready);
    let env: BTreeMap<String, String> =
        launch.env.iter().map(|(key, value)| (key.clone(), filled(value))).collect();
    if answers(&ready).await {
        if launch.reuse && is_ready(&ready).await {
            return Ok(Launched {
                port,
                log: None,
                group: None,
                folder: None,
                stop: Vec::new(),
                stop_timeout: launch.stop_timeout,
                env,
                config_dir: config_dir.to_owned(),
            });
        }
        return Err(LaunchError::InUse { name: name.clone(), ready });
    }
    let path = runs.join(format!("{name}-{port}"));
    let unusable = |cause| LaunchError::Folder { name: name.clone(), path: path.clone(), cause };
    let folder = RunFolder::take(path.clone())
        .map_err(unusable)?
        .ok_or_else(|| LaunchError::Busy { name: name.clone(), port })?;
    // A new log for each start.
    let _ = fs::remove_file(folder.log());
    let log = append(&folder.log()).map_err(unusable)?;
    let spawn = |command: &[String]| {
        let command: Vec<String> = command.iter().map(filled).collect();
        Group::start(&command, &env, config_dir, &log).map_err(|cause| LaunchError::Spawn {
            name: name.clone(),
            program: command.first().map(|program| one_line(program)).unwrap_or_default(),
            cause,
        })
    };
    if !launch.install.is_empty() {
        let mut group = spawn(&launch.install)?;
        // Said only where there is something to install.
        if timeout(Duration::from_secs(2), group.wait()).await.is_err() {
            say(&format!("{name}: installing; the log is {}", folder.log().display()));
        }
        let what = match timeout(launch.install_timeout, group.wait()).await {
            Ok(Ok(status)) if status.success() => None,
            Ok(Ok(status)) => Some(format!("failed ({status})")),
            Ok(Err(cause)) => Some(format!("was lost sight of: {cause}")),
            Err(_) => Some(format!("took longer than {:?}", launch.install_timeout)),
        };
        if let Some(what) = what {
            group.stop(launch.stop_timeout).await;
            return Err(LaunchError::Install {
                name: name.clone(),
                what,
                tail: tail(&folder.log()),
                log: folder.log(),
            });
        }
    }
    let mut group = spawn(&launch.command)?;
    if let Some(id) = group.id() {
        folder.remember(id).map_err(unusable)?;
    }
    if let Err(what) = wait_until_ready(&mut group, &ready, launch.ready_timeout).await {
        group.stop(launch.stop_timeout).await;
        folder.forget();
        return Err(LaunchError::NotReady {
            name: name.clone(),
            what,
            tail: tail(&folder.log()),
            log: folder.log(),
        });
    }
    Ok(Launched {
        port,
        log: Some(folder.log()),
        group: Some(group),
        folder: Some(folder),
        stop: launch.stop.iter().map(filled).collect(),
        stop_timeout: launch.stop_timeout,
        env,
        config_dir: config_dir.to_owned(),
    })
}

async fn wait_until_ready(group: &mut Group, ready: &str, patience: Duration) -> Result<(), String> {
    let started = Instant::now();
    loop {
        let answered = is_ready(ready).await;
        // In this order: an answer counts only from a server that is still there after it.
        match group.ended() {
            Ok(None) if answered => return Ok(()),
            Ok(None) => {}
            Ok(Some(status)) => return Err(format!("ended before it was ready ({status})")),
            Err(cause) => return Err(format!("was lost sight of: {cause}")),
        }
        if started.elapsed() >= patience {
            return Err(format!("did not answer at {ready} within {patience:?}"));
        }
        sleep(STEP).await;
    }
}

async fn is_ready(ready: &str) -> bool {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(2))
        .build();
    let Ok(client) = client else { return false };
    client.get(ready).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// Whether anything accepts connections there.
async fn answers(ready: &str) -> bool {
    let Ok(url) = Url::parse(ready) else { return false };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
    let host = host.trim_matches(['[', ']']);
    matches!(timeout(Duration::from_secs(2), TcpStream::connect((host, port))).await, Ok(Ok(_)))
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn append(log: &Path) -> io::Result<File> {
    // The log of a server may hold tokens.
    OpenOptions::new().create(true).append(true).mode(0o600).open(log)
}

/// The most bytes at the end of a log that are looked at.
const TAIL_BYTES: u64 = 16 * 1024;

/// The last lines of a log, harmless to show.
fn tail(log: &Path) -> String {
    let bytes = last_bytes(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(20)..];
    if last.is_empty() { "(empty)".to_owned() } else { block(&last.join("\n"), 20) }
}

/// Reads no more than that, however long the log is and however fast it grows.
fn last_bytes(log: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(log)?;
    let begin = file.metadata()?.len().saturating_sub(TAIL_BYTES);
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_log_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        fs::write(&log, format!("first\n{}\nlast\n", "x".repeat(40 * 1024))).unwrap();
        assert_eq!(last_bytes(&log).unwrap().len(), 16 * 1024);
        let shown = tail(&log);
        assert!(shown.ends_with("last") && !shown.contains("first"), "{shown}");
        fs::write(&log, "one\ntwo\n").unwrap();
        assert_eq!(tail(&log), "one\ntwo");
        assert_eq!(tail(&folder.path().join("none")), "(empty)");
    }
}
