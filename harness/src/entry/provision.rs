//! `poolproof provision`: makes fixtures that stay, or removes whatever was made.

use std::path::Path;

use super::cli::ProvisionArgs;
use super::context::{self, FixtureFile, Refused};
use super::masks;
use super::output;
use super::stage;
use super::wiring::Wiring;
use crate::exit::Exit;
use crate::target::provisioner::Place;
use crate::target::spec::{Target, TargetKind};

/// Creates the fixtures of each selected target, or removes them.
///
/// # Errors
/// [`Refused`] where nothing could be tried.
pub(super) fn provision(wiring: &Wiring, args: &ProvisionArgs) -> Result<Exit, Refused> {
    let maker = wiring.provisioner.ok_or_else(|| {
        Refused::usage("this build cannot provision: it was made without the feature `provision`")
    })?();
    let (_, targets) = context::targets(&args.target)?;
    if args.out.is_some() && targets.len() != 1 {
        return Err(Refused::usage("--out takes the fixtures of one target: name one with -t"));
    }
    let runtime = stage::runtime()?;
    let mut exit = Exit::Pass;
    for target in &targets {
        let place = place(target)?;
        // Before anything is created: without its document nobody knows the secrets of what was.
        let mut file = match &args.out {
            Some(out) if !args.remove => Some((out, begin(out)?)),
            _ => None,
        };
        let outcome = if args.remove {
            runtime.block_on(maker.remove(&place)).map(|removal| {
                for line in &removal.removed {
                    output::result(&format!("{}: removed {line}", target.name));
                }
                for line in &removal.left {
                    output::remark(&format!("{}: still there: {line}", target.name));
                }
                if removal.removed.is_empty() && removal.left.is_empty() {
                    output::result(&format!("{}: nothing of ours is there", target.name));
                }
                removal.left.is_empty()
            })
        } else {
            runtime.block_on(maker.create(&place)).and_then(|fixture| {
                masks::know_fixture(&fixture);
                for (what, reason) in &fixture.missing {
                    output::remark(&format!("{}: {what} could not be had: {reason}", target.name));
                }
                if let Some((out, file)) = file.take() {
                    file.finish(&fixture).map_err(|error| {
                        format!(
                            "{}: {error}; the fixtures were created and are left there without a document; \
                             remove them with: poolproof provision {} --remove",
                            out.display(),
                            target.chosen_by
                        )
                    })?;
                    output::result(&format!(
                        "{}: {} clients and {} users; the fixture document is {}",
                        target.name,
                        fixture.client.len(),
                        fixture.user.len(),
                        out.display()
                    ));
                }
                Ok(true)
            })
        };
        match outcome {
            Ok(true) => {}
            Ok(false) => exit = Exit::Unproven,
            Err(reason) => {
                output::remark(&format!("{}: {reason}", target.name));
                exit = Exit::Unproven;
            }
        }
    }
    Ok(exit)
}

/// Begins the fixture document.
fn begin(out: &Path) -> Result<FixtureFile, Refused> {
    FixtureFile::begin(out).map_err(|error| {
        Refused::usage(format!(
            "--out {}: {error}; nothing was created: name a file in a folder that exists and can be written",
            out.display()
        ))
    })
}

/// Where the fixtures of a target are. Those of a command have no run of their own: removal takes all there are.
fn place(target: &Target) -> Result<Place, Refused> {
    if target.kind == TargetKind::Double {
        return Err(Refused::usage(format!(
            "{}: a double has its fixtures from the beginning\n  `poolproof double --fixture-out FILE` writes them",
            target.name
        )));
    }
    let port = target.launch.as_ref().and_then(|launch| (launch.port != 0).then_some(launch.port));
    let endpoint = target.endpoint(port).map_err(Refused::usage)?;
    if endpoint.is_none() && target.kind != TargetKind::Pool {
        return Err(Refused::usage(format!(
            "{}: there is no management API to provision with: set `endpoint`",
            target.name
        )));
    }
    Ok(Place {
        target: target.name.clone(),
        real: target.kind == TargetKind::Pool && endpoint.is_none(),
        endpoint,
        region: target.region.clone(),
        journals: context::journals(),
        run: None,
    })
}
