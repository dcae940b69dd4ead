//! Makes the guards of a target ready: creates those that are to be created, and gets the tokens for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::stock::Stock;
use crate::exec::client::Client;
use crate::exec::prepare::prepare;
use crate::exec::session::{Guarded, Meter, Session};
use crate::model::endpoint::Endpoint;
use crate::model::fixture::Fixture;
use crate::model::guard::{GUARDED, Guard, TokenKind, TokenSource};
use crate::model::jwt::Genuine;
use crate::model::request::Request;
use crate::target::place::is_on_this_machine;
use crate::target::provisioner::{GuardPlan, Place, Provisioner};
use crate::target::spec::Target;
use crate::token::issuer::{self, Issuer};
use crate::token::{Kind, Profile, Wallet};

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
    /// The harness's own issuer.
    pub(super) issuer: Option<&'a Issuer>,
    /// The URL of the service that the caller of the library brought.
    pub(super) service: Option<String>,
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
        let fixture = self.fixture(guard);
        let filled = |text: &String| {
            self.target.guard_text(text, &fixture, self.port).map_err(|error| error.to_string())
        };
        Ok(Guard {
            url: guard.url.as_ref().map(filled).transpose()?.or_else(|| self.service.clone()),
            audience: guard.audience.iter().map(filled).collect::<Result<_, _>>()?,
            scopes: guard.scopes.iter().map(filled).collect::<Result<_, _>>()?,
            ..guard.clone()
        })
    }

    /// The names of what issues the tokens of a guard.
    fn fixture(&self, guard: &Guard) -> Arc<Fixture> {
        match (guard.tokens, self.issuer) {
            (TokenSource::Issuer, Some(issuer)) => Arc::new(issuer.fixture()),
            _ => Arc::clone(&self.session.fixture),
        }
    }

    /// The guards with their URLs; those without one are created.
    async fn created(&self, guards: Vec<Result<Guard, String>>) -> Vec<Result<Guard, String>> {
        let is_open = |guard: &Result<Guard, String>| guard.as_ref().is_ok_and(|guard| guard.url.is_none());
        if !guards.iter().any(is_open) {
            return guards;
        }
        let Some((maker, place, _)) = self.provisioned else {
            let reason = "it has no `url`, and nothing is created here: the fixture is not \"provision\"";
            return guards
                .into_iter()
                .map(|guard| {
                    guard.and_then(|guard| guard.url.is_some().then_some(guard).ok_or(reason.to_owned()))
                })
                .collect();
        };
        let plans =
            guards.iter().filter(|guard| is_open(guard)).flatten().map(|guard| self.plan(guard)).collect();
        let mut urls = maker.guard(place, Arc::clone(&self.session.fixture), plans).await.into_iter();
        let mut with_url = |guard: Guard| {
            if guard.url.is_some() {
                return Ok(guard);
            }
            let url = urls.next().unwrap_or_else(|| Err("nothing was created for it".to_owned()))?;
            Ok(Guard { url: Some(url), ..guard })
        };
        guards.into_iter().map(|guard| guard.and_then(&mut with_url)).collect()
    }

    /// What an HTTP API calls for whom it lets in: a public document, from which nobody learns anything. ministack appends
    /// the path of the request to it, where an empty query does not keep that away from the path.
    fn backend(&self) -> String {
        let keys = self.session.urls.get(&Endpoint::Jwks).cloned().unwrap_or_default();
        if self.target.api_endpoint.is_some() { format!("{keys}?") } else { keys }
    }

    /// What is to be created for a guard without a URL.
    fn plan(&self, guard: &Guard) -> GuardPlan {
        let own = match (guard.tokens, self.issuer) {
            (TokenSource::Issuer, Some(issuer)) => issuer.url().to_owned(),
            _ => self.session.fixture.pool.issuer.clone(),
        };
        let issuer = if guard.situation == "issuer-slash" { format!("{own}/") } else { own };
        let other = self.session.fixture.other_pool.as_ref().map(|pool| pool.id.clone());
        let several = guard.situation == "several-pools";
        GuardPlan {
            name: guard.name.clone(),
            profile: guard.profile,
            scopes: guard.scopes.clone(),
            audience: guard.audience.clone(),
            issuer,
            backend: self.backend(),
            pools: [self.session.fixture.pool.id.clone()]
                .into_iter()
                .chain(other.filter(|_| several))
                .collect(),
        }
    }

    async fn session_of(&self, guard: &Guard, stock: Option<&Stock<'_>>) -> Result<Session, String> {
        let url = guard.url.clone().ok_or("it has no URL")?;
        let wallet = self.wallet(guard, stock).await?;
        let mut urls = self.session.urls.clone();
        let of_target = urls.values().all(|url| is_on_this_machine(url));
        let loopback = of_target && is_on_this_machine(&url);
        urls.insert(Endpoint::Guard, url);
        // A client reads all root certificates when it is made.
        let client = if loopback == of_target {
            self.session.client.clone()
        } else {
            Client::new(self.target.timeout, loopback)?
        };
        Ok(Session {
            client,
            urls,
            fixture: self.fixture(guard),
            // Another guard answers otherwise.
            shared: Arc::default(),
            guard: Some(Arc::new(Guarded {
                method: guard.method.clone(),
                header: guard.header.clone(),
                wallet,
                lacks_keys: guard.situation == "keys-unreachable",
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
        if let (TokenSource::Issuer, Some(issuer)) = (guard.tokens, self.issuer) {
            return Ok(issuer.wallet(profile(guard)));
        }
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

/// For whom the harness mints as the issuer: for the first client that the guard accepts, if it names any.
fn profile(guard: &Guard) -> Profile {
    let kind = match guard.token {
        TokenKind::Id => Kind::Id,
        TokenKind::Access => Kind::Access,
    };
    let scopes: Vec<&str> = guard.scopes.iter().map(String::as_str).collect();
    let mut profile = issuer::profile(kind, &scopes);
    if let Some(first) = guard.audience.first() {
        profile.client.clone_from(first);
        profile.machine_client.clone_from(guard.audience.get(1).unwrap_or(first));
    }
    profile
}
