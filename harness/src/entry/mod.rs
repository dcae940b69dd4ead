//! The one entry point: `cargo test`, `cargo nextest` and the binary all begin here.

mod absence;
mod addresses;
mod applicable;
mod cli;
pub(crate) mod context;
mod control;
mod coverage;
mod double;
mod explain;
mod guards;
mod issuer;
mod libtest;
mod lint;
mod list;
mod masks;
mod output;
mod plan;
mod prepare;
mod propose;
mod provision;
mod replay;
mod report;
mod run;
mod select;
mod selftest;
mod service;
mod stage;
mod stock;
mod wiring;

use std::process::ExitCode;

use clap::Parser as _;

pub use service::Service;
pub use wiring::{
    DoubleOptions, RunningDouble, StartService, StartedService, StartingDouble, TrustedIssuer, Wiring,
};

use cli::{Cli, Command};

/// Which face the process has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// The command line, with the exit codes of [`crate::exit::Exit`].
    Cli,
    /// A libtest harness: every scenario a trial; exit code 0 or 101.
    Libtest,
}

/// Runs the process and answers with its exit code.
pub fn main(wiring: &Wiring, front: Front) -> ExitCode {
    stage::install_crypto();
    masks::watch_panics();
    masks::know_environment();
    match front {
        Front::Libtest => libtest::main(wiring),
        Front::Cli => {
            // clap ends the process itself for --help, --version and wrong usage (exit 2).
            let cli = Cli::parse();
            output::set_color(cli.color);
            let outcome = match &cli.command {
                Command::Run(args) => run::run(wiring, args),
                Command::List(args) => list::list(wiring, args),
                Command::Explain(args) => explain::explain(wiring, args),
                Command::Replay(args) => replay::replay(wiring, args),
                Command::Provision(args) => provision::provision(wiring, args),
                Command::Report(args) => report::report(args),
                Command::Double(args) => double::double(wiring, args),
                Command::Lint(args) => lint::lint(wiring, args),
                Command::Selftest(args) => selftest::selftest(wiring, args),
                Command::Coverage(args) => coverage::coverage(wiring, args),
            };
            match outcome {
                Ok(exit) => exit.into(),
                Err(refused) => {
                    output::remark(&format!("error: {}", refused.text));
                    refused.exit.into()
                }
            }
        }
    }
}
