//! A target as its settings describe it, before anything is asked of it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::document::URL_OPTION;
use super::error::ConfigError;
use super::launch::Launch;
use crate::model::case::Operation;
use crate::model::endpoint::Endpoint;
use crate::model::fixture::Fixture;
use crate::model::guard::{Guard, GuardNeed, TokenSource};
use crate::model::jwt::Genuine;
use crate::model::need::{Grant, Need};

/// What stands behind a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// The double that is built in.
    Double,
    /// An emulator or another server on this machine.
    Emulator,
    /// A real user pool.
    Pool,
    /// A service that accepts the tokens of an issuer, which the harness is; there is no pool.
    Service,
}

impl TargetKind {
    /// The name in `targets.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Emulator => "emulator",
            Self::Pool => "pool",
            Self::Service => "service",
        }
    }
}

/// Where the fixture comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum FixtureSource {
    /// The double brings its own.
    Double,
    /// It is created through the management API, and removed afterwards.
    Provision,
    /// A JSON document, the path seen from the working folder.
    File(PathBuf),
    /// It is named in the settings: resources that exist already.
    Inline(Box<Fixture>),
    /// The harness is the issuer, with names of its own.
    Issuer,
}

impl fmt::Debug for FixtureSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Double => out.write_str("Double"),
            Self::Provision => out.write_str("Provision"),
            Self::File(path) => out.debug_tuple("File").field(path).finish(),
            // It holds secrets.
            Self::Inline(_) => out.write_str("Inline(..)"),
            Self::Issuer => out.write_str("Issuer"),
        }
    }
}

/// How much of a target one run may use up. `None` is without limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Requests to any endpoint.
    pub requests: Option<u64>,
    /// Machine tokens that are issued; a real pool charges for each.
    pub machine_tokens: Option<u64>,
}

/// How the harness serves its own issuer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnIssuer {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whether it serves HTTPS, with a certificate of an authority that is made for the run.
    pub tls: bool,
}

/// Where a target was described, so that a later fault can be shown at its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file, or the option of the command line.
    pub(super) file: String,
    /// What comes before the key of a setting, with its dot.
    pub(super) prefix: String,
    /// The line at which the target begins.
    pub(super) line: Option<usize>,
    /// The settings that are written, with their lines in a file.
    pub(super) lines: BTreeMap<String, Option<usize>>,
    /// The settings that `--url` stands for.
    pub(super) by_url: Vec<&'static str>,
}

/// Which sign-in pages a double has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pages {
    /// Managed login.
    #[default]
    Managed,
    /// The classic hosted UI.
    Classic,
}

/// One target. Its URLs may still hold the placeholders `{pool_id}`, `{region}`, `{domain_prefix}` and `{port}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The name under `[target.NAME]`.
    pub name: String,
    /// What stands behind it.
    pub kind: TargetKind,
    /// The version of the server, for reports.
    pub version: Option<String>,
    /// The management API; `None` is AWS itself for a pool, and no such API for an emulator.
    pub api_endpoint: Option<String>,
    /// The AWS Region.
    pub region: String,
    /// The base of `/oauth2/*`, `/login` and `/logout`, without a slash at the end.
    pub domain: String,
    /// The base of `/.well-known/*`, without a slash at the end.
    pub issuer: String,
    /// The `iss` claim its tokens are expected to carry, where that is neither the fixture's issuer nor `issuer`.
    pub expect_iss: Option<String>,
    /// Where the fixture comes from.
    pub fixture: FixtureSource,
    /// What it does not claim, by the name of the need, with the reason.
    pub unsupported: BTreeMap<String, String>,
    /// Paths that differ from Cognito's.
    pub paths: BTreeMap<Endpoint, String>,
    /// How many cases may be under way at once.
    pub concurrency: usize,
    /// Requests a second; `None` is as fast as it goes.
    pub rate: Option<f64>,
    /// How long one answer may take.
    pub timeout: Duration,
    /// What a run may use up.
    pub budget: Budget,
    /// Whether its answers are the truth from which snapshots are recorded.
    pub oracle: bool,
    /// The URLs that ask for its tokens.
    pub guards: Vec<Guard>,
    /// Whether only its guards are meant, and not the pool.
    pub guards_only: bool,
    /// The one guard that this is about; `None` for the pool itself. See [`Target::units`].
    pub guard: Option<Guard>,
    /// How the harness serves its own issuer, for guards that trust it.
    pub own_issuer: OwnIssuer,
    /// The defects of the double that are switched on.
    pub faults: Vec<String>,
    /// Which pages the double has.
    pub pages: Pages,
    /// Where genuine tokens are kept for later runs, if they are to be.
    pub jar: Option<PathBuf>,
    /// Whether it is waited until tokens of a short-lived client have expired.
    pub wait_expiry: bool,
    /// How it is started; `None` where that is not this tool's business.
    pub launch: Option<Launch>,
    /// The options of the command line that choose it again, such as `-t NAME`.
    pub chosen_by: String,
    /// Where all this was written.
    pub origin: Origin,
}

