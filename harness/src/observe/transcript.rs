//! What happened in a case, a line a step, for a reader: no values of secrets, no bodies of successes.

use super::redact::Redactor;
use crate::model::case::{Action, Case};
use crate::model::exchange::{Exchange, Outcome};
use crate::model::text::one_line;

/// One line a step: what was sent, and what came back.
pub fn transcript(case: &Case, exchanges: &[Exchange], redactor: &Redactor) -> Vec<String> {
    case.steps
        .iter()
        .zip(exchanges.iter().map(Some).chain(std::iter::repeat(None)))
        .map(|(step, exchange)| {
            let sent = match &step.action {
                Action::Send(request) => format!("{} {}", request.method, request.endpoint),
                Action::SignIn(_) => "sign in over HTTP".to_owned(),
                Action::Api(call) => format!("management API: {}", call.operation().name()),
                Action::Pause(millis) => format!("wait {millis} ms"),
            };
            let answer = exchange.map_or_else(|| "not reached".to_owned(), |it| came_back(it, redactor));
            format!("{}: {} → {answer}", step.name, one_line(&sent))
        })
        .collect()
}

fn came_back(exchange: &Exchange, redactor: &Redactor) -> String {
    let answer = match &exchange.outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Fault(fault) => one_line(&redactor.redact(&fault.to_string())),
        Outcome::Answer(answer) => {
            let error = serde_json::from_slice::<serde_json::Value>(&answer.body)
                .ok()
                .and_then(|body| body.get("error")?.as_str().map(str::to_owned));
            match error {
                Some(error) => format!("{} {}", answer.status, one_line(&redactor.redact(&error))),
                None => answer.status.to_string(),
            }
        }
    };
    match &exchange.unmet {
        Some(unmet) => format!("{answer}, but {}", one_line(&redactor.redact(unmet))),
        None => answer,
    }
}
