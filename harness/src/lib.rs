//! The engine of poolproof: generate, execute, observe, judge, report.
//!
//! Data flows one way: a [`model::scenario::Scenario`] generates [`model::case::Case`]s, `exec` turns each into
//! [`model::exchange::Exchange`]s, `observe` into an [`model::observation::Observation`], `judge` into a
//! [`model::verdict::Verdict`], and `report` folds the events. No stage knows another one; `trial` composes them.

pub mod coverage;
pub mod entry;
pub mod exec;
pub mod exit;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod generate;
pub mod judge;
pub mod lint;
pub mod model;
pub mod observe;
pub mod prelude;
pub mod replay;
pub mod report;
pub mod selftest;
pub mod target;
pub mod token;
pub mod trial;
pub mod whole;
