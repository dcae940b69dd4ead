//! What is needed to understand and repeat a verdict: the shortest case that comes to it, and how it went.

use super::{Judged, Trial};
use crate::exec::curl;
use crate::exec::session::Session;
use crate::generate::cases::{self, Tried};
use crate::judge::compare::Standard;
use crate::judge::expect::Lines;
use crate::model::case::Action;
use crate::model::observation::Observation;
use crate::model::request::Request;
use crate::model::scenario::Field;
use crate::model::text::shell_word;
use crate::model::verdict::{Verdict, VerdictKind};
use crate::replay::Stored;
use crate::report::event::Failure;

impl Trial<'_> {
    /// The shortest case that comes to the same verdict, with everything that a reader needs.
    pub(super) fn evidence(
        &self,
        standard: &Standard<'_>,
        index: u64,
        verdict: &Verdict,
        seen: Vec<(String, u64)>,
    ) -> Option<Failure> {
        let original = cases::case(&self.run.seed, &self.id, self.planned.scenario, index).ok()?;
        // A case that waits has little to make simpler, and each try would wait again.
        let is_sequence = self.planned.scenario.watch.iter().any(|field| matches!(field, Field::Model(_)));
        let takes_time = |action: &Action| matches!(action, Action::Pause(_) | Action::UntilRefused(_));
        let waits = !is_sequence && original.steps.iter().any(|step| takes_time(&step.action));
        let shrinks = match verdict.kind {
            _ if !self.run.shrink => false,
            VerdictKind::Deviates => !waits,
            VerdictKind::Advisory => self.run.strict && !waits,
            _ => false,
        };
        let mut kept: Option<Judged> = None;
        let mut steps = 0;
        if shrinks {
            let shrunk = cases::shrink(&self.run.seed, &self.id, self.planned.scenario, index, |case| {
                if self.stopping() {
                    return Tried::Other;
                }
                let judged = self.run.runtime.block_on(self.judge_case(case.clone(), standard));
                // A shorter sequence may disagree elsewhere: that is another finding.
                let same_step = || kept.as_ref().is_none_or(|kept| kept.seen == judged.seen);
                if judged.verdict.same_failure(verdict) && (!is_sequence || same_step()) {
                    kept = Some(judged);
                    Tried::SameFailure
                } else {
                    Tried::Other
                }
            });
            steps = shrunk.map_or(0, |shrunk| shrunk.steps);
        }
        let judged = if let Some(judged) = kept {
            judged
        } else {
            self.run.runtime.block_on(self.judge_case(original, standard))
        };
        let other = (!judged.verdict.same_failure(verdict)).then_some(judged.verdict.kind);
        let mut failure = self.failure(standard, index, steps, judged);
        failure.seen = seen;
        if let Some(other) = other {
            failure
                .transcript
                .push(format!("this is a repetition, and it came out as {other} and not as before"));
        }
        Some(failure)
    }

    fn failure(&self, standard: &Standard<'_>, index: u64, shrink_steps: u64, judged: Judged) -> Failure {
        let stored = Stored::new(&self.id, &self.run.seed, index, &judged.case);
        let replay = matches!(judged.verdict.kind, VerdictKind::Deviates | VerdictKind::Advisory)
            .then(|| stored.write(&self.run.case_folder, &self.bench.target).ok())
            .flatten();
        let repeat = match &replay {
            Some(path) => format!(
                "poolproof replay {}{}",
                shell_word(&path.display().to_string()),
                self.bench.repeat_prefix
            ),
            None => {
                format!(
                    "poolproof run{} --seed {} {}",
                    self.bench.repeat_prefix,
                    shell_word(self.run.seed.text()),
                    self.id
                )
            }
        };
        Failure {
            index,
            expected: text(&standard.reference),
            actual: match &judged.seen {
                Ok(observation) => observation.text(),
                Err(fault) => crate::model::text::one_line(&fault.to_string()),
            },
            differing: judged.verdict.differing.clone(),
            curl: last_curl(&judged, &self.bench.session),
            seen: Vec::new(),
            transcript: judged.transcript,
            case: judged.case,
            shrink_steps,
            replay: replay.map(|path| path.display().to_string()),
            repeat,
        }
    }
}

pub(super) fn text(lines: &Lines) -> String {
    Observation { lines: lines.clone(), ..Observation::default() }.text()
}

/// The last request of a case that was sent, as a command: its probe, or what stood in the way.
pub fn last_curl(judged: &Judged, session: &Session) -> String {
    let url = |request: &Request| session.url_of(request).unwrap_or_else(|_| "URL".to_owned());
    let fixture = Some(session.fixture.as_ref());
    let sent = judged.case.steps.iter().take(judged.done).rev().find_map(|step| match &step.action {
        Action::Send(request) | Action::UntilRefused(request) => {
            Some(curl::command(&session.filled_in(request), &url(request), fixture))
        }
        Action::SignIn(sign_in) => {
            let start = sign_in.start();
            Some(format!("{}\n{}", curl::command(&start, &url(&start), fixture), curl::rest_of(sign_in)))
        }
        Action::Api(_) | Action::Pause(_) => None,
    });
    sent.unwrap_or_default()
}
