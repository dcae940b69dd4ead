//! What the process tells its caller. The numbers are public: scripts rely on them.

use std::fmt;
use std::process::ExitCode;

use crate::model::text::one_line;
use crate::model::verdict::VerdictKind;
use crate::report::event::Level;
use crate::report::fold::{Report, TargetReport};

/// How every reason begins that a spent budget leaves in a result.
const BUDGET: &str = "the budget of";

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// 0: every target is as expected; accepted deviations are.
    Pass = 0,
    /// 1: a target deviates, or with `--strict` differs where the evidence is weak.
    Deviation = 1,
    /// 2: wrong usage, or a configuration that cannot be read.
    Usage = 2,
    /// 3: nothing was proven somewhere: a target cannot be reached, a precondition is missing, the run was stopped.
    Unproven = 3,
    /// 4: the selection matches nothing.
    NothingSelected = 4,
    /// 5: something on file about a target is no longer true.
    Stale = 5,
    /// 6: a budget was spent before the end.
    Budget = 6,
    /// 70: our own fault.
    OwnFault = 70,
}

impl Exit {
    /// Every way to end, in the order of the numbers.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::Deviation,
        Self::Usage,
        Self::Unproven,
        Self::NothingSelected,
        Self::Stale,
        Self::Budget,
        Self::OwnFault,
    ];

    /// The number.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What it says, for the help text.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Deviation => "deviation",
            Self::Usage => "usage or configuration",
            Self::Unproven => "target unreachable, precondition missing or run stopped",
            Self::NothingSelected => "nothing selected",
            Self::Stale => "stale expectations",
            Self::Budget => "budget spent",
            Self::OwnFault => "a bug of poolproof",
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code(), self.says())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// How the process ends, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub exit: Exit,
    /// Why, in a few words; empty for a pass.
    pub reason: String,
}

/// How a process with this report ends.
pub fn exit_code(report: &Report) -> Exit {
    ending(report).exit
}

/// How a process with this report ends, and why. Of several reasons the first in this order counts: our own fault,
/// a deviation, a spent budget, nothing proven, something stale.
pub fn ending(report: &Report) -> Ending {
    let end = |exit, reason: String| Ending { exit, reason };
    if report.targets.iter().all(|target| target.planned == 0 && target.scenarios.is_empty()) {
        return end(Exit::NothingSelected, "no scenario was selected".to_owned());
    }
    let find = |wanted: &dyn Fn(VerdictKind, &str) -> bool| {
        report
            .targets
            .iter()
            .flat_map(|target| &target.scenarios)
            .find(|result| wanted(result.verdict, &result.reason))
            .map(|result| {
                format!(
                    "{}::{}: {}",
                    one_line(&result.target),
                    one_line(&result.id),
                    one_line(&result.reason)
                )
            })
    };
    if let Some(fault) = find(&|kind, _| kind == VerdictKind::HarnessFault) {
        return end(Exit::OwnFault, fault);
    }
    let weak = |kind| report.strict && kind == VerdictKind::Advisory;
    if let Some(deviation) = find(&|kind, _| kind == VerdictKind::Deviates || weak(kind)) {
        return end(Exit::Deviation, deviation);
    }
    let spent = |kind, reason: &str| kind == VerdictKind::Inconclusive && reason.starts_with(BUDGET);
    let stopped_by_budget =
        report.stopped.as_deref().filter(|reason| reason.starts_with(BUDGET)).map(one_line);
    if let Some(budget) = find(&spent).or(stopped_by_budget) {
        return end(Exit::Budget, budget);
    }
    if let Some(open) = unproven(report).or_else(|| find(&|kind, _| kind == VerdictKind::Inconclusive)) {
        return end(Exit::Unproven, open);
    }
    let notice = report.notices.iter().find(|notice| notice.level == Level::Stale);
    let notice = notice.map(|notice| one_line(&notice.text));
    if let Some(stale) = find(&|kind, _| kind == VerdictKind::Stale).or(notice) {
        return end(Exit::Stale, stale);
    }
    end(Exit::Pass, String::new())
}

