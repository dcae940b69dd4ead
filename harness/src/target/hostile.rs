//! Settings that were damaged on the way: whatever they are, they are read or refused, and an error says where and
//! never shows what a variable holds.

use proptest::prelude::*;

use super::config::Config;
use super::error::ConfigError;
use super::spec::Target;
use crate::model::damaged::{self, cases, is_harmless, odd_text};
use crate::model::fixture::Fixture;

/// What every variable holds.
const SECRET: &str = "Canary7Secret";

/// The most characters of an error: it may be about a line that is endless.
const LONGEST: usize = 4000;

const RIGHT: &str = r#"default = ["x", "double"]

[target.x]
kind = "emulator"
version = "1.2.3"
endpoint = "${URL:-http://127.0.0.1:{port}}"
issuer = "http://127.0.0.1:1/{pool_id}"
expect-iss = "http://localhost:1/{pool_id}"
concurrency = 4
rate = 2.5
timeout = 3
budget = { requests = 100, machine-tokens = 5 }
unsupported = { endpoint.revoke = "no such route", "endpoint.userinfo" = "neither" }
paths = { token = "/token" }
domain-prefix = "my-${PREFIX}"
pool = { id = "us-east-1_a", issuer = "https://a.test" }
jar = "tokens.jar"
oracle = "${SWITCH}"

[target.x.client.web]
id = "web"
secret = "${SECRET}"
second-secret = "${OTHER:-${SECRET}}"
callbacks = ["https://app.test/cb", "${CALLBACK}"]
access-seconds = 300

[target.x.user.main]
username = "jane"
password = "${PASSWORD}"

[[target.x.guard]]
name = "orders"
profile = "rest"
url = "http://127.0.0.1:1/orders?key=${KEY}"
scopes = ["a/read"]
audience = ["{client.web}"]

[target.x.launch]
command = ["bash", "start.sh", "{port}", "${SECRET}"]
env = { PORT = "{port}", TOKEN = "${SECRET}" }
port = 9302
ready = "http://127.0.0.1:{port}/health"

[target.s]
kind = "service"
guard = [{ name = "a", url = "http://127.0.0.1:1/", profile = "resource-server", method = "POST" }]
own-issuer = { port = 9390, tls = true }

[target.p]
kind = "pool"
region = "${REGION}"
domain = "https://${PREFIX}.example.test"
"#;

/// Secrets are secret; an address is shown to whoever has to agree to it.
#[expect(clippy::unnecessary_wraps, reason = "what looks a variable up may find none")]
fn with_canary(name: &str) -> Option<String> {
    let value = match name {
        "URL" => "http://127.0.0.1:9302",
        "PREFIX" => "prefix",
        "REGION" => "eu-central-1",
        "SWITCH" => "maybe",
        // In brackets it could be taken for a placeholder.
        "KEY" => "{Canary7Secret}",
        _ => SECRET,
    };
    Some(value.to_owned())
}

fn unset(_: &str) -> Option<String> {
    None
}

