//! `poolproof lint`: suites, ledger and snapshots against each other.

use std::path::Path;

use super::cli::LintArgs;
use super::context::{self, Refused};
use super::output;
use super::wiring::Wiring;
use crate::exit::Exit;
use crate::lint;

/// Runs every lint.
///
/// # Errors
/// [`Refused`] where the data cannot even be read.
pub(super) fn lint(wiring: &Wiring, args: &LintArgs) -> Result<Exit, Refused> {
    let ledger = context::ledger(wiring)?;
    let config = context::config(None).map_or_else(|_| Path::new("").to_owned(), |config| config.path);
    let folder = context::snapshots(wiring, args.snapshots.as_deref(), &config)?;
    let findings = lint::all(wiring.suites, &ledger, wiring.ledger_ids, &folder.snapshots);
    if findings.is_empty() {
        output::result("no findings");
        return Ok(Exit::Pass);
    }
    output::result(&findings.join("\n"));
    output::remark(&format!("{} findings", findings.len()));
    Ok(Exit::Deviation)
}
