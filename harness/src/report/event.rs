//! The one channel between a run and everything that shows it: events, stored as one JSON object a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::case::Case;
use crate::model::verdict::VerdictKind;

/// The version of the event format and of the JSON report.
pub const SCHEMA: u32 = 1;

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The first event.
    RunStarted {
        /// The version of the format.
        schema: u32,
        /// The seed of the run.
        seed: String,
        /// The version of poolproof.
        version: String,
        /// The profile: quick, default or deep.
        profile: String,
        /// Whether weak evidence fails the run.
        strict: bool,
        /// The targets with the number of scenarios planned on each.
        targets: Vec<PlannedTarget>,
    },
    /// A target is ready, or is not.
    TargetReady {
        /// The name of the target.
        target: String,
        /// `None`: ready. Else why not: every scenario of it will be inconclusive.
        failure: Option<String>,
        /// Seconds until it was ready, fixtures included.
        seconds: f64,
    },
    /// A scenario has begun.
    ScenarioStarted {
        /// The name of the target.
        target: String,
        /// The full id of the scenario.
        id: String,
    },
    /// A scenario is judged.
    ScenarioFinished(Box<ScenarioResult>),
    /// Something the user should know that is no verdict: a stale declaration, a left-over fixture.
    Notice {
        /// The name of the target, if it is about one.
        target: Option<String>,
        /// How serious it is.
        level: Level,
        /// The text, safe to show.
        text: String,
    },
    /// A target is done with: stopped if we started it, its fixtures removed.
    TargetFinished {
        /// The name of the target.
        target: String,
        /// Requests sent to it, sign-ins and probes included.
        requests: u64,
        /// Tokens issued by the client-credentials grant, which a real pool bills.
        machine_tokens: u64,
        /// From the first request to the last answer, in milliseconds.
        duration_ms: u64,
    },
    /// The last event. A run without it is incomplete.
    RunFinished {
        /// The scenarios that were judged.
        judged: u64,
        /// Why the run ended early, if it did.
        stopped: Option<String>,
    },
}

/// A target with what is planned on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlannedTarget {
    /// The name.
    pub name: String,
    /// double, emulator or pool.
    pub kind: String,
    /// The version the target's entry states, if it does.
    pub version: Option<String>,
    /// For a guard: what it is, and where the tokens come from that it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<String>,
    /// Scenarios selected, those not applicable included.
    pub scenarios: u64,
}

/// How serious a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Good to know.
    Info,
    /// Should be looked at.
    Warning,
    /// Something declared in `targets.toml` is no longer true: exit code 5.
    Stale,
}

/// One scenario on one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScenarioResult {
    /// The name of the target.
    pub target: String,
    /// The full id, such as `token::client-auth::wrong-secret`.
    pub id: String,
    /// What the scenario says.
    pub says: String,
    /// The facts that it covers.
    pub facts: Vec<String>,
    /// The confidence of the first fact.
    pub confidence: String,
    /// The merged verdict of its cases.
    pub verdict: VerdictKind,
    /// Whether a guard let a token in that is forged, unsigned, expired or foreign.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    /// Cases executed.
    pub cases: u64,
    /// Requests sent, shrinking included.
    pub requests: u64,
    /// Cases by their own verdict, where not all are equal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub case_verdicts: BTreeMap<String, u64>,
    /// In milliseconds.
    pub duration_ms: u64,
    /// Why, in one sentence. Empty for a conforming scenario.
    pub reason: String,
    /// What is needed to understand and repeat a verdict that is not `conforms`.
    pub failure: Option<Failure>,
}

/// What is needed to understand and repeat a verdict. All texts are safe to show and hold no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Failure {
    /// The index of the first case that came out so.
    pub index: u64,
    /// The shortest case found that comes out the same way.
    pub case: Case,
    /// How many simpler cases were tried.
    pub shrink_steps: u64,
    /// The reference observation.
    pub expected: String,
    /// What was seen.
    pub actual: String,
    /// Every different observation that could be put on file for the target, with the number of its cases, in the
    /// order in which they were met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<(String, u64)>,
    /// The fields that differ.
    pub differing: Vec<String>,
    /// One line a step: what was sent, what came back.
    pub transcript: Vec<String>,
    /// The probe as a curl command, with variables in the place of secrets.
    pub curl: String,
    /// Where the case was stored, for `replay`.
    pub replay: Option<String>,
    /// The command that runs exactly this case again.
    pub repeat: String,
}
