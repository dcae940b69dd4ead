//! Stored cases: what is needed to send a failing case again, to the same target or to another one.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::generate::seed::RunSeed;
use crate::model::case::Case;
use crate::model::text::json_fault;
use crate::whole::{self, Readers};

/// The version of the file format.
pub const SCHEMA: u32 = 1;

/// A case with where it came from. It names secrets and holds none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stored {
    /// The version of the format.
    pub schema: u32,
    /// The full id of the scenario.
    pub scenario: String,
    /// The seed of the run that found it.
    pub seed: String,
    /// The index of the case before it was shrunk.
    pub index: u64,
    /// The case.
    pub case: Case,
}

/// A file that is no stored case.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is not of the format.
    #[error("{}: not a stored case: {}", path.display(), json_fault(source))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where it is not.
        source: serde_json::Error,
    },
    /// It is of another version.
    #[error("{}: written in format {found}; this build reads format {SCHEMA}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: u32,
    },
}

impl Stored {
    /// A case with its origin.
    pub fn new(scenario: &str, seed: &RunSeed, index: u64, case: &Case) -> Self {
        Self {
            schema: SCHEMA,
            scenario: scenario.to_owned(),
            seed: seed.text().to_owned(),
            index,
            case: case.clone(),
        }
    }

    /// Writes the case below a folder, one file for each target and scenario; whole or not at all.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn write(&self, folder: &Path, target: &str) -> std::io::Result<PathBuf> {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{}.json", self.scenario.replace("::", "__")));
        whole::write(&path, &serde_json::to_vec_pretty(self)?, Readers::Owner)?;
        Ok(path)
    }

    /// Reads a stored case.
    ///
    /// # Errors
    /// [`ReplayError`] says what is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, ReplayError> {
        let text = std::fs::read(path)
            .map_err(|source| ReplayError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    /// Reads the bytes of a stored case.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, ReplayError> {
        let stored: Self = serde_json::from_slice(bytes)
            .map_err(|source| ReplayError::Malformed { path: path.to_owned(), source })?;
        if stored.schema == SCHEMA {
            Ok(stored)
        } else {
            Err(ReplayError::Version { path: path.to_owned(), found: stored.schema })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::arbitrary::any_case;
    use crate::model::damaged::{self, cases, is_harmless, odd_text};
    use crate::model::request::Request;
    use crate::model::value::Value;

    #[test]
    fn a_case_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let case =
            Case::one(Request::token("client_credentials").basic("a", Value::client_secret("machine")));
        let stored = Stored::new("token::x::y", &RunSeed::default(), 7, &case);
        let path = stored.write(folder.path(), "double").unwrap();
        assert_eq!(Stored::read(&path).unwrap(), stored);
    }

    #[test]
    fn a_wrong_file_says_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        std::fs::write(&path, "{\"schema\": 1}").unwrap();
        assert!(Stored::read(&path).unwrap_err().to_string().contains("missing field"));
        let foreign =
            Stored::parse("x.json".as_ref(), br#"{"schema":1,"a\u001b[2J\u202e":"b"}"#).unwrap_err();
        assert!(foreign.to_string().contains(r"unknown field `a\u{1b}[2J\u{202e}`"), "{foreign}");
    }

    fn example() -> Vec<u8> {
        let request = Request::token("client_credentials")
            .basic("a", Value::client_secret("machine").edited(crate::model::edit::Edit::DropLast(2)))
            .field("scope", "a b");
        let case = Case::guarded(request).input("scope", "a b").pause(3);
        serde_json::to_vec_pretty(&Stored::new("token::x::y", &RunSeed::default(), 7, &case)).unwrap()
    }

    proptest! {
        #![proptest_config(cases(96))]

        #[test]
        fn any_case_comes_back_as_it_was(case in any_case(), scenario in odd_text(), index: u64) {
            let stored = Stored::new(&scenario, &RunSeed::default(), index, &case);
            let written = serde_json::to_vec_pretty(&stored).unwrap();
            prop_assert_eq!(Stored::parse("x.json".as_ref(), &written).unwrap(), stored);
        }

        #[test]
        fn a_damaged_case_says_where_and_shows_nothing_raw(bytes in damaged::bytes(vec![example()])) {
            if let Err(error) = Stored::parse("x.json".as_ref(), &bytes) {
                let shown = error.to_string();
                prop_assert!(shown.starts_with("x.json: "), "{shown}");
                prop_assert!(is_harmless(&shown) && !shown.contains('\n'), "{shown:?}");
                prop_assert!(shown.chars().count() < 4000, "{} characters", shown.chars().count());
            }
        }
    }
}
