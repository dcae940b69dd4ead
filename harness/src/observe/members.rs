//! Members of a JSON body, and what a bearer-protected endpoint says of a token.

use serde_json::Value as Json;
use url::{Host, Url};

use super::view::{View, kind};
use crate::model::endpoint::Endpoint;
use crate::model::scenario::Token;

impl View<'_> {
    /// Whether the status says that the request was met.
    pub(super) fn is_accepted(&self) -> bool {
        self.answer.status / 100 == 2
    }

    /// Whether something is said about a user.
    pub(super) fn discloses(&self) -> bool {
        self.is_accepted() && self.text("sub").is_some()
    }

    /// The error of the challenge (RFC 6750 section 3), wherever in the header it stands; else of the body.
    pub(super) fn bearer_error(&self) -> String {
        let challenges = self.answer.headers.iter().filter(|(name, _)| name == "www-authenticate");
        for text in challenges.filter_map(|(_, value)| std::str::from_utf8(value).ok()) {
            if let Some(error) = challenge_error(text) {
                return self.redactor.redact_secrets(error);
            }
        }
        self.error()
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

/// The `error` parameter of a challenge, quoted or not. AWS shows challenges without a scheme.
fn challenge_error(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let at = lower.match_indices("error").map(|(at, _)| at).find(|at| {
        let starts = !lower[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        starts && lower[at + "error".len()..].trim_start().starts_with('=')
    })?;
    let (_, value) = text[at..].split_once('=')?;
    let value = value.trim_start();
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([',', ' ', ';']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(challenge_error(text), error, "{text}");
        }
    }
}
