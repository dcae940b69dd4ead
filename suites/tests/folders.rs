//! Runs beside each other keep apart what they leave behind.

use crate::support::{Ran, Running, SUCCESS, Sandbox};

fn three_at_once(sandbox: &Sandbox, env: &[(&str, &str)]) -> Vec<Ran> {
    let start = |_| {
        let mut command = sandbox.poolproof(&["run", SUCCESS, "--cases", "4"]);
        Running::start(command.envs(env.iter().copied()))
    };
    let running: Vec<Running> = (0..3).map(start).collect();
    running.into_iter().map(Running::wait).collect()
}

fn runs(sandbox: &Sandbox) -> usize {
    sandbox.files("runs").iter().filter(|path| path.ends_with("events.jsonl")).count()
}

#[test]
fn runs_beside_each_other_do_not_meet() {
    let sandbox = Sandbox::new();
    for ran in three_at_once(&sandbox, &[]) {
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    }
    assert_eq!(runs(&sandbox), 3);
    assert_eq!(sandbox.run(&["report"]).code, Some(0));
}

#[test]
fn runs_inside_one_run_of_nextest_do_not_meet_either() {
    let sandbox = Sandbox::new();
    for ran in three_at_once(&sandbox, &[("NEXTEST", "1"), ("NEXTEST_RUN_ID", "0af1")]) {
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    }
    assert_eq!(runs(&sandbox), 3);
}

#[test]
fn a_run_leaves_nothing_unfinished() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["run", SUCCESS, "--cases", "2", "--quiet"]).code, Some(0));
    let left = sandbox.files("runs");
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(sandbox.files("state").is_empty());
}
