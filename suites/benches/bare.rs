//! The least that a client can do: the very requests of the engine, sent in a loop, their bodies read and forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use poolproof_harness::exec::prepare::{Prepared, prepare};
use poolproof_harness::generate::cases::case;
use poolproof_harness::generate::seed::RunSeed;
use poolproof_harness::model::case::{Action, Case, Step};
use poolproof_harness::model::fixture::Fixture;
use poolproof_harness::model::value::{Lookup, Slot};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::child::{self, Double, Measured};
use crate::workload::{Chosen, cases_of};
use crate::{CONCURRENCY, Result};

/// Sends the one request of every case, made beforehand.
pub(crate) fn run(double: &Double, chosen: &Chosen, cases: u32) -> Result<Measured> {
    send_all(requests(double, chosen, cases)?)
}

/// Sends so many requests: those of the cases, again and again.
pub(crate) fn run_many(double: &Double, chosen: &Chosen, cases: u32, count: usize) -> Result<Measured> {
    send_all(requests(double, chosen, cases)?.into_iter().cycle().take(count).collect())
}

fn send_all(requests: Vec<Prepared>) -> Result<Measured> {
    let requests = Arc::new(requests);
    let count = u32::try_from(requests.len())?;
    // As many threads as the engine has for its connections.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .user_agent("poolproof-bench")
        .pool_max_idle_per_host(64)
        .no_proxy()
        .build()?;
    let cpu = child::own_cpu_seconds();
    let began = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let workers: Vec<_> = (0..CONCURRENCY)
            .map(|_| tokio::spawn(work(http.clone(), Arc::clone(&requests), Arc::clone(&next))))
            .collect();
        for worker in workers {
            worker.await??;
        }
        Result::Ok(())
    })?;
    let seconds = began.elapsed().as_secs_f64();
    Ok(Measured {
        requests: f64::from(count),
        seconds,
        cpu_seconds: child::own_cpu_seconds() - cpu,
        ..Measured::default()
    })
}

async fn work(
    http: reqwest::Client,
    requests: Arc<Vec<Prepared>>,
    next: Arc<AtomicUsize>,
) -> std::result::Result<(), String> {
    while let Some(prepared) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        send(&http, prepared).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

async fn send(http: &reqwest::Client, prepared: &Prepared) -> Result<()> {
    let mut headers = HeaderMap::new();
    for (name, value) in &prepared.headers {
        headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(value.as_bytes())?);
    }
    let method = reqwest::Method::from_bytes(prepared.method.as_bytes())?;
    let mut request = http.request(method, &prepared.url).headers(headers);
    if let Some(body) = &prepared.body {
        request = request.body(body.clone());
    }
    let answer = request.send().await?;
    let status = answer.status();
    let body = answer.bytes().await?;
    // What the double is asked here it answers, with a token or with a refusal.
    if status.is_server_error() {
        return Err(format!("the bare loop was answered {status} with {} bytes", body.len()).into());
    }
    Ok(())
}

/// The requests of the default seed, scenarios in turn as the engine mixes them too.
fn requests(double: &Double, chosen: &Chosen, cases: u32) -> Result<Vec<Prepared>> {
    let seed = RunSeed::default();
    let known = Known(double.fixture());
    let mut requests = Vec::new();
    for index in 0..cases {
        for planned in chosen.scenarios().filter(|planned| index < cases_of(planned, cases)) {
            let case = case(&seed, &planned.id(), planned.scenario, u64::from(index))?;
            requests.push(only_request(&case, double, &known)?);
        }
    }
    Ok(requests)
}

fn only_request(case: &Case, double: &Double, known: &Known<'_>) -> Result<Prepared> {
    match case.steps.as_slice() {
        [Step { action: Action::Send(request), .. }] => {
            Ok(prepare(request, &double.url(request.endpoint), known)?)
        }
        _ => Err("the bare loop takes cases of one request".into()),
    }
}

struct Known<'a>(&'a Fixture);

impl Lookup for Known<'_> {
    fn fixture(&self, slot: &Slot) -> Option<&str> {
        self.0.get(slot)
    }

    fn captured(&self, _: &str) -> Option<&str> {
        None
    }
}
