//! Sequences of operations, each chosen from what makes sense after those before it.
//!
//! Why not the strategies of `proptest-state-machine`: its value tree wants to be told, through a counter inside the value,
//! how many transitions a test has really run. Left at zero, the first simplification drops all of them for good; set
//! before the test has run, the next look at the value panics. That fits a loop which runs one test at a time where it
//! generates, and not cases that are data, run beside each other, and are made again from their seed when one fails. It
//! also goes once over the sequence; what only later deletions make superfluous stays. So here is the part that is needed:
//! generation from what came before, and shrinking by leaving out, until nothing more can be left out. As in that crate
//! the elements themselves do not shrink: an operation is as simple as any other.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;

type Next<T> = Arc<dyn Fn(&[T]) -> Vec<(u32, T)> + Send + Sync>;

/// Sequences of a length in this range. `next` says, with weights, what may come after what is there already; where it
/// offers nothing, the sequence ends. It shrinks by leaving elements out, so each sub-sequence has to mean something.
pub fn sequence<T: Clone + fmt::Debug + 'static>(
    length: RangeInclusive<usize>,
    next: impl Fn(&[T]) -> Vec<(u32, T)> + Send + Sync + 'static,
) -> BoxedStrategy<Vec<T>> {
    Sequences { length, next: Arc::new(next) }.boxed()
}

struct Sequences<T> {
    length: RangeInclusive<usize>,
    next: Next<T>,
}

impl<T> fmt::Debug for Sequences<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Sequences({:?})", self.length)
    }
}

impl<T: Clone + fmt::Debug + 'static> Strategy for Sequences<T> {
    type Tree = Subsequence<T>;
    type Value = Vec<T>;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let length = self.length.clone().new_tree(runner)?.current();
        let mut kept = Vec::with_capacity(length);
        while kept.len() < length {
            let offered = (self.next)(&kept);
            let total: u32 = offered.iter().map(|(weight, _)| weight).sum();
            if total == 0 {
                break;
            }
            let mut at = (0..total).new_tree(runner)?.current();
            let chosen = offered.into_iter().find(|(weight, _)| {
                let here = at < *weight;
                at = at.saturating_sub(*weight);
                here
            });
            kept.extend(chosen.map(|(_, element)| element));
        }
        let size = kept.len().div_ceil(2);
        Ok(Subsequence { end: kept.len(), tried: None, shorter: false, pairs: false, size, kept })
    }
}

/// A sequence, of which parts are left out: halves first, then smaller and smaller parts, from the back to the front;
/// then single elements until none can be spared, and neighbours that can only be spared together, such as one that
/// undoes the other.
struct Subsequence<T> {
    kept: Vec<T>,
    tried: Option<Vec<T>>,
    /// The size of the part that is left out next, and where it ends.
    size: usize,
    end: usize,
    /// Whether this way through has left anything out.
    shorter: bool,
    /// Whether neighbours are tried, which overlap.
    pairs: bool,
}

impl<T: Clone> Subsequence<T> {
    fn try_next(&mut self) -> bool {
        loop {
            if self.end > usize::from(self.pairs) {
                let start = self.end.saturating_sub(self.size);
                let mut tried = self.kept.clone();
                tried.drain(start..self.end);
                self.end = if self.pairs { self.end - 1 } else { start };
                self.tried = Some(tried);
                return true;
            }
            (self.size, self.pairs) = match (self.size, self.pairs, self.shorter) {
                (_, true, false) | (0, ..) => return false,
                // Neighbours are gone: single elements may be spared now.
                (_, true, true) | (1, false, true) => (1, false),
                (1, false, false) => (2, true),
                (size, false, _) => (size / 2, false),
            };
            self.shorter = false;
            self.end = self.kept.len();
            if self.end == 0 {
                return false;
            }
        }
    }
}

impl<T: Clone + fmt::Debug> ValueTree for Subsequence<T> {
    type Value = Vec<T>;

    fn current(&self) -> Vec<T> {
        self.tried.as_ref().unwrap_or(&self.kept).clone()
    }

    fn simplify(&mut self) -> bool {
        if let Some(tried) = self.tried.take() {
            self.kept = tried;
            self.shorter = true;
            // Of an overlapping pair the neighbour is gone too.
            self.end = self.end.min(self.kept.len());
        }
        self.try_next()
    }

    fn complicate(&mut self) -> bool {
        self.tried.take().is_some() && self.try_next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(length: usize) -> Subsequence<usize> {
        let sequences = Sequences {
            length: length..=length,
            next: Arc::new(|before: &[usize]| vec![(0, 99), (1, before.len())]),
        };
        sequences.new_tree(&mut TestRunner::deterministic()).unwrap()
    }

    #[test]
    fn each_element_is_offered_after_those_before_it() {
        assert_eq!(tree(6).current(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(tree(0).current(), Vec::<usize>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_left_cannot_be_spared(needed in prop::collection::btree_set(0_usize..16, 0..5)) {
            let mut tree = tree(16);
            let fails = |sequence: &[usize]| needed.iter().all(|element| sequence.contains(element));
            let (mut shortest, mut tries) = (tree.current(), 1);
            let mut goes_on = tree.simplify();
            while goes_on {
                tries += 1;
                prop_assert!(tree.current().len() < shortest.len(), "nothing new is tried");
                goes_on = if fails(&tree.current()) {
                    shortest = tree.current();
                    tree.simplify()
                } else {
                    tree.complicate()
                };
            }
            prop_assert_eq!(&shortest, &needed.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(tree.current(), shortest);
            prop_assert!(tries <= 64, "{} tries", tries);
        }
    }

    #[test]
    fn what_can_only_be_spared_together_is() {
        let mut tree = tree(12);
        // The parity of the first ten counts, as if each undid the one before it; the last two are needed.
        let fails = |sequence: &[usize]| sequence.ends_with(&[10, 11]) && sequence.len().is_multiple_of(2);
        let mut goes_on = tree.simplify();
        while goes_on {
            goes_on = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
        }
        assert_eq!(tree.current(), [10, 11]);
    }
}
