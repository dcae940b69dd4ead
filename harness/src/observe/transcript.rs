//! What happened in a case, a line a step, for a reader: no values of secrets, no bodies of successes.

use super::redact::Redactor;
use super::view::View;
use crate::model::case::{Action, Case, Purpose};
use crate::model::exchange::{Exchange, Outcome};
use crate::model::text::one_line;

/// One line a step: what was sent, and what came back.
pub fn transcript(case: &Case, exchanges: &[Exchange], redactor: &Redactor<'_>) -> Vec<String> {
    case.steps
        .iter()
        .filter(|step| step.purpose != Purpose::Cleanup)
        .zip(exchanges.iter().map(Some).chain(std::iter::repeat(None)))
        .map(|(step, exchange)| {
            let sent = match &step.action {
                Action::Send(request) => format!("{} {}", request.method, request.endpoint),
                Action::SignIn(_) => "sign in over HTTP".to_owned(),
                Action::Api(_) => "management API".to_owned(),
                Action::Pause(millis) => format!("wait {millis} ms"),
                Action::UntilRefused(request) => {
                    format!("{} {} until it is refused", request.method, request.endpoint)
                }
            };
            let answer = exchange.map_or_else(|| "not reached".to_owned(), |it| came_back(it, redactor));
            format!("{}: {} → {answer}", one_line(&step.name), one_line(&sent))
        })
        .collect()
}

fn came_back(exchange: &Exchange, redactor: &Redactor<'_>) -> String {
    let answer = match &exchange.outcome {
        Outcome::Done => "done".to_owned(),
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