/// Whatever is done with settings before anything is sent. The errors on the way.
fn read(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Vec<ConfigError> {
    let config = match Config::parse("some/targets.toml", text) {
        Ok(config) => config,
        Err(error) => return vec![error],
    };
    let mut errors = Vec::new();
    for name in config.targets.keys() {
        match config.target(name, env) {
            Ok(target) => errors.extend(errors_of(&target)),
            Err(error) => errors.push(error),
        }
    }
    errors
}

fn errors_of(target: &Target) -> Vec<ConfigError> {
    let mut fixture = Fixture::default();
    fixture.pool.id = "us-east-1_a".to_owned();
    let mut errors: Vec<ConfigError> = [
        target.check_consent(false).err(),
        target.check_consent(true).err(),
        target.endpoint(Some(1)).err(),
        target.resolve(&fixture, Some(1)).err(),
    ]
    .into_iter()
    .flatten()
    .collect();
    for url in target.guards.iter().filter_map(|guard| guard.url.as_deref()) {
        errors.extend(target.guard_text(url, &fixture, Some(1)).err());
    }
    errors
}

fn check(error: &ConfigError, file: &str) -> Result<(), TestCaseError> {
    let shown = error.to_string();
    prop_assert!(shown.starts_with(file), "{shown}");
    prop_assert!(is_harmless(&shown), "{shown:?}");
    prop_assert!(shown.chars().count() < LONGEST, "{} characters", shown.chars().count());
    prop_assert!(!shown.contains(SECRET), "{shown}");
    prop_assert!(!error.problem.is_empty() && !error.advice.is_empty(), "{shown}");
    Ok(())
}

/// A place for a secret in settings.
const SECRETS: [&str; 5] = [
    "client.web.secret",
    "client.web.second-secret",
    "client.web.deleted-secret",
    "user.main.password",
    "launch.env.TOKEN",
];

/// A wrong way to write down a text.
fn wrong_value() -> impl Strategy<Value = String> {
    let forms: &[(&str, &str)] = &[
        ("\"SECRET", ""),
        ("SECRET", ""),
        ("'SECRET\"", ""),
        ("[\"SECRET\"]", ""),
        ("[[\"SECRET\"]]", ""),
        ("{ a = \"SECRET\" }", ""),
        ("\"SECRET\" \"", ""),
        ("\"\\qSECRET\"", ""),
        ("\"\"\"SECRET", ""),
        ("\"${SECRET\"", ""),
        ("\"SECRET${\"", ""),
        ("\"SECRET${1}\"", ""),
        ("\"SECRET\u{1b}\"", ""),
        ("\"SECRET\"\r", ""),
        ("SECRET = 1", ""),
        ("1SECRET", ""),
        ("0xSECRET", ""),
        ("trueSECRET", ""),
        ("\"SECRET\", \"b\"", ""),
    ];
    prop::sample::select(forms.to_vec())
        .prop_map(|(before, after)| format!("{}{after}", before.replace("SECRET", SECRET)))
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn damaged_settings_are_refused_with_their_place(text in damaged::text(vec![RIGHT]), empty: bool) {
        let env: &dyn Fn(&str) -> Option<String> = if empty { &unset } else { &with_canary };
        for error in read(&text, env) {
            check(&error, "some/targets.toml")?;
        }
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_secret_that_is_written_wrongly_is_not_shown(at in 0..SECRETS.len(), value in wrong_value()) {
        let start = "[target.x]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\npool.id = \"p\"\n";
        for error in read(&format!("{start}{} = {value}\n", SECRETS[at]), &unset) {
            check(&error, "some/targets.toml")?;
        }
    }

    #[test]
    fn what_stands_before_the_at_of_a_url_is_not_shown(
        scheme in "https?|ftp|urn|",
        host in "[a-z0-9.:%{}\\[\\]]{0,12}",
        rest in "[/?#]?[a-z{}]{0,6}",
        by_name: bool,
    ) {
        let user = if by_name { SECRET.to_owned() } else { format!("jane:{SECRET}") };
        let url = format!("{scheme}://{user}@{host}{rest}");
        if let Err(error) = Target::from_url(&url, &[], &unset) {
            check(&error, "--url")?;
        }
        for key in ["endpoint", "domain", "issuer", "launch.ready", "guard"] {
            let line = match key {
                "guard" => format!("guard = [{{ name = \"a\", profile = \"rest\", url = '{url}' }}]"),
                "launch.ready" => format!("launch = {{ command = [\"a\"], ready = '{url}' }}"),
                key => format!("{key} = '{url}'"),
            };
            for error in read(&format!("[target.x]\nkind = \"emulator\"\ndomain-prefix = \"d\"\n{line}\n"), &unset) {
                check(&error, "some/targets.toml")?;
            }
        }
    }

    #[test]
    fn settings_of_a_command_line_are_read_or_refused(
        settings in prop::collection::vec(
            (
                prop_oneof![
                    3 => prop::sample::select(&["kind", "pool.id", "pool", "client.web.id", "client.web.secret", "client.web", "budget.requests", "paths.token", "rate", "unsupported.endpoint.revoke", "guard", "launch.env.A"][..]).prop_map(str::to_owned),
                    1 => damaged::text(vec!["client.web.id"]),
                ],
                prop_oneof![2 => Just("${SECRET}".to_owned()), 1 => Just("pool".to_owned()), 1 => Just("http://127.0.0.1:1".to_owned()), 2 => odd_text()],
            ),
            0..5,
        ),
    ) {
        match Target::from_url("http://127.0.0.1:1", &settings, &with_canary) {
            Ok(target) => {
                for error in errors_of(&target) {
                    check(&error, "--")?;
                }
            }
            Err(error) => check(&error, "--")?,
        }
        let config = Config::parse("some/targets.toml", RIGHT).unwrap();
        for target in ["x", "s", "p"] {
            if let Err(error) = config.target_with(target, &settings, &with_canary) {
                let file = if error.file == "--set" { "--set" } else { "some/targets.toml" };
                check(&error, file)?;
            }
        }
    }
}

#[test]
fn the_settings_that_are_damaged_are_right() {
    let set = |name: &str| {
        let value = match name {
            "SWITCH" => "true",
            "URL" => "http://127.0.0.1:9302",
            "REGION" => "eu-central-1",
            _ => "value",
        };
        Some(value.to_owned())
    };
    let config = Config::parse("some/targets.toml", RIGHT).unwrap();
    for name in config.targets.keys() {
        config.target(name, &set).unwrap();
    }
}

#[test]
fn a_variable_may_stand_for_any_setting() {
    let set = |name: &str| {
        let value = match name {
            "KIND" => "emulator",
            "PROFILE" => "http",
            "URL" => "http://127.0.0.1:9302",
            "N" => "3",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let text = "[target.x]\nkind = \"${KIND}\"\nendpoint = \"${URL}\"\nconcurrency = \"${N}\"\n\
                [[target.x.guard]]\nname = \"a\"\nprofile = \"${PROFILE:-http}\"\ncustomised = false\n";
    let target = Config::parse("targets.toml", text).unwrap().target("x", &set).unwrap();
    assert_eq!((target.kind.name(), target.concurrency), ("emulator", 3));
}

#[test]
fn no_depth_is_too_deep() {
    let deep = 100_000;
    let nested = format!("{}x{}", "${A:-".repeat(deep), "}".repeat(deep));
    let long_key = vec!["a"; deep].join(".");
    for text in [
        format!("[target.x]\nkind = \"emulator\"\nversion = \"{nested}\"\n"),
        format!("{long_key} = 1\n"),
        format!("[target.x]\nkind = \"double\"\nunsupported.{long_key} = \"why\"\n"),
        format!("[{long_key}]\n"),
        format!("a = {}{}\n", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}1{}\n", "{a=".repeat(deep), "}".repeat(deep)),
    ] {
        let errors = read(&text, &unset);
        assert!(!errors.is_empty());
        assert!(errors.iter().all(|error| error.to_string().chars().count() < LONGEST), "{:.200}", errors[0]);
    }
    for key in [long_key.clone(), format!("unsupported.{long_key}")] {
        let error = Target::from_url("http://127.0.0.1:1", &[(key, "x".to_owned())], &unset).unwrap_err();
        assert!(error.to_string().chars().count() < LONGEST, "{error:.200}");
    }
}
