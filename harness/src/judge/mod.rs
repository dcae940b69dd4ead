//! Holds observations against what is expected. No network here, and the verdict itself is a pure function.

pub mod compare;
pub mod expect;
pub mod merge;
pub mod record;

#[cfg(test)]
mod guarded;
#[cfg(test)]
mod reasons;
