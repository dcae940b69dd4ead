//! The fold of a run's events into one report, with a proof that nothing is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Event, Level, PlannedTarget, SCHEMA, ScenarioResult};
use crate::model::text::one_line;
use crate::model::verdict::VerdictKind;

/// What a run came to. Renderers show it, the exit code follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The version of the format of the events.
    pub schema: u32,
    /// The seed of the run.
    pub seed: String,
    /// The version of poolproof.
    pub version: String,
    /// The profile: quick, default or deep.
    pub profile: String,
    /// Whether weak evidence fails the run.
    pub strict: bool,
    /// The targets: in the order of the run, or by name where several runs were merged.
    pub targets: Vec<TargetReport>,
    /// What the user should know that is no verdict.
    pub notices: Vec<Notice>,
    /// Why the run ended early, if it did.
    pub stopped: Option<String>,
    /// Whether everything that was planned was judged and the run came to its end.
    pub complete: bool,
    /// Why it is not complete; empty if it is.
    pub gaps: Vec<String>,
}

/// What a run came to on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetReport {
    /// The name.
    pub name: String,
    /// double, emulator or pool.
    pub kind: String,
    /// The version the target's entry states, if it does.
    pub version: Option<String>,
    /// For a guard: what it is, and where the tokens come from that it is sent.
    pub guard: Option<String>,
    /// Scenarios selected, those not applicable included.
    pub planned: u64,
    /// Requests sent to it, sign-ins and probes included.
    pub requests: u64,
    /// Tokens issued by the client-credentials grant.
    pub machine_tokens: u64,
    /// From the first request to the last answer, in milliseconds.
    pub duration_ms: u64,
    /// Scenarios by the name of their verdict; every name is there.
    pub counts: BTreeMap<&'static str, u64>,
    /// The scenarios, sorted by id.
    pub scenarios: Vec<ScenarioResult>,
    /// Why the target was not ready, if it was not.
    pub failure: Option<String>,
}

/// Something the user should know that is no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The name of the target, if it is about one.
    pub target: Option<String>,
    /// How serious it is.
    pub level: Level,
    /// The text.
    pub text: String,
}

/// Events that are not those of one run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The first event is another one, or there is none.
    #[error("the events do not begin with run-started: the file is empty or its beginning is missing")]
    NoBeginning,
    /// Another version of the format.
    #[error(
        "the events are of format {0}, this version of poolproof reads format {SCHEMA}; use the version that wrote them"
    )]
    Schema(u32),
    /// Something that happens once happened twice.
    #[error("{0} comes twice: give the events of one run, each file once")]
    Twice(String),
    /// An event names a target that was not planned.
    #[error("{event} is about target `{target}`, which run-started does not name")]
    UnknownTarget {
        /// The kind of event.
        event: &'static str,
        /// The name of the target.
        target: String,
    },
    /// An event follows the last one.
    #[error("{0} comes after run-finished: give the events of one run")]
    AfterEnd(&'static str),
    /// Files of different runs were to be merged.
    #[error("the {what} differs between the files: `{first}` and `{second}`; give files of one run only")]
    Differs {
        /// What differs.
        what: &'static str,
        /// What it is in the first file.
        first: String,
        /// What it is in a later one.
        second: String,
    },
}

impl Report {
    /// Adds the events of one run up. Events that are missing make the report incomplete.
    ///
    /// # Errors
    /// [`FoldError`] for events that contradict each other.
    pub fn fold(events: &[Event]) -> Result<Self, FoldError> {
        let (first, rest) = events.split_first().ok_or(FoldError::NoBeginning)?;
        let mut folding = Folding::begin(first)?;
        for event in rest {
            folding.add(event)?;
        }
        Ok(folding.end())
    }
}

impl TargetReport {
    /// How many scenarios came out so.
    pub fn count(&self, kind: VerdictKind) -> u64 {
        self.counts.get(kind.name()).copied().unwrap_or_default()
    }

    /// How many scenarios were run and judged: all but those that are not applicable.
    pub fn judged(&self) -> u64 {
        self.counts.values().sum::<u64>() - self.count(VerdictKind::NotApplicable)
    }

    /// Sorts the scenarios and counts their verdicts anew.
    pub(super) fn settle(&mut self) {
        self.scenarios.sort_by(|one, other| one.id.cmp(&other.id));
        self.counts = VerdictKind::ALL.iter().map(|kind| (kind.name(), 0)).collect();
        for result in &self.scenarios {
            *self.counts.entry(result.verdict.name()).or_default() += 1;
        }
    }

