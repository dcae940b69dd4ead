//! Who creates and removes fixtures on a target. The entry is handed one; the engine never names it.

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::model::fixture::Fixture;
use crate::model::ledger::Profile;
use crate::target::control::ControlPlane;

/// Where fixtures are created, and where it is written down what was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the target; the journal and the tags carry it.
    pub target: String,
    /// The AWS API endpoint of an emulator; `None` for AWS itself.
    pub endpoint: Option<String>,
    /// The AWS Region.
    pub region: String,
    /// Whether this is a real account: the usual credentials chain instead of dummy ones.
    pub real: bool,
    /// The folder of the journals, one file for each target and run.
    pub journals: PathBuf,
    /// Limits removal to what this run created, so that runs beside each other leave one another alone. `None` removes
    /// whatever any run ever created for the target.
    pub run: Option<String>,
}

/// What was found and removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// One line for each thing that is gone now.
    pub removed: Vec<String>,
    /// One line for each thing that is still there, with the reason.
    pub left: Vec<String>,
}

/// An API in front of the fixture's pool that is to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardPlan {
    /// What tells it apart, unique among the guards of a target: lower-case letters, digits and hyphens. The description
    /// of the API carries it.
    pub name: String,
    /// Whether it is a REST API or an HTTP API. A resource server verifies tokens itself, so there is nothing to create.
    pub profile: Profile,
    /// The scopes of which a token must have one, the `authorizationScopes` of the method or route; empty for none.
    pub scopes: Vec<String>,
    /// The clients whose tokens are accepted; empty for those of any. For an HTTP API the audience of the authorizer; for
    /// a REST API an `identityValidationExpression` that matches these and nothing else.
    pub audience: Vec<String>,
    /// The issuer of the tokens, for an HTTP API; empty for that of the main pool. A REST API knows its pools instead.
    pub issuer: String,
    /// A URL that answers GET with 200, which an HTTP API calls for whom it lets through. A REST API answers by itself.
    pub backend: String,
    /// The ids of the pools whose tokens a REST API accepts, usually one; empty for the main pool.
    pub pools: Vec<String>,
}

/// Creates and removes fixtures.
pub trait Provisioner: Send + Sync {
    /// Creates all fixtures that the target can create. What it cannot create is listed in [`Fixture::missing`].
    ///
    /// # Errors
    /// A text that is safe to show, where not even a pool could be created.
    fn create(&self, place: &Place) -> BoxFuture<'_, Result<Fixture, String>>;

    /// Creates APIs in front of the pool, as one batch, each with `GET` on one path. Answers with one entry a plan, in
    /// order: the URL to call, or why this one could not be created, a text that is safe to show.
    ///
    /// An API that got only as far as half is not called, and goes with the others in [`Provisioner::remove`]. On AWS it
    /// may take seconds until a URL answers as it will.
    fn guard(
        &self,
        place: &Place,
        fixture: Arc<Fixture>,
        plans: Vec<GuardPlan>,
    ) -> BoxFuture<'_, Vec<Result<String, String>>>;

    /// Removes whatever the journals of this target list, and every pool and API that carries our tag and the target's
    /// name; with [`Place::run`] only what that run created.
    ///
    /// # Errors
    /// A text that is safe to show, where the target could not be asked at all.
    fn remove(&self, place: &Place) -> BoxFuture<'_, Result<Removal, String>>;

    /// Makes calls of the management API for the scenarios that need them.
    fn control(&self, place: &Place, fixture: Arc<Fixture>) -> Arc<dyn ControlPlane>;
}
