//! Members of a JSON body, and what a bearer-protected endpoint says of a token.

use serde_json::Value as Json;
use url::{Host, Url};

use super::challenge::Challenge;
use super::view::{View, kind};
use crate::model::endpoint::Endpoint;
use crate::model::scenario::Token;
use crate::model::text::one_line;

type Members = serde_json::Map<String, Json>;

/// Members that say something about a user (`OpenID` Connect Core section 5.1).
const ABOUT_USERS: [&str; 4] = ["sub", "username", "email", "phone_number"];

impl View<'_> {
    /// Whether the status says that the request was met.
    pub(super) fn is_accepted(&self) -> bool {
        self.answer.status / 100 == 2
    }

    /// Whether something is said about a user, whatever the status says.
    pub(super) fn discloses(&self) -> bool {
        ABOUT_USERS.iter().any(|name| self.text(name).is_some())
    }

    /// The error of the challenge (RFC 6750 section 3), wherever in the header it stands; else of the body.
    pub(super) fn bearer_error(&self) -> String {
        let challenges = self.answer.headers.iter().filter(|(name, _)| name == "www-authenticate");
        for text in challenges.filter_map(|(_, value)| std::str::from_utf8(value).ok()) {
            if let Some(error) = Challenge::read(text).param("error") {
                return self.redactor.redact_secrets(error);
            }
        }
        self.error()
    }

    /// Scheme and parameters of the first challenge, without their values.
    pub(super) fn challenge(&self) -> String {
        match self.answer.header("www-authenticate") {
            None if self.has_header("www-authenticate") => "(not text)".to_owned(),
            None => "(absent)".to_owned(),
            Some(text) => self.redactor.redact_secrets(&challenge_form(text)),
        }
    }

    /// What the body of a refusal is.
    pub(super) fn error_body(&self) -> &'static str {
        match self.member("error") {
            _ if self.answer.body.is_empty() => "empty, or JSON with an error",
            Some(Json::String(_)) => "empty, or JSON with an error",
            _ => "something else",
        }
    }

    /// A member as text; of another type only which.
    pub(super) fn member_text(&self, name: &str) -> String {
        match self.member(name) {
            None => "(absent)".to_owned(),
            Some(Json::String(text)) => self.redactor.redact(text),
            Some(other) => format!("({})", kind(other)),
        }
    }

    /// The JSON type of a member.
    pub(super) fn member_kind(&self, name: &str) -> &'static str {
        self.member(name).map_or("(absent)", kind)
    }

    /// Which of these members are not there.
    pub(super) fn lacks(&self, names: &[&str]) -> String {
        let missing: Vec<&str> = names.iter().copied().filter(|name| self.member(name).is_none()).collect();
        if self.body.is_none() {
            "(no JSON object)".to_owned()
        } else if missing.is_empty() {
            "all there".to_owned()
        } else {
            format!("without {}", missing.join(", "))
        }
    }

    /// Which of these members are there.
    pub(super) fn has(&self, names: &[&str]) -> String {
        let present: Vec<&str> = names.iter().copied().filter(|name| self.member(name).is_some()).collect();
        if self.body.is_none() {
            "(no JSON object)".to_owned()
        } else if present.is_empty() {
            "none".to_owned()
        } else {
            present.join(", ")
        }
    }

    /// Which members are there that an earlier step's answer lacks, and the other way round.
    pub(super) fn same_members(&self, step: &str) -> String {
        let earlier = self.earlier(step);
        let then = earlier.as_ref().and_then(|view| view.body.as_ref());
        let (Some(now), Some(then)) = (self.body.as_ref(), then) else {
            return "(no JSON object)".to_owned();
        };
        let only = |one: &Members, other: &Members, what: &str| {
            let names: Vec<String> =
                one.keys().filter(|name| !other.contains_key(*name)).map(|name| one_line(name)).collect();
            (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
        };
        let differences: Vec<String> =
            [only(now, then, "with"), only(then, now, "without")].into_iter().flatten().collect();
        if differences.is_empty() {
            format!("as in {step}")
        } else {
            self.redactor.redact_secrets(&differences.join("; "))
        }
    }

    /// Which of these texts a list lacks.
    pub(super) fn lists(&self, name: &str, texts: &[&str]) -> String {
        match self.member(name) {
            None => "(absent)".to_owned(),
            Some(Json::Array(values)) => {
                let is_there = |text: &&str| values.iter().any(|value| value.as_str() == Some(text));
                let missing: Vec<&str> = texts.iter().copied().filter(|text| !is_there(text)).collect();
                if missing.is_empty() {
                    format!("with {}", texts.join(", "))
                } else {
                    format!("without {}", missing.join(", "))
                }
            }
            Some(other) => format!("({})", kind(other)),
        }
    }

    /// Which texts of a list have this text in them.
    pub(super) fn listed_with(&self, name: &str, text: &str) -> String {
        match self.member(name) {
            None => "(absent)".to_owned(),
            Some(Json::Array(values)) => {
                let texts = values.iter().filter_map(Json::as_str).filter(|value| value.contains(text));
                let found: Vec<String> = texts.map(|text| self.redactor.redact(text)).collect();
                if found.is_empty() { "none".to_owned() } else { found.join(" ") }
            }
            Some(other) => format!("({})", kind(other)),
        }
    }

    /// Whether a member is the URL at which the target is asked for this endpoint.
    pub(super) fn member_is_url_of(&self, name: &str, endpoint: Endpoint) -> String {
        match (self.member(name), self.redactor.url(endpoint)) {
            (None, _) => "(absent)".to_owned(),
            (Some(Json::String(said)), Some(asked)) if said == asked => format!("URL of {endpoint}"),
            (Some(Json::String(said)), Some(asked)) if is_same_loopback(said, asked) => {
                format!("URL of {endpoint}")
            }
            // What only says so is none.
            (Some(Json::String(said)), _) if said.starts_with("URL of ") => {
                format!("{:?}", self.redactor.redact(said))
            }
            (Some(Json::String(said)), _) => self.redactor.redact(said),
            (Some(other), _) => format!("({})", kind(other)),
        }
    }

    /// Whether a member is the claim of a token that an earlier step brought.
    pub(super) fn member_is_claim(&self, member: &str, token: Token, claim: &str, step: &str) -> String {
        let then = self.earlier(step).and_then(|view| view.claims_of(token)?.remove(claim));
        match (self.member(member), then) {
            (None, _) => "(absent)".to_owned(),
            (Some(now), Some(then)) if *now == then => format!("{claim} of the {} of {step}", token.member()),
            (Some(_), Some(_)) => format!("not {claim} of the {} of {step}", token.member()),
            (Some(_), None) => format!("{claim} is not in the {} of {step}", token.member()),
        }
    }
}

