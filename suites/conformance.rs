//! Every scenario as a libtest trial, for `cargo test` and `cargo nextest run`.

use std::process::ExitCode;

use poolproof_harness::entry::{Front, main as enter};

fn main() -> ExitCode {
    enter(&poolproof::wiring::WIRING, Front::Libtest)
}
