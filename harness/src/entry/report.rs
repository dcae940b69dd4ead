//! `poolproof report`: shows earlier runs again, from their events.

use std::path::{Path, PathBuf};

use super::cli::ReportArgs;
use super::context::{self, Refused};
use super::output;
use crate::exit::{Exit, ending};
use crate::report::fold::Report;
use crate::report::render::{Format, text};
use crate::report::sink;

/// Folds the named events, or those of the last run, and shows them.
///
/// # Errors
/// [`Refused`] for files that are no events, and where there is no run.
pub(super) fn report(args: &ReportArgs) -> Result<Exit, Refused> {
    let paths = if args.paths.is_empty() { vec![last_run()?] } else { args.paths.clone() };
    let mut files = Vec::new();
    for path in &paths {
        if path.is_dir() {
            files.extend(event_files(path)?);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        let folders: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Refused::usage(format!(
            "{}: no event files (*.jsonl) here; name the folder of one run",
            folders.join(", ")
        )));
    }
    let parts = files
        .iter()
        .map(|file| {
            Report::fold(&sink::read(file).map_err(Refused::usage)?)
                .map_err(|error| Refused::usage(format!("{}: {error}", file.display())))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let report = Report::merge(parts).map_err(Refused::usage)?;
    let shown = if args.format == "text" {
        text::render(&report, text::Options { verbosity: args.verbose, quiet: false })
    } else {
        let format: Format =
            args.format.parse().map_err(|error| Refused::usage(format!("{error}; the default is text")))?;
        format.render(&report).map_err(Refused::ours)?
    };
    output::result(&shown);
    Ok(ending(&report).exit)
}

fn event_files(folder: &Path) -> Result<Vec<PathBuf>, Refused> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Refused::usage(format!("{}: {error}", folder.display())))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        // A replay is no run: it has no plan and no verdicts to add up.
        .filter(|path| path.file_name().is_some_and(|name| name != "replay.jsonl"))
        .collect();
    files.sort();
    Ok(files)
}

/// The run folder that was begun last.
fn last_run() -> Result<PathBuf, Refused> {
    let root = context::run_root(&context::config(None)?.path);
    std::fs::read_dir(&root)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| event_files(path).is_ok_and(|files| !files.is_empty()))
        .max_by_key(|path| std::fs::metadata(path).and_then(|folder| folder.modified()).ok())
        .ok_or_else(|| Refused::usage(format!("{}: no run here yet", root.display())))
}
