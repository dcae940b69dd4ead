//! Classes of inputs in turn: a run of a few cases makes sure of all of them, where chance would leave one out now and then.

use std::cell::Cell;
use std::fmt;

use proptest::strategy::{BoxedStrategy, NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// How many cases in a row a run has at least, as far as turns are concerned.
const SPAN: u64 = 32;

/// Where a case stands among those of its scenario, and what is left of that for turns within turns.
#[derive(Clone, Copy)]
struct Place {
    number: u64,
    span: u64,
}

thread_local! {
    static PLACE: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Makes the case with this number among those of its scenario.
pub(in crate::generate) fn at_place<T>(number: u64, make: impl FnOnce() -> T) -> T {
    PLACE.set(Some(Place { number, span: SPAN }));
    let case = make();
    PLACE.set(None);
    case
}

/// One of these classes: the next one with each case. The first turn of a case takes the remainder of its number, a turn
/// within it what is left of the quotient. Where cases in a row cannot meet all classes any more, and where a generator
/// is asked again, chance decides. A case shrinks within its class.
pub fn in_turn<T: fmt::Debug + 'static>(classes: Vec<BoxedStrategy<T>>) -> BoxedStrategy<T> {
    InTurn(classes).boxed()
}

#[derive(Debug)]
struct InTurn<T>(Vec<BoxedStrategy<T>>);

impl<T: fmt::Debug + 'static> Strategy for InTurn<T> {
    type Tree = Box<dyn ValueTree<Value = T>>;
    type Value = T;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let count = self.0.len().max(1) as u64;
        let class = match PLACE.take().filter(|place| place.span >= count) {
            Some(Place { number, span }) => {
                PLACE.set(Some(Place { number: number / count, span: span / count }));
                number % count
            }
            None => (0..count).new_tree(runner)?.current(),
        };
        let class = usize::try_from(class).unwrap_or_default();
        self.0.get(class).ok_or("there is no class")?.new_tree(runner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::strategy::Just;

    use super::*;

    fn seen(strategy: &BoxedStrategy<(u8, u8)>, from: u64, count: u64) -> BTreeSet<(u8, u8)> {
        let mut runner = TestRunner::deterministic();
        let mut one = |number| at_place(number, || strategy.new_tree(&mut runner).unwrap().current());
        (from..from + count).map(&mut one).collect()
    }

    fn classes(count: u8) -> BoxedStrategy<u8> {
        in_turn((0..count).map(|class| Just(class).boxed()).collect())
    }

    #[test]
    fn as_many_cases_as_there_are_classes_meet_them_all() {
        for from in [0, 1, 5, 77] {
            let one = classes(13).prop_map(|class| (class, 0)).boxed();
            assert_eq!(seen(&one, from, 13).len(), 13);
        }
    }

    #[test]
    fn turns_within_turns_meet_all_pairs() {
        let outer = in_turn(
            (0_u8..3).map(|outer| classes(8).prop_map(move |inner| (outer, inner)).boxed()).collect(),
        );
        assert_eq!(seen(&outer, 0, 24).len(), 24);
        for (outer, inner) in [(3, 8), (4, 8)] {
            let pair = (classes(outer), classes(inner)).boxed();
            let count = u64::from(outer) * u64::from(inner);
            assert_eq!(seen(&pair, 0, count).len() as u64, count, "{outer} x {inner}");
        }
    }

    #[test]
    fn chance_decides_where_there_are_too_many_classes() {
        let many = in_turn(
            (0_u8..13).map(|outer| classes(13).prop_map(move |inner| (outer, inner)).boxed()).collect(),
        );
        let pairs = seen(&many, 0, 26);
        let (outer, inner): (BTreeSet<u8>, BTreeSet<u8>) = pairs.into_iter().unzip();
        assert_eq!(outer.len(), 13);
        assert!(inner.len() > 4, "a turn within it would be the first class for long: {inner:?}");
    }

    #[test]
    fn a_generator_that_rejects_comes_to_an_end() {
        let second =
            classes(2).prop_filter("the other", |class| *class == 1).prop_map(|class| (class, 0)).boxed();
        assert_eq!(seen(&second, 0, 8).len(), 1);
    }
}
