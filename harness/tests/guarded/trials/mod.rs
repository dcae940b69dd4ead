//! An issuer with its keys, a service that trusts it, and what is sent to it.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::holes::shows;
use self::issuer::{Issuer, Key};
use crate::guarded::forgetful::Forgets;
use crate::guarded::{Expectation, Kind, Running, forgetful, right};

mod answers;
mod holes;
mod issuer;
mod tokens;

pub(crate) const CLIENT: &str = "2exampleclient";
pub(crate) const READ: &str = "https://api.example.test/read";
pub(crate) const WRITE: &str = "https://api.example.test/write";

/// A service, its issuer, and a client.
pub(crate) struct Bench {
    pub(crate) issuer: Issuer,
    pub(crate) service: Running,
    http: reqwest::Client,
}

/// What comes back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) challenge: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

/// Which service it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which {
    Right,
    Forgetful,
    Forgetting(Forgets),
}

impl Bench {
    pub(crate) async fn start(which: Which, token: Kind, scopes: &[&str]) -> Self {
        let issuer = Issuer::start().await;
        let scopes = scopes.iter().map(ToString::to_string).collect();
        let expect = Expectation { issuer: issuer.url(), client: CLIENT.to_owned(), token, scopes };
        let service = match which {
            Which::Right => right::serve(expect).await,
            Which::Forgetful => forgetful::serve(expect, &[]).await,
            Which::Forgetting(check) => forgetful::serve(expect, &[check]).await,
        };
        Self { issuer, service, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// A request with these `Authorization` headers and this query.
    pub(crate) async fn send(&self, headers: &[&str], query: &str) -> Answer {
        let mut request = self.http.get(format!("{}{query}", self.service.url));
        for header in headers {
            request = request.header("authorization", *header);
        }
        let answer = request.send().await.unwrap();
        let challenge =
            answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        Answer {
            status: answer.status().as_u16(),
            challenge: challenge.unwrap_or_default(),
            text: answer.text().await.unwrap(),
        }
    }

    pub(crate) async fn bearer(&self, token: &str) -> Answer {
        self.send(&[&format!("Bearer {token}")], "").await
    }

    /// Whether a bearer token is let through.
    pub(crate) async fn takes(&self, token: &str) -> bool {
        let status = self.bearer(token).await.status;
        assert!(matches!(status, 200 | 400 | 401 | 403 | 503), "{status}");
        status == 200
    }

    /// The claims of a good access token with these members instead; `null` leaves one out.
    pub(crate) fn claims(&self, instead: &Value) -> Value {
        tokens::claims(&self.issuer.url(), instead)
    }

    /// A token of the issuer with these claims.
    pub(crate) fn signed(&self, instead: &Value) -> String {
        Key::first().sign(&self.claims(instead))
    }

    /// A good access token with both scopes.
    pub(crate) fn good(&self) -> String {
        self.signed(&json!({}))
    }
}

#[tokio::test]
async fn a_good_token_is_taken_whatever_is_forgotten() {
    let forgetting = Forgets::ALL.iter().map(|check| Which::Forgetting(*check));
    for which in [Which::Right, Which::Forgetful].into_iter().chain(forgetting) {
        let bench = Bench::start(which, Kind::Access, &[READ, WRITE]).await;
        let claims = bench.claims(&json!({}));
        let answer = bench.bearer(&Key::first().sign(&claims)).await;
        assert_eq!((answer.status, answer.challenge.as_str()), (200, ""), "{which:?}: {}", answer.text);
        assert_eq!(answer.body()["claims"], claims, "{which:?}");
    }
}

#[tokio::test]
async fn id_tokens_are_taken_where_they_are_expected() {
    for which in [Which::Right, Which::Forgetful] {
        let bench = Bench::start(which, Kind::Id, &[]).await;
        let id = json!({ "token_use": "id", "aud": CLIENT, "client_id": null, "scope": null });
        assert!(bench.takes(&bench.signed(&id)).await, "{which:?}");
        assert!(!bench.takes(&bench.good()).await, "{which:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_hole_shows_where_it_is_and_nowhere_else() {
    let mut trials = JoinSet::new();
    for check in Forgets::ALL {
        for (which, expected) in
            [(Which::Forgetting(*check), true), (Which::Forgetful, false), (Which::Right, false)]
        {
            trials.spawn(async move {
                assert_eq!(shows(*check, which).await, expected, "{check:?} ({}): {which:?}", check.says());
            });
        }
    }
    trials.join_all().await;
}

#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = Forgets::ALL.iter().map(|check| check.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Forgets::ALL.len());
}
