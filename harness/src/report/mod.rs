//! Events of a run, what they add up to, and how that is shown. Nothing here can change a verdict.

pub mod cost;
mod critical;
pub mod event;
pub mod files;
pub mod fold;
pub mod merge;
pub mod render;
pub mod sink;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod sample;
