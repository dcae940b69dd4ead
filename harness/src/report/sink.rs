//! Where events go while a run lasts: to a file that can be read back, and to everyone who listens.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::event::Event;
use crate::model::text::json_fault;

/// Hears every event of a run, in order.
pub trait Listener {
    /// Takes note of an event. A listener keeps its own troubles to itself until the run is over.
    fn hear(&mut self, event: &Event);
}

/// Passes every event on to each of these.
pub struct Fanout(pub Vec<Box<dyn Listener + Send>>);

impl Listener for Fanout {
    fn hear(&mut self, event: &Event) {
        for listener in &mut self.0 {
            listener.hear(event);
        }
    }
}

/// Keeps the events in memory.
impl Listener for Vec<Event> {
    fn hear(&mut self, event: &Event) {
        self.push(event.clone());
    }
}

/// A listener that its owner still needs after the run.
impl<L: Listener> Listener for Arc<Mutex<L>> {
    fn hear(&mut self, event: &Event) {
        self.lock().unwrap_or_else(PoisonError::into_inner).hear(event);
    }
}

/// Events could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system refused.
    #[error("cannot {action} {path}: {source}; give another folder or make room in this one", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process is writing the same file.
    #[error("{path} is being written by another run; wait for it, or give this one another folder", path = .0.display())]
    Busy(PathBuf),
    /// The file was finished already.
    #[error("{path} is finished; an event came too late", path = .0.display())]
    Finished(PathBuf),
    /// A line is no event of this version.
    #[error("{path} line {line} is no event of this version of poolproof: {what}; make the file anew with a run", path = path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from one.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// The last line has no end: the run was cut off while writing it.
    #[error("{path} line {line} is only half written: the run was cut off there, or this is no file of events; run it again", path = path.display())]
    HalfWritten {
        /// The file.
        path: PathBuf,
        /// The line, counted from one.
        line: usize,
    },
}

/// A file of events, one JSON object a line, readable by its owner alone. It has its name only once it is whole:
/// until [`EventLog::finish`], or until it has heard the last event of a run, it is called `<name>.part`.
#[derive(Debug)]
pub struct EventLog {
    file: Option<File>,
    part: PathBuf,
    path: PathBuf,
    trouble: Option<LogError>,
}

impl EventLog {
    /// Begins the file of this path, in an existing folder. What a killed run left in its `.part` is dropped.
    ///
    /// # Errors
    /// [`LogError::Busy`] where another process is writing it, else [`LogError::Io`].
    pub fn create(path: &Path) -> Result<Self, LogError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let file = private().open(&part).map_err(|source| failed("create", &part, source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LogError::Busy(part)),
            Err(TryLockError::Error(source)) => return Err(failed("lock", &part, source)),
        }
        // The file of a killed run may have been opened wider by hand.
        restrict(&file).and_then(|()| file.set_len(0)).map_err(|source| failed("empty", &part, source))?;
        Ok(Self { file: Some(file), part, path: path.to_owned(), trouble: None })
    }

    /// Writes one event as one line.
    ///
    /// # Errors
    /// [`LogError::Io`]; after one, the last line may be half written.
    pub fn append(&mut self, event: &Event) -> Result<(), LogError> {
        let Some(file) = &mut self.file else { return Err(LogError::Finished(self.path.clone())) };
        let written = serde_json::to_string(event).map_err(io::Error::from).and_then(|mut line| {
            line.push('\n');
            // One write a line: a kill between two events leaves only whole lines.
            file.write_all(line.as_bytes())
        });
        written.map_err(|source| failed("write", &self.part, source))
    }

    /// Brings the file to the disk and gives it its name. Done already, it only tells how that went.
    ///
    /// # Errors
    /// The first [`LogError`] of the run, or why it could not be done: the file then keeps its `.part` name.
    pub fn finish(&mut self) -> Result<(), LogError> {
        let file = self.file.take();
        if let Some(trouble) = self.trouble.take() {
            return Err(trouble);
        }
        let Some(file) = file else { return Ok(()) };
        file.sync_all().map_err(|source| failed("write", &self.part, source))?;
        fs::rename(&self.part, &self.path).map_err(|source| failed("name", &self.path, source))?;
        Ok(())
    }
}

/// The last event of a run finishes the file. The first failure is kept for whoever calls [`EventLog::finish`], and
/// nothing is written after it.
impl Listener for EventLog {
    fn hear(&mut self, event: &Event) {
        if self.trouble.is_some() {
            return;
        }
        self.trouble = match self.append(event) {
            Ok(()) if matches!(event, Event::RunFinished { .. }) => self.finish().err(),
            appended => appended.err(),
        };
    }
}

