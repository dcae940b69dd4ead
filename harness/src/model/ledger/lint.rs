//! Rules that the data of the ledger keeps, beyond its form.

use serde::Serialize;

use super::fact::{Alternative, Fact};
use super::grade::{Confidence, Outcome, Treat};
use super::{Answer, Ledger};

/// The error codes that the ledger may name.
const ERRORS: [&str; 21] = [
    // RFC 6749
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
    "unsupported_response_type",
    "server_error",
    "temporarily_unavailable",
    // RFC 6750, RFC 7009 and RFC 8707
    "invalid_token",
    "insufficient_scope",
    "unsupported_token_type",
    "invalid_target",
    // OpenID Connect Core
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    // Cognito
    "redirect_mismatch",
];

/// One rule that the data breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintFinding {
    /// The id of the fact.
    pub fact: String,
    /// The file to look at.
    pub file: String,
    /// What is wrong.
    pub what: String,
}

/// Everything in the ledger that breaks a rule, in file order.
pub fn lint(ledger: &Ledger) -> Vec<LintFinding> {
    ledger.facts().iter().flat_map(lint_fact).collect()
}

fn lint_fact(fact: &Fact) -> Vec<LintFinding> {
    let mut complaints = Vec::new();
    naming(fact, &mut complaints);
    support(fact, &mut complaints);
    treatment(fact, &mut complaints);
    alternatives(fact, &mut complaints);
    let finding = |what| LintFinding { fact: fact.id.clone(), file: fact.file.clone(), what };
    complaints.into_iter().map(finding).collect()
}

fn naming(fact: &Fact, complaints: &mut Vec<String>) {
    if !is_id(&fact.id) {
        complaints.push("the id is not of the form area.some-thing, in lower case".to_owned());
    }
    if fact.surface.is_some() == fact.profile.is_some() {
        complaints.push("a fact has a surface or a profile, and not both".to_owned());
    }
    if fact.token.is_some() && fact.profile.is_none() {
        complaints.push("only a guard is sent a token".to_owned());
    }
}

fn support(fact: &Fact, complaints: &mut Vec<String>) {
    if blank(&fact.when) {
        complaints.push("`when` is empty".to_owned());
    }
    if fact.sources.is_empty() || fact.sources.iter().any(|source| blank(source)) {
        complaints.push("a source is missing or empty".to_owned());
    }
    if fact.excused.as_deref().is_some_and(blank) {
        complaints.push("the excuse is empty".to_owned());
    }
    if fact.excused.is_some() && fact.treat == Treat::Info {
        complaints.push("an excuse is pointless: nobody asks for cover of `info`".to_owned());
    }
}

fn treatment(fact: &Fact, complaints: &mut Vec<String>) {
    let reasoned = fact.notes.as_deref().is_some_and(|notes| !blank(notes));
    if fact.confidence == Confidence::Inferred && fact.treat == Treat::Assert && !reasoned {
        complaints.push("an inferred fact is asserted, and no note says why".to_owned());
    }
    if fact.confidence == Confidence::Conflicting && fact.expect.len() < 2 {
        complaints.push("sources disagree, but fewer than two alternatives are listed".to_owned());
    }
    if fact.expect.is_empty() && fact.treat != Treat::Info {
        complaints.push("nothing is expected, so there is nothing to judge".to_owned());
    }
    for weak in &fact.weak {
        if !fact.expect.iter().any(|alternative| alternative.members().contains(&weak.as_str())) {
            complaints.push(format!("`weak` names `{weak}`, which no alternative states"));
        }
    }
}

fn alternatives(fact: &Fact, complaints: &mut Vec<String>) {
    for alternative in &fact.expect {
        alone(alternative, complaints);
        if fact.outcome == Outcome::Refuse
            && alternative.status.iter().any(|status| (200..300).contains(status))
        {
            complaints.push("the fact refuses, but an alternative has a 2xx status".to_owned());
        }
    }
    let answers = fact.answers();
    let some = |grants| answers.iter().any(|answer: &Answer| answer.grants == Some(grants));
    if fact.outcome == Outcome::Grant && some(false) {
        complaints.push("the fact grants, but an alternative refuses".to_owned());
    }
    if fact.outcome == Outcome::Either && some(true) != some(false) {
        complaints.push("the outcome is `either`, but all alternatives agree".to_owned());
    }
}

fn alone(alternative: &Alternative, complaints: &mut Vec<String>) {
    if alternative.members().is_empty() {
        complaints.push("an alternative states nothing".to_owned());
    }
    for error in &alternative.error {
        if !ERRORS.contains(&error.as_str()) {
            complaints.push(format!("`{error}` is no known error code"));
        }
    }
    for status in alternative.status.iter().chain(&alternative.tolerate) {
        if !(100..600).contains(status) {
            complaints.push(format!("{status} is no HTTP status"));
        }
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Whether the text is an area, then one or more words behind dots.
pub(super) fn is_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let Some((area, rest)) = text.split_once('.') else {
        return false;
    };
    !area.is_empty()
        && area.chars().all(plain)
        && rest.split('.').all(|word| !word.is_empty() && word.chars().all(|c| plain(c) || c == '-'))
}
