//! Which scenarios are measured.

use poolproof::ALL;
use poolproof_harness::generate::cases::case;
use poolproof_harness::generate::seed::RunSeed;
use poolproof_harness::model::case::Action;
use poolproof_harness::model::need::Need;
use poolproof_harness::model::scenario::{Effort, Scenario};
use poolproof_harness::trial::Planned;

/// Scenarios whose cases are one refused request each: nothing is signed, so the double costs least.
const REFUSALS: [&str; 8] = [
    "wrong-secret-basic",
    "wrong-secret-post",
    "empty-secret",
    "secret-missing",
    "deleted-secret",
    "unknown-client-basic",
    "unknown-client-body",
    "client-of-other-pool",
];

/// Some of the scenarios.
pub(crate) struct Chosen(Vec<Planned>);

impl Chosen {
    /// Cases of one request that is refused.
    pub(crate) fn refusals() -> Self {
        Self::of(|planned| {
            planned.suite.name == "token::client-auth" && REFUSALS.contains(&planned.scenario.id)
        })
    }

    /// Cases of one request, granted and refused, as a default run mixes them.
    pub(crate) fn single() -> Self {
        Self::of(|planned| planned.scenario.effort == Effort::Single && over_http(planned.scenario))
    }

    /// Everything that needs neither the management API nor to be alone.
    pub(crate) fn over_http() -> Self {
        Self::of(|planned| over_http(planned.scenario))
    }

    /// Those of them that never pause: what one side waits for while the other goes on is no matter of speed.
    pub(crate) fn without_pauses() -> Self {
        let pauses = |planned: &Planned| {
            case(&RunSeed::default(), &planned.id(), planned.scenario, 0)
                .is_ok_and(|case| case.steps.iter().any(|step| matches!(step.action, Action::Pause(_))))
        };
        Self::of(|planned| over_http(planned.scenario) && !pauses(planned))
    }

    fn of(wanted: impl Fn(&Planned) -> bool) -> Self {
        // A double in another process has no guards for a pool that was made there.
        let mut chosen: Vec<Planned> = ALL
            .iter()
            .filter(|suite| suite.guards().is_none())
            .flat_map(|suite| suite.scenarios.iter().map(move |scenario| Planned { suite, scenario }))
            .filter(|planned| wanted(planned))
            .collect();
        chosen.sort_by_key(Planned::id);
        Self(chosen)
    }

    /// The scenarios, by id.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &Planned> {
        self.0.iter()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

fn over_http(scenario: &Scenario) -> bool {
    !scenario.effort.is_alone() && !scenario.needs.iter().any(|need| matches!(need, Need::Api(_)))
}

/// How many cases `--cases` makes of a scenario.
pub(crate) fn cases_of(planned: &Planned, cases: u32) -> u32 {
    match planned.scenario.effort {
        Effort::Single => cases,
        Effort::Flow | Effort::Exclusive => (cases * 3).div_ceil(8),
        Effort::Once => 1,
    }
}
