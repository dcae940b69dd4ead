//! The verdicts of the cases of a scenario become one: the worst, with the first case that came to it.

use std::collections::BTreeMap;

use crate::model::verdict::{Verdict, VerdictKind};

/// What the cases so far add up to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    worst: Option<(u64, Verdict)>,
    counts: BTreeMap<VerdictKind, u64>,
}

impl Tally {
    /// Adds the verdict of the case at an index. The order of adding does not matter.
    pub fn add(&mut self, index: u64, verdict: Verdict) {
        *self.counts.entry(verdict.kind).or_default() += 1;
        let takes_over = match &self.worst {
            None => true,
            Some((at, worst)) => verdict.kind > worst.kind || (verdict.kind == worst.kind && index < *at),
        };
        if takes_over {
            self.worst = Some((index, verdict));
        }
    }

    /// The cases added.
    pub fn cases(&self) -> u64 {
        self.counts.values().sum()
    }

    /// The cases with a verdict.
    pub fn count(&self, kind: VerdictKind) -> u64 {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// The counts by verdict.
    pub fn counts(&self) -> &BTreeMap<VerdictKind, u64> {
        &self.counts
    }

    /// The worst verdict with the lowest index that came to it. A deviation that is `on_file` and that no case shows
    /// any more makes a scenario stale which would be green otherwise.
    pub fn outcome(&self, on_file: bool) -> Option<(u64, Verdict)> {
        let (index, worst) = self.worst.clone()?;
        let shown = self.count(VerdictKind::AcceptedDeviation) > 0;
        if on_file && !shown && worst.kind <= VerdictKind::Advisory {
            let reason = format!(
                "an accepted deviation is on file, but the target no longer shows it (now: {}); remove the file",
                worst.kind
            );
            return Some((index, Verdict::new(VerdictKind::Stale, reason)));
        }
        Some((index, worst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> impl Strategy<Value = Vec<VerdictKind>> {
        prop::collection::vec(prop::sample::select(VerdictKind::ALL.to_vec()), 1..20)
    }

    #[test]
    fn stale_only_where_the_deviation_is_gone() {
        use VerdictKind::{AcceptedDeviation, Conforms, Deviates, Inconclusive, Stale};
        let outcome = |kinds: &[VerdictKind]| {
            let mut tally = Tally::default();
            for (index, kind) in kinds.iter().enumerate() {
                tally.add(index as u64, Verdict::new(*kind, ""));
            }
            tally.outcome(true).unwrap().1.kind
        };
        assert_eq!(outcome(&[Conforms, Conforms]), Stale);
        assert_eq!(outcome(&[Conforms, AcceptedDeviation]), AcceptedDeviation);
        assert_eq!(outcome(&[Conforms, Deviates]), Deviates);
        assert_eq!(outcome(&[Conforms, Inconclusive]), Inconclusive);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_worst_wins_in_any_order(kinds in kinds(), rotation in 0_usize..20) {
            let indexed: Vec<(u64, VerdictKind)> =
                kinds.iter().enumerate().map(|(index, kind)| (index as u64, *kind)).collect();
            let tally = |order: &[(u64, VerdictKind)]| {
                let mut tally = Tally::default();
                for (index, kind) in order {
                    tally.add(*index, Verdict::new(*kind, ""));
                }
                tally.outcome(false).unwrap()
            };
            let mut rotated = indexed.clone();
            rotated.rotate_left(rotation % indexed.len());
            let (index, verdict) = tally(&indexed);
            prop_assert_eq!((index, verdict.kind), { let (i, v) = tally(&rotated); (i, v.kind) });
            prop_assert_eq!(Some(verdict.kind), kinds.iter().max().copied());
            prop_assert_eq!(kinds[usize::try_from(index).unwrap()], verdict.kind);
        }
    }
}
