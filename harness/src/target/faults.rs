//! The text of every error that a wrong configuration leads to.

use std::path::Path;

use super::config::Config;
use super::spec::Target;

fn env(name: &str) -> Option<String> {
    match name {
        "N" => Some("7".to_owned()),
        "WORD" => Some("seven".to_owned()),
        "SECRET" => Some("hunter2".to_owned()),
        "AWAY" => Some("http://example.com".to_owned()),
        _ => None,
    }
}

const START: &str = "[target.x]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\n";

/// The error of a whole file, read and with its target `x` expanded.
fn of_file(text: &str) -> String {
    match Config::parse("targets.toml", text).and_then(|config| config.target("x", &env)) {
        Err(error) => error.to_string(),
        Ok(_) => "(no error)".to_owned(),
    }
}

/// The error of one line, the fourth, among the settings of an emulator.
fn of(line: &str) -> String {
    of_file(&format!("{START}{line}\n"))
}

/// The error of `--url http://127.0.0.1:1 --set ...`.
fn of_settings(settings: &[(&str, &str)]) -> String {
    of_url("http://127.0.0.1:1", settings)
}

fn of_url(url: &str, settings: &[(&str, &str)]) -> String {
    let settings: Vec<_> =
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    match Target::from_url(url, &settings, &env) {
        Err(error) => error.to_string(),
        Ok(_) => "(no error)".to_owned(),
    }
}

#[track_caller]
fn all(cases: &[(&str, &str)], error: fn(&str) -> String) {
    for (text, wanted) in cases {
        assert_eq!(error(text), *wanted, "{text}");
    }
}

#[test]
fn the_file_as_a_whole() {
    all(
        &[
            (
                "default = [\"double\"\n",
                "targets.toml:1: not valid TOML: unclosed array, expected `]`\n  a text needs quotes; see https://toml.io for the rest",
            ),
            (
                "[target.x]\nkind = emulator\n",
                "targets.toml:2: not valid TOML: string values must be quoted, expected literal string\n  a text needs quotes; see https://toml.io for the rest",
            ),
            ("\n[targets.x]\n", "targets.toml:2: targets: unknown key\n  did you mean \"target\"?"),
            (
                "default = [\"dubble\"]\n",
                "targets.toml:1: default: there is no target \"dubble\"\n  did you mean \"double\"?",
            ),
            ("default = []\n", "targets.toml:1: default: is empty\n  write default = [\"double\"]"),
            (
                "default = \"double\"\n",
                "targets.toml:1: default: must be a list of texts, found a text\n  write default = [\"double\"]",
            ),
            (
                "default = [\"${N}\"]\n",
                "targets.toml:1: default: variables are not expanded here\n  write default = [\"double\"]",
            ),
            (
                "target = 1\n",
                "targets.toml:1: target: must be a table, found a whole number\n  write [target.NAME] above the settings of a target",
            ),
            (
                "[target]\nx = 1\n",
                "targets.toml:2: target.x: must be a table, found a whole number\n  write [target.NAME] above the settings of a target",
            ),
            (
                "[target.\"../x\"]\n",
                "targets.toml:1: target.../x: is not a name for a target\n  use a-z, 0-9 and dashes, 40 at most",
            ),
            ("[target.x]\n", "targets.toml:1: target.x.kind: missing\n  write kind = \"emulator\""),
            (
                "[target.xy]\nkind = \"double\"\n",
                "targets.toml: there is no target \"x\"\n  did you mean \"xy\"?",
            ),
            ("", "targets.toml: there is no target \"x\"\n  possible: double"),
        ],
        of_file,
    );
}

