//! The `poolproof` binary.

use std::process::ExitCode;

use poolproof_harness::entry::{Front, main as enter};

fn main() -> ExitCode {
    enter(&poolproof::wiring::WIRING, Front::Cli)
}
