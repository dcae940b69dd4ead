//! An answer as the fields look at it: its header fields, its JSON body, and where it leads.

use serde_json::{Map, Value as Json};

use super::redact::Redactor;
use super::redirect::Redirect;
use crate::model::exchange::{Answer, Exchange, Outcome, Route};

/// The tokens of a token response, in the order in which they are named.
const TOKENS: [&str; 3] = ["access_token", "id_token", "refresh_token"];

/// One answer, with what it has to be read against.
pub(super) struct View<'a> {
    pub(super) answer: &'a Answer,
    pub(super) route: &'a Route,
    /// The JSON object in the body; of a redirect with tokens, what the URL carries.
    pub(super) body: Option<Map<String, Json>>,
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
        let body =
            Redirect::of(answer).token_response().or_else(|| match serde_json::from_slice(&answer.body) {
                Ok(Json::Object(members)) => Some(members),
                _ => None,
            });
        Self { answer, route, body, exchanges, redactor }
    }
}

impl View<'_> {
    /// A member of the JSON body.
    pub(super) fn member(&self, name: &str) -> Option<&Json> {
        self.body.as_ref()?.get(name)
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
        match &self.body {
            None if std::str::from_utf8(&self.answer.body).is_err() => "(not UTF-8)".to_owned(),
            None => "(not JSON)".to_owned(),
            Some(members) => match members.get("error") {
                None => "(absent)".to_owned(),
                Some(Json::String(error)) => self.redactor.redact_secrets(error),
                Some(other) => format!("({})", kind(other)),
            },
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
        self.member("expires_in").map_or_else(|| "(absent)".to_owned(), |value| kind(value).to_owned())
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
