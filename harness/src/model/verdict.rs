//! The judgement of a case or of a scenario.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a scenario came out on a target, from best to worst. The cases of a scenario merge to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// Not run: the target does not claim what the scenario needs. Decided before the run, with a reason.
    NotApplicable,
    /// As the reference snapshot says.
    Conforms,
    /// A listed alternative of the fact.
    Tolerated,
    /// Different, where the evidence is too weak to fail.
    Advisory,
    /// Different, as the accepted snapshot of this target says.
    AcceptedDeviation,
    /// Nothing was proven: timeout, throttling, a precondition that did not hold.
    Inconclusive,
    /// A deviation is on file that the target no longer shows.
    Stale,
    /// Different.
    Deviates,
    /// Our own fault: a snapshot is missing, a generator broke.
    HarnessFault,
}

impl VerdictKind {
    /// Every kind, best first.
    pub const ALL: [Self; 9] = [
        Self::NotApplicable,
        Self::Conforms,
        Self::Tolerated,
        Self::Advisory,
        Self::AcceptedDeviation,
        Self::Inconclusive,
        Self::Stale,
        Self::Deviates,
        Self::HarnessFault,
    ];

    /// The name in reports, in kebab-case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Conforms => "conforms",
            Self::Tolerated => "tolerated",
            Self::Advisory => "advisory",
            Self::AcceptedDeviation => "accepted-deviation",
            Self::Inconclusive => "inconclusive",
            Self::Stale => "stale",
            Self::Deviates => "deviates",
            Self::HarnessFault => "harness-fault",
        }
    }

    /// Whether a run with this verdict may pass. With `strict`, weak evidence counts too.
    pub const fn is_green(self, strict: bool) -> bool {
        match self {
            Self::NotApplicable | Self::Conforms | Self::Tolerated | Self::AcceptedDeviation => true,
            Self::Advisory => !strict,
            Self::Inconclusive | Self::Stale | Self::Deviates | Self::HarnessFault => false,
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A judgement with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Verdict {
    /// The kind.
    pub kind: VerdictKind,
    /// Why, in one sentence; foreign text in it is harmless.
    pub reason: String,
    /// The fields that differ, for a difference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differing: Vec<String>,
    /// Whether something was granted that had to be refused: the worst way to differ.
    #[serde(default)]
    pub grants: bool,
    /// Whether a guard let a token in that is forged, unsigned, expired or foreign.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
}

impl Verdict {
    /// A judgement without differing fields.
    pub fn new(kind: VerdictKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), differing: Vec::new(), grants: false, critical: false }
    }

    /// How bad it is: the kind, within it whether something was granted, and whether that is critical.
    pub const fn severity(&self) -> (VerdictKind, bool, bool) {
        (self.kind, self.grants, self.critical)
    }

    /// Whether two judgements are the same failure: equally bad, with the same differing fields.
    pub fn same_failure(&self, other: &Self) -> bool {
        self.severity() == other.severity() && self.differing == other.differing
    }
}
