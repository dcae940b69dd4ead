//! Names in the place of values: what is generated, secret or particular to a target never stands in an observation.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fragments::Fragments;
use crate::model::case::Case;
use crate::model::endpoint::Endpoint;
use crate::model::fixture::Fixture;
use crate::model::value::{Lookup, Slot, Value};

/// The shortest text that is replaced. Shorter ones occur by chance.
const SHORTEST: usize = 4;

/// The names of what a fixture holds, the longest value first. Made once for a target.
pub struct FixtureNames {
    fixture: Arc<Fixture>,
    secrets: Vec<(String, String)>,
    all: Vec<(String, String)>,
    resource_server: Option<String>,
    /// Pieces of its secrets, for what a target makes of them.
    pieces: Fragments,
    /// User names that are too short to be replaced within a text.
    short: Vec<(String, String)>,
    urls: BTreeMap<Endpoint, String>,
    /// Where the answer of a guard holds the claims that its backend saw.
    echo: Option<String>,
}

impl FixtureNames {
    /// The names of this fixture.
    pub fn new(fixture: &Arc<Fixture>) -> Self {
        let mut secrets = Names::default();
        for (role, client) in &fixture.client {
            for (what, secret) in [
                ("secret", &client.secret),
                ("second-secret", &client.second_secret),
                ("deleted-secret", &client.deleted_secret),
            ] {
                if let Some(secret) = secret {
                    secrets.add(secret, || format!("<client.{role}.{what}>"));
                }
            }
        }
        for (name, user) in &fixture.user {
            secrets.add(&user.password, || format!("<user.{name}.password>"));
        }
        let mut all = Names(secrets.0.clone());
        for (role, client) in &fixture.client {
            all.add(&client.id, || format!("<client.{role}.id>"));
        }
        for (name, user) in &fixture.user {
            all.add(&user.username, || format!("<user.{name}.username>"));
        }
        all.add(&fixture.pool.id, || "<pool.id>".to_owned());
        all.add(&fixture.pool.issuer, || "<pool.issuer>".to_owned());
        let resource_server = fixture.resource_server.as_ref().map(|server| server.identifier.clone());
        if let Some(identifier) = &resource_server {
            all.add(identifier, || RESOURCE_SERVER.to_owned());
        }
        let short = |username: &str| !username.is_empty() && username.len() < SHORTEST;
        let users = fixture.user.iter().filter(|(_, user)| short(&user.username));
        Self {
            fixture: Arc::clone(fixture),
            secrets: secrets.sorted(),
            all: all.sorted(),
            pieces: Fragments::of(fixture.secrets()),
            resource_server,
            short: users
                .map(|(name, user)| (user.username.clone(), format!("<user.{name}.username>")))
                .collect(),
            urls: BTreeMap::new(),
            echo: None,
        }
    }

    /// Knows where the endpoints of the target are, too.
    #[must_use]
    pub fn with_urls(self, urls: &BTreeMap<Endpoint, String>) -> Self {
        Self { urls: urls.clone(), ..self }
    }

    /// Knows the guard that is tested: what its scopes are together, and where its answer holds the claims.
    #[must_use]
    pub fn with_guard(mut self, scopes: &[String], echo: Option<String>) -> Self {
        let mut all = Names(std::mem::take(&mut self.all));
        all.add(&scopes.join(" "), || SCOPES_OF_GUARD.to_owned());
        Self { all: all.sorted(), echo, ..self }
    }
}

/// Replaces known values by their names, the longest first.
pub struct Redactor<'a> {
    fixture: &'a FixtureNames,
    own_secrets: Vec<(String, String)>,
    own: Vec<(String, String)>,
    case: &'a Case,
    captured: &'a BTreeMap<String, String>,
    /// What was sent and gives a secret away: near misses of it, and its encodings. Made when it is needed first.
    derived: OnceCell<Vec<(String, String)>>,
    /// Pieces of codes and tokens that were captured. Made when they are needed first.
    pieces: OnceCell<Fragments>,
}

impl<'a> Redactor<'a> {
    /// Knows the names of a fixture, what a case captured, and what was generated for it.
    pub fn new(fixture: &'a FixtureNames, captured: &'a BTreeMap<String, String>, case: &'a Case) -> Self {
        let mut secrets = Names::default();
        for (name, value) in captured {
            // `state` is no secret: it is sent and shown in the open.
            if !name.ends_with("state") {
                secrets.add(value, || format!("<captured {name}>"));
            }
        }
        let mut own = Names(secrets.0.clone());
        for (name, value) in &case.inputs {
            if !fixture.all.iter().any(|(known, _)| known == value) {
                own.add(value, || format!("<input:{name}>"));
            }
        }
        let (derived, pieces) = (OnceCell::new(), OnceCell::new());
        Self { fixture, own_secrets: secrets.sorted(), own: own.sorted(), case, captured, derived, pieces }
    }

