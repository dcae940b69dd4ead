//! What a reference model says of the steps of a case, before anything is sent.

use std::fmt;

use super::case::Case;

/// A small model of a user pool: what the ledger says of every step of a case, worked out from the steps alone.
pub struct Model {
    /// Its predictions for the steps of a case, in their order. Steps of which the ledger knows nothing have none.
    pub predict: fn(&Case) -> Vec<Prediction>,
    /// The facts whose predictions are judged: those that the scenario covers. The others are only shown.
    pub judges: &'static [&'static str],
}

impl Model {
    /// Whether a prediction is judged.
    pub fn judges(&self, prediction: &Prediction) -> bool {
        self.judges.contains(&prediction.fact)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Model({:?})", self.judges)
    }
}

/// Two models are the same if they judge the same facts: there is one way to predict in a suite.
impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.judges == other.judges
    }
}

impl Eq for Model {}

/// What is expected of one step, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The step of the case.
    pub step: String,
    /// What is done in it, in a word or two that do not depend on the rest of the case.
    pub what: &'static str,
    /// The ledger fact on which it rests.
    pub fact: &'static str,
    /// By what it is told that the step was granted.
    pub sign: Sign,
    /// What is expected.
    pub expected: Expected,
}

/// By what it is told that a request was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The answer holds a token.
    Tokens,
    /// The answer holds a refresh token beside the others.
    Renewable,
    /// The answer says who a user is.
    User,
    /// The status is one of success.
    Success,
}

impl fmt::Display for Sign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Tokens => "tokens",
            Self::Renewable => "tokens with a refresh token",
            Self::User => "the user",
            Self::Success => "success",
        })
    }
}

/// What is expected of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is granted.
    Granted,
    /// It is refused.
    Refused {
        /// With this status.
        status: u16,
        /// With one of these errors; none where more than one reason speaks against the request.
        errors: &'static [&'static str],
    },
}

impl Prediction {
    /// What is expected, in words.
    pub fn expected(&self) -> String {
        match self.expected {
            Expected::Granted => self.sign.to_string(),
            Expected::Refused { status, errors: [] } => status.to_string(),
            Expected::Refused { status, errors } => format!("{status} {}", errors.join(" or ")),
        }
    }
}
