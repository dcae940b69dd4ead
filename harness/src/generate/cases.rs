//! Drives proptest: the case at an index, and the search for a simpler one that fails in the same way.

use std::time::{Duration, Instant};

use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};

use super::seed::RunSeed;
use super::strategy::turn::at_place;
use crate::model::case::Case;
use crate::model::scenario::{Field, Scenario};

/// The most simpler cases that are tried for one failure.
pub const SHRINK_STEPS: u64 = 64;
/// The longest time that is spent on one failure.
pub const SHRINK_TIME: Duration = Duration::from_secs(20);
/// The same for a sequence of operations: the shorter it is the better it is understood, and some have to wait.
pub const SHRINK_TIME_OF_SEQUENCES: Duration = Duration::from_mins(1);

/// A generator that cannot make a case: our own fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the generator of {scenario} made no case at index {index}: {reason}")]
pub struct NoCase {
    /// The full id of the scenario.
    pub scenario: String,
    /// The index.
    pub index: u64,
    /// What proptest says.
    pub reason: String,
}

/// The shortest failing case that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunk {
    /// The case.
    pub case: Case,
    /// How many cases were tried on the way, the first one included.
    pub steps: u64,
    /// Whether the failure showed again when the case was repeated.
    pub repeated: bool,
}

/// What a simpler case came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It fails in the same way.
    SameFailure,
    /// It does not, or in another way, or nothing was proven.
    Other,
}

/// Every setting that matters and that a variable could change: neither the environment nor a file of proptest's changes
/// a run.
fn config() -> Config {
    Config {
        cases: 1,
        max_local_rejects: 65_536,
        max_global_rejects: 1024,
        max_flat_map_regens: 1_000_000,
        failure_persistence: None,
        max_default_size_range: 100,
        verbose: 0,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(0),
        ..Config::default()
    }
}

fn runner(seed: &RunSeed, scenario_id: &str, index: u64) -> TestRunner {
    TestRunner::new_with_rng(config(), seed.case_rng(scenario_id, index))
}

/// Where classes of inputs come in turn, a run begins with any of them: a few cases should not always meet the same ones.
fn place(seed: &RunSeed, scenario_id: &str, index: u64) -> u64 {
    seed.beginning(scenario_id).saturating_add(index)
}

/// The case of a scenario at an index. The same three give the same case on every target and machine.
///
/// # Errors
/// [`NoCase`] where the generator rejects everything.
pub fn case(seed: &RunSeed, scenario_id: &str, scenario: &Scenario, index: u64) -> Result<Case, NoCase> {
    case_of(&(scenario.cases)(), seed, scenario_id, index)
}

/// The same from a generator that was made already: making it costs more than a case.
///
/// # Errors
/// [`NoCase`] where the generator rejects everything.
pub fn case_of(
    generator: &BoxedStrategy<Case>,
    seed: &RunSeed,
    scenario_id: &str,
    index: u64,
) -> Result<Case, NoCase> {
    at_place(place(seed, scenario_id, index), || generator.new_tree(&mut runner(seed, scenario_id, index)))
        .map(|tree| tree.current())
        .map_err(|reason| NoCase { scenario: scenario_id.to_owned(), index, reason: reason.to_string() })
}

