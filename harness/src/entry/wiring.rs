//! What the engine is handed at its entry: suites, data, and the makers of doubles and fixtures. It names none itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::model::scenario::Suite;
use crate::selftest::SeededFault;
use crate::target::provisioner::Provisioner;

/// Everything that the entry points bring along.
#[derive(Clone, Copy)]
pub struct Wiring {
    /// All suites.
    pub suites: &'static [Suite],
    /// The ledger files: name and text.
    pub ledger: &'static [(&'static str, &'static str)],
    /// The list of all fact ids that ever were, for the lint that keeps them stable.
    pub ledger_ids: &'static str,
    /// The embedded snapshots: path below the snapshot folder, and text.
    pub snapshots: fn() -> Vec<(String, &'static str)>,
    /// Starts a double.
    pub start_double: fn(DoubleOptions) -> StartingDouble,
    /// The faults that a double can have.
    pub double_faults: fn() -> Vec<SeededFault>,
    /// Makes and removes fixtures; `None` in a build without it.
    pub provisioner: Option<fn() -> Arc<dyn Provisioner>>,
    /// Starts the service that the caller of the library wants tested; `None` for everyone else.
    pub service: Option<&'static StartService>,
}

/// Starts a service that trusts this issuer.
pub type StartService =
    dyn Fn(TrustedIssuer) -> BoxFuture<'static, Result<StartedService, String>> + Send + Sync;

/// A service of the caller's that runs.
pub struct StartedService {
    /// The URL that asks for a token.
    pub url: String,
    /// Keeps it running until it is dropped.
    pub(super) _alive: Box<dyn Send + Sync>,
}

/// The issuer that a service under test has to trust: the harness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Its URL: the `iss` of its tokens. `/.well-known/openid-configuration` and `/.well-known/jwks.json` are below it.
    pub url: String,
    /// The id of the client whose tokens are to be accepted: `client_id` of access tokens, `aud` of ID tokens.
    pub client: String,
    /// The pool id, for a library that asks for it.
    pub pool: String,
}

/// A double on its way up; or why it does not come up, safe to show.
pub type StartingDouble = BoxFuture<'static, Result<Box<dyn RunningDouble>, String>>;

/// How a double is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoubleOptions {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The ids of the faults it has.
    pub faults: Vec<String>,
    /// The issuer outside that its guards are to trust.
    pub trusts: Option<String>,
    /// How long it takes with every answer.
    pub latency: Duration,
    /// Its pages are those of the classic hosted UI, which do not know `prompt`.
    pub classic_pages: bool,
}

/// A double that runs until it is dropped.
pub trait RunningDouble: Send + Sync {
    /// The base URL of its domain and of its management API.
    fn base_url(&self) -> String;
    /// Its fixture document.
    fn fixture_json(&self) -> String;
    /// Moves its clock forward.
    fn advance(&self, by: Duration);
    /// Moves its clock back.
    fn rewind(&self, by: Duration);
    /// Sets its clock back to the real time.
    fn reset_clock(&self);
    /// The ids of the faults that were asked for since the last time while something was answered, whether it has them
    /// or not: no other fault can have changed one of these answers.
    fn take_asked(&self) -> BTreeSet<String>;
}
