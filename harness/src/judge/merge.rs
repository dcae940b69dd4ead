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

    #[test]
    fn cases_are_counted_by_verdict() {
        use VerdictKind::{Advisory, Conforms, Deviates, Stale};
        let mut tally = Tally::default();
        for (index, kind) in [Conforms, Deviates, Conforms, Advisory, Conforms].into_iter().enumerate() {
            tally.add(index as u64, Verdict::new(kind, ""), None);
        }
        assert_eq!(tally.cases(), 5);
        assert_eq!([Conforms, Deviates, Advisory, Stale].map(|kind| tally.count(kind)), [3, 1, 1, 0]);
        assert_eq!(tally.counts(), &BTreeMap::from([(Conforms, 3), (Advisory, 1), (Deviates, 1)]));
        assert_eq!(Tally::default().outcome(true, true), None);
    }

    #[test]
    fn observations_are_filed_in_the_order_in_which_they_were_met_first() {
        use VerdictKind::{AcceptedDeviation, Advisory, Deviates, Inconclusive, Tolerated};
        let mut tally = Tally::default();
        for (index, kind, seen) in [
            (9, Deviates, "z: 1"),
            (4, Inconclusive, "y: 1"),
            (2, Deviates, "z: 1"),
            (3, AcceptedDeviation, "x: 1"),
            (1, Advisory, "w: 1"),
            (0, Tolerated, "v: 1"),
        ] {
            tally.add(index, Verdict::new(kind, ""), Some(seen.to_owned()));
        }
        let filed = [("z: 1", 2), ("x: 1", 1), ("y: 1", 1)].map(|(text, cases)| (text.to_owned(), cases));
        assert_eq!(tally.to_be_filed(), filed);
        let on_file = ["a: 1", "x: 1", "b: 1", "w: 1"].map(str::to_owned);
        assert_eq!(tally.not_seen(&on_file), [1, 3]);
    }

    #[test]
    fn only_so_many_observations_are_kept_and_those_are_counted_on() {
        let mut tally = Tally::default();
        for index in 0..KEPT + 3 {
            tally.add(index as u64, Verdict::new(VerdictKind::Deviates, ""), Some(format!("n: {index:02}")));
        }
        tally.add(99, Verdict::new(VerdictKind::Deviates, ""), Some("n: 00".to_owned()));
        let filed = tally.to_be_filed();
        assert_eq!(filed.len(), KEPT);
        assert_eq!(filed[0], ("n: 00".to_owned(), 2));
        assert_eq!(filed[KEPT - 1], (format!("n: {:02}", KEPT - 1), 1));
        assert_eq!(tally.cases(), KEPT as u64 + 4, "all are counted");
    }

    #[test]
    fn of_equal_verdicts_the_first_case_counts_whatever_the_order() {
        let verdict = |kind, reason: &str| Verdict::new(kind, reason);
        for kind in [VerdictKind::Deviates, VerdictKind::Advisory] {
            for order in [[1, 2, 0], [0, 1, 2], [2, 1, 0]] {
                let mut tally = Tally::default();
                for index in order {
                    tally.add(index, verdict(kind, &format!("case {index}")), None);
                }
                assert_eq!(tally.outcome(false, false), Some((0, verdict(kind, "case 0"))), "{order:?}");
                tally.add(3, verdict(VerdictKind::AcceptedDeviation, "on file"), None);
                let strict = tally.outcome(true, true).unwrap();
                assert_eq!(strict, (0, verdict(kind, "case 0")), "{order:?}");
            }
        }
        // The same index twice, as for a case that is tried again: what came first stays.
        let mut tally = Tally::default();
        for reason in ["once", "again"] {
            tally.add(5, verdict(VerdictKind::Advisory, reason), None);
        }
        assert_eq!(tally.outcome(false, false).unwrap().1.reason, "once");
        tally.add(6, verdict(VerdictKind::AcceptedDeviation, ""), None);
        assert_eq!(tally.outcome(false, true).unwrap().1.reason, "once");
    }

    #[test]
    fn a_deviation_is_missed_only_where_everything_else_is_green() {
        use VerdictKind::{AcceptedDeviation, Advisory, Conforms, Deviates, Tolerated};
        let misses = |kinds: &[VerdictKind]| {
            let mut tally = Tally::default();
            for (index, kind) in kinds.iter().enumerate() {
                tally.add(index as u64, Verdict::new(*kind, ""), None);
            }
            tally.misses_what_is_on_file()
        };
        assert!(misses(&[Conforms]) && misses(&[Conforms, Tolerated]) && misses(&[Conforms, Advisory]));
        assert!(!misses(&[Conforms, Deviates]) && !misses(&[AcceptedDeviation, Conforms]) && !misses(&[]));
        let mut tally = Tally::default();
        tally.add(7, Verdict::new(Tolerated, ""), None);
        let (index, stale) = tally.outcome(true, false).unwrap();
        let reason = "an accepted deviation is on file, but none of 1 cases shows it (now: tolerated); remove the file";
        assert_eq!((index, stale), (7, Verdict::new(VerdictKind::Stale, reason)));
        assert_eq!(tally.outcome(false, false).unwrap().1.kind, Tolerated, "nothing is on file");
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
