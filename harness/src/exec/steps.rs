//! Runs the steps of a case, one after the other, and keeps what later steps need.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::prepare::prepare;
use super::session::{Meter, Session};
use super::sign_in::{Walked, walk};
use crate::model::case::{Action, ApiCall, Capture, Case, Purpose, SignIn, Source, Step};
use crate::model::exchange::{Answer, Exchange, Fault, Outcome};
use crate::target::control::{ControlCall, ControlError};

/// The longest pause that a case may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What happened, step by step, and what was captured on the way.
pub struct Ran {
    /// One for each step that was done. A case that could not go on ends with the step that stopped it.
    pub exchanges: Vec<Exchange>,
    /// What was captured. It may hold tokens and codes: for redaction, never for showing.
    pub captured: BTreeMap<String, String>,
}

/// Runs a case. It ends early at the first fault and at the first setup step that does not succeed; what cleans up is
/// done all the same, even after a stop and beyond a spent budget, and leaves no trace in what happened.
pub async fn run(session: &Session, case: &Case, meter: &Meter) -> Ran {
    let mut ran = Ran { exchanges: Vec::with_capacity(case.steps.len()), captured: BTreeMap::new() };
    let (cleanup, steps): (Vec<&Step>, Vec<&Step>) =
        case.steps.iter().partition(|step| step.purpose == Purpose::Cleanup);
    for step in steps {
        let began = Instant::now();
        let (outcome, unmet) = act(session, step, &mut ran.captured, meter).await;
        let ends = matches!(outcome, Outcome::Fault(_)) || unmet.is_some();
        ran.exchanges.push(Exchange {
            step: step.name.clone(),
            purpose: step.purpose,
            outcome,
            unmet,
            took: began.elapsed(),
        });
        if ends {
            break;
        }
    }
    // A case that was refused at its first request has made nothing.
    let refused =
        |exchange: &Exchange| matches!(exchange.outcome, Outcome::Fault(Fault::Stopped | Fault::Budget(_)));
    if ran.exchanges.first().is_some_and(refused) {
        return ran;
    }
    for step in cleanup {
        act(session, step, &mut ran.captured, meter).await;
    }
    ran
}

async fn act(
    session: &Session,
    step: &Step,
    captured: &mut BTreeMap<String, String>,
    meter: &Meter,
) -> (Outcome, Option<String>) {
    let done = match &step.action {
        Action::Send(request) => {
            send(session, step.purpose, request, captured, meter).await.map(Outcome::Answer)
        }
        Action::SignIn(sign_in) => match walk(session, sign_in, captured, meter).await {
            Ok(walked) => return arrive(sign_in, walked, captured),
            Err(fault) => Err(fault),
        },
        Action::Api(call) => api(session, step.purpose, call, captured).await.map(|()| Outcome::Done),
        Action::Pause(millis) => {
            tokio::time::sleep(Duration::from_millis(*millis).min(LONGEST_PAUSE)).await;
            Ok(Outcome::Done)
        }
    };
    match done {
        Ok(Outcome::Answer(answer)) if step.purpose == Purpose::Setup => {
            let unmet = keep(&answer, &step.captures, captured).err();
            (Outcome::Answer(answer), unmet)
        }
        Ok(outcome) => (outcome, None),
        Err(fault) => (Outcome::Fault(fault), None),
    }
}

async fn send(
    session: &Session,
    purpose: Purpose,
    request: &crate::model::request::Request,
    captured: &BTreeMap<String, String>,
    meter: &Meter,
) -> Result<Answer, Fault> {
    let prepared = prepare(request, session.url(request.endpoint)?, &session.lookup(captured))?;
    session.send_in(session.turn(purpose, prepared.machine_token).await?, &prepared, meter).await
}

/// A setup step succeeds if its answer is no error and holds everything that is `wanted`.
fn keep(answer: &Answer, wanted: &[Capture], captured: &mut BTreeMap<String, String>) -> Result<(), String> {
    if answer.status / 100 != 2 {
        return Err("later steps need it to succeed".to_owned());
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let body: Json = serde_json::from_slice(&answer.body).map_err(|_| "its answer is not JSON".to_owned())?;
    for Capture { name, from: Source::Json(member) } in wanted {
        let value = body
            .get(member)
            .and_then(Json::as_str)
            .ok_or_else(|| format!("its answer has no text member {member:?}"))?;
        captured.insert(name.clone(), value.to_owned());
    }
    Ok(())
}

fn arrive(
    sign_in: &SignIn,
    walked: Walked,
    captured: &mut BTreeMap<String, String>,
) -> (Outcome, Option<String>) {
    match walked {
        Walked::Lost { why, last } => (Outcome::Answer(last), Some(why)),
        Walked::Callback { params, last } => {
            let mut found = false;
            let mut error = None;
            for (name, value) in params {
                if name == "error" {
                    error = Some(value.clone());
                }
                let is_grant = ["code", "access_token", "id_token"].contains(&name.as_str());
                found |= is_grant;
                // The rest, an error above all, is not for later steps.
                if is_grant || name == "state" {
                    captured.insert(format!("{}{name}", sign_in.prefix), value);
                }
            }
            let unmet = (!found).then(|| match error {
                Some(error) => format!("the callback got the error {error}"),
                None => "the callback got neither a code nor a token".to_owned(),
            });
            (Outcome::Answer(last), unmet)
        }
    }
}

async fn api(
    session: &Session,
    purpose: Purpose,
    call: &ApiCall,
    captured: &mut BTreeMap<String, String>,
) -> Result<(), Fault> {
    let lookup = session.lookup(captured);
    let text = |value: &crate::model::value::Value| value.resolve(&lookup);
    let call = match call {
        ApiCall::CreateUser { username, password } => {
            ControlCall::CreateUser { username: text(username)?, password: text(password)? }
        }
        ApiCall::DisableUser { username } => ControlCall::DisableUser { username: text(username)? },
        ApiCall::DeleteUser { username } => ControlCall::DeleteUser { username: text(username)? },
        ApiCall::GlobalSignOut { username } => ControlCall::GlobalSignOut { username: text(username)? },
        ApiCall::PasswordSignIn { client, username, password } => ControlCall::PasswordSignIn {
            client: client.clone(),
            username: text(username)?,
            password: text(password)?,
        },
        ApiCall::CreateClient { like } => ControlCall::CreateClient { like: like.clone() },
        ApiCall::SetFlows { client_id, like, flows } => {
            ControlCall::SetFlows { client_id: text(client_id)?, like: like.clone(), flows: flows.clone() }
        }
        ApiCall::DeleteClient { client_id } => ControlCall::DeleteClient { client_id: text(client_id)? },
        ApiCall::RevokeToken { client, token } => {
            ControlCall::RevokeToken { client: client.clone(), token: text(token)? }
        }
        ApiCall::AdvanceClock(seconds) => ControlCall::AdvanceClock(*seconds),
    };
    // Management calls are requests too: they wait for their turn and count.
    let turn = session.turn(purpose, false).await?;
    let answered = session.control.call(call).await;
    turn.settle(false);
    match answered {
        Ok(values) => {
            captured.extend(values);
            Ok(())
        }
        Err(error @ (ControlError::Unavailable { .. } | ControlError::Failed { .. })) => {
            Err(Fault::Api(error.to_string()))
        }
    }
}
