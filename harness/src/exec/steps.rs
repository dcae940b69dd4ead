//! Runs the steps of a case, one after the other, and keeps what later steps need.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value as Json;
use url::form_urlencoded;

use super::calls;
use super::jar::Jar;
use super::prepare::prepare;
use super::session::{Meter, Session};
use super::sign_in::{End, walk};
use crate::model::case::{Action, ApiCall, Capture, Case, Purpose, SignIn, Source, Step};
use crate::model::exchange::{Answer, Exchange, Fault, Outcome, Route};
use crate::model::request::Request;
use crate::model::value::Unresolved;
use crate::target::control::ControlError;

/// The longest pause that a case may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The shortest text that can be a token, in bytes.
const SHORTEST_TOKEN: usize = 24;

/// How long it is waited between two requests that are sent until one is refused, and how often.
const PATIENCE: (Duration, u32) = (Duration::from_millis(500), 5);

/// What happened, step by step, and what was captured on the way.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// One for each step that was done. A case that could not go on ends with the step that stopped it.
    pub exchanges: Vec<Exchange>,
    /// What was captured. It may hold tokens and codes: for redaction, never for showing.
    pub captured: BTreeMap<String, String>,
    /// The cookies of the case's browser.
    jar: Jar,
}

/// Runs a case among others. It ends early at the first fault and at the first setup step that does not succeed; what
/// cleans up is done all the same, even after a stop and beyond a spent budget, and leaves no trace in what happened.
/// Steps that are shared are done once for all cases that begin with them; where they fail, nothing else is done.
pub async fn run(session: &Session, case: &Case, meter: &Meter) -> Ran {
    let count = case.steps.iter().take_while(|step| step.shared).count();
    let (shared, own) = case.steps.split_at(count);
    let begun = if shared.is_empty() {
        Ran::default()
    } else {
        session.shared.brought(shared, || go_on(session, shared, Ran::default(), meter)).await
    };
    finish(session, own, begun, meter).await
}

/// Runs a case that is alone with the target: it shares nothing, because it may have moved the clock.
pub async fn run_alone(session: &Session, case: &Case, meter: &Meter) -> Ran {
    finish(session, &case.steps, Ran::default(), meter).await
}

async fn finish(session: &Session, steps: &[Step], begun: Ran, meter: &Meter) -> Ran {
    let is_cleanup = |step: &&Step| step.purpose == Purpose::Cleanup;
    if !begun.can_go_on() {
        return begun;
    }
    let before = begun.exchanges.len();
    let mut ran = go_on(session, steps, begun, meter).await;
    // A case that was refused at the first request of its own has made nothing.
    let refused =
        |exchange: &Exchange| matches!(exchange.outcome, Outcome::Fault(Fault::Stopped | Fault::Budget(_)));
    if ran.exchanges.get(before).is_some_and(refused) {
        return ran;
    }
    for step in steps.iter().filter(is_cleanup) {
        act(session, step, &mut ran, meter).await;
    }
    ran
}

impl Ran {
    /// Whether its last step leaves something to go on with.
    pub fn can_go_on(&self) -> bool {
        self.exchanges
            .last()
            .is_none_or(|last| !matches!(last.outcome, Outcome::Fault(_)) && last.unmet.is_none())
    }
}

async fn go_on(session: &Session, steps: &[Step], mut ran: Ran, meter: &Meter) -> Ran {
    for step in steps.iter().filter(|step| step.purpose != Purpose::Cleanup) {
        let began = Instant::now();
        let Done { outcome, unmet, mut route } = act(session, step, &mut ran, meter).await;
        route.came = now();
        ran.exchanges.push(Exchange {
            step: step.name.clone(),
            purpose: step.purpose,
            outcome,
            unmet,
            route,
            took: began.elapsed(),
        });
        if !ran.can_go_on() {
            break;
        }
    }
    ran
}

/// The time, in seconds since 1970.
fn now() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// What a step came to.
struct Done {
    outcome: Outcome,
    unmet: Option<String>,
    route: Route,
}

impl From<Outcome> for Done {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, unmet: None, route: Route::default() }
    }
}

async fn act(session: &Session, step: &Step, ran: &mut Ran, meter: &Meter) -> Done {
    let Ran { captured, jar, .. } = ran;
    let done = match &step.action {
        Action::Send(request) => send(session, step, request, (captured, jar), meter).await,
        Action::SignIn(sign_in) => walk(session, sign_in, captured, meter).await.map(|walked| {
            *jar = walked.jar.clone();
            let unmet = arrive(sign_in, &walked.end, captured).filter(|_| step.purpose == Purpose::Setup);
            Done { outcome: Outcome::Answer(walked.last), unmet, route: walked.route }
        }),
        Action::Api(call) => api(session, step.purpose, call, captured, meter).await.map(|returned| {
            let is_probe = step.purpose == Purpose::Probe;
            Done::from(if is_probe { Outcome::Answer(as_answer(&returned)) } else { Outcome::Done })
        }),
        Action::Pause(millis) => {
            tokio::time::sleep(Duration::from_millis(*millis).min(LONGEST_PAUSE)).await;
            Ok(Done::from(Outcome::Done))
        }
        Action::UntilRefused(request) => {
            let (moment, most) = PATIENCE;
            let mut done = send(session, step, request, (captured, jar), meter).await;
            for _ in 1..most {
                match &done {
                    Ok(Done { outcome: Outcome::Answer(answer), .. }) if answer.status / 100 == 2 => {}
                    _ => break,
                }
                tokio::time::sleep(moment).await;
                done = send(session, step, request, (captured, jar), meter).await;
            }
            done
        }
    };
    done.unwrap_or_else(|fault| {
        Done::from(match fault {
            // What did not come can only be left out; an entry that the fixture lacks is a mistake of ours.
            Fault::Unresolved(missing @ Unresolved::Captured(_)) if step.purpose == Purpose::Attempt => {
                Outcome::Skipped(missing)
            }
            fault => Outcome::Fault(fault),
        })
    })
}