#[test]
fn keys_and_types() {
    all(
        &[
            (
                "concurency = 4",
                "targets.toml:4: target.x.concurency: unknown key\n  did you mean \"concurrency\"?",
            ),
            (
                "concurrency = \"4\"",
                "targets.toml:4: target.x.concurrency: must be a whole number, found a text\n  write concurrency = 8",
            ),
            (
                "concurrency = 0",
                "targets.toml:4: target.x.concurrency: must lie between 1 and 256\n  write concurrency = 8",
            ),
            (
                "concurrency = \"${WORD}\"",
                "targets.toml:4: target.x.concurrency: must be a whole number, found a text\n  write concurrency = 8",
            ),
            (
                "rate = \"fast\"",
                "targets.toml:4: target.x.rate: must be a number, found a text\n  write rate = 20",
            ),
            (
                "rate = -1",
                "targets.toml:4: target.x.rate: must lie between 0.01 and 10000\n  write rate = 20",
            ),
            (
                "rate = nan",
                "targets.toml:4: target.x.rate: must lie between 0.01 and 10000\n  write rate = 20",
            ),
            (
                "timeout = 99999999999999999999",
                "targets.toml:4: target.x.timeout: must lie between 0.1 and 86400\n  write timeout = 10",
            ),
            (
                "oracle = 1",
                "targets.toml:4: target.x.oracle: must be true or false, found a whole number\n  write oracle = true",
            ),
            (
                "version = 1.5",
                "targets.toml:4: target.x.version: must be a text in quotes, found a number with a fraction\n  write version = \"1.0.0\"",
            ),
            (
                "version = 2026-01-01",
                "targets.toml:4: target.x.version: must be a text in quotes, found a date or time\n  write version = \"1.0.0\"",
            ),
            (
                "region = \"\"",
                "targets.toml:4: target.x.region: is empty\n  write region = \"us-east-1\", or remove the line",
            ),
            (
                "budget = 5",
                "targets.toml:4: target.x.budget: must be a table, found a whole number\n  write [target.X.budget] with the line requests = 5000",
            ),
            (
                "budget.request = 5",
                "targets.toml:4: target.x.budget.request: unknown key\n  did you mean \"requests\"?",
            ),
            (
                "budget.requests = -5",
                "targets.toml:4: target.x.budget.requests: must lie between 0 and 1000000000\n  write requests = 5000",
            ),
        ],
        of,
    );
    let kind = |kind: &str| of_file(&format!("[target.x]\nkind = {kind}\n"));
    assert_eq!(
        kind("\"emulater\""),
        "targets.toml:2: target.x.kind: unknown value \"emulater\"\n  did you mean \"emulator\"?"
    );
    assert_eq!(
        kind("\"aws\""),
        "targets.toml:2: target.x.kind: unknown value \"aws\"\n  possible: double, emulator, pool, service"
    );
    assert_eq!(
        kind("\"emulator\""),
        "targets.toml:1: target.x.endpoint: missing\n  write endpoint = \"http://127.0.0.1:9302\""
    );
    assert_eq!(
        kind("\"double\"\nendpoint = \"http://127.0.0.1:1\""),
        "targets.toml:3: target.x.endpoint: the double decides this for itself\n  remove it, or write kind = \"emulator\""
    );
}

#[test]
fn variables() {
    all(
        &[
            (
                "version = \"${NOPE}\"",
                "targets.toml:4: target.x.version: the environment variable NOPE is not set\n  set it, or give a default: ${NOPE:-...}",
            ),
            (
                "client.web.secret = \"${NOPE}\"\nclient.web.id=\"a\"\npool.id=\"p\"",
                "targets.toml:4: target.x.client.web.secret: the environment variable NOPE is not set\n  set it, or give a default: ${NOPE:-...}",
            ),
            (
                "version = \"${NO PE}\"",
                "targets.toml:4: target.x.version: a \"${\" that is not a variable\n  write ${NAME} or ${NAME:-default}; $${ stands for ${ itself",
            ),
            ("concurrency = \"${N}\"", "(no error)"),
            ("concurrency = \"${NOPE:-3}\"", "(no error)"),
        ],
        of,
    );
}

