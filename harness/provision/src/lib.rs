//! Creates and removes the fixtures of poolproof through the AWS SDK for Rust, and makes the calls of the management
//! API that some scenarios need between their requests.
//!
//! Whatever is to be created is written to a journal first, so that a run that was killed can be cleaned up.

mod bounded;
mod clients;
mod control;
mod create;
#[cfg(test)]
#[expect(dead_code, reason = "the engine uses all of it")]
#[path = "../../src/model/damaged.rs"]
mod damaged;
mod failure;
mod guards;
mod journal;
mod kept;
mod pools;
mod random;
mod remove;
mod roles;
mod sdk;
mod users;

use std::sync::Arc;

use futures::future::BoxFuture;
use poolproof_harness::model::fixture::Fixture;
use poolproof_harness::target::control::ControlPlane;
use poolproof_harness::target::provisioner::{GuardPlan, Place, Provisioner, Removal};

use crate::control::AwsControl;

/// Creates and removes fixtures on AWS and on everything that speaks its API.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsProvisioner;

impl AwsProvisioner {
    /// A provisioner. Nothing is sent before it is asked to do something.
    pub const fn new() -> Self {
        Self
    }
}

impl Provisioner for AwsProvisioner {
    fn create(&self, place: &Place) -> BoxFuture<'_, Result<Fixture, String>> {
        let place = place.clone();
        Box::pin(async move { create::create(&place).await })
    }

    fn guard(
        &self,
        place: &Place,
        fixture: Arc<Fixture>,
        plans: Vec<GuardPlan>,
    ) -> BoxFuture<'_, Vec<Result<String, String>>> {
        let place = place.clone();
        Box::pin(async move { guards::create(&place, &fixture, &plans).await })
    }

    fn remove(&self, place: &Place) -> BoxFuture<'_, Result<Removal, String>> {
        let place = place.clone();
        Box::pin(async move { remove::remove(&place).await })
    }

    fn control(&self, place: &Place, fixture: Arc<Fixture>) -> Arc<dyn ControlPlane> {
        Arc::new(AwsControl::new(place.clone(), fixture))
    }
}
