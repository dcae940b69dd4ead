//! The running server: one wiremock mock whose responder routes every request.

use std::collections::BTreeSet;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::answer::Answer;
use crate::call::Call;
use crate::clock::Clock;
use crate::fault::{Fault, Faults};
use crate::front::{self, Front};
use crate::ids::Ids;
use crate::keys::Keys;
use crate::pool::Domain;
use crate::state::State;
use crate::trusted::Trusted;
use crate::{
    authorize, discovery, fixture, guard, login, logout, management, pages, revoke, seed, token, userinfo,
};

/// How a double is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// TCP port on 127.0.0.1; 0, the default, takes a free one.
    pub port: u16,
    /// Deliberate defects, none by default.
    pub faults: Vec<Fault>,
    /// The time the double lives by; the system's by default.
    pub clock: Clock,
    /// The issuer outside whose tokens the guards that are for it accept; none by default.
    pub trusts: Option<String>,
    /// Added to every answer, to resemble a network; none by default.
    pub latency: Duration,
    /// The pages are those of the classic hosted UI and not of managed login: without `prompt`
    /// (`authorize.prompt-classic`), `max_age` (`authorize.max-age`) and resources (`authorize.resource.registered`).
    pub classic_pages: bool,
}

/// A running double. Dropping it stops the server.
///
/// wiremock keeps every request it has matched for as long as the server lives, so a double that is meant to run for
/// days should be restarted now and then.
#[derive(Debug)]
pub struct Double {
    _server: MockServer,
    /// What stands before it under some faults.
    _front: Option<Front>,
    shared: Arc<Shared>,
}

impl Double {
    /// Starts a double without faults on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be bound, or the key file of this crate is damaged.
    pub async fn start() -> io::Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// Starts a double with options.
    ///
    /// # Errors
    /// When the port cannot be bound, or the key file of this crate is damaged.
    pub async fn start_with(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port))?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let (front, listener) = if options.faults.iter().any(|fault| front::FAULTS.contains(fault)) {
            let inner = TcpListener::bind(("127.0.0.1", 0))?;
            (Some(Front::start(listener, inner.local_addr()?)?), inner)
        } else {
            (None, listener)
        };
        let mut ids = Ids::new(&base_url);
        let pools = seed::pools(&mut ids, options.clock.now());
        let shared = Arc::new(Shared {
            base_url,
            clock: options.clock,
            faults: options.faults.into_iter().collect(),
            latency: options.latency,
            classic_pages: options.classic_pages,
            trusted: Trusted::issuer(options.trusts),
            keys: Keys::load()?,
            state: Mutex::new(State::new(pools, ids)),
        });
        let server = MockServer::builder().listener(listener).disable_request_recording().start().await;
        Mock::given(wiremock::matchers::any()).respond_with(Router(Arc::clone(&shared))).mount(&server).await;
        Ok(Self { _server: server, _front: front, shared })
    }

    /// The address of the main pool's domain, without a slash at the end. The management API is at its root, the other
    /// pool's domain under `/other-pool`, issuers under `/<pool id>`.
    pub fn base_url(&self) -> String {
        self.shared.base_url.clone()
    }

    /// The fixture document (JSON): the seeded pools, app clients by role, and users.
    pub fn fixture_json(&self) -> String {
        let document = fixture::document(|pool| self.shared.issuer(pool));
        format!("{document:#}")
    }

    /// The ids of the faults that a handler has asked for since the last time, whether they are switched on or not.
    ///
    /// A fault that was not asked for while a request was answered cannot have changed that answer: what a check sends
    /// without any handler asking for a fault, it need not send again to a double with that fault.
    pub fn take_asked(&self) -> BTreeSet<&'static str> {
        self.shared.faults.take_asked()
    }

    /// The time by which codes, sessions and tokens age; move it to age them.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) keys: Keys,
    pub(crate) trusted: Trusted,
    latency: Duration,
    pub(crate) classic_pages: bool,
    state: Mutex<State>,
}

impl Shared {
    /// The issuer of a pool; the double serves its discovery document and keys below.
    pub(crate) fn issuer(&self, pool_id: &str) -> String {
        format!("{}/{pool_id}", self.base_url)
    }
}

struct Router(Arc<Shared>);

impl Respond for Router {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let full_path = request.url.path();
        let (domain, path) = match full_path.strip_prefix(Domain::Other.prefix()) {
            Some(path) if path.starts_with('/') => (Domain::Other, path),
            _ => (Domain::Main, full_path),
        };
        let call = Call { request, shared: &self.0, domain, path, now: self.0.clock.now() };
        // A handler that panicked must not take all later requests with it.
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = if management::is_addressed(&call) {
            management::answer(&call, &mut state)
        } else if let Some(answer) = guard::answer(&call, &mut state) {
            answer
        } else {
            let answer = route(&call, &mut state);
            dress(&call, answer, &mut state.ids)
        };
        answer.into_template(self.0.latency)
    }
}

fn route(call: &Call<'_>, state: &mut State) -> Answer {
    match call.path {
        "/oauth2/token" => token::answer(call, state),
        "/oauth2/authorize" => authorize::answer(call, state),
        "/oauth2/revoke" => revoke::answer(call, state),
        "/oauth2/userInfo" => userinfo::answer(call, state),
        "/oauth2/userinfo" if call.has(Fault::USERINFO_PATH_CASE_IGNORED) => userinfo::answer(call, state),
        "/login" => login::answer(call, state),
        "/logout" => logout::answer(call, state),
        "/error" if call.method() == "GET" => pages::error_page(call),
        path => discovery::answer(call, state, path).unwrap_or_else(|| unknown(call)),
    }
}

/// A path that does not exist: 404 to a GET, 405 to all else (`token.path.unknown`).
fn unknown(call: &Call<'_>) -> Answer {
    if call.method() == "GET" || call.has(Fault::UNKNOWN_PATH_IS_404) {
        Answer::empty(404)
    } else {
        Answer::method_not_allowed("GET")
    }
}

/// Adds the headers that every answer of the domain carries (`token.headers.on-405`, `token.headers.cache-control`,
/// `token.error.request-id`).
fn dress(call: &Call<'_>, answer: Answer, ids: &mut Ids) -> Answer {
    let refused = answer.status == 405;
    let mut answer = answer
        .with("x-amz-cognito-request-id", ids.uuid())
        .with("X-Content-Type-Options", "nosniff".into())
        .with("X-Frame-Options", "DENY".into())
        .with("Strict-Transport-Security", "max-age=31536000 ; includeSubDomains".into());
    let is_token_error = call.path == token::PATH && answer.status == 400;
    let is_cacheable =
        call.has(Fault::CACHE_CONTROL_ABSENT) || (is_token_error && call.has(Fault::TOKEN_ERRORS_CACHEABLE));
    if !is_cacheable {
        answer = answer
            .with("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate".into())
            .with("Expires", "0".into());
        if !call.has(Fault::PRAGMA_ABSENT) {
            answer = answer.with("Pragma", "no-cache".into());
        }
    }
    if matches!(call.path, token::PATH | "/oauth2/revoke" | "/oauth2/userInfo")
        && !(call.path == token::PATH && call.has(Fault::CORS_ABSENT_AT_TOKEN))
    {
        answer = answer.with("Access-Control-Allow-Origin", "*".into());
    }
    if refused {
        answer = answer.with("Set-Cookie", pages::xsrf_cookie(call, &ids.uuid()));
    }
    answer
}
