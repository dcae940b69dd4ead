//! Files of events that were damaged, and reports with anything in them: they are read or refused with their place,
//! and every report stays well formed.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::event::{Event, Failure, Level, PlannedTarget, SCHEMA, ScenarioResult};
use super::fold::Report;
use super::render::{Format, text};
use super::{sample, sink};
use crate::model::arbitrary::any_case;
use crate::model::damaged::{self, cases, is_harmless, odd_text};
use crate::model::verdict::VerdictKind;

fn target() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[ab]", 1 => odd_text()]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![3 => "(token|login)::[a-c]{1,2}", 1 => odd_text()]
}

/// Numbers as they are, and such that no sum of them is one.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0_u64..100, 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

fn failure() -> impl Strategy<Value = Failure> {
    (
        (count(), any_case(), count()),
        prop::array::uniform4(odd_text()),
        prop::collection::vec((odd_text(), count()), 0..3),
        prop::array::uniform2(prop::collection::vec(odd_text(), 0..3)),
        prop::option::of(odd_text()),
    )
        .prop_map(
            |(
                (index, case, shrink_steps),
                [expected, actual, curl, repeat],
                seen,
                [differing, transcript],
                replay,
            )| Failure {
                index,
                case,
                shrink_steps,
                expected,
                actual,
                seen,
                differing,
                transcript,
                curl,
                replay,
                repeat,
            },
        )
}

fn result() -> impl Strategy<Value = ScenarioResult> {
    (
        (target(), id(), odd_text(), odd_text(), odd_text()),
        prop::collection::vec(odd_text(), 0..2),
        prop::sample::select(VerdictKind::ALL.to_vec()),
        (any::<bool>(), prop::array::uniform3(count())),
        prop::collection::btree_map(odd_text(), count(), 0..3),
        prop::option::of(failure()),
    )
        .prop_map(
            |(
                (target, id, says, confidence, reason),
                facts,
                verdict,
                (critical, [cases, requests, duration_ms]),
                case_verdicts,
                failure,
            )| {
                ScenarioResult {
                    target,
                    id,
                    says,
                    facts,
                    confidence,
                    verdict,
                    critical,
                    cases,
                    requests,
                    case_verdicts,
                    duration_ms,
                    reason,
                    failure,
                }
            },
        )
}

fn planned() -> impl Strategy<Value = PlannedTarget> {
    (target(), odd_text(), prop::option::of(odd_text()), prop::option::of(odd_text()), count()).prop_map(
        |(name, kind, version, guard, scenarios)| PlannedTarget { name, kind, version, guard, scenarios },
    )
}

fn begun() -> impl Strategy<Value = Event> {
    let schema = prop_oneof![9 => Just(SCHEMA), 1 => any::<u32>()];
    let others = vec![planned(), planned(), planned()];
    (schema, prop::array::uniform3(odd_text()), any::<bool>(), others, 0_usize..4).prop_map(
        |(schema, [seed, version, profile], strict, mut targets, left)| {
            targets.truncate(left);
            Event::RunStarted { schema, seed, version, profile, strict, targets }
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
           1 => begun(),
           2 => (target(), prop::option::of(odd_text()), 0_u64..100_000_000)
               .prop_map(|(target, failure, millis)| {
    let seconds = std::time::Duration::from_millis(millis).as_secs_f64();
    Event::TargetReady { target, failure, seconds }
    }),
           2 => (target(), id()).prop_map(|(target, id)| Event::ScenarioStarted { target, id }),
           4 => result().prop_map(|result| Event::ScenarioFinished(Box::new(result))),
           2 => (prop::option::of(target()), prop::sample::select(&[Level::Info, Level::Warning, Level::Stale][..]), odd_text())
               .prop_map(|(target, level, text)| Event::Notice { target, level, text }),
           2 => (target(), count(), count(), count()).prop_map(|(target, requests, machine_tokens, duration_ms)| {
               Event::TargetFinished { target, requests, machine_tokens, duration_ms }
           }),
           1 => (count(), prop::option::of(odd_text())).prop_map(|(judged, stopped)| Event::RunFinished { judged, stopped }),
       ]
}

fn written(events: &[Event]) -> String {
    events.iter().map(|event| serde_json::to_string(event).unwrap() + "\n").collect()
}

/// The text of an XML document that is well formed in all but what only a validator knows: the names of its elements
/// match, and every character may stand there (XML 1.0 section 2.2).
fn check_xml(document: &str) -> Result<(), TestCaseError> {
    let may_stand = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    prop_assert!(document.chars().all(may_stand), "{document:?}");
    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().check_comments = true;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return Ok(()),
            Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                for attribute in tag.attributes() {
                    prop_assert!(
                        attribute
                            .is_ok_and(|it| it.normalized_value(quick_xml::XmlVersion::Explicit1_0).is_ok()),
                        "{document}"
                    );
                }
            }
            Ok(quick_xml::events::Event::Text(text)) => {
                prop_assert!(text.decode().is_ok(), "{document}");
            }
            Ok(_) => {}
            Err(error) => return Err(TestCaseError::fail(format!("{error}: {document}"))),
        }
    }
}

