//! Makes cases from scenarios, and simpler cases from failing ones. Nothing here sends anything.

pub mod cases;
pub mod seed;
pub mod strategy;
