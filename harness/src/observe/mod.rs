//! From what came back to the watched part of it, in canonical text without secrets.

#[cfg(test)]
mod ambiguous;
mod challenge;
pub mod claims;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod every_field;
#[cfg(test)]
mod fields;
pub mod fragments;
mod guard;
#[cfg(test)]
mod hostile;
mod json;
mod keys;
mod members;
mod pages;
pub mod project;
pub mod redact;
mod redirect;
mod relations;
mod sequence;
mod sign_in_page;
#[cfg(test)]
mod steps;
mod tokens;
pub mod transcript;
mod view;

#[cfg(test)]
mod tests;