/// Tables keep their columns, and what is opened is closed.
fn check_markdown(document: &str) -> Result<(), TestCaseError> {
    let cells = |line: &str| {
        let mut escaped = false;
        line.chars()
            .filter(|c| {
                let counts = *c == '|' && !escaped;
                escaped = *c == '\\' && !escaped;
                counts
            })
            .count()
    };
    let mut lines = document.lines().peekable();
    let mut inside = false;
    while let Some(line) = lines.next() {
        if line.starts_with("| ") && lines.peek().is_some_and(|rule| rule.starts_with("| ---")) {
            let columns = cells(line);
            while let Some(row) = lines.next_if(|row| row.starts_with('|')) {
                prop_assert_eq!(cells(row), columns, "{}", row);
            }
        } else if let Some(summary) = line.strip_prefix("<details><summary>") {
            prop_assert!(
                !inside && summary.ends_with("</summary>") && summary.matches('<').count() == 1,
                "{line}"
            );
            inside = true;
        } else if line == "</details>" {
            prop_assert!(inside);
            inside = false;
        } else {
            let without = line.replace("<code>", "").replace("</code>", "");
            prop_assert!(!without.contains(['<', '>']), "{line}");
        }
    }
    prop_assert!(!inside);
    Ok(())
}

fn check_report(report: &Report) -> Result<(), TestCaseError> {
    for format in Format::ALL {
        let document = format.render(report).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(is_harmless(&document), "{document:?}");
        match format {
            Format::Json => {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&document).is_ok(), "{document}");
            }
            Format::Junit => check_xml(&document)?,
            Format::Markdown => check_markdown(&document)?,
        }
    }
    for (verbosity, quiet) in [(0, true), (3, false)] {
        let document = text::render(report, text::Options { verbosity, quiet });
        prop_assert!(is_harmless(&anstream::adapter::strip_str(&document).to_string()), "{document:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn events_are_read_back_as_they_were_written(events in prop::collection::vec(event(), 0..4)) {
        let read = sink::parse(Path::new("events.jsonl"), written(&events).as_bytes());
        prop_assert_eq!(read.map_err(|error| TestCaseError::fail(error.to_string()))?, events);
    }

    #[test]
    fn any_events_come_to_a_report_or_to_an_error(
        first in begun(),
        rest in prop::collection::vec(event(), 0..6),
        again: bool,
    ) {
        let events = [vec![first], rest].concat();
        let report = match Report::fold(&events) {
            Ok(report) => report,
            Err(error) => {
                prop_assert!(is_harmless(&error.to_string()), "{error}");
                return Ok(());
            }
        };
        check_report(&report)?;
        match Report::merge(if again { vec![report.clone(), report.clone()] } else { vec![report] }) {
            Ok(mut merged) => {
                merged.require(&[]);
                check_report(&merged)?;
            }
            Err(error) => prop_assert!(is_harmless(&error.to_string()), "{error}"),
        }
    }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn a_damaged_file_says_where_or_comes_to_a_report(bytes in damaged::bytes(vec![written(&sample::events())])) {
        let events = match sink::parse(Path::new("events.jsonl"), &bytes) {
            Ok(events) => events,
            Err(error) => {
                let shown = error.to_string();
                prop_assert!(shown.starts_with("events.jsonl line "), "{shown}");
                prop_assert!(is_harmless(&shown) && shown.chars().count() < 4000, "{shown:?}");
                return Ok(());
            }
        };
        match Report::fold(&events) {
            Ok(report) => check_report(&report)?,
            Err(error) => prop_assert!(is_harmless(&error.to_string()), "{error}"),
        }
    }

    #[test]
    fn a_report_full_of_foreign_text_stays_well_formed(foreign in prop::collection::vec(odd_text(), 12)) {
        let mut report = sample::report();
        let mut texts = foreign.into_iter().cycle();
        let mut next = || texts.next().unwrap_or_default();
        report.seed = next();
        report.stopped = Some(next());
        report.gaps = vec![next()];
        report.notices[0].text = next();
        let target = &mut report.targets[0];
        (target.name, target.kind, target.version, target.guard) = (next(), next(), Some(next()), Some(next()));
        for result in &mut target.scenarios {
            result.id = format!("{}::{}", next(), next());
            (result.says, result.reason) = (next(), next());
            result.facts = vec![next()];
            result.case_verdicts = BTreeMap::from([(next(), 1)]);
            if let Some(failure) = &mut result.failure {
                (failure.expected, failure.actual) = (next(), next());
                failure.seen = vec![(next(), 1), (next(), 2)];
                failure.transcript = vec![next()];
                (failure.curl, failure.repeat) = (next(), next());
            }
        }
        check_report(&report)?;
    }
}