    /// What says that scenarios are missing or too many, if they are.
    pub(super) fn shortfall(&self) -> Option<String> {
        let judged = self.scenarios.len();
        let planned = self.planned;
        (u64::try_from(judged) != Ok(planned)).then(|| {
            format!("{}: {judged} of {planned} planned scenarios have a verdict", one_line(&self.name))
        })
    }
}

impl From<&PlannedTarget> for TargetReport {
    fn from(planned: &PlannedTarget) -> Self {
        Self {
            name: planned.name.clone(),
            kind: planned.kind.clone(),
            version: planned.version.clone(),
            guard: planned.guard.clone(),
            planned: planned.scenarios,
            requests: 0,
            machine_tokens: 0,
            duration_ms: 0,
            counts: BTreeMap::new(),
            scenarios: Vec::new(),
            failure: None,
        }
    }
}

/// A report in the making, with what happened already, in words.
struct Folding {
    report: Report,
    seen: BTreeSet<String>,
    footer: Option<u64>,
    finished: BTreeSet<String>,
}

impl Folding {
    fn begin(first: &Event) -> Result<Self, FoldError> {
        let Event::RunStarted { schema, seed, version, profile, strict, targets } = first else {
            return Err(FoldError::NoBeginning);
        };
        if *schema != SCHEMA {
            return Err(FoldError::Schema(*schema));
        }
        let report = Report {
            schema: *schema,
            seed: seed.clone(),
            version: version.clone(),
            profile: profile.clone(),
            strict: *strict,
            targets: targets.iter().map(TargetReport::from).collect(),
            notices: Vec::new(),
            stopped: None,
            complete: false,
            gaps: Vec::new(),
        };
        let mut folding = Self { report, seen: BTreeSet::new(), footer: None, finished: BTreeSet::new() };
        for target in targets {
            folding.once(format!("target `{}` in run-started", target.name))?;
        }
        Ok(folding)
    }

    fn add(&mut self, event: &Event) -> Result<(), FoldError> {
        let name = name_of(event);
        if self.footer.is_some() && !matches!(event, Event::RunFinished { .. } | Event::RunStarted { .. }) {
            return Err(FoldError::AfterEnd(name));
        }
        match event {
            Event::RunStarted { .. } => return Err(FoldError::Twice(name.to_owned())),
            Event::TargetReady { target, failure, .. } => {
                self.target_once(name, target)?.failure.clone_from(failure);
            }
            Event::ScenarioStarted { target, id } => {
                self.target(name, target)?;
                self.once(scenario_event(name, target, id))?;
            }
            Event::ScenarioFinished(result) => {
                self.target(name, &result.target)?;
                self.once(scenario_event(name, &result.target, &result.id))?;
                self.target(name, &result.target)?.scenarios.push(result.as_ref().clone());
            }
            Event::Notice { target, level, text } => {
                if let Some(target) = target {
                    self.target(name, target)?;
                }
                let notice = Notice { target: target.clone(), level: *level, text: text.clone() };
                self.report.notices.push(notice);
            }
            Event::TargetFinished { target, requests, machine_tokens, duration_ms } => {
                let known = self.target_once(name, target)?;
                known.requests = *requests;
                known.machine_tokens = *machine_tokens;
                known.duration_ms = *duration_ms;
                self.finished.insert(target.clone());
            }
            Event::RunFinished { judged, stopped } => {
                self.once(name.to_owned())?;
                self.footer = Some(*judged);
                self.report.stopped.clone_from(stopped);
            }
        }
        Ok(())
    }

    fn end(mut self) -> Report {
        let mut gaps = Vec::new();
        let mut judged = 0;
        for target in &mut self.report.targets {
            target.settle();
            judged += target.scenarios.len();
            if !self.finished.contains(&target.name) {
                // The events of a run that was cut off still tell how much was sent for what was judged.
                let requests = target.scenarios.iter().map(|result| result.requests);
                target.requests = requests.fold(0, u64::saturating_add);
                gaps.push(format!("{}: the target was not finished with", one_line(&target.name)));
            }
            gaps.extend(target.shortfall());
        }
        match self.footer {
            None => gaps.push("the run did not come to its end: run-finished is missing".to_owned()),
            Some(footer) if u64::try_from(judged) != Ok(footer) => {
                gaps.push(format!("run-finished counts {footer} scenarios, but {judged} have a verdict"));
            }
            Some(_) => {}
        }
        self.report.complete = gaps.is_empty();
        self.report.gaps = gaps;
        self.report
    }

    fn target(&mut self, event: &'static str, name: &str) -> Result<&mut TargetReport, FoldError> {
        let unknown = || FoldError::UnknownTarget { event, target: one_line(name) };
        self.report.targets.iter_mut().find(|target| target.name == name).ok_or_else(unknown)
    }

