//! The nets below: secrets are masked in the logs of GitHub Actions, and a panic shows none.

use std::process::ExitCode;

use poolproof::wiring::WIRING;
use poolproof_harness::entry::{Front, Wiring, main as enter};
use poolproof_harness::prelude::{
    Case, Effort, Field, Just, Model, Prediction, Request, Scenario, Strategy as _, Suite,
};
use serde_json::Value as Json;

use crate::canary::{Canaries, Environment, Evidence};
use crate::libtest::harness;
use crate::support::{Double, Ran, SUCCESS, Sandbox};

const COMMAND: &str = "::add-mask::";

/// What the runner of GitHub Actions would mask, each as it undoes the escapes.
fn masked(text: &str) -> Vec<String> {
    let commands = text.lines().filter_map(|line| line.trim_start().strip_prefix(COMMAND));
    commands.map(|data| data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")).collect()
}

fn in_actions(sandbox: &Sandbox, environment: &Environment, args: &[&str], value: &str) -> Ran {
    let mut command = sandbox.poolproof(args);
    environment.command(sandbox, command.env("GITHUB_ACTIONS", value))
}

#[test]
fn the_runner_of_github_is_told_every_secret_before_anything_else_is_said() {
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let double = Double::start(&Sandbox::new(), &[], 0);
    let url = double.url.as_str();
    let created =
        in_actions(&sandbox, &environment, &["provision", "--url", url, "--out", "mine.json"], "true");
    assert_eq!(created.code, Some(0), "{}{}", created.out, created.err);
    assert!(
        created.out.contains("the fixture document is") && !created.out.contains(COMMAND),
        "{}",
        created.out
    );
    let fixture: Json = serde_json::from_slice(&std::fs::read(sandbox.path("mine.json")).unwrap()).unwrap();
    let (secrets, _) = crate::secrets::secrets_of(&fixture);
    let of_environment =
        ["ORDERS_PASSWORD", "AWS_SESSION_TOKEN", "ORDERS_CA_PRIVATE_KEY"].map(|name| environment.get(name));
    let wanted = || secrets.iter().map(String::as_str).chain(of_environment);
    let args = ["run", "--url", url, "--fixture", "mine.json", SUCCESS, "--cases", "1", "--report", "json"];
    let ran = in_actions(&sandbox, &environment, &args, "true");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    for (said, of) in [(&created.err, "provision"), (&ran.err, "run")] {
        let masks = masked(said);
        for secret in wanted() {
            assert!(masks.iter().any(|mask| mask == secret), "{of}: {secret} is not masked: {said}");
        }
    }
    let first = ran.err.lines().next().unwrap();
    assert!(first.starts_with(COMMAND), "{first}");
    let (before, other) = (ran.err.rfind(COMMAND).unwrap(), ran.err.find("written: "));
    assert!(other.is_some_and(|other| before < other), "{}", ran.err);
    // What machines read is as it always is.
    let report = in_actions(&sandbox, &environment, &["report", "--format", "json"], "true");
    serde_json::from_str::<Json>(&report.out).unwrap();
    let mut list = sandbox.command(harness());
    let listed = environment
        .command(&sandbox, list.args(["--list", "--format", "terse"]).env("GITHUB_ACTIONS", "true"));
    assert!(listed.out.lines().all(|line| line.ends_with(": test")), "{}", listed.out);
    let masks = masked(&listed.err);
    assert!(of_environment.iter().all(|secret| masks.iter().any(|mask| mask == secret)), "{}", listed.err);
    for elsewhere in ["", "false", "1"] {
        let ran = in_actions(&sandbox, &environment, &args, elsewhere);
        assert!(!format!("{}{}", ran.out, ran.err).contains(COMMAND), "GITHUB_ACTIONS={elsewhere}");
    }
    let removed = in_actions(&sandbox, &environment, &["provision", "--url", url, "--remove"], "true");
    assert_eq!(removed.code, Some(0), "{}", removed.err);
}

/// Where a panic is to happen. Set, the test of this file that is run is a conformance harness with that panic in it.
const PANIC: &str = "PANIC_ON_PURPOSE";

fn secrets() -> String {
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    let (password, key) = (of("ORDERS_PASSWORD"), of("ORDERS_CA_PRIVATE_KEY"));
    format!("{password} {:?} {key:?} {}", password.to_uppercase(), of("ORDERS_PREFIX"))
}

fn panicking(_: &Case) -> Vec<Prediction> {
    panic!("the model met {}", secrets())
}

const MODEL: Model = Model { predict: panicking, judges: &["token.cc.success"] };

const PANICS: &[Scenario] = &[
    Scenario {
        id: "of_a_generator",
        says: "a generator panics",
        covers: &["token.cc.success"],
        needs: &[],
        cases: || panic!("the generator met {}", secrets()),
        watch: &[Field::Status],
        effort: Effort::Single,
    },
    Scenario {
        id: "of_a_model",
        says: "a model panics",
        covers: &["token.cc.success"],
        needs: &[],
        cases: || Just(Case::one(Request::token("client_credentials"))).boxed(),
        watch: &[Field::Model(&MODEL)],
        effort: Effort::Single,
    },
];

mod panics {
    use super::*;

    fn test(scenario: &str, at: &str) {
        let Ok(place) = std::env::var(PANIC) else {
            let (sandbox, environment) = (Sandbox::new(), Environment::planted());
            let mut command = sandbox.command(std::env::current_exe().unwrap());
            command.args([&format!("panics::{scenario}"), "--nocapture"]).env(PANIC, at);
            let ran = environment.command(&sandbox, &mut command);
            assert_eq!(ran.code, Some(101), "{}{}", ran.out, ran.err);
            for part in ["poolproof panicked at", "masks.rs", " met <hidden> ", "stack backtrace:"] {
                assert!(ran.err.contains(part), "{part:?} is missing in {}{}", ran.out, ran.err);
            }
            let mut evidence = Evidence::default();
            evidence.add("the panic", &ran);
            evidence.add_files(&sandbox, &[], &[]);
            evidence.must_hold_none_of(&environment.canaries());
            return;
        };
        let wiring = Wiring {
            suites: &[Suite { name: "panics", scenarios: PANICS }],
            snapshots: || {
                let reference = |id: &str| (format!("reference/panics/{id}.snap"), REFERENCE);
                vec![reference("of_a_generator"), reference("of_a_model"), reference("of_the_harness")]
            },
            ..WIRING
        };
        let wiring = match place.as_str() {
            "harness" => Wiring { start_double: |_| panic!("the harness met {}", secrets()), ..wiring },
            _ => wiring,
        };
        assert!(enter(&wiring, Front::Libtest) == ExitCode::SUCCESS, "a scenario fails");
    }

    const REFERENCE: &str =
        "---\nsource: a.rs\ndescription: d\nexpression: observation\ninfo:\n  facts: []\n---\nstatus: 200\n";

    #[test]
    fn of_a_generator() {
        test("of_a_generator", "scenario");
    }

    #[test]
    fn of_a_model() {
        test("of_a_model", "scenario");
    }

    #[test]
    fn of_the_harness() {
        // Some scenario has to be wanted, or the double is not started.
        test("of_a_", "harness");
    }
}

/// The positive control: without the hook that the entry sets, the same panics show all of it.
#[test]
fn rusts_own_hook_would_show_it() {
    if std::env::var(PANIC).is_ok() {
        panicking(&Case::default());
    }
    let (sandbox, environment) = (Sandbox::new(), Environment::planted());
    let mut command = sandbox.command(std::env::current_exe().unwrap());
    command.args(["rusts_own_hook_would_show_it", "--nocapture"]).env(PANIC, "here");
    let ran = environment.command(&sandbox, &mut command);
    let mut password = Canaries::default();
    password.add("the password", environment.get("ORDERS_PASSWORD"));
    assert!(!password.found(ran.err.as_bytes()).is_empty(), "{}{}", ran.out, ran.err);
}
