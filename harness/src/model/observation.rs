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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::damaged::{cases, odd_text};
    use crate::model::text::one_line;

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_text_is_read_back_as_it_was_written(
            lines in prop::collection::vec(("[a-z][a-z ._-]{0,20}", odd_text()), 0..6),
        ) {
            // As the stage that observes writes values: visible, trimmed and never empty.
            let lines: Vec<(String, String)> = lines
                .into_iter()
                .map(|(field, value)| (field, one_line(value.trim())))
                .filter(|(_, value)| !value.is_empty())
                .collect();
            let observation = Observation { lines, ..Observation::default() };
            prop_assert_eq!(Observation::parse_lines(&observation.text()), Ok(observation.lines));
        }

        #[test]
        fn what_is_no_observation_names_the_line(text in odd_text(), before in 0_usize..5) {
            let text = format!("{}{text}", "a: b\n".repeat(before));
            if let Err(fault) = Observation::parse_lines(&text) {
                prop_assert!(fault.line > before && fault.line <= text.lines().count());
            }
        }
    }
}
