//! Probes of the management API. Whatever they change is a user or a client of their own, deleted afterwards.

use std::collections::BTreeMap;

use super::Presence;
use crate::exec::session::Session;
use crate::model::exchange::Fault;
use crate::target::control::{ControlCall, ControlError, Settings};

/// The role whose settings and client the probes take.
const ROLE: &str = "web";

/// Whether an operation is there after all.
pub(super) async fn presence(session: &Session, operation: &str) -> Presence {
    match operation {
        "create-user" | "disable-user" | "enable-user" | "add-to-group" | "delete-user"
        | "global-sign-out" => user(session, operation).await,
        "create-client" | "set-flows" | "update-client" => client(session, operation).await,
        "password-sign-in" | "revoke-token" => {
            let Some(call) = on_the_fixture(session, operation) else {
                return Presence::Unknown(format!("the fixture has no client.{ROLE} or no user.main"));
            };
            succeeds(session, operation, call).await
        }
        // A clock that can be moved is no part of Cognito, and moving it would change more than the probe.
        _ => Presence::Absent,
    }
}

/// A call that changes nothing that a case looks at.
fn on_the_fixture(session: &Session, operation: &str) -> Option<ControlCall> {
    session.fixture.client.get(ROLE)?;
    let client = ROLE.to_owned();
    if operation == "revoke-token" {
        return Some(ControlCall::RevokeToken { client, token: "probe".to_owned() });
    }
    let main = session.fixture.user.get("main")?;
    let (username, password) = (main.username.clone(), main.password.clone());
    Some(ControlCall::PasswordSignIn { client, username, password })
}

async fn user(session: &Session, operation: &str) -> Presence {
    let username = format!("poolproof-probe-{operation}");
    let named = || username.clone();
    let create = ControlCall::CreateUser {
        username: named(),
        password: "Poolproof-probe-1!".to_owned(),
        attributes: Vec::new(),
    };
    let created = call(session, create).await;
    // After a failure too: it may have been made in part, or without an answer.
    let may_be_there = created.as_ref().map_or_else(|failed| failed.sent, |_| true);
    let found = match (created, operation) {
        (Ok(_), "create-user") => seen(operation),
        (Err(failed), "create-user") => failed.found,
        (Err(failed), _) => untried(failed, "user"),
        (Ok(_), "disable-user") => {
            succeeds(session, operation, ControlCall::DisableUser { username: named() }).await
        }
        (Ok(_), "enable-user") => {
            succeeds(session, operation, ControlCall::EnableUser { username: named() }).await
        }
        (Ok(_), "add-to-group") => {
            let group = "poolproof-probe".to_owned();
            succeeds(session, operation, ControlCall::AddToGroup { username: named(), group }).await
        }
        (Ok(_), "delete-user") => {
            succeeds(session, operation, ControlCall::DeleteUser { username: named() }).await
        }
        (Ok(_), _) => succeeds(session, operation, ControlCall::GlobalSignOut { username: named() }).await,
    };
    let is_deleted = operation == "delete-user" && matches!(found, Presence::There(_));
    if may_be_there && !is_deleted {
        delete(session, ControlCall::DeleteUser { username }).await;
    }
    found
}

async fn client(session: &Session, operation: &str) -> Presence {
    let made =
        call(session, ControlCall::CreateClient { like: ROLE.to_owned(), with: Settings::default() }).await;
    let mut made = match made {
        Ok(made) => made,
        Err(failed) if operation == "create-client" => return failed.found,
        Err(failed) => return untried(failed, "client"),
    };
    let Some(client_id) = made.remove("client_id") else {
        return Presence::Unknown("a client was made, but its id is not known".to_owned());
    };
    let found = if operation == "create-client" {
        seen(operation)
    } else if operation == "update-client" {
        let with = Settings { access_minutes: Some(10), ..Settings::default() };
        let update = ControlCall::UpdateClient { client_id: client_id.clone(), like: ROLE.to_owned(), with };
        succeeds(session, operation, update).await
    } else {
        let flows = vec!["code".to_owned()];
        let set = ControlCall::SetFlows { client_id: client_id.clone(), like: ROLE.to_owned(), flows };
        succeeds(session, operation, set).await
    };
    delete(session, ControlCall::DeleteClient { client_id }).await;
    found
}

fn seen(operation: &str) -> Presence {
    Presence::There(format!("{operation} succeeds"))
}

/// A call that did not succeed.
struct Failed {
    /// Whether it got as far as the target.
    sent: bool,
    /// What that says of its operation.
    found: Presence,
}

/// What a probe comes to that needed something of its own and did not get it.
fn untried(failed: Failed, what: &str) -> Presence {
    match failed.found {
        // Nobody can make calls here at all.
        Presence::Absent if !failed.sent => Presence::Absent,
        Presence::Unknown(why) => Presence::Unknown(why),
        _ => Presence::Unknown(format!("the target made no {what} to try it on")),
    }
}

async fn succeeds(session: &Session, operation: &str, tried: ControlCall) -> Presence {
    call(session, tried).await.map_or_else(|failed| failed.found, |_| seen(operation))
}

/// Makes one call in its turn: management calls are requests too.
async fn call(session: &Session, call: ControlCall) -> Result<BTreeMap<String, String>, Failed> {
    let refused = |fault: Fault| Failed { sent: false, found: fault.into() };
    let turn = session.budget.turn(false).await.map_err(refused)?;
    let answered = session.control.call(call).await;
    turn.settle(false);
    answered.map_err(|error| failed(&error))
}

