//! How a server is asked: the finished binary on it, as a user runs it.

use serde_json::Value as Json;

use crate::certificates;
use crate::right::{CLIENT, POOL, SECRET};
use crate::server::Server;
use crate::support::{Ran, Running, SUCCESS, Sandbox, WRONG_SECRET};

/// What is asked of a server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// Two cheap scenarios of a pool: one that is to be granted, one that is to be refused.
    Pool,
    /// This scenario of a pool, often enough for a server that changes its mind.
    Scenario(&'static str),
    /// This scenario of a service that verifies tokens.
    Guard(&'static str),
    /// The management API, which is to make the fixtures.
    Management,
}

/// A run on a server with what it left behind.
pub(crate) struct Outcome {
    pub(crate) sandbox: Sandbox,
    pub(crate) ran: Ran,
    pub(crate) report: Json,
}

/// Runs the binary on a server that may take so many seconds for an answer.
pub(crate) fn run(ask: Ask, seconds: &str, server: &Server) -> Outcome {
    let sandbox = Sandbox::new();
    sandbox.write("fixture.json", &fixture());
    let authority = sandbox.write("authority.pem", &certificates::authority());
    let url = server.url();
    let (settings, args) = match ask {
        Ask::Pool => (pool(&url), vec![SUCCESS, WRONG_SECRET, "--cases", "2"]),
        Ask::Scenario(id) => (pool(&url), vec![id, "--cases", "8"]),
        Ask::Guard(id) => (service(&url), vec![id, "--cases", "4"]),
        Ask::Management => (made(&url), vec![SUCCESS, "--cases", "2"]),
    };
    sandbox.write("targets.toml", &settings);
    let timeout = format!("timeout={seconds}");
    let fixed = [
        "run",
        "-t",
        "it",
        "--set",
        &timeout,
        "-vv",
        "--report",
        "json,junit,markdown",
        "--report-dir",
        "reports",
    ];
    let mut command = sandbox.poolproof(&[&fixed[..], &args].concat());
    let ran = Running::start(command.env("SSL_CERT_FILE", authority)).wait();
    let report = sandbox.report();
    Outcome { sandbox, ran, report }
}

fn pool(url: &str) -> String {
    format!("[target.it]\nkind = \"emulator\"\nendpoint = \"{url}\"\nfixture = \"fixture.json\"\n")
}

fn made(url: &str) -> String {
    format!("[target.it]\nkind = \"emulator\"\nendpoint = \"{url}\"\nfixture = \"provision\"\n")
}

fn service(url: &str) -> String {
    format!(
        "[target.it]\nkind = \"service\"\n\n[[target.it.guard]]\nname = \"all\"\nprofile = \"resource-server\"\n\
         url = \"{url}/\"\necho = \"/claims\"\nstrict = true\n"
    )
}

/// What is known on the pool.
fn fixture() -> String {
    let api = |scope: &str| format!("https://api.poolproof.test/{scope}");
    serde_json::json!({
        "schema": 1, "region": "us-east-1", "pool": { "id": POOL },
        "resource-server": { "identifier": "https://api.poolproof.test", "scopes": ["read", "write", "admin"] },
        "client": {
            "machine": {
                "id": CLIENT, "secret": SECRET, "flows": ["client_credentials"],
                "scopes": [api("read"), api("write"), api("admin")],
            },
            "machine-narrow": {
                "id": "narrow", "secret": "zyxwvutsrqponmlkjihgfedcba9876543210zyxwvutsrqponml",
                "flows": ["client_credentials"], "scopes": [api("read")],
            },
            "web": {
                "id": "web", "secret": "webwvutsrqponmlkjihgfedcba9876543210zyxwvutsrqponml", "flows": ["code"],
                "callbacks": ["https://app.poolproof.test/callback", "https://app.poolproof.test/other"],
                "logouts": ["https://app.poolproof.test/out"], "scopes": ["openid", "email", "profile"],
            },
            "public": {
                "id": "public", "flows": ["code"], "scopes": ["openid", "email", "profile"],
                "callbacks": ["https://app.poolproof.test/callback", "https://app.poolproof.test/other"],
            },
        },
        "user": { "main": { "username": "jane", "password": "Password-of-jane-1", "email": "jane@poolproof.test" } },
    })
    .to_string()
}
