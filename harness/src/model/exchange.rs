//! What was sent and what came back, or what went wrong on the way.

use std::time::Duration;

use super::case::Purpose;
use super::text::one_line;

/// The most bytes of a body that are kept; what is longer is a fault of the target.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// One step of a case as it happened.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The name of the step.
    pub step: String,
    /// Why it was done.
    pub purpose: Purpose,
    /// What came back.
    pub outcome: Outcome,
    /// Why the step did not bring what later steps need, although there was an answer.
    pub unmet: Option<String>,
    /// Where the answer came from.
    pub route: Route,
    /// From sending to the last byte.
    pub took: Duration,
}

/// What an answer has to be read against: URLs, and the time. The URLs may hold codes and tokens: never to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The URL that was asked first.
    pub asked: String,
    /// The URL that gave the answer: another one only after a sign-in, which takes several requests.
    pub answered: String,
    /// Whether a form with a password was submitted on the way.
    pub submitted: bool,
    /// When it came by the clock of this machine, in seconds since 1970; `None` where the clocks need not agree.
    pub came: Option<u64>,
}

impl Route {
    /// The route of a single request.
    pub fn straight(url: String) -> Self {
        Self { asked: url.clone(), answered: url, ..Self::default() }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An HTTP answer.
    Answer(Answer),
    /// A step without an HTTP answer of its own was done.
    Done,
    /// It was not sent: an earlier step did not bring a value that it needs, and need not have.
    Skipped(super::value::Unresolved),
    /// No answer that could be looked at.
    Fault(Fault),
}

/// An HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields, names in lower case, in the order in which they came.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, decoded from any content encoding, at most [`BODY_LIMIT`] bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header field of this name (lower case) as text, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(present, _)| present == name)
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }
}

/// Why there is no answer to look at. None of these says that the target conforms or deviates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nobody listens.
    #[error("connection refused: is the target running at that address?")]
    Refused,
    /// The host name is not known.
    #[error("the host name could not be resolved")]
    UnknownHost,
    /// No TLS connection could be made.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The target took longer than the timeout.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The connection ended early or carried something that is not HTTP.
    #[error("broken answer: {0}")]
    Broken(String),
    /// The body is longer than [`BODY_LIMIT`].
    #[error("the body is longer than {BODY_LIMIT} bytes")]
    BodyTooLong,
    /// The target says that it is busy.
    #[error("throttled: status {0}")]
    Throttled(u16),
    /// Its clock and that of this machine are so many seconds apart.
    #[error("the clock of the target is {0} s from that of this machine: set the one that is wrong")]
    Clock(u64),
    /// A request could not be made from the case.
    #[error("the request could not be made: {0}")]
    Unsendable(String),
    /// A value for the request was not there.
    #[error("{0}")]
    Unresolved(#[from] super::value::Unresolved),
    /// A step that had to succeed did not.
    #[error("precondition: {0}")]
    Precondition(String),
    /// The management API did not do it.
    #[error("management API: {0}")]
    Api(String),
    /// The target's budget is spent.
    #[error("the budget of {0} is spent")]
    Budget(&'static str),
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
}

impl Fault {
    /// A broken answer, with foreign text made harmless.
    pub fn broken(what: &str) -> Self {
        Self::Broken(one_line(what))
    }
}
