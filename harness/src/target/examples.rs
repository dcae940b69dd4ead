//! What a right configuration means: defaults, placeholders, the loopback rule, and the committed `targets.toml`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::Config;
use super::spec::{Budget, FixtureSource, Target, TargetKind};
use crate::model::case::Operation;
use crate::model::endpoint::Endpoint;
use crate::model::fixture::{Client, Fixture, Pool, User};
use crate::model::need::{Grant, Need};

fn no_variables(_: &str) -> Option<String> {
    None
}

fn target(text: &str) -> Target {
    let config = Config::parse("some/targets.toml", &format!("[target.x]\n{text}\n")).unwrap();
    config.target("x", &no_variables).unwrap()
}

fn fixture() -> Fixture {
    Fixture {
        pool: Pool { id: "eu-west-1_abc".to_owned(), ..Pool::default() },
        domain_prefix: Some("mine".to_owned()),
        ..Fixture::default()
    }
}

fn committed() -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../targets.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn an_emulator_by_default() {
    let target = target("kind = \"emulator\"\nendpoint = \"http://127.0.0.1:9302/\"");
    assert_eq!(target.domain, "http://127.0.0.1:9302");
    assert_eq!(target.issuer, "http://127.0.0.1:9302/{pool_id}");
    assert_eq!((target.concurrency, target.rate, target.timeout), (8, None, Duration::from_secs(10)));
    assert_eq!((target.budget, target.fixture.clone()), (Budget::default(), FixtureSource::Provision));
    let addresses = target.resolve(&fixture(), None).unwrap();
    assert_eq!(addresses.url(Endpoint::Token), "http://127.0.0.1:9302/oauth2/token");
    assert_eq!(addresses.url(Endpoint::Jwks), "http://127.0.0.1:9302/eu-west-1_abc/.well-known/jwks.json");
    assert_eq!(addresses.iss, "http://127.0.0.1:9302/eu-west-1_abc");
}

