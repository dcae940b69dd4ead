//! Everything that is needed to send the cases of a run to one target.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::budget::{Budget, Turn};
use super::client::Client;
use super::prepare::Prepared;
use super::shared::Shared;
use crate::model::case::Purpose;
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Answer, Fault};
use crate::model::fixture::Fixture;
use crate::model::jwt::Jwt;
use crate::model::request::Request;
use crate::model::value::{Lookup, Slot, Unresolved};
use crate::target::control::ControlPlane;
use crate::token::Wallet;

/// One target that is ready: how it is reached, what is known on it, and what may be asked of it.
#[derive(Clone)]
pub struct Session {
    /// Sends requests.
    pub client: Client,
    /// The URL of every endpoint.
    pub urls: BTreeMap<Endpoint, String>,
    /// The URLs of the other pool's domain; none where users cannot sign in there.
    pub other_urls: BTreeMap<Endpoint, String>,
    /// What is known on the target.
    pub fixture: Arc<Fixture>,
    /// Makes calls of the management API.
    pub control: Arc<dyn ControlPlane>,
    /// The limits of the run.
    pub budget: Arc<Budget>,
    /// What several cases begin with.
    pub shared: Arc<Shared>,
    /// The guard that is tested, where it is one.
    pub guard: Option<Arc<Guarded>>,
}

/// How the guard that is tested is asked.
#[derive(Clone)]
pub struct Guarded {
    /// The method.
    pub method: String,
    /// The header field that holds the token.
    pub header: String,
    /// The tokens for it.
    pub wallet: Wallet,
    /// Whether it may say with a 503 that it cannot read the keys of its issuer. Otherwise a 503 says that it is busy.
    pub lacks_keys: bool,
}

/// Counts the requests of one scenario.
#[derive(Debug, Default)]
pub struct Meter(AtomicU64);

impl Meter {
    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// One more.
    pub(super) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Session {
    /// The URL of an endpoint.
    ///
    /// # Errors
    /// [`Fault::Unsendable`] where the target has none.
    pub fn url(&self, endpoint: Endpoint) -> Result<&str, Fault> {
        self.urls
            .get(&endpoint)
            .map(String::as_str)
            .ok_or_else(|| Fault::Unsendable(format!("the target has no URL for {endpoint}")))
    }

    /// The URL of an endpoint of the other pool's domain.
    ///
    /// # Errors
    /// [`Fault::Unsendable`] where it has none.
    pub fn other_url(&self, endpoint: Endpoint) -> Result<&str, Fault> {
        self.other_urls
            .get(&endpoint)
            .map(String::as_str)
            .ok_or_else(|| Fault::Unsendable(format!("the other pool has no URL for {endpoint}")))
    }

    /// The URL to which a request goes, without its query.
    ///
    /// # Errors
    /// [`Fault::Unsendable`] where the target has none.
    pub fn url_of(&self, request: &Request) -> Result<String, Fault> {
        let url = if request.to_other_pool {
            self.other_url(request.endpoint)?
        } else {
            self.url(request.endpoint)?
        };
        Ok(request.url_edit.as_ref().map_or_else(|| url.to_owned(), |edit| edit.apply(url)))
    }

    /// The request as it is sent: for a guard with its method and its header field.
    pub fn filled_in(&self, request: &Request) -> Request {
        match &self.guard {
            Some(guard) => request.clone().for_guard(&guard.method, &guard.header),
            None => request.clone(),
        }
    }

    /// Waits for the turn of one request with this purpose; what cleans up is never refused.
    ///
    /// # Errors
    /// [`Fault::Budget`] where a total is spent, [`Fault::Stopped`] where the run was stopped.
    pub async fn turn(&self, purpose: Purpose, machine_token: bool) -> Result<Turn<'_>, Fault> {
        match purpose {
            Purpose::Cleanup => Ok(self.budget.cleanup_turn(machine_token).await),
            _ => self.budget.turn(machine_token).await,
        }
    }

    /// Waits for its turn, sends one request that does not clean up, and keeps the accounts.
    ///
    /// # Errors
    /// Any [`Fault`]; an answer that only says "busy" is one too.
    pub async fn send(&self, prepared: &Prepared, meter: &Meter) -> Result<Answer, Fault> {
        self.send_in(self.budget.turn(prepared.machine_token).await?, prepared, meter).await
    }

    /// Sends one request in its turn and keeps the accounts.
    ///
    /// # Errors
    /// Any [`Fault`]; an answer that only says "busy" is one too.
    pub async fn send_in(&self, turn: Turn<'_>, prepared: &Prepared, meter: &Meter) -> Result<Answer, Fault> {
        meter.count();
        // Without an answer the turn is dropped unsettled: a token may have been issued all the same.
        let answer = self.client.send(prepared).await?;
        turn.settle(contains(&answer.body, b"access_token"));
        let lacks_keys = prepared.to_guard && self.guard.as_ref().is_some_and(|guard| guard.lacks_keys);
        if answer.status == 429 || answer.status == 503 && !lacks_keys {
            return Err(Fault::Throttled(answer.status));
        }
        Ok(answer)
    }

    /// The fixture together with what a case has captured so far.
    pub fn lookup<'a>(&'a self, captured: &'a BTreeMap<String, String>) -> Known<'a> {
        Known {
            fixture: &self.fixture,
            captured,
            wallet: self.guard.as_ref().map(|guard| &guard.wallet),
            sent: RefCell::default(),
        }
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    body.windows(text.len()).any(|window| window == text)
}

/// The fixture together with what a case has captured so far.
pub struct Known<'a> {
    fixture: &'a Fixture,
    captured: &'a BTreeMap<String, String>,
    wallet: Option<&'a Wallet>,
    sent: RefCell<Vec<String>>,
}

impl Known<'_> {
    /// The tokens that were put together for it: what is shown must not hold them.
    pub fn into_sent(self) -> Vec<String> {
        self.sent.into_inner()
    }
}

impl Lookup for Known<'_> {
    fn fixture(&self, slot: &Slot) -> Option<&str> {
        self.fixture.get(slot)
    }

    fn captured(&self, name: &str) -> Option<&str> {
        self.captured.get(name).map(String::as_str)
    }

    fn token(&self, jwt: &Jwt) -> Result<String, Unresolved> {
        let nothing = || Unresolved::Token(format!("there is no guard to send the {} token to", jwt.genuine));
        let token = self.wallet.ok_or_else(nothing)?.token(jwt).map_err(Unresolved::Token)?;
        self.sent.borrow_mut().push(token.clone());
        Ok(token)
    }
}
