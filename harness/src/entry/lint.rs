//! `poolproof lint`: suites, ledger and snapshots against each other.

use std::collections::BTreeSet;

use super::cli::LintArgs;
use super::context::{self, Refused};
use super::output;
use super::wiring::Wiring;
use crate::exit::Exit;
use crate::judge::expect::Snapshots;
use crate::lint;
use crate::model::names;
use crate::report::render::shown;
use crate::target::config::Config;

/// The folder of what is accepted of a target that `--url` gives.
const OF_A_URL: &str = "url";

/// Runs every lint.
///
/// # Errors
/// [`Refused`] where the data cannot even be read.
pub(super) fn lint(wiring: &Wiring, args: &LintArgs) -> Result<Exit, Refused> {
    let ledger = context::ledger(wiring)?;
    let config = context::config(None)?;
    let folder = context::snapshots(wiring, args.snapshots.as_deref(), &config.path)?;
    let mut findings = lint::all(wiring.suites, &ledger, wiring.ledger_ids, &folder.snapshots);
    findings.extend(of_no_target(&folder.snapshots, &config));
    if findings.is_empty() {
        output::result("no findings");
        return Ok(Exit::Pass);
    }
    output::result(&findings.join("\n"));
    output::remark(&shown::counted(findings.len() as u64, "finding"));
    Ok(Exit::Deviation)
}

/// A finding for each folder of what is accepted of a target that the configuration does not have.
fn of_no_target(snapshots: &Snapshots, config: &Config) -> Vec<String> {
    // What is wrong with the folder as a whole was found before.
    let files = snapshots.files().unwrap_or_default();
    let folders: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.strip_prefix("accepted").ok()?.components().next()?.as_os_str().to_str())
        .filter(|folder| *folder != OF_A_URL && !config.targets.contains_key(*folder))
        .collect();
    let advice = |folder: &str| names::suggest(folder, config.targets.keys().map(String::as_str));
    folders
        .into_iter()
        .map(|folder| format!("accepted/{folder}: there is no target {folder:?}; {}", advice(folder)))
        .collect()
}
