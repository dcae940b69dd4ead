//! The scales on which a fact is graded.

use serde::{Deserialize, Serialize};

/// What the fact says about the request as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every alternative refuses.
    Refuse,
    /// Every alternative grants.
    Grant,
    /// Both are listed, or the fact holds for both.
    Either,
    /// Nobody knows: there is nothing to compare.
    Unknown,
    /// Not an answer at all.
    Background,
}

/// How well a fact is supported, from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Follows from a specification or by analogy; nobody was found who saw it.
    Inferred,
    /// Sources disagree; all of them are listed.
    Conflicting,
    /// Third parties show a real answer.
    Reported,
    /// AWS, an RFC or the released source of the named library says so.
    Documented,
}

impl std::fmt::Display for Confidence {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Inferred => "inferred",
            Self::Conflicting => "conflicting",
            Self::Reported => "reported",
            Self::Documented => "documented",
        })
    }
}

/// What a suite does with an answer that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Treat {
    /// Fail.
    Assert,
    /// Pass on any listed alternative, and judge others by the confidence of the fact.
    AcceptSet,
    /// Record and report, never fail.
    Warn,
    /// Nothing: the fact is background.
    Info,
}

/// The kind of guard that a fact about guarded services is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A REST API with a `COGNITO_USER_POOLS` authorizer.
    Rest,
    /// An HTTP API with a JWT authorizer.
    Http,
    /// A service that verifies tokens itself.
    ResourceServer,
}

/// How much a fact weighs in a verdict, from light to heavy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Not compared.
    Background,
    /// A difference is worth a warning.
    Advisory,
    /// A difference is a failure.
    Binding,
}

impl Strength {
    /// The weight of a fact that is treated and supported like this.
    ///
    /// `assert` binds whatever the confidence: the ledger says "fail" there in so many words.
    pub fn of(treat: Treat, confidence: Confidence) -> Self {
        match treat {
            Treat::Info => Self::Background,
            Treat::Warn => Self::Advisory,
            Treat::AcceptSet if confidence == Confidence::Inferred => Self::Advisory,
            Treat::AcceptSet | Treat::Assert => Self::Binding,
        }
    }
}
