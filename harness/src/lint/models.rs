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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::model::case::Case;
    use crate::model::endpoint::Endpoint;
    use crate::model::prediction::Sign;
    use crate::model::request::Request;
    use crate::model::scenario::Effort;
    use proptest::prelude::*;

    const FACTS: &str = r#"
[[fact]]
id = "token.grants"
when = "w"
outcome = "grant"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [200] }]
[[fact]]
id = "token.refuses"
when = "w"
outcome = "refuse"
confidence = "documented"
treat = "assert"
sources = ["s"]
expect = [{ status = [400], error = ["invalid_grant", "invalid_client"] }, { status = [401] }]
[[fact]]
id = "token.either"
when = "w"
outcome = "either"
confidence = "conflicting"
treat = "accept-set"
sources = ["s"]
expect = [{ status = [200] }, { status = [400], error = ["invalid_grant"] }]
"#;

    const fn prediction(fact: &'static str, expected: Expected) -> Prediction {
        Prediction { step: String::new(), what: "w", fact, sign: Sign::Tokens, expected }
    }

    const fn refused(status: u16, errors: &'static [&'static str]) -> Expected {
        Expected::Refused { status, errors }
    }

    #[test]
    fn a_fact_says_what_one_of_its_answers_says() {
        let ledger = Ledger::parse(&[("token.toml", FACTS)]).unwrap();
        for (fact, expected, said) in [
            ("token.grants", Expected::Granted, true),
            ("token.refuses", Expected::Granted, false),
            ("token.either", Expected::Granted, true),
            ("token.grants", refused(200, &[]), false),
            ("token.grants", refused(400, &[]), false),
            ("token.refuses", refused(400, &[]), true),
            ("token.refuses", refused(400, &["invalid_grant"]), true),
            ("token.refuses", refused(400, &["invalid_client", "invalid_grant"]), true),
            ("token.refuses", refused(400, &["invalid_grant", "invalid_scope"]), false),
            ("token.refuses", refused(400, &["invalid_scope"]), false),
            ("token.refuses", refused(401, &["whatever"]), true),
            ("token.refuses", refused(403, &[]), false),
            ("token.either", refused(400, &["invalid_grant"]), true),
            ("token.either", refused(200, &[]), false),
            ("token.either", refused(400, &["invalid_client"]), false),
        ] {
            let fact = ledger.get(fact).unwrap();
            assert_eq!(is_said_by(fact, &prediction("x", expected)), said, "{} {expected:?}", fact.id);
        }
    }

    const GOOD: Scenario = Scenario {
        id: "good",
        says: "something holds",
        covers: &["token.grants"],
        needs: &[],
        cases: || {
            any::<u64>()
                .prop_map(|number| Case::one(Request::get(Endpoint::Token)).input("number", number))
                .boxed()
        },
        watch: &[Field::Model(&ALWAYS)],
        effort: Effort::Single,
    };

    static ALWAYS: Model = Model { predict: |_| vec![granted("probe")], judges: &["token.grants"] };

    fn granted(step: &str) -> Prediction {
        Prediction { step: step.to_owned(), ..prediction("token.grants", Expected::Granted) }
    }

    fn findings(scenario: Scenario) -> Vec<String> {
        let ledger = Ledger::parse(&[("token.toml", FACTS)]).unwrap();
        let scenarios: &'static [Scenario] = Box::leak(Box::new([scenario]));
        lint(&[Suite { name: "token::x", scenarios }], &ledger)
    }

    #[test]
    fn a_model_that_fits_its_scenario_and_the_ledger_has_no_finding() {
        assert_eq!(findings(GOOD), [""; 0]);
        assert_eq!(findings(Scenario { watch: &[Field::Status], ..GOOD }), [""; 0], "it watches no model");
    }

    #[test]
    fn a_model_that_fits_neither_is_named_with_its_scenario() {
        static WRONG: Model = Model {
            predict: |_| {
                let no_fact = prediction("token.none", Expected::Granted);
                let refused = prediction("token.grants", refused(400, &["invalid_grant"]));
                let at = |prediction| Prediction { step: "probe".to_owned(), ..prediction };
                vec![granted("nowhere"), at(no_fact), at(refused)]
            },
            judges: &["token.grants"],
        };
        const MISFIT: Scenario =
            Scenario { covers: &["token.refuses"], watch: &[Field::Model(&WRONG), Field::Status], ..GOOD };
        assert_eq!(
            findings(MISFIT),
            [
                "beside a model it watches something that would not be looked at",
                "it predicts the step \"nowhere\", which is none",
                "it rests on token.none, which is no fact",
                "its model does not judge what it covers",
                "token.grants does not say 400 invalid_grant",
            ]
            .map(|what| format!("token::x::good: {what}"))
        );
    }

    #[test]
    fn a_fact_that_hardly_comes_up_is_named() {
        static LIMIT: AtomicU64 = AtomicU64::new(0);
        static RARE: Model = Model {
            predict: |case| {
                let number: u64 = case.inputs["number"].parse().unwrap();
                // Twice in one case counts once.
                let times = if number < LIMIT.load(Ordering::Relaxed) { 2 } else { 0 };
                vec![granted("probe"); times]
            },
            judges: &["token.grants"],
        };
        const SELDOM: Scenario = Scenario { watch: &[Field::Model(&RARE)], ..GOOD };
        let number = |index| {
            let case = cases::case(&RunSeed::default(), "token::x::good", &SELDOM, index).unwrap();
            case.inputs["number"].parse::<u64>().unwrap()
        };
        let mut numbers: Vec<u64> = (0..LOOKED_AT).map(number).collect();
        numbers.sort_unstable();
        for (times, found) in [
            (0, Some("token::x::good: only 0 of 64 cases come to token.grants")),
            (7, Some("token::x::good: only 7 of 64 cases come to token.grants")),
            (8, None),
        ] {
            LIMIT.store(numbers[times], Ordering::Relaxed);
            assert_eq!(findings(SELDOM), Vec::from_iter(found), "{times}");
        }
    }
}