    /// The text with names in the place of secrets, codes and tokens alone: for words that have a meaning of their
    /// own, such as an error code, which a generated input may resemble by chance.
    pub fn redact_secrets(&self, text: &str) -> String {
        let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') && text.len() < 32;
        if is_word && !self.fixture.pieces.are_in(text) {
            // An error code.
            return text.to_owned();
        }
        let secrets = self.secrets();
        self.without_pieces(&replace(&secrets, &secrets, &foreign(text)))
    }

    /// The text with names in the place of everything that is known.
    pub fn redact(&self, text: &str) -> String {
        if let Some((_, name)) = self.fixture.short.iter().find(|(known, _)| known == text) {
            return name.clone();
        }
        let lists = [&self.fixture.all[..], &self.own, self.derived()];
        self.without_pieces(&replace(&lists, &self.secrets(), &foreign(text)))
    }

    /// The text without what a target made of a secret, and without whatever looks like one.
    fn without_pieces(&self, text: &str) -> String {
        let text = self.fixture.pieces.hide(text);
        // Codes and tokens have digits; most of what targets say has none.
        if text.len() < SHORTEST_PIECE || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return mask(&text);
        }
        mask(&self.pieces().hide(&text))
    }

    fn pieces(&self) -> &Fragments {
        self.pieces.get_or_init(|| {
            let mut pieces = Fragments::default();
            // Addresses and short values are no secrets, and have words in common with what is no secret either.
            let secret = |(name, value): &(&String, &String)| {
                !name.ends_with("state") && value.len() >= TOKEN_LIKE && !value.contains("://")
            };
            self.captured.iter().filter(secret).for_each(|(_, value)| pieces.add(value));
            pieces
        })
    }

    /// A scope with names in the place of the resource server and of secrets.
    pub fn redact_scope(&self, scope: &str) -> String {
        let scope = foreign(scope);
        let scope = match &self.fixture.resource_server {
            Some(identifier) => Cow::from(scope.replace(identifier, RESOURCE_SERVER)),
            None => scope,
        };
        let secrets = self.secrets();
        self.without_pieces(&replace(&secrets, &secrets, &scope))
    }

    /// The case that it was made for.
    pub(super) const fn case(&self) -> &Case {
        self.case
    }

    /// A generated input by its name.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.case.inputs.get(name).map(String::as_str)
    }

    /// Where the target is asked for this endpoint.
    pub fn url(&self, endpoint: Endpoint) -> Option<&str> {
        self.fixture.urls.get(&endpoint).map(String::as_str)
    }

    /// Where the answer of the guard holds the claims that its backend saw.
    pub fn echo(&self) -> Option<&str> {
        self.fixture.echo.as_deref()
    }

    /// The client id of the client with this role.
    pub fn client_id(&self, role: &str) -> Option<&str> {
        self.fixture.fixture.client.get(role).map(|client| client.id.as_str())
    }

    fn secrets(&self) -> [&[(String, String)]; 3] {
        [&self.fixture.secrets, &self.own_secrets, self.derived()]
    }

    fn derived(&self) -> &[(String, String)] {
        self.derived.get_or_init(|| {
            let mut texts = BTreeSet::new();
            for value in self.case.values() {
                self.collect(value, &mut texts);
            }
            let mut names = Names::default();
            for text in texts {
                let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
                names.add(&encoded, || HIDDEN.to_owned());
                names.add(&text, || HIDDEN.to_owned());
            }
            names.sorted()
        })
    }

    /// Every text that a value and its parts come to, as far as a secret or something captured goes into it.
    fn collect(&self, value: &Value, texts: &mut BTreeSet<String>) {
        if !value.is_sensitive() {
            return;
        }
        if let Ok(text) = value.resolve(self) {
            texts.insert(text);
        }
        match value {
            // A token that was sent is among what was captured.
            Value::Text(_) | Value::Fixture(_) | Value::Captured(_) | Value::Token(_) => {}
            Value::Edited { of: inner, .. }
            | Value::Base64(inner)
            | Value::S256(inner)
            | Value::FormEncoded(inner) => self.collect(inner, texts),
            Value::Joined(parts) => parts.iter().for_each(|part| self.collect(part, texts)),
        }
    }
}

