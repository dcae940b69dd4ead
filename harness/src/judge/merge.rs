//! The verdicts of the cases of a scenario become one: the worst, with the first case that came to it.

use std::collections::BTreeMap;

use crate::model::verdict::{Verdict, VerdictKind};

/// The most different observations that are kept of one scenario.
const KEPT: usize = 12;

/// What the cases so far add up to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    worst: Option<(u64, Verdict)>,
    /// The first advisory: under `--strict` it outweighs what is on file.
    advisory: Option<(u64, Verdict)>,
    counts: BTreeMap<VerdictKind, u64>,
    differing: BTreeMap<String, Different>,
}

/// Cases with the same observation, which is not the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Different {
    first: u64,
    cases: u64,
    kind: VerdictKind,
}

impl Tally {
    /// Adds the verdict of the case at an index, with the observation that it is about, if there is one. The order of
    /// adding does not matter for the outcome.
    pub fn add(&mut self, index: u64, verdict: Verdict, seen: Option<String>) {
        *self.counts.entry(verdict.kind).or_default() += 1;
        let is_known = |text: &String| self.differing.contains_key(text);
        if let Some(text) = seen
            && verdict.kind != VerdictKind::Conforms
            && (self.differing.len() < KEPT || is_known(&text))
        {
            let same = self.differing.entry(text).or_insert(Different {
                first: index,
                cases: 0,
                kind: verdict.kind,
            });
            same.cases += 1;
            same.first = same.first.min(index);
        }
        let is_first = self.advisory.as_ref().is_none_or(|(at, _)| index < *at);
        if verdict.kind == VerdictKind::Advisory && is_first {
            self.advisory = Some((index, verdict.clone()));
        }
        let takes_over = match &self.worst {
            None => true,
            Some((at, worst)) => {
                verdict.severity() > worst.severity()
                    || (verdict.severity() == worst.severity() && index < *at)
            }
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

    /// The observations that could be put on file for a target, in the order in which they were first met, each with
    /// the number of its cases: those that deviate, that are on file already, or that stand in the way.
    pub fn to_be_filed(&self) -> Vec<(String, u64)> {
        let filed = [VerdictKind::Deviates, VerdictKind::AcceptedDeviation, VerdictKind::Inconclusive];
        let mut seen: Vec<_> =
            self.differing.iter().filter(|(_, different)| filed.contains(&different.kind)).collect();
        seen.sort_by_key(|(_, different)| different.first);
        seen.into_iter().map(|(text, different)| (text.clone(), different.cases)).collect()
    }

    /// Which of these observations no case came to, counted from one.
    pub fn not_seen(&self, on_file: &[String]) -> Vec<usize> {
        let seen = |text: &String| self.differing.contains_key(text);
        (1..).zip(on_file).filter(|(_, text)| !seen(text)).map(|(number, _)| number).collect()
    }

    /// Whether a deviation that is on file did not show, in a scenario that is green otherwise.
    pub fn misses_what_is_on_file(&self) -> bool {
        let worst = self.worst.as_ref().map(|(_, worst)| worst.kind);
        self.count(VerdictKind::AcceptedDeviation) == 0
            && worst.is_some_and(|worst| worst <= VerdictKind::Advisory)
    }

    /// The worst verdict with the lowest index that came to it. A deviation that is `on_file` and that no case shows
    /// any more makes a scenario stale which would be green otherwise.
    ///
    /// With `strict` an advisory is red and a deviation on file is green, so the advisory counts.
    pub fn outcome(&self, on_file: bool, strict: bool) -> Option<(u64, Verdict)> {
        let (index, worst) = self.worst.clone()?;
        if let (true, VerdictKind::AcceptedDeviation, Some(advisory)) = (strict, worst.kind, &self.advisory) {
            return Some(advisory.clone());
        }
        if on_file && self.misses_what_is_on_file() {
            let reason = format!(
                "an accepted deviation is on file, but none of {} cases shows it (now: {}); remove the file",
                self.cases(),
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
                tally.add(index as u64, Verdict::new(*kind, ""), None);
            }
            tally.outcome(true, false).unwrap().1.kind
        };
        assert_eq!(outcome(&[Conforms, Conforms]), Stale);
        assert_eq!(outcome(&[Conforms, AcceptedDeviation]), AcceptedDeviation);
        assert_eq!(outcome(&[Conforms, Deviates]), Deviates);
        assert_eq!(outcome(&[Conforms, Inconclusive]), Inconclusive);
    }

    #[test]
    fn what_grants_is_worse_than_what_merely_differs() {
        let mut tally = Tally::default();
        tally.add(0, Verdict::new(VerdictKind::Deviates, "differs"), Some("a: b".to_owned()));
        let grants = Verdict { grants: true, ..Verdict::new(VerdictKind::Deviates, "grants") };
        tally.add(1, grants, Some("c: d".to_owned()));
        tally.add(2, Verdict::new(VerdictKind::Conforms, ""), Some("e: f".to_owned()));
        assert_eq!(tally.outcome(false, false).unwrap().0, 1);
        assert_eq!(tally.to_be_filed(), [("a: b".to_owned(), 1), ("c: d".to_owned(), 1)]);
    }

    #[test]
    fn an_advisory_outweighs_what_is_on_file_where_it_is_red() {
        let mut tally = Tally::default();
        tally.add(0, Verdict::new(VerdictKind::AcceptedDeviation, ""), None);
        tally.add(1, Verdict::new(VerdictKind::Advisory, ""), None);
        assert_eq!(tally.outcome(true, false).unwrap().1.kind, VerdictKind::AcceptedDeviation);
        assert_eq!(tally.outcome(true, true).unwrap().1.kind, VerdictKind::Advisory);
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
                    tally.add(*index, Verdict::new(*kind, ""), None);
                }
                tally.outcome(false, false).unwrap()
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