/// Makes the case at an index again and looks, one by one, for simpler ones for which `try_case` still answers
/// [`Tried::SameFailure`]. Bounded by [`SHRINK_STEPS`] and a time: [`SHRINK_TIME`], or [`SHRINK_TIME_OF_SEQUENCES`].
///
/// # Errors
/// [`NoCase`] where the generator rejects everything.
pub fn shrink(
    seed: &RunSeed,
    scenario_id: &str,
    scenario: &Scenario,
    index: u64,
    mut try_case: impl FnMut(&Case) -> Tried,
) -> Result<Shrunk, NoCase> {
    let mut runner = runner(seed, scenario_id, index);
    let generator = (scenario.cases)();
    let made = at_place(place(seed, scenario_id, index), || generator.new_tree(&mut runner));
    let mut tree = made.map_err(|reason| NoCase {
        scenario: scenario_id.to_owned(),
        index,
        reason: reason.to_string(),
    })?;
    let is_sequence = scenario.watch.iter().any(|field| matches!(field, Field::Model(_)));
    let longest = if is_sequence { SHRINK_TIME_OF_SEQUENCES } else { SHRINK_TIME };
    let began = Instant::now();
    let mut shrunk = Shrunk { case: tree.current(), steps: 1, repeated: false };
    if try_case(&shrunk.case) == Tried::Other {
        return Ok(shrunk);
    }
    shrunk.repeated = true;
    // proptest's own loop does the same, but prints when it ends early.
    let mut goes_on = tree.simplify();
    while goes_on && shrunk.steps <= SHRINK_STEPS && began.elapsed() < longest {
        let case = tree.current();
        shrunk.steps += 1;
        goes_on = match try_case(&case) {
            Tried::SameFailure => {
                shrunk.case = case;
                tree.simplify()
            }
            Tried::Other => tree.complicate(),
        };
    }
    Ok(shrunk)
}

