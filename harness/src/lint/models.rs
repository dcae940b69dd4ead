//! Reference models against the ledger: that they judge what their scenario covers, that they say what the facts say,
//! and that their sequences meet every fact.

use std::collections::{BTreeMap, BTreeSet};

use super::each;
use crate::generate::cases;
use crate::generate::seed::RunSeed;
use crate::model::ledger::{Answer, Fact, Ledger};
use crate::model::prediction::{Expected, Model, Prediction};
use crate::model::scenario::{Field, Scenario, Suite};

/// Cases that are looked at.
const LOOKED_AT: u64 = 64;
/// In how many of them each judged fact has to come up: less often, a run of twelve cases would hardly look at it.
const AT_LEAST: usize = 8;

pub(super) fn lint(suites: &[Suite], ledger: &Ledger) -> Vec<String> {
    let mut findings = Vec::new();
    for (suite, scenario) in each(suites) {
        let models = scenario.watch.iter().filter_map(|field| match field {
            Field::Model(model) => Some(*model),
            _ => None,
        });
        for model in models {
            let id = suite.full_id(scenario);
            findings.extend(
                look_at(&id, scenario, model, ledger).into_iter().map(|what| format!("{id}: {what}")),
            );
        }
    }
    findings
}

fn look_at(id: &str, scenario: &Scenario, model: &Model, ledger: &Ledger) -> BTreeSet<String> {
    let mut findings = BTreeSet::new();
    if model.judges != scenario.covers {
        findings.insert("its model does not judge what it covers".to_owned());
    }
    if scenario.watch.len() > 1 {
        findings.insert("beside a model it watches something that would not be looked at".to_owned());
    }
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    let seed = RunSeed::default();
    for case in (0..LOOKED_AT).filter_map(|index| cases::case(&seed, id, scenario, index).ok()) {
        let predictions = (model.predict)(&case);
        for fact in predictions.iter().map(|prediction| prediction.fact).collect::<BTreeSet<_>>() {
            *met.entry(fact).or_default() += 1;
        }
        for prediction in predictions {
            if !case.steps.iter().any(|step| step.name == prediction.step) {
                findings.insert(format!("it predicts the step {:?}, which is none", prediction.step));
            }
            match ledger.get(prediction.fact) {
                None => {
                    findings.insert(format!("it rests on {}, which is no fact", prediction.fact));
                }
                Some(fact) if !is_said_by(fact, &prediction) => {
                    let expected = prediction.expected();
                    findings.insert(format!("{} does not say {expected}", prediction.fact));
                }
                Some(_) => {}
            }
        }
    }
    for fact in model.judges {
        let times = met.get(fact).copied().unwrap_or_default();
        if times < AT_LEAST {
            findings.insert(format!("only {times} of {LOOKED_AT} cases come to {fact}"));
        }
    }
    findings
}

/// Whether the fact lists what the model expects: one of its answers for each error, all of the same kind.
fn is_said_by(fact: &Fact, prediction: &Prediction) -> bool {
    let answers = fact.answers();
    let lists = |test: &dyn Fn(&Answer) -> bool| answers.iter().any(test);
    match prediction.expected {
        Expected::Granted => lists(&|answer| answer.grants != Some(false)),
        Expected::Refused { status, errors } => {
            let refuses = |answer: &Answer| {
                answer.grants != Some(true) && answer.status.is_none_or(|listed| listed == status)
            };
            lists(&refuses)
                && errors.iter().all(|error| {
                    lists(&|answer| {
                        refuses(answer) && answer.error.as_deref().is_none_or(|listed| listed == *error)
                    })
                })
        }
    }
}
