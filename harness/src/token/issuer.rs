//! The harness as issuer over HTTP: services that verify tokens read its discovery document and its key set, and it can
//! be told to be slow, to be down or to rotate its keys.

mod authority;
mod documents;
mod names;
mod serve;

use std::fmt;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{AbortHandle, spawn_blocking};

pub use names::{
    CLIENT, FOREIGN_CLIENT, MACHINE_CLIENT, OTHER_CLIENT, OTHER_POOL, POOL, REGION, RESOURCE_SERVER, fixture,
    profile,
};

use super::{Mint, Profile, Wallet};
use crate::model::fixture::Fixture;

/// How the issuer is reached.
#[derive(Clone, Debug, Default)]
pub struct IssuerOptions {
    /// The port on 127.0.0.1; any free one where it is 0.
    pub port: u16,
    /// Over https where this is set: the certificate of the authority that vouches for it is written to this file as
    /// PEM. Services are told to trust it with `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE` and the like.
    pub tls: Option<PathBuf>,
}

/// The harness as issuer of two pools. Dropping it stops it.
pub struct Issuer {
    shared: Arc<Shared>,
    base: String,
    task: AbortHandle,
}

/// What the issuer and its connections share.
struct Shared {
    mint: Arc<Mint>,
    conduct: Mutex<Conduct>,
    requests: Mutex<Requests>,
}

/// How the issuer answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Conduct {
    delay: Duration,
    outage: Option<Outage>,
    discovery: bool,
}

/// In which way the issuer is not available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Connections are closed without an answer.
    Closed,
    /// Every answer is 503 (RFC 9110 section 15.6.4).
    Unavailable,
}

/// How often each document was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// The discovery document of the pool.
    pub discovery: u64,
    /// The key set of the pool.
    pub key_set: u64,
    /// The discovery document of the other pool.
    pub other_discovery: u64,
    /// The key set of the other pool.
    pub other_key_set: u64,
    /// What an attacker offers, to which only a forged header points.
    pub elsewhere: u64,
    /// Anything else.
    pub unknown: u64,
}

impl Issuer {
    /// Starts it on 127.0.0.1.
    ///
    /// # Errors
    /// Where it cannot listen, or the authority's file cannot be written.
    pub async fn start(options: IssuerOptions) -> Result<Self, String> {
        let wanted = (Ipv4Addr::LOCALHOST, options.port);
        let failed = |error: std::io::Error| {
            format!("the issuer cannot listen on 127.0.0.1:{}: {error}", options.port)
        };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let scheme = if options.tls.is_some() { "https" } else { "http" };
        let base = format!("{scheme}://127.0.0.1:{port}");
        let acceptor = match options.tls {
            Some(file) => Some(authority::acceptor(&file)?),
            None => None,
        };
        let [own, other, elsewhere] = [POOL, OTHER_POOL, "elsewhere"].map(|path| format!("{base}/{path}"));
        // The first one of a process generates the keys.
        let mint = spawn_blocking(move || Mint::new(&own, &other, &elsewhere))
            .await
            .map_err(|error| format!("the issuer's keys were not made: {error}"))??;
        let shared = Arc::new(Shared {
            mint: Arc::new(mint),
            conduct: Mutex::new(Conduct { delay: Duration::ZERO, outage: None, discovery: true }),
            requests: Mutex::default(),
        });
        let task = tokio::spawn(serve::accept(listener, acceptor, Arc::clone(&shared))).abort_handle();
        Ok(Self { shared, base, task })
    }

    /// The issuer's URL, which is `iss` of its tokens.
    pub fn url(&self) -> &str {
        self.shared.mint.own.issuer()
    }

    /// The URL of the other pool's issuer.
    pub fn other_url(&self) -> &str {
        self.shared.mint.other.issuer()
    }

    /// Scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The names of pools, clients and scopes, with the URLs of this issuer.
    pub fn fixture(&self) -> Fixture {
        let mut fixture = fixture();
        self.url().clone_into(&mut fixture.pool.issuer);
        if let Some(other) = &mut fixture.other_pool {
            self.other_url().clone_into(&mut other.issuer);
        }
        fixture
    }

    /// A wallet whose tokens this issuer mints.
    pub fn wallet(&self, profile: Profile) -> Wallet {
        Wallet::minted(Arc::clone(&self.shared.mint), profile)
    }

    /// Adds a key to the key set of the pool and signs with it from now on.
    ///
    /// # Errors
    /// Where no key can be generated.
    pub fn rotate(&self) -> Result<(), String> {
        self.shared.mint.own.rotate()
    }

    /// Waits so long before every answer.
    pub fn slow(&self, delay: Duration) {
        self.shared.conduct().delay = delay;
    }

    /// Closes every connection without an answer.
    pub fn down(&self) {
        self.out(Outage::Closed);
    }

    /// Is not available in this way.
    pub fn out(&self, outage: Outage) {
        self.shared.conduct().outage = Some(outage);
    }

    /// Answers again after an outage.
    pub fn up(&self) {
        self.shared.conduct().outage = None;
    }

    /// No longer has discovery documents: only who knows where the key set is finds it.
    pub fn without_discovery(&self) {
        self.shared.conduct().discovery = false;
    }

    /// Has discovery documents again.
    pub fn with_discovery(&self) {
        self.shared.conduct().discovery = true;
    }

    /// How often each document was asked for.
    pub fn requests(&self) -> Requests {
        *self.shared.requests()
    }
}

impl Shared {
    fn conduct(&self) -> MutexGuard<'_, Conduct> {
        self.conduct.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Issuer({})", self.base)
    }
}

#[cfg(test)]
mod tests;
