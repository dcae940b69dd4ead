//! What is shown while a run lasts, on standard error only: a bar on a terminal, a few lines elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::shown;
use crate::model::text::one_line;
use crate::model::verdict::VerdictKind;
use crate::report::event::{Event, Level, ScenarioResult};
use crate::report::sink::Listener;

/// How many lines a target is given for its progress, its guards among them.
const LINES: u64 = 10;

/// Shows the progress of a run and its failures as they happen.
pub struct Progress {
    output: Output,
    strict: bool,
    /// By target, its guards among them.
    targets: BTreeMap<String, Count>,
    /// The pools and guards that were never ready: of them all is said.
    down: BTreeSet<String>,
    not_ready: BTreeSet<(String, String)>,
    told: BTreeSet<(String, VerdictKind, String)>,
}

/// The one way out.
enum Output {
    Bar(ProgressBar),
    Lines(Box<dyn Write + Send>),
}

#[derive(Default)]
struct Count {
    done: u64,
    planned: u64,
}

impl Progress {
    /// On standard error: a bar if it is a terminal, else lines.
    pub fn stderr() -> Self {
        let target = ProgressDrawTarget::stderr();
        if target.is_hidden() {
            return Self::lines(Box::new(std::io::stderr()));
        }
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self::to(Output::Bar(bar))
    }

    /// Lines into this.
    pub fn lines(out: Box<dyn Write + Send>) -> Self {
        Self::to(Output::Lines(out))
    }

    fn to(output: Output) -> Self {
        Self {
            output,
            strict: false,
            targets: BTreeMap::new(),
            down: BTreeSet::new(),
            not_ready: BTreeSet::new(),
            told: BTreeSet::new(),
        }
    }

    fn finished(&mut self, result: &ScenarioResult) {
        if self.down.contains(&result.target) {
            self.targets.entry(shown::whole(&result.target).to_owned()).or_default().done += 1;
            return self.output.step();
        }
        let (name, id) = (one_line(&result.target), one_line(&result.id));
        if !result.verdict.is_green(self.strict) && self.is_news(result) {
            let critical = if result.critical { " critical" } else { "" };
            self.output.line(&format!(
                "{}{critical}: {name}::{id}: {}",
                result.verdict,
                one_line(&result.reason)
            ));
        }
        self.count(&result.target);
        self.output.step();
    }

    fn count(&mut self, unit: &str) {
        let name = shown::whole(unit);
        let count = self.targets.entry(name.to_owned()).or_default();
        count.done += 1;
        let (done, planned) = (count.done, count.planned.max(1));
        let part = |done: u64| done.saturating_mul(LINES) / planned;
        if done <= planned && part(done) > part(done - 1) {
            self.output.milestone(&format!("{}: {done}/{planned} scenarios", one_line(name)));
        }
    }

    /// Without evidence of its own, a verdict is told once for each reason: a target that is down is one line.
    fn is_news(&mut self, result: &ScenarioResult) -> bool {
        result.failure.is_some()
            || self.told.insert((result.target.clone(), result.verdict, result.reason.clone()))
    }
}

impl Listener for Progress {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::RunStarted { strict, targets, .. } => {
                self.strict = *strict;
                for unit in targets {
                    let name = shown::whole(&unit.name).to_owned();
                    self.targets.entry(name).or_default().planned += unit.scenarios;
                }
                self.output.plan(targets.iter().map(|target| target.scenarios).sum());
            }
            Event::TargetReady { target, failure: Some(failure), .. } => {
                self.down.insert(target.clone());
                let failure = one_line(failure.lines().next().unwrap_or_default());
                // A target that does not start is no news of each of its guards.
                if self.not_ready.insert((shown::whole(target).to_owned(), failure.clone())) {
                    self.output.line(&format!("{} is not ready: {failure}", one_line(target)));
                }
            }
            Event::ScenarioStarted { target, id } => {
                self.output.now(&format!("{}::{}", one_line(target), one_line(id)));
            }
            Event::ScenarioFinished(result) => self.finished(result),
            Event::Notice { target, level: level @ (Level::Warning | Level::Stale), text } => {
                let word = if *level == Level::Stale { "stale" } else { "warning" };
                let about = target.as_deref().map(|name| format!("{}: ", one_line(name))).unwrap_or_default();
                self.output.line(&format!("{word}: {about}{}", one_line(text)));
            }
            Event::RunFinished { .. } => self.output.end(),
            Event::TargetReady { .. } | Event::Notice { .. } | Event::TargetFinished { .. } => {}
        }
    }
}

/// Nothing here fails a run: who closes standard error does not want to read it.
impl Output {
    fn plan(&mut self, scenarios: u64) {
        if let Self::Bar(bar) = self {
            bar.set_length(scenarios);
        }
    }

    fn line(&mut self, text: &str) {
        match self {
            Self::Bar(bar) => bar.println(text),
            Self::Lines(out) => {
                let _ = writeln!(out, "{text}");
            }
        }
    }

    /// A line that the bar makes superfluous.
    fn milestone(&mut self, text: &str) {
        if matches!(self, Self::Lines(_)) {
            self.line(text);
        }
    }

    fn now(&mut self, text: &str) {
        if let Self::Bar(bar) = self {
            bar.set_message(text.to_owned());
        }
    }

    fn step(&mut self) {
        if let Self::Bar(bar) = self {
            bar.inc(1);
        }
    }