#[test]
fn a_pool_by_default() {
    let target = target("kind = \"pool\"\nregion = \"eu-west-1\"");
    assert_eq!((target.concurrency, target.rate, target.timeout), (4, Some(20.0), Duration::from_secs(20)));
    assert_eq!(target.budget, Budget { requests: Some(5000), machine_tokens: Some(500) });
    let addresses = target.resolve(&fixture(), None).unwrap();
    assert_eq!(addresses.domain, "https://mine.auth.eu-west-1.amazoncognito.com");
    assert_eq!(addresses.issuer, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc");
}

#[test]
fn the_double_is_there_without_a_file() {
    for config in [Config::builtin(), Config::parse("targets.toml", "").unwrap()] {
        assert_eq!(config.default_target, ["double"]);
        let target = config.target("double", &no_variables).unwrap();
        assert_eq!((target.kind, target.concurrency), (TargetKind::Double, 16));
        assert_eq!(target.endpoint(Some(4711)).unwrap().as_deref(), Some("http://127.0.0.1:4711"));
        assert_eq!(target.resolve(&fixture(), Some(4711)).unwrap().domain, "http://127.0.0.1:4711");
        assert_eq!(target.lacks(Need::Api(Operation::AdvanceClock)), None);
        target.check_consent(false).unwrap();
    }
}

#[test]
fn without_a_file_no_line_of_it_is_blamed() {
    assert_eq!(
        Config::builtin().target("mine", &no_variables).unwrap_err().to_string(),
        "targets.toml: there is no target \"mine\", and no such file here or in a folder above\n  possible: double"
    );
}

#[test]
fn paths_placeholders_and_the_expected_issuer() {
    let target = target(
        "kind = \"emulator\"\nendpoint = \"http://[::1]:{port}\"\nexpect-iss = \"https://i/{region}/{pool_id}\"\npaths = { token = \"/{pool_id}/token\", jwks = \"/keys\" }\nlaunch = { command = [\"a\"], port = 99, ready = \"http://[::1]:{port}/\" }",
    );
    let addresses = target.resolve(&fixture(), None).unwrap();
    assert_eq!(addresses.url(Endpoint::Token), "http://[::1]:99/eu-west-1_abc/token");
    assert_eq!(addresses.url(Endpoint::Jwks), "http://[::1]:99/eu-west-1_abc/keys");
    assert_eq!(addresses.iss, "https://i/us-east-1/eu-west-1_abc");
    assert_eq!(target.resolve(&fixture(), Some(7)).unwrap().domain, "http://[::1]:7");
    assert_eq!(target.endpoint(None).unwrap().as_deref(), Some("http://[::1]:99"));
    let hostile = Fixture { pool: Pool { id: "x@example.com/".to_owned(), ..Pool::default() }, ..fixture() };
    assert_eq!(
        target.resolve(&hostile, None).unwrap_err().to_string(),
        "some/targets.toml:3: target.x.endpoint: the value for {pool_id} does not belong in a URL\n  it may have letters, digits, dots, dashes and underscores"
    );
}

#[test]
fn a_placeholder_without_a_value() {
    let target = target("kind = \"emulator\"\nendpoint = \"http://127.0.0.1:{port}\"");
    assert_eq!(
        target.resolve(&fixture(), None).unwrap_err().to_string(),
        "some/targets.toml:3: target.x.endpoint: there is no value for {port}\n  write the port in the URL, or add [target.X.launch] with port = 9302"
    );
}

#[test]
fn only_loopback_without_consent() {
    let consent = |kind: &str, url: &str, allow| {
        target(&format!("kind = \"{kind}\"\nendpoint = \"{url}\"\ndomain = \"{url}\"\nissuer = \"{url}\""))
            .check_consent(allow)
            .map_err(|error| error.to_string())
    };
    for url in [
        "http://127.0.0.1:{port}",
        "http://127.9.9.9",
        "http://[::1]:9302",
        "http://localhost",
        "http://a.b.localhost",
        "http://LOCALHOST",
        "http://2130706433",
        "https://{domain_prefix}.localhost",
    ] {
        assert_eq!(consent("emulator", url, false), Ok(()), "{url}");
    }
    for url in [
        "http://0.0.0.0",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://notlocalhost",
        "http://[::ffff:10.0.0.1]",
        "http://{domain_prefix}",
        "http://127.0.0.1{domain_prefix}",
        "https://cognito-idp.us-east-1.amazonaws.com",
    ] {
        assert!(consent("emulator", url, false).is_err(), "{url}");
        assert!(consent("emulator", url, true).is_err(), "an emulator stays on this machine: {url}");
        assert!(consent("pool", url, false).is_err(), "{url}");
        assert_eq!(consent("pool", url, true), Ok(()), "{url}");
    }
    assert_eq!(
        consent("emulator", "http://example.com", true).unwrap_err(),
        "some/targets.toml:3: target.x.endpoint: http://example.com is not on this machine\n  an emulator must be on loopback; a real pool needs kind = \"pool\" and --allow-real"
    );
    assert_eq!(
        consent("pool", "https://example.com", false).unwrap_err(),
        "some/targets.toml:3: target.x.endpoint: https://example.com is a real service\n  requests and tokens may cost money: give --allow-real or set POOLPROOF_ALLOW_REAL=1 to agree"
    );
    let creates = target("kind = \"pool\"\ndomain = \"http://localhost\"\nissuer = \"http://localhost\"");
    assert_eq!(
        creates.check_consent(false).unwrap_err().to_string(),
        "some/targets.toml:1: target.x.fixture: would be created in a real AWS account\n  give --allow-real or set POOLPROOF_ALLOW_REAL=1 to agree, or name what exists already"
    );
}

#[test]
fn what_a_target_lacks() {
    let target = target(
        "kind = \"emulator\"\ndomain = \"http://127.0.0.1:1\"\npool.id = \"p\"\nunsupported = { endpoint = { token = \"none\" }, \"client.web\" = \"fixed\" }",
    );
    assert_eq!(target.lacks(Need::Endpoint(Endpoint::Token)), Some("none"));
    assert_eq!(target.lacks(Need::Grant(Grant::RefreshToken)), Some("none"));
    assert_eq!(target.lacks(Need::Client("web")), Some("fixed"));
    assert_eq!(target.lacks(Need::Client("machine")), None);
    assert_eq!(target.lacks(Need::SignIn), None);
    assert_eq!(
        target.lacks(Need::Api(Operation::CreateUser)),
        Some("it has no management API: no `endpoint` is set")
    );
    assert_eq!(
        target.lacks(Need::Api(Operation::AdvanceClock)),
        Some("only the double has a clock that can be moved")
    );
}

#[test]
fn a_variable_matters_only_where_it_is_used() {
    let text = "[target.a]\nkind = \"pool\"\nregion = \"${NOPE}\"\n[target.b]\nkind = \"pool\"\n";
    let config = Config::parse("targets.toml", text).unwrap();
    assert!(config.target("b", &no_variables).is_ok());
    assert!(config.target("a", &no_variables).is_err());
    let set = |name: &str| (name == "NOPE").then(|| "eu-west-3".to_owned());
    assert_eq!(config.target("a", &set).unwrap().region, "eu-west-3");
}

#[test]
fn a_url_is_a_target() {
    let url = |settings: &[(&str, &str)]| {
        let settings: Vec<_> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Target::from_url("http://127.0.0.1:9302/", &settings, &no_variables).unwrap()
    };
    let plain = url(&[]);
    assert_eq!(plain.kind, TargetKind::Emulator);
    assert_eq!(plain.api_endpoint.as_deref(), Some("http://127.0.0.1:9302"));
    assert_eq!(plain.issuer, "http://127.0.0.1:9302/{pool_id}");
    let other = url(&[
        ("endpoint", "http://127.0.0.1:5000"),
        ("paths.token", "/token"),
        ("concurrency", "3"),
        ("fixture", "fixture.json"),
        ("unsupported.endpoint.revoke", "no route"),
    ]);
    assert_eq!(other.api_endpoint.as_deref(), Some("http://127.0.0.1:5000"));
    assert_eq!((other.domain.as_str(), other.concurrency), ("http://127.0.0.1:9302", 3));
    assert_eq!(other.fixture_file(), Some(Path::new("fixture.json")));
    assert_eq!(other.lacks(Need::Endpoint(Endpoint::Revoke)), Some("no route"));
    let pool = url(&[("kind", "pool")]);
    assert_eq!((pool.api_endpoint, pool.domain.as_str()), (None, "http://127.0.0.1:9302"));
    assert_eq!(pool.issuer, "https://cognito-idp.{region}.amazonaws.com/{pool_id}");
}

#[test]
fn every_member_of_the_fixture_document_can_be_named() {
    let members =
        |value: serde_json::Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let mut client = members(
        serde_json::to_value(Client {
            secret: Some(String::new()),
            second_secret: Some(String::new()),
            deleted_secret: Some(String::new()),
            ..Client::default()
        })
        .unwrap(),
    );
    client.sort_unstable();
    let lines: String = client
        .iter()
        .map(|member| match member.as_str() {
            "id" | "secret" | "second-secret" | "deleted-secret" => format!("{member} = \"a\"\n"),
            "other-pool" => "other-pool = true\n".to_owned(),
            seconds if seconds.ends_with("-seconds") => format!("{seconds} = 5\n"),
            list => format!("{list} = [\"a\"]\n"),
        })
        .collect();
    assert_eq!(members(serde_json::to_value(User::default()).unwrap()).len(), 3);
    let text = format!(
        "kind = \"emulator\"\ndomain = \"http://127.0.0.1:1\"\ndomain-prefix = \"d\"\n[target.x.pool]\nid = \"p\"\nissuer = \"i\"\n[target.x.other-pool]\nid = \"q\"\n[target.x.resource-server]\nidentifier = \"r\"\nscopes = [\"s\"]\n[target.x.user.main]\nusername = \"u\"\npassword = \"v\"\nemail = \"w\"\n[target.x.client.web]\n{lines}"
    );
    let FixtureSource::Inline(fixture) = target(&text).fixture else { unreachable!() };
    assert_eq!(fixture.client["web"].callbacks, ["a"]);
    assert_eq!(fixture.client["web"].deleted_secret.as_deref(), Some("a"));
    assert_eq!((fixture.client["web"].id_seconds, fixture.client["web"].other_pool), (5, true));
    assert_eq!(fixture.user["main"].email, "w");
    assert_eq!(fixture.other_pool.as_ref().map(|pool| pool.id.as_str()), Some("q"));
    assert_eq!(fixture.resource_server.as_ref().map(|server| server.scopes.len()), Some(1));
}

#[test]
fn the_committed_file_is_right() {
    let (path, _) = committed();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.default_target, ["double"]);
    let mut ports = Vec::new();
    for name in config.targets.keys() {
        let target = config.target(name, &no_variables).unwrap();
        target.check_consent(false).unwrap();
        target.endpoint(Some(1)).unwrap();
        target.resolve(&fixture(), Some(1)).unwrap();
        if let Some(launch) = target.launch {
            ports.push(launch.port);
            for command in [&launch.command, &launch.install] {
                let script = path.parent().unwrap().join(&command[1]);
                assert!(script.is_file(), "{}", script.display());
            }
        }
    }
    let all = ports.len();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!((ports.len(), all), (12, 12), "each launched target has a port of its own");
}

