//! Coverage as Markdown: a table by area, one by confidence, and below them what is uncovered.

use super::render::remark;
use super::text::cells;
use super::{Counts, Coverage, State};
use crate::report::render::{markdown, shown};

/// The tables; below them what is uncovered, and with `every_fact` what is excused and what is covered.
pub(super) fn render(coverage: &Coverage, every_fact: bool) -> String {
    let all = coverage.all();
    let mut out = Vec::new();
    let areas = coverage.areas().into_iter().map(|area| (area.name.to_owned(), area.total));
    table("area", areas.chain([("all".to_owned(), all.total)]), &mut out);
    out.push(String::new());
    let confidences = all.by_confidence().map(|(confidence, counts)| (confidence.to_string(), counts));
    table("confidence", confidences, &mut out);
    let mut list = |state: State, heading: &str| {
        let mut entries = coverage.in_state(state).peekable();
        if entries.peek().is_some() {
            out.extend([String::new(), format!("**{heading}**"), String::new()]);
        }
        for entry in entries {
            let remark = remark(entry);
            let colon = if remark.is_empty() { "" } else { ": " };
            let remark = markdown::escape_visible(&shown::line(&remark));
            out.push(format!("- `{}` ({}){colon}{remark}", entry.fact.id, entry.fact.confidence));
        }
    };
    list(State::Uncovered, "Uncovered: each owes a scenario or an excuse");
    if every_fact {
        list(State::Excused, "Excused");
        list(State::Covered, "Covered");
    }
    out.join("\n") + "\n"
}

fn table(first: &str, rows: impl Iterator<Item = (String, Counts)>, out: &mut Vec<String>) {
    let states = State::ALL.map(State::name).join(" | ");
    out.push(format!("| {first} | facts | {states} |"));
    out.push(format!("| --- |{}", " ---: |".repeat(5)));
    out.extend(rows.map(|(name, counts)| format!("| {name} | {} |", cells(&counts).join(" | "))));
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_tables_and_what_is_uncovered() {
        let ledger = sample::ledger();
        insta::assert_snapshot!(render(&sample::coverage(&ledger), false), @r"
        | area | facts | covered | excused | background | uncovered |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | token | 4 | 2 | 1 | 0 | 1 |
        | login | 2 | 1 | 0 | 1 | 0 |
        | all | 6 | 3 | 1 | 1 | 1 |

        | confidence | facts | covered | excused | background | uncovered |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | documented | 3 | 2 | 0 | 0 | 1 |
        | reported | 1 | 1 | 0 | 0 | 0 |
        | inferred | 2 | 0 | 1 | 1 | 0 |

        **Uncovered: each owes a scenario or an excuse**

        - `token.open` (documented)
        ");
    }

    #[test]
    fn every_fact_with_its_reason_or_its_scenarios() {
        let ledger = sample::ledger();
        let text = render(&sample::coverage(&ledger), true);
        let lists: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("**")).collect();
        insta::assert_snapshot!(lists.join("\n"), @r"
        **Uncovered: each owes a scenario or an excuse**

        - `token.open` (documented)

        **Excused**

        - `token.excused` (inferred): no pool \| is &lt;b&gt;like that\\u{1b}\[31m

        **Covered**

        - `token.covered` (documented): token::x::first
        - `token.twice` (reported): token::x::second, login::y::third
        - `login.covered` (documented): login::y::third
        ");
    }
}
