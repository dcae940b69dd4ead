//! Several reports of one run as one: a test runner may give each scenario a process of its own.

use std::collections::BTreeSet;

use super::event::PlannedTarget;
use super::fold::{FoldError, Report, TargetReport};
use crate::model::text::one_line;

impl Report {
    /// Merges reports of one run. Requests, tokens and durations of a target add up; equal notices are kept once;
    /// the targets are sorted by name. It is complete if every part is: see [`Report::require`] for parts that are
    /// missing altogether.
    ///
    /// # Errors
    /// [`FoldError`] for no report at all, reports of different runs, or a scenario with two verdicts.
    pub fn merge(parts: Vec<Self>) -> Result<Self, FoldError> {
        let mut parts = parts.into_iter();
        let mut whole = parts.next().ok_or(FoldError::NoBeginning)?;
        for part in parts {
            whole.absorb(part)?;
        }
        whole.targets.sort_by(|one, other| one.name.cmp(&other.name));
        for target in &mut whole.targets {
            target.settle();
            if let Some(twice) = target.scenarios.windows(2).find(|pair| pair[0].id == pair[1].id) {
                let (id, name) = (one_line(&twice[0].id), one_line(&target.name));
                return Err(FoldError::Twice(format!("scenario-finished of `{id}` on `{name}`")));
            }
        }
        let mut known = BTreeSet::new();
        whole.gaps.retain(|gap| known.insert(gap.clone()));
        whole.complete = whole.gaps.is_empty();
        Ok(whole)
    }

    /// Holds the report against the plan of the whole run: what was planned and has no verdict makes it incomplete,
    /// a target that nobody planned as well.
    pub fn require(&mut self, plan: &[PlannedTarget]) {
        for planned in plan {
            if let Some(target) = self.targets.iter_mut().find(|target| target.name == planned.name) {
                target.planned = planned.scenarios;
                self.gaps.extend(target.shortfall());
            } else {
                let mut target = TargetReport::from(planned);
                target.settle();
                self.gaps.extend(target.shortfall());
                self.targets.push(target);
            }
        }
        for target in &self.targets {
            if !plan.iter().any(|planned| planned.name == target.name) {
                self.gaps.push(format!("{}: the plan does not name this target", one_line(&target.name)));
            }
        }
        self.complete = self.gaps.is_empty();
    }

