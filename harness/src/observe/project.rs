//! The watched fields of a case, one line each.

use super::redact::Redactor;
use super::sequence;
use super::view::{View, presence};
use crate::model::case::Purpose;
use crate::model::exchange::{Answer, Exchange, Fault, Outcome, Route};
use crate::model::observation::Observation;
use crate::model::place::Place;
use crate::model::scenario::{Field, Token};
use crate::model::text::one_line;

/// The watched part of a case.
///
/// # Errors
/// The [`Fault`] that kept the case from an answer to look at.
pub fn observe(
    watch: &[Field],
    exchanges: &[Exchange],
    redactor: &Redactor<'_>,
) -> Result<Observation, Fault> {
    let model = watch.iter().find_map(|field| match field {
        Field::Model(model) => Some(*model),
        _ => None,
    });
    if let Some(model) = model
        && let Some(disagreement) = sequence::disagreement(model, exchanges, redactor)
    {
        return Ok(disagreement.observation());
    }
    if let Some(last) = exchanges.last() {
        if let Outcome::Fault(fault) = &last.outcome {
            return Err(harmless(fault, redactor));
        }
        if let (Some(_), Outcome::Answer(answer)) = (&last.unmet, &last.outcome) {
            return Ok(blocked(&last.step, answer, &last.route, redactor));
        }
    }
    let probes: Vec<(&str, &Answer, &Route)> = exchanges
        .iter()
        .filter(|exchange| exchange.purpose == Purpose::Probe)
        .filter_map(|exchange| match &exchange.outcome {
            Outcome::Answer(answer) => Some((exchange.step.as_str(), answer, &exchange.route)),
            _ => None,
        })
        .collect();
    if model.is_some() {
        return Ok(sequence::agreement());
    }
    if probes.is_empty() {
        return Err(Fault::Unsendable("the case has no probe".to_owned()));
    }
    let mut observation = Observation::default();
    for (name, answer, route) in &probes {
        let view = View::new(answer, route, exchanges, redactor);
        observation.granted |= view.grants_what_is_watched(watch);
        for field in watch {
            for (label, value) in view.lines(*field) {
                let label = if probes.len() > 1 { format!("{name}.{label}") } else { label };
                observation.lines.push((label, shown(&value)));
            }
        }
        if let Some(seconds) = view.clocks_apart() {
            return Err(Fault::Clock(seconds));
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
        // It may name where a redirect of the target leads.
        Fault::Precondition(text) => Fault::Precondition(safe(text)),
        Fault::Unsendable(text) => Fault::Unsendable(safe(text)),
        other => other.clone(),
    }
}

/// A value as it stands in an observation: never nothing, because a snapshot would lose the blank after the colon.
fn shown(value: &str) -> String {
    if value.trim().is_empty() { "(empty)".to_owned() } else { one_line(value.trim()) }
}

/// What stood in the way of the probe, as text that can be accepted like any other observation.
fn blocked(step: &str, answer: &Answer, route: &Route, redactor: &Redactor<'_>) -> Observation {
    let view = View::new(answer, route, &[], redactor);
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

impl View<'_> {
    /// The lines of a field. What depends on which of several members of one name a reader takes is none of them.
    fn lines(&self, field: Field) -> Vec<(String, String)> {
        self.was_ambiguous();
        let lines = self.read(field);
        if !self.was_ambiguous() {
            return lines;
        }
        lines.into_iter().map(|(label, _)| (label, "(more than once)".to_owned())).collect()
    }

    fn read(&self, field: Field) -> Vec<(String, String)> {
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
            Field::ScopesOf(input) => one("scopes", self.scopes_of(input)),
            Field::FurtherScopes(known) => one("further scopes", self.further_scopes(known)),
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
            Field::LeadsTo => one("leads to", self.leads_to().to_string()),
            Field::LeavesTo => one("leads to", self.leaves_to().to_string()),
            Field::Carries => one("carries", self.carries()),
            Field::StateEcho => one("state", self.state_echo().to_owned()),
            Field::RedirectParam(name) => one(name, self.redirect_param(name)),
            Field::ParamKept(name) => one(name, self.param_kept(name).to_owned()),
            Field::QueryKept => one("query", self.query_kept().to_owned()),
            Field::CookieGuards(name) => one(&format!("cookie {name}"), self.cookie_guards(name)),
            Field::SignInForm => one("form", self.sign_in_form()),
            Field::RedirectScopes => one("scope", self.redirect_scopes()),
            Field::Accepted => one("accepted", if self.is_accepted() { "yes" } else { "no" }.to_owned()),
            Field::BearerError => one("error", self.bearer_error()),
            Field::Challenge => one("challenge", self.challenge()),
            Field::ErrorBody => one("body", self.error_body().to_owned()),
            Field::Disclosed => {
                one("user", if self.discloses() { "disclosed" } else { "not disclosed" }.to_owned())
            }
            Field::Member(name) => one(name, self.member_text(name)),
            Field::MemberKind(name) => one(name, self.member_kind(name).to_owned()),
            Field::Members(names) => one("members", self.lacks(names)),
            Field::NoMembers(names) => one("further members", self.has(names)),
            Field::SameMembers(step) => one("members", self.same_members(step)),
            Field::Lists(name, texts) => one(name, self.lists(name, texts)),
            Field::ListedWith(name, text) => {
                one(&format!("{name} with {text}"), self.listed_with(name, text))
            }
            Field::MemberIsUrlOf(name, endpoint) => one(name, self.member_is_url_of(name, endpoint)),
            Field::MemberIsClaim(member, token, claim, step) => {
                one(member, self.member_is_claim(member, token, claim, step))
            }
            Field::ClaimKind(token, claim) => {
                one(&format!("{}.{claim}", token.member()), self.claim_kind(token, claim))
            }
            Field::Claims(token, names) => {
                one(&format!("{} claims", token.member()), self.lacks_claims(token, names))
            }
            Field::NoClaims(token, names) => {
                one(&format!("{} further claims", token.member()), self.has_claims(token, names))
            }
            Field::TokenHeader(token) => one(&format!("{} header", token.member()), self.token_header(token)),
            Field::Holds(relation) => one(&super::relations::name(relation), self.holds(relation)),
            Field::Seconds(span, input) => one(&super::relations::span_name(span), self.seconds(span, input)),
            Field::Signature(token, step) => {
                one(&format!("{} signature", token.member()), self.signature(token, step))
            }
            Field::KeySet => self.key_set(),
            // It is about the whole case and not about one answer.
            Field::Model(_) => Vec::new(),
            Field::Admitted
            | Field::Body
            | Field::BodyContains(_)
            | Field::EchoedScopes
            | Field::ChallengeParam(_)
            | Field::HeaderContains(..)
            | Field::ShowsToken
            | Field::Echoed(_) => self.guard_lines(field),
        }
    }

    fn grants_what_is_watched(&self, watch: &[Field]) -> bool {
        // These narrow what counts: a token for the client itself, or one with the scopes it may have, is no breach.
        let narrowed = watch.iter().find_map(|field| match field {
            Field::TokenFor(role) => Some(self.is_token_for(role)),
            Field::FurtherScopes(known) => Some(self.has_further_scopes(known)),
            _ => None,
        });
        narrowed.unwrap_or_else(|| {
            self.grants()
                || watch.iter().any(|field| match field {
                    Field::LeadsTo => self.offers_sign_in(),
                    Field::LeavesTo => matches!(self.leaves_to(), Place::SignOutUrl | Place::Callback),
                    Field::Accepted | Field::Admitted => self.is_accepted(),
                    Field::Disclosed => self.discloses(),
                    _ => false,
                })
        })
    }
}