#[test]
fn the_commented_examples_are_right() {
    let (_, text) = committed();
    let examples: String = text
        .lines()
        .skip_while(|line| !line.starts_with("# # "))
        .map(|line| format!("{}\n", line.trim_start_matches('#').trim_start()))
        .map(|line| {
            if line.starts_with("# ") || line.contains(" = ") || line.starts_with('[') {
                line
            } else {
                format!("# {line}")
            }
        })
        .collect();
    let config = Config::parse("targets.toml", &examples).unwrap();
    let set = |name: &str| name.starts_with("MY_POOL_").then(|| "value".to_owned());
    for name in ["aws", "my-pool"] {
        let target = config.target(name, &set).unwrap();
        assert!(target.check_consent(false).is_err());
        target.check_consent(true).unwrap();
        target.resolve(&fixture(), None).unwrap();
    }
}

#[tokio::test]
async fn a_dead_url_is_named_with_its_line() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = target(&format!(
        "kind = \"emulator\"\nendpoint = \"http://127.0.0.1:{port}\"\ndomain = \"http://127.0.0.1:{{port}}\""
    ));
    let addresses = target.resolve(&fixture(), Some(port)).unwrap();
    target.check_reachable("domain", &addresses.domain).await.unwrap();
    drop(listener);
    assert_eq!(
        target.check_reachable("domain", &addresses.domain).await.unwrap_err().to_string(),
        format!(
            "some/targets.toml:4: target.x.domain: nothing answers at http://127.0.0.1:{port}: Connection refused (os error 111)\n  start the server, or correct the URL"
        )
    );
}

