//! The management API of a target, with the clock of the double beside it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use super::wiring::{RunningDouble, Wiring};
use crate::model::fixture::Fixture;
use crate::target::control::{ControlCall, ControlError, ControlPlane};
use crate::target::provisioner::Place;

/// What makes calls of the management API, or says why it cannot.
pub(super) fn control(
    wiring: &Wiring,
    place: &Place,
    fixture: &Arc<Fixture>,
    has_api: bool,
    double: Option<Arc<dyn RunningDouble>>,
) -> Arc<dyn ControlPlane> {
    let inner = match wiring.provisioner {
        Some(maker) if has_api => Ok(maker().control(place, Arc::clone(fixture))),
        Some(_) => Err("the target has no `endpoint` for the management API"),
        None => Err("this build has no management API: it was made without the feature `provision`"),
    };
    Arc::new(Control { inner, double })
}

/// The management API, with the clock of the double beside it.
struct Control {
    inner: Result<Arc<dyn ControlPlane>, &'static str>,
    double: Option<Arc<dyn RunningDouble>>,
}

impl ControlPlane for Control {
    fn call(&self, call: ControlCall) -> BoxFuture<'_, Result<BTreeMap<String, String>, ControlError>> {
        let operation = call.operation();
        let unavailable = |reason: &str| {
            let error = ControlError::Unavailable { operation, reason: reason.to_owned() };
            Box::pin(std::future::ready(Err(error)))
        };
        match (call, &self.double, &self.inner) {
            (ControlCall::AdvanceClock(seconds), Some(double), _) => {
                double.advance(Duration::from_secs(seconds));
                Box::pin(std::future::ready(Ok(BTreeMap::new())))
            }
            (ControlCall::RewindClock(seconds), Some(double), _) => {
                double.rewind(Duration::from_secs(seconds));
                Box::pin(std::future::ready(Ok(BTreeMap::new())))
            }
            (ControlCall::ResetClock, Some(double), _) => {
                double.reset_clock();
                Box::pin(std::future::ready(Ok(BTreeMap::new())))
            }
            (
                ControlCall::AdvanceClock(_) | ControlCall::RewindClock(_) | ControlCall::ResetClock,
                None,
                _,
            ) => unavailable("only the double has a clock that can be moved"),
            (call, _, Ok(inner)) => inner.call(call),
            (_, _, Err(reason)) => unavailable(reason),
        }
    }
}
