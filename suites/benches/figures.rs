//! Numbers for readers.

use std::fmt;
use std::io::Write as _;
use std::time::Duration;

use crate::Result;

/// A line on standard output.
pub(crate) fn out(line: impl std::fmt::Display) -> Result<()> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// Milliseconds without a fraction.
pub(crate) fn millis(time: Duration) -> u128 {
    time.as_millis()
}

/// The middle value; of an even number of values, the upper one of the two. 0 where there is none.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Ratios with two digits.
pub(crate) fn list(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:.2}")).collect::<Vec<_>>().join(", ")
}

/// A figure and what it should not miss.
pub(crate) struct Bound {
    name: String,
    value: f64,
    relation: &'static str,
    limit: f64,
    met: bool,
}

impl Bound {
    pub(crate) fn at_least(name: &str, value: f64, limit: f64) -> Self {
        Self { name: name.to_owned(), value, relation: "at least", limit, met: value >= limit }
    }

    pub(crate) fn at_most(name: &str, value: f64, limit: f64) -> Self {
        Self { name: name.to_owned(), value, relation: "at most", limit, met: value <= limit }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, relation, limit, met } = self;
        write!(out, "{} {name}: {value:.3} ({relation} {limit})", if *met { "PASS" } else { "FAIL" })
    }
}
