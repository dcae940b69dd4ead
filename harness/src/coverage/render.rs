//! The forms in which coverage is shown. Each is a pure function of the fold.

use clap::ValueEnum;

use super::{Coverage, json, markdown, text};

/// A form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for a terminal.
    #[default]
    Text,
    /// One JSON document, described by `coverage.schema.json`; it always names every fact.
    Json,
    /// Tables for a README or the summary of a job.
    Markdown,
}

impl Format {
    /// The coverage in this form, with a line break at the end. `every_fact` names each with its scenarios or its excuse,
    /// not only what is uncovered.
    ///
    /// # Errors
    /// Only by a fault of ours.
    pub fn render(self, coverage: &Coverage, every_fact: bool) -> Result<String, serde_json::Error> {
        match self {
            Self::Text => Ok(text::render(coverage, every_fact)),
            Self::Json => json::render(coverage),
            Self::Markdown => Ok(markdown::render(coverage, every_fact)),
        }
    }
}

/// What the lists below the tables say of a fact.
pub(super) fn remark(entry: &super::Entry) -> String {
    match &entry.fact.excused {
        Some(excuse) if entry.scenarios.is_empty() => excuse.clone(),
        _ => entry.scenarios.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::render::shown;

    #[test]
    fn nothing_foreign_comes_through_raw() {
        let ledger = sample::ledger();
        for format in Format::value_variants() {
            let text = format.render(&sample::coverage(&ledger), true).unwrap();
            let raw: Vec<char> = text.chars().filter(|c| !shown::is_visible(*c) && *c != '\n').collect();
            assert!(raw.is_empty(), "{raw:?} in {text}");
            assert!(text.contains("is ") && text.ends_with('\n'), "{text}");
        }
    }
}
