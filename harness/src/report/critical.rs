//! Critical findings of a target: tokens that a guard must never let in.

use super::fold::TargetReport;

impl TargetReport {
    /// How many scenarios found a critical hole: a token that is forged, unsigned, expired or foreign is let in. Those
    /// that are accepted count too.
    pub fn critical(&self) -> u64 {
        self.scenarios.iter().filter(|result| result.critical).count() as u64
    }
}
