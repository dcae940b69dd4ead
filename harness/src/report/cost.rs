//! What each suite cost a target.

use std::collections::BTreeMap;

use super::fold::TargetReport;

/// What the scenarios of one suite cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The name of the suite, such as `token::client-auth`.
    pub suite: String,
    /// Scenarios of which cases were executed.
    pub scenarios: u64,
    /// Cases executed.
    pub cases: u64,
    /// Requests sent, shrinking included. What several scenarios share counts for the one that came first.
    pub requests: u64,
    /// How long its scenarios took, added up: several run at a time.
    pub duration_ms: u64,
}

impl TargetReport {
    /// What each suite cost, by name. Suites of which nothing was executed are left out.
    pub fn costs(&self) -> Vec<Cost> {
        let mut costs: BTreeMap<&str, Cost> = BTreeMap::new();
        for result in self.scenarios.iter().filter(|result| result.cases > 0) {
            let suite = result.id.rsplit_once("::").map_or("", |(suite, _)| suite);
            let cost =
                costs.entry(suite).or_insert_with(|| Cost { suite: suite.to_owned(), ..Cost::default() });
            cost.scenarios += 1;
            cost.cases = cost.cases.saturating_add(result.cases);
            cost.requests = cost.requests.saturating_add(result.requests);
            cost.duration_ms = cost.duration_ms.saturating_add(result.duration_ms);
        }
        costs.into_values().collect()
    }

    /// The same, the most requests first.
    pub(super) fn costs_by_requests(&self) -> Vec<Cost> {
        let mut costs = self.costs();
        costs.sort_by_key(|cost| std::cmp::Reverse(cost.requests));
        costs
    }
}

#[cfg(test)]
mod tests {
    use crate::model::verdict::VerdictKind;
    use crate::report::sample;

    #[test]
    fn costs_add_up_to_those_of_the_scenarios() {
        let mut target = sample::report().targets.remove(0);
        let costs = target.costs();
        let suites: Vec<(&str, u64, u64)> =
            costs.iter().map(|cost| (cost.suite.as_str(), cost.scenarios, cost.requests)).collect();
        assert_eq!(
            suites,
            [
                ("logout", 1, 32),
                ("revoke", 1, 32),
                ("token::client-auth", 2, 64),
                ("token::pkce", 1, 32),
                ("token::refresh", 1, 32),
                ("token::transport", 2, 64),
            ]
        );
        assert_eq!((costs[2].cases, costs[2].duration_ms), (32, 32));
        let sum: u64 = target.scenarios.iter().map(|result| result.requests).sum();
        assert_eq!(costs.iter().map(|cost| cost.requests).sum::<u64>(), sum);
        assert_eq!(target.costs_by_requests()[0].suite, "token::client-auth");
        target.scenarios.retain(|result| result.verdict == VerdictKind::NotApplicable);
        assert!(target.costs().is_empty());
    }
}
