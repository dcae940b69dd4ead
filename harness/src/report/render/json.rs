//! The report as one JSON document. Its structures are its own: the format of the events may change without it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::shown;
use crate::report::cost::Cost;
use crate::report::event::{Failure, Level, ScenarioResult};
use crate::report::fold::{Notice, Report, TargetReport};

/// The JSON Schema of the document.
pub const SCHEMA_TEXT: &str = include_str!("report.schema.json");

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    seed: &'a str,
    version: &'a str,
    profile: &'a str,
    strict: bool,
    complete: bool,
    gaps: &'a [String],
    stopped: Option<&'a str>,
    notices: Vec<NoticeEntry<'a>>,
    targets: Vec<TargetEntry<'a>>,
}

#[derive(Serialize)]
struct NoticeEntry<'a> {
    target: Option<&'a str>,
    level: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct TargetEntry<'a> {
    name: &'a str,
    kind: &'a str,
    version: Option<&'a str>,
    guard: Option<&'a str>,
    planned: u64,
    requests: u64,
    machine_tokens: u64,
    duration_ms: u64,
    failure: Option<&'a str>,
    counts: &'a BTreeMap<&'static str, u64>,
    suites: Vec<SuiteEntry>,
    scenarios: Vec<ScenarioEntry<'a>>,
}

#[derive(Serialize)]
struct SuiteEntry {
    name: String,
    scenarios: u64,
    cases: u64,
    requests: u64,
    duration_ms: u64,
}

#[derive(Serialize)]
struct ScenarioEntry<'a> {
    id: &'a str,
    says: &'a str,
    verdict: &'static str,
    critical: bool,
    facts: &'a [String],
    confidence: &'a str,
    cases: u64,
    case_verdicts: &'a BTreeMap<String, u64>,
    requests: u64,
    duration_ms: u64,
    reason: &'a str,
    failure: Option<FailureEntry<'a>>,
}

#[derive(Serialize)]
struct FailureEntry<'a> {
    case_index: u64,
    shrink_steps: u64,
    inputs: &'a BTreeMap<String, String>,
    expected: &'a str,
    actual: &'a str,
    differing: &'a [String],
    transcript: &'a [String],
    curl: &'a str,
    stored: Option<&'a str>,
    repeat: &'a str,
}

/// The report as indented JSON with a line break at the end.
///
/// # Errors
/// None that a report can bring about.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&Document::from(report))?;
    text.push('\n');
    Ok(escaped(&text))
}

/// The same document with every character escaped that could act on a terminal. Outside of its strings, JSON has none
/// but line breaks, and inside of them a line break is escaped already.
pub(crate) fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if character == '\n' || shown::is_visible(character) {
            safe.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    safe
}

impl<'a> From<&'a Report> for Document<'a> {
    fn from(report: &'a Report) -> Self {
        Self {
            schema: report.schema,
            seed: &report.seed,
            version: &report.version,
            profile: &report.profile,
            strict: report.strict,
            complete: report.complete,
            gaps: &report.gaps,
            stopped: report.stopped.as_deref(),
            notices: report.notices.iter().map(NoticeEntry::from).collect(),
            targets: report.targets.iter().map(TargetEntry::from).collect(),
        }
    }
}

impl<'a> From<&'a Notice> for NoticeEntry<'a> {
    fn from(notice: &'a Notice) -> Self {
        let level = match notice.level {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Stale => "stale",
        };
        Self { target: notice.target.as_deref(), level, text: &notice.text }
    }
}

impl<'a> From<&'a TargetReport> for TargetEntry<'a> {
    fn from(target: &'a TargetReport) -> Self {
        Self {
            name: &target.name,
            kind: &target.kind,
            version: target.version.as_deref(),
            guard: target.guard.as_deref(),
            planned: target.planned,
            requests: target.requests,
            machine_tokens: target.machine_tokens,
            duration_ms: target.duration_ms,
            failure: target.failure.as_deref(),
            counts: &target.counts,
            suites: target.costs().into_iter().map(SuiteEntry::from).collect(),
            scenarios: target.scenarios.iter().map(ScenarioEntry::from).collect(),
        }
    }
}

impl From<Cost> for SuiteEntry {
    fn from(Cost { suite: name, scenarios, cases, requests, duration_ms }: Cost) -> Self {
        Self { name, scenarios, cases, requests, duration_ms }
    }
}

