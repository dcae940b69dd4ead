//! A service that forgets one check, for each check that can be forgotten: the resource-server suite finds every one, and
//! nothing at the service that forgets none.

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

/// The scenario that adds a key to the issuer's: it waits, and shows only where keys are never read again.
const NEW_KEY: &str = "guard::resource-server::keys::new-key";

/// Cases of each scenario at first, which show most of what is forgotten.
const FEW: &str = "6";

/// Cases of each scenario at those that came through: enough for what only some inputs show.
const MANY: &str = "16";

/// How many services one command is about: each command has a bound on its time.
const AT_ONCE: usize = 8;

/// What is no hole in the sense of the suite, each with the reason.
const NO_HOLE: &[(Forgets, &str)] = &[
    (Forgets::ScopeAnyOf, "one of several scopes may be enough: that is a setting (rs.scope.one-of-several)"),
    (Forgets::ReadLimit, "how often a service reads the keys shows at the issuer, not in its answers"),
    (Forgets::KeysUnreachable, "the issuer of this test is never down; the double's faults show it"),
];

/// What is a hole and is not found yet, each with the reason. One that is found has to leave this list.
const NOT_FOUND: &[(Forgets, &str)] = &[(
    Forgets::StandardAlphabet,
    "no generator makes sure that a part has a character in which the two alphabets differ",
)];

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

fn expectation(issuer: &str, token: Kind, scopes: &[&str]) -> Expectation {
    Expectation {
        issuer: issuer.to_owned(),
        client: CLIENT.to_owned(),
        token,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

fn described(name: &str, kind: Kind, scopes: &[&str], url: &str) -> String {
    format!(
        "[[target.services.guard]]\nname = \"{name}\"\nurl = \"{url}\"\nprofile = \"resource-server\"\n\
         audience = [\"{{client.web}}\"]\ntoken = \"{}\"\nscopes = {scopes:?}\necho = \"/claims\"\nstrict = true\n\n",
        kind.token_use()
    )
}

/// What the services come to which forget one of these each, and the one that forgets nothing: the verdicts of their
/// scenarios, by the name of the service.
async fn verdicts(
    forgotten: &[Forgets],
    cases: &'static str,
    options: &[&str],
) -> BTreeMap<String, Vec<(String, String)>> {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let issuer = format!("http://127.0.0.1:{port}/{POOL}");
    let mut settings = format!(
        "[target.services]\nkind = \"service\"\nown-issuer = {{ port = {port} }}\nconcurrency = 16\n\n"
    );
    let mut running: Vec<Running> = Vec::new();
    let right = right::serve(expectation(&issuer, Kind::Access, &[SCOPE])).await;
    settings.push_str(&described("right", Kind::Access, &[SCOPE], &right.url));
    running.push(right);
    for forgets in forgotten {
        let (kind, scopes) = shows_at(*forgets);
        let service = forgetful::serve(expectation(&issuer, kind, scopes), &[*forgets]).await;
        settings.push_str(&described(forgets.name(), kind, scopes, &service.url));
        running.push(service);
    }
    let options: Vec<String> = options.iter().map(ToString::to_string).collect();
    let report = tokio::task::spawn_blocking(move || {
        let sandbox = Sandbox::new();
        sandbox.write("targets.toml", &settings);
        let fixed = ["run", "-q", "-t", "services", "--cases", cases, "--no-shrink", "--report", "json"];
        let all: Vec<&str> = fixed
            .into_iter()
            .chain(["--report-dir", "reports"])
            .chain(options.iter().map(String::as_str))
            .collect();
        let ran = sandbox.run(&all);
        assert!(matches!(ran.code, Some(0 | 1)), "{:?}\n{}{}", ran.code, ran.out, ran.err);
        sandbox.report()
    });
    let report = report.await.unwrap();
    drop(running);
    by_service(&report)
}

fn by_service(report: &Value) -> BTreeMap<String, Vec<(String, String)>> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let targets = report["targets"].as_array().unwrap().iter();
    targets
        .map(|target| {
            let scenarios = target["scenarios"].as_array().unwrap().iter();
            let verdicts =
                scenarios.map(|scenario| (text(scenario, "verdict"), text(scenario, "id"))).collect();
            (text(target, "name").trim_start_matches("services/").to_owned(), verdicts)
        })
        .collect()
}

/// From best to worst.
const VERDICTS: [&str; 5] = ["not-applicable", "conforms", "tolerated", "advisory", "deviates"];

/// The scenarios that found something at this service: those that came out worse than at the one that forgets nothing.
fn found(verdicts: &BTreeMap<String, Vec<(String, String)>>, name: &str) -> Vec<String> {
    let rank = |verdict: &str| VERDICTS.iter().position(|known| *known == verdict).unwrap_or(VERDICTS.len());
    let right = |id: &str| verdicts["right"].iter().find(|(_, of_right)| of_right == id);
    let best = |id: &str| right(id).map_or(1, |(verdict, _)| rank(verdict).max(1));
    let of_it = verdicts.get(name).unwrap_or_else(|| panic!("nothing was run on {name}"));
    let worse = of_it.iter().filter(|(verdict, id)| rank(verdict) > best(id));
    worse.map(|(verdict, id)| format!("{id} {verdict}")).collect()
}

/// The service that forgets nothing is only as lenient as the facts allow.
fn forgets_nothing(verdicts: &BTreeMap<String, Vec<(String, String)>>) {
    let green = |verdict: &str| matches!(verdict, "conforms" | "tolerated" | "advisory" | "not-applicable");
    let red: Vec<_> = verdicts["right"].iter().filter(|(verdict, _)| !green(verdict)).collect();
    assert!(red.is_empty(), "{red:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "the score, for who reads the log")]
async fn every_forgotten_check_is_found() {
    let listed = |forgets: &Forgets| NO_HOLE.iter().chain(NOT_FOUND).find(|(known, _)| known == forgets);
    let mut all = BTreeMap::new();
    for cases in [FEW, MANY] {
        let came_through = |forgets: &&Forgets| all.is_empty() || found(&all, forgets.name()).is_empty();
        let left: Vec<Forgets> = Forgets::ALL.iter().filter(came_through).copied().collect();
        for some in left.chunks(AT_ONCE) {
            let came = verdicts(some, cases, &["--skip", NEW_KEY]).await;
            forgets_nothing(&came);
            all.extend(came);
        }
    }
    let rotation = verdicts(&[Forgets::Rotation], MANY, &[NEW_KEY]).await;
    forgets_nothing(&rotation);
    let mut text = String::new();
    let (mut missed, mut count) = (Vec::new(), 0);
    for forgets in Forgets::ALL {
        let mut by = found(&all, forgets.name());
        if *forgets == Forgets::Rotation {
            by = found(&rotation, forgets.name());
        }
        count += usize::from(!by.is_empty());
        let _ = writeln!(text, "{} ({}): {}", forgets.name(), forgets.says(), by.join(", "));
        match (by.is_empty(), listed(forgets)) {
            (true, None) => missed.push(forgets.name()),
            (false, Some((_, reason))) => missed.push(*reason),
            _ => {}
        }
    }
    println!("{text}{count} of {} forgotten checks are found", Forgets::ALL.len());
    assert!(missed.is_empty(), "missed, or found although they are no holes: {missed:?}\n{text}");
}
