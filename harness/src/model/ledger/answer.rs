//! Alternatives expanded into single answers.

use serde::Serialize;

use super::fact::{Alternative, Fact};
use super::grade::Outcome;
use crate::model::place::Place;

/// Surfaces that answer with pages and redirects, where a 200 may be an error page.
const PAGES: [&str; 4] = ["GET /oauth2/authorize", "GET /login", "POST /login", "GET /logout"];

/// One answer that a fact allows; `None` is "not stated".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The status.
    pub status: Option<u16>,
    /// The OAuth error code.
    pub error: Option<String>,
    /// Where a browser is led to.
    pub place: Option<Place>,
    /// The exact body of a guard's refusal.
    pub body: Option<String>,
    /// Whether the answer grants what was asked for.
    pub grants: Option<bool>,
}

/// Every status with every error and every place of each alternative, in order and without repetition.
pub(super) fn expand(fact: &Fact) -> Vec<Answer> {
    let mut answers = Vec::new();
    for alternative in &fact.expect {
        for status in stated(&alternative.status) {
            for error in stated(&alternative.error) {
                for place in stated(&alternative.place) {
                    for body in bodies(fact, alternative) {
                        push(&mut answers, fact, alternative, (status, error.clone(), place), body);
                    }
                }
            }
        }
    }
    answers
}

/// The tolerated statuses as answers, in order and without repetition.
pub(super) fn tolerated(fact: &Fact) -> Vec<Answer> {
    let mut answers = Vec::new();
    for alternative in &fact.expect {
        for status in &alternative.tolerate {
            let answer =
                Answer { status: Some(*status), grants: by_status(fact, *status), ..Answer::default() };
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
    }
    answers
}

/// The values, or one `None` where nothing is stated.
fn stated<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    if values.is_empty() { vec![None] } else { values.iter().cloned().map(Some).collect() }
}

/// The exact bodies of a guard's answer; what a user pool's page says is prose.
fn bodies(fact: &Fact, alternative: &Alternative) -> Vec<Option<String>> {
    stated(if fact.profile.is_some() { &alternative.body } else { &[] })
}

fn push(
    answers: &mut Vec<Answer>,
    fact: &Fact,
    alternative: &Alternative,
    (status, error, place): (Option<u16>, Option<String>, Option<Place>),
    body: Option<String>,
) {
    let answer = Answer {
        place: place.filter(|_| !fact.is_weak("place")),
        grants: grants(fact, alternative, status, error.as_deref()),
        status: status.filter(|_| !fact.is_weak("status")),
        error: error.filter(|_| !fact.is_weak("error")),
        body: body.filter(|_| !fact.is_weak("body")),
    };
    if !answers.contains(&answer) {
        answers.push(answer);
    }
}

fn grants(fact: &Fact, alternative: &Alternative, status: Option<u16>, error: Option<&str>) -> Option<bool> {
    if alternative.grants.is_some() {
        return alternative.grants;
    }
    if error.is_some() {
        return Some(false);
    }
    status.and_then(|status| by_status(fact, status)).or(match fact.outcome {
        Outcome::Grant => Some(true),
        Outcome::Refuse => Some(false),
        Outcome::Either | Outcome::Unknown | Outcome::Background => None,
    })
}

/// What a status says by itself on the surface of the fact.
fn by_status(fact: &Fact, status: u16) -> Option<bool> {
    let page = fact.surface.as_deref().is_some_and(|surface| PAGES.contains(&surface));
    match status {
        400.. => Some(false),
        200..=299 if !page => Some(true),
        _ => None,
    }
}
