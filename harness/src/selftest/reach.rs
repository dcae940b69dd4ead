//! Which checks a fault is looked for with, and in which order.

use std::collections::BTreeSet;

use super::SeededFault;

/// One scenario on one unit of the double, as the run without a fault knew it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The unit: the pool of the double, or one of its guards.
    pub unit: String,
    /// The id of the scenario.
    pub scenario: String,
    /// The facts that the scenario covers.
    pub covers: Vec<String>,
    /// The faults that its answers could depend on.
    pub reached: BTreeSet<String>,
    /// The requests that it took.
    pub requests: u64,
}

/// The checks by which a fault can be found, by their index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Those of scenarios about a fact that the fault violates.
    pub about: Vec<usize>,
    /// All others that could notice it.
    pub others: Vec<usize>,
}

impl Candidates {
    /// The candidates for a fault: those that need fewer requests come first.
    pub fn of(fault: &SeededFault, checks: &[Check]) -> Self {
        let mut reached: Vec<usize> =
            (0..checks.len()).filter(|index| checks[*index].reached.contains(&fault.id)).collect();
        reached.sort_by_key(|index| (checks[*index].requests, *index));
        let is_about =
            |index: &usize| checks[*index].covers.iter().any(|covered| fault.violates.contains(covered));
        let (about, others) = reached.into_iter().partition(is_about);
        Self { about, others }
    }
}

/// The faults in the order in which they are tried on scenarios that none has turned red yet: those that the fewest
/// scenarios reach come first, because they tell most about these.
pub fn rarest_first<'a>(faults: &'a [SeededFault], checks: &[Check]) -> Vec<&'a SeededFault> {
    let reached_by = |fault: &SeededFault| -> usize {
        let scenarios: BTreeSet<&str> = checks
            .iter()
            .filter(|check| check.reached.contains(&fault.id))
            .map(|check| check.scenario.as_str())
            .collect();
        scenarios.len()
    };
    let mut counted: Vec<(usize, &SeededFault)> =
        faults.iter().map(|fault| (reached_by(fault), fault)).filter(|(count, _)| *count > 0).collect();
    counted.sort_by_key(|(count, _)| *count);
    counted.into_iter().map(|(_, fault)| fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scenario: &str, covers: &str, reached: &[&str], requests: u64) -> Check {
        Check {
            unit: "double".to_owned(),
            scenario: scenario.to_owned(),
            covers: vec![covers.to_owned()],
            reached: reached.iter().map(ToString::to_string).collect(),
            requests,
        }
    }

    fn fault(id: &str, violates: &[&str]) -> SeededFault {
        SeededFault {
            id: id.to_owned(),
            class: "state".to_owned(),
            says: String::new(),
            violates: violates.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn who_is_about_the_fact_is_asked_first_and_who_never_met_the_fault_not_at_all() {
        let checks = [
            check("a", "x.one", &["f", "g"], 9),
            check("b", "x.two", &["f"], 1),
            check("c", "x.one", &["f"], 3),
            check("d", "x.one", &["g"], 1),
        ];
        let candidates = Candidates::of(&fault("f", &["x.one"]), &checks);
        assert_eq!(candidates, Candidates { about: vec![2, 0], others: vec![1] });
        assert_eq!(Candidates::of(&fault("h", &["x.one"]), &checks), Candidates::default());
    }

    #[test]
    fn a_fault_that_few_scenarios_meet_comes_first() {
        let checks = [check("a", "x", &["f", "g"], 1), check("b", "x", &["f"], 1)];
        let faults = [fault("f", &[]), fault("g", &[]), fault("h", &[])];
        let order: Vec<&str> = rarest_first(&faults, &checks).iter().map(|fault| fault.id.as_str()).collect();
        assert_eq!(order, ["g", "f"]);
    }
}
