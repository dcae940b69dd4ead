//! A token-guarded service of one's own, tested in `cargo test` with the harness as its issuer.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use poolproof_harness::entry;
use poolproof_harness::entry::TrustedIssuer;

use crate::wiring::WIRING;

/// What the service has to be like, before it runs: the names of the trials follow from it.
///
/// By default it takes access tokens of one client, in `Authorization: Bearer`, and asks for no scope. Put the ten lines
/// of the example into `tests/guard.rs`, with `harness = false` for that test in `Cargo.toml`:
///
/// ```no_run
/// use std::process::ExitCode;
///
/// # async fn serve(issuer: &str, client: &str) -> Result<(String, ()), std::io::Error> { Ok((String::new(), ())) }
/// fn main() -> ExitCode {
///     poolproof::Service::new("orders").scope("https://api.example.test/read").test(|issuer| async move {
///         let (url, server) = serve(&issuer.url, &issuer.client).await?;
///         Ok::<_, std::io::Error>((format!("{url}/orders"), server))
///     })
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Service(entry::Service);

impl Service {
    /// A service of this name: lower-case letters, digits and dashes.
    pub fn new(name: &str) -> Self {
        Self(entry::Service::new(name))
    }

    /// It takes ID tokens and no access tokens.
    #[must_use]
    pub fn id_tokens(self) -> Self {
        Self(self.0.id_tokens())
    }

    /// It asks for this scope; called again, for one of those named.
    #[must_use]
    pub fn scope(self, scope: &str) -> Self {
        Self(self.0.scope(scope))
    }

    /// It takes tokens of any client of the pool.
    #[must_use]
    pub fn any_client(self) -> Self {
        Self(self.0.any_client())
    }

    /// The method of its URL, which must not change anything; `GET` unless said otherwise.
    #[must_use]
    pub fn method(self, method: &str) -> Self {
        Self(self.0.method(method))
    }

    /// Where its answer holds the claims that it saw: a JSON pointer (RFC 6901).
    #[must_use]
    pub fn echo(self, pointer: &str) -> Self {
        Self(self.0.echo(pointer))
    }

    /// Refusals have the form of RFC 6750 section 3 too; otherwise another form is only reported.
    #[must_use]
    pub fn strict(self) -> Self {
        Self(self.0.strict())
    }

    /// A folder with `reference/` and `accepted/NAME/` in the place of the snapshots that are built in.
    #[must_use]
    pub fn snapshots(self, folder: impl Into<PathBuf>) -> Self {
        Self(self.0.snapshots(folder))
    }

    /// Runs as a test harness: `start` starts the service, which has to trust this issuer, and answers with the URL
    /// that asks for a token and with whatever has to stay alive for it. Each scenario is a trial; `cargo test --
    /// --list` lists them and starts nothing.
    ///
    /// The exit code is that of libtest: 0, or 101 where a trial failed.
    pub fn test<Start, Starting, Alive, Failure>(self, start: Start) -> ExitCode
    where
        Start: Fn(TrustedIssuer) -> Starting + Send + Sync + 'static,
        Starting: Future<Output = Result<(String, Alive), Failure>> + Send + 'static,
        Alive: Send + Sync + 'static,
        Failure: Into<Box<dyn Error>>,
    {
        self.0.test(&WIRING, start)
    }
}
