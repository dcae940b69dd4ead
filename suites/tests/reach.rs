//! Targets that cannot be reached, and budgets that end.

use std::net::TcpListener;
use std::time::Duration;

use crate::support::{Double, Ran, SUCCESS, Sandbox, WRONG_SECRET, scenarios};

/// A port at which nobody listens.
fn dead_url() -> String {
    format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

#[test]
fn a_dead_port_is_told_once_and_soon() {
    let sandbox = Sandbox::new();
    drop(Double::start(&sandbox, &[], 0));
    let url = dead_url();
    for more in [&["--fixture", "fixture.json"][..], &["--set", "fixture=provision"]] {
        let ran = sandbox.run(&[&["run", "--url", &url, "--set", "timeout=3", "--quiet"], more].concat());
        assert_eq!(ran.code, Some(3), "{more:?}: {}", ran.out);
        assert!(ran.took < Duration::from_mins(1), "{more:?} took {:?}", ran.took);
        assert!(ran.out.contains(&format!("nothing answers at {url}")), "{more:?}: {}", ran.out);
        assert!(ran.out.contains("start the server, or correct the URL"), "{more:?}: {}", ran.out);
        let lines = ran.out.lines().count() + ran.err.lines().count();
        assert!(lines < 12, "{more:?} fills {lines} lines: {}{}", ran.out, ran.err);
        assert!(!ran.err.contains("--remove"), "there is nothing to remove: {}", ran.err);
    }
}

fn with_budget(double: &Double, sandbox: &Sandbox, setting: &str) -> Ran {
    let args = [
        "--set",
        setting,
        "--report",
        "json",
        "--report-dir",
        "reports",
        "--cases",
        "8",
        SUCCESS,
        WRONG_SECRET,
    ];
    double.run(sandbox, &args)
}

#[test]
fn a_spent_budget_has_an_exit_of_its_own() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[], 0);
    for (setting, counted, most) in
        [("budget.requests=5", "requests", 5), ("budget.machine-tokens=3", "machine_tokens", 3)]
    {
        let ran = with_budget(&double, &sandbox, setting);
        assert_eq!(ran.code, Some(6), "{setting}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains("the budget of"), "{}", ran.out);
        let report = sandbox.report();
        let spent = report["targets"][0][counted].as_u64().unwrap();
        // A request in flight holds a machine token until its answer shows that it brought none.
        assert!(spent <= most && (spent == most || counted == "machine_tokens"), "{setting}: {report:#}");
    }
    assert_eq!(with_budget(&double, &sandbox, "budget.requests=1000").code, Some(0));
    let none = with_budget(&double, &sandbox, "budget.requests=0");
    assert_eq!(none.code, Some(6), "{}{}", none.out, none.err);
    assert!(scenarios(&sandbox.report()).iter().all(|scenario| scenario["verdict"] == "inconclusive"));
}
