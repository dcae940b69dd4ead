//! Proposes a snapshot: writes the pending `.snap.new` that `cargo insta review` shows. The only place with an insta
//! macro; it decides nothing.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

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
    /// The version of the target that was seen to answer so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The panic hook is one for the whole process: one proposal at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Writes the pending snapshot of a scenario into a folder, unless the snapshot there already has this text.
///
/// insta's macro writes the file and then panics; the panic is caught and not shown.
pub fn propose(folder: &Path, id: &str, says: &str, info: &Info, text: &str) {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(says);
    settings.set_info(info);
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let _panic = catch_unwind(AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(id, text))));
    set_hook(hook);
}
