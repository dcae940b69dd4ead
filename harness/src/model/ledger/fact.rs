//! One fact as it is written in a ledger file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::{self, Answer};
use super::grade::{Confidence, Outcome, Profile, Strength, Treat};
use crate::model::place::Place;

/// One observable behaviour, with its sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fact {
    /// Stable name, such as `token.code.reused`.
    pub id: String,
    /// Method and path, or what else the fact is about; guards have a profile instead.
    pub surface: Option<String>,
    /// The kind of guard; facts about a user pool have a surface instead.
    pub profile: Option<Profile>,
    /// Request and preconditions.
    pub when: String,
    /// Recipe of the credential that is sent to a guard.
    pub token: Option<String>,
    /// What the answer amounts to.
    pub outcome: Outcome,
    /// How well the fact is supported.
    pub confidence: Confidence,
    /// What a suite does with a different answer.
    pub treat: Treat,
    /// Where the fact comes from.
    pub sources: Vec<String>,
    /// What else is worth knowing.
    pub notes: Option<String>,
    /// Why no scenario covers the fact.
    pub excused: Option<String>,
    /// Whether a guard that grants here has a critical hole: it lets in what is forged, unsigned, expired or foreign.
    #[serde(default)]
    pub critical: bool,
    /// Members of the alternatives that are only inferred: never asserted.
    #[serde(default)]
    pub weak: Vec<String>,
    /// Complete alternatives, most likely first.
    #[serde(default)]
    pub expect: Vec<Alternative>,
    /// Figures and texts that are background, not an answer.
    #[serde(default)]
    pub detail: BTreeMap<String, toml::Value>,
    /// The ledger file that holds the fact.
    #[serde(skip_deserializing)]
    pub file: String,
    /// The line on which the fact begins.
    #[serde(skip_deserializing)]
    pub line: usize,
}

/// One complete answer that a fact allows; a member left out is not stated.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Alternative {
    /// Any one of these statuses.
    pub status: Vec<u16>,
    /// Any one of these OAuth error codes, most likely first.
    pub error: Vec<String>,
    /// The description that was seen; its wording is not stable.
    pub error_description: Option<String>,
    /// Any one of these places that a browser is led to.
    pub place: Vec<Place>,
    /// Prose or form of the `Location` header.
    pub location: Option<String>,
    /// Headers by name; guards write `*` for present, `-` for absent and `~text` for a part.
    pub headers: BTreeMap<String, String>,
    /// Any one of these bodies: prose for user pools, exact texts for guards.
    pub body: Vec<String>,
    /// A part of the body.
    pub body_contains: Option<String>,
    /// Any one of these texts, which vary with the fault.
    pub body_one_of: Vec<String>,
    /// Response type of a REST API, which its owner may have customised.
    pub gateway_response: Option<String>,
    /// Error of the verifying library.
    pub error_class: Vec<String>,
    /// Whether the request reaches the backend.
    pub backend_called: Option<bool>,
    /// The scopes that an HTTP API hands to its backend.
    pub jwt_scopes: Option<String>,
    /// Where the backend finds the claims.
    pub path: Option<String>,
    /// The form in which the backend sees the claims.
    pub rendering: Option<String>,
    /// The claims that a test invocation shows.
    pub claims: Option<String>,
    /// The status that a test invocation gives.
    pub client_status: Option<u16>,
    /// Text in the access log of the gateway.
    pub log_error: Option<String>,
    /// Further statuses that are not ideal but acceptable.
    pub tolerate: Vec<u16>,
    /// Whether the alternative grants, where neither status nor error tells.
    pub grants: Option<bool>,
    /// Who states this alternative.
    pub source: Vec<String>,
}

impl Fact {
    /// The text before the first dot of the id.
    pub fn area(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// How much the fact weighs in a verdict.
    pub fn strength(&self) -> Strength {
        Strength::of(self.treat, self.confidence)
    }

    /// Whether a member of the alternatives is only inferred.
    pub fn is_weak(&self, member: &str) -> bool {
        self.weak.iter().any(|weak| weak == member)
    }

    /// The alternatives as single answers, most likely first, each once; weak members are left out.
    pub fn answers(&self) -> Vec<Answer> {
        answer::expand(self)
    }

    /// Answers that are not ideal but acceptable.
    pub fn tolerated(&self) -> Vec<Answer> {
        answer::tolerated(self)
    }

    /// Whether every alternative refuses, so that a target which grants is wrong whatever the confidence.
    pub fn always_refuses(&self) -> bool {
        let answers = self.answers();
        self.outcome == Outcome::Refuse
            && !answers.is_empty()
            && answers.iter().chain(&self.tolerated()).all(|answer| answer.grants == Some(false))
    }
}

impl Alternative {
    /// The members that this alternative states, by the names used in the files.
    pub fn members(&self) -> Vec<&'static str> {
        let stated = [
            ("status", !self.status.is_empty()),
            ("error", !self.error.is_empty()),
            ("error-description", self.error_description.is_some()),
            ("place", !self.place.is_empty()),
            ("location", self.location.is_some()),
            ("headers", !self.headers.is_empty()),
            ("body", !self.body.is_empty()),
            ("body-contains", self.body_contains.is_some()),
            ("body-one-of", !self.body_one_of.is_empty()),
            ("gateway-response", self.gateway_response.is_some()),
            ("error-class", !self.error_class.is_empty()),
            ("backend-called", self.backend_called.is_some()),
            ("jwt-scopes", self.jwt_scopes.is_some()),
            ("path", self.path.is_some()),
            ("rendering", self.rendering.is_some()),
            ("claims", self.claims.is_some()),
            ("client-status", self.client_status.is_some()),
            ("log-error", self.log_error.is_some()),
            ("tolerate", !self.tolerate.is_empty()),
            ("grants", self.grants.is_some()),
            ("source", !self.source.is_empty()),
        ];
        stated.into_iter().filter_map(|(name, present)| present.then_some(name)).collect()
    }
}
