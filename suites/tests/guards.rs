//! What guards are tested for: every fault of the double's guards is caught, nothing is red without one, and every
//! scenario has been seen to fail under some fault.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::thread;

use crate::support::{Sandbox, scenarios};

/// Scenarios that no fault turns red, each with the reason.
const NEVER_RED: &[(&str, &str)] = &[];

/// The cases of a scenario with which a fault is looked for.
const CASES: &str = "16";

/// How many doubles are up at once.
const AT_ONCE: usize = 2;

/// The suites in which a fault shows, by its name: `guard-rest-...`, `guard-http-...` or `guard-rs-...`.
fn suites_of(fault: &str) -> &'static str {
    match fault.split('-').nth(1) {
        Some("rest") => "guard::rest",
        Some("http") => "guard::http",
        Some("rs") => "guard::resource-server",
        _ => "guard",
    }
}

/// What the scenarios of these suites come to at the guards of a double with this fault: the worst of each.
fn verdicts(fault: Option<&str>, suites: &str) -> BTreeMap<String, BTreeSet<String>> {
    let sandbox = Sandbox::new();
    let faults: Vec<String> = fault.iter().map(|fault| format!("{fault:?}")).collect();
    sandbox.write(
        "targets.toml",
        &format!("[target.broken]\nkind = \"double\"\nfaults = [{}]\n", faults.join(", ")),
    );
    // What the double's own pool and the harness sign differs little: one of both will do.
    let some = ["rs-scopes", "rs-issuer-access", "rs-issuer-id", "rs-no-keys", "rs-preflight"].join(",");
    let guards: &[&str] = if suites == "guard::resource-server" { &["--guard", &some] } else { &[] };
    let options = [
        "run",
        "-q",
        "-t",
        "broken",
        suites,
        "--strict",
        "--no-shrink",
        "--cases",
        CASES,
        "--report",
        "json",
        "--report-dir",
        "reports",
    ];
    let ran = sandbox.run(&[&options, guards].concat());
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{fault:?}: {:?}\n{}{}", ran.code, ran.out, ran.err);
    let mut verdicts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for scenario in scenarios(&sandbox.report()) {
        let text = |key: &str| scenario[key].as_str().unwrap().to_owned();
        verdicts.entry(text("id")).or_default().insert(text("verdict"));
    }
    verdicts
}

fn is_caught(verdicts: &BTreeSet<String>) -> bool {
    verdicts.iter().any(|verdict| matches!(verdict.as_str(), "deviates" | "advisory"))
}

#[test]
#[expect(clippy::print_stdout, reason = "the score, for who reads the log")]
fn every_fault_of_the_guards_is_caught_and_every_scenario_has_been_seen_to_fail() {
    let honest = verdicts(None, "guard");
    let red: Vec<_> = honest
        .iter()
        .filter(|(_, verdicts)| verdicts.iter().any(|it| it != "conforms" && it != "not-applicable"))
        .collect();
    assert!(red.is_empty(), "without a fault: {red:?}");
    let listed = Sandbox::new().run(&["double", "--fault", "list"]);
    let names = listed.out.lines().filter_map(|line| line.split_whitespace().next());
    let declared: Vec<&str> = names.filter(|name| name.starts_with("guard-")).collect();
    assert!(declared.len() > 30, "{declared:?}");
    let (waiting, outcomes) = (Mutex::new(declared.clone()), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(fault) = waiting.lock().unwrap().pop() else { break };
                    let came = verdicts(Some(fault), suites_of(fault));
                    let caught: Vec<String> =
                        came.into_iter().filter(|(_, came)| is_caught(came)).map(|(id, _)| id).collect();
                    outcomes.lock().unwrap().insert(fault, caught);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    for (fault, by) in &outcomes {
        println!("{fault}: caught by {}", by.join(", "));
    }
    let missed: Vec<&&str> =
        outcomes.iter().filter(|(_, by)| by.is_empty()).map(|(fault, _)| fault).collect();
    assert!(missed.is_empty(), "not caught: {missed:?}");
    let seen: BTreeSet<&String> = outcomes.values().flatten().collect();
    let runs = |verdicts: &BTreeSet<String>| verdicts.iter().any(|verdict| verdict != "not-applicable");
    let listed = |id: &str| NEVER_RED.iter().any(|(known, _)| *known == id);
    let never: Vec<&String> = honest
        .iter()
        .filter(|(id, verdicts)| runs(verdicts) && !seen.contains(id) && !listed(id))
        .map(|(id, _)| id)
        .collect();
    println!("{} faults; {} of {} scenarios seen to fail", outcomes.len(), seen.len(), honest.len());
    assert!(never.is_empty(), "never seen to fail: {never:#?}");
}
