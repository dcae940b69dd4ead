//! The watched part of an answer in canonical text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The watched part of one case: lines of `field: value`, and whether the target granted anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Observation {
    /// Field and value, in the order of the scenario's watch list.
    pub lines: Vec<(String, String)>,
    /// Whether a token or a code was handed out, by whatever status.
    pub granted: bool,
    /// Set where the probe could not be reached because a step before it was answered otherwise than needed.
    pub blocked: bool,
}

/// A text that is no observation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not of the form `field: value`")]
pub struct NotAnObservation {
    /// The line, counted from one.
    pub line: usize,
}

impl Observation {
    /// The value of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.lines.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// The status line as a number.
    pub fn status(&self) -> Option<u16> {
        self.get("status").and_then(|status| status.parse().ok())
    }

    /// The canonical text: one `field: value` a line, without a line break at the end.
    pub fn text(&self) -> String {
        self.lines.iter().map(|(field, value)| format!("{field}: {value}")).collect::<Vec<_>>().join("\n")
    }

    /// Reads the lines of a canonical text back. Whether something was granted is not part of the text.
    ///
    /// # Errors
    /// [`NotAnObservation`] names the line.
    pub fn parse_lines(text: &str) -> Result<Vec<(String, String)>, NotAnObservation> {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| {
                line.split_once(": ")
                    .map(|(field, value)| (field.to_owned(), value.to_owned()))
                    .ok_or(NotAnObservation { line: index + 1 })
            })
            .collect()
    }
}

impl fmt::Display for Observation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text())
    }
}