async fn delete(session: &Session, call: ControlCall) {
    let turn = session.budget.cleanup_turn(false).await;
    // What a target does not delete here goes with its pool.
    let _ = session.control.call(call).await;
    turn.settle(false);
}

/// What a failed call says. A refusal is what a target without the operation gives; no answer is none.
fn failed(error: &ControlError) -> Failed {
    let found = match error {
        ControlError::Failed { reason, .. } if is_no_answer(reason) => Presence::Unknown(error.to_string()),
        // Where nobody can make the call, that is what the configuration says.
        ControlError::Failed { .. } | ControlError::Unavailable { .. } => Presence::Absent,
    };
    Failed { sent: matches!(error, ControlError::Failed { .. }), found }
}

/// Whether the reason of a failed call is that nothing came back or that the target was busy. It is told from the
/// words of the provisioner and the error codes of the API, because a [`ControlError`] carries nothing else.
fn is_no_answer(reason: &str) -> bool {
    const BEGINNINGS: [&str; 9] = [
        "no answer in time",
        "cannot be reached",
        "the request could not be",
        "the call failed",
        "TooManyRequestsException",
        "LimitExceededException",
        "Throttling",
        "HTTP status 429",
        "HTTP status 503",
    ];
    BEGINNINGS.iter().any(|beginning| reason.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use futures::future::BoxFuture;

    use super::*;
    use crate::exec::budget::{Budget, Limits};
    use crate::exec::client::Client;
    use crate::model::fixture;
    use crate::target::control::ControlPlane;

    /// Writes down what it is told; a call whose operation it is to refuse fails for that reason.
    #[derive(Default)]
    struct Recorder {
        told: Mutex<Vec<String>>,
        refuse: Option<(&'static str, &'static str)>,
    }

    impl ControlPlane for Recorder {
        fn call(&self, call: ControlCall) -> BoxFuture<'_, Result<BTreeMap<String, String>, ControlError>> {
            let operation = call.operation();
            let (text, values) = match call {
                ControlCall::CreateUser { username, .. } => (format!("create {username}"), None),
                ControlCall::DeleteUser { username } => (format!("delete {username}"), None),
                ControlCall::CreateClient { like, .. } => (format!("create like {like}"), Some("own")),
                ControlCall::SetFlows { client_id, .. } => (format!("set {client_id}"), None),
                ControlCall::DeleteClient { client_id } => (format!("delete {client_id}"), None),
                _ => (operation.name().to_owned(), None),
            };
            self.told.lock().unwrap().push(text);
            let outcome = match self.refuse {
                Some((name, reason)) if name == operation.name() => {
                    Err(ControlError::Failed { operation, reason: reason.to_owned() })
                }
                _ => Ok(values.map(|id| ("client_id".to_owned(), id.to_owned())).into_iter().collect()),
            };
            Box::pin(std::future::ready(outcome))
        }
    }

    async fn probe(operation: &str, refuse: Option<(&'static str, &'static str)>) -> (Presence, Vec<String>) {
        crate::entry::stage::install_crypto();
        let recorder = Arc::new(Recorder { refuse, ..Recorder::default() });
        let web = fixture::Client { id: "fixtures".to_owned(), ..fixture::Client::default() };
        let session = Session {
            client: Client::new(Duration::from_secs(1), true).unwrap(),
            urls: BTreeMap::new(),
            other_urls: BTreeMap::new(),
            fixture: Arc::new(fixture::Fixture {
                client: [(ROLE.to_owned(), web)].into(),
                ..fixture::Fixture::default()
            }),
            control: Arc::clone(&recorder) as Arc<dyn ControlPlane>,
            budget: Arc::new(Budget::new(Limits {
                concurrency: 1,
                rate: None,
                requests: None,
                machine_tokens: None,
            })),
            shared: Arc::default(),
            guard: None,
        };
        let found = presence(&session, operation).await;
        let told = recorder.told.lock().unwrap().clone();
        assert_eq!(session.budget.requests(), told.len() as u64, "every call counts");
        (found, told)
    }

    #[tokio::test]
    async fn probes_work_on_what_they_made_and_delete_it() {
        let user = "poolproof-probe-disable-user";
        for (operation, calls) in [
            ("set-flows", vec!["create like web".to_owned(), "set own".to_owned(), "delete own".to_owned()]),
            ("create-client", vec!["create like web".to_owned(), "delete own".to_owned()]),
            (
                "disable-user",
                vec![format!("create {user}"), "disable-user".to_owned(), format!("delete {user}")],
            ),
        ] {
            let (found, told) = probe(operation, None).await;
            assert_eq!((found, told), (seen(operation), calls));
        }
        let (found, told) = probe("delete-user", None).await;
        assert_eq!((found, told.len()), (seen("delete-user"), 2));
    }

    #[tokio::test]
    async fn what_could_not_be_tried_is_not_absent() {
        let (found, told) = probe("set-flows", Some(("set-flows", "InvalidParameterException"))).await;
        assert_eq!((found, told.last().map(String::as_str)), (Presence::Absent, Some("delete own")));
        let (found, _) = probe("set-flows", Some(("set-flows", "no answer in time"))).await;
        assert_eq!(found, Presence::Unknown("set-flows failed: no answer in time".to_owned()));
        let (found, told) = probe("disable-user", Some(("create-user", "unknown operation"))).await;
        assert!(matches!(found, Presence::Unknown(_)), "{found:?}");
        assert_eq!(told.last().map(String::as_str), Some("delete poolproof-probe-disable-user"));
        let (found, told) = probe("password-sign-in", None).await;
        assert!(matches!(found, Presence::Unknown(_)) && told.is_empty(), "{found:?} {told:?}");
    }
}