/// What a call of the management API returned, as if it were a JSON answer.
fn as_answer(returned: &BTreeMap<String, String>) -> Answer {
    Answer { status: 200, headers: Vec::new(), body: serde_json::to_vec(returned).unwrap_or_default() }
}

async fn send(
    session: &Session,
    step: &Step,
    request: &Request,
    (captured, jar): (&mut BTreeMap<String, String>, &mut Jar),
    meter: &Meter,
) -> Result<Done, Fault> {
    let (mut prepared, sent) = {
        let lookup = session.lookup(captured);
        (prepare(&session.filled_in(request), &session.url_of(request)?, &lookup)?, lookup.into_sent())
    };
    // What is shorter is a made-up text that says nothing, and may be a part of what the answer says.
    for token in sent.into_iter().filter(|token| token.len() > SHORTEST_TOKEN) {
        let number = captured.len();
        captured.insert(format!("token {number}"), token);
    }
    if request.in_browser {
        prepared.headers.extend(jar.header().map(|cookies| ("Cookie".to_owned(), cookies)));
    }
    let turn = session.turn(step.purpose, prepared.machine_token).await?;
    let answer = session.send_in(turn, &prepared, meter).await?;
    if request.in_browser {
        jar.keep(&answer);
    }
    let unmet = match step.purpose {
        Purpose::Setup => keep(&answer, step.redirects, &step.captures, captured).err(),
        Purpose::Attempt => {
            // Later steps take what came, and do without what did not.
            for capture in &step.captures {
                let _ = keep(&answer, step.redirects, std::slice::from_ref(capture), captured);
            }
            None
        }
        _ => None,
    };
    Ok(Done { outcome: Outcome::Answer(answer), unmet, route: Route::straight(prepared.url) })
}

/// A setup step succeeds if its answer is no error, or the redirect that it has to be, and holds everything that is
/// wanted of it.
fn keep(
    answer: &Answer,
    redirects: bool,
    wanted: &[Capture],
    captured: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    if redirects && !(answer.status / 100 == 3 && answer.header("location").is_some()) {
        return Err("later steps need it to redirect".to_owned());
    }
    if !redirects && answer.status / 100 != 2 {
        return Err("later steps need it to succeed".to_owned());
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let body: Option<Json> = serde_json::from_slice(&answer.body).ok();
    if body.is_none() && !redirects {
        return Err("its answer is not JSON".to_owned());
    }
    for Capture { name, from } in wanted {
        let value = match from {
            Source::Json(member) => body
                .as_ref()
                .and_then(|body| body.get(member)?.as_str())
                .map(str::to_owned)
                .ok_or_else(|| format!("its answer has no text member {member:?}"))?,
            Source::Redirect(parameter) => params_of_location(answer)
                .into_iter()
                .find_map(|(present, value)| (present == *parameter).then_some(value))
                .ok_or_else(|| format!("it leads to a URL without the parameter {parameter:?}"))?,
        };
        captured.insert(name.clone(), value);
    }
    Ok(())
}

/// The parameters of the URL that a redirect leads to, from its query and its fragment. A question mark in either has no
/// meaning of its own (RFC 3986 section 3.4).
fn params_of_location(answer: &Answer) -> Vec<(String, String)> {
    let location = answer.header("location").unwrap_or_default();
    let (rest, fragment) = location.split_once('#').unwrap_or((location, ""));
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    [query, fragment]
        .into_iter()
        .flat_map(|part| form_urlencoded::parse(part.as_bytes()).into_owned())
        .collect()
}

/// Keeps what came to the callback, and says what was missing there.
fn arrive(sign_in: &SignIn, end: &End, captured: &mut BTreeMap<String, String>) -> Option<String> {
    let params = match end {
        End::Lost(why) => return Some(why.clone()),
        End::Callback(params) => params,
    };
    let mut found = false;
    let mut error = None;
    for (name, value) in params {
        if name == "error" {
            error = Some(value);
        }
        let is_grant = ["code", "access_token", "id_token"].contains(&name.as_str());
        found |= is_grant;
        // The rest, an error above all, is not for later steps.
        if is_grant || name == "state" {
            captured.insert(format!("{}{name}", sign_in.prefix), value.clone());
        }
    }
    (!found).then(|| match error {
        Some(error) => format!("the callback got the error {error}"),
        None => "the callback got neither a code nor a token".to_owned(),
    })
}

async fn api(
    session: &Session,
    purpose: Purpose,
    call: &ApiCall,
    captured: &mut BTreeMap<String, String>,
    meter: &Meter,
) -> Result<BTreeMap<String, String>, Fault> {
    let call = calls::resolved(call, &session.lookup(captured))?;
    // Management calls are requests too: they wait for their turn and count.
    let turn = session.turn(purpose, false).await?;
    meter.count();
    let answered = session.control.call(call).await;
    turn.settle(false);
    match answered {
        Ok(values) => {
            captured.extend(values.clone());
            Ok(values)
        }
        Err(error @ (ControlError::Unavailable { .. } | ControlError::Failed { .. })) => {
            Err(Fault::Api(error.to_string()))
        }
    }
}

#[cfg(test)]
mod tests;
