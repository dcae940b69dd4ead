//! Proposes a snapshot: writes the pending `.snap.new` that `cargo insta review` shows. The only place with an insta
//! macro; it decides nothing.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::whole::{self, Readers};

/// What stands in the front matter of a snapshot beside what the scenario says.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// The covered facts.
    pub facts: Vec<String>,
    /// The confidence of the first fact.
    pub confidence: String,
    /// The sources of the first fact.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Why a deviation is accepted: to be written by whoever accepts it. A lint refuses an empty one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the deviation is critical: whether it is accepted in spite of that, to be set by whoever accepts it.
    #[serde(rename = "allow-critical", skip_serializing_if = "Option::is_none")]
    pub allow_critical: Option<bool>,
    /// The version of the target that was seen to answer so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The panic hook is one for the whole process: one proposal at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Whether insta would write the snapshot itself in the place of a pending one.
fn writes_unreviewed(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let forced = |name: &str| env(name).as_deref() == Some("1");
    let harmless = ["", "auto", "new", "no"];
    env("INSTA_UPDATE").is_some_and(|update| !harmless.contains(&update.as_str()))
        || forced("INSTA_FORCE_UPDATE")
        || forced("INSTA_FORCE_UPDATE_SNAPSHOTS")
}

/// Writes the pending snapshot of a scenario into a folder, unless the snapshot there already has this text; answers with
/// the file.
///
/// insta's macro writes the file and then panics; the panic is caught and not shown. It writes aside, because it does so
/// piece by piece: a pending snapshot is whole or not there. Where insta is told to write what nobody has reviewed,
/// nothing is proposed: the next run would take it for accepted.
///
/// # Errors
/// The pending snapshot cannot be written, or a snapshot that is there cannot be read; what was there is as it was.
pub fn propose(folder: &Path, id: &str, says: &str, info: &Info, text: &str) -> io::Result<Option<PathBuf>> {
    if writes_unreviewed(&|name| std::env::var(name).ok()) {
        return Ok(None);
    }
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let aside = tempfile::Builder::new().prefix("poolproof-pending-").tempdir()?;
    let (snapshot, pending) = (format!("{id}.snap"), format!("{id}.snap.new"));
    for name in [&snapshot, &pending] {
        match fs::copy(folder.join(name), aside.path().join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let mut settings = insta::Settings::new();
    // insta takes a relative path from its own source file on.
    settings.set_snapshot_path(std::path::absolute(aside.path())?);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(says);
    settings.set_info(info);
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let _panic = catch_unwind(AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(id, text))));
    set_hook(hook);
    match fs::read(aside.path().join(&pending)) {
        Ok(proposed) => {
            fs::create_dir_all(folder)?;
            let path = folder.join(&pending);
            whole::write(&path, &proposed, Readers::Others)?;
            Ok(Some(path))
        }
        // insta removes what is pending where the snapshot has this text by now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            remove_if_there(&folder.join(&pending))?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Set in the processes that a test starts.
    const CHILD: &str = "POOLPROOF_TEST_PROPOSALS";

    fn propose_into(folder: &Path) -> io::Result<Option<PathBuf>> {
        let info = Info {
            facts: vec!["a.fact".to_owned()],
            confidence: "reported".to_owned(),
            sources: vec!["s".to_owned()],
            reason: Some(String::new()),
            allow_critical: None,
            version: None,
        };
        propose(folder, "some-id", "it says", &info, "status: 401\nerror: x")
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    // insta reads its variables once for a process, and those of this one are not ours: so a test starts itself again.
    fn in_a_process(update: &str, test: &str, body: fn()) {
        if std::env::var_os(CHILD).is_some() {
            return body();
        }
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        for name in ["INSTA_FORCE_UPDATE", "INSTA_FORCE_UPDATE_SNAPSHOTS", "INSTA_FORCE_PASS"] {
            command.env_remove(name);
        }
        command.args(["--exact", &format!("judge::record::tests::{test}")]);
        let output = command.env(CHILD, "1").env("INSTA_UPDATE", update).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn a_proposal_is_a_pending_file_with_what_a_reviewer_needs() {
        in_a_process("new", "a_proposal_is_a_pending_file_with_what_a_reviewer_needs", || {
            let parent = tempfile::tempdir().unwrap();
            let folder = parent.path().join("token/code");
            let pending = folder.join("some-id.snap.new");
            for _ in 0..2 {
                assert_eq!(propose_into(&folder).unwrap(), Some(pending.clone()));
            }
            assert_eq!(names(&folder), ["some-id.snap.new"]);
            let text = fs::read_to_string(pending).unwrap();
            for part in
                ["description: it says", "a.fact", "reported", "reason: \"\"", "status: 401\nerror: x"]
            {
                assert!(text.contains(part), "{part} is missing in {text}");
            }
            assert!(!text.contains("version") && !text.contains("allow-critical"), "{text}");
        });
    }

    #[test]
    fn nothing_is_proposed_that_is_there_already() {
        in_a_process("new", "nothing_is_proposed_that_is_there_already", || {
            let folder = tempfile::tempdir().unwrap();
            let pending = propose_into(folder.path()).unwrap().unwrap();
            fs::rename(&pending, folder.path().join("some-id.snap")).unwrap();
            assert_eq!(propose_into(folder.path()).unwrap(), None);
            // What is still pending from before says nothing any more.
            fs::write(&pending, "---\nsource: x\n---\nstatus: 500\n").unwrap();
            assert_eq!(propose_into(folder.path()).unwrap(), None);
            assert_eq!(names(folder.path()), ["some-id.snap"]);
        });
    }

    #[test]
    fn a_snapshot_that_cannot_be_read_is_an_error_and_nothing_is_proposed() {
        in_a_process("new", "a_snapshot_that_cannot_be_read_is_an_error_and_nothing_is_proposed", || {
            for name in ["some-id.snap", "some-id.snap.new"] {
                let folder = tempfile::tempdir().unwrap();
                fs::create_dir(folder.path().join(name)).unwrap();
                assert!(propose_into(folder.path()).is_err(), "{name}");
                assert_eq!(names(folder.path()), [name]);
            }
        });
    }

    #[test]
    fn nothing_is_proposed_that_nobody_would_review() {
        in_a_process("always", "nothing_is_proposed_that_nobody_would_review", || {
            let folder = tempfile::tempdir().unwrap();
            assert_eq!(propose_into(folder.path()).unwrap(), None);
            assert_eq!(names(folder.path()), [""; 0]);
        });
    }

    #[test]
    fn what_cannot_be_removed_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(remove_if_there(folder.path()).is_err(), "a folder is no file");
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for _ in 0..2 {
            remove_if_there(&file).unwrap();
            assert!(!file.exists());
        }
    }

    #[test]
    fn only_pending_snapshots_are_written() {
        let with = |name: &'static str, value: &'static str| {
            writes_unreviewed(&move |asked| (asked == name).then(|| value.to_owned()))
        };
        for value in ["", "auto", "new", "no"] {
            assert!(!with("INSTA_UPDATE", value), "{value}");
        }
        for value in ["always", "1", "unseen", "force"] {
            assert!(with("INSTA_UPDATE", value), "{value}");
        }
        assert!(with("INSTA_FORCE_UPDATE", "1") && with("INSTA_FORCE_UPDATE_SNAPSHOTS", "1"));
        assert!(!with("INSTA_FORCE_PASS", "1"), "it writes nothing");
    }
}
