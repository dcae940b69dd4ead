//! Which scenarios a target can be asked at all: decided before they run, always with a reason.

use crate::exec::session::Session;
use crate::model::guard::GuardNeed;
use crate::model::need::Need;
use crate::model::scenario::Scenario;
use crate::target::spec::Target;

/// Why a scenario does not apply to a target, from what the target says of itself. Needs no network.
pub(super) fn declared(target: &Target, scenario: &Scenario) -> Option<String> {
    let lacks = |need: &Need| target.lacks(*need).map(|reason| format!("{need} is not claimed: {reason}"));
    target.guard_lacks(scenario.needs).or_else(|| scenario.needs.iter().find_map(lacks))
}

/// Why a scenario does not apply, from what could be created on the target.
pub(super) fn found(session: &Session, scenario: &Scenario) -> Option<String> {
    let lacks = |need: &Need| match (need, &session.guard) {
        (Need::Guard(GuardNeed::Token(genuine)), Some(guard)) => guard.wallet.lacks(*genuine),
        _ => session.fixture.lacks(*need),
    };
    scenario
        .needs
        .iter()
        .find_map(|need| lacks(need).map(|reason| format!("{need} could not be had: {reason}")))
}
