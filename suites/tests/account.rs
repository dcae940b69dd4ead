//! An account to provision in: a double for Cognito, an API Gateway of our own before it, and a trap that kills whoever
//! makes a certain call, before it has an effect or before its answer is heard.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::front::{Front, asked_upstream, body_of};
use crate::support::{Double, Sandbox, files_below};

/// When a call is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It never gets there.
    Before,
    /// It is done, and nobody hears the answer.
    After,
    /// It is done a while after its caller is dead.
    Late,
}

/// How long a late call takes. Removal waits longer for what may still appear.
const LATE: Duration = Duration::from_millis(150);

/// The calls that create or delete what has to be removed.
const CHANGES: [&str; 4] =
    ["CreateUserPool", "CreateUserPoolDomain", "DeleteUserPoolDomain", "DeleteUserPool"];

#[derive(Default)]
struct State {
    /// Name of each API, by id. Those of HTTP APIs begin with `h`.
    apis: BTreeMap<String, String>,
    made: usize,
    /// The changes that were asked for since the trap was set.
    changes: Vec<String>,
    trap: Option<(usize, Moment)>,
    /// Who is killed by the trap.
    caller: Option<u32>,
    sprung: bool,
    /// What was about to be created although no journal names it.
    unannounced: Vec<String>,
}

/// The account, until it is dropped.
pub(crate) struct Account {
    front: Front,
    double: Double,
    state: Arc<Mutex<State>>,
    _beside: Sandbox,
}

impl Account {
    /// One whose users keep their journals in this folder.
    pub(crate) fn open(journals: PathBuf) -> Self {
        let beside = Sandbox::new();
        let double = Double::start(&beside, &[], 0);
        let upstream = double.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let front = Front::start(move |request| {
            let (upstream, state, journals) = (upstream.clone(), Arc::clone(&shared), journals.clone());
            async move { answer(&upstream, &state, &journals, request).await }
        });
        Self { front, double, state, _beside: beside }
    }

    pub(crate) fn url(&self) -> &str {
        &self.front.url
    }

    /// Cuts off the change with this number, counted from now on.
    pub(crate) fn trap(&self, number: usize, moment: Moment) {
        let mut state = self.state.lock().unwrap();
        (state.trap, state.changes, state.sprung) = (Some((number, moment)), Vec::new(), false);
    }

    /// Who is killed by it.
    pub(crate) fn caller(&self, id: u32) {
        self.state.lock().unwrap().caller = Some(id);
    }

    /// Takes the trap away; answers with the changes since it was set, and whether it was sprung.
    pub(crate) fn untrap(&self) -> (Vec<String>, bool) {
        let mut state = self.state.lock().unwrap();
        state.trap = None;
        (std::mem::take(&mut state.changes), state.sprung)
    }

    /// What is there beside the pools that the double begins with.
    pub(crate) fn left(&self, seeded: &[&str]) -> Vec<String> {
        let pools = self.double.pools().into_iter().filter(|pool| !seeded.contains(&pool.as_str()));
        pools.chain(self.state.lock().unwrap().apis.values().cloned()).collect()
    }

    /// What was created without having been written down before.
    pub(crate) fn unannounced(&self) -> Vec<String> {
        self.state.lock().unwrap().unannounced.clone()
    }
}

/// An emulator that one of our scripts started, until it is dropped.
pub(crate) struct Emulator {
    pub(crate) url: String,
    id: String,
}

impl Emulator {
    /// Starts it on a free port; the first time it is installed.
    pub(crate) fn start(script: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/launch").join(script);
        let started =
            Command::new("bash").arg(path).arg("--detach").env("PORT", port.to_string()).output().unwrap();
        let said = String::from_utf8_lossy(&started.stdout).into_owned();
        assert!(started.status.success(), "{said}{}", String::from_utf8_lossy(&started.stderr));
        let of =
            |name: &str| said.split_whitespace().find_map(|word| word.strip_prefix(name)).unwrap().to_owned();
        Self { url: of("url="), id: of("pid=") }
    }

    /// The names of its pools and APIs.
    pub(crate) fn names(&self) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let list = http
                .post(&self.url)
                .header("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
                .header("Content-Type", "application/x-amz-json-1.1")
                .body(r#"{"MaxResults":60}"#);
            let pools: Json = list.send().await.unwrap().json().await.unwrap();
            let mut names = named(&pools["UserPools"], "Name");
            // By the credentials it tells the services apart.
            for (path, service, list) in [("/restapis", "apigateway", "item"), ("/v2/apis", "apigateway", "items")] {
                let scope = format!("AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0");
                let asked = http.get(format!("{}{path}", self.url)).header("Authorization", scope);
                let apis: Json = asked.send().await.unwrap().json().await.unwrap();
                assert!(apis[list].is_array(), "{path}: {apis}");
                names.extend(named(&apis[list], "name"));
            }
            names
        })
    }
}

