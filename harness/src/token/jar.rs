//! The token jar: genuine tokens of earlier runs, so that a later run owns really expired and really revoked ones.
//!
//! It is a file that the user names. It holds tokens, so it is readable by its owner alone; two runs at once take
//! turns with it; and a run that is killed leaves the old one whole.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::model::guard::TokenKind;
use crate::whole::{self, Readers};

/// The version of the file format.
const SCHEMA: u32 = 1;

/// The most tokens that are kept of one pool; the oldest give way.
const KEPT: usize = 40;

/// How long a token is kept, in seconds: 90 days.
const LONGEST: u64 = 90 * 24 * 3600;

/// A jar can hold no more; a file of another kind is often longer.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// What was done to the session of a token after it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Nothing.
    Kept,
    /// Its refresh token was revoked.
    Revoked,
    /// Its user was signed out everywhere.
    SignedOut,
    /// Its user was deleted.
    DeletedUser,
}

/// One token with what has to be known of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entry {
    /// The pool id.
    pub pool: String,
    /// The client id that it was issued to.
    pub client: String,
    /// Its kind.
    pub kind: TokenKind,
    /// What was done to its session.
    pub fate: Fate,
    /// When it was put into the jar, in seconds since the epoch.
    pub since: u64,
    /// When it ends, in seconds since the epoch.
    pub exp: u64,
    /// The token.
    pub token: String,
}

/// The tokens of a jar.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Jar {
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Document {
    schema: u32,
    tokens: Vec<Entry>,
}

/// A jar that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JarError {
    /// It cannot be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// Others may read it.
    #[error("{}: others may read it (mode {mode:o}), and it holds tokens; run: chmod 600 {0}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is no token jar. What is in it is not shown.
    #[error("{}: not a token jar of this version; name another file, or remove it", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// Seconds since the epoch.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Jar {
    /// Reads a jar; where there is no file it is empty.
    ///
    /// # Errors
    /// [`JarError`] for a file that is no jar, or that others may read.
    pub fn open(path: &Path) -> Result<Self, JarError> {
        let _turn = Turn::take(path)?;
        Self::read(path)
    }

    /// Puts tokens into the jar of this file, keeping those that are there. What is too old goes.
    ///
    /// # Errors
    /// [`JarError`] where it cannot be read or written; then it is as it was.
    pub fn add(path: &Path, entries: Vec<Entry>) -> Result<(), JarError> {
        let _turn = Turn::take(path)?;
        let mut jar = Self::read(path)?;
        jar.entries.extend(entries);
        jar.tidy(now());
        jar.write(path)
    }

    /// The tokens of a pool, the newest first.
    pub fn of_pool<'a>(&'a self, pool: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().rev().filter(move |entry| entry.pool == pool)
    }

    fn tidy(&mut self, now: u64) {
        self.entries.retain(|entry| now.saturating_sub(entry.since) < LONGEST);
        self.entries.sort_by_key(|entry| entry.since);
        let mut pools: Vec<String> = self.entries.iter().map(|entry| entry.pool.clone()).collect();
        pools.sort_unstable();
        pools.dedup();
        for pool in pools {
            let count = self.entries.iter().filter(|entry| entry.pool == pool).count();
            let mut spare = count.saturating_sub(KEPT);
            self.entries.retain(|entry| {
                let goes = spare > 0 && entry.pool == pool;
                spare -= usize::from(goes);
                !goes
            });
        }
    }

    fn read(path: &Path) -> Result<Self, JarError> {
        let io = |cause| JarError::Io { path: path.to_owned(), cause };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(cause) => return Err(io(cause)),
        };
        only_the_owner(path, &file)?;
        let mut text = String::new();
        let malformed = || JarError::Malformed { path: path.to_owned() };
        file.take(MOST_BYTES).read_to_string(&mut text).map_err(|_| malformed())?;
        let document: Document = serde_json::from_str(&text).map_err(|_| malformed())?;
        if document.schema != SCHEMA {
            return Err(malformed());
        }
        Ok(Self { entries: document.tokens })
    }

    fn write(&self, path: &Path) -> Result<(), JarError> {
        let io = |cause: io::Error| JarError::Io { path: path.to_owned(), cause };
        let mut document = Document { schema: SCHEMA, tokens: self.entries.clone() };
        let text = loop {
            let text = serde_json::to_vec_pretty(&document).map_err(|error| io(error.into()))?;
            // What a target issues may be very long: a jar that cannot be read again would be worth nothing.
            if text.len() as u64 <= MOST_BYTES {
                break text;
            }
            document.tokens.remove(0);
        };
        whole::write(path, &text, Readers::Owner).map_err(io)
    }
}

/// Held by one run at a time: a lock on a file beside the jar, which is replaced and cannot be locked itself.
struct Turn(File);

impl Turn {
    fn take(path: &Path) -> Result<Self, JarError> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".lock");
        let io = |cause| JarError::Io { path: path.to_owned(), cause };
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(beside).map_err(io)?;
        file.lock().map_err(io)?;
        Ok(Self(file))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

