//! `poolproof explain`: what a scenario or a fact says, what is expected, how sure we are, and where that comes from.

use std::fmt::Write as _;
use std::path::Path;

use super::cli::ExplainArgs;
use super::context::{self, Refused};
use super::output;
use super::select::{all, select};
use super::wiring::Wiring;
use crate::exec::curl;
use crate::exit::Exit;
use crate::generate::cases;
use crate::generate::seed::RunSeed;
use crate::judge::expect::Snapshots;
use crate::model::case::{Action, Case, Step};
use crate::model::endpoint::Endpoint;
use crate::model::ledger::{Fact, Ledger, Strength, Treat};
use crate::model::names;
use crate::model::request::Request;
use crate::trial::Planned;

/// Explains a scenario or a fact.
///
/// # Errors
/// [`Refused`] where there is neither.
pub(super) fn explain(wiring: &Wiring, args: &ExplainArgs) -> Result<Exit, Refused> {
    let ledger = context::ledger(wiring)?;
    if let Some(fact) = ledger.get(&args.id) {
        output::result(&fact_text(wiring, fact));
        return Ok(Exit::Pass);
    }
    let planned = select(wiring, std::slice::from_ref(&args.id), &[]).map_err(|error| Refused {
        exit: Exit::NothingSelected,
        text: error.to_string() + &near(&args.id, &ledger),
    })?;
    let config = super::context::config(None).map_or_else(|_| Path::new("").to_owned(), |config| config.path);
    let folder = context::snapshots(wiring, args.snapshots.as_deref(), &config)?;
    let seed = args.seed.as_deref().map_or_else(RunSeed::default, RunSeed::new);
    let texts: Result<Vec<String>, Refused> = planned
        .iter()
        .map(|planned| scenario_text(&ledger, &folder.snapshots, *planned, &seed, args.index))
        .collect();
    output::result(&texts?.join("\n"));
    Ok(Exit::Pass)
}

/// The nearest fact: also one that no scenario checks.
fn near(id: &str, ledger: &Ledger) -> String {
    let facts: Vec<&str> = ledger.facts().iter().map(|fact| fact.id.as_str()).collect();
    names::nearest(id, &facts).map_or_else(String::new, |fact| format!("\n  nearest fact: {fact}"))
}

/// A fact with everything the ledger knows of it.
fn fact_text(wiring: &Wiring, fact: &Fact) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", fact.id);
    if let Some(surface) = &fact.surface {
        let _ = writeln!(text, "  at         {surface}");
    }
    let _ = writeln!(text, "  when       {}", fact.when);
    for (index, answer) in fact.expect.iter().enumerate() {
        let mut parts = Vec::new();
        let list = |values: &[String]| values.join(" or ");
        if !answer.status.is_empty() {
            let statuses: Vec<String> = answer.status.iter().map(ToString::to_string).collect();
            parts.push(format!("status {}", list(&statuses)));
        }
        if !answer.error.is_empty() {
            parts.push(format!("error {}", list(&answer.error)));
        }
        parts.extend(answer.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        parts.extend(answer.location.iter().map(|location| format!("location: {location}")));
        if !answer.body.is_empty() {
            parts.push(format!("body: {}", list(&answer.body)));
        }
        let label = if index == 0 { "expected" } else { "or" };
        let _ = writeln!(text, "  {label:<10} {}", parts.join("; "));
    }
    let weight = match fact.strength() {
        Strength::Binding => "a difference fails the run",
        Strength::Advisory if fact.treat == Treat::AcceptSet && fact.always_refuses() => {
            "another refusal is only reported; granting what all alternatives refuse fails the run"
        }
        Strength::Advisory => "a difference is reported and fails only with --strict",
        Strength::Background => "background, never compared",
    };
    let _ = writeln!(text, "  how sure   {}: {weight}", fact.confidence);
    for source in &fact.sources {
        let _ = writeln!(text, "  source     {source}");
    }
    if let Some(notes) = &fact.notes {
        let _ = writeln!(text, "  notes      {notes}");
    }
    if fact.critical {
        let _ = writeln!(
            text,
            "  critical   a guard that lets this in has a hole; accepting that takes allow-critical"
        );
    }
    if let Some(excused) = &fact.excused {
        let _ = writeln!(text, "  excused    {excused}");
    }
    let covering: Vec<String> = all(wiring)
        .iter()
        .filter(|planned| planned.scenario.covers.contains(&fact.id.as_str()))
        .map(Planned::id)
        .collect();
    if covering.is_empty() {
        let _ = writeln!(text, "  no scenario compares it yet");
    }
    for id in covering {
        let _ = writeln!(text, "  covered by {id}");
    }
    text
}

