//! What both services have in common: which tokens they take, and how they are served.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The kind of token a service takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// ID tokens: `token_use` is `id`, and the client stands in `aud`.
    Id,
    /// Access tokens: `token_use` is `access`, and the client stands in `client_id`.
    Access,
}

impl Kind {
    /// What `token_use` has to be.
    pub(crate) const fn token_use(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }
}

/// Which tokens a service takes.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    /// The exact `iss`. The keys are read from `<issuer>/.well-known/jwks.json`.
    pub(crate) issuer: String,
    /// The one app client whose tokens are taken.
    pub(crate) client: String,
    /// The kind of token.
    pub(crate) token: Kind,
    /// Scopes that a token must carry, all of them. With none, scopes are not looked at.
    pub(crate) scopes: Vec<String>,
}

/// A service on a free port of 127.0.0.1; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    /// Its one resource: `GET` with a token.
    pub(crate) url: String,
    /// Nothing is ever sent: that the other end goes is the signal.
    _stop: oneshot::Sender<()>,
}

/// Serves these routes on a free port.
pub(crate) async fn run(routes: Router) -> Running {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = listener.local_addr().expect("the port that was bound");
    let (stop, stopped) = oneshot::channel();
    let until = async {
        let _ = stopped.await;
    };
    tokio::spawn(axum::serve(listener, routes).with_graceful_shutdown(until).into_future());
    Running { url: format!("http://{address}/"), _stop: stop }
}
