//! Cases of several steps: what stands in the way of the probe, what a model says of each step, and what a reader sees.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::project::observe;
use super::redact::{FixtureNames, Redactor};
use super::transcript::transcript;
use crate::model::case::{ApiCall, Case, Purpose};
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Answer, Exchange, Fault, Outcome, Route};
use crate::model::observation::Observation;
use crate::model::prediction::{Expected, Model, Prediction, Sign};
use crate::model::request::Request;
use crate::model::scenario::Field;
use crate::model::value::Value;

fn came(step: &str, purpose: Purpose, outcome: Outcome) -> Exchange {
    let (route, took) = (Route::straight("http://pool.test/x".to_owned()), Duration::ZERO);
    Exchange { step: step.to_owned(), purpose, outcome, unmet: None, route, took }
}

fn answer(status: u16, body: &str) -> Outcome {
    Outcome::Answer(Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

fn with_redactor<T>(case: &Case, look: impl FnOnce(&Redactor<'_>) -> T) -> T {
    look(&Redactor::new(&FixtureNames::new(&Arc::default()), &BTreeMap::new(), case))
}

fn seen(watch: &[Field], case: &Case, exchanges: &[Exchange]) -> Result<Observation, Fault> {
    with_redactor(case, |redactor| observe(watch, exchanges, redactor))
}

#[test]
fn a_precondition_that_is_not_met_is_what_is_observed() {
    let mut setup = came("sign in", Purpose::Setup, answer(503, r#"{"error":"busy"}"#));
    setup.unmet = Some("expected 200".to_owned());
    let blocked = seen(&[Field::Status], &Case::default(), &[setup]).unwrap();
    assert_eq!(blocked.text(), "blocked at: sign in\nstatus: 503\nerror: busy");
    assert!(blocked.blocked && !blocked.granted);
    let fault = came("sign in", Purpose::Setup, Outcome::Fault(Fault::Broken("a\u{1b}b".to_owned())));
    let Err(Fault::Broken(said)) = seen(&[Field::Status], &Case::default(), &[fault]) else { panic!() };
    assert!(!said.contains('\u{1b}'), "{said:?}");
    let attempt = came("try", Purpose::Attempt, answer(200, ""));
    assert!(matches!(seen(&[Field::Status], &Case::default(), &[attempt]), Err(Fault::Unsendable(_))));
}

#[test]
fn a_body_that_is_no_text_is_said_to_be_none() {
    let answer = Answer { status: 400, headers: Vec::new(), body: b"\xff".to_vec() };
    let probe = came("probe", Purpose::Probe, Outcome::Answer(answer));
    assert_eq!(seen(&[Field::Error], &Case::default(), &[probe]).unwrap().text(), "error: (not UTF-8)");
}

const TOKENS: &str = r#"{"access_token":"t","refresh_token":"r"}"#;
const NO_REFRESH: &str = r#"{"access_token":"t"}"#;

const fn predicted(what: &'static str, fact: &'static str, sign: Sign, expected: Expected) -> Prediction {
    Prediction { step: String::new(), what, fact, sign, expected }
}

const REFUSED: Expected = Expected::Refused { status: 400, errors: &["invalid_grant", "invalid_client"] };

/// Predicts the steps "one", "two", and so on, in this order.
fn at_steps<const N: usize>(predictions: [Prediction; N]) -> Vec<Prediction> {
    let steps = ["one", "two", "three", "four"];
    let at_steps = predictions.into_iter().zip(steps);
    at_steps.map(|(prediction, step)| Prediction { step: step.to_owned(), ..prediction }).collect()
}

static GRANTS_AND_REFUSES: Model = Model {
    predict: |_| {
        at_steps([
            predicted("renew", "t.renew", Sign::Renewable, Expected::Granted),
            predicted("use again", "t.again", Sign::Tokens, REFUSED),
            predicted("look", "t.look", Sign::User, Expected::Refused { status: 401, errors: &[] }),
            predicted("revoke", "t.other", Sign::Success, Expected::Granted),
        ])
    },
    judges: &["t.renew", "t.again", "t.look"],
};

/// What the model says of these answers to the four steps.
fn judged(outcomes: [Outcome; 4]) -> Observation {
    let exchanges: Vec<Exchange> = outcomes
        .into_iter()
        .zip(["one", "two", "three", "four"])
        .map(|(outcome, step)| came(step, Purpose::Attempt, outcome))
        .collect();
    seen(&[Field::Model(&GRANTS_AND_REFUSES)], &Case::default(), &exchanges).unwrap()
}

fn refusal(status: u16, error: &str) -> Outcome {
    answer(status, &format!(r#"{{"error":"{error}"}}"#))
}

#[test]
fn a_model_agrees_or_the_first_step_with_another_outcome_is_named() {
    let as_said = || [answer(200, TOKENS), refusal(400, "invalid_client"), answer(401, ""), answer(204, "")];
    assert_eq!(judged(as_said()).text(), "steps that disagree: none");
    let with = |changes: [Option<Outcome>; 4]| {
        let mut outcomes = as_said();
        for (outcome, change) in outcomes.iter_mut().zip(changes) {
            if let Some(change) = change {
                *outcome = change;
            }
        }
        let observation = judged(outcomes);
        (observation.lines[0].1.clone(), observation.granted)
    };
    let first = |change| with([Some(change), None, None, None]);
    let said = "renew (t.renew): expected tokens with a refresh token, got ";
    assert_eq!(first(answer(200, NO_REFRESH)), (format!("{said}200 without a refresh token"), false));
    assert_eq!(first(refusal(400, "invalid_grant")), (format!("{said}400 invalid_grant"), false));
    let second = |change| with([None, Some(change), None, None]);
    let said = "use again (t.again): expected 400 invalid_grant or invalid_client, got ";
    assert_eq!(second(answer(200, TOKENS)), (format!("{said}tokens"), true));
    assert_eq!(second(refusal(401, "invalid_grant")), (format!("{said}401 invalid_grant"), false));
    assert_eq!(second(refusal(400, "")), (format!("{said}400"), false));
    assert_eq!(second(refusal(400, "invalid_scope")), (format!("{said}400 invalid_scope"), false));
    let third = |change| with([None, None, Some(change), None]);
    let said = "look (t.look): expected 401, got ";
    assert_eq!(third(answer(200, r#"{"sub":"1"}"#)), (format!("{said}the user"), true));
    assert_eq!(third(answer(403, "{}")), (format!("{said}403 (absent)"), false));
    assert_eq!(with([None, None, None, Some(answer(500, ""))]).0, "none", "it is not judged");
    assert_eq!(with([None, Some(Outcome::Done), None, None]).0, "none", "there is no answer to look at");
    let (both, _) = with([None, Some(refusal(401, "x")), Some(answer(200, r#"{"sub":"1"}"#)), None]);
    assert!(both.starts_with("look"), "an outcome counts before a form: {both}");
}

fn token_request() -> Request {
    Request::token("refresh_token")
}

#[test]
fn a_transcript_says_what_was_sent_and_what_came_back() {
    let body = Value::Text("x".to_owned());
    let case = Case::default()
        .attempt("error", token_request())
        .attempt("described", token_request())
        .attempt("page", Request::get(Endpoint::Login))
        .attempt("guard", Request::to_guard())
        .until_refused("until", token_request())
        .pause(30)
        .api(ApiCall::DeleteUser { username: body.clone() })
        .attempt("broken", token_request())
        .probe("never", token_request())
        .cleanup("cleanup", ApiCall::DeleteUser { username: body });
    let redirect = |location: &str| {
        let headers = vec![("location".to_owned(), location.as_bytes().to_vec())];
        Outcome::Answer(Answer { status: 302, headers, body: Vec::new() })
    };
    let outcomes = [
        refusal(400, "invalid_grant"),
        answer(400, r#"{"error":"invalid_grant","error_description":"gone\u001b"}"#),
        redirect("https://app.test/bye"),
        answer(200, TOKENS),
        answer(401, ""),
        Outcome::Done,
        Outcome::Done,
        Outcome::Fault(Fault::Broken("half an answer".to_owned())),
    ];
    let names: Vec<String> = case.steps.iter().map(|step| step.name.clone()).collect();
    let mut exchanges: Vec<Exchange> =
        outcomes.into_iter().zip(&names).map(|(it, name)| came(name, Purpose::Attempt, it)).collect();
    exchanges[2].route =
        Route::straight("http://pool.test/logout?logout_uri=https://app.test/bye".to_owned());
    exchanges[4].unmet = Some("it was not refused".to_owned());
    let lines = with_redactor(&case, |redactor| transcript(&[Field::Status], &exchanges, redactor));
    let fault = Fault::Broken("half an answer".to_owned()).to_string();
    let expected = [
        "error: POST token → 400 invalid_grant".to_owned(),
        "described: POST token → 400 invalid_grant (gone\\u{1b})".to_owned(),
        "page: GET login → 302 to sign-out URL".to_owned(),
        "guard: request to the guard → 200".to_owned(),
        "until: POST token until it is refused → 401, but it was not refused".to_owned(),
        format!("{}: wait 30 ms → done", names[5]),
        format!("{}: management API → done", names[6]),
        format!("broken: POST token → {fault}"),
        "never: POST token → not reached".to_owned(),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_transcript_numbers_the_steps_of_a_model_and_says_what_was_expected() {
    let case = ["one", "two", "three", "four", "five"]
        .into_iter()
        .fold(Case::default(), |case, name| case.attempt(name, token_request()));
    let outcomes = [answer(200, TOKENS), refusal(401, "invalid_grant"), Outcome::Done, answer(500, "")];
    let exchanges: Vec<Exchange> = outcomes
        .into_iter()
        .zip(&case.steps)
        .map(|(outcome, step)| came(&step.name, Purpose::Attempt, outcome))
        .collect();
    let watch = [Field::Model(&GRANTS_AND_REFUSES)];
    let lines = with_redactor(&case, |redactor| transcript(&watch, &exchanges, redactor));
    let expected = [
        "1. one: POST token → 200; expected tokens with a refresh token by t.renew, agrees",
        "2. two: POST token → 401 invalid_grant; expected 400 invalid_grant or invalid_client by t.again, \
         DISAGREES: actual 401 invalid_grant",
        "3. three: POST token → done; expected 401 by t.look",
        "4. four: POST token → 500; expected success by t.other, not judged here: actual 500 (empty body)",
        "5. five: POST token → not reached",
    ];
    assert_eq!(lines, expected);
}
