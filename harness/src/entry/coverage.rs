//! `poolproof coverage`: which facts the scenarios cover, without touching any target.

use std::io::Write as _;
use std::path::Path;

use super::cli::CoverageArgs;
use super::context::{self, Refused};
use super::output;
use super::wiring::Wiring;
use crate::coverage::{self, Coverage, Format};
use crate::exit::Exit;
use crate::model::ledger::Ledger;
use crate::model::names;
use crate::model::text::one_line;

/// Shows the coverage of the chosen areas, or writes it into a file.
///
/// # Errors
/// [`Refused`] for an area that there is not, and for a file that cannot take the figures.
pub(super) fn coverage(wiring: &Wiring, args: &CoverageArgs) -> Result<Exit, Refused> {
    let ledger = context::ledger(wiring)?;
    for area in &args.areas {
        known(area, &ledger)?;
    }
    let coverage = Coverage::of(wiring.suites, &ledger).only(&args.areas);
    let shown = args.format.render(&coverage, args.verbose > 0).map_err(Refused::ours)?;
    match &args.write {
        None => output::result(&shown),
        Some(_) if args.format != Format::Markdown => {
            return Err(Refused::usage("--write puts Markdown into a file: add --format markdown"));
        }
        Some(path) => write(path, &shown)?,
    }
    Ok(if coverage.is_complete() { Exit::Pass } else { Exit::Deviation })
}

fn known(area: &str, ledger: &Ledger) -> Result<(), Refused> {
    let areas = ledger.areas();
    if areas.contains(&area) {
        return Ok(());
    }
    // An id of a fact or of a suite begins like its area.
    let begin = area.split(['.', ':']).next().unwrap_or_default();
    let advice = names::nearest(begin, &areas)
        .map_or_else(|| format!("There are: {}", areas.join(", ")), |near| format!("Did you mean: {near}?"));
    let text = format!("{:?} is no area of the ledger. {advice}", one_line(area));
    Err(Refused { exit: Exit::NothingSelected, text })
}

/// Replaces the block of a file; who reads it meanwhile sees the old file or the new one.
fn write(path: &Path, figures: &str) -> Result<(), Refused> {
    let refused = |error: &dyn std::fmt::Display| Refused::usage(format!("{}: {error}", path.display()));
    let old = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    let new = coverage::replace(&old, figures).map_err(|error| refused(&error))?;
    if new == old {
        output::remark(&format!("{}: up to date", path.display()));
        return Ok(());
    }
    replace(path, &new).map_err(|error| refused(&error))?;
    output::remark(&format!("{}: the figures are new", path.display()));
    Ok(())
}

fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // A link stays one: what it leads to is replaced.
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = tempfile::Builder::new().prefix(".coverage-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(std::fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}