    fn target_once(&mut self, event: &'static str, name: &str) -> Result<&mut TargetReport, FoldError> {
        self.target(event, name)?;
        self.once(format!("{event} of target `{name}`"))?;
        self.target(event, name)
    }

    fn once(&mut self, what: String) -> Result<(), FoldError> {
        if self.seen.contains(&what) {
            return Err(FoldError::Twice(one_line(&what)));
        }
        self.seen.insert(what);
        Ok(())
    }
}

fn scenario_event(event: &str, target: &str, id: &str) -> String {
    format!("{event} of `{id}` on `{target}`")
}

const fn name_of(event: &Event) -> &'static str {
    match event {
        Event::RunStarted { .. } => "run-started",
        Event::TargetReady { .. } => "target-ready",
        Event::ScenarioStarted { .. } => "scenario-started",
        Event::ScenarioFinished(_) => "scenario-finished",
        Event::Notice { .. } => "notice",
        Event::TargetFinished { .. } => "target-finished",
        Event::RunFinished { .. } => "run-finished",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    /// The sample run without the events of this kind.
    fn without(name: &str) -> Vec<Event> {
        sample::events().into_iter().filter(|event| name_of(event) != name).collect()
    }

    #[test]
    fn a_whole_run_is_complete() {
        let report = sample::report();
        assert!(report.complete, "{:?}", report.gaps);
        let target = &report.targets[0];
        assert_eq!((target.requests, target.machine_tokens, target.duration_ms), (2345, 120, 1234));
        assert_eq!(target.counts.len(), 9);
        assert!(VerdictKind::ALL.iter().all(|kind| target.count(*kind) == 1));
        assert_eq!(target.judged(), 8);
        assert!(target.scenarios.is_sorted_by(|one, other| one.id < other.id));
    }

    #[test]
    fn counts_name_every_verdict_even_if_nothing_was_judged() {
        let report = Report::fold(&sample::events()[..1]).unwrap();
        assert_eq!(report.targets[0].counts.len(), 9);
        assert_eq!(report.targets[0].counts.values().sum::<u64>(), 0);
    }

    #[test]
    fn every_event_but_a_notice_happens_once() {
        let events = sample::events();
        for (place, event) in events.iter().enumerate() {
            let mut doubled = events.clone();
            doubled.insert(place + 1, event.clone());
            let folded = Report::fold(&doubled);
            if matches!(event, Event::Notice { .. }) {
                assert!(folded.is_ok(), "{event:?}");
            } else {
                assert!(matches!(folded, Err(FoldError::Twice(_))), "{event:?}: {folded:?}");
            }
        }
        let mut twins = events;
        let Event::RunStarted { targets, .. } = &mut twins[0] else { panic!("no beginning") };
        targets.push(targets[0].clone());
        assert!(matches!(Report::fold(&twins), Err(FoldError::Twice(_))));
    }

    #[test]
    fn what_is_missing_makes_the_run_incomplete() {
        for (name, gap) in [
            ("run-finished", "run-finished is missing"),
            ("target-finished", "double: the target was not finished with"),
            ("scenario-finished", "double: 0 of 9 planned scenarios have a verdict"),
        ] {
            let report = Report::fold(&without(name)).unwrap();
            assert!(!report.complete);
            assert!(report.gaps.iter().any(|found| found.contains(gap)), "{name}: {:?}", report.gaps);
        }
        let mut events = sample::events();
        events.pop();
        events.push(Event::RunFinished { judged: 8, stopped: None });
        let report = Report::fold(&events).unwrap();
        assert_eq!(report.gaps, ["run-finished counts 8 scenarios, but 9 have a verdict"]);
    }

    #[test]
    fn events_of_other_runs_are_refused() {
        let events = sample::events();
        assert_eq!(Report::fold(&[]), Err(FoldError::NoBeginning));
        assert_eq!(Report::fold(&events[1..]), Err(FoldError::NoBeginning));
        let mut newer = events.clone();
        let Event::RunStarted { schema, .. } = &mut newer[0] else { panic!("no beginning") };
        *schema = SCHEMA + 1;
        assert_eq!(Report::fold(&newer), Err(FoldError::Schema(SCHEMA + 1)));
        let mut late = events.clone();
        late.push(Event::Notice { target: None, level: Level::Info, text: String::new() });
        assert_eq!(Report::fold(&late), Err(FoldError::AfterEnd("notice")));
        let mut stranger = events;
        stranger
            .insert(1, Event::ScenarioStarted { target: "other\u{1b}".to_owned(), id: "a::b".to_owned() });
        let error = Report::fold(&stranger).unwrap_err().to_string();
        assert!(error.contains(r"target `other\u{1b}`, which run-started does not name"), "{error}");
    }
}
