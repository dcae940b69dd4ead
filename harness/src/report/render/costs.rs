//! What each suite cost, as the lines of a table.

use super::shown;
use crate::report::fold::TargetReport;

/// The heading and a line for each suite, the dearest first; nothing where nothing was executed.
pub(super) fn table(target: &TargetReport) -> Vec<String> {
    let costs = target.costs_by_requests();
    if costs.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![["suite", "cases", "requests", "seconds"].map(str::to_owned)];
    rows.extend(costs.iter().map(|cost| {
        [
            shown::line(&cost.suite),
            shown::number(cost.cases),
            shown::number(cost.requests),
            shown::seconds(cost.duration_ms),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let [first, second, third, fourth] = [width(0), width(1), width(2), width(3)];
    rows.iter()
        .map(|[suite, cases, requests, seconds]| {
            format!("{suite:first$}  {cases:>second$}  {requests:>third$}  {seconds:>fourth$}")
        })
        .collect()
}
