//! Servers that outlived the run which started them, found again and stopped.
//!
//! The folder of a running server is locked by the run that started it, and the lock ends with that run even after
//! `kill -9`. So a folder without a lock and with a process in it is a left-over.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

const RECORD: &str = "server.json";
const LOCK: &str = "lock";

/// Which process it is. An id alone is used again; together with its start and the boot it is not.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Server {
    group: i32,
    started: u64,
    boot: String,
}

impl Server {
    fn of(group: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{group}/stat")).ok()?;
        // The name of the program is in brackets and may hold anything; the fields after it may not.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        if *fields.first()? == "Z" {
            return None;
        }
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        // Field 22 of proc_pid_stat(5), counted from field 3.
        Some(Self { group, started: fields.get(19)?.parse().ok()?, boot: boot.trim().to_owned() })
    }

    fn is_running(&self) -> bool {
        Self::of(self.group).as_ref() == Some(self)
    }
}

/// The folder of one server, held by this run.
pub(super) struct RunFolder {
    path: PathBuf,
    _lock: File,
}

impl RunFolder {
    /// Takes the folder, or nothing where another run has it.
    pub(super) fn take(path: PathBuf) -> io::Result<Option<Self>> {
        fs::create_dir_all(&path)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { path, _lock: lock })),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(cause)) => Err(cause),
        }
    }

    /// Where the output of the server goes.
    pub(super) fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    /// Remembers the server, for the next run.
    pub(super) fn remember(&self, group: i32) -> io::Result<()> {
        match Server::of(group) {
            Some(server) => fs::write(self.path.join(RECORD), serde_json::to_vec(&server)?),
            None => Ok(()),
        }
    }

    /// The server has stopped.
    pub(super) fn forget(&self) {
        // A record of a process that is gone does no harm.
        let _ = fs::remove_file(self.path.join(RECORD));
    }

    /// Stops the server that an earlier run left behind in this folder, if it is still the same process.
    pub(super) async fn stop_leftover(&self) -> bool {
        let server: Option<Server> =
            fs::read(self.path.join(RECORD)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(server) = server else { return false };
        let found = server.is_running();
        if let (true, Some(group)) = (found, Pid::from_raw(server.group)) {
            let _ = kill_process_group(group, Signal::TERM);
            for _ in 0..100 {
                if !server.is_running() {
                    break;
                }
                sleep(Duration::from_millis(50)).await;
            }
            let _ = kill_process_group(group, Signal::KILL);
        }
        self.forget();
        found
    }
}

/// Stops what earlier runs left behind of the target `name`, whatever its port was. Answers with the ports.
pub(super) async fn sweep(runs: &Path, name: &str) -> Vec<u16> {
    let mut stopped = Vec::new();
    let Ok(entries) = fs::read_dir(runs) else { return stopped };
    for entry in entries.flatten() {
        let folder = entry.file_name();
        let port = folder
            .to_str()
            .and_then(|folder| folder.strip_prefix(name)?.strip_prefix('-')?.parse::<u16>().ok());
        // Without a record there is nothing to stop, and no reason to be in the way of another run.
        let path = entry.path();
        if let Some(port) = port
            && path.join(RECORD).exists()
            && let Ok(Some(folder)) = RunFolder::take(path)
            && folder.stop_leftover().await
        {
            stopped.push(port);
        }
    }
    stopped
}
