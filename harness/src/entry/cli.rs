//! The command line.
#![expect(clippy::doc_markdown, reason = "the comments are help texts, which show no Markdown")]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// What poolproof can be asked to do.
#[derive(Debug, Parser)]
#[command(
    name = "poolproof",
    version,
    about = "Checks what Amazon Cognito user pool endpoints, and what imitates or guards them, really answer",
    after_help = "Exit codes: 0 passed · 1 a deviation · 2 usage or configuration · 3 target unreachable or a precondition \
                  missing · 4 nothing selected · 5 stale expectations · 6 budget spent · 70 a fault of poolproof"
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = ColorWhen::Auto, env = "POOLPROOF_COLOR")]
    pub(super) color: ColorWhen,
}

/// When to use colour. `auto` looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the scenarios against one or more targets
    Run(RunArgs),
    /// List the scenarios, without touching any target
    List(ListArgs),
    /// Show a scenario or a fact: what it says, what is expected, how sure we are, where that comes from
    Explain(ExplainArgs),
    /// Send a stored failing case again
    Replay(ReplayArgs),
    /// Create the fixtures of a target and keep them, or remove them
    Provision(ProvisionArgs),
    /// Show the report of an earlier run
    Report(ReportArgs),
    /// Serve the double for others to use
    Double(DoubleArgs),
    /// Check suites, ledger and snapshots against each other
    Lint(LintArgs),
    /// Prove on the double that every seeded fault is found and that every scenario can fail
    Selftest(SelftestArgs),
    /// Show which facts of the ledger the scenarios cover, and why others are left out
    Coverage(CoverageArgs),
}

/// Which targets.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TargetArgs {
    /// A target of the configuration; can be given several times [default: what the configuration says, else the double]
    #[arg(
        short = 't',
        long = "target",
        value_name = "NAME",
        env = "POOLPROOF_TARGET",
        value_delimiter = ','
    )]
    pub(super) targets: Vec<String>,
    /// A target that is not in the configuration, by its base URL
    #[arg(long, value_name = "URL", conflicts_with = "targets")]
    pub(super) url: Option<String>,
    /// Only this guard of the chosen targets, and not their pools; can be given several times
    #[arg(long = "guard", value_name = "NAME", env = "POOLPROOF_GUARD", value_delimiter = ',')]
    pub(super) guards: Vec<String>,
    /// A file with genuine tokens of earlier runs, for guards; tokens of this run are added to it
    #[arg(long, value_name = "FILE", env = "POOLPROOF_JAR")]
    pub(super) jar: Option<PathBuf>,
    /// Wait until tokens of the client short-lived have expired, minutes perhaps, so that guards can be sent them
    #[arg(long)]
    pub(super) wait_expiry: bool,
    /// A setting for the chosen targets, with the keys of targets.toml, such as launch.reuse=true, or for --url
    /// issuer=http://127.0.0.1:9302/{pool_id}
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) settings: Vec<String>,
    /// The configuration [default: targets.toml here or in a folder above]
    #[arg(long, value_name = "FILE", env = "POOLPROOF_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Allow targets that are not on this machine; they need kind = "pool"
    #[arg(long, env = "POOLPROOF_ALLOW_REAL", value_parser = clap::builder::FalseyValueParser::new())]
    pub(super) allow_real: bool,
    /// A fixture document to use instead of what the target says
    #[arg(long, value_name = "FILE", env = "POOLPROOF_FIXTURE")]
    pub(super) fixture: Option<PathBuf>,
}

/// Which scenarios.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SelectArgs {
    /// Scenarios by id, by a leading part of it (token::pkce), by glob (*refresh*) or by the id of a fact
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,
    /// Leave these out; the same forms
    #[arg(long, value_name = "ID")]
    pub(super) skip: Vec<String>,
}

/// How much is tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Profile {
    /// A quarter of the default.
    Quick,
    /// For every day.
    #[default]
    Default,
    /// Eight times the default.
    Deep,
}

impl Profile {
    /// The name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Default => "default",
            Self::Deep => "deep",
        }
    }
}

