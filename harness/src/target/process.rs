//! A process with everything it starts: one group, ended as a whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

/// The keys to a real account: no server that is started here has any business with them.
const NOT_FOR_EMULATORS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// A running process group. Dropped, it is killed.
pub(super) struct Group {
    child: Child,
    leader: Option<Pid>,
    /// Nothing is ever written. It closes when this process ends in whatever way, and a start script that reads it
    /// (`--until-eof`) then stops its server, even after a `kill -9` of this process.
    stdin: Option<ChildStdin>,
}

impl Group {
    /// Starts a command in `folder`, its output appended to `log`. A relative program with a slash in it is looked
    /// for in `folder`, one without a slash on `PATH`.
    pub(super) fn start(
        command: &[String],
        env: &BTreeMap<String, String>,
        folder: &Path,
        log: &File,
    ) -> io::Result<Self> {
        let (program, arguments) =
            command.split_first().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let folder =
            std::path::absolute(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
        let program = if program.contains('/') { folder.join(program) } else { PathBuf::from(program) };
        let mut command = Command::new(program);
        for name in NOT_FOR_EMULATORS {
            command.env_remove(name);
        }
        let mut child = command
            .args(arguments)
            .envs(env)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .process_group(0)
            .spawn()?;
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let stdin = child.stdin.take();
        Ok(Self { child, leader, stdin })
    }

    /// The id of the first process, which is the id of the group too.
    pub(super) fn id(&self) -> Option<i32> {
        self.leader.map(Pid::as_raw_pid)
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Waits for its end.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Asks it to stop, waits for `patience`, and kills what is left.
    pub(super) async fn stop(mut self, patience: Duration) {
        self.stdin = None;
        self.signal(Signal::TERM);
        // Whatever this says, the group is killed next.
        let _ = timeout(patience, self.child.wait()).await;
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            // The group may be gone already, and that is what is wanted.
            let _ = kill_process_group(leader, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