fn scenario_text(
    ledger: &Ledger,
    snapshots: &Snapshots,
    planned: Planned,
    seed: &RunSeed,
    index: u64,
) -> Result<String, Refused> {
    let id = planned.id();
    let mut text = String::new();
    let _ = writeln!(text, "{id}\n  says       {}", planned.scenario.says);
    for fact in planned.scenario.covers.iter().filter_map(|id| ledger.get(id)) {
        let _ = writeln!(text, "  covers     {} ({})", fact.id, fact.confidence);
        for source in &fact.sources {
            let _ = writeln!(text, "    source   {source}");
        }
    }
    let needs: Vec<String> = planned.scenario.needs.iter().map(ToString::to_string).collect();
    let _ = writeln!(text, "  needs      {}", needs.join(", "));
    let reference =
        snapshots.reference(&planned.suite.folder(), planned.scenario.id).map_err(Refused::ours)?;
    for (line, (field, value)) in reference.iter().enumerate() {
        let label = if line == 0 { "expected" } else { "" };
        let _ = writeln!(text, "  {label:<10} {field}: {value}");
    }
    let case = cases::case(seed, &id, planned.scenario, index).map_err(Refused::ours)?;
    let _ = writeln!(text, "\n  for example (seed {seed}, case {index}):");
    for (name, value) in &case.inputs {
        let _ = writeln!(text, "    {name} = {}", crate::model::text::one_line(value));
    }
    text.push_str(&steps_text(&case));
    Ok(text)
}

fn command_text(request: &Request) -> String {
    let domain = if request.to_other_pool { "${OTHER_DOMAIN}" } else { "${TARGET}" };
    let url = format!("http://TARGET{}", request.endpoint.default_path());
    let url = request.url_edit.as_ref().map_or_else(|| url.clone(), |edit| edit.apply(&url));
    let to_guard = request.endpoint == Endpoint::Guard;
    let url = url.replacen("http://TARGET", if to_guard { "${GUARD}" } else { domain }, 1);
    // A guard may have another method and another header field: its settings say so.
    let request = request.clone().for_guard("GET", "Authorization");
    let command = curl::command(&request, "TARGET_URL", None).replace("TARGET_URL", &url);
    let mut text = String::new();
    for line in command.lines() {
        let _ = writeln!(text, "    {line}");
    }
    text
}

fn steps_text(case: &Case) -> String {
    let mut text = String::new();
    for (number, Step { name, action, .. }) in case.steps.iter().enumerate() {
        let number = number + 1;
        match action {
            Action::Send(request) => {
                let _ = writeln!(text, "  {number}. {name}:");
                text.push_str(&command_text(request));
            }
            Action::UntilRefused(request) => {
                let _ = writeln!(text, "  {number}. {name}, until it is refused:");
                text.push_str(&command_text(request));
            }
            Action::SignIn(sign_in) => {
                let _ = writeln!(text, "  {number}. {name}: sign in over HTTP");
                text.push_str(&command_text(&sign_in.start()));
                let _ = writeln!(text, "    {}", curl::rest_of(sign_in));
            }
            Action::Api(call) => {
                let _ = writeln!(text, "  {number}. {name}: management API, {}", call.operation().name());
            }
            Action::Pause(millis) => {
                let _ = writeln!(text, "  {number}. {name}: wait {millis} ms");
            }
        }
    }
    text
}
