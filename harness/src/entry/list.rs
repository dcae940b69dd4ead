//! `poolproof list`: the scenarios by id, without touching any target.

use super::applicable;
use super::cli::{ListArgs, TargetArgs};
use super::context::{self, Refused};
use super::output;
use super::plan;
use super::select::select;
use super::wiring::Wiring;
use crate::exit::Exit;

/// Lists the selected scenarios; with named targets, each scenario on each of them.
///
/// # Errors
/// [`Refused`] for a configuration or a selection that cannot be used.
pub(super) fn list(wiring: &Wiring, args: &ListArgs) -> Result<Exit, Refused> {
    let planned = select(wiring, &args.select.ids, &args.select.skip)
        .map_err(|error| Refused { exit: Exit::NothingSelected, text: error.to_string() })?;
    // Nothing is sent, so nobody has to be asked.
    let (_, targets) = context::targets(&TargetArgs { allow_real: true, ..args.target.clone() })?;
    context::check_names(wiring, &targets)?;
    let mut text = String::new();
    for target in &targets {
        for (unit, planned) in plan::units(target, &planned)
            .iter()
            .flat_map(|(unit, planned)| planned.iter().map(move |planned| (unit, planned)))
        {
            let mut line = format!("{}::{}", unit.name, planned.id());
            if let Some(reason) = applicable::declared(unit, planned.scenario) {
                line.push_str("  (not applicable: ");
                line.push_str(&reason);
                line.push(')');
            }
            text.push_str(&line);
            text.push('\n');
        }
    }
    if text.is_empty() {
        return Err(plan::nothing_fits(&targets, &planned));
    }
    output::result(&text);
    Ok(Exit::Pass)
}
