//! How a report is shown. Each renderer is a pure function of the report; what a target sent comes through none of
//! them in a form that a terminal, a browser or a parser would obey.

mod costs;
mod detail;
mod diff;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod progress;
#[cfg(test)]
pub(crate) mod schema;
pub(crate) mod shown;
pub mod text;

use std::fmt;
use std::str::FromStr;

use super::fold::Report;

/// A format in which a report is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON document, described by [`json::SCHEMA_TEXT`].
    Json,
    /// `JUnit` XML, for continuous integration.
    Junit,
    /// A table and lists, for a README or the summary of a job.
    Markdown,
}

/// A name that is none of a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no report format; write json, junit or markdown")]
pub struct UnknownFormat(String);

/// A report could not be put into a format: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Into JSON.
    #[error("the report could not be put into JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Into `JUnit` XML.
    #[error("the report could not be put into JUnit XML: {0}")]
    Junit(#[from] quick_junit::SerializeError),
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Json, Self::Junit, Self::Markdown];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// The name of the file in the folder of reports.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Json => "report.json",
            Self::Junit => "junit.xml",
            Self::Markdown => "report.md",
        }
    }

    /// The text of the report in this format.
    ///
    /// # Errors
    /// [`RenderError`] only by a fault of ours.
    pub fn render(self, report: &Report) -> Result<String, RenderError> {
        Ok(match self {
            Self::Json => json::render(report)?,
            Self::Junit => junit::render(report)?,
            Self::Markdown => markdown::render(report),
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(crate::model::text::one_line(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn formats_are_known_by_name() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
        let error = "yaml\u{1b}".parse::<Format>().unwrap_err().to_string();
        assert_eq!(error, r"`yaml\u{1b}` is no report format; write json, junit or markdown");
    }

    #[test]
    fn nothing_foreign_comes_through_raw() {
        let hostile = sample::hostile();
        let mut texts: Vec<String> =
            Format::ALL.iter().map(|format| format.render(&hostile).unwrap()).collect();
        let terminal = text::render(&hostile, text::Options { verbosity: 3, quiet: false });
        texts.push(anstream::adapter::strip_str(&terminal).to_string());
        for text in texts {
            let raw: Vec<char> = text.chars().filter(|c| !shown::is_visible(*c) && *c != '\n').collect();
            assert!(raw.is_empty(), "{raw:?} in {text}");
        }
    }
}