/// Whether two URLs differ only in how this machine is called.
fn is_same_loopback(one: &str, other: &str) -> bool {
    let named = |url: &str| {
        let mut url = Url::parse(url).ok()?;
        let here = match url.host()? {
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
            Host::Domain(name) => name == "localhost",
        };
        here.then_some(())?;
        url.set_host(Some("localhost")).ok()?;
        Some(url)
    };
    named(one).is_some_and(|one| Some(one) == named(other))
}

/// The scheme of a challenge, if it has one, and the names of its parameters: `Bearer: realm, error`.
fn challenge_form(text: &str) -> String {
    let challenge = Challenge::read(text);
    let names: Vec<String> = challenge.params.iter().map(|(name, _)| one_line(name)).collect();
    match (challenge.scheme, names.join(", ")) {
        (_, names) if names.is_empty() => format!("{}: nothing", one_line(text.trim())),
        (Some(scheme), names) => format!("{}: {names}", one_line(&scheme)),
        (None, names) => names,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::model::case::{Case, Purpose};
    use crate::model::exchange::{Answer, Exchange, Outcome, Route};
    use crate::model::scenario::Field;
    use crate::observe::project::observe;
    use crate::observe::redact::{FixtureNames, Redactor};

    /// What a field says of the second of two answers.
    fn seen(field: Field, before: &str, now: &str, challenge: &str) -> String {
        let exchange = |step: &str, purpose, body: &str| Exchange {
            step: step.to_owned(),
            purpose,
            outcome: Outcome::Answer(Answer {
                status: 200,
                headers: vec![("www-authenticate".to_owned(), challenge.as_bytes().to_vec())],
                body: body.as_bytes().to_vec(),
            }),
            unmet: None,
            route: Route::default(),
            took: Duration::ZERO,
        };
        let exchanges = [exchange("first", Purpose::Setup, before), exchange("then", Purpose::Probe, now)];
        let names = FixtureNames::new(&Arc::default());
        let (captured, case) = (BTreeMap::new(), Case::default());
        let redactor = Redactor::new(&names, &captured, &case);
        observe(&[field], &exchanges, &redactor).unwrap().text()
    }

    #[test]
    fn members_are_compared_by_name() {
        let same = |before, now| seen(Field::SameMembers("first"), before, now, "");
        assert_eq!(same(r#"{"a":1,"b":2}"#, r#"{"b":"x","a":null}"#), "members: as in first");
        assert_eq!(same(r#"{"a":1,"b":2}"#, r#"{"b":2,"c":3}"#), "members: with c; without a");
        assert_eq!(same("[]", "{}"), "members: (no JSON object)");
    }

    #[test]
    fn what_a_target_puts_into_names_is_hidden() {
        let secret = "wew4nnpu5pshyiqsoq4r03yoq99d87jun3lb76e1uusytr3d1ck";
        let body = format!(r#"{{"{secret}":1}}"#);
        assert_eq!(seen(Field::SameMembers("first"), "{}", &body, ""), "members: with <hidden>");
        let challenge = format!("Bearer {secret}=x");
        assert_eq!(seen(Field::Challenge, "", "", &challenge), "challenge: Bearer: <hidden>");
    }

    #[test]
    fn a_refusal_has_no_body_or_an_error() {
        for (body, form) in [
            ("", "empty, or JSON with an error"),
            (r#"{"error":"invalid_token"}"#, "empty, or JSON with an error"),
            (r#"{"error":1}"#, "something else"),
            ("<html>", "something else"),
        ] {
            assert_eq!(seen(Field::ErrorBody, "", body, ""), format!("body: {form}"), "{body}");
        }
    }

    #[test]
    fn the_form_of_a_challenge_is_its_scheme_and_the_names() {
        for (text, form) in [
            (r#"error="invalid_token", error_description="a = b, c""#, "error, error_description"),
            (r#"Bearer realm="x", error=invalid_token, Scope = "y""#, "Bearer: realm, error, scope"),
            ("Bearer", "Bearer: nothing"),
            ("", ": nothing"),
        ] {
            assert_eq!(challenge_form(text), form, "{text}");
        }
    }

    #[test]
    fn this_machine_has_more_than_one_name() {
        let url = "http://127.0.0.1:9229/oauth2/token";
        for (other, same) in [
            ("http://localhost:9229/oauth2/token", true),
            ("http://[::1]:9229/oauth2/token", true),
            ("http://localhost:9230/oauth2/token", false),
            ("https://localhost:9229/oauth2/token", false),
            ("http://localhost:9229/oauth2/token/", false),
            ("http://example.test:9229/oauth2/token", false),
            ("not a URL", false),
        ] {
            assert_eq!(is_same_loopback(url, other), same, "{other}");
        }
        assert!(!is_same_loopback("https://a.test/x", "https://a.test/x"), "compared as texts before");
    }

    #[test]
    fn the_error_of_a_challenge_is_found_in_every_form() {
        for (text, error) in [
            (r#"Bearer realm="x", error="invalid_token", error_description="gone""#, Some("invalid_token")),
            (r#"error="invalid_request", error_description="Bad OAuth2 request""#, Some("invalid_request")),
            ("Bearer error=invalid_token", Some("invalid_token")),
            ("Bearer", None),
            (r#"Bearer my_error="x""#, None),
        ] {
            assert_eq!(Challenge::read(text).param("error"), error, "{text}");
        }
    }
}
