//! What does not apply to guards, for all guards of a target together: most of them lack the same.

use super::grouped::{grouped, listed};
use super::{BOLD, DIM, Options, paint};
use crate::model::alike::alike;
use crate::model::verdict::VerdictKind;
use crate::report::event::ScenarioResult;
use crate::report::fold::Report;
use crate::report::render::shown;

/// One entry for each reason that several guards of a target share; the other reasons as for any target.
pub(super) fn at_guards(report: &Report, options: Options, out: &mut Vec<String>) {
    let guards = report.targets.iter().filter(|target| target.guard.is_some());
    let results = guards.flat_map(|target| &target.scenarios);
    let absent = results.filter(|result| result.verdict == VerdictKind::NotApplicable);
    let key = |result: &ScenarioResult| (shown::whole(&result.target).to_owned(), result.reason.clone());
    for ((name, reason), members) in alike(absent, key) {
        let at = alike(members.iter().copied(), |result| result.target.clone());
        if at.len() == 1 {
            grouped(&members, options, out);
            continue;
        }
        let scenarios = shown::counted(members.len() as u64, "scenario");
        let guards = shown::counted(at.len() as u64, "guard");
        out.push(format!(
            "{} {}: {}",
            paint(DIM, VerdictKind::NotApplicable.name()),
            paint(BOLD, &format!("{}: {scenarios} at {guards}", shown::line(&name))),
            shown::line(&reason)
        ));
        let of_target = |guard: &str| guard.split_once('/').map_or(guard, |(_, guard)| guard).to_owned();
        out.push(listed(at.iter().map(|(guard, _)| shown::line(&of_target(guard))).collect(), options));
        out.push(String::new());
    }
}

#[cfg(test)]
mod tests {
    use crate::report::fold::Report;
    use crate::report::render::text::{Options, render};
    use crate::report::sample;

    use super::VerdictKind;

    fn plain(report: &Report, verbosity: u8) -> String {
        anstream::adapter::strip_str(&render(report, Options { verbosity, quiet: false })).to_string()
    }

    /// Two guards that lack the same, and one that lacks something else as well.
    fn guards() -> Report {
        let mut report = sample::report();
        report.notices.clear();
        let target = report.targets.remove(0);
        for (name, reasons) in
            [("double/a", &["no key"][..]), ("double/b", &["no key", "no clock"]), ("double/c", &[])]
        {
            let mut guard = target.clone();
            (guard.name, guard.guard) = (name.to_owned(), Some("REST API".to_owned()));
            let absent = reasons.iter().map(|reason| {
                let mut result = sample::result(VerdictKind::NotApplicable);
                (result.target, result.reason) = (name.to_owned(), (*reason).to_owned());
                result
            });
            guard.scenarios = absent.chain([sample::result(VerdictKind::Conforms)]).collect();
            guard.settle();
            report.targets.push(guard);
        }
        report
    }

    #[test]
    fn what_several_guards_lack_is_told_once() {
        let text = plain(&guards(), 0);
        assert!(text.contains("not-applicable double: 2 scenarios at 2 guards: no key\n  a, b\n"), "{text}");
        assert!(text.contains("not-applicable double/b: 1 scenario: no clock\n"), "{text}");
        let more = plain(&guards(), 1);
        assert!(more.contains("not-applicable double/a: 1 scenario: no key\n"), "{more}");
        assert!(more.contains("not-applicable double/b: 1 scenario: no key\n"), "{more}");
    }

    #[test]
    fn guards_that_share_a_line_say_how_much_did_not_apply() {
        let mut report = guards();
        let mut further = report.targets[2].clone();
        further.name = "double/d".to_owned();
        report.targets.push(further);
        let text = plain(&report, 0);
        assert!(text.contains("double: 4 guards, ") && text.contains(", 3 not applicable"), "{text}");
    }
}
