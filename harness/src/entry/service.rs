//! A token-guarded service of the caller's own, tested in `cargo test` with the harness as its issuer.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use libtest_mimic::Arguments;

use super::wiring::{StartService, StartedService, TrustedIssuer, Wiring};
use super::{libtest, output, stage};
use crate::model::guard::{Exactness, GUARDED, Guard, TokenKind, TokenSource};
use crate::model::ledger::Profile;
use crate::target::config::Config;
use crate::target::spec::Target;

/// What the service has to be like, before it runs: the names of the trials follow from it.
///
/// By default it takes access tokens of one client, in `Authorization: Bearer`, and asks for no scope.
#[derive(Clone, Debug)]
pub struct Service {
    guard: Guard,
    snapshots: Option<PathBuf>,
}

impl Service {
    /// A service of this name: lower-case letters, digits and dashes.
    pub fn new(name: &str) -> Self {
        let guard = Guard {
            name: name.to_owned(),
            url: None,
            method: "GET".to_owned(),
            profile: Profile::ResourceServer,
            scopes: Vec::new(),
            audience: vec!["{client.web}".to_owned()],
            token: TokenKind::Access,
            tokens: TokenSource::Issuer,
            header: "Authorization".to_owned(),
            echo: None,
            exactness: Exactness::Lenient,
            situation: GUARDED.to_owned(),
            unsupported: std::collections::BTreeMap::new(),
            line: None,
        };
        Self { guard, snapshots: None }
    }

    /// It takes ID tokens and no access tokens.
    #[must_use]
    pub fn id_tokens(mut self) -> Self {
        self.guard.token = TokenKind::Id;
        self
    }

    /// It asks for this scope, or for one of those named.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.guard.scopes.push(scope.to_owned());
        self
    }

    /// It takes tokens of any client of the pool.
    #[must_use]
    pub fn any_client(mut self) -> Self {
        self.guard.audience.clear();
        self
    }

    /// The method of its URL, which must not change anything.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        method.clone_into(&mut self.guard.method);
        self
    }

    /// Where its answer holds the claims that it saw: a JSON pointer (RFC 6901).
    #[must_use]
    pub fn echo(mut self, pointer: &str) -> Self {
        self.guard.echo = Some(pointer.to_owned());
        self
    }

    /// Refusals have the form of RFC 6750 section 3 too; otherwise another form is only reported.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.guard.exactness = Exactness::Exact;
        self
    }

    /// A folder with `reference/` and with `accepted/NAME/`, where deviations are accepted with a reason.
    #[must_use]
    pub fn snapshots(mut self, folder: impl Into<PathBuf>) -> Self {
        self.snapshots = Some(folder.into());
        self
    }

    /// Runs as a test harness: `start` starts the service, which has to trust this issuer, and answers with the URL
    /// that asks for a token and with whatever has to stay alive for it. Each scenario is a trial; `cargo test -- --list` lists them without starting anything.
    ///
    /// The exit code is that of libtest: 0, or 101 where a trial failed.
    pub fn test<Start, Starting, Alive, Failure>(self, wiring: &Wiring, start: Start) -> ExitCode
    where
        Start: Fn(TrustedIssuer) -> Starting + Send + Sync + 'static,
        Starting: Future<Output = Result<(String, Alive), Failure>> + Send + 'static,
        Alive: Send + Sync + 'static,
        Failure: Into<Box<dyn Error>>,
    {
        stage::install_crypto();
        super::masks::watch_panics();
        super::masks::know_environment();
        let args = Arguments::from_args();
        let name = self.guard.name.clone();
        let starter = move |issuer: TrustedIssuer| {
            let starting = start(issuer);
            let started: futures::future::BoxFuture<'static, Result<StartedService, String>> =
                Box::pin(async move {
                    let (url, alive) = starting.await.map_err(|failure| {
                        let failure: Box<dyn Error> = failure.into();
                        format!("the service did not start: {failure}")
                    })?;
                    Ok(StartedService { url, _alive: Box::new(alive) })
                });
            started
        };
        // One for the life of the process.
        let starter: &'static StartService = Box::leak(Box::new(starter));
        let wiring = Wiring { service: Some(starter), ..*wiring };
        let config = Config::builtin();
        let outcome = Target::of_service(&name, self.guard).map_err(super::context::Refused::usage).and_then(
            |target| libtest::front_of(&wiring, &args, &config.path, &[target], self.snapshots.as_deref()),
        );
        match outcome {
            Ok(code) => code,
            Err(refused) => {
                output::remark(&format!("error: {}", refused.text));
                ExitCode::from(libtest::FAILED)
            }
        }
    }
}
