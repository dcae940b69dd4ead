//! The steps of a case against the predictions of a model.

use super::redact::Redactor;
use super::view::View;
use crate::model::exchange::{Answer, Exchange, Outcome};
use crate::model::observation::Observation;
use crate::model::prediction::{Expected, Model, Prediction, Sign};
use crate::model::text::one_line;

/// The one line of such an observation.
const LABEL: &str = "steps that disagree";

/// How an answer compares with its prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// As predicted.
    Agrees,
    /// Refused as predicted, with another status or error.
    InForm,
    /// Granted where a refusal was predicted, or refused where a grant was.
    InOutcome,
}

/// An answer that is not as predicted.
pub(super) struct Disagreement {
    /// What is done, by which fact, what was expected and what came, without anything that depends on the case.
    text: String,
    granted: bool,
}

impl Disagreement {
    pub(super) fn observation(self) -> Observation {
        Observation {
            lines: vec![(LABEL.to_owned(), self.text)],
            granted: self.granted,
            ..Observation::default()
        }
    }
}

/// What is observed where every judged step is as predicted.
pub(super) fn agreement() -> Observation {
    Observation { lines: vec![(LABEL.to_owned(), "none".to_owned())], ..Observation::default() }
}

/// The first judged step with another outcome than predicted; if there is none, the first that is refused otherwise.
/// Only the first: after it, target and model no longer speak of the same state.
pub(super) fn disagreement(
    model: &Model,
    exchanges: &[Exchange],
    redactor: &Redactor<'_>,
) -> Option<Disagreement> {
    let predictions = (model.predict)(redactor.case());
    let compared: Vec<(&Prediction, View<'_>, Match)> = predictions
        .iter()
        .filter(|prediction| model.judges(prediction))
        .filter_map(|prediction| {
            let exchange = exchanges.iter().find(|exchange| exchange.step == prediction.step)?;
            let view = view(exchange, exchanges, redactor)?;
            let found = compare(prediction, &view);
            Some((prediction, view, found))
        })
        .collect();
    let first = |wanted: Match| compared.iter().find(|(_, _, found)| *found == wanted);
    let (prediction, view, _) = first(Match::InOutcome).or_else(|| first(Match::InForm))?;
    let (expected, came) = (prediction.expected(), came(prediction, view));
    let text = format!("{} ({}): expected {expected}, got {came}", prediction.what, prediction.fact);
    Some(Disagreement { text: one_line(&text), granted: view.shows(prediction.sign) })
}

/// How the answer of a step compares with its prediction, and what came; `None` where there is no answer.
pub(super) fn compared(
    prediction: &Prediction,
    exchange: &Exchange,
    redactor: &Redactor<'_>,
) -> Option<(Match, String)> {
    let view = view(exchange, &[], redactor)?;
    Some((compare(prediction, &view), came(prediction, &view)))
}

fn view<'a>(
    exchange: &'a Exchange,
    exchanges: &'a [Exchange],
    redactor: &'a Redactor<'a>,
) -> Option<View<'a>> {
    let answer: &Answer = match &exchange.outcome {
        Outcome::Answer(answer) => answer,
        _ => return None,
    };
    Some(View::new(answer, &exchange.route, exchanges, redactor))
}

fn compare(prediction: &Prediction, view: &View<'_>) -> Match {
    let granted = view.shows(prediction.sign);
    match prediction.expected {
        Expected::Granted if granted => Match::Agrees,
        Expected::Refused { status, errors } if !granted => {
            let as_said = errors.is_empty() || errors.contains(&view.refusal(prediction.sign).as_str());
            if view.answer.status == status && as_said { Match::Agrees } else { Match::InForm }
        }
        _ => Match::InOutcome,
    }
}

/// What came, as shortly as what was expected.
fn came(prediction: &Prediction, view: &View<'_>) -> String {
    let (sign, status) = (prediction.sign, view.answer.status);
    if view.shows(sign) {
        return sign.to_string();
    }
    match view.refusal(sign) {
        error if error.is_empty() => status.to_string(),
        error => format!("{status} {error}"),
    }
}

impl View<'_> {
    fn shows(&self, sign: Sign) -> bool {
        match sign {
            Sign::Tokens => self.grants(),
            Sign::Renewable => self.grants() && self.text("refresh_token").is_some(),
            Sign::User => self.discloses(),
            Sign::Success => self.is_accepted(),
        }
    }

    fn refusal(&self, sign: Sign) -> String {
        match sign {
            Sign::User => self.bearer_error(),
            Sign::Renewable if self.grants() => "without a refresh token".to_owned(),
            Sign::Tokens | Sign::Renewable | Sign::Success => self.error(),
        }
    }
}
