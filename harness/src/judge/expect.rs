//! Reads what is expected: the reference snapshot of a scenario, and what is accepted of one target.
//!
//! Snapshots are read as data. No macro decides anything here, so neither `INSTA_FORCE_PASS` nor `INSTA_UPDATE` can
//! turn a deviation green.

mod front;

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::observation::Observation;
use crate::model::text::one_line;

/// The line between two observations of an accepted snapshot: a target may differ in more than one way.
const OR: &str = "or";

/// The folder of all snapshots: `reference/` and `accepted/<target>/`. The references may lie elsewhere.
#[derive(Clone, Debug)]
pub struct Snapshots {
    root: PathBuf,
    reference: PathBuf,
}

/// The lines of one observation.
pub type Lines = Vec<(String, String)>;

/// What is accepted of one target for one scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The observations, any of which is accepted.
    pub observations: Vec<Lines>,
    /// Why it is accepted, as written in the file.
    pub reason: String,
    /// Whether a critical finding is accepted too: a forged, unsigned, expired or foreign token that is let in.
    pub allow_critical: bool,
}

/// A snapshot that cannot be used: a fault of ours, never a pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct SnapshotFault {
    /// The file, as far as it is known.
    pub path: String,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

impl Snapshots {
    /// The snapshots below this folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { reference: root.join("reference"), root }
    }

    /// The same, but with the references below this other folder.
    #[must_use]
    pub fn with_references_of(self, root: &Path) -> Self {
        Self { reference: root.join("reference"), ..self }
    }

    /// The folder of a suite's reference snapshots.
    pub fn reference_folder(&self, suite_folder: &str) -> PathBuf {
        self.reference.join(suite_folder)
    }

    /// The folder of what is accepted of a target for a suite.
    pub fn accepted_folder(&self, target: &str, suite_folder: &str) -> PathBuf {
        self.root.join("accepted").join(target).join(suite_folder)
    }

    /// The expected observation of a scenario.
    ///
    /// # Errors
    /// [`SnapshotFault`] where the file is missing, unreadable or not an observation.
    pub fn reference(&self, suite_folder: &str, id: &str) -> Result<Lines, SnapshotFault> {
        let path = self.reference_folder(suite_folder).join(format!("{id}.snap"));
        if !path.is_file() {
            return Err(Self::fault(&path, "the reference snapshot is missing"));
        }
        let lines = Self::lines(&path, &Self::body(&path)?)?;
        if lines.is_empty() {
            return Err(Self::fault(&path, "the snapshot has no lines"));
        }
        Ok(lines)
    }

    /// What is accepted of a target for a scenario, if anything is.
    ///
    /// # Errors
    /// [`SnapshotFault`] where the file is there and cannot be used.
    pub fn accepted(
        &self,
        target: &str,
        suite_folder: &str,
        id: &str,
    ) -> Result<Option<Accepted>, SnapshotFault> {
        let path = self.accepted_folder(target, suite_folder).join(format!("{id}.snap"));
        if !path.is_file() {
            return Ok(None);
        }
        let body = Self::body(&path)?;
        let mut observations = Vec::new();
        let mut block = String::new();
        for line in body.lines().chain([OR]) {
            if line.trim() == OR {
                let lines = Self::lines(&path, &block)?;
                if lines.is_empty() {
                    return Err(Self::fault(&path, "an observation has no lines"));
                }
                observations.push(lines);
                block.clear();
            } else {
                block.push_str(line);
                block.push('\n');
            }
        }
        let reason = front::member(&path, "reason").unwrap_or_default();
        if reason.trim().is_empty() {
            return Err(Self::fault(&path, "write in `reason` why this is accepted"));
        }
        let allow_critical = front::member(&path, "allow-critical").is_some_and(|value| value == "true");
        Ok(Some(Accepted { observations, reason, allow_critical }))
    }

    /// Every snapshot file below the folder, relative to it, sorted.
    ///
    /// # Errors
    /// [`SnapshotFault`] where a folder cannot be read.
    pub fn files(&self) -> Result<Vec<PathBuf>, SnapshotFault> {
        let mut files = Vec::new();
        let mut folders = vec![self.root.clone()];
        // Nothing is on file yet.
        folders.retain(|folder| self.reference.starts_with(folder) || folder.is_dir());
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| Self::fault(&folder, &format!("{error}")))?;
            for entry in entries.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "snap") {
                    files.push(path.strip_prefix(&self.root).unwrap_or(&path).to_owned());
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// A text member of the `info` of a file below the folder.
    pub fn info(&self, file: &Path, member: &str) -> Option<String> {
        front::member(&self.root.join(file), member)
    }

    /// The names of the members of the `info` of a file below the folder.
    pub fn info_members(&self, file: &Path) -> Vec<String> {
        front::members(&self.root.join(file))
    }

    fn body(path: &Path) -> Result<String, SnapshotFault> {
        let text =
            fs::read(path).map_err(|error| Self::fault(path, &format!("it cannot be read: {error}")))?;
        front::check(&text).map_err(|reason| Self::fault(path, reason))?;
        let snapshot = insta::Snapshot::from_file(path)
            .map_err(|error| Self::fault(path, &format!("it cannot be read: {error}")))?;
        snapshot
            .contents()
            .as_text()
            .map(ToString::to_string)
            .ok_or_else(|| Self::fault(path, "it is not a text snapshot"))
    }

    fn lines(path: &Path, text: &str) -> Result<Lines, SnapshotFault> {
        Observation::parse_lines(text).map_err(|error| Self::fault(path, &error.to_string()))
    }

    fn fault(path: &Path, reason: &str) -> SnapshotFault {
        SnapshotFault { path: path.display().to_string(), reason: one_line(reason) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::damaged::{self, cases, is_harmless, odd_text};

    use super::*;

    fn folder_with(file: &str, text: &str) -> (tempfile::TempDir, Snapshots) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        let snapshots = Snapshots::at(folder.path());
        (folder, snapshots)
    }

    #[test]
    fn a_reference_is_its_lines() {
        let (_folder, snapshots) = folder_with(
            "reference/token/code/reused.snap",
            "---\nsource: suites/token/code.rs\n---\nstatus: 400\nerror: invalid_grant\n",
        );
        let lines = snapshots.reference("token/code", "reused").unwrap();
        assert_eq!(lines[1], ("error".to_owned(), "invalid_grant".to_owned()));
    }

    #[test]
    fn a_missing_or_broken_reference_is_a_fault() {
        let (_folder, snapshots) =
            folder_with("reference/a/b.snap", "---\nsource: x\n---\nnot an observation\n");
        assert!(snapshots.reference("a", "b").unwrap_err().reason.contains("line 1"));
        assert!(snapshots.reference("a", "c").unwrap_err().reason.contains("missing"));
        let (_folder, snapshots) = folder_with("reference/a/b.snap", "---\n{{{\n---\nstatus: 1\n");
        assert!(snapshots.reference("a", "b").is_err());
        let (_folder, snapshots) = folder_with("reference/a/b.snap", "---\nsource: x\n---\n");
        assert!(snapshots.reference("a", "b").is_err());
    }

    #[test]
    fn a_fault_says_which_file_and_what_is_wrong() {
        let (folder, snapshots) = folder_with("reference/a/b.snap", "---\nsource: x\n---\n\n");
        let fault = |result: Result<Lines, SnapshotFault>| result.unwrap_err();
        let empty = fault(snapshots.reference("a", "b"));
        assert_eq!(empty.reason, "the snapshot has no lines");
        assert_eq!(empty.path, folder.path().join("reference/a/b.snap").display().to_string());
        let missing = fault(snapshots.reference("a", "c"));
        assert_eq!(missing.reason, "the reference snapshot is missing");
        assert_eq!(missing.to_string(), format!("{}: {}", missing.path, missing.reason));
        assert!(missing.path.ends_with("reference/a/c.snap"), "{missing}");
    }

    #[test]
    fn what_is_accepted_needs_lines_and_a_reason() {
        let accepted = |front: &str, body: &str| {
            let text = format!("---\nsource: x\ninfo:\n{front}\n---\n{body}\n");
            let (_folder, snapshots) = folder_with("accepted/moto/a/b.snap", &text);
            snapshots.accepted("moto", "a", "b").map(Option::unwrap).map_err(|fault| fault.reason)
        };
        let because = |front: &str| accepted(front, "status: 401").unwrap();
        assert_eq!(because("  reason: it is old").observations, [[("status".to_owned(), "401".to_owned())]]);
        assert!(!because("  reason: it is old").allow_critical);
        assert!(because("  reason: it is old\n  allow-critical: true").allow_critical);
        assert!(!because("  reason: it is old\n  allow-critical: false").allow_critical);
        let without = Err("write in `reason` why this is accepted".to_owned());
        assert_eq!(accepted("  version: 1", "status: 401"), without);
        assert_eq!(accepted("  reason: \" \"", "status: 401"), without);
        let nothing = Err("an observation has no lines".to_owned());
        assert_eq!(accepted("  reason: r", "status: 401\n\nor\n"), nothing);
        assert!(accepted("  reason: r", "no observation").unwrap_err().contains("line 1"));
    }

    #[test]
    fn snapshot_files_are_found_in_every_folder_and_say_more_than_lines() {
        let (folder, snapshots) =
            folder_with("accepted/moto/a/b.snap", "---\ninfo:\n  version: \"1.2\"\n---\nstatus: 401\n");
        for file in
            ["reference/b.snap", "reference/a/c.snap", "reference/a/c.snap.new", "reference/a/notes.md"]
        {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let expected =
            ["accepted/moto/a/b.snap", "reference/a/c.snap", "reference/b.snap"].map(PathBuf::from);
        assert_eq!(snapshots.files().unwrap(), expected);
        let info = |member: &str| snapshots.info(Path::new("accepted/moto/a/b.snap"), member);
        assert_eq!((info("version").as_deref(), info("reason")), (Some("1.2"), None));
        assert_eq!(snapshots.info(Path::new("none.snap"), "version"), None);
        let none = Snapshots::at(folder.path().join("none")).files().unwrap_err();
        assert!(none.path.ends_with("none"), "{none}");
    }

    #[test]
    fn a_target_may_be_accepted_to_differ_in_two_ways() {
        let (_folder, snapshots) = folder_with(
            "accepted/moto/a/b.snap",
            "---\nsource: x\ninfo:\n  reason: \"answers \\\"no\\\"\"\n---\nstatus: 401\n\nor\n\nstatus: 500\n",
        );
        let accepted = snapshots.accepted("moto", "a", "b").unwrap().unwrap();
        assert_eq!(accepted.observations.len(), 2);
        assert_eq!(accepted.reason, "answers \"no\"");
        assert_eq!(snapshots.accepted("moto", "a", "c").unwrap(), None);
    }

    const RIGHT: &str = "---\nsource: suites/a/b.rs\ndescription: \"one: \\\"two\\\"\"\nexpression: observation\ninfo:\n  \
                         facts:\n    - a.b\n  reason: \"answers otherwise\"\n  allow-critical: true\n  sources:\n    - \"https://a.test\"\n---\n\
                         status: 401\nerror: invalid_client\n\nor\n\nstatus: 500\n";

    proptest! {
        #![proptest_config(cases(192))]

        #[test]
        fn a_damaged_snapshot_is_a_fault_or_an_observation(bytes in damaged::bytes(vec![RIGHT])) {
            let (_folder, snapshots) = folder_with("reference/a/b.snap", "");
            std::fs::create_dir_all(snapshots.accepted_folder("moto", "a")).unwrap();
            std::fs::write(snapshots.reference_folder("a").join("b.snap"), &bytes).unwrap();
            std::fs::write(snapshots.accepted_folder("moto", "a").join("b.snap"), &bytes).unwrap();
            let faults = [
                snapshots.reference("a", "b").map(|lines| assert!(!lines.is_empty())).err(),
                snapshots.accepted("moto", "a", "b").map(|accepted| assert!(accepted.is_some_and(|accepted| {
                    !accepted.observations.is_empty() && !accepted.reason.trim().is_empty()
                }))).err(),
            ];
            for fault in faults.into_iter().flatten() {
                let shown = fault.to_string();
                prop_assert!(shown.contains("b.snap: ") && is_harmless(&shown) && !shown.contains('\n'), "{shown:?}");
            }
        }

        #[test]
        fn an_observation_is_read_back_as_it_was_written(
            lines in prop::collection::vec(("[a-z][a-z ._-]{0,20}", odd_text()), 1..6),
            ending in prop::sample::select(&["\n", "\r\n"][..]),
        ) {
            let lines: Lines = lines
                .into_iter()
                .map(|(field, value)| (field, one_line(value.trim())))
                .filter(|(_, value)| !value.is_empty())
                .chain([("status".to_owned(), "400".to_owned())])
                .collect();
            let text = Observation { lines: lines.clone(), ..Observation::default() }.text();
            let file = format!("---\nsource: x\ninfo:\n  reason: \"why: so\"\n---\n{text}\n").replace('\n', ending);
            let (_folder, snapshots) = folder_with("reference/a/b.snap", &file);
            prop_assert_eq!(snapshots.reference("a", "b"), Ok(lines.clone()));
            let (_folder, snapshots) = folder_with("accepted/moto/a/b.snap", &file);
            let accepted = snapshots.accepted("moto", "a", "b").unwrap().unwrap();
            prop_assert_eq!((accepted.observations, accepted.reason.as_str()), (vec![lines], "why: so"));
        }
    }

    #[test]
    fn a_file_without_its_head_is_no_snapshot() {
        let (_folder, snapshots) = folder_with("reference/a/b.snap", "status: 400\n\nerror: x\n");
        assert!(snapshots.reference("a", "b").is_err());
    }

    #[test]
    fn a_head_that_is_nested_deeply_is_a_fault() {
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[\n", "]")] {
            let nested = format!("{}x{}", open.repeat(50_000), close.repeat(50_000));
            let (_folder, snapshots) =
                folder_with("reference/a/b.snap", &format!("---\ninfo: {nested}\n---\na: b\n"));
            assert!(snapshots.reference("a", "b").is_err(), "{open}");
            let (_folder, snapshots) =
                folder_with("reference/a/b.snap", &format!("---\n{nested}\n---\na: b\n"));
            assert!(snapshots.reference("a", "b").is_err(), "{open}");
        }
    }
}
