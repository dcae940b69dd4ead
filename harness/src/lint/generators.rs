//! The generators of scenarios: that they make cases which can be run, and that `needs` names what these use.

use std::collections::BTreeSet;

use super::each;
use crate::generate::cases;
use crate::generate::seed::RunSeed;
use crate::model::case::{Action, ApiCall, Case, Purpose, Step};
use crate::model::endpoint::Endpoint;
use crate::model::guard::GuardNeed;
use crate::model::jwt::{Genuine, Jwt};
use crate::model::need::Need;
use crate::model::scenario::{Field, Scenario, Suite};
use crate::model::value::{Slot, Value};

/// Cases of each scenario that are looked at.
const LOOKED_AT: u64 = 8;

pub(super) fn lint(suites: &[Suite]) -> Vec<String> {
    let seed = RunSeed::default();
    let mut findings = Vec::new();
    for (suite, scenario) in each(suites) {
        let id = suite.full_id(scenario);
        for index in 0..LOOKED_AT {
            match cases::case(&seed, &id, scenario, index) {
                Ok(case) => {
                    findings.extend(look_at(scenario, &case).into_iter().map(|what| format!("{id}: {what}")));
                }
                Err(error) => findings.push(error.to_string()),
            }
        }
    }
    findings
}

fn look_at(scenario: &Scenario, case: &Case) -> Vec<String> {
    let mut findings = Vec::new();
    let has_model = scenario.watch.iter().any(|field| matches!(field, Field::Model(_)));
    if !has_model && !case.steps.iter().any(|step| step.purpose == Purpose::Probe) {
        findings.push("a case has no probe".to_owned());
    }
    let names: BTreeSet<&str> = case.steps.iter().map(|step| step.name.as_str()).collect();
    if names.len() != case.steps.len() {
        findings.push("two steps of a case have the same name".to_owned());
    }
    let own = case.steps.iter().position(|step| !step.shared).unwrap_or(case.steps.len());
    if case.steps[own..].iter().any(|step| step.shared) {
        findings.push("a shared step comes after one that is not".to_owned());
    }
    let is_shareable = |step: &Step| matches!(step.purpose, Purpose::Setup | Purpose::Probe);
    if !case.steps[..own].iter().all(is_shareable) {
        findings.push("a shared step is neither setup nor probe".to_owned());
    }
    let probed = case.steps[..own].iter().any(|step| step.purpose == Purpose::Probe);
    if probed && own < case.steps.len() {
        findings.push("a probe is shared only with the whole case".to_owned());
    }
    if case.steps[..own].iter().any(changes_the_target) {
        findings.push("a shared step changes the target: nobody would put that right again".to_owned());
    }
    for need in used(case) {
        if !scenario.needs.iter().any(|known| known.to_string() == need) {
            findings.push(format!("a case uses {need}, which `needs` does not name"));
        }
    }
    findings
}

fn changes_the_target(step: &Step) -> bool {
    matches!(&step.action, Action::Api(call) if !matches!(call, ApiCall::PasswordSignIn { .. }))
}

/// What a token for a guard takes.
fn guard_needs(jwt: &Jwt) -> Vec<String> {
    let token = (jwt.genuine != Genuine::Good).then_some(GuardNeed::Token(jwt.genuine));
    let key = jwt.needs_issuer_key().then_some(GuardNeed::IssuerKey);
    token.into_iter().chain(key).map(|need| need.to_string()).collect()
}

/// What a case uses, by the names of needs.
fn used(case: &Case) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for step in case.steps.iter().filter(|step| step.purpose != Purpose::Cleanup) {
        match &step.action {
            Action::Send(request) | Action::UntilRefused(request) => {
                if request.endpoint != Endpoint::Guard {
                    used.insert(Need::Endpoint(request.endpoint).to_string());
                }
                used.extend(request.values().flat_map(Value::tokens).flat_map(guard_needs));
                used.extend(request.to_other_pool.then(|| Need::OtherDomain.to_string()));
                used.extend(request.values().flat_map(Value::slots).filter_map(need_of));
            }
            Action::SignIn(sign_in) => {
                used.insert(Need::SignIn.to_string());
                used.extend(sign_in.at_other_pool.then(|| Need::OtherDomain.to_string()));
                used.extend(sign_in.begins_at.map(|endpoint| Need::Endpoint(endpoint).to_string()));
                let params = sign_in.params.iter().map(|(_, value)| value);
                let all = params.chain([&sign_in.redirect_uri, &sign_in.username, &sign_in.password]);
                used.extend(all.flat_map(Value::slots).filter_map(need_of));
            }
            Action::Api(call) => {
                used.insert(Need::Api(call.operation()).to_string());
                if let ApiCall::PasswordSignIn { client, .. } | ApiCall::RevokeToken { client, .. } = call {
                    used.insert(format!("client.{client}"));
                }
            }
            Action::Pause(_) => {}
        }
    }
    used
}

fn need_of(slot: &Slot) -> Option<String> {
    let mut parts = slot.0.split('.');
    match (parts.next()?, parts.next()) {
        (kind @ ("client" | "user"), Some(name)) => Some(format!("{kind}.{name}")),
        ("resource-server", None) => Some(Need::ResourceServer.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::endpoint::Endpoint;
    use crate::model::request::Request;
    use crate::model::scenario::Effort;
    use proptest::strategy::{Just, Strategy as _};

    #[test]
    fn an_undeclared_need_is_found() {
        let scenario = Scenario {
            id: "x",
            says: "y",
            covers: &[],
            needs: &[Need::Endpoint(Endpoint::Token)],
            cases: || Just(Case::one(Request::token("client_credentials").public_client("machine"))).boxed(),
            watch: &[Field::Status],
            effort: Effort::Single,
        };
        let scenarios: &'static [Scenario] = Box::leak(Box::new([scenario]));
        let findings = lint(&[Suite { name: "token", scenarios }]);
        assert!(findings[0].contains("uses client.machine"), "{findings:?}");
    }
}
