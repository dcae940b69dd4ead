//! What is wrong with a configuration: where, what, and what to write instead.

use std::fmt;

/// A fault in `targets.toml` or on the command line. The text is safe to show: it never holds the value of a
/// variable, a secret or a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, or the option of the command line.
    pub file: String,
    /// The line in the file, counted from one.
    pub line: Option<usize>,
    /// The dotted key.
    pub key: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to write or to do instead.
    pub advice: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(out, ": {key}")?;
        }
        write!(out, ": {}", self.problem)?;
        if !self.advice.is_empty() {
            write!(out, "\n  {}", self.advice)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
