//! What happened in a case, a line a step, for a reader: no values of secrets, no bodies of successes.

use super::redact::Redactor;
use super::sequence::{self, Match};
use super::view::View;
use crate::model::case::{Action, Purpose, Step};
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Exchange, Outcome};
use crate::model::prediction::{Model, Prediction};
use crate::model::request::Request;
use crate::model::scenario::Field;
use crate::model::text::one_line;

/// One line a step: what was sent, and what came back. Where a model is watched the steps have numbers, and what was
/// expected stands beside what came.
pub fn transcript(watch: &[Field], exchanges: &[Exchange], redactor: &Redactor<'_>) -> Vec<String> {
    let model = watch.iter().find_map(|field| match field {
        Field::Model(model) => Some(*model),
        _ => None,
    });
    let predictions = model.map_or_else(Vec::new, |model| (model.predict)(redactor.case()));
    let steps = redactor.case().steps.iter().filter(|step| step.purpose != Purpose::Cleanup);
    steps
        .zip(exchanges.iter().map(Some).chain(std::iter::repeat(None)))
        .enumerate()
        .map(|(index, (step, exchange))| {
            let line = line(step, exchange, redactor);
            let Some(model) = model else { return line };
            let predicted = predictions.iter().find(|prediction| prediction.step == step.name);
            let said = predicted.map_or_else(String::new, |it| said(model, it, exchange, redactor));
            format!("{}. {line}{said}", index + 1)
        })
        .collect()
}

fn line(step: &Step, exchange: Option<&Exchange>, redactor: &Redactor<'_>) -> String {
    let sent = match &step.action {
        Action::Send(request) => sent_to(request),
        Action::SignIn(_) => "sign in over HTTP".to_owned(),
        Action::Api(_) => "management API".to_owned(),
        Action::Pause(millis) => format!("wait {millis} ms"),
        Action::UntilRefused(request) => {
            format!("{} until it is refused", sent_to(request))
        }
    };
    let answer = exchange.map_or_else(|| "not reached".to_owned(), |it| came_back(it, redactor));
    format!("{}: {} → {answer}", one_line(&step.name), one_line(&sent))
}

fn sent_to(request: &Request) -> String {
    // The method of a guarded request is that of the guard.
    match request.endpoint {
        Endpoint::Guard => "request to the guard".to_owned(),
        endpoint => format!("{} {endpoint}", request.method),
    }
}

/// What a model says of a step, beside what came.
fn said(
    model: &Model,
    prediction: &Prediction,
    exchange: Option<&Exchange>,
    redactor: &Redactor<'_>,
) -> String {
    let (expected, fact) = (prediction.expected(), prediction.fact);
    let compared = exchange.and_then(|exchange| sequence::compared(prediction, exchange, redactor));
    let how = match (compared, model.judges(prediction)) {
        (None, _) => String::new(),
        (Some((Match::Agrees, _)), true) => ", agrees".to_owned(),
        (Some((_, came)), true) => format!(", DISAGREES: actual {}", one_line(&came)),
        (Some((_, came)), false) => format!(", not judged here: actual {}", one_line(&came)),
    };
    format!("; expected {expected} by {fact}{how}")
}

fn came_back(exchange: &Exchange, redactor: &Redactor<'_>) -> String {
    let answer = match &exchange.outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Skipped(missing) => format!("left out: {}", one_line(&missing.to_string())),
        Outcome::Fault(fault) => one_line(&redactor.redact(&fault.to_string())),
        Outcome::Answer(answer) => {
            let body = serde_json::from_slice::<serde_json::Value>(&answer.body).ok();
            let text = |name: &str| {
                let text = body.as_ref()?.get(name)?.as_str()?;
                Some(one_line(&redactor.redact(text)))
            };
            match (text("error"), text("error_description")) {
                (Some(error), Some(description)) => format!("{} {error} ({description})", answer.status),
                (Some(error), None) => format!("{} {error}", answer.status),
                (None, _) if answer.status / 100 == 3 => {
                    let view = View::new(answer, &exchange.route, &[], redactor);
                    format!("{} to {}", answer.status, view.leads_anywhere())
                }
                (None, _) => answer.status.to_string(),
            }
        }
    };
    match &exchange.unmet {
        Some(unmet) => format!("{answer}, but {}", one_line(&redactor.redact(unmet))),
        None => answer,
    }
}
