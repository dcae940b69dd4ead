//! What was, or may have been, created: a file of JSON lines for each run.
//!
//! A line with the intent is on the disk before the call that creates something, and a line with the result after
//! it. Names are unique, so that a thing whose result was never written can be found by its name.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use poolproof_harness::model::text::one_line;
use poolproof_harness::target::provisioner::Place;
use serde::{Deserialize, Serialize};

use crate::random::{is_marker, marker};

/// One line. Things that belong to a pool go with it and are not listed; a domain is, because its pool cannot be
/// deleted before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line {
    /// The first line: where things are created.
    Run(Run),
    /// A pool will be created.
    PoolIntent { name: String, at: u64 },
    /// A pool was created.
    PoolMade { name: String, id: String },
    /// A domain will be created.
    DomainIntent { prefix: String, pool: String },
    /// An API in front of a pool will be created.
    ApiIntent { kind: ApiKind, name: String, at: u64 },
    /// An API in front of a pool was created.
    ApiMade { kind: ApiKind, name: String, id: String },
}

/// The kinds of APIs that are created in front of pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ApiKind {
    /// A REST API.
    Rest,
    /// An HTTP API.
    Http,
}

impl fmt::Display for ApiKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Rest => "REST API",
            Self::Http => "HTTP API",
        })
    }
}

/// Where the things of one journal were created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    target: String,
    region: String,
    real: bool,
}

impl Run {
    fn of(place: &Place) -> Self {
        Self { target: place.target.clone(), region: place.region.clone(), real: place.real }
    }
}

/// A journal that is being written.
pub(crate) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
}

impl Journal {
    /// Starts the journal of a new run.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn start(place: &Place) -> Result<Self, String> {
        let run = match &place.run {
            Some(run) => run.clone(),
            None => marker()?,
        };
        let path = path_of(place, &run)?;
        let open = || {
            fs::create_dir_all(&place.journals)?;
            let file = private().create_new(true).append(true).open(&path)?;
            sync_folder(&place.journals)?;
            io::Result::Ok(file)
        };
        let file = open().map_err(|error| cannot("create", &path, &error))?;
        let journal = Self { path, file: Mutex::new(file) };
        journal.write(&Line::Run(Run::of(place)))?;
        Ok(journal)
    }

    /// Goes on with the journal of the run, or starts it if there is none (any more).
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn resume(place: &Place) -> Result<Self, String> {
        let Some(run) = &place.run else { return Self::start(place) };
        let path = path_of(place, run)?;
        match OpenOptions::new().append(true).open(&path) {
            Ok(mut file) => {
                // Whatever was being written when the file was left must not spoil the next line.
                file.write_all(b"\n").map_err(|error| cannot("write", &path, &error))?;
                Ok(Self { path, file: Mutex::new(file) })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::start(place),
            Err(error) => Err(cannot("open", &path, &error)),
        }
    }

    /// Notes that a pool of this name will be created.
    pub(crate) fn intend_pool(&self, name: &str) -> Result<(), String> {
        self.write(&Line::PoolIntent { name: name.to_owned(), at: now() })
    }

    /// Notes that a pool was created.
    pub(crate) fn made_pool(&self, name: &str, id: &str) -> Result<(), String> {
        self.write(&Line::PoolMade { name: name.to_owned(), id: id.to_owned() })
    }

    /// Notes that a pool will get a domain.
    pub(crate) fn intend_domain(&self, prefix: &str, pool: &str) -> Result<(), String> {
        self.write(&Line::DomainIntent { prefix: prefix.to_owned(), pool: pool.to_owned() })
    }

    /// Notes that an API of this name will be created.
    pub(crate) fn intend_api(&self, kind: ApiKind, name: &str) -> Result<(), String> {
        self.write(&Line::ApiIntent { kind, name: name.to_owned(), at: now() })
    }

    /// Notes that an API was created.
    pub(crate) fn made_api(&self, kind: ApiKind, name: &str, id: &str) -> Result<(), String> {
        self.write(&Line::ApiMade { kind, name: name.to_owned(), id: id.to_owned() })
    }

    /// Deletes the file of a run that certainly created nothing.
    pub(crate) fn discard(self) {
        // A journal that stays behind only makes the next removal look for names that do not exist.
        let _ = fs::remove_file(&self.path);
    }

    fn write(&self, line: &Line) -> Result<(), String> {
        let mut text = serde_json::to_string(line).map_err(|error| error.to_string())?;
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| cannot("write", &self.path, &error))
    }
}

/// A pool that a journal lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PoolRecord {
    /// Its unique name.
    pub(crate) name: String,
    /// Its id, if it was written down.
    pub(crate) id: Option<String>,
    /// The prefix of its domain, if it was to have one.
    pub(crate) domain: Option<String>,
    /// When it was to be created, in seconds since 1970.
    pub(crate) at: u64,
}

impl PoolRecord {
    /// Whether the call that creates it may still be under way on the side of the target.
    pub(crate) fn may_appear(&self) -> bool {
        may_appear(self.id.as_ref(), self.at)
    }
}