#[test]
fn urls() {
    all(
        &[
            (
                "domain = \"localhost:9302\"",
                "targets.toml:4: target.x.domain: \"localhost:9302\" is not the URL of a web server\n  write a URL that begins with http:// or https://",
            ),
            (
                "domain = \"127.0.0.1\"",
                "targets.toml:4: target.x.domain: \"127.0.0.1\" is not a URL: relative URL without a base\n  write http://127.0.0.1",
            ),
            (
                "domain = \"http://127.0.0.1:{prot}\"",
                "targets.toml:4: target.x.domain: unknown placeholder {prot}\n  did you mean \"port\"?",
            ),
            (
                "domain = \"http://127.0.0.1:{port\"",
                "targets.toml:4: target.x.domain: a \"{\" without its \"}\"\n  possible: {pool_id}, {region}, {domain_prefix}, {port}, {next_port}, {other_pool_id}, {client.ROLE}",
            ),
            (
                "domain = \"http://me:hunter2@127.0.0.1\"",
                "targets.toml:4: target.x.domain: a URL with a user name or password\n  remove what stands before the @",
            ),
            (
                "domain = \"http://127.0.0.1/?a=b\"",
                "targets.toml:4: target.x.domain: \"http://127.0.0.1/?...\" has a query or fragment\n  remove what follows the path",
            ),
            (
                "domain = \"${SECRET}\"",
                "targets.toml:4: target.x.domain: \"${SECRET}\" is not a URL: relative URL without a base\n  write http://127.0.0.1:9302",
            ),
            (
                "paths.token = \"token\"",
                "targets.toml:4: target.x.paths.token: \"token\" does not begin with a slash\n  write token = \"/oauth2/token\"",
            ),
            (
                "paths.tokens = \"/token\"",
                "targets.toml:4: target.x.paths.tokens: unknown key\n  did you mean \"token\"?",
            ),
        ],
        of,
    );
}

#[test]
fn fixtures_and_claims() {
    all(
        &[
            (
                "fixture = \"provison\"",
                "targets.toml:4: target.x.fixture: \"provison\" is neither \"provision\" nor a JSON file\n  did you mean \"provision\"?",
            ),
            (
                "fixture = \"provision\"\npool.id = \"p\"",
                "targets.toml:5: target.x.pool: the fixture is named here, and by fixture = \"provision\" too\n  keep one of the two",
            ),
            (
                "client.web.id = \"a\"",
                "targets.toml:1: target.x.pool: missing\n  write [target.X.pool] with the line id = \"us-east-1_...\"",
            ),
            (
                "pool.issuer = \"i\"",
                "targets.toml:4: target.x.pool.id: missing\n  write id = \"us-east-1_AbCdEfGhI\"",
            ),
            (
                "pool.id = \"p\"\nclient.web = \"a\"",
                "targets.toml:5: target.x.client.web: must be a table, found a text\n  write [target.X.client.NAME] above its lines",
            ),
            (
                "pool.id = \"p\"\nclient.web = { id = \"a\", callback = \"b\" }",
                "targets.toml:5: target.x.client.web.callback: unknown key\n  did you mean \"callbacks\"?",
            ),
            (
                "pool.id = \"p\"\nclient.web = { id = \"a\", callbacks = \"b\" }",
                "targets.toml:5: target.x.client.web.callbacks: must be a list of texts, found a text\n  write callbacks = [\"https://app.example.test/callback\"]",
            ),
            (
                "pool.id = \"p\"\nuser.main.username = \"a\"",
                "targets.toml:5: target.x.user.main.password: missing\n  write password = \"${PASSWORD}\"",
            ),
            (
                "unsupported.endpoint.revok = \"no\"",
                "targets.toml:4: target.x.unsupported.endpoint.revok: unknown endpoint \"revok\"; possible: token, authorize, login, revoke, userinfo, logout, jwks, openid-configuration, unknown-path\n  an entry is the name of a need with a reason",
            ),
            (
                "unsupported.endpoint.revoke = \"\"",
                "targets.toml:4: target.x.unsupported.endpoint.revoke: is empty\n  write revoke = \"why the target does not claim it\", or remove the line",
            ),
            (
                "unsupported.endpoint.revoke = \"a\"\nunsupported.\"endpoint.revoke\" = \"b\"",
                "targets.toml:5: target.x.unsupported.endpoint.revoke: is named twice\n  keep one of the two lines",
            ),
        ],
        of,
    );
    assert_eq!(
        of_file("[target.x]\nkind = \"emulator\"\ndomain = \"http://127.0.0.1:1\"\n"),
        "targets.toml:1: target.x.fixture: without `endpoint` nothing can be created\n  write endpoint = \"http://127.0.0.1:9302\", fixture = \"FILE.json\" or [target.X.client.ROLE]"
    );
}