/// A seed that is new each time, for runs that want other cases than the day before.
pub fn fresh_seed() -> RunSeed {
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Random, ..config() });
    let number = proptest::num::u64::ANY.new_tree(&mut runner).map_or(0, |tree| tree.current());
    RunSeed::new(format!("{number:016x}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::strategy::Just;

    use super::super::strategy::turn::in_turn;
    use super::*;
    use crate::model::endpoint::Endpoint;
    use crate::model::request::Request;
    use crate::model::scenario::Effort;

    const SCENARIO: Scenario = Scenario {
        id: "numbers",
        says: "",
        covers: &[],
        needs: &[],
        cases: || {
            (0_u32..100_000)
                .prop_map(|number| {
                    Case::one(Request::get(Endpoint::Token).param("n", number.to_string())).input("n", number)
                })
                .boxed()
        },
        watch: &[],
        effort: Effort::Single,
    };

    fn number(case: &Case) -> u32 {
        case.inputs["n"].parse().unwrap()
    }

    #[test]
    fn a_case_depends_on_seed_scenario_and_index_alone() {
        let seed = RunSeed::default();
        let first = case(&seed, "a", &SCENARIO, 3).unwrap();
        assert_eq!(first, case(&seed, "a", &SCENARIO, 3).unwrap());
        assert_ne!(first, case(&seed, "a", &SCENARIO, 4).unwrap());
        assert_ne!(first, case(&seed, "b", &SCENARIO, 3).unwrap());
        assert_ne!(first, case(&RunSeed::new("other"), "a", &SCENARIO, 3).unwrap());
    }

    #[test]
    fn shrinking_finds_the_smallest_failing_case() {
        let seed = RunSeed::default();
        let index = (0..1000).find(|i| number(&case(&seed, "a", &SCENARIO, *i).unwrap()) > 1000).unwrap();
        let shrunk = shrink(&seed, "a", &SCENARIO, index, |case| {
            if number(case) > 1000 { Tried::SameFailure } else { Tried::Other }
        })
        .unwrap();
        assert_eq!(number(&shrunk.case), 1001);
        assert!(shrunk.repeated && shrunk.steps <= SHRINK_STEPS + 1, "{}", shrunk.steps);
    }

    #[test]
    fn a_run_meets_classes_in_turn_and_begins_with_any() {
        const TURNS: Scenario = Scenario {
            cases: || {
                let class = |class: u32| Just(Case::default().input("n", class)).boxed();
                in_turn((0..13).map(class).collect())
            },
            ..SCENARIO
        };
        let met = |seed: u32, from: u64, count: u64| {
            let seed = RunSeed::new(seed.to_string());
            (from..from + count)
                .map(|index| number(&case(&seed, "a", &TURNS, index).unwrap()))
                .collect::<BTreeSet<u32>>()
        };
        for from in [0, 5, 100] {
            assert_eq!(met(1, from, 13).len(), 13, "{from}");
        }
        assert_eq!((0..200).flat_map(|seed| met(seed, 0, 1)).collect::<BTreeSet<u32>>().len(), 13);
    }

    #[test]
    fn no_variable_changes_what_is_generated() {
        const EXPECTED: &str = "POOLPROOF_TEST_CONFIG";
        let Config { cases, max_local_rejects, max_global_rejects, max_flat_map_regens, .. } = config();
        let bounds = (cases, max_local_rejects, max_global_rejects, max_flat_map_regens);
        let Config { failure_persistence, max_default_size_range, verbose, rng_algorithm, rng_seed, .. } =
            config();
        let others = (failure_persistence, max_default_size_range, verbose, rng_algorithm, rng_seed);
        let shown = format!("{bounds:?} {others:?}");
        if let Ok(expected) = std::env::var(EXPECTED) {
            return assert_eq!(shown, expected);
        }
        // proptest reads its variables once for a process.
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "generate::cases::tests::no_variable_changes_what_is_generated"]);
        for name in ["CASES", "MAX_LOCAL_REJECTS", "MAX_GLOBAL_REJECTS", "MAX_FLAT_MAP_REGENS", "RNG_SEED"] {
            command.env(format!("PROPTEST_{name}"), "77");
        }
        command.env("PROPTEST_MAX_DEFAULT_SIZE_RANGE", "77").env("PROPTEST_VERBOSE", "1");
        command.env("PROPTEST_RNG_ALGORITHM", "xs").env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1");
        let output = command.env(EXPECTED, shown).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn a_fresh_seed_is_another_one_each_time() {
        let (one, other) = (fresh_seed(), fresh_seed());
        assert_ne!(one, other);
        assert!(!one.text().is_empty() && one.text() != RunSeed::DEFAULT, "{one}");
    }

    #[test]
    fn simpler_cases_are_tried_until_there_is_none_or_until_they_are_enough() {
        const LONG: Scenario = Scenario {
            cases: || {
                proptest::collection::vec(0_u32..100_000, 100)
                    .prop_map(|numbers| {
                        let sum: u32 = numbers.iter().sum();
                        Case::one(Request::get(Endpoint::Token)).input("n", sum)
                    })
                    .boxed()
            },
            ..SCENARIO
        };
        let tried = |scenario: &Scenario, fails: &dyn Fn(&Case) -> bool| {
            let mut cases = Vec::new();
            let shrunk = shrink(&RunSeed::default(), "a", scenario, 1, |case| {
                cases.push(case.clone());
                if fails(case) { Tried::SameFailure } else { Tried::Other }
            });
            let shrunk = shrunk.unwrap();
            assert_eq!(shrunk.steps, cases.len() as u64);
            let last = cases.iter().rfind(|case| fails(case)).unwrap_or(&cases[0]);
            assert_eq!(shrunk.case, *last, "the simplest one that fails");
            shrunk
        };
        assert_eq!(tried(&LONG, &|_| true).steps, SHRINK_STEPS + 1);
        let first = number(&case(&RunSeed::default(), "a", &SCENARIO, 1).unwrap());
        let half = tried(&SCENARIO, &|case| number(case) > first / 2);
        assert!(number(&half.case) == first / 2 + 1 && half.steps < SHRINK_STEPS, "{half:?}");
        assert_eq!(tried(&SCENARIO, &|_| false).steps, 1);
    }

    #[test]
    fn a_failure_that_does_not_show_again_is_said_to() {
        let shrunk = shrink(&RunSeed::default(), "a", &SCENARIO, 0, |_| Tried::Other).unwrap();
        assert!(!shrunk.repeated);
        assert_eq!(shrunk.case, case(&RunSeed::default(), "a", &SCENARIO, 0).unwrap());
    }
}
