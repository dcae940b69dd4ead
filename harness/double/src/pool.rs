//! User pools and what belongs to them: app clients, users, resource servers.

use std::collections::{BTreeMap, BTreeSet};

use crate::settings::ClientSettings;

/// Which of the double's two domains a request came to, or a pool belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// The domain of the main pool, at the root of the base URL.
    Main,
    /// The domain of the other pool, under `/other-pool`.
    Other,
}

impl Domain {
    /// The path in front of the endpoints of this domain.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Other => "/other-pool",
        }
    }
}

/// One user pool.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The one domain that serves a seeded pool. Pools created at run time are served everywhere: they are told apart
    /// by client id, as emulators do, because one address cannot have many host names.
    pub(crate) bound_to: Option<Domain>,
    pub(crate) domain_prefix: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) key_set: usize,
    pub(crate) created: u64,
    pub(crate) resource_servers: BTreeMap<String, ResourceServer>,
    pub(crate) clients: BTreeMap<String, Client>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) groups: BTreeSet<String>,
}

impl Pool {
    /// An empty pool without a domain.
    pub(crate) fn new(id: &str, name: &str, key_set: usize, created: u64) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            bound_to: None,
            domain_prefix: None,
            tags: BTreeMap::new(),
            key_set,
            created,
            resource_servers: BTreeMap::new(),
            clients: BTreeMap::new(),
            users: BTreeMap::new(),
            groups: BTreeSet::new(),
        }
    }

    /// True when requests to this domain reach the pool (`token.client-auth.other-pool`).
    pub(crate) fn served_by(&self, domain: Domain) -> bool {
        self.bound_to.is_none_or(|own| own == domain)
    }

    /// True when a resource server of the pool has this custom scope now. Identifiers may contain slashes themselves,
    /// so the last one separates.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        scope.rsplit_once('/').is_some_and(|(identifier, name)| {
            self.resource_servers.get(identifier).is_some_and(|server| server.scopes.contains_key(name))
        })
    }
}

/// A resource server with its scopes.
#[derive(Clone, Debug)]
pub(crate) struct ResourceServer {
    pub(crate) name: String,
    /// Scope name to description.
    pub(crate) scopes: BTreeMap<String, String>,
}

/// An app client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    /// Active secrets, none for a public client; AWS allows two (`token.client-auth.two-secrets`).
    pub(crate) secrets: Vec<Secret>,
    /// The values of secrets that were active once: only a fault takes them.
    pub(crate) deleted_secrets: Vec<String>,
    pub(crate) settings: ClientSettings,
    pub(crate) created: u64,
}

impl Client {
    pub(crate) fn is_public(&self) -> bool {
        self.secrets.is_empty()
    }
}

/// One active secret of a client.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) created: u64,
}

/// A local user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) password: String,
    /// False after `AdminCreateUser`, until a permanent password is set.
    pub(crate) confirmed: bool,
    pub(crate) enabled: bool,
    pub(crate) created: u64,
    /// The groups the user is in (`claims.groups`).
    pub(crate) groups: BTreeSet<String>,
    /// Attribute name to value, without `sub`.
    pub(crate) attributes: BTreeMap<String, String>,
}

/// Granted or requested scopes; order has no meaning (`claims.access.scope`).
pub(crate) type Scopes = BTreeSet<String>;
