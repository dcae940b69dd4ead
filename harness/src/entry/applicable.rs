//! Which scenarios a target can be asked at all: decided before they run, always with a reason.

use crate::model::fixture::Fixture;
use crate::model::scenario::Scenario;
use crate::target::spec::Target;

/// Why a scenario does not apply to a target, from what the target says of itself. Needs no network.
pub(super) fn declared(target: &Target, scenario: &Scenario) -> Option<String> {
    scenario
        .needs
        .iter()
        .find_map(|need| target.lacks(*need).map(|reason| format!("{need} is not claimed: {reason}")))
}

/// Why a scenario does not apply, from what could be created on the target.
pub(super) fn found(fixture: &Fixture, scenario: &Scenario) -> Option<String> {
    scenario
        .needs
        .iter()
        .find_map(|need| fixture.lacks(*need).map(|reason| format!("{need} could not be had: {reason}")))
}