impl Target {
    /// What is tested of it, each under a name of its own in reports: the pool (unless it is a service, which has none)
    /// and every guard.
    pub fn units(&self) -> Vec<Self> {
        let pool = (self.kind != TargetKind::Service && !self.guards_only)
            .then(|| Self { guard: None, ..self.clone() });
        let guards = self.guards.iter().map(|guard| Self {
            name: format!("{}/{}", self.name, guard.name),
            chosen_by: format!("{} --guard {}", self.chosen_by, guard.name),
            guard: Some(guard.clone()),
            ..self.clone()
        });
        pool.into_iter().chain(guards).collect()
    }

    /// Why a scenario about a guard does not apply to the guard of this unit, as far as the settings tell.
    pub fn guard_lacks(&self, needs: &[Need]) -> Option<String> {
        let guard = self.guard.as_ref()?;
        let lacks = |need: &Need| match need {
            Need::Guard(need) => guard
                .lacks(*need)
                .or_else(|| self.never_has(guard, *need).map(str::to_owned))
                .map(|reason| format!("{need} is not claimed: {reason}")),
            _ => None,
        };
        needs.iter().find_map(lacks)
    }

    /// Why a token is never there, known before anything runs.
    fn never_has(&self, guard: &Guard, need: GuardNeed) -> Option<&'static str> {
        let GuardNeed::Token(genuine) = need else { return None };
        match (guard.tokens, genuine) {
            // The clock of the double can be set back.
            (TokenSource::Pool, Genuine::Expired) if self.kind == TargetKind::Double => None,
            (TokenSource::Pool, Genuine::Expired) if self.jar.is_none() && !self.wait_expiry => {
                Some("nothing is kept of earlier runs: give --jar FILE, or --wait-expiry")
            }
            (TokenSource::Issuer, Genuine::Revoked | Genuine::SignedOut | Genuine::DeletedUser) => {
                Some("the harness is the issuer and has no sessions that could end")
            }
            _ => None,
        }
    }

    /// Whether its sign-in pages are those of managed login. A pool that is made here has the classic ones.
    fn claims_managed_login(&self) -> bool {
        let is_made_here = self.kind == TargetKind::Pool && self.fixture == FixtureSource::Provision;
        !is_made_here && !self.unsupported.contains_key(&Need::ManagedLogin.to_string())
    }

    /// Why the target does not claim what a scenario needs, or `None` if it does claim it.
    pub fn lacks(&self, need: Need) -> Option<&str> {
        if let Some(reason) = self.unsupported.get(&need.to_string()) {
            return Some(reason);
        }
        match need {
            Need::Guard(_) if self.guard.is_none() => Some("no guard is meant"),
            Need::Grant(Grant::Implicit) | Need::SignIn => self.lacks(Need::Endpoint(Endpoint::Authorize)),
            Need::Grant(_) => self.lacks(Need::Endpoint(Endpoint::Token)),
            Need::Api(Operation::AdvanceClock) if self.kind != TargetKind::Double => {
                Some("only the double has a clock that can be moved")
            }
            Need::ClassicLogin if self.claims_managed_login() => {
                Some("the target claims managed login, which knows prompt")
            }
            Need::Api(operation) if self.only_names_a_pool() && changes_the_pool(operation) => {
                Some("the pool is named, not created: nothing is created or changed in it")
            }
            Need::Api(_) if self.kind == TargetKind::Emulator && self.api_endpoint.is_none() => {
                Some("it has no management API: no `endpoint` is set")
            }
            _ => None,
        }
    }

    /// Whether this is a pool of the user's own, of which the resources are named.
    pub fn only_names_a_pool(&self) -> bool {
        self.kind == TargetKind::Pool && self.fixture != FixtureSource::Provision
    }

    /// An error about one of the settings, such as `fixture` or `launch.command`, at the line where it is written. A
    /// domain or issuer that is not written follows from `endpoint`, so the error is about that.
    pub fn fault(&self, key: &str, problem: impl Into<String>, advice: impl Into<String>) -> ConfigError {
        let lines = &self.origin.lines;
        let follows = matches!(key, "domain" | "issuer") && !lines.contains_key(key);
        let key = if follows && lines.contains_key("endpoint") { "endpoint" } else { key };
        let by_url = self.origin.by_url.contains(&key);
        ConfigError {
            file: if by_url { URL_OPTION.to_owned() } else { self.origin.file.clone() },
            line: lines.get(key).copied().unwrap_or(self.origin.line),
            // What follows from the URL is named; the URL itself needs no name.
            key: (!by_url || key == "issuer").then(|| format!("{}{key}", self.origin.prefix)),
            problem: problem.into(),
            advice: advice.into(),
        }
    }
}

/// Whether an operation of the management API leaves a pool other than it was.
const fn changes_the_pool(operation: Operation) -> bool {
    match operation {
        Operation::CreateUser
        | Operation::DisableUser
        | Operation::EnableUser
        | Operation::AddToGroup
        | Operation::UpdateClient
        | Operation::DeleteUser
        | Operation::GlobalSignOut
        | Operation::CreateClient
        | Operation::SetFlows => true,
        Operation::PasswordSignIn | Operation::RevokeToken | Operation::AdvanceClock => false,
    }
}