    fn absorb(&mut self, part: Self) -> Result<(), FoldError> {
        same("format", &self.schema.to_string(), &part.schema.to_string())?;
        same("seed", &self.seed, &part.seed)?;
        same("version of poolproof", &self.version, &part.version)?;
        same("profile", &self.profile, &part.profile)?;
        same("strictness", &self.strict.to_string(), &part.strict.to_string())?;
        for target in part.targets {
            match self.targets.iter_mut().find(|known| known.name == target.name) {
                Some(known) => known.absorb(target)?,
                None => self.targets.push(target),
            }
        }
        for notice in part.notices {
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        self.stopped = self.stopped.take().or(part.stopped);
        self.gaps.extend(part.gaps);
        Ok(())
    }
}

impl TargetReport {
    fn absorb(&mut self, part: Self) -> Result<(), FoldError> {
        same("kind of a target", &self.kind, &part.kind)?;
        let version = |target: &Self| target.version.clone().unwrap_or_else(|| "none".to_owned());
        same("version of a target", &version(self), &version(&part))?;
        self.planned = self.planned.saturating_add(part.planned);
        self.requests = self.requests.saturating_add(part.requests);
        self.machine_tokens = self.machine_tokens.saturating_add(part.machine_tokens);
        self.duration_ms = self.duration_ms.saturating_add(part.duration_ms);
        self.scenarios.extend(part.scenarios);
        self.failure = self.failure.take().or(part.failure);
        Ok(())
    }
}

fn same(what: &'static str, first: &str, second: &str) -> Result<(), FoldError> {
    if first == second {
        return Ok(());
    }
    Err(FoldError::Differs { what, first: one_line(first), second: one_line(second) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::verdict::VerdictKind;
    use crate::report::event::Event;
    use crate::report::sample;

    /// The file of a process that ran one scenario.
    fn part(verdict: VerdictKind) -> Vec<Event> {
        let mut events = sample::events();
        events.retain(|event| match event {
            Event::ScenarioStarted { .. } => false,
            Event::ScenarioFinished(result) => result.verdict == verdict,
            _ => true,
        });
        for event in &mut events {
            match event {
                Event::RunStarted { targets, .. } => targets[0].scenarios = 1,
                Event::RunFinished { judged, .. } => *judged = 1,
                Event::TargetFinished { requests, machine_tokens, duration_ms, .. } => {
                    (*requests, *machine_tokens, *duration_ms) = (10, 2, 100);
                }
                _ => {}
            }
        }
        events
    }

    fn parts() -> Vec<Report> {
        VerdictKind::ALL.iter().map(|kind| Report::fold(&part(*kind)).unwrap()).collect()
    }

    fn plan(name: &str, scenarios: u64) -> PlannedTarget {
        PlannedTarget {
            name: name.to_owned(),
            kind: "double".to_owned(),
            version: None,
            guard: None,
            scenarios,
        }
    }

    #[test]
    fn one_process_a_scenario_comes_to_the_same_verdicts() {
        let merged = Report::merge(parts()).unwrap();
        let whole = sample::report();
        assert!(merged.complete, "{:?}", merged.gaps);
        assert_eq!(merged.targets[0].scenarios, whole.targets[0].scenarios);
        assert_eq!(merged.targets[0].counts, whole.targets[0].counts);
        assert_eq!(merged.targets[0].planned, 9);
        assert_eq!(merged.targets[0].requests, 90);
        assert_eq!(merged.targets[0].machine_tokens, 18);
        assert_eq!(merged.notices, whole.notices, "the same notice of each process is kept once");
    }

    #[test]
    fn a_missing_process_shows_against_the_plan() {
        let mut merged = Report::merge(parts().into_iter().skip(1).collect()).unwrap();
        assert!(merged.complete);
        merged.require(&[plan("double", 9), plan("pool", 3)]);
        assert!(!merged.complete);
        assert_eq!(
            merged.gaps,
            [
                "double: 8 of 9 planned scenarios have a verdict",
                "pool: 0 of 3 planned scenarios have a verdict"
            ]
        );
        let mut stranger = Report::merge(parts()).unwrap();
        stranger.require(&[]);
        assert_eq!(stranger.gaps, ["double: the plan does not name this target"]);
    }

    #[test]
    fn what_is_not_of_one_run_is_refused() {
        assert_eq!(Report::merge(Vec::new()), Err(FoldError::NoBeginning));
        let one = sample::report();
        assert!(matches!(Report::merge(vec![one.clone(), one.clone()]), Err(FoldError::Twice(_))));
        let mut other = one.clone();
        other.seed = "7".to_owned();
        let error = Report::merge(vec![one.clone(), other]).unwrap_err().to_string();
        assert_eq!(error, "the seed differs between the files: `2026` and `7`; give files of one run only");
        let mut stricter = one.clone();
        stricter.strict = true;
        assert!(matches!(Report::merge(vec![one.clone(), stricter]), Err(FoldError::Differs { .. })));
        let mut newer = one.clone();
        newer.targets[0].version = Some("0.2.0".to_owned());
        assert!(matches!(Report::merge(vec![one, newer]), Err(FoldError::Differs { .. })));
    }

    #[test]
    fn an_incomplete_part_makes_the_whole_incomplete() {
        let mut parts = parts();
        let cut = part(VerdictKind::Stale);
        parts.retain(|report| report.targets[0].count(VerdictKind::Stale) == 0);
        parts.push(Report::fold(&cut[..cut.len() - 1]).unwrap());
        let merged = Report::merge(parts).unwrap();
        assert!(!merged.complete && merged.gaps[0].contains("run-finished is missing"), "{:?}", merged.gaps);
    }
}
