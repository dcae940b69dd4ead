//! `poolproof double`: serves the double for others to use, until it is interrupted.

use std::fmt::Write as _;
use std::time::Duration;

use super::cli::DoubleArgs;
use super::context::{self, Refused};
use super::output;
use super::stage;
use super::wiring::{DoubleOptions, RunningDouble, Wiring};
use crate::exit::Exit;
use crate::model::endpoint::Endpoint;
use crate::selftest::SeededFault;

/// Serves the double.
///
/// # Errors
/// [`Refused`] for an unknown fault or a port that is taken.
pub(super) fn double(wiring: &Wiring, args: &DoubleArgs) -> Result<Exit, Refused> {
    if args.fault.iter().any(|fault| fault == "list") {
        let lines: Vec<String> = (wiring.double_faults)()
            .into_iter()
            .map(|fault| format!("{:<40} {:<8}  {}", fault.id, fault.class, fault.says))
            .collect();
        output::result(&lines.join("\n"));
        return Ok(Exit::Pass);
    }
    SeededFault::check(&args.fault, &(wiring.double_faults)())
        .map_err(|(problem, advice)| Refused::usage(format!("--fault: {problem}\n  {advice}")))?;
    let runtime = stage::runtime()?;
    let options = DoubleOptions {
        port: args.port,
        faults: args.fault.clone(),
        latency: Duration::from_millis(args.latency),
        trusts: args.trusts.clone(),
        classic_pages: args.classic_pages,
    };
    let double = runtime.block_on((wiring.start_double)(options)).map_err(Refused::usage)?;
    if let Some(path) = &args.fixture_out {
        let fixture = context::parse_fixture(double.fixture_json().as_bytes()).map_err(Refused::ours)?;
        context::write_fixture(path, &fixture)
            .map_err(|error| Refused::usage(format!("{}: {error}", path.display())))?;
    }
    output::result(&description(double.as_ref())?);
    if args.classic_pages {
        let declared = "--set 'unsupported.managed-login=classic pages'";
        output::remark(&format!("the pages are those of the classic hosted UI: test it with {declared}"));
    }
    runtime.block_on(stage::interrupted());
    drop(double);
    Ok(Exit::Pass)
}

/// URLs, clients and users. The secrets of a double are constants that protect nothing, so they are shown.
fn description(double: &dyn RunningDouble) -> Result<String, Refused> {
    let fixture = context::parse_fixture(double.fixture_json().as_bytes()).map_err(Refused::ours)?;
    let base = double.base_url();
    let mut text = String::new();
    let _ = writeln!(text, "the double serves {base} (Ctrl-C ends it)\n");
    for endpoint in Endpoint::ALL.into_iter().filter(|endpoint| *endpoint != Endpoint::UnknownPath) {
        let below =
            if endpoint.below_issuer() { format!("{base}/{}", fixture.pool.id) } else { base.clone() };
        let _ = writeln!(text, "  {:<22}{below}{}", endpoint.name(), endpoint.default_path());
    }
    let _ = writeln!(text, "\nclients (id, secret):");
    for (role, client) in &fixture.client {
        let secret = client.secret.as_deref().unwrap_or("-");
        let _ = writeln!(text, "  {role:<22}{} {secret}", client.id);
    }
    let _ = writeln!(text, "\nusers (name, password):");
    for (name, user) in &fixture.user {
        let _ = writeln!(text, "  {name:<22}{} {}", user.username, user.password);
    }
    Ok(text)
}
