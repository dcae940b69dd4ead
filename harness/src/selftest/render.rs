//! The self-test as text, Markdown and JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::matrix::{FaultRow, Matrix, Spread};
use crate::model::text::{block, one_line};
use crate::model::verdict::VerdictKind;

/// How many scenarios are named for a fault where not all are asked for.
const NAMED: usize = 3;

/// For a terminal; with `verbose` every scenario that finds a fault is named.
pub fn text(matrix: &Matrix, verbose: bool) -> String {
    let mut out = String::new();
    let widest = matrix.faults.iter().map(|row| row.fault.id.len()).max().unwrap_or_default();
    for row in &matrix.faults {
        let _ = writeln!(out, "{:<widest$}  {:<8}  {}", row.fault.id, row.fault.class, found(row, verbose));
    }
    out.push('\n');
    for line in problems(matrix) {
        out.push_str(&line);
        out.push('\n');
    }
    for (class, (declared, caught, cases)) in classes(matrix) {
        let _ = writeln!(out, "{class:<8}  {caught:>3} of {declared:>3} caught  {}", spread(cases, "cases"));
    }
    out.push_str(&summary(matrix).join("\n"));
    out.push('\n');
    out
}

/// For a page or the summary of a job.
pub fn markdown(matrix: &Matrix) -> String {
    let mut out = String::new();
    for line in summary(matrix) {
        let _ = writeln!(out, "{line}  ");
    }
    let problems = problems(matrix);
    if !problems.is_empty() {
        out.push('\n');
        for line in problems {
            let _ = writeln!(out, "- **{}**", escaped(&line));
        }
    }
    out.push_str("\n| class | declared | caught |\n| --- | ---: | ---: |\n");
    for (class, (declared, caught, _)) in classes(matrix) {
        let _ = writeln!(out, "| {class} | {declared} | {caught} |");
    }
    out.push_str("\n| fault | what it does | class | cases | requests | caught by |\n| --- | --- | --- | ---: | ---: | --- |\n");
    for row in &matrix.faults {
        let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {} |",
            row.fault.id,
            escaped(&row.fault.says),
            row.fault.class,
            number(row.cases),
            number(row.requests),
            escaped(&names(row, false))
        );
    }
    out
}

/// For a program: `declared`, `caught`, `unkilled`, then the matrix.
///
/// # Errors
/// A fault of ours.
pub fn json(matrix: &Matrix) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(matrix).map(|text| text + "\n")
}

/// The figures, a line each.
fn summary(matrix: &Matrix) -> Vec<String> {
    let all = matrix.scenarios.len();
    let mut lines = vec![format!("{} of {} faults caught", matrix.caught, matrix.declared)];
    if let Some(unkilled) = matrix.unkilled {
        let _ = write!(lines[0], " · {} of {all} scenarios seen to fail", all - unkilled);
    }
    lines.push(format!(
        "until a fault is found: {}, {}",
        spread(matrix.cost.cases, "cases"),
        spread(matrix.cost.requests, "requests")
    ));
    if let Some(seeds) = &matrix.seeds {
        lines.push(format!(
            "over {} seeds: {} of {} pairs of a fault and a seed caught ({})",
            seeds.count,
            seeds.caught,
            seeds.pairs,
            percent(seeds.caught, seeds.pairs)
        ));
    }
    lines.push(format!(
        "without a fault: {} checks, {} of them red",
        matrix.checks,
        matrix.red_without_a_fault.len()
    ));
    lines.push(format!(
        "seed {} · profile {} · {} requests · {:.0} s · poolproof {}",
        one_line(&matrix.seed),
        matrix.profile,
        matrix.requests,
        matrix.seconds,
        matrix.version
    ));
    lines
}

/// What is not as it has to be, a line each.
fn problems(matrix: &Matrix) -> Vec<String> {
    let mut lines: Vec<String> = matrix
        .red_without_a_fault
        .iter()
        .map(|what| format!("red without a fault: {}", one_line(what)))
        .collect();
    for row in &matrix.faults {
        if let (true, Some(failure)) = (row.caught, &row.failure) {
            let failure = block(failure, 3);
            lines.push(format!("could not be looked for at every double: {}: {failure}", row.fault.id));
        }
        if !row.caught {
            lines.push(format!("not caught: {}: {}", row.fault.id, why_not(row)));
        } else if !row.by_its_facts {
            let facts = row.fault.violates.join(", ");
            lines.push(format!(
                "caught only by scenarios about other facts: {} (violates {facts})",
                row.fault.id
            ));
        }
    }
    if let Some(seeds) = &matrix.seeds {
        lines.extend(
            seeds.missed.iter().map(|(fault, missed)| format!("missed with {} seeds: {fault}", missed.len())),
        );
    }
    for row in &matrix.scenarios {
        if let Some(reason) = &row.not_run {
            lines.push(format!("could not be run: {}: {}", row.id, one_line(reason)));
        } else if matrix.unkilled.is_some() && row.is_unkilled() {
            lines.push(format!("no fault turns it red: {}", row.id));
        }
    }
    lines
}

fn why_not(row: &FaultRow) -> String {
    match &row.failure {
        Some(failure) => block(failure, 3),
        None if row.reached_by == 0 => "no scenario meets its code".to_owned(),
        None => format!("{} scenarios meet its code, and none of them notices", row.reached_by),
    }
}

fn found(row: &FaultRow, verbose: bool) -> String {
    match (row.cases, row.requests) {
        (Some(cases), Some(requests)) => format!(
            "{} {}, {} {}: {}",
            cases,
            if cases == 1 { "case" } else { "cases" },
            requests,
            if requests == 1 { "request" } else { "requests" },
            names(row, verbose)
        ),
        _ if row.caught => format!("later: {}", names(row, verbose)),
        _ => "NOT CAUGHT".to_owned(),
    }
}

fn names(row: &FaultRow, all: bool) -> String {
    let most = if all { usize::MAX } else { NAMED };
    let mut named: Vec<String> = row
        .caught_by
        .iter()
        .take(most)
        .map(|by| {
            let weak = if by.verdict == VerdictKind::Advisory { " (a warning)" } else { "" };
            format!("{}{weak}", by.scenario)
        })
        .collect();
    if row.caught_by.len() > most {
        named.push(format!("and {} more", row.caught_by.len() - most));
    }
    named.join(", ")
}

/// By class: declared, caught, cases until found.
fn classes(matrix: &Matrix) -> BTreeMap<&str, (usize, usize, Spread)> {
    let mut numbers: BTreeMap<&str, (usize, usize, Vec<u64>)> = BTreeMap::new();
    for row in &matrix.faults {
        let class = numbers.entry(&row.fault.class).or_default();
        class.0 += 1;
        class.1 += usize::from(row.caught);
        class.2.extend(row.cases);
    }
    numbers
        .into_iter()
        .map(|(class, (declared, caught, cases))| (class, (declared, caught, Spread::of(cases))))
        .collect()
}

fn spread(spread: Spread, what: &str) -> String {
    format!("{what}: median {}, 95th percentile {}", spread.median, spread.p95)
}

fn percent(part: usize, whole: usize) -> String {
    // Cut and not rounded: 99.99 of 100 is not all of them.
    let hundredths = (part * 10_000).checked_div(whole).unwrap_or_default();
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
