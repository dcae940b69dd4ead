//! The genuine tokens of a target's own pool, got once for all guards in front of it.

mod ended;
mod got;

use std::collections::BTreeMap;

use tokio::sync::Mutex;

use crate::exec::session::Session;
use crate::model::case::Operation;
use crate::model::guard::{Guard, TokenKind};
use crate::model::jwt::Genuine;
use crate::model::need::Need;
use crate::target::spec::Target;
use crate::token::jar::Jar;

/// The one scope of tokens that are got through the management API.
const SCOPE_OF_PASSWORD_SIGN_IN: &str = "aws.cognito.signin.user.admin";

/// The tokens of one session.
#[derive(Clone, Default)]
pub(super) struct Tokens {
    id: Option<String>,
    access: Option<String>,
    refresh: Option<String>,
}

/// The genuine tokens of a pool; of what is missing the reason is kept.
pub(super) struct Stock<'a> {
    session: &'a Session,
    target: &'a Target,
    web: Result<Tokens, String>,
    other_client: Result<Tokens, String>,
    other_pool: Result<Tokens, String>,
    revoked: Result<Tokens, String>,
    signed_out: Result<Tokens, String>,
    deleted_user: Result<Tokens, String>,
    /// Machine tokens by role and scopes.
    machine_tokens: Mutex<BTreeMap<(String, String), Result<String, String>>>,
    /// Tokens that are expired, with the client ids that they were issued to.
    expired: Vec<(String, TokenKind, String)>,
    no_expired: String,
}

impl<'a> Stock<'a> {
    /// Gets everything that is the same for all guards.
    ///
    /// # Errors
    /// The token jar cannot be used.
    pub(super) async fn fill(session: &'a Session, target: &'a Target) -> Result<Self, String> {
        let mut stock = Self {
            session,
            target,
            web: Err(String::new()),
            other_client: Err(String::new()),
            other_pool: Err(String::new()),
            revoked: Err(String::new()),
            signed_out: Err(String::new()),
            deleted_user: Err(String::new()),
            machine_tokens: Mutex::default(),
            expired: Vec::new(),
            no_expired: "nothing is kept of earlier runs: give --jar FILE, or --wait-expiry".to_owned(),
        };
        let jar = target.jar.as_deref().map(Jar::open).transpose().map_err(|error| error.to_string())?;
        let short_lived =
            if target.wait_expiry { Some(stock.signed_in("short-lived", "main", false).await) } else { None };
        stock.web = stock.signed_in("web", "main", false).await;
        stock.other_client = stock.signed_in("web-other", "main", false).await;
        stock.other_pool = stock.of_other_pool().await;
        stock.revoked = stock.revoked().await;
        stock.signed_out = stock.of_throwaway(Operation::GlobalSignOut).await;
        stock.deleted_user = stock.of_throwaway(Operation::DeleteUser).await;
        if let Some(jar) = jar {
            stock.take_from(&jar);
        }
        if let Some(path) = &target.jar {
            Jar::add(path, stock.to_be_kept()).map_err(|error| error.to_string())?;
        }
        if target.lacks(Need::Api(Operation::AdvanceClock)).is_none() {
            stock.take_of_earlier().await;
        }
        if let Some(tokens) = short_lived {
            stock.wait_for(tokens).await;
        }
        Ok(stock)
    }

    /// The tokens for one guard, and why the others are missing.
    pub(super) async fn for_guard(
        &self,
        guard: &Guard,
    ) -> (BTreeMap<Genuine, String>, BTreeMap<Genuine, String>) {
        let mut there = BTreeMap::new();
        let mut missing = BTreeMap::new();
        let mut put = |genuine: Genuine, token: Result<String, String>| match token {
            Ok(token) => {
                there.insert(genuine, token);
            }
            Err(reason) => {
                missing.insert(genuine, reason);
            }
        };
        let kind = guard.token;
        let machine = self.machine(guard, |scopes| scopes).await;
        put(Genuine::Good, self.good(guard, machine.clone()));
        put(Genuine::Machine, machine);
        put(Genuine::OneScope, self.machine(guard, |scopes| scopes.into_iter().take(1).collect()).await);
        let last = self.machine(guard, |scopes| scopes.into_iter().next_back().into_iter().collect()).await;
        put(Genuine::LastScope, last);
        put(Genuine::OtherScope, self.other_scope(guard).await);
        put(Genuine::Id, of(&self.web, |tokens| &tokens.id));
        put(Genuine::Access, of(&self.web, |tokens| &tokens.access));
        put(Genuine::Expired, self.expired(guard));
        put(Genuine::Refresh, of(&self.web, |tokens| &tokens.refresh));
        let admitted = self.admits(guard, "web-other");
        let other_client = |pick: fn(&Tokens) -> &Option<String>| {
            if admitted && !guard.audience.is_empty() {
                return Err("the guard is for that client too".to_owned());
            }
            of(&self.other_client, pick)
        };
        put(Genuine::OtherClientId, other_client(|tokens| &tokens.id));
        put(Genuine::OtherClientAccess, other_client(|tokens| &tokens.access));
        put(Genuine::OtherPoolId, of(&self.other_pool, |tokens| &tokens.id));
        put(Genuine::OtherPoolAccess, of(&self.other_pool, |tokens| &tokens.access));
        for (genuine, tokens) in [
            (Genuine::Revoked, &self.revoked),
            (Genuine::SignedOut, &self.signed_out),
            (Genuine::DeletedUser, &self.deleted_user),
        ] {
            put(
                genuine,
                match kind {
                    TokenKind::Id => of(tokens, |tokens| &tokens.id),
                    TokenKind::Access => of(tokens, |tokens| &tokens.access)
                        .and_then(|token| self.web_may_pass(guard).map(|()| token)),
                },
            );
        }
        (there, missing)
    }

