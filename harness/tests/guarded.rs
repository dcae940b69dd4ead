//! The two guarded services against tokens made for each hole: the right one has none, the other one those it is told
//! to have.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

#[path = "guarded/mod.rs"]
mod guarded;
#[path = "guarded/trials/mod.rs"]
mod trials;
