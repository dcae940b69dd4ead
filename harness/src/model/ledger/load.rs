//! From the text of a ledger file to its facts.

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::fact::Fact;

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
            id: second.id.clone(),
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
        file: file.to_owned(),
        line: error.span().map_or(1, |span| line_of(text, span.start)),
        message: error.to_string().trim_end().to_owned(),
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
