//! Pending snapshots for what deviates, to be reviewed by a person with `cargo insta review`.

use crate::judge::record::{Info, propose};
use crate::model::verdict::VerdictKind;
use crate::report::event::ScenarioResult;
use crate::report::fold::Report;
use crate::target::spec::Target;
use crate::trial::{Planned, Run};

/// Proposes a snapshot for every deviation and every unmet precondition of a report.
pub(super) fn propose_all(run: &Run, targets: &[Target], report: &Report, planned: &[Planned]) {
    for target_report in &report.targets {
        let Some(target) = targets.iter().find(|target| target.name == target_report.name) else { continue };
        for result in &target_report.scenarios {
            if let Some(planned) = planned.iter().find(|planned| planned.id() == result.id) {
                propose_one(run, target, *planned, result);
            }
        }
    }
}

/// Proposes a snapshot for one result, where it shows something that can be on file: into the reference for the
/// oracle, else among what is accepted of the target. The double has nothing accepted.
pub(super) fn propose_one(run: &Run, target: &Target, planned: Planned, result: &ScenarioResult) {
    let Some(failure) = &result.failure else { return };
    let shows = matches!(result.verdict, VerdictKind::Deviates | VerdictKind::Inconclusive);
    let is_double = target.kind == crate::target::spec::TargetKind::Double;
    if !shows || failure.seen.is_empty() || is_double {
        return;
    }
    let observations: Vec<&str> = failure.seen.iter().map(|(text, _)| text.as_str()).collect();
    let suite = planned.suite.folder();
    let folder = if target.oracle {
        run.snapshots.reference_folder(&suite)
    } else {
        run.snapshots.accepted_folder(&target.name, &suite)
    };
    let fact = planned.scenario.covers.first().and_then(|id| run.ledger.get(id));
    let info = Info {
        facts: result.facts.clone(),
        confidence: result.confidence.clone(),
        sources: if target.oracle {
            fact.map(|fact| fact.sources.clone()).unwrap_or_default()
        } else {
            Vec::new()
        },
        reason: (!target.oracle).then(String::new),
        allow_critical: (result.critical && !target.oracle).then_some(false),
        version: target.version.clone(),
    };
    let text = observations.join("\n\nor\n\n");
    match propose(&folder, planned.scenario.id, planned.scenario.says, &info, &text) {
        // insta names the file aside, where it was put together.
        Ok(Some(path)) => super::output::remark(&format!("pending: {}", path.display())),
        Ok(None) => {}
        Err(error) => super::output::remark(&format!(
            "error: no pending snapshot of {} in {}: {error}; make room there, or name another folder with --snapshots",
            result.id,
            folder.display()
        )),
    }
}
