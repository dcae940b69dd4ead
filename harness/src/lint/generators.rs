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
        assert_eq!(findings.len() as u64, LOOKED_AT, "{findings:?}");
        assert!(findings[0].contains("uses client.machine"), "{findings:?}");
    }

    const SCENARIO: Scenario = Scenario {
        id: "x",
        says: "y",
        covers: &[],
        needs: &[Need::Endpoint(Endpoint::Token)],
        cases: || Just(Case::default()).boxed(),
        watch: &[Field::Status],
        effort: Effort::Single,
    };

    fn token() -> Request {
        Request::token("client_credentials")
    }

    fn password_sign_in() -> ApiCall {
        let (username, password) = (Value::Text("u".to_owned()), Value::Text("p".to_owned()));
        ApiCall::PasswordSignIn { client: "web".to_owned(), username, password }
    }

    fn delete_user() -> ApiCall {
        ApiCall::DeleteUser { username: Value::Text("u".to_owned()) }
    }

    #[test]
    fn a_case_that_cannot_be_made_is_a_finding() {
        use proptest::prelude::*;
        let scenario =
            Scenario { cases: || Just(Case::default()).prop_filter("never", |_| false).boxed(), ..SCENARIO };
        let scenarios: &'static [Scenario] = Box::leak(Box::new([scenario]));
        let findings = lint(&[Suite { name: "token", scenarios }]);
        assert_eq!(findings.len() as u64, LOOKED_AT);
        assert!(findings[0].contains("token::x"), "{findings:?}");
    }

    #[test]
    fn a_case_has_a_probe_unless_a_model_looks_at_its_steps() {
        static MODEL: crate::model::prediction::Model =
            crate::model::prediction::Model { predict: |_| Vec::new(), judges: &[] };
        const WITH_MODEL: Scenario = Scenario { watch: &[Field::Model(&MODEL)], ..SCENARIO };
        let (with, without) = (Case::one(token()), Case::default().attempt("a", token()));
        assert_eq!(look_at(&SCENARIO, &with), [""; 0]);
        assert_eq!(look_at(&SCENARIO, &without), ["a case has no probe"]);
        assert_eq!(look_at(&WITH_MODEL, &without), [""; 0]);
        let twice = without.attempt("a", token()).probe("p", token());
        assert_eq!(look_at(&SCENARIO, &twice), ["two steps of a case have the same name"]);
    }

    #[test]
    fn shared_steps_come_first_and_take_nothing_away() {
        let shared = |purpose: Purpose, action: Action| {
            let mut case = Case::default().setup("first", token(), &[]).shared();
            case.steps[0].purpose = purpose;
            case.steps[0].action = action;
            case
        };
        let send = || Action::Send(token());
        let api = Scenario {
            needs: &[
                Need::Endpoint(Endpoint::Token),
                Need::Api(crate::model::case::Operation::DeleteUser),
                Need::Api(crate::model::case::Operation::PasswordSignIn),
                Need::Client("web"),
            ],
            ..SCENARIO
        };
        for (case, expected) in [
            (shared(Purpose::Setup, send()).probe("p", token()), &[][..]),
            (shared(Purpose::Probe, send()), &[]),
            (shared(Purpose::Setup, Action::Api(password_sign_in())).probe("p", token()), &[]),
            (
                shared(Purpose::Probe, send()).probe("p", token()),
                &["a probe is shared only with the whole case"],
            ),
            (
                shared(Purpose::Attempt, send()).probe("p", token()),
                &["a shared step is neither setup nor probe"],
            ),
            (
                shared(Purpose::Setup, Action::Api(delete_user())).probe("p", token()),
                &["a shared step changes the target: nobody would put that right again"],
            ),
        ] {
            assert_eq!(look_at(&api, &case), expected, "{case:?}");
        }
        let mut late = Case::default().setup("own", token(), &[]).probe("p", token());
        late.steps[1].shared = true;
        assert_eq!(look_at(&SCENARIO, &late), ["a shared step comes after one that is not"]);
        // What is not shared may change the target.
        assert_eq!(look_at(&api, &Case::default().api(delete_user()).probe("p", token())), [""; 0]);
    }

    #[expect(clippy::needless_pass_by_value, reason = "short at each of many calls")]
    fn uses(case: Case) -> Vec<String> {
        used(&case).into_iter().collect()
    }

    #[test]
    fn what_a_request_uses_is_named_as_needs_are() {
        let request = token().basic("id", Value::client_secret("web")).to_other_pool();
        assert_eq!(uses(Case::one(request)), ["client.web", "endpoint.token", "other-domain"]);
        let request = token()
            .field("username", Value::fixture("user.main.username"))
            .field("scope", Value::fixture("resource-server"))
            .field("pool", Value::fixture("pool.id"));
        assert_eq!(
            uses(Case::default().until_refused("a", request)),
            ["endpoint.token", "resource-server", "user.main"]
        );
        let odd =
            token().field("a", Value::fixture("client")).field("b", Value::fixture("resource-server.x"));
        assert_eq!(uses(Case::one(odd)), ["endpoint.token"]);
        assert_eq!(uses(Case::default().pause(1)), [""; 0]);
    }

    #[test]
    fn what_a_token_for_a_guard_takes_is_named() {
        use crate::model::jwt::{Change, Signer};
        let guarded = |jwt: Jwt| uses(Case::one(Request::guarded(jwt)));
        assert_eq!(guarded(Jwt::good()), [""; 0], "every guard has a good token, and no endpoint");
        assert_eq!(guarded(Jwt::genuine(Genuine::Expired)), [GuardNeed::Token(Genuine::Expired).to_string()]);
        assert_eq!(guarded(Jwt::good().signed()), [GuardNeed::IssuerKey.to_string()]);
        let foreign = Jwt::good().with(Change::Signed(Signer::Foreign("RS256".to_owned())));
        assert_eq!(guarded(foreign), [""; 0]);
    }

    #[test]
    fn what_a_sign_in_and_a_call_use_is_named() {
        use crate::model::case::SignIn;
        let plain = SignIn::new(
            vec![("client_id".to_owned(), Value::client_id("web"))],
            Value::callback("public", 0),
            "main",
        );
        let elsewhere = SignIn { at_other_pool: true, begins_at: Some(Endpoint::Login), ..plain.clone() };
        let common = ["client.public", "client.web"];
        assert_eq!(uses(Case::default().sign_in(plain)), [&common[..], &["sign-in", "user.main"]].concat());
        assert_eq!(
            uses(Case::default().sign_in(elsewhere)),
            [&common[..], &["endpoint.login", "other-domain", "sign-in", "user.main"]].concat()
        );
        let call = Case::default().api(password_sign_in());
        assert_eq!(uses(call), ["api.password-sign-in", "client.web"]);
        let revoke = ApiCall::RevokeToken { client: "web".to_owned(), token: Value::captured("t") };
        assert_eq!(uses(Case::default().api(revoke)), ["api.revoke-token", "client.web"]);
        let cleanup = Case::default().api(delete_user()).cleanup("end", password_sign_in());
        assert_eq!(uses(cleanup), ["api.delete-user"], "what is cleaned up was made before");
    }
}
