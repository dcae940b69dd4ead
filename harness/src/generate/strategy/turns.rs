//! Classes of inputs that take turns from case to case.

use std::fmt;

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// The setup of the runner that makes the case with this number: [`in_turn`] reads it from there. It stands where
/// proptest keeps a seed, which a runner that has its randomness already does not look at.
pub(crate) fn numbered(config: Config, number: u64) -> Config {
    Config { rng_seed: RngSeed::Fixed(number), ..config }
}

/// One of these classes after the other, from case to case: as many cases as there are classes have each of them once.
///
/// Chance alone leaves a class out now and then, and with it a defect that shows for this class only. Classes that are
/// dealt like this may stand within each other. Two of them side by side keep step. No class may be filtered away as a
/// whole: another one does not come instead.
pub fn in_turn<T: fmt::Debug + 'static>(classes: Vec<BoxedStrategy<T>>) -> BoxedStrategy<T> {
    Turns(classes).boxed()
}

#[derive(Debug)]
struct Turns<T: fmt::Debug>(Vec<BoxedStrategy<T>>);

impl<T: fmt::Debug + 'static> Strategy for Turns<T> {
    type Tree = Box<dyn ValueTree<Value = T>>;
    type Value = T;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let classes = self.0.len() as u64;
        let RngSeed::Fixed(number) = runner.config().rng_seed else {
            // In a test of the generators themselves.
            return proptest::strategy::Union::new(self.0.iter().cloned()).boxed().new_tree(runner);
        };
        let (Some(turn), Some(round)) = (number.checked_rem(classes), number.checked_div(classes)) else {
            return Err("there is no class".into());
        };
        let class =
            usize::try_from(turn).ok().and_then(|turn| self.0.get(turn)).ok_or("there is no such class")?;
        // Within a class, its own classes take turns from round to round.
        let mut within = TestRunner::new_with_rng(numbered(runner.config().clone(), round), runner.new_rng());
        class.new_tree(&mut within)
    }
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::{RngAlgorithm, TestRng};

    use super::*;

    fn drawn(strategy: &BoxedStrategy<u8>, number: u64) -> u8 {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(numbered(Config::default(), number), rng);
        strategy.new_tree(&mut runner).unwrap().current()
    }

    fn just(value: u8) -> BoxedStrategy<u8> {
        Just(value).boxed()
    }

    #[test]
    fn every_class_has_its_turn() {
        let strategy = in_turn(vec![just(1), just(2), just(3)]);
        let all: Vec<u8> = (5..11).map(|number| drawn(&strategy, number)).collect();
        assert_eq!(all, [3, 1, 2, 3, 1, 2]);
    }

    #[test]
    fn classes_within_a_class_take_turns_too() {
        let strategy = in_turn(vec![just(1), in_turn(vec![just(2), just(3)])]);
        let all: Vec<u8> = (0..8).map(|number| drawn(&strategy, number)).collect();
        assert_eq!(all, [1, 2, 1, 3, 1, 2, 1, 3]);
    }

    #[test]
    fn without_classes_there_is_no_case() {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(numbered(Config::default(), 3), rng);
        assert!(in_turn::<u8>(Vec::new()).new_tree(&mut runner).is_err());
    }
}