impl Lookup for Redactor<'_> {
    fn fixture(&self, slot: &Slot) -> Option<&str> {
        self.fixture.fixture.get(slot)
    }

    fn captured(&self, name: &str) -> Option<&str> {
        self.captured.get(name).map(String::as_str)
    }
}

/// No piece of a code or a token is shorter.
const SHORTEST_PIECE: usize = 12;

/// What stands in the place of something that has no name and must not be shown.
pub const HIDDEN: &str = "<hidden>";

/// The scopes of the guard, as a challenge lists them.
const SCOPES_OF_GUARD: &str = "<guard.scopes>";

const RESOURCE_SERVER: &str = "<resource-server>";

/// How the names begin that stand in the place of values.
const NAMES: [&str; 8] =
    ["<client.", "<user.", "<pool.", "<captured ", "<input:", HIDDEN, SCOPES_OF_GUARD, RESOURCE_SERVER];

/// What a target said, with nothing in it that an observation says on its own: neither a name such as `<pool.id>` nor a
/// remark such as `(absent)`. A target that sends these has not sent what they stand for.
fn foreign(text: &str) -> Cow<'_, str> {
    let is_of_words = |inner: &str| inner.chars().all(|c| c.is_alphanumeric() || " -,".contains(c));
    let inner = text.trim().strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let is_remark = inner.is_some_and(is_of_words);
    if !is_remark && !NAMES.iter().any(|name| text.contains(name)) {
        return Cow::from(text);
    }
    let escaped = text.replace('<', "\\u{3c}");
    Cow::from(if is_remark { escaped.replacen('(', "\\u{28}", 1) } else { escaped })
}

#[derive(Default)]
struct Names(Vec<(String, String)>);

impl Names {
    fn add(&mut self, value: &str, name: impl FnOnce() -> String) {
        if value.len() >= SHORTEST && !self.0.iter().any(|(known, _)| known == value) {
            self.0.push((value.to_owned(), name()));
        }
    }

    fn sorted(mut self) -> Vec<(String, String)> {
        self.0.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        self.0
    }
}

/// The shortest run of letters and digits that may be a secret.
const TOKEN_LIKE: usize = 20;

/// The text without whatever looks like a secret, a code or a token, known or not: a target may send back one that was edited or
/// encoded, which is none that is known and still gives most of it away.
pub fn mask(text: &str) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "+/_=~%-".contains(character);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        let mixed = run.bytes().any(|b| b.is_ascii_digit()) && run.bytes().any(|b| b.is_ascii_alphabetic());
        masked.push_str(before);
        masked.push_str(if run.len() >= TOKEN_LIKE && mixed { HIDDEN } else { run });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// One pass from left to right; at each place the longest of the known values counts, and of equals the first list's.
/// What was put in is not looked at again. A secret that begins within a value and goes beyond it is hidden with it: a
/// target chooses what is captured, and could have a secret cut in two.
fn replace(lists: &[&[(String, String)]], secrets: &[&[(String, String)]], text: &str) -> String {
    let names = there(lists, text);
    if names.is_empty() {
        return text.to_owned();
    }
    let secrets = there(secrets, text);
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((value, name)) = names.iter().find(|(value, _)| rest.starts_with(value.as_str())) {
            let end = with_what_overlaps(rest, value.len(), &secrets);
            replaced.push_str(if end > value.len() { HIDDEN } else { name });
            rest = &rest[end..];
        } else {
            replaced.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    replaced
}

/// Those of the values that stand in the text, the longest first.
fn there<'a>(lists: &[&'a [(String, String)]], text: &str) -> Vec<&'a (String, String)> {
    let all = lists.iter().flat_map(|list| list.iter());
    let mut names: Vec<_> =
        all.filter(|(value, _)| value.len() <= text.len() && text.contains(value.as_str())).collect();
    names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    names
}

/// Where the last of the secrets ends that begin before `end`, each of them before the end of the one before it.
fn with_what_overlaps(text: &str, mut end: usize, secrets: &[&(String, String)]) -> usize {
    let mut at = 0;
    while at < end {
        let from = text.get(at..).unwrap_or_default();
        if let Some((secret, _)) = secrets.iter().find(|(secret, _)| from.starts_with(secret.as_str())) {
            end = end.max(at + secret.len());
        }
        at += 1;
    }
    end
}

#[cfg(test)]
mod tests;