#[cfg(unix)]
fn only_the_owner(path: &Path, file: &File) -> Result<(), JarError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata().map(|metadata| metadata.permissions().mode() & 0o777);
    match mode {
        Ok(mode) if mode.trailing_zeros() >= 6 => Ok(()),
        Ok(mode) => Err(JarError::Open { path: path.to_owned(), mode }),
        Err(cause) => Err(JarError::Io { path: path.to_owned(), cause }),
    }
}

#[cfg(not(unix))]
fn only_the_owner(_: &Path, _: &File) -> Result<(), JarError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::damaged::{self, Unshown, cases, is_harmless, odd_text};

    use super::*;

    fn entry(pool: &str, since: u64) -> Entry {
        Entry {
            pool: pool.to_owned(),
            client: "c".to_owned(),
            kind: TokenKind::Id,
            fate: Fate::Kept,
            since,
            exp: since + 3600,
            token: format!("token-{since}"),
        }
    }

    #[test]
    fn what_is_put_in_is_there_and_hidden_from_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jar.json");
        assert!(Jar::open(&path).unwrap().entries.is_empty());
        Jar::add(&path, vec![entry("a", now())]).unwrap();
        Jar::add(&path, vec![entry("b", now())]).unwrap();
        let jar = Jar::open(&path).unwrap();
        assert_eq!((jar.of_pool("a").count(), jar.of_pool("b").count()), (1, 1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(Jar::open(&path), Err(JarError::Open { .. })));
        }
    }

    #[test]
    fn a_file_that_is_no_jar_is_left_alone_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        std::fs::write(&path, "my secret").unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let error = Jar::add(&path, vec![entry("a", now())]).unwrap_err().to_string();
        assert!(error.contains("not a token jar") && !error.contains("secret"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "my secret");
    }

    #[test]
    fn old_tokens_and_the_oldest_of_many_go() {
        let now = 10 * LONGEST;
        let mut jar = Jar { entries: vec![entry("a", 1), entry("b", now - 1)] };
        jar.entries.extend((0..60).map(|since| entry("a", now - 100 + since)));
        jar.tidy(now);
        assert_eq!(jar.of_pool("a").count(), KEPT);
        assert_eq!(jar.of_pool("b").count(), 1);
        assert_eq!(jar.of_pool("a").next().unwrap().since, now - 41);
    }

    #[test]
    fn runs_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jar.json");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || Jar::add(path, vec![entry("a", now() - number)]).unwrap());
            }
        });
        assert_eq!(Jar::open(&path).unwrap().of_pool("a").count(), 8);
    }

    fn any_entry() -> impl Strategy<Value = Unshown<Entry>> {
        let fate = prop::sample::select(&[Fate::Kept, Fate::Revoked, Fate::SignedOut, Fate::DeletedUser][..]);
        let kind = prop::sample::select(&[TokenKind::Id, TokenKind::Access][..]);
        (odd_text(), odd_text(), kind, fate, 0_u64..1000, any::<u64>(), odd_text()).prop_map(
            |(pool, client, kind, fate, age, exp, token)| {
                Unshown(Entry { pool, client, kind, fate, since: now() - age, exp, token })
            },
        )
    }

    /// A file that its owner alone may read.
    fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jar.json");
        std::fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        (folder, path)
    }

    proptest! {
        #![proptest_config(cases(64))]

        #[test]
        fn a_jar_is_read_back_as_it_was_written(entries in prop::collection::vec(any_entry(), 0..8)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("jar.json");
            let mut entries: Vec<Entry> = entries.into_iter().map(|Unshown(entry)| entry).collect();
            Jar::add(&path, entries.clone()).unwrap();
            entries.sort_by_key(|entry| entry.since);
            prop_assert!(Jar::open(&path).unwrap().entries == entries);
        }

        #[test]
        fn a_damaged_jar_is_left_alone_and_not_shown(bytes in damaged::bytes(vec![
            r#"{"schema":1,"tokens":[{"pool":"us-east-1_a","client":"Canary7Secret","kind":"id","fate":"signed-out","since":1,"exp":2,"token":"Canary7Secret"}]}"#,
        ])) {
            let (_folder, path) = file(&bytes);
            if let Err(error) = Jar::open(&path) {
                let shown = error.to_string();
                prop_assert!(shown.contains("jar.json") && !shown.contains("Canary7Secret") && is_harmless(&shown), "{shown}");
                prop_assert!(Jar::add(&path, Vec::new()).is_err());
                prop_assert!(std::fs::read(&path).unwrap() == bytes);
            }
        }
    }

    #[test]
    fn tokens_that_are_too_long_do_not_spoil_the_jar() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jar.json");
        let long = |since| Entry { token: "x".repeat(1024 * 1024), ..entry("a", now() - since) };
        Jar::add(&path, vec![entry("b", now())]).unwrap();
        Jar::add(&path, (0..6).map(long).collect()).unwrap();
        assert_eq!(Jar::open(&path).unwrap().of_pool("b").count(), 1);
    }
}
