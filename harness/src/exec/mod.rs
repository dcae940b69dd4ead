//! Sends the steps of a case and brings back what happened. Nothing here judges.

pub mod budget;
pub mod calls;
pub mod client;
pub mod curl;
pub mod jar;
pub mod prepare;
pub(crate) mod raw;
pub mod session;
pub mod shared;
pub mod sign_in;
pub mod steps;
