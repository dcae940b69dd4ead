//! Events of a run, what they add up to, and how that is shown. Nothing here can change a verdict.

pub mod event;
