//! A service that forgets one check, for each check that can be forgotten: the resource-server suite finds every one.

#[path = "../../harness/tests/guarded/mod.rs"]
mod guarded;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::TcpListener;

use guarded::forgetful::{self, Forgets};
use guarded::{Expectation, Kind, Running, right};
use serde_json::Value;

use crate::support::Sandbox;

/// The pool and the client that the harness names as issuer.
const POOL: &str = "us-east-1_Poolproof";
const CLIENT: &str = "poolproofwebclient00000001";
const SCOPE: &str = "https://api.poolproof.test/read";

/// Cases of each scenario: enough for what only some inputs show.
const CASES: &str = "16";

/// What a service that was asked for is like, by the name of its guard.
struct Services {
    settings: String,
    running: Vec<Running>,
}

impl Services {
    fn add(&mut self, name: &str, kind: Kind, scopes: &[&str], running: Running) {
        let (token, url) = (kind.token_use(), &running.url);
        let scopes: Vec<String> = scopes.iter().map(|scope| format!("{scope:?}")).collect();
        let _ = write!(
            self.settings,
            "[[target.services.guard]]\nname = \"{name}\"\nurl = \"{url}\"\nprofile = \"resource-server\"\n\
             audience = [\"{{client.web}}\"]\ntoken = \"{token}\"\nscopes = [{}]\necho = \"/claims\"\nstrict = true\n\n",
            scopes.join(", ")
        );
        self.running.push(running);
    }
}

fn expectation(issuer: &str, token: Kind, scopes: &[&str]) -> Expectation {
    Expectation {
        issuer: issuer.to_owned(),
        client: CLIENT.to_owned(),
        token,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

/// The service at which what is forgotten shows: most of it at one that asks for a scope.
const fn shows_at(forgets: Forgets) -> (Kind, &'static [&'static str]) {
    match forgets {
        // An ID token has no scope, so a service that asks for one refuses it anyway.
        Forgets::TokenUse => (Kind::Access, &[]),
        // Access tokens have no audience.
        Forgets::AudList => (Kind::Id, &[]),
        _ => (Kind::Access, &[SCOPE]),
    }
}

/// What each guard came to: its scenarios by verdict.
fn verdicts(report: &Value) -> BTreeMap<String, Vec<(String, String)>> {
    let mut by_guard = BTreeMap::new();
    for target in report["targets"].as_array().unwrap() {
        let name = target["name"].as_str().unwrap().trim_start_matches("services/").to_owned();
        let scenarios = target["scenarios"].as_array().unwrap().iter().map(|scenario| {
            let text = |key: &str| scenario[key].as_str().unwrap().to_owned();
            (text("verdict"), text("id"))
        });
        by_guard.insert(name, scenarios.collect());
    }
    by_guard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_forgotten_check_is_found() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let issuer = format!("http://127.0.0.1:{port}/{POOL}");
    let mut services = Services { settings: String::new(), running: Vec::new() };
    for (name, kind, scopes) in [
        ("right-access", Kind::Access, &[][..]),
        ("right-scoped", Kind::Access, &[SCOPE][..]),
        ("right-id", Kind::Id, &[][..]),
    ] {
        services.add(name, kind, scopes, right::serve(expectation(&issuer, kind, scopes)).await);
    }
    for forgets in Forgets::ALL {
        let (kind, scopes) = shows_at(*forgets);
        let running = forgetful::serve(expectation(&issuer, kind, scopes), &[*forgets]).await;
        services.add(forgets.name(), kind, scopes, running);
    }
    let sandbox = Sandbox::new();
    let config = format!(
        "[target.services]\nkind = \"service\"\nown-issuer = {{ port = {port} }}\nconcurrency = 32\n\n{}",
        services.settings
    );
    std::fs::write(sandbox.path("targets.toml"), config).unwrap();
    let ran = tokio::task::block_in_place(|| {
        sandbox.run(&[
            "run",
            "-q",
            "-t",
            "services",
            "--cases",
            CASES,
            "--no-shrink",
            "--report",
            "json",
            "--report-dir",
            "reports",
        ])
    });
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    let verdicts = verdicts(&sandbox.report());
    for (name, scenarios) in verdicts.iter().filter(|(name, _)| name.starts_with("right")) {
        let red: Vec<_> = scenarios.iter().filter(|(verdict, _)| is_red(verdict)).collect();
        assert!(red.is_empty(), "{name} forgets nothing: {red:?}");
    }
    let found = |forgets: &&Forgets| {
        verdicts.iter().any(|(name, scenarios)| {
            name == forgets.name() && scenarios.iter().any(|(verdict, _)| verdict == "deviates")
        })
    };
    let missed: Vec<&str> =
        Forgets::ALL.iter().filter(|forgets| !found(forgets)).map(|forgets| forgets.name()).collect();
    assert!(missed.is_empty(), "{} of {} are not found: {missed:?}", missed.len(), Forgets::ALL.len());
}

fn is_red(verdict: &str) -> bool {
    !matches!(verdict, "conforms" | "tolerated" | "advisory" | "not-applicable")
}
