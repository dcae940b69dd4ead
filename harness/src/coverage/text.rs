//! Coverage for a terminal.

use super::render::remark;
use super::{Area, Counts, Coverage, State};
use crate::report::render::shown;

/// The table; below it what is uncovered, and with `every_fact` what is excused and what is covered.
pub(super) fn render(coverage: &Coverage, every_fact: bool) -> String {
    let mut out = table(coverage);
    let mut list = |state: State, heading: &str| {
        let mut entries = coverage.in_state(state).peekable();
        if entries.peek().is_some() {
            out.extend([String::new(), heading.to_owned()]);
        }
        for entry in entries {
            let (fact, remark) = (entry.fact, remark(entry));
            let colon = if remark.is_empty() { "" } else { ": " };
            out.push(format!("  {} ({}){colon}{}", fact.id, fact.confidence, shown::line(&remark)));
        }
    };
    list(State::Uncovered, "uncovered, each owes a scenario or an excuse:");
    if every_fact {
        list(State::Excused, "excused:");
        list(State::Covered, "covered:");
    }
    out.join("\n") + "\n"
}

fn table(coverage: &Coverage) -> Vec<String> {
    let mut rows = vec![(
        "area".to_owned(),
        ["facts", "covered", "excused", "background", "uncovered"].map(str::to_owned),
    )];
    let areas = coverage.areas();
    for area in &areas {
        rows_of(area, &mut rows);
    }
    if areas.len() != 1 {
        rows_of(&coverage.all(), &mut rows);
    }
    let first = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = rows.iter().map(|(name, [facts, covered, excused, background, uncovered])| {
        format!("{name:first$}  {facts:>5}  {covered:>7}  {excused:>7}  {background:>10}  {uncovered:>9}")
    });
    lines.collect()
}

fn rows_of(area: &Area, rows: &mut Vec<(String, [String; 5])>) {
    rows.push((area.name.to_owned(), cells(&area.total)));
    rows.extend(area.by_confidence().map(|(confidence, counts)| (format!("  {confidence}"), cells(&counts))));
}

/// The figures of a row: all facts, then those in each state.
pub(super) fn cells(counts: &Counts) -> [String; 5] {
    let [covered, excused, background, uncovered] = State::ALL.map(|state| counts.of(state));
    [counts.facts(), covered, excused, background, uncovered].map(shown::number)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_table_and_what_is_uncovered() {
        let ledger = sample::ledger();
        insta::assert_snapshot!(render(&sample::coverage(&ledger), false), @r"
        area          facts  covered  excused  background  uncovered
        token             4        2        1           0          1
          documented      2        1        0           0          1
          reported        1        1        0           0          0
          inferred        1        0        1           0          0
        login             2        1        0           1          0
          documented      1        1        0           0          0
          inferred        1        0        0           1          0
        all               6        3        1           1          1
          documented      3        2        0           0          1
          reported        1        1        0           0          0
          inferred        2        0        1           1          0

        uncovered, each owes a scenario or an excuse:
          token.open (documented)
        ");
    }

    #[test]
    fn every_fact_with_its_reason_or_its_scenarios() {
        let ledger = sample::ledger();
        let only = sample::coverage(&ledger).only(&["token".to_owned()]);
        insta::assert_snapshot!(render(&only, true), @r"
        area          facts  covered  excused  background  uncovered
        token             4        2        1           0          1
          documented      2        1        0           0          1
          reported        1        1        0           0          0
          inferred        1        0        1           0          0

        uncovered, each owes a scenario or an excuse:
          token.open (documented)

        excused:
          token.excused (inferred): no pool | is <b>like that\u{1b}[31m

        covered:
          token.covered (documented): token::x::first
          token.twice (reported): token::x::second, login::y::third
        ");
    }
}