fn named(list: &Json, member: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[member].as_str().unwrap_or_default().to_owned()).collect()
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(&self.id).status();
    }
}

async fn answer(upstream: &str, state: &Mutex<State>, journals: &Path, request: Vec<u8>) -> Vec<u8> {
    let head =
        String::from_utf8_lossy(&request[..request.len() - body_of(&request).unwrap().len()]).into_owned();
    let body: Json = serde_json::from_slice(body_of(&request).unwrap()).unwrap_or_default();
    let line = head.lines().next().unwrap_or_default().to_owned();
    let operation = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase().starts_with("x-amz-target:").then(|| line.rsplit('.').next())
        })
        .flatten()
        .unwrap_or_default()
        .to_owned();
    let gateway = ["/restapis", "/v2/apis"].iter().any(|path| line.contains(path));
    let whole_api = gateway
        && line.split([' ', '?']).nth(1).unwrap().matches('/').count()
            <= 2 + usize::from(line.contains("/v2/"));
    let change = match line.split(' ').next().unwrap_or_default() {
        method @ ("POST" | "DELETE") if whole_api => Some(format!("{method} API")),
        _ => CHANGES.contains(&operation.as_str()).then(|| operation.clone()),
    };
    let mut cut = None;
    if let Some(change) = change {
        let mut state = state.lock().unwrap();
        let created = ["PoolName", "name", "Domain"].into_iter().find_map(|key| body[key].as_str());
        if let (Some(name), true) = (created, !change.starts_with("Delete")) {
            let announced = files_below(journals)
                .iter()
                .any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(name)));
            if !announced {
                state.unannounced.push(name.to_owned());
            }
        }
        state.changes.push(change);
        let number = state.changes.len() - 1;
        cut = state.trap.filter(|(wanted, _)| *wanted == number).map(|(_, moment)| moment);
        if cut.is_some() && cut != Some(Moment::After) {
            spring(&mut state);
        }
    }
    match cut {
        Some(Moment::Before) => return Vec::new(),
        Some(Moment::Late) => tokio::time::sleep(LATE).await,
        Some(Moment::After) | None => {}
    }
    let answered = if gateway {
        api_gateway(&mut state.lock().unwrap(), &line, &body)
    } else {
        asked_upstream(upstream, &request).await
    };
    if cut == Some(Moment::After) {
        spring(&mut state.lock().unwrap());
        return Vec::new();
    }
    answered
}

/// Kills the caller; it is dead when this returns, or as good as.
fn spring(state: &mut State) {
    if let Some(id) = state.caller.take() {
        let killed = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        state.sprung = killed.is_ok_and(|status| status.success());
    }
}

/// As much of API Gateway as makes and deletes APIs.
fn api_gateway(state: &mut State, line: &str, body: &Json) -> Vec<u8> {
    let (method, path) = line.split_once(' ').unwrap();
    let path = path.split([' ', '?']).next().unwrap();
    let rest = path.starts_with("/restapis");
    let base = if rest { "/restapis" } else { "/v2/apis" };
    let parts: Vec<&str> = path.trim_start_matches(base).split('/').filter(|part| !part.is_empty()).collect();
    match (method, parts.as_slice()) {
        ("GET", []) => {
            let (list, id) = if rest { ("item", "id") } else { ("items", "apiId") };
            let of_kind = state.apis.iter().filter(|(api, _)| api.starts_with('h') != rest);
            let items: Vec<Json> = of_kind.map(|(api, name)| json!({ id: api, "name": name })).collect();
            said(200, &json!({ list: items }))
        }
        ("POST", []) => {
            state.made += 1;
            let id = format!("{}{}", if rest { "r" } else { "h" }, state.made);
            state.apis.insert(id.clone(), body["name"].as_str().unwrap_or_default().to_owned());
            said(201, &json!({ "id": id, "apiId": id, "rootResourceId": "root" }))
        }
        ("DELETE", [id]) => match state.apis.remove(*id) {
            Some(_) => said(202, &json!({})),
            None => said(404, &json!({ "__type": "NotFoundException", "message": "" })),
        },
        (_, [_, "authorizers"]) | ("PUT", [.., "GET"]) | ("POST", [_, "routes"]) => {
            let mut kept = body.clone();
            (kept["id"], kept["authorizerId"]) = (json!("auth"), json!("auth"));
            said(201, &kept)
        }
        _ => said(200, &json!({ "id": "thing", "integrationId": "integration" })),
    }
}

fn said(status: u16, body: &Json) -> Vec<u8> {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} As asked\r\nContent-Type: application/json\r\nx-amzn-errortype: {}\r\n",
        if status == 404 { "NotFoundException" } else { "" }
    );
    format!("{head}Connection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