#[test]
fn the_file_is_found_in_a_folder_above() {
    let home = tempfile::tempdir().unwrap();
    let below = home.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(home.path().join("targets.toml"), "").unwrap();
    assert_eq!(Config::find_upward(&below), Some(home.path().join("targets.toml")));
}

#[test]
fn no_secret_is_shown() {
    let secret = |name: &str| (name == "SECRET").then(|| "hunter2".to_owned());
    let text = "[target.x]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\npool.id = \"p\"\nclient.web = { id = \"a\", secret = \"${SECRET}\", second-secret = \"hunter2\" }\nuser.main = { username = \"u\", password = \"hunter2\" }\nlaunch = { command = [\"a\", \"hunter2\"], env = { A = \"hunter2\" }, ready = \"http://127.0.0.1:1/\" }\n";
    let config = Config::parse("targets.toml", text).unwrap();
    let target = config.target("x", &secret).unwrap();
    for shown in [format!("{config:?}"), format!("{target:?}"), format!("{target:#?}")] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    for (right, wrong) in [
        ("second-secret = \"hunter2\"", "second-secret = hunter2"),
        ("second-secret = \"hunter2\"", "second-secret = [\"hunter2\"]"),
        ("second-secret = \"hunter2\"", "second-secret = \"hunter2"),
        ("password = \"hunter2\"", "password = { a = \"hunter2\" }"),
        ("password = \"hunter2\"", "password = \"hunter2${\""),
    ] {
        let broken = text.replace(right, wrong);
        let error = Config::parse("targets.toml", &broken).and_then(|config| config.target("x", &secret));
        let shown = error.unwrap_err().to_string();
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
