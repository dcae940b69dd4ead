//! The genuine tokens of a target's own pool, got once for all guards in front of it.

use std::collections::BTreeMap;

use crate::exec::session::{Meter, Session};
use crate::exec::steps;
use crate::model::case::{ApiCall, Case, Operation, SignIn};
use crate::model::endpoint::Endpoint;
use crate::model::exchange::Outcome;
use crate::model::guard::{Guard, TokenKind};
use crate::model::jwt::Genuine;
use crate::model::need::{Grant, Need};
use crate::model::request::{AuthStyle, Request};
use crate::model::text::one_line;
use crate::model::value::Value;
use crate::target::spec::Target;

/// The verifier of the sign-ins made here. Some targets insist on a proof key.
const VERIFIER: &str = "poolproof-stock-0123456789-abcdefghijklmnopqr";

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
}

impl<'a> Stock<'a> {
    /// Gets everything that is the same for all guards.
    pub(super) async fn fill(session: &'a Session, target: &'a Target) -> Self {
        let mut stock = Self {
            session,
            target,
            web: Err(String::new()),
            other_client: Err(String::new()),
            other_pool: Err(String::new()),
            revoked: Err(String::new()),
            signed_out: Err(String::new()),
            deleted_user: Err(String::new()),
        };
        stock.web = stock.signed_in("web", "main", false).await;
        stock.other_client = stock.signed_in("web-other", "main", false).await;
        stock.other_pool = stock.of_other_pool().await;
        stock.revoked = stock.revoked().await;
        stock.signed_out = stock.of_throwaway(Operation::GlobalSignOut).await;
        stock.deleted_user = stock.of_throwaway(Operation::DeleteUser).await;
        stock
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
        put(Genuine::OtherScope, self.other_scope(guard).await);
        put(Genuine::Id, of(&self.web, |tokens| &tokens.id));
        put(Genuine::Access, of(&self.web, |tokens| &tokens.access));
        put(Genuine::Refresh, of(&self.web, |tokens| &tokens.refresh));
        let admitted = self.admits(guard, "web-other");
        let other_client = |pick: fn(&Tokens) -> &Option<String>| match admitted {
            true if !guard.audience.is_empty() => Err("the guard is for that client too".to_owned()),
            _ => of(&self.other_client, pick),
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
        let granted = self.target.lacks(Need::SignIn).is_none();
        if guard.scopes.is_empty() || granted && guard.scopes.iter().any(|scope| scopes.contains(scope)) {
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

    async fn machine_token(&self, role: &str, scopes: Vec<String>, other: bool) -> Result<String, String> {
        if let Some(reason) = self.target.lacks(Need::Grant(Grant::ClientCredentials)) {
            return Err(reason.to_owned());
        }
        let request = Request::token("client_credentials");
        let request = if scopes.is_empty() { request } else { request.field("scope", scopes.join(" ")) };
        let request = if other { request.to_other_pool() } else { request };
        self.redeemed(role, Case::default(), request)
            .await
            .and_then(|tokens| of(&Ok(tokens), |tokens| &tokens.access))
    }

    /// Tokens of this user at this client: by a sign-in over HTTP where there is one, else through the management API.
    async fn signed_in(&self, role: &str, user: &str, other: bool) -> Result<Tokens, String> {
        let username = Value::fixture(&format!("user.{user}.username"));
        let password = Value::fixture(&format!("user.{user}.password"));
        self.signed_in_as(role, (username, password), Case::default(), other).await
    }

    async fn signed_in_as(
        &self,
        role: &str,
        (username, password): (Value, Value),
        before: Case,
        other: bool,
    ) -> Result<Tokens, String> {
        let client = self
            .session
            .fixture
            .client
            .get(role)
            .ok_or_else(|| format!("the fixture has no client.{role}"))?;
        if self.target.lacks(Need::SignIn).is_none() {
            let params = [
                ("response_type", "code".into()),
                ("client_id", Value::client_id(role)),
                ("redirect_uri", Value::callback(role, 0)),
                ("scope", client.scopes.join(" ").into()),
                ("state", "poolproof".into()),
                ("code_challenge", Value::S256(Box::new(VERIFIER.into()))),
                ("code_challenge_method", "S256".into()),
            ];
            let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let sign_in = SignIn {
                username,
                password,
                at_other_pool: other,
                ..SignIn::new(params, Value::callback(role, 0), "main")
            };
            let request = Request::token("authorization_code")
                .field("code", Value::captured("code"))
                .field("redirect_uri", Value::callback(role, 0))
                .field("code_verifier", VERIFIER);
            let request = if other { request.to_other_pool() } else { request };
            return self.redeemed(role, before.sign_in(sign_in), request).await;
        }
        if let Some(reason) = self.target.lacks(Need::Api(Operation::PasswordSignIn)) {
            return Err(reason.to_owned());
        }
        let call = ApiCall::PasswordSignIn { client: role.to_owned(), username, password };
        self.tokens(&before.api(call), "").await
    }

    /// The tokens that this request brings after these steps. A target may know one way of client authentication alone.
    async fn redeemed(&self, role: &str, before: Case, request: Request) -> Result<Tokens, String> {
        let mut reasons = Vec::new();
        for style in [AuthStyle::Basic, AuthStyle::Post] {
            let request = request.clone().client(style, role);
            let case = before.clone().attempt_keeping(
                "redeem",
                request,
                &["access_token", "id_token", "refresh_token"],
            );
            match self.tokens(&case, "redeem.").await {
                Ok(tokens) => return Ok(tokens),
                Err(reason) => reasons.push(reason),
            }
        }
        Err(reasons.join("; "))
    }

    async fn tokens(&self, case: &Case, prefix: &str) -> Result<Tokens, String> {
        let ran = steps::run(self.session, case, &Meter::default()).await;
        let take = |member: &str| ran.captured.get(&format!("{prefix}{member}")).cloned();
        let tokens =
            Tokens { id: take("id_token"), access: take("access_token"), refresh: take("refresh_token") };
        if tokens.access.is_some() {
            return Ok(tokens);
        }
        let last = ran.exchanges.last();
        Err(match last.map(|last| (&last.step, &last.outcome)) {
            Some((step, Outcome::Answer(answer))) => {
                format!("{} was answered with {} and without a token", one_line(step), answer.status)
            }
            Some((step, Outcome::Fault(fault))) => {
                format!("{}: {}", one_line(step), one_line(&fault.to_string()))
            }
            _ => "nothing came".to_owned(),
        })
    }

    async fn of_other_pool(&self) -> Result<Tokens, String> {
        let user = if self.session.fixture.user.contains_key("foreign") { "foreign" } else { "main" };
        let signed_in = match self.session.fixture.other_domain_path() {
            Some(_) => self.signed_in("web-foreign", user, true).await,
            None => Err("users cannot sign in at the other pool".to_owned()),
        };
        match signed_in {
            Ok(tokens) => Ok(tokens),
            Err(reason) => {
                let other = self.session.fixture.other_domain_path().is_some();
                let scopes = self
                    .session
                    .fixture
                    .client
                    .get("foreign")
                    .map(|client| client.scopes.clone())
                    .unwrap_or_default();
                let machine = self.machine_token("foreign", scopes, other).await;
                machine
                    .map(|access| Tokens { access: Some(access), ..Tokens::default() })
                    .map_err(|machine| format!("{reason}; {machine}"))
            }
        }
    }

    /// Tokens whose session was revoked.
    async fn revoked(&self) -> Result<Tokens, String> {
        let tokens = self.signed_in("web", "main", false).await?;
        let refresh = of(&Ok(tokens.clone()), |tokens| &tokens.refresh)?;
        let case = if self.target.lacks(Need::Endpoint(Endpoint::Revoke)).is_none() {
            let request =
                Request::post_form(Endpoint::Revoke).field("token", refresh).client(AuthStyle::Basic, "web");
            Case::default().setup("revoke", request, &[])
        } else if let Some(reason) = self.target.lacks(Need::Api(Operation::RevokeToken)) {
            return Err(reason.to_owned());
        } else {
            Case::default().api(ApiCall::RevokeToken { client: "web".to_owned(), token: refresh.into() })
        };
        self.done(&case).await.map(|()| tokens)
    }

    /// Tokens of a user who is made for this, and signed out everywhere or deleted then.
    async fn of_throwaway(&self, end: Operation) -> Result<Tokens, String> {
        for operation in [Operation::CreateUser, end, Operation::DeleteUser] {
            if let Some(reason) = self.target.lacks(Need::Api(operation)) {
                return Err(reason.to_owned());
            }
        }
        let mut bytes = [0_u8; 8];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| "this machine gives no randomness".to_owned())?;
        let name = format!("guard-{:016x}", u64::from_le_bytes(bytes));
        let username = || Value::from(name.as_str());
        let password = || Value::from("Throw-away-1-password");
        let create =
            ApiCall::CreateUser { username: username(), password: password(), attributes: Vec::new() };
        let tokens =
            self.signed_in_as("web", (username(), password()), Case::default().api(create), false).await;
        if end == Operation::GlobalSignOut {
            self.done(&Case::default().api(ApiCall::GlobalSignOut { username: username() })).await?;
        }
        self.done(&Case::default().api(ApiCall::DeleteUser { username: username() })).await?;
        tokens
    }

    async fn done(&self, case: &Case) -> Result<(), String> {
        let ran = steps::run(self.session, case, &Meter::default()).await;
        if ran.can_go_on() { Ok(()) } else { Err("it could not be brought about".to_owned()) }
    }
}

fn of(tokens: &Result<Tokens, String>, pick: fn(&Tokens) -> &Option<String>) -> Result<String, String> {
    match tokens {
        Ok(tokens) => pick(tokens).clone().ok_or_else(|| "it did not come with the others".to_owned()),
        Err(reason) => Err(reason.clone()),
    }
}
