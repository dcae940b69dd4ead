//! Broken and hostile targets: tiny servers that are wrong in one way each, with the verdict of it. What is no answer
//! proves nothing, what is a wrong answer deviates, nothing of it conforms. And whatever they do, a run on them ends, takes
//! little memory, and leaves nothing behind that a terminal or a page would obey.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]
#![expect(clippy::format_collect, reason = "texts of a few bytes")]

mod answers;
mod asked;
mod certificates;
mod left;
mod right;
mod server;
#[path = "../../../suites/tests/support.rs"]
#[expect(dead_code, reason = "the other tests from outside need more of it")]
mod support;
mod table;

use std::collections::BTreeSet;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use serde_json::Value as Json;

use crate::answers::ELSEWHERE;
use crate::asked::Ask;
use crate::server::Server;
use crate::support::scenarios;
use crate::table::{LATE, Miniature, Verdict, miniatures};

/// The most memory that a run on any of them may have in use at once, in MiB.
const MEMORY_MIB: u64 = 128;

fn main() -> ExitCode {
    let all = miniatures();
    let names: BTreeSet<&str> = all.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), all.len(), "a name stands for one server");
    let trial = |it: Miniature| {
        Trial::test(it.name, move || {
            check(it);
            Ok(())
        })
    };
    let trials = all.into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

#[expect(clippy::print_stdout, reason = "the figures, for who reads the log")]
fn check(Miniature { name, ask, verdict, reasons, manner }: Miniature) {
    let server = Server::start(manner);
    let waits = reasons.contains(&LATE);
    // Where an answer is due a busy machine has time for it.
    let outcome = asked::run(ask, if waits { "0.5" } else { "20" }, &server);
    let said = left::check(&outcome);
    let ran = &outcome.ran;
    let (expected, code) = match verdict {
        Verdict::Conforms => ("conforms", 0),
        Verdict::Deviates => ("deviates", 1),
        Verdict::Inconclusive => ("inconclusive", 3),
    };
    let scenarios = scenarios(&outcome.report);
    assert!(!scenarios.is_empty(), "{name}: {said}");
    for scenario in &scenarios {
        let (found, reason) = (text(&scenario["verdict"]), text(&scenario["reason"]));
        assert_eq!(found, expected, "{name}: {reason}: {said}");
        let evidence = format!("{reason}\n{}", text(&scenario["failure"]["actual"]));
        assert!(reasons.iter().any(|part| evidence.contains(part)), "{name}: {evidence}: {said}");
    }
    assert_eq!(ran.code, Some(code), "{name}: {said}");
    if let Some(peak) = ran.peak_mib {
        assert!(peak < MEMORY_MIB, "{name} took {peak} MiB");
        println!("{name}: {peak} MiB, {:?}", ran.took);
    }
    assert_eq!(ELSEWHERE.connections(), 0, "{name} led elsewhere");
    // A tester that sends a request again behind the back of a check does not know what it is the answer to.
    if !matches!(ask, Ask::Management | Ask::Guard(_)) {
        let counted = left::counted(&outcome.report);
        assert!(
            server.requests() as u64 <= counted,
            "{name}: {} requests, {counted} counted",
            server.requests()
        );
    }
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}
