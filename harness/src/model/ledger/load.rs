//! From the text of a ledger file to its facts.

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::fact::Fact;
use crate::model::text::{block, one_line};

/// A message shows the line that is wrong, with a mark below it.
const MESSAGE_LINES: usize = 12;

/// Why the ledger could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A file is no TOML, or holds a key or a value that the ledger does not know.
    #[error("{file}:{line}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// The line, counted from one.
        line: usize,
        /// What is wrong there, with the lines around it.
        message: String,
    },
    /// Two facts have one id.
    #[error("{file}:{line}: the id `{id}` is taken already, by {first_file}:{first_line}")]
    Duplicate {
        /// The id.
        id: String,
        /// The file of the second fact.
        file: String,
        /// Where the second fact begins.
        line: usize,
        /// The file of the first fact.
        first_file: String,
        /// Where the first fact begins.
        first_line: usize,
    },
}

impl LedgerError {
    pub(super) fn duplicate(first: &Fact, second: &Fact) -> Self {
        Self::Duplicate {
            id: one_line(&second.id),
            file: second.file.clone(),
            line: second.line,
            first_file: first.file.clone(),
            first_line: first.line,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    fact: Vec<Spanned<Fact>>,
}

/// The facts of one file, each with the place where it begins.
pub(super) fn facts(file: &str, text: &str) -> Result<Vec<Fact>, LedgerError> {
    let parsed: File = toml::from_str(text).map_err(|error| LedgerError::Syntax {
        file: one_line(file),
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        message: block(error.to_string().trim_end(), MESSAGE_LINES),
    })?;
    let place = |spanned: Spanned<Fact>| {
        let line = line_of(text, spanned.span().start);
        let mut fact = spanned.into_inner();
        file.clone_into(&mut fact.file);
        fact.line = line;
        fact
    };
    Ok(parsed.fact.into_iter().map(place).collect())
}

/// The line of a byte offset, counted from one.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::damaged::{self, cases, is_harmless, odd_text};
    use crate::model::ledger::{Fact, Ledger, lint, lint_ids};

    const RIGHT: &str = r#"# An area.
[[fact]]
id = "token.code.reused"
surface = "POST /oauth2/token"
when = "The code was redeemed before."
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["https://www.rfc-editor.org/rfc/rfc6749"]
notes = "Once."
critical = false
weak = ["error"]
expect = [{ status = [400], error = ["invalid_grant"], headers = { cache-control = "no-store" }, tolerate = [401] }]
detail = { seconds = 5.5, since = 2026-01-01, list = [1, "a"] }

[[fact]]
id = "guard.rest.absent"
profile = "rest"
when = "No token."
outcome = "refuse"
confidence = "reported"
treat = "accept-set"
sources = ["https://docs.aws.amazon.com/"]
expect = [{ status = [401], body = ['{"message":"Unauthorized"}'], backend-called = false, grants = false }]
"#;

    fn parse(text: &str) -> Result<Ledger, String> {
        Ledger::parse(&[("facts.toml", text)]).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_damaged_is_right() {
        assert_eq!(parse(RIGHT).unwrap().facts().len(), 2);
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_damaged_ledger_is_refused_with_its_place(text in damaged::text(vec![RIGHT]), ids in damaged::text(vec!["token.code.reused\nold.id -> guard.rest.absent\ngone.id retired: why\n"])) {
            match parse(&text) {
                Err(shown) => {
                    prop_assert!(shown.starts_with("facts.toml:"), "{shown}");
                    prop_assert!(is_harmless(&shown), "{shown:?}");
                    prop_assert!(shown.chars().count() < 4000, "{} characters", shown.chars().count());
                }
                Ok(ledger) => {
                    for finding in lint(&ledger).into_iter().chain(lint_ids(&ledger, &ids)) {
                        prop_assert!(!finding.what.is_empty());
                    }
                    for fact in ledger.facts() {
                        prop_assert!(fact.line > 0 && (fact.always_refuses() || fact.answers().len() < 10_000));
                    }
                }
            }
        }

        #[test]
        fn a_fact_is_read_back_as_it_was_written(texts in prop::array::uniform4(odd_text()), statuses: Vec<u16>, critical: bool) {
            let ledger = parse(RIGHT).unwrap();
            let mut fact: Fact = ledger.facts()[0].clone();
            let [when, note, error, header] = texts;
            (fact.when, fact.notes, fact.critical) = (when, Some(note), critical);
            fact.expect[0].error = vec![error];
            fact.expect[0].status = statuses;
            fact.expect[0].headers.insert(header.clone(), header);
            let mut table = toml::Table::try_from(&fact).unwrap();
            table.remove("file");
            table.remove("line");
            let written = toml::to_string(&toml::Table::from_iter([("fact".to_owned(), toml::Value::Array(vec![toml::Value::Table(table)]))])).unwrap();
            let read = parse(&written).map_err(TestCaseError::fail)?;
            let again = Fact { file: fact.file.clone(), line: fact.line, ..read.facts()[0].clone() };
            prop_assert_eq!(again, fact);
        }
    }
}
