//! From what came back to the watched part of it, in canonical text without secrets.

pub mod claims;
pub mod fragments;
mod guard;
mod keys;
mod members;
mod pages;
pub mod project;
pub mod redact;
mod redirect;
mod relations;
mod sequence;
mod sign_in_page;
mod tokens;
pub mod transcript;
mod view;

#[cfg(test)]
mod tests;
