//! An answer as the fields look at it: its header fields, its JSON body, and where it leads.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value as Json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::json;
use super::redact::Redactor;
use super::redirect::Redirect;
use crate::model::case::{Action, ApiCall, Step};
use crate::model::exchange::{Answer, Exchange, Outcome, Route};

/// The tokens of a token response, in the order in which they are named.
const TOKENS: [&str; 3] = ["access_token", "id_token", "refresh_token"];

/// How far apart clocks may be that are right.
pub(super) const CLOCKS_APART: Duration = Duration::from_mins(5);

/// One answer, with what it has to be read against.
pub(super) struct View<'a> {
    pub(super) answer: &'a Answer,
    pub(super) route: &'a Route,
    /// The JSON object in the body; of a redirect with tokens, what the URL carries.
    pub(super) body: Option<Map<String, Json>>,
    /// The names of its members that are there more than once.
    repeated: BTreeSet<String>,
    /// Whether one of these was looked at.
    is_ambiguous: Cell<bool>,
    /// How far apart the clocks are, in seconds, if that was noticed.
    clocks: Cell<Option<u64>>,
    pub(super) exchanges: &'a [Exchange],
    pub(super) redactor: &'a Redactor<'a>,
}

impl<'a> View<'a> {
    /// The view of an answer.
    pub(super) fn new(
        answer: &'a Answer,
        route: &'a Route,
        exchanges: &'a [Exchange],
        redactor: &'a Redactor<'a>,
    ) -> Self {
        // A redirect is followed, whatever else its body says.
        let (body, repeated) = match Redirect::of(answer).token_response() {
            Some(members) => (Some(members), BTreeSet::new()),
            None => {
                json::object(&answer.body).map_or_else(Default::default, |it| (Some(it.members), it.repeated))
            }
        };
        Self {
            answer,
            route,
            body,
            repeated,
            is_ambiguous: Cell::default(),
            clocks: Cell::default(),
            exchanges,
            redactor,
        }
    }
}

impl View<'_> {
    /// A member of the JSON body.
    pub(super) fn member(&self, name: &str) -> Option<&Json> {
        if self.repeated.contains(name) {
            self.is_ambiguous.set(true);
        }
        self.body.as_ref()?.get(name)
    }

    /// Whether a member was looked at, since this was asked last, of which another reader may see another one.
    pub(super) fn was_ambiguous(&self) -> bool {
        self.is_ambiguous.take()
    }

    /// When the answer came, where the clock of the target should say the same.
    pub(super) fn came(&self) -> Option<u64> {
        let moves = |step: &Step| matches!(step.action, Action::Api(ApiCall::AdvanceClock(_)));
        self.route.came.filter(|_| !self.redactor.case().steps.iter().any(moves))
    }

    /// Takes down how far the clock of the target is from that of this machine, as far as the answer has a date (RFC 9110
    /// section 6.6.1): who of the two is wrong, nobody knows.
    pub(super) fn compare_clocks(&self) {
        let date = self.answer.header("date").and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok());
        let date = date.and_then(|date| u64::try_from(date.unix_timestamp()).ok());
        let apart = date.zip(self.came()).map(|(date, came)| date.abs_diff(came));
        self.clocks.set(apart.filter(|apart| *apart > CLOCKS_APART.as_secs()));
    }

    /// How far apart the clocks are, in seconds, where something depended on it that was looked at.
    pub(super) fn clocks_apart(&self) -> Option<u64> {
        self.clocks.get()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.member(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// Whether something was handed out, whatever the status says: a token, or a code at the end of a redirect.
    pub(super) fn grants(&self) -> bool {
        TOKENS.iter().any(|token| self.text(token).is_some()) || self.redirect().has("code")
    }

    pub(super) fn error(&self) -> String {
        // The error with which a sign-in came back to the callback (RFC 6749 section 4.1.2.1).
        if let Some(error) = self.redirect().get("error") {
            return self.redactor.redact_secrets(error);
        }
        if self.answer.body.is_empty() {
            return "(empty body)".to_owned();
        }
        match self.member("error") {
            None if self.body.is_some() => "(absent)".to_owned(),
            None if std::str::from_utf8(&self.answer.body).is_err() => "(not UTF-8)".to_owned(),
            None => "(not JSON)".to_owned(),
            Some(Json::String(error)) => self.redactor.redact_secrets(error),
            Some(other) => format!("({})", kind(other)),
        }
    }

    pub(super) fn issued(&self) -> String {
        let issued: Vec<&str> = TOKENS.into_iter().filter(|token| self.text(token).is_some()).collect();
        if issued.is_empty() { "nothing".to_owned() } else { issued.join(", ") }
    }

    pub(super) fn token_type(&self) -> String {
        match self.member("token_type") {
            None => "(absent)".to_owned(),
            Some(Json::String(kind)) => self.redactor.redact_secrets(kind).to_lowercase(),
            Some(other) => format!("({})", kind(other)),
        }
    }

    pub(super) fn expires_in(&self) -> String {
        match self.member("expires_in") {
            None => "(absent)".to_owned(),
            // RFC 6749 appendix A.14: digits and nothing else.
            Some(Json::Number(number)) if !number.is_u64() => "(number, but not of whole seconds)".to_owned(),
            Some(value) => kind(value).to_owned(),
        }
    }

    pub(super) fn media_type(&self) -> String {
        match self.answer.header("content-type") {
            None => "(absent)".to_owned(),
            Some(value) => {
                let media_type = value.split(';').next().unwrap_or_default().trim();
                self.redactor.redact_secrets(media_type).to_ascii_lowercase()
            }
        }
    }

    pub(super) fn error_shape(&self) -> String {
        match self.member("error") {
            Some(Json::String(_)) => "object with a string error".to_owned(),
            _ => "not an object with a string error".to_owned(),
        }
    }

    pub(super) fn cache_control(&self) -> String {
        let mut values = self
            .answer
            .headers
            .iter()
            .filter(|(name, _)| name == "cache-control")
            .map(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase())
            .peekable();
        if values.peek().is_none() {
            return "(absent)".to_owned();
        }
        let forbidden = values.any(|value| value.split(',').any(|directive| directive.trim() == "no-store"));
        if forbidden { "no-store" } else { "(without no-store)" }.to_owned()
    }

    pub(super) fn has_header(&self, name: &str) -> bool {
        self.answer.headers.iter().any(|(present, _)| present == name)
    }

    pub(super) fn header(&self, name: &str) -> String {
        match self.answer.header(name) {
            Some(value) => self.redactor.redact(value),
            None if self.has_header(name) => "(not text)".to_owned(),
            None => "(absent)".to_owned(),
        }
    }

    pub(super) fn refresh_token_against(&self, step: &str) -> String {
        let then = self.earlier(step);
        match (self.text("refresh_token"), then.as_ref().and_then(|view| view.text("refresh_token"))) {
            (None, _) => "absent",
            (Some(now), Some(then)) if now == then => "the same",
            (Some(_), _) => "another",
        }
        .to_owned()
    }

    /// The answer of an earlier step.
    pub(super) fn earlier(&self, step: &str) -> Option<View<'_>> {
        let exchange = self.exchanges.iter().find(|exchange| exchange.step == step)?;
        match &exchange.outcome {
            Outcome::Answer(answer) => {
                Some(View::new(answer, &exchange.route, self.exchanges, self.redactor))
            }
            _ => None,
        }
    }
}

/// Whether something is there.
pub(super) fn presence(there: bool) -> String {
    if there { "present" } else { "absent" }.to_owned()
}

/// The JSON type of a value.
pub(super) fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