/// Reads a file of events back, all or nothing.
///
/// # Errors
/// [`LogError::Line`] for the first line with an unknown event, an unknown key or a missing one,
/// [`LogError::HalfWritten`] for a line without an end, [`LogError::Io`] for a file that cannot be read.
pub fn read(path: &Path) -> Result<Vec<Event>, LogError> {
    parse(path, &fs::read(path).map_err(|source| failed("read", path, source))?)
}

/// Reads the bytes of a file of events.
pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<Event>, LogError> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if lines.pop().is_some_and(|rest| !rest.is_empty()) {
        return Err(LogError::HalfWritten { path: path.to_owned(), line: lines.len() + 1 });
    }
    let event = |(index, line): (usize, &&[u8])| {
        serde_json::from_slice(line).map_err(|error| LogError::Line {
            path: path.to_owned(),
            line: index + 1,
            what: json_fault(&error),
        })
    };
    lines.iter().enumerate().map(event).collect()
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> LogError {
    LogError::Io { action, path: path.to_owned(), source }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    // Not truncated before it is locked: it may be another run's.
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
fn restrict(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(lines: &str) -> Result<Vec<Event>, LogError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        fs::write(&path, lines).unwrap();
        read(&path)
    }

    #[test]
    fn events_come_back_as_they_went() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let log = Arc::new(Mutex::new(EventLog::create(&path).unwrap()));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let mut fanout = Fanout(vec![Box::new(Arc::clone(&log)), Box::new(Arc::clone(&kept))]);
        let (last, others) =
            sample::events().split_last().map(|(last, rest)| (last.clone(), rest.to_vec())).unwrap();
        for event in &others {
            fanout.hear(event);
        }
        assert!(!path.exists(), "the name is given only when the file is whole");
        assert!(matches!(EventLog::create(&path), Err(LogError::Busy(_))));
        fanout.hear(&last);
        assert!(path.exists(), "the last event of a run makes it whole");
        log.lock().unwrap().finish().unwrap();
        assert_eq!(read(&path).unwrap(), sample::events());
        assert_eq!(*kept.lock().unwrap(), sample::events());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(matches!(log.lock().unwrap().append(&sample::events()[0]), Err(LogError::Finished(_))));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let part = folder.path().join("events.jsonl.part");
        fs::write(&part, "left by a killed run").unwrap();
        fs::set_permissions(&part, fs::Permissions::from_mode(0o644)).unwrap();
        let mut log = EventLog::create(&path).unwrap();
        log.append(&sample::events()[0]).unwrap();
        log.finish().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(read(&path).unwrap().len(), 1);
    }

    #[test]
    fn the_first_failure_is_kept_for_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("run");
        fs::create_dir(&dir).unwrap();
        let mut log = EventLog::create(&dir.join("events.jsonl")).unwrap();
        fs::remove_dir_all(&dir).unwrap();
        for event in sample::events() {
            log.hear(&event);
        }
        let error = log.finish().unwrap_err().to_string();
        assert!(error.contains("cannot name") && error.contains("events.jsonl"), "{error}");
    }

    #[test]
    fn what_is_no_event_is_refused_with_its_line() {
        let good = r#"{"event":"scenario-started","target":"double","id":"a::b"}"#;
        for (bad, says) in [
            (r#"{"event":"scenario-exploded"}"#, "unknown variant, expected one of"),
            (r#"{"event":"scenario-started","target":"double"}"#, "missing field `id`"),
            (r#"{"event":"scenario-started","target":"d","id":"a","extra":1}"#, "unknown field `extra`"),
            (r#"{"event":"scenario-started","target":"d","id":"a","id":"b"}"#, "duplicate field `id`"),
            (r#"{"event":"run-finished","judged":-1,"stopped":null}"#, "invalid value"),
            ("", "EOF while parsing"),
            ("{\"event\":\"\u{1b}[2J\"}", r"control character"),
        ] {
            let error = written(&format!("{good}\n{bad}\n{good}\n")).unwrap_err().to_string();
            assert!(error.contains("events.jsonl line 2 is no event") && error.contains(says), "{error}");
            assert!(!error.contains('\u{1b}'), "{error}");
        }
        let mut result = serde_json::to_value(&sample::events()[5]).unwrap();
        result["surprise"] = true.into();
        let error = written(&format!("{result}\n")).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("unknown field `surprise`"), "{error}");
    }

    #[test]
    fn a_half_written_line_is_refused_even_if_it_parses() {
        let line = r#"{"event":"scenario-started","target":"double","id":"a::b"}"#;
        for rest in [line, &line[..20]] {
            let error = written(&format!("{line}\n{rest}")).unwrap_err();
            assert!(matches!(error, LogError::HalfWritten { line: 2, .. }), "{error}");
        }
        assert!(written("").unwrap().is_empty());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = EventLog::create(Path::new("no/such/folder/events.jsonl")).unwrap_err().to_string();
        assert!(error.contains("no/such/folder/events.jsonl.part"), "{error}");
    }
}
