//! Makes the guards of a target ready: creates those that are to be created, and gets the tokens for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::stock::Stock;
use crate::exec::client::Client;
use crate::exec::prepare::prepare;
use crate::exec::session::{Guarded, Meter, Session};
use crate::model::endpoint::Endpoint;
use crate::model::guard::{GUARDED, Guard, TokenSource};
use crate::model::jwt::Genuine;
use crate::model::request::Request;
use crate::target::place::is_on_this_machine;
use crate::target::provisioner::{Place, Provisioner};
use crate::target::spec::Target;
use crate::token::Wallet;

/// What the guards of a target stand on.
pub(super) struct Ground<'a> {
    /// The target.
    pub(super) target: &'a Target,
    /// How its pool is reached.
    pub(super) session: &'a Session,
    /// The port of its server.
    pub(super) port: Option<u16>,
    /// Who created the fixture, where it was created.
    pub(super) provisioned: Option<&'a (Arc<dyn Provisioner>, Place, String)>,
}

impl Ground<'_> {
    /// A session for each of these guards, in order, or why there is none.
    pub(super) async fn sessions(&self, units: &[&Target]) -> Vec<Result<Session, String>> {
        let guards: Vec<Result<Guard, String>> =
            units.iter().filter_map(|unit| unit.guard.as_ref()).map(|guard| self.settled(guard)).collect();
        let guards = self.created(guards).await;
        let from_pool = |guard: &Result<Guard, String>| {
            guard.as_ref().is_ok_and(|guard| guard.tokens == TokenSource::Pool)
        };
        let stock = if guards.iter().any(from_pool) {
            match Stock::fill(self.session, self.target).await {
                Ok(stock) => Some(stock),
                Err(reason) => return units.iter().map(|_| Err(reason.clone())).collect(),
            }
        } else {
            None
        };
        let mut sessions = Vec::new();
        for guard in guards {
            sessions.push(match guard {
                Ok(guard) => self.session_of(&guard, stock.as_ref()).await,
                Err(reason) => Err(reason),
            });
        }
        sessions
    }

    /// The guard with its placeholders filled.
    fn settled(&self, guard: &Guard) -> Result<Guard, String> {
        let filled = |text: &String| {
            self.target.guard_text(text, &self.session.fixture, self.port).map_err(|error| error.to_string())
        };
        Ok(Guard {
            url: guard.url.as_ref().map(filled).transpose()?,
            audience: guard.audience.iter().map(filled).collect::<Result<_, _>>()?,
            scopes: guard.scopes.iter().map(filled).collect::<Result<_, _>>()?,
            ..guard.clone()
        })
    }

    /// The guards with their URLs; those without one are created.
    async fn created(&self, guards: Vec<Result<Guard, String>>) -> Vec<Result<Guard, String>> {
        let _ = self.provisioned;
        guards
    }

    async fn session_of(&self, guard: &Guard, stock: Option<&Stock<'_>>) -> Result<Session, String> {
        let url = guard.url.clone().ok_or("it has no URL")?;
        let wallet = self.wallet(guard, stock).await?;
        let mut urls = self.session.urls.clone();
        let loopback = urls.values().chain([&url]).all(|url| is_on_this_machine(url));
        urls.insert(Endpoint::Guard, url);
        Ok(Session {
            client: Client::new(self.target.timeout, loopback)?,
            urls,
            // Another guard answers otherwise.
            shared: Arc::default(),
            guard: Some(Arc::new(Guarded {
                method: guard.method.clone(),
                header: guard.header.clone(),
                wallet,
            })),
            ..self.session.clone()
        })
    }

    /// The key set of the target's pool, if it can be read.
    async fn key_set(&self) -> Option<Json> {
        let request = Request::get(Endpoint::Jwks);
        let url = self.session.url_of(&request).ok()?;
        let prepared = prepare(&request, &url, &self.session.lookup(&BTreeMap::new())).ok()?;
        let answer = self.session.send(&prepared, &Meter::default()).await.ok()?;
        serde_json::from_slice(&answer.body).ok()
    }

    async fn wallet(&self, guard: &Guard, stock: Option<&Stock<'_>>) -> Result<Wallet, String> {
        let (tokens, missing) = match stock {
            Some(stock) => stock.for_guard(guard).await,
            None => (BTreeMap::new(), BTreeMap::new()),
        };
        if let Some(reason) = missing.get(&Genuine::Good).filter(|_| guard.situation == GUARDED) {
            return Err(format!("no token can be had that the guard is to accept: {reason}"));
        }
        let wallet = Wallet::new(tokens).without(missing);
        Ok(match self.key_set().await {
            // Without keys there is no forging with them, and every scenario that needs one says so.
            Some(keys) => wallet.clone().with_key_set(&keys).unwrap_or(wallet),
            None => wallet,
        })
    }
}