/// An API that a journal lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiRecord {
    /// What it is.
    pub(crate) kind: ApiKind,
    /// Its unique name.
    pub(crate) name: String,
    /// Its id, if it was written down.
    pub(crate) id: Option<String>,
    at: u64,
}

impl ApiRecord {
    /// Whether the call that creates it may still be under way on the side of the target.
    pub(crate) fn may_appear(&self) -> bool {
        may_appear(self.id.as_ref(), self.at)
    }
}

fn may_appear(id: Option<&String>, at: u64) -> bool {
    id.is_none() && now().saturating_sub(at) < 60
}

/// A journal that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The file.
    pub(crate) path: PathBuf,
    /// The pools it lists.
    pub(crate) pools: Vec<PoolRecord>,
    /// The APIs it lists.
    pub(crate) apis: Vec<ApiRecord>,
    run: Option<Run>,
}

impl Record {
    /// Every journal of a target, in the order of the file names.
    ///
    /// # Errors
    /// The folder or a file of it cannot be read. A folder that does not exist holds no journals.
    pub(crate) fn all(place: &Place) -> Result<Vec<Self>, String> {
        let entries = match fs::read_dir(&place.journals) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot("list", &place.journals, &error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| cannot("list", &place.journals, &error))?.path();
            let of_run =
                |run: &String| path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(run));
            if is_journal_of(&path, &place.target) && place.run.as_ref().is_none_or(of_run) {
                paths.push(path);
            }
        }
        paths.sort();
        paths
            .into_iter()
            .map(|path| match fs::read(&path) {
                Ok(bytes) => Ok(Self::parse(path, &bytes)),
                Err(error) => Err(cannot("read", &path, &error)),
            })
            .collect()
    }

    /// Reads what is there. A line that cannot be read was being written when its run died; whatever it announced
    /// had not been asked of the target yet, and whatever it reported is found under its intent.
    fn parse(path: PathBuf, bytes: &[u8]) -> Self {
        let mut record = Self { path, pools: Vec::new(), apis: Vec::new(), run: None };
        for line in bytes.split(|byte| *byte == b'\n') {
            match serde_json::from_slice::<Line>(line) {
                Ok(Line::Run(run)) => record.run = Some(run),
                Ok(Line::PoolIntent { name, at }) => {
                    record.pools.push(PoolRecord { name, id: None, domain: None, at });
                }
                Ok(Line::PoolMade { name, id }) => {
                    if let Some(pool) = record.pools.iter_mut().find(|pool| pool.name == name) {
                        pool.id = Some(id);
                    } else {
                        record.pools.push(PoolRecord { name, id: Some(id), domain: None, at: 0 });
                    }
                }
                Ok(Line::DomainIntent { prefix, pool }) => {
                    let owner = record.pools.iter_mut().find(|known| known.id.as_deref() == Some(&pool));
                    if let Some(owner) = owner {
                        owner.domain = Some(prefix);
                    }
                }
                Ok(Line::ApiIntent { kind, name, at }) => {
                    record.apis.push(ApiRecord { kind, name, id: None, at });
                }
                Ok(Line::ApiMade { kind, name, id }) => {
                    let same = |api: &&mut ApiRecord| api.kind == kind && api.name == name;
                    if let Some(api) = record.apis.iter_mut().find(same) {
                        api.id = Some(id);
                    } else {
                        record.apis.push(ApiRecord { kind, name, id: Some(id), at: 0 });
                    }
                }
                Err(_) => {}
            }
        }
        record
    }

    /// Why what it lists cannot be removed from this place, if that is elsewhere.
    pub(crate) fn elsewhere(&self, place: &Place) -> Option<String> {
        let run = self.run.as_ref().filter(|run| **run != Run::of(place))?;
        let kind = if run.real { "a real account" } else { "an emulator" };
        Some(format!(
            "was created on {kind} in {}; remove it with the target set as it was then, or delete {}",
            one_line(&run.region),
            self.path.display()
        ))
    }

    /// Whether it lists a pool with its id.
    pub(crate) fn knows_ids(&self) -> bool {
        self.pools.iter().any(|pool| pool.id.is_some())
    }

    /// Deletes the file; all it lists is gone.
    pub(crate) fn close(&self) -> Result<(), String> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(cannot("delete", &self.path, &error))
            }
            _ => Ok(()),
        }
    }
}

/// The journal of a run.
fn path_of(place: &Place, run: &str) -> Result<PathBuf, String> {
    if !is_marker(run) {
        return Err("the mark of a run is 12 lower-case letters and digits".to_owned());
    }
    Ok(place.journals.join(format!("{}-{run}.jsonl", place.target)))
}

/// Whether a file is `<target>-<marker>.jsonl`. A target named `a` does not own the journals of a target `a-b`.
fn is_journal_of(path: &Path, target: &str) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_suffix(".jsonl"))
        .and_then(|name| name.strip_prefix(target))
        .and_then(|name| name.strip_prefix('-'))
        .is_some_and(is_marker)
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {what} the journal {}: {error}", path.display())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

/// Makes the name of a new file survive a crash of the system.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
