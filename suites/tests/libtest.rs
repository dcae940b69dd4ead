//! The protocol of libtest, as `cargo test` and `cargo nextest` speak it with the conformance harness.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

use crate::support::{Double, Ran, Running, Sandbox, WRONG_SECRET, WRONG_SECRET_IS_401};

/// The conformance harness beside this test, if it is not older than the library in it; else built now.
pub(crate) fn harness() -> &'static Path {
    static HARNESS: OnceLock<PathBuf> = OnceLock::new();
    HARNESS.get_or_init(|| {
        let here = std::env::current_exe().unwrap();
        let folder = here.parent().unwrap();
        let is = |path: &Path, begin: &str, end: &str| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.strip_prefix(begin)
                .and_then(|rest| rest.strip_suffix(end))
                .is_some_and(|hash| !hash.contains('.'))
        };
        let newest = |begin: &str, end: &str| {
            let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            let dated = files.filter(|path| is(path, begin, end)).map(|path| (changed(&path), path));
            dated.max()
        };
        match (newest("conformance-", std::env::consts::EXE_SUFFIX), newest("libpoolproof-", ".rlib")) {
            (Some((built, path)), Some((library, _))) if built >= library => path,
            _ => build(),
        }
    })
}

fn changed(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

fn build() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["test", "--offline", "--no-run", "-p", "poolproof", "--test", "conformance"]);
    let out = cargo.arg("--message-format=json").current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let messages = String::from_utf8(out.stdout).unwrap();
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "conformance")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.unwrap_or_else(|| panic!("no harness was built: {}", String::from_utf8_lossy(&out.stderr)))
}

fn run(sandbox: &Sandbox, args: &[&str], env: &[(&str, &str)]) -> Ran {
    let mut command = sandbox.command(harness());
    Running::start(command.args(args).envs(env.iter().copied())).wait()
}

/// A target of the configuration that claims no revocation; nobody listens there.
const DEAD: &str = "default = [\"dead\"]\n[target.dead]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\n\
                    unsupported = { client.machine-two-secrets = \"not here\", endpoint.revoke = \"no such route\" }\n";

#[test]
fn a_list_is_all_that_listing_prints() {
    let sandbox = Sandbox::new();
    let ran = run(&sandbox, &["--list", "--format", "terse"], &[]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(
        ran.out.lines().all(|line| line.starts_with("double") && line.ends_with(": test")),
        "{}",
        ran.out
    );
    let listed = sandbox.run(&["list"]);
    let names: Vec<String> = ran.out.lines().map(|line| line.trim_end_matches(": test").to_owned()).collect();
    let ids: Vec<&str> = listed.out.lines().map(|line| line.split("  (").next().unwrap()).collect();
    assert_eq!(names, ids, "both fronts have the same scenarios");
    let ignored = run(&sandbox, &["--list", "--format", "terse", "--ignored"], &[]);
    // The double plays managed login.
    let classic = "double::authorize::session::prompt-at-the-classic-pages: test";
    let of_pool: Vec<&str> = ignored.out.lines().filter(|line| line.starts_with("double::")).collect();
    assert_eq!((ignored.code, of_pool, ignored.err.as_str()), (Some(0), vec![classic], ""));
    // What the tokens of a guard cannot be.
    assert!(ignored.out.contains("double/http-issuer::guard::http::revocation::"), "{}", ignored.out);
    assert!(sandbox.files("runs").is_empty(), "listing leaves nothing behind");
}

#[test]
fn what_a_target_does_not_claim_is_ignored_before_it_is_run() {
    let sandbox = Sandbox::new();
    sandbox.write("targets.toml", DEAD);
    let all = run(&sandbox, &["--list", "--format", "terse"], &[]);
    let ignored = run(&sandbox, &["--list", "--format", "terse", "--ignored"], &[]);
    assert_eq!((ignored.code, ignored.err.as_str()), (Some(0), ""));
    let two_secrets = "dead::token::client-auth::either-of-two-secrets: test";
    assert!(ignored.out.lines().any(|line| line == two_secrets), "{}", ignored.out);
    assert!(!ignored.out.contains(WRONG_SECRET), "{}", ignored.out);
    assert!(ignored.out.lines().count() < all.out.lines().count());
    assert!(ignored.out.lines().all(|line| all.out.lines().any(|other| other == line)));
}

#[test]
fn an_exact_name_is_one_trial() {
    let sandbox = Sandbox::new();
    let name = format!("double::{WRONG_SECRET}");
    for nextest in [&[][..], &[("NEXTEST", "1"), ("NEXTEST_RUN_ID", "0af1")]] {
        let env = [&[("POOLPROOF_CASES", "2")], nextest].concat();
        let ran = run(&sandbox, &["--exact", &name, "--nocapture"], &env);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("running 1 test") && ran.out.contains("1 passed"), "{}", ran.out);
        assert!(ran.out.contains(&format!("test {name} ... ok")), "{}", ran.out);
    }
}

