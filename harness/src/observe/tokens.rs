//! What stands in the tokens of an answer. Nothing is verified here but what [`super::keys`] verifies.

use std::time::Duration;

use serde_json::{Map, Value as Json};

use super::claims;
use super::view::{CLOCKS_APART, View, kind};
use crate::model::scenario::Token;

impl View<'_> {
    pub(super) fn scopes(&self) -> String {
        match self.scope_set() {
            Ok(scopes) => scopes.join(" "),
            Err(why) => why,
        }
    }

    /// The scopes of the access token besides these; a token that cannot be read may have any.
    pub(super) fn further_scopes(&self, known: &[&str]) -> String {
        match self.scope_set() {
            Ok(scopes) => {
                let further: Vec<String> =
                    scopes.into_iter().filter(|scope| !known.contains(&scope.as_str())).collect();
                if further.is_empty() { "none".to_owned() } else { further.join(" ") }
            }
            Err(_) if self.text(Token::Access.member()).is_none() => "none".to_owned(),
            Err(why) => why,
        }
    }

    pub(super) fn has_further_scopes(&self, known: &[&str]) -> bool {
        self.scope_set().is_ok() && self.further_scopes(known) != "none"
    }

    /// The scopes of the access token, sorted and each once, or what to say in their place.
    fn scope_set(&self) -> Result<Vec<String>, String> {
        let Some(claims) = self.claims_of(Token::Access) else {
            let opaque = self.text(Token::Access.member()).is_some();
            return Err(if opaque { "(not a JWT)" } else { "(no access token)" }.to_owned());
        };
        match claims.get("scope") {
            None => Err("(absent)".to_owned()),
            Some(Json::String(scope)) => {
                let mut scopes: Vec<String> = scope
                    .split(' ')
                    .filter(|scope| !scope.is_empty())
                    .map(|scope| self.redactor.redact_scope(scope))
                    .collect();
                scopes.sort_unstable();
                scopes.dedup();
                Ok(scopes)
            }
            Some(other) => Err(format!("({})", kind(other))),
        }
    }

    /// The scopes, or the name of the input that lists the same.
    pub(super) fn scopes_of(&self, input: &str) -> String {
        let scopes = self.scopes();
        let mut wanted: Vec<&str> =
            self.redactor.input(input).unwrap_or_default().split_whitespace().collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.join(" ") == scopes { format!("<input:{input}>") } else { scopes }
    }

    pub(super) fn claims_of(&self, token: Token) -> Option<Map<String, Json>> {
        claims::payload(self.text(token.member())?)
    }

    pub(super) fn claim(&self, token: Token, claim: &str) -> String {
        match self.claims_of(token).and_then(|mut claims| claims.remove(claim)) {
            None if self.text(token.member()).is_some() && self.claims_of(token).is_none() => {
                "(not a JWT)".to_owned()
            }
            None => "(absent)".to_owned(),
            Some(Json::String(text)) => self.redactor.redact(&text),
            Some(other) => self.redactor.redact(&other.to_string()),
        }
    }

    pub(super) fn same_claim(&self, token: Token, claim: &str, step: &str) -> String {
        let now = self.claims_of(token).and_then(|mut claims| claims.remove(claim));
        let then = self.earlier(step).and_then(|view| view.claims_of(token)?.remove(claim));
        match (now, then) {
            (None, _) => "(absent)".to_owned(),
            (Some(now), Some(then)) if same(&now, &then, claim) => format!("as in {step}"),
            (Some(_), Some(_)) => format!("changed since {step}"),
            (Some(_), None) => format!("absent in {step}"),
        }
    }

    pub(super) fn is_token_for(&self, role: &str) -> bool {
        let Some((id, claims)) = self.redactor.client_id(role).zip(self.claims_of(Token::Access)) else {
            return false;
        };
        ["client_id", "sub", "aud"]
            .into_iter()
            .any(|claim| claims.get(claim).and_then(Json::as_str) == Some(id))
    }

    /// The JSON type of a claim; of a time that the token cannot have been issued at, or until, that it is another one.
    pub(super) fn claim_kind(&self, token: Token, claim: &str) -> String {
        let Some(claims) = self.claims_of(token) else { return self.no_claims(token) };
        match claims.get(claim) {
            None => "(absent)".to_owned(),
            Some(value) if self.is_another_time(claim, value) => "number, but of another time".to_owned(),
            Some(value) => kind(value).to_owned(),
        }
    }

    /// Whether a token that has just been issued says that it was issued at another time, or that it is over.
    fn is_another_time(&self, claim: &str, value: &Json) -> bool {
        let (Some(came), Some(said)) = (self.came(), value.as_f64()) else { return false };
        let later = said - Duration::from_secs(came).as_secs_f64();
        let leeway = CLOCKS_APART.as_secs_f64();
        let is_another = match claim {
            "iat" => later.abs() > leeway,
            "exp" => later < -leeway,
            _ => false,
        };
        if is_another {
            self.compare_clocks();
        }
        is_another
    }

    /// Which of these claims are not there.
    pub(super) fn lacks_claims(&self, token: Token, names: &[&str]) -> String {
        let Some(claims) = self.claims_of(token) else { return self.no_claims(token) };
        let missing: Vec<&str> = names.iter().copied().filter(|name| !claims.contains_key(*name)).collect();
        if missing.is_empty() { "all there".to_owned() } else { format!("without {}", missing.join(", ")) }
    }

    /// Which of these claims are there.
    pub(super) fn has_claims(&self, token: Token, names: &[&str]) -> String {
        let Some(claims) = self.claims_of(token) else { return self.no_claims(token) };
        let present: Vec<&str> = names.iter().copied().filter(|name| claims.contains_key(*name)).collect();
        if present.is_empty() { "none".to_owned() } else { present.join(", ") }
    }

    /// The algorithm in a token's header, and whether a key is named.
    pub(super) fn token_header(&self, token: Token) -> String {
        let Some(header) = self.text(token.member()).and_then(claims::header) else {
            return self.no_claims(token);
        };
        let algorithm = match header.get("alg") {
            None => "(no alg)".to_owned(),
            Some(Json::String(algorithm)) => self.redactor.redact(algorithm),
            Some(other) => format!("({})", kind(other)),
        };
        let key = match header.get("kid") {
            Some(Json::String(kid)) if !kid.is_empty() => "kid",
            _ => "(no kid)",
        };
        format!("{algorithm}, {key}")
    }

    /// The key that a token names.
    pub(super) fn key_id(&self, token: Token) -> Option<String> {
        let header = claims::header(self.text(token.member())?)?;
        header.get("kid").and_then(Json::as_str).map(str::to_owned)
    }

    /// What to say where there are no claims to look at.
    pub(super) fn no_claims(&self, token: Token) -> String {
        if self.text(token.member()).is_some() { "(not a JWT)" } else { "(no token)" }.to_owned()
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
