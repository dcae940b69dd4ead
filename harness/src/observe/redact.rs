//! Names in the place of values: what is generated, secret or particular to a target never stands in an observation.

use std::collections::BTreeMap;

use crate::model::case::Case;
use crate::model::fixture::Fixture;

/// The shortest text that is replaced. Shorter ones occur by chance.
const SHORTEST: usize = 4;

/// Replaces known values by their names, the longest first.
pub struct Redactor {
    /// Secrets and whatever a case captured: codes and tokens.
    secrets: Vec<(String, String)>,
    /// These, and what is particular to a target or to a case.
    all: Vec<(String, String)>,
    resource_server: Option<String>,
}

impl Redactor {
    /// Knows the values of a fixture, what a case captured, and what was generated for it.
    pub fn new(fixture: &Fixture, captured: &BTreeMap<String, String>, case: &Case) -> Self {
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
        for (name, value) in captured {
            secrets.add(value, || format!("<captured {name}>"));
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
        for (name, value) in &case.inputs {
            all.add(value, || format!("<input:{name}>"));
        }
        Self { secrets: secrets.sorted(), all: all.sorted(), resource_server }
    }

    /// The text with names in the place of secrets, codes and tokens alone: for words that have a meaning of their
    /// own, such as an error code, which a generated input may resemble by chance.
    pub fn redact_secrets(&self, text: &str) -> String {
        replace(&self.secrets, text)
    }

    /// The text with names in the place of everything that is known.
    pub fn redact(&self, text: &str) -> String {
        replace(&self.all, text)
    }

    /// A scope with a name in the place of the resource server.
    pub fn redact_scope(&self, scope: &str) -> String {
        match &self.resource_server {
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

fn replace(names: &[(String, String)], text: &str) -> String {
    names.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name))
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
        let redactor = Redactor::new(&fixture, &BTreeMap::new(), &Case::default());
        assert_eq!(redactor.redact("abcdefgh abcdef"), "<client.b.id> <client.a.id>");
    }

    #[test]
    fn an_input_that_is_an_ordinary_word_leaves_words_with_a_meaning_alone() {
        let case = Case::default().input("grant_type", "client");
        let redactor = Redactor::new(&Fixture::default(), &BTreeMap::new(), &case);
        assert_eq!(redactor.redact_secrets("invalid_client"), "invalid_client");
        assert_eq!(redactor.redact("invalid_client"), "invalid_<input:grant_type>");
    }
}
