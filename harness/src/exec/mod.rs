//! Sends the steps of a case and brings back what happened. Nothing here judges.

pub mod budget;
pub mod client;
pub mod curl;
pub mod form;
pub mod prepare;
pub mod session;
pub mod sign_in;
pub mod steps;