/// Why a whole run or a whole target proves nothing.
fn unproven(report: &Report) -> Option<String> {
    if let Some(stopped) = &report.stopped {
        return Some(format!("stopped: {}", one_line(stopped)));
    }
    if !report.complete {
        let gap = report.gaps.first().map_or("no reason is known", String::as_str);
        return Some(format!("incomplete: {}", one_line(gap)));
    }
    if let Some(target) = report.targets.iter().find(|target| target.failure.is_some()) {
        let why = target.failure.as_deref().unwrap_or_default();
        return Some(format!("{} is not ready: {}", one_line(&target.name), one_line(why)));
    }
    let judged: u64 = report.targets.iter().map(TargetReport::judged).sum();
    (judged == 0).then(|| "precondition missing: every selected scenario is not applicable".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::event::{Event, PlannedTarget, SCHEMA, ScenarioResult};
    use crate::report::fold::Notice;

    fn report(verdicts: &[VerdictKind]) -> Report {
        let mut events = vec![Event::RunStarted {
            schema: SCHEMA,
            seed: "1".to_owned(),
            version: "0.1.0".to_owned(),
            profile: "quick".to_owned(),
            strict: false,
            targets: vec![PlannedTarget {
                name: "t".to_owned(),
                kind: "pool".to_owned(),
                version: None,
                guard: None,
                scenarios: verdicts.len() as u64,
            }],
        }];
        events.extend(verdicts.iter().enumerate().map(|(index, verdict)| {
            Event::ScenarioFinished(Box::new(ScenarioResult {
                target: "t".to_owned(),
                id: format!("s::{index}"),
                says: String::new(),
                facts: Vec::new(),
                critical: false,
                confidence: String::new(),
                verdict: *verdict,
                cases: 1,
                requests: 1,
                case_verdicts: std::collections::BTreeMap::new(),
                duration_ms: 1,
                reason: "because".to_owned(),
                failure: None,
            }))
        }));
        let (target, judged) = ("t".to_owned(), verdicts.len() as u64);
        events.push(Event::TargetFinished { target, requests: 1, machine_tokens: 0, duration_ms: 1 });
        events.push(Event::RunFinished { judged, stopped: None });
        Report::fold(&events).unwrap()
    }

    #[test]
    fn each_verdict_has_its_exit() {
        use VerdictKind::{
            AcceptedDeviation, Advisory, Conforms, Deviates, HarnessFault, Inconclusive, NotApplicable,
            Stale, Tolerated,
        };
        for (verdicts, expected) in [
            (vec![], 4),
            (vec![NotApplicable, NotApplicable], 3),
            (vec![NotApplicable, Conforms], 0),
            (vec![Conforms, Tolerated, Advisory, AcceptedDeviation], 0),
            (vec![Conforms, Stale], 5),
            (vec![Stale, Inconclusive], 3),
            (vec![Stale, Inconclusive, Deviates], 1),
            (vec![Stale, Inconclusive, Deviates, HarnessFault], 70),
        ] {
            assert_eq!(exit_code(&report(&verdicts)).code(), expected, "{verdicts:?}");
        }
    }

    #[test]
    fn strict_counts_weak_evidence() {
        let mut weak = report(&[VerdictKind::Advisory]);
        assert_eq!(exit_code(&weak), Exit::Pass);
        weak.strict = true;
        assert_eq!(exit_code(&weak), Exit::Deviation);
    }

    #[test]
    fn a_spent_budget_is_told_from_other_open_ends() {
        let mut spent = report(&[VerdictKind::Inconclusive, VerdictKind::Inconclusive, VerdictKind::Stale]);
        let fault = crate::model::exchange::Fault::Budget("requests");
        spent.targets[0].scenarios[1].reason = fault.to_string();
        let end = ending(&spent);
        assert_eq!(
            (end.exit, end.reason.as_str()),
            (Exit::Budget, "t::s::1: the budget of requests is spent")
        );
        spent.targets[0].scenarios[2].verdict = VerdictKind::Deviates;
        assert_eq!(exit_code(&spent), Exit::Deviation);
        let mut stopped = report(&[VerdictKind::Conforms]);
        stopped.stopped = Some("the budget of machine tokens is spent".to_owned());
        assert_eq!(exit_code(&stopped), Exit::Budget);
    }

    #[test]
    fn what_is_open_never_passes() {
        let green = || report(&[VerdictKind::Conforms]);
        assert_eq!(ending(&green()), Ending { exit: Exit::Pass, reason: String::new() });
        let mut stopped = green();
        stopped.stopped = Some("interrupted".to_owned());
        let mut cut = green();
        cut.gaps.push("run-finished is missing".to_owned());
        cut.complete = false;
        let mut unreachable = green();
        unreachable.targets[0].failure = Some("connection refused\u{1b}[2J".to_owned());
        for (open, reason) in [
            (&stopped, "stopped: interrupted"),
            (&cut, "incomplete: run-finished is missing"),
            (&unreachable, r"t is not ready: connection refused\u{1b}[2J"),
        ] {
            assert_eq!(ending(open), Ending { exit: Exit::Unproven, reason: reason.to_owned() });
        }
        let mut stale = green();
        let notice = |level| Notice { target: None, level, text: "no longer true".to_owned() };
        stale.notices.push(notice(Level::Warning));
        assert_eq!(exit_code(&stale), Exit::Pass);
        stale.notices.push(notice(Level::Stale));
        assert_eq!(exit_code(&stale), Exit::Stale);
        stale.stopped = Some("interrupted".to_owned());
        assert_eq!(exit_code(&stale), Exit::Unproven);
    }

    #[test]
    fn the_numbers_are_those_of_the_manual() {
        let numbers: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 70]);
        assert_eq!(Exit::Stale.to_string(), "5: stale expectations");
    }
}
