//! What is alike and needs no more than a line.

use super::{BOLD, DIM, Options, paint, style};
use crate::model::alike::alike;
use crate::report::event::ScenarioResult;
use crate::report::render::shown;

/// The most ids that a line lists unless more is asked for.
const IDS: usize = 5;

/// Scenarios with the same verdict for the same reason, in one line and a list.
pub(super) fn grouped(results: &[&ScenarioResult], options: Options, out: &mut Vec<String>) {
    let key = |result: &'_ ScenarioResult| (result.verdict, result.reason.clone());
    for ((verdict, reason), members) in alike(results.iter().copied(), key) {
        let ids = members.iter().map(|result| shown::line(&result.id)).collect();
        let scenarios = shown::counted(members.len() as u64, "scenario");
        let target = members.first().map(|result| shown::line(&result.target)).unwrap_or_default();
        let verdict = paint(style(verdict), verdict.name());
        out.push(format!(
            "{verdict} {}: {}",
            paint(BOLD, &format!("{target}: {scenarios}")),
            shown::line(&reason)
        ));
        out.push(listed(ids, options));
        out.push(String::new());
    }
}

/// The first few of these names, or all of them where more is asked for.
pub(super) fn listed(mut names: Vec<String>, options: Options) -> String {
    let more = names.len().saturating_sub(IDS);
    if options.verbosity == 0 && more > 0 {
        names.truncate(IDS);
        names.push(format!("and {more} more (-v lists them)"));
    }
    format!("  {}", paint(DIM, &names.join(", ")))
}