/// How cases are made.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct EffortArgs {
    /// The seed: any text, or "random" for a new one
    #[arg(long, value_name = "TEXT", env = "POOLPROOF_SEED")]
    pub(super) seed: Option<String>,
    /// Cases for each scenario of one request; scenarios with more steps get fewer in proportion
    #[arg(long, value_name = "N", env = "POOLPROOF_CASES", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(super) cases: Option<u64>,
    /// How much is tried
    #[arg(long, value_enum, default_value_t = Profile::Default, env = "POOLPROOF_PROFILE")]
    pub(super) profile: Profile,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct RunArgs {
    /// Which targets.
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Which scenarios.
    #[command(flatten)]
    pub(super) select: SelectArgs,
    /// How cases are made.
    #[command(flatten)]
    pub(super) effort: EffortArgs,
    /// Fail on differences with weak evidence too
    #[arg(long)]
    pub(super) strict: bool,
    /// Stop at the first failing scenario
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Stop after so many failing scenarios
    #[arg(long, value_name = "N", conflicts_with = "fail_fast", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_failures: Option<u64>,
    /// Write reports: json, junit, markdown
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(super) report: Vec<crate::report::render::Format>,
    /// Where reports are written
    #[arg(long, value_name = "FOLDER", default_value = "poolproof-report")]
    pub(super) report_dir: PathBuf,
    /// Where snapshots are read [default: snapshots beside the configuration, else the embedded ones]
    #[arg(long, value_name = "FOLDER", env = "POOLPROOF_SNAPSHOTS")]
    pub(super) snapshots: Option<PathBuf>,
    /// Show failing cases as they were generated, without looking for simpler ones
    #[arg(long)]
    pub(super) no_shrink: bool,
    /// Write pending snapshots for what deviates, to be reviewed with cargo insta review
    #[arg(long)]
    pub(super) record: bool,
    /// Leave the created fixtures on the target
    #[arg(long)]
    pub(super) keep_fixtures: bool,
    /// Show less
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show more: accepted deviations and advisories in full (-v), everything (-vv)
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Which targets.
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Which scenarios.
    #[command(flatten)]
    pub(super) select: SelectArgs,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The id of a scenario (token::pkce::verifier-wrong) or of a fact (token.pkce.verifier-wrong)
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The seed of the example
    #[arg(long, value_name = "TEXT")]
    pub(super) seed: Option<String>,
    /// The index of the example
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) index: u64,
    /// Where snapshots are read
    #[arg(long, value_name = "FOLDER", env = "POOLPROOF_SNAPSHOTS")]
    pub(super) snapshots: Option<PathBuf>,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The stored case, as named in a failure
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Which targets.
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Where snapshots are read
    #[arg(long, value_name = "FOLDER", env = "POOLPROOF_SNAPSHOTS")]
    pub(super) snapshots: Option<PathBuf>,
}

/// Arguments of `provision`.
#[derive(Debug, Args)]
pub(super) struct ProvisionArgs {
    /// Which targets.
    #[command(flatten)]
    pub(super) target: TargetArgs,
    /// Remove everything that was ever created there and is still left
    #[arg(long)]
    pub(super) remove: bool,
    /// Where the fixture document is written, readable by you alone
    #[arg(long, value_name = "FILE", required_unless_present = "remove")]
    pub(super) out: Option<PathBuf>,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The folder of the run, or event files [default: the last run]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The form: text, json, junit, markdown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: String,
    /// Show more
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// Arguments of `double`.
#[derive(Debug, Args)]
pub(super) struct DoubleArgs {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(super) port: u16,
    /// A fault it has; can be given several times. `--fault list` lists them
    #[arg(long, value_name = "ID")]
    pub(super) fault: Vec<String>,
    /// An issuer whose tokens the guarded URLs for it accept
    #[arg(long, value_name = "URL")]
    pub(super) trusts: Option<String>,
    /// How long it takes with every answer, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(super) latency: u64,
    /// Its pages are those of the classic hosted UI and not of managed login: without `prompt`, `max_age` and resources
    #[arg(long)]
    pub(super) classic_pages: bool,
    /// Write its fixture document here, readable by you alone
    #[arg(long, value_name = "FILE")]
    pub(super) fixture_out: Option<PathBuf>,
}

/// Arguments of `lint`.
#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Where snapshots are read
    #[arg(long, value_name = "FOLDER", env = "POOLPROOF_SNAPSHOTS")]
    pub(super) snapshots: Option<PathBuf>,
}

/// Arguments of `selftest`.
#[derive(Debug, Args)]
pub(super) struct SelftestArgs {
    /// Only these faults: by id, by its beginning (revoke), by glob (*-prefix*), by class (security) or by the id of a
    /// fact that they violate. Nothing is then said about scenarios that no fault turns red
    #[arg(value_name = "FAULT")]
    pub(super) faults: Vec<String>,
    /// Only these scenarios, in the forms of `run`; faults that none of them meets are left out
    #[arg(long = "scenario", value_name = "ID")]
    pub(super) scenarios: Vec<String>,
    /// How cases are made.
    #[command(flatten)]
    pub(super) effort: EffortArgs,
    /// Look for each fault with so many seeds: a fault that only some of them find is a weakness of a generator
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) seeds: u32,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = SelftestFormat::Text)]
    pub(super) format: SelftestFormat,
    /// Name every scenario that finds a fault
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

/// The forms of the result of `selftest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SelftestFormat {
    /// For a terminal.
    Text,
    /// For a program.
    Json,
    /// For a page.
    Markdown,
}
/// Arguments of `coverage`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 every fact is covered, excused or background · 1 one is uncovered · 2 usage, or a file \
                        that cannot take the figures · 4 no such area\n\n\
                        JSON: harness/src/coverage/coverage.schema.json describes the document"
)]
pub(super) struct CoverageArgs {
    /// Areas of the ledger: what the ids of facts begin with, such as token [default: all]
    #[arg(value_name = "AREA")]
    pub(super) areas: Vec<String>,
    /// The form
    #[arg(long, value_enum, default_value_t = crate::coverage::Format::Text)]
    pub(super) format: crate::coverage::Format,
    /// Put the Markdown between the lines <!-- coverage --> and <!-- /coverage --> of this file instead of showing it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["areas", "verbose"])]
    pub(super) write: Option<PathBuf>,
    /// Show more: each excused fact with its reason, each covered one with its scenarios
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}
