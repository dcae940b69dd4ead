//! What a user would write by hand: each scenario a `proptest` run of its own, one case after the other, each checked
//! for an answer and nothing else. The steps of a case are done by the engine's own code; observing and judging, which
//! the engine does besides, are left out in favour of the baseline.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use poolproof_harness::exec::budget::{Budget, Limits};
use poolproof_harness::exec::client::Client;
use poolproof_harness::exec::session::{Meter, Session};
use poolproof_harness::exec::steps;
use poolproof_harness::model::endpoint::Endpoint;
use poolproof_harness::model::exchange::Outcome;
use poolproof_harness::target::control::{ControlCall, ControlError, ControlPlane};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::Result;
use crate::child::{self, Double, Measured};
use crate::workload::{Chosen, cases_of};

/// Runs the scenarios one after the other.
pub(crate) fn run(double: &Double, chosen: &Chosen, cases: u32) -> Result<Measured> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let session = Session {
        client: Client::new(Duration::from_secs(10), true)?,
        urls: Endpoint::ALL.into_iter().map(|endpoint| (endpoint, double.url(endpoint))).collect(),
        other_urls: BTreeMap::new(),
        fixture: Arc::new(double.fixture().clone()),
        control: Arc::new(NoControl),
        budget: Arc::new(Budget::new(Limits {
            concurrency: 1,
            rate: None,
            requests: None,
            machine_tokens: None,
        })),
        shared: Arc::default(),
        guard: None,
    };
    let meter = Meter::default();
    let cpu = child::own_cpu_seconds();
    let began = Instant::now();
    for planned in chosen.scenarios() {
        let config =
            Config { cases: cases_of(planned, cases), failure_persistence: None, ..Config::default() };
        let tested = TestRunner::new(config).run(&(planned.scenario.cases)(), |case| {
            let ran = runtime.block_on(steps::run(&session, &case, &meter));
            match ran.exchanges.last().map(|exchange| &exchange.outcome) {
                Some(Outcome::Fault(fault)) => Err(TestCaseError::fail(fault.to_string())),
                None => Err(TestCaseError::fail("nothing was sent")),
                _ => Ok(()),
            }
        });
        tested.map_err(|error| format!("{}: {error}", planned.id()))?;
    }
    Ok(Measured {
        requests: f64::from(u32::try_from(meter.requests())?),
        seconds: began.elapsed().as_secs_f64(),
        cpu_seconds: child::own_cpu_seconds() - cpu,
        ..Measured::default()
    })
}

/// The scenarios of the baseline do not use the management API.
struct NoControl;

impl ControlPlane for NoControl {
    fn call(
        &self,
        call: ControlCall,
    ) -> Pin<Box<dyn Future<Output = std::result::Result<BTreeMap<String, String>, ControlError>> + Send + '_>>
    {
        let error = ControlError::Unavailable {
            operation: call.operation(),
            reason: "not in a benchmark".to_owned(),
        };
        Box::pin(std::future::ready(Err(error)))
    }
}
