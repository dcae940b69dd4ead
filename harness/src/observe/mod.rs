//! From what came back to the watched part of it, in canonical text without secrets.

pub mod claims;
pub mod project;
pub mod redact;
pub mod transcript;
