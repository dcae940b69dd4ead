//! Coverage as one JSON document.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Area, Counts, Coverage, Entry, State};
use crate::report::render::json::escaped;

/// The JSON Schema of the document.
pub const SCHEMA_TEXT: &str = include_str!("coverage.schema.json");

/// The version of the format.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    version: &'a str,
    complete: bool,
    total: CountsEntry,
    confidences: BTreeMap<String, CountsEntry>,
    areas: Vec<AreaEntry<'a>>,
    facts: Vec<FactEntry<'a>>,
}

#[derive(Serialize)]
struct AreaEntry<'a> {
    name: &'a str,
    total: CountsEntry,
    confidences: BTreeMap<String, CountsEntry>,
}

#[derive(Serialize)]
struct CountsEntry {
    facts: u64,
    covered: u64,
    excused: u64,
    background: u64,
    uncovered: u64,
}

#[derive(Serialize)]
struct FactEntry<'a> {
    id: &'a str,
    area: &'a str,
    confidence: String,
    state: &'static str,
    scenarios: &'a [String],
    excused: Option<&'a str>,
}

/// The coverage as indented JSON with a line break at the end.
///
/// # Errors
/// None that coverage can bring about.
pub(super) fn render(coverage: &Coverage) -> Result<String, serde_json::Error> {
    let all = coverage.all();
    let document = Document {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        complete: coverage.is_complete(),
        total: CountsEntry::from(&all.total),
        confidences: confidences(&all),
        areas: coverage.areas().iter().map(AreaEntry::from).collect(),
        facts: coverage.entries().iter().map(FactEntry::from).collect(),
    };
    Ok(escaped(&serde_json::to_string_pretty(&document)?) + "\n")
}

fn confidences(area: &Area) -> BTreeMap<String, CountsEntry> {
    area.by_confidence()
        .map(|(confidence, counts)| (confidence.to_string(), CountsEntry::from(&counts)))
        .collect()
}

impl<'a> From<&Area<'a>> for AreaEntry<'a> {
    fn from(area: &Area<'a>) -> Self {
        Self { name: area.name, total: CountsEntry::from(&area.total), confidences: confidences(area) }
    }
}

impl From<&Counts> for CountsEntry {
    fn from(counts: &Counts) -> Self {
        let [covered, excused, background, uncovered] = State::ALL.map(|state| counts.of(state));
        Self { facts: counts.facts(), covered, excused, background, uncovered }
    }
}

impl<'a> From<&'a Entry<'_>> for FactEntry<'a> {
    fn from(entry: &'a Entry<'_>) -> Self {
        Self {
            id: &entry.fact.id,
            area: entry.fact.area(),
            confidence: entry.fact.confidence.to_string(),
            state: entry.state().name(),
            scenarios: &entry.scenarios,
            excused: entry.fact.excused.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::sample;
    use super::*;
    use crate::report::render::schema;

    #[test]
    fn the_document_is_what_its_schema_says() {
        let ledger = sample::ledger();
        let document: Value = serde_json::from_str(&render(&sample::coverage(&ledger)).unwrap()).unwrap();
        let schema: Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
        schema::check(&schema, &document, &schema, "coverage");
        let states: Vec<&Value> =
            document["facts"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
        for state in State::ALL {
            assert!(states.iter().any(|it| *it == state.name()), "{}", state.name());
        }
        assert_eq!(document["complete"], false);
        assert_eq!(document["areas"][0]["confidences"]["inferred"]["excused"], 1);
        assert_eq!(document["facts"][2]["excused"], sample::EXCUSE, "escapes lose nothing");
        assert_eq!(document["facts"][1]["scenarios"][1], "login::y::third");
    }

    #[test]
    fn a_state_is_one_that_the_schema_lists() {
        let schema: Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
        assert_eq!(schema["$defs"]["state"]["enum"], Value::from(State::ALL.map(State::name).to_vec()));
    }
}
