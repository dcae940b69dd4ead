//! Everything that changes while the double runs: plain data, behind the server's one mutex.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use crate::call::Call;
use crate::fault::Fault;
use crate::ids::Ids;
use crate::pool::{Client, Domain, Pool, Scopes, User};

/// Seconds an authorization code lives (`token.code.lifetime`).
pub(crate) const CODE_SECONDS: u64 = 300;
/// Seconds a browser session lives, not extended by use (`login.session-cookie`).
pub(crate) const SESSION_SECONDS: u64 = 3_600;

/// All pools and all that was issued.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) pools: BTreeMap<String, Pool>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) refresh_tokens: HashMap<String, RefreshToken>,
    /// Sign-ins by `origin_jti`.
    pub(crate) sign_ins: HashMap<String, SignIn>,
    /// Browser sessions by the value of the `cognito` cookie.
    pub(crate) sessions: HashMap<String, Session>,
    /// What a guard remembers of tokens, under a fault.
    pub(crate) seen: BTreeSet<String>,
    /// How often a sign-in with a name failed, under a fault.
    pub(crate) failures: HashMap<String, u32>,
    /// Users who were deleted, by `sub`.
    pub(crate) former_users: HashMap<String, User>,
    /// Clients that proved themselves at the token endpoint.
    pub(crate) used_clients: BTreeSet<String>,
    /// Users who were signed out everywhere, by `sub`.
    pub(crate) signed_out: BTreeSet<String>,
    pub(crate) ids: Ids,
}

/// One act of signing in at one client; all tokens that descend from it share its `origin_jti`.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub(crate) origin_jti: String,
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
    pub(crate) username: String,
    pub(crate) sub: String,
    pub(crate) scopes: Scopes,
    pub(crate) nonce: Option<String>,
    /// The resource the access token is bound to (`claims.access.aud-bound`).
    pub(crate) resource: Option<String>,
    pub(crate) auth_time: u64,
    pub(crate) revoked: bool,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) sign_in: SignIn,
    pub(crate) redirect_uri: String,
    /// The S256 challenge, when PKCE was asked for.
    pub(crate) challenge: Option<String>,
    pub(crate) issued: u64,
    pub(crate) used: bool,
    /// How often it was sent after it was used.
    pub(crate) reused: u32,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) origin_jti: String,
    pub(crate) expires: u64,
    /// When a successor was handed out first.
    pub(crate) rotated: Option<u64>,
    /// How often it gave tokens.
    pub(crate) uses: u32,
    /// Whether it was sent after it was rotated out.
    pub(crate) reused: bool,
    /// How many rotations lie before it.
    pub(crate) generation: u32,
}

/// A browser session after an interactive sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) pool_id: String,
    pub(crate) username: String,
    pub(crate) sub: String,
    /// The client at which it began; it counts for all (`authorize.session-shortcut`).
    pub(crate) client_id: String,
    pub(crate) started: u64,
}

impl State {
    /// A state in which nothing was issued yet.
    pub(crate) fn new(pools: BTreeMap<String, Pool>, ids: Ids) -> Self {
        Self {
            pools,
            codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            sign_ins: HashMap::new(),
            sessions: HashMap::new(),
            seen: BTreeSet::new(),
            failures: HashMap::new(),
            former_users: HashMap::new(),
            used_clients: BTreeSet::new(),
            signed_out: BTreeSet::new(),
            ids,
        }
    }

    /// The client with this id, if the domain serves its pool; with the id of that pool.
    pub(crate) fn client_on(&self, domain: Domain, client_id: &str) -> Option<(&Pool, &Client)> {
        self.pools
            .values()
            .filter(|pool| pool.served_by(domain))
            .find_map(|pool| pool.clients.get(client_id).map(|client| (pool, client)))
    }

    /// The user of a sign-in, if still there, the same person and enabled.
    pub(crate) fn active_user(&self, pool_id: &str, username: &str, sub: &str) -> Option<&User> {
        self.user(pool_id, username, sub).filter(|user| user.enabled)
    }

    /// The user of a sign-in, if still there and the same person.
    pub(crate) fn user(&self, pool_id: &str, username: &str, sub: &str) -> Option<&User> {
        self.pools.get(pool_id).and_then(|pool| pool.users.get(username)).filter(|user| user.sub == sub)
    }

    /// Revokes every sign-in of a user: global sign-out, disabling and deletion all do
    /// (`token.refresh.global-sign-out`, `token.refresh.user-disabled`).
    pub(crate) fn revoke_user(&mut self, pool_id: &str, username: &str) {
        for sign_in in self.sign_ins.values_mut() {
            if sign_in.pool_id == pool_id && sign_in.username == username {
                sign_in.revoked = true;
            }
        }
    }

    /// Registers a refresh token for a sign-in.
    pub(crate) fn issue_refresh_token(&mut self, call: &Call<'_>, origin_jti: &str, expires: u64) -> String {
        let readable = call.has(Fault::REFRESH_TOKEN_IS_JWT).then(|| {
            let claims = json!({ "jti": self.ids.uuid(), "origin_jti": origin_jti, "exp": expires });
            call.shared.keys.set(0).access_token.sign(&claims)
        });
        let token = readable.flatten().unwrap_or_else(|| self.ids.refresh_token());
        self.refresh_tokens.insert(
            token.clone(),
            RefreshToken {
                origin_jti: origin_jti.to_owned(),
                expires,
                rotated: None,
                uses: 0,
                reused: false,
                generation: 0,
            },
        );
        token
    }
}