    /// Whether an access token of the client `web` can be good for a guard.
    fn web_may_pass(&self, guard: &Guard) -> Result<(), String> {
        if !self.admits(guard, "web") {
            return Err("the guard is not for client.web".to_owned());
        }
        let scopes =
            self.session.fixture.client.get("web").map(|web| web.scopes.as_slice()).unwrap_or_default();
        let by_sign_in = self.target.lacks(Need::SignIn).is_none();
        let granted = |scope: &String| {
            if by_sign_in { scopes.contains(scope) } else { scope == SCOPE_OF_PASSWORD_SIGN_IN }
        };
        if guard.scopes.is_empty() || guard.scopes.iter().any(granted) {
            Ok(())
        } else {
            Err("a sign-in at client.web brings none of the guard's scopes".to_owned())
        }
    }

    fn good(&self, guard: &Guard, machine: Result<String, String>) -> Result<String, String> {
        match guard.token {
            TokenKind::Id if self.admits(guard, "web") => of(&self.web, |tokens| &tokens.id),
            TokenKind::Id => Err("the guard is not for client.web".to_owned()),
            TokenKind::Access => self
                .web_may_pass(guard)
                .and_then(|()| of(&self.web, |tokens| &tokens.access))
                .or_else(|web| machine.map_err(|machine| format!("{web}; {machine}"))),
        }
    }

    /// Whether the guard is for the client with this role.
    fn admits(&self, guard: &Guard, role: &str) -> bool {
        let id = self.session.fixture.client.get(role).map(|client| &client.id);
        guard.audience.is_empty() || id.is_some_and(|id| guard.audience.contains(id))
    }

    /// A machine token with those of the guard's scopes that the client `machine` may have, as far as they are chosen.
    async fn machine(&self, guard: &Guard, choose: fn(Vec<String>) -> Vec<String>) -> Result<String, String> {
        if !self.admits(guard, "machine") {
            return Err("the guard is not for client.machine".to_owned());
        }
        let may = self.machine_scopes()?;
        let common: Vec<String> = may.iter().filter(|scope| guard.scopes.contains(scope)).cloned().collect();
        match (guard.scopes.is_empty(), common.is_empty()) {
            (true, _) => self.machine_token("machine", may.into_iter().take(1).collect(), false).await,
            (false, false) => self.machine_token("machine", choose(common), false).await,
            (false, true) => Err("client.machine may have none of the guard's scopes".to_owned()),
        }
    }

    /// An access token without any of the guard's scopes.
    async fn other_scope(&self, guard: &Guard) -> Result<String, String> {
        if guard.scopes.is_empty() {
            return Err("the guard asks for no scope".to_owned());
        }
        if self.admits(guard, "machine") {
            let others: Vec<String> = self
                .machine_scopes()?
                .into_iter()
                .filter(|scope| !guard.scopes.contains(scope))
                .take(1)
                .collect();
            if !others.is_empty() {
                return self.machine_token("machine", others, false).await;
            }
        }
        let web = self.session.fixture.client.get("web");
        let none = web.is_some_and(|web| !web.scopes.iter().any(|scope| guard.scopes.contains(scope)));
        if none && self.admits(guard, "web") {
            return of(&self.web, |tokens| &tokens.access);
        }
        Err("no client may have other scopes than those of the guard".to_owned())
    }

    fn machine_scopes(&self) -> Result<Vec<String>, String> {
        let machine =
            self.session.fixture.client.get("machine").ok_or("the fixture has no client.machine")?;
        Ok(machine.scopes.clone())
    }
}

fn of(tokens: &Result<Tokens, String>, pick: fn(&Tokens) -> &Option<String>) -> Result<String, String> {
    match tokens {
        Ok(tokens) => pick(tokens).clone().ok_or_else(|| "it did not come with the others".to_owned()),
        Err(reason) => Err(reason.clone()),
    }
}
