//! The vocabulary: plain data that every stage of the engine shares. No input or output happens here.

pub(crate) mod alike;
pub mod api_call;
#[cfg(test)]
pub(crate) mod arbitrary;
pub mod case;
#[cfg(test)]
pub(crate) mod damaged;
pub mod edit;
pub mod endpoint;
pub mod exchange;
pub mod fixture;
pub mod form;
pub mod guard;
pub mod jwt;
pub mod ledger;
pub(crate) mod names;
pub mod need;
pub mod observation;
pub mod place;
pub mod prediction;
pub mod relation;
pub mod request;
pub mod scenario;
pub mod text;
pub mod value;
pub mod verdict;