    fn end(&mut self) {
        match self {
            Self::Bar(bar) => bar.finish_and_clear(),
            Self::Lines(out) => {
                let _ = out.flush();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::report::event::{PlannedTarget, SCHEMA};
    use crate::report::sample;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn shown(events: &[Event]) -> String {
        let kept = Kept::default();
        let mut progress = Progress::lines(Box::new(kept.clone()));
        for event in events {
            progress.hear(event);
        }
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn started(scenarios: u64) -> Event {
        Event::RunStarted {
            schema: SCHEMA,
            seed: "1".to_owned(),
            version: "0.1.0".to_owned(),
            profile: "quick".to_owned(),
            strict: false,
            targets: vec![PlannedTarget {
                name: "double".to_owned(),
                kind: "double".to_owned(),
                version: None,
                guard: None,
                scenarios,
            }],
        }
    }

    #[test]
    fn the_lines_of_a_run() {
        insta::assert_snapshot!(shown(&sample::events()), @"
        warning: double: a fixture of an earlier run was left over
        double: 1/9 scenarios
        double: 2/9 scenarios
        double: 3/9 scenarios
        double: 4/9 scenarios
        double: 5/9 scenarios
        inconclusive: double::revoke::twice: no complete answer within 5s
        double: 6/9 scenarios
        stale: double::token::refresh::rotated: accepted as different, but conforms now
        double: 7/9 scenarios
        deviates: double::token::client-auth::wrong-secret: differs from the reference in error
        double: 8/9 scenarios
        harness-fault: double::token::pkce::plain: the reference snapshot is missing
        double: 9/9 scenarios
        ");
    }

    #[test]
    fn a_target_gets_ten_lines_however_many_scenarios() {
        for (planned, lines) in [(1_u64, 1), (7, 7), (10, 10), (86, 10), (1000, 10)] {
            let mut events = vec![started(planned)];
            events.extend(
                (0..planned)
                    .map(|_| Event::ScenarioFinished(Box::new(sample::result(VerdictKind::Conforms)))),
            );
            let text = shown(&events);
            assert_eq!(text.lines().count(), lines, "{planned}: {text}");
            assert!(text.ends_with(&format!("double: {planned}/{planned} scenarios\n")), "{text}");
        }
    }

    /// A pool with 60 scenarios and 40 guards with one each.
    fn with_guards() -> (Event, Vec<String>) {
        let mut start = started(60);
        let Event::RunStarted { targets, .. } = &mut start else { unreachable!() };
        let pool = targets[0].clone();
        let guard = |number| PlannedTarget {
            name: format!("double/guard-{number}"),
            guard: Some("REST API".to_owned()),
            scenarios: 1,
            ..pool.clone()
        };
        targets.extend((0..40).map(guard));
        let names = targets.iter().map(|unit| unit.name.clone()).collect();
        (start, names)
    }

    #[test]
    fn the_guards_of_a_target_have_no_lines_of_their_own() {
        let (start, names) = with_guards();
        let done = |name: &String| {
            let mut result = sample::result(VerdictKind::Conforms);
            result.target.clone_from(name);
            Event::ScenarioFinished(Box::new(result))
        };
        let of_pool = (0..60).map(|_| done(&names[0]));
        let text = shown(
            &std::iter::once(start).chain(of_pool).chain(names[1..].iter().map(done)).collect::<Vec<_>>(),
        );
        assert_eq!(text.lines().count(), 10, "{text}");
        assert!(text.ends_with("double: 90/100 scenarios\ndouble: 100/100 scenarios\n"), "{text}");
    }

    #[test]
    fn a_target_that_does_not_start_is_told_once_and_not_for_each_guard() {
        let (start, names) = with_guards();
        let ready = |name: &String| Event::TargetReady {
            target: name.clone(),
            failure: Some("no port is free".to_owned()),
            seconds: 0.0,
        };
        let text = shown(&std::iter::once(start).chain(names.iter().map(ready)).collect::<Vec<_>>());
        assert_eq!(text, "double is not ready: no port is free\n");
    }

    #[test]
    fn a_target_that_is_down_is_one_line() {
        let mut events = vec![started(1000)];
        events.extend(
            (0..50).map(|_| Event::ScenarioFinished(Box::new(sample::result(VerdictKind::Inconclusive)))),
        );
        assert_eq!(shown(&events), "inconclusive: double::revoke::twice: no complete answer within 5s\n");
    }

    #[test]
    fn a_target_that_was_never_ready_is_one_line_too() {
        let failure = Some("the fixture is missing\nwrite one".to_owned());
        let mut events =
            vec![started(50), Event::TargetReady { target: "double".to_owned(), failure, seconds: 0.0 }];
        events.extend(
            (0..50).map(|_| Event::ScenarioFinished(Box::new(sample::result(VerdictKind::Inconclusive)))),
        );
        assert_eq!(shown(&events), "double is not ready: the fixture is missing\n");
    }

    #[test]
    fn hostile_text_does_not_move_the_cursor() {
        let mut result = sample::result(VerdictKind::Deviates);
        result.reason = sample::HOSTILE.to_owned();
        result.id = sample::HOSTILE.to_owned();
        let ready = Event::TargetReady {
            target: sample::HOSTILE.to_owned(),
            failure: Some(sample::HOSTILE.to_owned()),
            seconds: 0.0,
        };
        let text = shown(&[started(5), ready, Event::ScenarioFinished(Box::new(result))]);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.chars().all(|c| c == '\n' || super::super::shown::is_visible(c)), "{text:?}");
    }
}
