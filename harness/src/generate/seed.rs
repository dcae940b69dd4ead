//! Where randomness comes from: every case has a seed of its own, so that it can be made again alone.

use std::fmt;

use aws_lc_rs::digest::{Context, Digest, SHA256};
use proptest::test_runner::{RngAlgorithm, TestRng};

/// The seed of a whole run: any text. Runs are repeatable by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSeed(String);

impl RunSeed {
    /// The seed of a run for which none was given.
    pub const DEFAULT: &'static str = "poolproof";

    /// The seed of this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be given again.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The source of randomness of one case. It depends on the run's seed, the scenario and the index, and on
    /// nothing else: neither the target nor the number of cases changes what is generated.
    pub fn case_rng(&self, scenario_id: &str, index: u64) -> TestRng {
        let hash = hashed(&[self.0.as_bytes(), scenario_id.as_bytes(), &index.to_le_bytes()]);
        TestRng::from_seed(RngAlgorithm::ChaCha, hash.as_ref())
    }

    /// With which of the classes that come in turn the cases of a scenario begin.
    pub fn beginning(&self, scenario_id: &str) -> u64 {
        let hash = hashed(&[self.0.as_bytes(), scenario_id.as_bytes()]);
        hash.as_ref().iter().take(2).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

fn hashed(parts: &[&[u8]]) -> Digest {
    let mut hash = Context::new(&SHA256);
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finish()
}

impl Default for RunSeed {
    fn default() -> Self {
        Self::new(Self::DEFAULT)
    }
}

impl fmt::Display for RunSeed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_its_text() {
        let seed = RunSeed::new("a Tuesday");
        assert_eq!((seed.text(), seed.to_string().as_str()), ("a Tuesday", "a Tuesday"));
        assert_eq!(RunSeed::default().text(), RunSeed::DEFAULT);
    }
}
