//! The watched fields of a case, one line each.

use serde_json::{Map, Value as Json};

use super::claims;
use super::redact::Redactor;
use crate::model::case::Purpose;
use crate::model::exchange::{Answer, Exchange, Fault, Outcome};
use crate::model::observation::Observation;
use crate::model::scenario::{Field, Token};
use crate::model::text::one_line;

/// The tokens of a token response, in the order in which they are named.
const TOKENS: [&str; 3] = ["access_token", "id_token", "refresh_token"];

/// The watched part of a case.
///
/// # Errors
/// The [`Fault`] that kept the case from an answer to look at.
pub fn observe(
    watch: &[Field],
    exchanges: &[Exchange],
    redactor: &Redactor<'_>,
) -> Result<Observation, Fault> {
    if let Some(last) = exchanges.last() {
        if let Outcome::Fault(fault) = &last.outcome {
            return Err(harmless(fault, redactor));
        }
        if let (Some(_), Outcome::Answer(answer)) = (&last.unmet, &last.outcome) {
            return Ok(blocked(&last.step, answer, redactor));
        }
    }
    let probes: Vec<(&str, &Answer)> = exchanges
        .iter()
        .filter(|exchange| exchange.purpose == Purpose::Probe)
        .filter_map(|exchange| match &exchange.outcome {
            Outcome::Answer(answer) => Some((exchange.step.as_str(), answer)),
            _ => None,
        })
        .collect();
    if probes.is_empty() {
        return Err(Fault::Unsendable("the case has no probe".to_owned()));
    }
    let mut observation = Observation::default();
    for (name, answer) in &probes {
        let view = View { answer, body: object(answer), exchanges, redactor };
        observation.granted |= view.grants_what_is_watched(watch);
        for field in watch {
            for (label, value) in view.lines(*field) {
                let label = if probes.len() > 1 { format!("{name}.{label}") } else { label };
                observation.lines.push((label, shown(&value)));
            }
        }
    }
    Ok(observation)
}

/// The same fault without a secret in what the target said.
fn harmless(fault: &Fault, redactor: &Redactor<'_>) -> Fault {
    let safe = |text: &str| one_line(&redactor.redact_secrets(text));
    match fault {
        Fault::Api(text) => Fault::Api(safe(text)),
        Fault::Broken(text) => Fault::Broken(safe(text)),
        Fault::Tls(text) => Fault::Tls(safe(text)),
        other => other.clone(),
    }
}

/// A value as it stands in an observation: never nothing, because a snapshot would lose the blank after the colon.
fn shown(value: &str) -> String {
    if value.trim().is_empty() { "(empty)".to_owned() } else { one_line(value.trim()) }
}

/// What stood in the way of the probe, as text that can be accepted like any other observation.
fn blocked(step: &str, answer: &Answer, redactor: &Redactor<'_>) -> Observation {
    let view = View { answer, body: object(answer), exchanges: &[], redactor };
    let line = |label: &str, value: String| (label.to_owned(), shown(&value));
    Observation {
        lines: vec![
            line("blocked at", step.to_owned()),
            line("status", answer.status.to_string()),
            line("error", view.error()),
        ],
        granted: false,
        blocked: true,
    }
}

fn object(answer: &Answer) -> Option<Map<String, Json>> {
    match serde_json::from_slice(&answer.body).ok()? {
        Json::Object(members) => Some(members),
        _ => None,
    }
}

struct View<'a> {
    answer: &'a Answer,
    body: Option<Map<String, Json>>,
    exchanges: &'a [Exchange],
    redactor: &'a Redactor<'a>,
}