#[test]
fn launching() {
    let ready = "ready = \"http://127.0.0.1:{port}/\"";
    let of = |line: &str| of(&format!("launch = {{ {line} }}"));
    assert_eq!(
        of(ready),
        "targets.toml:4: target.x.launch.command: missing\n  write command = [\"bash\", \"start.sh\"]"
    );
    assert_eq!(
        of(&format!("command = [], {ready}")),
        "targets.toml:4: target.x.launch.command: names no program\n  write command = [\"bash\", \"start.sh\"]"
    );
    assert_eq!(
        of("command = [\"a\"]"),
        "targets.toml:4: target.x.launch.ready: missing\n  write ready = \"http://127.0.0.1:{port}/health\""
    );
    assert_eq!(
        of("command = [\"a\"], ready = \"http://example.com/\""),
        "targets.toml:4: target.x.launch.ready: \"http://example.com/\" is not on this machine\n  write ready = \"http://127.0.0.1:{port}/health\""
    );
    assert_eq!(
        of(&format!("command = [\"a\", \"{{pool_id}}\"], {ready}")),
        "targets.toml:4: target.x.launch.command: {pool_id} is not known before the server runs\n  only {port}, {next_port}, {issuer_url}, {issuer_base} and {issuer_ca} may stand here"
    );
    assert_eq!(
        of(&format!("command = [\"a\"], port = 70000, {ready}")),
        "targets.toml:4: target.x.launch.port: must lie between 0 and 65535\n  write port = 9302"
    );
    assert_eq!(
        of(&format!("command = [\"a\"], env = {{ \"A=B\" = \"c\" }}, {ready}")),
        "targets.toml:4: target.x.launch.env.A=B: is not the name of a variable\n  write env = { PORT = \"{port}\" }"
    );
    assert_eq!(
        of_file(&format!("[target.x]\nkind = \"pool\"\nlaunch = {{ command = [\"a\"], {ready} }}\n")),
        "targets.toml:3: target.x.launch: a real pool is not started\n  remove it, or write kind = \"emulator\""
    );
}

#[test]
fn the_command_line() {
    assert_eq!(
        of_url("127.0.0.1:9470", &[]),
        "--url: \"127.0.0.1:9470\" is not a URL: relative URL without a base\n  write http://127.0.0.1:9470"
    );
    assert_eq!(
        of_url("http://127.0.0.1:9302", &[("kind", "service")]),
        "--url: endpoint: a service has no pool: the harness issues the tokens that it is sent\n  remove it, or write kind = \"emulator\""
    );
    assert_eq!(
        of_url("localhost:9470/base", &[]),
        "--url: \"localhost:9470/base\" is not the URL of a web server\n  write a URL that begins with http:// or https://"
    );
    let config =
        Config::parse("targets.toml", "[target.x]\nkind = \"emulator\"\nendpoint = \"http://127.0.0.1:1\"\n")
            .unwrap();
    let secret = [("pool.id", "p"), ("client.web.id", "a"), ("client.web.secret", "hunter2")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert!(
        config
            .target_with("x", &secret, &env)
            .unwrap_err()
            .to_string()
            .ends_with("write --set 'client.web.secret=${NAME}'")
    );
    assert_eq!(of_settings(&[("rat", "5")]), "--set: rat: unknown key\n  did you mean \"rate\"?");
    assert_eq!(
        of_settings(&[("rate", "5"), ("rate", "6")]),
        "--set: rate: is given twice\n  keep one of the two"
    );
    assert_eq!(
        of_settings(&[("rate", "x")]),
        "--set: rate: must be a number, found a text\n  write rate = 20"
    );
    assert_eq!(
        of_settings(&[("pool.id", "p"), ("client.web.id", "a"), ("client.web.secret", "hunter2")]),
        "--set: client.web.secret: a secret on the command line can be read by everyone on this machine\n  put it into a variable and write --set 'client.web.secret=${NAME}'"
    );
    let good = [
        ("rate", "5.5"),
        ("oracle", "true"),
        ("pool.id", "p"),
        ("client.web.id", "a"),
        ("client.web.secret", "${SECRET}"),
        ("client.web.callbacks", "https://a.test,https://b.test"),
    ];
    assert_eq!(of_settings(&good), "(no error)");
}

#[test]
fn a_file_that_is_not_there() {
    let error = Config::load(Path::new("no/such.toml")).unwrap_err().to_string();
    assert!(error.starts_with("no/such.toml: cannot be read: "), "{error}");
    assert!(error.ends_with("\n  give another file with --config FILE"), "{error}");
}
