//! The proof that the checks can fail: every fault that is seeded into the double has to be found, and every scenario has
//! to find one. Plain data and its rendering; `entry` runs it.
//!
//! Not every scenario is sent to every faulty double. A handler of the double asks for a fault at the place where it
//! would act on it, and the double keeps a list of what was asked for. So the run without a fault tells for each
//! scenario which faults its answers could depend on at all; with any other fault the double would have answered the
//! same. Leaving those out can never claim that a fault was found.

pub mod matrix;
pub mod reach;
pub mod render;

use serde::Serialize;

use crate::model::names;
use crate::model::text::one_line;

/// A defect that can be switched on in the double.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeededFault {
    /// Its id, such as `code-reusable`.
    pub id: String,
    /// What kind of defect it is: `security`, `error`, `shape`, `claims`, `state` or `guard`.
    pub class: String,
    /// What the double does wrong, in one sentence.
    pub says: String,
    /// The ids of the facts that it violates.
    pub violates: Vec<String>,
}

impl SeededFault {
    /// The id of the fault that was probably meant by a word that is none.
    pub(crate) fn nearest<'a>(word: &str, all: &'a [Self]) -> Option<&'a str> {
        let ids: Vec<&str> = all.iter().map(|fault| fault.id.as_str()).collect();
        names::nearest(word, &ids)
    }

    /// Whether all of these are ids of faults.
    ///
    /// # Errors
    /// What is wrong with the first one that is none, and what to do.
    pub(crate) fn check(ids: &[String], all: &[Self]) -> Result<(), (String, String)> {
        let Some(unknown) = ids.iter().find(|id| !all.iter().any(|fault| fault.id == **id)) else {
            return Ok(());
        };
        let near =
            Self::nearest(unknown, all).map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
        let problem = format!("the double has no fault {:?}", one_line(unknown));
        Err((problem, format!("`poolproof double --fault list` shows them{near}")))
    }
}
