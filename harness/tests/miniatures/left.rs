//! What has to hold of everything that a run leaves behind, whatever the server did.

use std::fs;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use serde_json::Value as Json;

use crate::asked::Outcome;
use crate::support::scenarios;

/// Texts by where they stand.
type Texts = Vec<(String, String)>;

/// Checks all of it, and answers with everything that was said.
pub(crate) fn check(outcome: &Outcome) -> String {
    let texts = texts(outcome);
    for (name, text) in &texts {
        assert!(!text.contains("panicked"), "{name}: {text}");
        let raw = text.chars().find(|c| *c != '\n' && moves_or_hides(*c));
        assert_eq!(raw, None, "a raw control character in {name}: {text}");
        match name.rsplit('.').next() {
            Some("json") => assert_json(name, text),
            Some("jsonl" | "part") => text.lines().for_each(|line| assert_json(name, line)),
            Some("xml") => assert_xml(name, text),
            Some("md") => assert_markdown(name, text),
            _ => {}
        }
    }
    for wanted in ["report.json", "junit.xml", "report.md", ".jsonl"] {
        assert!(texts.iter().any(|(name, _)| name.ends_with(wanted)), "no {wanted} was written");
    }
    texts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().concat()
}

fn texts(outcome: &Outcome) -> Texts {
    let mut texts =
        vec![("stdout".to_owned(), outcome.ran.out.clone()), ("stderr".to_owned(), outcome.ran.err.clone())];
    for file in ["reports", "runs", "state"].iter().flat_map(|folder| outcome.sandbox.files(folder)) {
        let text = fs::read_to_string(&file).unwrap();
        texts.push((file.display().to_string(), text));
    }
    texts
}

/// Control characters, and those that hide or turn what stands beside them.
fn moves_or_hides(character: char) -> bool {
    let hides = ['\u{ad}', '\u{200b}', '\u{200e}', '\u{202e}', '\u{2028}', '\u{2066}', '\u{feff}'];
    character.is_control() || hides.contains(&character)
}

fn assert_json(name: &str, text: &str) {
    if let Err(error) = serde_json::from_str::<Json>(text) {
        panic!("{name} is no JSON: {error}: {text}");
    }
}

/// Well-formed, of one root, without a tag that is not of this format.
fn assert_xml(name: &str, text: &str) {
    let known = [
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
    ];
    let mut reader = Reader::from_str(text);
    let mut depth = 0_i32;
    let mut roots = 0;
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{name} is no XML: {error}: {text}"));
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let tag_name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                assert!(known.contains(&tag_name.as_str()), "{name} has a tag {tag_name}: {text}");
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
                    attribute
                        .decoded_and_normalized_value(XmlVersion::Implicit1_0, reader.decoder())
                        .unwrap_or_else(|error| panic!("{name}: {error}: {text}"));
                }
                roots += i32::from(depth == 0);
                depth += i32::from(matches!(event, Event::Start(_)));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((roots, depth), (1, 0), "{name} is not one whole document: {text}");
}

/// No tag, no code, no link and no cell but our own.
fn assert_markdown(name: &str, text: &str) {
    let own = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
    for (at, _) in text.match_indices('<') {
        assert!(
            own.iter().any(|tag| text[at..].starts_with(tag)),
            "{name} has foreign HTML: {}",
            &text[at..]
        );
    }
    let plain = text.replace("\\\\", "");
    for mark in ['`', '[', '@'] {
        let bare = plain.replace(&format!("\\{mark}"), "").contains(mark);
        assert!(!bare, "{name} has a bare {mark}: {text}");
    }
    let mut cells = None;
    for line in plain.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        if line.starts_with('|') {
            assert_eq!(*cells.get_or_insert(bars), bars, "{name}: another number of cells: {line}");
        } else {
            assert_eq!(bars, 0, "{name}: a cell outside a table: {line}");
            cells = None;
        }
    }
}

/// How many requests the scenarios of a report count.
pub(crate) fn counted(report: &Json) -> u64 {
    scenarios(report).iter().map(|scenario| scenario["requests"].as_u64().unwrap()).sum()
}
