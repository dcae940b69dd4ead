//! A service that takes Cognito access tokens. Its guard is the one that poolproof tests itself with; yours is your own.

#[path = "../../../harness/tests/guarded/right.rs"]
mod right;
#[expect(dead_code, reason = "orders take access tokens alone")]
#[path = "../../../harness/tests/guarded/service.rs"]
mod service;

use service::{Expectation, Kind, Running, run};

/// The service on a free port; it stops when this is dropped.
pub struct Orders(Running);

impl Orders {
    /// Starts the service for the tokens of this issuer and this client.
    pub async fn start(issuer: &str, client: &str) -> Self {
        let expect = Expectation {
            issuer: issuer.to_owned(),
            client: client.to_owned(),
            token: Kind::Access,
            scopes: vec!["https://api.poolproof.test/read".to_owned()],
        };
        Self(right::serve(expect).await)
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.0.url
    }
}
