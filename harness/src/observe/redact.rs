//! Names in the place of values: what is generated, secret or particular to a target never stands in an observation.

use std::collections::BTreeMap;

use crate::model::case::Case;
use crate::model::fixture::Fixture;

/// The shortest text that is replaced. Shorter ones occur by chance.
const SHORTEST: usize = 4;

/// Replaces known values by their names, the longest first.
pub struct Redactor {
    names: Vec<(String, String)>,
}

impl Redactor {
    /// Knows the values of a fixture, what a case captured, and what was generated for it.
    pub fn new(fixture: &Fixture, captured: &BTreeMap<String, String>, case: &Case) -> Self {
        let mut names: Vec<(String, String)> = Vec::new();
        let mut add = |value: &str, name: String| {
            if value.len() >= SHORTEST && !names.iter().any(|(known, _)| known == value) {
                names.push((value.to_owned(), name));
            }
        };
        for (role, client) in &fixture.client {
            for (what, secret) in [
                ("secret", &client.secret),
                ("second-secret", &client.second_secret),
                ("deleted-secret", &client.deleted_secret),
            ] {
                if let Some(secret) = secret {
                    add(secret, format!("<client.{role}.{what}>"));
                }
            }
            add(&client.id, format!("<client.{role}.id>"));
        }
        for (name, user) in &fixture.user {
            add(&user.password, format!("<user.{name}.password>"));
            add(&user.username, format!("<user.{name}.username>"));
        }
        for (name, value) in captured {
            add(value, format!("<captured {name}>"));
        }
        add(&fixture.pool.id, "<pool.id>".to_owned());
        if let Some(server) = &fixture.resource_server {
            add(&server.identifier, "<resource-server>".to_owned());
        }
        for (name, value) in &case.inputs {
            add(value, format!("<input:{name}>"));
        }
        names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        Self { names }
    }

    /// The text with names in the place of values.
    pub fn redact(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name))
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
        let redactor = Redactor::new(&fixture, &BTreeMap::new(), &Case::default());
        assert_eq!(redactor.redact("abcdefgh abcdef"), "<client.b.id> <client.a.id>");
    }
}
