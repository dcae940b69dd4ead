//! Where requests go: `targets.toml`, how a target is started, and who creates its fixtures.

pub mod config;
pub mod control;
mod document;
pub mod error;
mod expand;
mod fields;
mod guard_settings;
mod inline;
pub mod launch;
mod launch_settings;
mod leftover;
pub mod place;
mod process;
pub mod provisioner;
pub mod reach;
mod settings;
pub mod spec;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod guarded;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod launching;
