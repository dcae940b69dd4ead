//! Tokens that are expired, and tokens of sessions that have ended: of this run, and of earlier ones.

use std::time::Duration;

use super::{Stock, Tokens, of};
use crate::exec::session::Meter;
use crate::exec::steps;
use crate::model::case::{ApiCall, Case, Operation};
use crate::model::endpoint::Endpoint;
use crate::model::guard::{Guard, TokenKind};
use crate::model::need::Need;
use crate::model::request::{AuthStyle, Request};
use crate::model::value::Value;
use crate::observe::claims::payload;
use crate::target::control::ControlCall;
use crate::token::jar::{self, Entry, Fate, Jar};

/// How many seconds a token has to be away from its end to count as living or as expired.
const LEEWAY: u64 = 90;

/// The longest time that it is waited until tokens have expired.
const LONGEST_WAIT: Duration = Duration::from_mins(12);

/// How many seconds ago the tokens ended that are got with the clock set back: longer than any leeway for which there is a
/// reason, and not so long that a guard with too long a one would refuse them.
const ENDED_AGO: u64 = 400;

impl Stock<'_> {
    /// Takes what is expired from the jar, and sessions that ended in an earlier run where none could be ended now.
    pub(super) fn take_from(&mut self, jar: &Jar) {
        let pool = &self.session.fixture.pool.id;
        self.no_expired = format!("the jar has no expired token of the pool {pool} yet");
        let ended = |entry: &&Entry| entry.fate == Fate::Kept && entry.exp + LEEWAY < jar::now();
        let expired = jar.of_pool(pool).filter(ended);
        self.expired.extend(expired.map(|entry| (entry.client.clone(), entry.kind, entry.token.clone())));
        let living = |fate: Fate, kind: TokenKind| {
            jar.of_pool(pool)
                .find(|entry| entry.fate == fate && entry.kind == kind && entry.exp > jar::now() + LEEWAY)
                .map(|entry| entry.token.clone())
        };
        for (fate, tokens) in [
            (Fate::Revoked, &mut self.revoked),
            (Fate::SignedOut, &mut self.signed_out),
            (Fate::DeletedUser, &mut self.deleted_user),
        ] {
            let (id, access) = (living(fate, TokenKind::Id), living(fate, TokenKind::Access));
            if tokens.is_err() && (id.is_some() || access.is_some()) {
                *tokens = Ok(Tokens { id, access, refresh: None });
            }
        }
    }

    /// Gets tokens that have ended already, from a target whose clock can be set back. Nothing else is asked of it
    /// meanwhile: its guards are only being made ready.
    pub(super) async fn take_of_earlier(&mut self) {
        let client = self.session.fixture.client.get("web").map(|web| web.id.clone()).unwrap_or_default();
        let living = |tokens: &Tokens| {
            let lifetimes =
                [&tokens.id, &tokens.access].into_iter().flatten().filter_map(|token| lifetime(token));
            lifetimes.max()
        };
        let Some(longest) = self.web.as_ref().ok().and_then(living) else { return };
        let back = ControlCall::RewindClock(longest + ENDED_AGO);
        let outcome = match self.session.control.call(back).await {
            Ok(_) => self.signed_in("web", "main", false).await,
            Err(error) => Err(error.to_string()),
        };
        // Whatever came of it.
        let reset = self.session.control.call(ControlCall::ResetClock).await;
        match outcome.and_then(|tokens| reset.map(|_| tokens).map_err(|error| error.to_string())) {
            Ok(tokens) => {
                let both = [(TokenKind::Id, tokens.id), (TokenKind::Access, tokens.access)];
                let both = both.into_iter().filter_map(|(kind, token)| Some((client.clone(), kind, token?)));
                self.expired.extend(both);
            }
            Err(reason) => self.no_expired = reason,
        }
    }

    /// What later runs may want.
    pub(super) fn to_be_kept(&self) -> Vec<Entry> {
        let client = self.session.fixture.client.get("web").map(|web| web.id.clone()).unwrap_or_default();
        let entry = |fate: Fate, kind: TokenKind, token: &Option<String>| {
            let token = token.clone()?;
            let exp = expiry(&token)?;
            let pool = self.session.fixture.pool.id.clone();
            Some(Entry { pool, client: client.clone(), kind, fate, since: jar::now(), exp, token })
        };
        [
            (Fate::Kept, &self.web),
            (Fate::Revoked, &self.revoked),
            (Fate::SignedOut, &self.signed_out),
            (Fate::DeletedUser, &self.deleted_user),
        ]
        .into_iter()
        .filter_map(|(fate, tokens)| Some((fate, tokens.as_ref().ok()?)))
        .flat_map(|(fate, tokens)| {
            [entry(fate, TokenKind::Id, &tokens.id), entry(fate, TokenKind::Access, &tokens.access)]
        })
        .flatten()
        .collect()
    }

    /// Waits until these tokens have expired.
    pub(super) async fn wait_for(&mut self, tokens: Result<Tokens, String>) {
        let client = self.session.fixture.client.get("short-lived").map(|client| client.id.clone());
        let (tokens, client) = match (tokens, client) {
            (Ok(tokens), Some(client)) => (tokens, client),
            (Err(reason), _) => {
                self.no_expired = reason;
                return;
            }
            (_, None) => return,
        };
        let both = [(TokenKind::Id, tokens.id), (TokenKind::Access, tokens.access)];
        let last = both.iter().filter_map(|(_, token)| expiry(token.as_ref()?)).max().unwrap_or_default();
        let wait = Duration::from_secs(last.saturating_add(LEEWAY).saturating_sub(jar::now()));
        if wait > LONGEST_WAIT {
            self.no_expired = format!("the tokens of client.short-lived live for {} s more", wait.as_secs());
            return;
        }
        crate::entry::output::remark(&format!(
            "{}: waiting {} s until the tokens of client.short-lived have expired",
            self.target.name,
            wait.as_secs()
        ));
        tokio::time::sleep(wait).await;
        let taken = both.into_iter().filter_map(|(kind, token)| Some((client.clone(), kind, token?)));
        self.expired.splice(0..0, taken);
    }

    /// An expired token that was good for this guard once.
    pub(super) fn expired(&self, guard: &Guard) -> Result<String, String> {
        if guard.token == TokenKind::Access {
            self.web_may_pass(guard)?;
        }
        let once_good = |client: &String| guard.audience.is_empty() || guard.audience.contains(client);
        self.expired
            .iter()
            .find(|(client, kind, _)| *kind == guard.token && once_good(client))
            .map(|(_, _, token)| token.clone())
            .ok_or_else(|| self.no_expired.clone())
    }

    /// Tokens whose session was revoked.
    pub(super) async fn revoked(&self) -> Result<Tokens, String> {
        let tokens = self.signed_in("web", "main", false).await?;
        let refresh = of(&Ok(tokens.clone()), |tokens| &tokens.refresh)?;
        let mut ways = Vec::new();
        if self.target.lacks(Need::Endpoint(Endpoint::Revoke)).is_none() {
            for style in [AuthStyle::Basic, AuthStyle::Post] {
                let request = Request::post_form(Endpoint::Revoke).field("token", refresh.as_str());
                ways.push(Case::default().setup("revoke", request.client(style, "web"), &[]));
            }
        }
        if self.target.lacks(Need::Api(Operation::RevokeToken)).is_none() {
            let call = ApiCall::RevokeToken { client: "web".to_owned(), token: refresh.into() };
            ways.push(Case::default().api(call));
        }
        for case in ways {
            if self.done(&case).await.is_ok() {
                return Ok(tokens);
            }
        }
        Err("the session could not be revoked".to_owned())
    }

    /// Tokens of a user who is made for this, and signed out everywhere or deleted then.
    pub(super) async fn of_throwaway(&self, end: Operation) -> Result<Tokens, String> {
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

    pub(super) async fn done(&self, case: &Case) -> Result<(), String> {
        let ran = steps::run(self.session, case, &Meter::default()).await;
        if ran.can_go_on() { Ok(()) } else { Err("it could not be brought about".to_owned()) }
    }
}

/// How long a token lives, in seconds.
fn lifetime(token: &str) -> Option<u64> {
    expiry(token)?.checked_sub(payload(token)?.get("iat")?.as_u64()?)
}

/// When a token ends, in seconds since the epoch.
fn expiry(token: &str) -> Option<u64> {
    payload(token)?.get("exp")?.as_u64()
}