impl<'a> From<&'a ScenarioResult> for ScenarioEntry<'a> {
    fn from(result: &'a ScenarioResult) -> Self {
        Self {
            id: &result.id,
            says: &result.says,
            verdict: result.verdict.name(),
            critical: result.critical,
            facts: &result.facts,
            confidence: &result.confidence,
            cases: result.cases,
            case_verdicts: &result.case_verdicts,
            requests: result.requests,
            duration_ms: result.duration_ms,
            reason: &result.reason,
            failure: result.failure.as_ref().map(FailureEntry::from),
        }
    }
}

impl<'a> From<&'a Failure> for FailureEntry<'a> {
    fn from(failure: &'a Failure) -> Self {
        Self {
            case_index: failure.index,
            shrink_steps: failure.shrink_steps,
            inputs: &failure.case.inputs,
            expected: &failure.expected,
            actual: &failure.actual,
            differing: &failure.differing,
            transcript: &failure.transcript,
            curl: &failure.curl,
            stored: failure.replay.as_deref(),
            repeat: &failure.repeat,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::model::verdict::VerdictKind;
    use crate::report::render::schema::check;
    use crate::report::sample;

    #[test]
    fn the_document_is_as_its_schema_says() {
        let schema: Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
        for report in [sample::report(), sample::hostile()] {
            let document: Value = serde_json::from_str(&render(&report).unwrap()).unwrap();
            check(&schema, &document, &schema, "$");
        }
        let names: Vec<&str> =
            schema["$defs"]["verdict"]["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(names, VerdictKind::ALL.map(VerdictKind::name));
    }

    #[test]
    fn the_document_of_a_run() {
        let mut report = sample::report();
        report.targets[0].scenarios.retain(|result| result.verdict == VerdictKind::Deviates);
        report.targets[0].settle();
        insta::assert_snapshot!(render(&report).unwrap(), @r#"
        {
          "schema": 1,
          "seed": "2026",
          "version": "0.1.0",
          "profile": "default",
          "strict": false,
          "complete": true,
          "gaps": [],
          "stopped": null,
          "notices": [
            {
              "target": "double",
              "level": "warning",
              "text": "a fixture of an earlier run was left over"
            }
          ],
          "targets": [
            {
              "name": "double",
              "kind": "double",
              "version": "0.1.0",
              "guard": null,
              "planned": 9,
              "requests": 2345,
              "machine_tokens": 120,
              "duration_ms": 1234,
              "failure": null,
              "counts": {
                "accepted-deviation": 0,
                "advisory": 0,
                "conforms": 0,
                "deviates": 1,
                "harness-fault": 0,
                "inconclusive": 0,
                "not-applicable": 0,
                "stale": 0,
                "tolerated": 0
              },
              "suites": [
                {
                  "name": "token::client-auth",
                  "scenarios": 1,
                  "cases": 16,
                  "requests": 32,
                  "duration_ms": 16
                }
              ],
              "scenarios": [
                {
                  "id": "token::client-auth::wrong-secret",
                  "says": "what holds for every input of its class",
                  "verdict": "deviates",
                  "critical": false,
                  "facts": [
                    "token.first",
                    "token.second"
                  ],
                  "confidence": "documented",
                  "cases": 16,
                  "case_verdicts": {
                    "conforms": 15,
                    "deviates": 1
                  },
                  "requests": 32,
                  "duration_ms": 16,
                  "reason": "differs from the reference in error",
                  "failure": {
                    "case_index": 3,
                    "shrink_steps": 12,
                    "inputs": {
                      "secret": "<client.machine.secret> followed by \"x\""
                    },
                    "expected": "status: 400\nerror: invalid_client\ncache-control: no-store",
                    "actual": "status: 400\nerror: invalid_grant\ncache-control: no-store\nset-cookie: present",
                    "differing": [
                      "error",
                      "set-cookie"
                    ],
                    "transcript": [
                      "probe: POST /oauth2/token -> 400"
                    ],
                    "curl": "curl -sS -u \"$CLIENT_ID:$SECRET\" \\\n  -d grant_type=client_credentials \"$BASE/oauth2/token\"",
                    "stored": "poolproof-report/cases/1.json",
                    "repeat": "poolproof run token::client-auth::wrong-secret --seed 2026 --case 3"
                  }
                }
              ]
            }
          ]
        }
        "#);
    }

    #[test]
    fn escapes_lose_nothing() {
        let text = render(&sample::hostile()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["targets"][0]["name"], sample::HOSTILE);
        assert!(text.contains(r"\u009b31m\u0000\r\n\u202e") && text.contains(r"\ufeff"), "{text}");
        assert_eq!(escaped("\u{e0041}é"), r"\udb40\udc41é");
    }
}
