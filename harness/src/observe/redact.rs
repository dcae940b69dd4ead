//! Names in the place of values: what is generated, secret or particular to a target never stands in an observation.

use std::collections::BTreeMap;

use crate::model::case::Case;
use crate::model::fixture::Fixture;

/// The shortest text that is replaced. Shorter ones occur by chance.
const SHORTEST: usize = 4;

/// The names of what a fixture holds, the longest value first. Made once for a target.
pub struct FixtureNames {
    secrets: Vec<(String, String)>,
    all: Vec<(String, String)>,
    resource_server: Option<String>,
}

impl FixtureNames {
    /// The names of this fixture.
    pub fn new(fixture: &Fixture) -> Self {
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
        let resource_server = fixture.resource_server.as_ref().map(|server| server.identifier.clone());
        if let Some(identifier) = &resource_server {
            all.add(identifier, || RESOURCE_SERVER.to_owned());
        }
        Self { secrets: secrets.sorted(), all: all.sorted(), resource_server }
    }
}

/// Replaces known values by their names, the longest first.
pub struct Redactor<'a> {
    fixture: &'a FixtureNames,
    own_secrets: Vec<(String, String)>,
    own: Vec<(String, String)>,
}

impl<'a> Redactor<'a> {
    /// Knows the names of a fixture, what a case captured, and what was generated for it.
    pub fn new(fixture: &'a FixtureNames, captured: &BTreeMap<String, String>, case: &Case) -> Self {
        let mut secrets = Names::default();
        for (name, value) in captured {
            secrets.add(value, || format!("<captured {name}>"));
        }
        let mut own = Names(secrets.0.clone());
        for (name, value) in &case.inputs {
            if !fixture.all.iter().any(|(known, _)| known == value) {
                own.add(value, || format!("<input:{name}>"));
            }
        }
        Self { fixture, own_secrets: secrets.sorted(), own: own.sorted() }
    }

    /// The text with names in the place of secrets, codes and tokens alone: for words that have a meaning of their
    /// own, such as an error code, which a generated input may resemble by chance.
    pub fn redact_secrets(&self, text: &str) -> String {
        mask(&replace(&self.fixture.secrets, &self.own_secrets, text))
    }

    /// The text with names in the place of everything that is known.
    pub fn redact(&self, text: &str) -> String {
        mask(&replace(&self.fixture.all, &self.own, text))
    }

    /// A scope with a name in the place of the resource server.
    pub fn redact_scope(&self, scope: &str) -> String {
        match &self.fixture.resource_server {
            Some(identifier) => scope.replace(identifier, RESOURCE_SERVER),
            None => scope.to_owned(),
        }
    }
}

const RESOURCE_SERVER: &str = "<resource-server>";

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

/// The text without whatever looks like a secret, a code or a token: a target may send back one that was edited or
/// encoded, which is none that is known and still gives most of it away.
fn mask(text: &str) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "+/_=~%-".contains(character);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        let mixed = run.bytes().any(|b| b.is_ascii_digit()) && run.bytes().any(|b| b.is_ascii_alphabetic());
        masked.push_str(before);
        masked.push_str(if run.len() >= TOKEN_LIKE && mixed { "<hidden>" } else { run });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

fn replace(fixture: &[(String, String)], own: &[(String, String)], text: &str) -> String {
    let mut replaced = text.to_owned();
    let (mut fixture, mut own) = (fixture.iter().peekable(), own.iter().peekable());
    loop {
        let next = match (fixture.peek(), own.peek()) {
            (Some((known, _)), Some((mine, _))) if mine.len() > known.len() => own.next(),
            (Some(_), _) => fixture.next(),
            (None, _) => own.next(),
        };
        let Some((value, name)) = next else { return replaced };
        if value.len() <= replaced.len() && replaced.contains(value.as_str()) {
            replaced = replaced.replace(value.as_str(), name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture::Client;

    #[test]
    fn the_longest_value_wins() {
        let mut fixture = Fixture::default();
        for (role, id) in [("a", "abcdef"), ("b", "abcdefgh")] {
            fixture.client.insert(role.to_owned(), Client { id: id.to_owned(), ..Client::default() });
        }
        let names = FixtureNames::new(&fixture);
        let redactor = Redactor::new(&names, &BTreeMap::new(), &Case::default());
        assert_eq!(redactor.redact("abcdefgh abcdef"), "<client.b.id> <client.a.id>");
    }

    #[test]
    fn what_looks_like_a_secret_is_hidden() {
        let secret = "wew4nnpu5pshyiqsoq4r03yoq99d87jun3lb76e1uusytr3d1ck";
        assert_eq!(mask(&format!("client x: bad secret {secret}.")), "client x: bad secret <hidden>.");
        assert_eq!(mask("Basic N2dtdm1hZ25ndm9tNmk3cWxkeW42czV4YWg6d2V3"), "Basic <hidden>");
        assert_eq!(
            mask("eyJraWQiOiJhYmNkZWYxMjM0NTY3ODkw.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x"),
            "<hidden>.<hidden>.x"
        );
        for plain in
            ["invalid_client", "https://app.poolproof.test/callback", "no-cache, no-store, max-age=0", ""]
        {
            assert_eq!(mask(plain), plain);
        }
    }

    #[test]
    fn an_input_that_is_an_ordinary_word_leaves_words_with_a_meaning_alone() {
        let case = Case::default().input("grant_type", "client");
        let names = FixtureNames::new(&Fixture::default());
        let redactor = Redactor::new(&names, &BTreeMap::new(), &case);
        assert_eq!(redactor.redact_secrets("invalid_client"), "invalid_client");
        assert_eq!(redactor.redact("invalid_client"), "invalid_<input:grant_type>");
    }
}