#[test]
fn an_unknown_exact_name_is_no_pass() {
    let sandbox = Sandbox::new();
    for args in [
        &["--exact", "double::token::no::such", "--nocapture"][..],
        &["--exact", WRONG_SECRET],
        &["--list", "--exact", "double::token::no::such"],
    ] {
        let ran = run(&sandbox, args, &[]);
        assert_eq!(ran.code, Some(101), "{args:?}: {}", ran.out);
        assert!(ran.err.contains("there is no trial named"), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_target_that_cannot_be_reached_fails_its_trials() {
    let sandbox = Sandbox::new();
    sandbox.write("targets.toml", DEAD);
    let name = format!("dead::{WRONG_SECRET}");
    let ran = run(&sandbox, &["--exact", &name], &[]);
    assert_eq!(ran.code, Some(101), "{}", ran.out);
    assert!(ran.out.contains("the target is not ready"), "{}", ran.out);
    let alone = run(&sandbox, &["--exact", &name], &[("NEXTEST", "1")]);
    assert_eq!(alone.code, Some(101));
    assert!(alone.out.contains("poolproof provision -t dead --out FILE"), "{}", alone.out);
}

#[test]
fn wrong_settings_in_the_environment_are_refused() {
    let sandbox = Sandbox::new();
    for (name, value, part) in [
        ("POOLPROOF_TARGET", "dubble", "did you mean \"double\"?"),
        ("POOLPROOF_CASES", "many", "write a whole number from 1"),
        ("POOLPROOF_CASES", "0", "write a whole number from 1"),
        ("POOLPROOF_CONFIG", "nowhere.toml", "nowhere.toml"),
    ] {
        let ran = run(&sandbox, &["--exact", &format!("double::{WRONG_SECRET}")], &[(name, value)]);
        assert!(ran.code == Some(101) && ran.err.contains(part), "{name}={value}: {}", ran.err);
    }
}

#[test]
fn a_deviation_fails_its_trial_whatever_insta_is_told() {
    let sandbox = Sandbox::new();
    let double = Double::start(&sandbox, &[WRONG_SECRET_IS_401], 0);
    crate::snapshots::copy_to(&sandbox.path("snapshots"));
    sandbox.write(
        "targets.toml",
        &format!(
            "[target.faulty]\nkind = \"emulator\"\nendpoint = \"{}\"\nfixture = \"fixture.json\"\n",
            double.url
        ),
    );
    let name = format!("faulty::{WRONG_SECRET}");
    for insta in [("INSTA_WORKSPACE_ROOT", "."), ("INSTA_FORCE_PASS", "1"), ("INSTA_UPDATE", "always")] {
        for _ in 0..2 {
            let env = [insta, ("POOLPROOF_TARGET", "faulty"), ("POOLPROOF_CASES", "2")];
            let ran = run(&sandbox, &["--exact", &name], &env);
            assert_eq!(ran.code, Some(101), "{insta:?}: {}{}", ran.out, ran.err);
            for part in ["! status: 400", "curl ", "poolproof replay ", "1 failed"] {
                assert!(ran.out.contains(part), "{insta:?}: {part} is missing in {}", ran.out);
            }
        }
    }
}
