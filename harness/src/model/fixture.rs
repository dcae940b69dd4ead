//! What is known on a target: pools, clients, users and scopes. A JSON document, made by whatever creates them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::need::Need;
use super::value::Slot;

/// The version of the document that this build reads and writes.
pub const SCHEMA: u32 = 1;

/// Pools, clients, users and scopes that exist on a target. It holds secrets: it is never shown, and a file of it is
/// readable by its owner alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fixture {
    /// The version of the document.
    pub schema: u32,
    /// The AWS Region of the pools.
    #[serde(default)]
    pub region: String,
    /// The pool whose domain is tested.
    #[serde(default)]
    pub pool: Pool,
    /// Another pool on the same target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_pool: Option<Pool>,
    /// The prefix of the pool's domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_prefix: Option<String>,
    /// The resource server of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_server: Option<ResourceServer>,
    /// The clients, by role.
    #[serde(default)]
    pub client: BTreeMap<String, Client>,
    /// The users, by name.
    #[serde(default)]
    pub user: BTreeMap<String, User>,
    /// What the target could not create, by need (`client.rotating`), with the reason.
    #[serde(default)]
    pub missing: BTreeMap<String, String>,
}

/// One user pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Pool {
    /// The pool id.
    pub id: String,
    /// The `iss` claim that its tokens are expected to carry, where it is known.
    #[serde(default)]
    pub issuer: String,
    /// For the other pool: the path of its domain below that of the main pool, where both share an address. It is empty
    /// where nothing but the client id tells the pools apart, and left out where no user can sign in at the other pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_path: Option<String>,
}

/// A resource server with its active scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ResourceServer {
    /// The identifier, the part of a scope before the slash.
    pub identifier: String,
    /// The names of the scopes, the part after the slash.
    pub scopes: Vec<String>,
}

/// One app client.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// The secret; public clients have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// A second active secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_secret: Option<String>,
    /// A secret that was active once and is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_secret: Option<String>,
    /// The registered callback URLs.
    #[serde(default)]
    pub callbacks: Vec<String>,
    /// The registered sign-out URLs.
    #[serde(default)]
    pub logouts: Vec<String>,
    /// The scopes that the client may ask for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The OAuth flows that the client may use.
    #[serde(default)]
    pub flows: Vec<String>,
    /// The lifetime of its access tokens in seconds.
    #[serde(default = "one_hour")]
    pub access_seconds: u64,
    /// The lifetime of its ID tokens in seconds.
    #[serde(default = "one_hour")]
    pub id_seconds: u64,
    /// The lifetime of its refresh tokens in seconds.
    #[serde(default = "thirty_days")]
    pub refresh_seconds: u64,
    /// Whether it belongs to the other pool.
    #[serde(default)]
    pub other_pool: bool,
}

/// One user with a permanent password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct User {
    /// The name with which the user signs in.
    pub username: String,
    /// The password.
    pub password: String,
    /// The verified e-mail address.
    #[serde(default)]
    pub email: String,
}

const fn one_hour() -> u64 {
    3600
}

const fn thirty_days() -> u64 {
    30 * 24 * 3600
}

impl Fixture {
    /// What the fixture holds under a dotted name, such as `client.web.callback.1`.
    pub fn get(&self, slot: &Slot) -> Option<&str> {
        let parts: Vec<&str> = slot.0.split('.').collect();
        match parts.as_slice() {
            ["pool", "id"] => Some(&self.pool.id),
            ["pool", "issuer"] => Some(&self.pool.issuer),
            ["region"] => Some(&self.region),
            ["resource-server"] => self.resource_server.as_ref().map(|server| server.identifier.as_str()),
            ["client", role, rest @ ..] => {
                let client = self.client.get(*role)?;
                match rest {
                    ["id"] => Some(&client.id),
                    ["secret"] => client.secret.as_deref(),
                    ["second-secret"] => client.second_secret.as_deref(),
                    ["deleted-secret"] => client.deleted_secret.as_deref(),
                    ["callback", index] => {
                        client.callbacks.get(index.parse::<usize>().ok()?).map(String::as_str)
                    }
                    ["logout", index] => client.logouts.get(index.parse::<usize>().ok()?).map(String::as_str),
                    ["scope", index] => client.scopes.get(index.parse::<usize>().ok()?).map(String::as_str),
                    _ => None,
                }
            }
            ["user", name, member] => {
                let user = self.user.get(*name)?;
                match *member {
                    "username" => Some(&user.username),
                    "password" => Some(&user.password),
                    "email" => Some(&user.email),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The path of the other pool's domain below that of the main pool. What would lead to another host is none.
    pub fn other_domain_path(&self) -> Option<&str> {
        let path = self.other_pool.as_ref()?.domain_path.as_deref()?;
        (path.is_empty() || path.starts_with('/')).then_some(path)
    }

    /// Why the fixture does not meet a need, if it does not.
    pub fn lacks(&self, need: Need) -> Option<String> {
        let name = need.to_string();
        if let Some(reason) = self.missing.get(&name) {
            return Some(reason.clone());
        }
        let there = match need {
            Need::Client(role) => self.client.contains_key(role),
            Need::User(user) => self.user.contains_key(user),
            Need::ResourceServer => self.resource_server.is_some(),
            Need::OtherDomain => self.other_domain_path().is_some(),
            _ => true,
        };
        (!there).then(|| format!("the fixture has no {name}"))
    }

    /// Every secret text of the fixture, for redaction.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let clients = self.client.values().flat_map(|client| {
            [&client.secret, &client.second_secret, &client.deleted_secret]
                .into_iter()
                .filter_map(|secret| secret.as_deref())
        });
        clients.chain(self.user.values().map(|user| user.password.as_str()))
    }
}

#[cfg(test)]
pub(crate) mod arbitrary;
