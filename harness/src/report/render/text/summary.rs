//! The end of the result: what each target came to, in a line.

use super::{BAD, BOLD, DIM, GOOD, Options, paint, style};
use crate::model::verdict::VerdictKind;
use crate::report::fold::{Report, TargetReport};
use crate::report::render::shown;

/// So many guards of a target have a line each.
const FEW: usize = 4;

/// A line for each target. The guards of a target on which nothing is to be seen share one, unless more is asked for.
pub(super) fn lines(report: &Report, options: Options, out: &mut Vec<String>) {
    let is_quiet = |target: &&TargetReport| {
        let seen = [VerdictKind::Conforms, VerdictKind::Tolerated, VerdictKind::NotApplicable];
        let nothing = target.scenarios.iter().all(|result| seen.contains(&result.verdict));
        options.verbosity == 0 && target.guard.is_some() && target.failure.is_none() && nothing
    };
    let mut told: Vec<&str> = Vec::new();
    for target in &report.targets {
        let name = shown::whole(&target.name);
        let alike: Vec<&TargetReport> = report
            .targets
            .iter()
            .filter(|other| shown::whole(&other.name) == name)
            .filter(is_quiet)
            .collect();
        if !is_quiet(&target) || alike.len() < FEW {
            out.push(summary(target));
        } else if !told.contains(&name) {
            out.push(together(name, &alike));
            told.push(name);
        }
    }
}

/// The guards of a target that are all as they should be.
fn together(name: &str, guards: &[&TargetReport]) -> String {
    let sum = |of: fn(&TargetReport) -> u64| guards.iter().map(|target| of(target)).sum::<u64>();
    let count = |kind: VerdictKind| guards.iter().map(|target| target.count(kind)).sum::<u64>();
    let where_any = |kind: VerdictKind| match count(kind) {
        0 => String::new(),
        some => format!(", {}", paint(style(kind), &shown::came_out(some, kind))),
    };
    format!(
        "{}: {}, {} in {} s: {}{}, {}{} · {} (-v: a line for each)",
        paint(BOLD, &shown::line(name)),
        shown::counted(guards.len() as u64, "guard"),
        shown::counted(sum(TargetReport::judged), "scenario"),
        shown::seconds(sum(|target| target.duration_ms)),
        paint(GOOD, &shown::came_out(count(VerdictKind::Conforms), VerdictKind::Conforms)),
        where_any(VerdictKind::Tolerated),
        shown::came_out(0, VerdictKind::Deviates),
        where_any(VerdictKind::NotApplicable),
        shown::counted(sum(|target| target.requests), "request"),
    )
}

fn summary(target: &TargetReport) -> String {
    let counts = [
        VerdictKind::Conforms,
        VerdictKind::Tolerated,
        VerdictKind::Advisory,
        VerdictKind::AcceptedDeviation,
        VerdictKind::Deviates,
        VerdictKind::Inconclusive,
        VerdictKind::Stale,
        VerdictKind::HarnessFault,
        VerdictKind::NotApplicable,
    ]
    .into_iter()
    .filter_map(|kind| {
        let count = target.count(kind);
        let always = matches!(kind, VerdictKind::Conforms | VerdictKind::Deviates);
        let words = shown::came_out(count, kind);
        (count > 0 || always).then(|| if count > 0 { paint(style(kind), &words) } else { words })
    })
    .collect::<Vec<_>>();
    let critical = match target.critical() {
        0 => String::new(),
        some => format!(", {}", paint(BAD, &format!("{} critical", shown::number(some)))),
    };
    let guard = target.guard.as_deref().map(|guard| format!("\n  {}", paint(DIM, &shown::line(guard))));
    let tokens = match target.machine_tokens {
        0 => String::new(),
        some => format!(", {}", shown::counted(some, "machine token")),
    };
    format!(
        "{}: {} in {} s: {}{critical} · {}{tokens}{}",
        paint(BOLD, &shown::line(&target.name)),
        shown::counted(target.judged(), "scenario"),
        shown::seconds(target.duration_ms),
        counts.join(", "),
        shown::counted(target.requests, "request"),
        guard.unwrap_or_default(),
    )
}
