//! Who creates and removes fixtures on a target. The entry is handed one; the engine never names it.

use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::model::fixture::Fixture;
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

/// Creates and removes fixtures.
pub trait Provisioner: Send + Sync {
    /// Creates all fixtures that the target can create. What it cannot create is listed in [`Fixture::missing`].
    ///
    /// # Errors
    /// A text that is safe to show, where not even a pool could be created.
    fn create(&self, place: &Place) -> BoxFuture<'_, Result<Fixture, String>>;

    /// Removes whatever the journals of this target list, and every pool that carries our tag and the target's name;
    /// with [`Place::run`] only what that run created.
    ///
    /// # Errors
    /// A text that is safe to show, where the target could not be asked at all.
    fn remove(&self, place: &Place) -> BoxFuture<'_, Result<Removal, String>>;

    /// Makes calls of the management API for the scenarios that need them.
    fn control(&self, place: &Place, fixture: Arc<Fixture>) -> Arc<dyn ControlPlane>;
}