impl View<'_> {
    fn lines(&self, field: Field) -> Vec<(String, String)> {
        let one = |label: &str, value: String| vec![(label.to_owned(), value)];
        match field {
            Field::Status => one("status", self.answer.status.to_string()),
            Field::Error => one("error", self.error()),
            Field::ErrorDescription => {
                one("error_description", presence(self.member("error_description").is_some()))
            }
            Field::Issued => one("issued", self.issued()),
            Field::AccessToken => {
                let there = self.text(Token::Access.member()).is_some();
                one("access token", if there { "issued" } else { "none" }.to_owned())
            }
            Field::TokenType => one("token_type", self.token_type()),
            Field::ExpiresIn => one("expires_in", self.expires_in()),
            Field::MediaType => one("media type", self.media_type()),
            Field::ErrorShape => one("error shape", self.error_shape()),
            Field::BodyEmpty => {
                one("body", if self.answer.body.is_empty() { "empty" } else { "not empty" }.to_owned())
            }
            Field::CacheControl => one("cache-control", self.cache_control()),
            Field::Header(name) => one(name, self.header(name)),
            Field::HasHeader(name) => one(name, presence(self.has_header(name))),
            Field::Scopes => one("scopes", self.scopes()),
            Field::Claim(token, claim) => {
                one(&format!("{}.{claim}", token.member()), self.claim(token, claim))
            }
            Field::SameClaim(token, claim, step) => {
                one(&format!("{}.{claim}", token.member()), self.same_claim(token, claim, step))
            }
            Field::TokenFor(role) => {
                let is_opaque =
                    self.text(Token::Access.member()).is_some() && self.claims_of(Token::Access).is_none();
                let answer = if self.is_token_for(role) {
                    "yes"
                } else if is_opaque {
                    "(not a JWT)"
                } else {
                    "no"
                };
                one(&format!("token for {role}"), answer.to_owned())
            }
            Field::RefreshTokenAgainst(step) => one("refresh_token", self.refresh_token_against(step)),
        }
    }

    fn member(&self, name: &str) -> Option<&Json> {
        self.body.as_ref()?.get(name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.member(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// Whether something was handed out, whatever the status says.
    fn grants(&self) -> bool {
        TOKENS.iter().any(|token| self.text(token).is_some())
    }

    fn grants_what_is_watched(&self, watch: &[Field]) -> bool {
        watch
            .iter()
            .find_map(|field| match field {
                Field::TokenFor(role) => Some(self.is_token_for(role)),
                _ => None,
            })
            .unwrap_or_else(|| self.grants())
    }

    fn is_token_for(&self, role: &str) -> bool {
        let Some((id, claims)) = self.redactor.client_id(role).zip(self.claims_of(Token::Access)) else {
            return false;
        };
        ["client_id", "sub", "aud"]
            .into_iter()
            .any(|claim| claims.get(claim).and_then(Json::as_str) == Some(id))
    }

    fn error(&self) -> String {
        if let Some(error) = self.redirected_error() {
            return self.redactor.redact_secrets(&error);
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

    /// The error with which a sign-in came back to the callback (RFC 6749 section 4.1.2.1).
    fn redirected_error(&self) -> Option<String> {
        let location = self.answer.header("location").filter(|_| self.answer.status / 100 == 3)?;
        let (_, params) = location.split_once(['?', '#'])?;
        url::form_urlencoded::parse(params.as_bytes())
            .find(|(name, _)| name == "error")
            .map(|(_, error)| error.into_owned())
    }

    fn issued(&self) -> String {
        let issued: Vec<&str> = TOKENS.into_iter().filter(|token| self.text(token).is_some()).collect();
        if issued.is_empty() { "nothing".to_owned() } else { issued.join(", ") }
    }

    fn token_type(&self) -> String {
        match self.member("token_type") {
            None => "(absent)".to_owned(),
            Some(Json::String(kind)) => self.redactor.redact_secrets(&kind.to_lowercase()),
            Some(other) => format!("({})", kind(other)),
        }
    }

    fn expires_in(&self) -> String {
        self.member("expires_in").map_or_else(|| "(absent)".to_owned(), |value| kind(value).to_owned())
    }

    fn media_type(&self) -> String {
        match self.answer.header("content-type") {
            None => "(absent)".to_owned(),
            Some(value) => value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase(),
        }
    }

    fn error_shape(&self) -> String {
        match self.member("error") {
            Some(Json::String(_)) => "object with a string error".to_owned(),
            _ => "not an object with a string error".to_owned(),
        }
    }

    fn cache_control(&self) -> String {
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

    fn has_header(&self, name: &str) -> bool {
        self.answer.headers.iter().any(|(present, _)| present == name)
    }

    fn header(&self, name: &str) -> String {
        match self.answer.header(name) {
            Some(value) => self.redactor.redact(value),
            None if self.has_header(name) => "(not text)".to_owned(),
            None => "(absent)".to_owned(),
        }
    }

    fn scopes(&self) -> String {
        match self.claims_of(Token::Access) {
            None if self.text(Token::Access.member()).is_some() => "(not a JWT)".to_owned(),
            None => "(no access token)".to_owned(),
            Some(claims) => match claims.get("scope") {
                None => "(absent)".to_owned(),
                Some(Json::String(scope)) => {
                    let mut scopes: Vec<String> = scope
                        .split(' ')
                        .filter(|scope| !scope.is_empty())
                        .map(|scope| self.redactor.redact_scope(scope))
                        .collect();
                    scopes.sort_unstable();
                    scopes.dedup();
                    scopes.join(" ")
                }
                Some(other) => format!("({})", kind(other)),
            },
        }
    }

    fn claims_of(&self, token: Token) -> Option<Map<String, Json>> {
        claims::payload(self.text(token.member())?)
    }

    fn claim(&self, token: Token, claim: &str) -> String {
        match self.claims_of(token).and_then(|mut claims| claims.remove(claim)) {
            None if self.text(token.member()).is_some() && self.claims_of(token).is_none() => {
                "(not a JWT)".to_owned()
            }
            None => "(absent)".to_owned(),
            Some(Json::String(text)) => self.redactor.redact(&text),
            Some(other) => self.redactor.redact(&other.to_string()),
        }
    }

    fn same_claim(&self, token: Token, claim: &str, step: &str) -> String {
        let now = self.claims_of(token).and_then(|mut claims| claims.remove(claim));
        let then = self.earlier(step).and_then(|view| view.claims_of(token)?.remove(claim));
        match (now, then) {
            (None, _) => "(absent)".to_owned(),
            (Some(now), Some(then)) if same(&now, &then, claim) => format!("as in {step}"),
            (Some(_), Some(_)) => format!("changed since {step}"),
            (Some(_), None) => format!("absent in {step}"),
        }
    }

    fn refresh_token_against(&self, step: &str) -> String {
        let then = self.earlier(step);
        match (self.text("refresh_token"), then.as_ref().and_then(|view| view.text("refresh_token"))) {
            (None, _) => "absent",
            (Some(now), Some(then)) if now == then => "the same",
            (Some(_), _) => "another",
        }
        .to_owned()
    }

    fn earlier(&self, step: &str) -> Option<View<'_>> {
        self.exchanges.iter().find(|exchange| exchange.step == step).and_then(|exchange| {
            match &exchange.outcome {
                Outcome::Answer(answer) => {
                    let (exchanges, redactor) = (self.exchanges, self.redactor);
                    Some(View { answer, body: object(answer), exchanges, redactor })
                }
                _ => None,
            }
        })
    }
}

/// Scopes are sets (RFC 6749 section 3.3); everything else is compared as it is.
fn same(now: &Json, then: &Json, claim: &str) -> bool {
    match (now, then) {
        (Json::String(now), Json::String(then)) if claim == "scope" => {
            let set =
                |text: &str| text.split(' ').map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
            set(now) == set(then)
        }
        _ => now == then,
    }
}

fn presence(there: bool) -> String {
    if there { "present" } else { "absent" }.to_owned()
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
