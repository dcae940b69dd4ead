//! As much of the management API as guards need, with a memory, and with faults of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The call does what it should, and the answer is lost.
    AnswerLost(&'static str),
    /// The call is refused.
    Refused(&'static str),
    /// What the method needs is forgotten at once.
    ScopesDropped,
    /// Deletions are throttled so many times.
    Throttled(usize),
    /// There is no API Gateway: this status with this text for all that is not Cognito.
    NoGateway(u16, &'static str),
}

#[derive(Default)]
struct State {
    faults: Vec<Fault>,
    /// Name and tag of each API, by id. Those of HTTP APIs begin with `h`.
    apis: BTreeMap<String, (String, Option<String>)>,
    made: usize,
    throttled: usize,
    calls: Vec<(String, Value)>,
}

#[derive(Clone, Default)]
pub(crate) struct Gateway(Arc<Mutex<State>>);

impl Gateway {
    /// Starts a server for it.
    pub(crate) async fn start(faults: &[Fault]) -> (Self, MockServer) {
        let gateway = Self::default();
        gateway.0.lock().expect("no panic").faults = faults.to_vec();
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(gateway.clone()).mount(&server).await;
        (gateway, server)
    }

    /// Puts an API there that somebody else made.
    pub(crate) fn add(&self, id: &str, name: &str) {
        self.0.lock().expect("no panic").apis.insert(id.to_owned(), (name.to_owned(), None));
    }

    /// The ids of the APIs that are there.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.lock().expect("no panic").apis.keys().cloned().collect()
    }

    /// Name and tag of an API.
    pub(crate) fn api(&self, id: &str) -> (String, Option<String>) {
        self.0.lock().expect("no panic").apis[id].clone()
    }

    /// What was sent to API Gateway: method and path, and the body.
    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        self.0.lock().expect("no panic").calls.clone()
    }
}

impl Respond for Gateway {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if let Some(target) = request.headers.get("x-amz-target") {
            return ResponseTemplate::new(200).set_body_json(cognito(target.to_str().unwrap_or(""), &body));
        }
        let state = &mut *self.0.lock().expect("no panic");
        let call = format!("{} {}", request.method, request.url.path());
        state.calls.push((call.clone(), body.clone()));
        let absent = state.faults.iter().find_map(|fault| match fault {
            Fault::NoGateway(status, text) => Some((*status, *text)),
            _ => None,
        });
        if let Some((status, text)) = absent {
            return ResponseTemplate::new(status).set_body_string(text);
        }
        let names = |part: &str| call.contains(part);
        if state.faults.iter().any(|fault| matches!(fault, Fault::Refused(part) if names(part))) {
            return error(400, "BadRequestException");
        }
        let answer = state.answer(request.method.as_str(), request.url.path(), &body);
        if state.faults.iter().any(|fault| matches!(fault, Fault::AnswerLost(part) if names(part))) {
            return ResponseTemplate::new(500);
        }
        answer
    }
}

impl State {
    fn answer(&mut self, method: &str, path: &str, body: &Value) -> ResponseTemplate {
        let rest = path.starts_with("/restapis");
        let base = if rest { "/restapis" } else { "/v2/apis" };
        let parts: Vec<&str> =
            path.trim_start_matches(base).split('/').filter(|part| !part.is_empty()).collect();
        match (method, parts.as_slice()) {
            ("GET", []) => {
                let key = if rest { "item" } else { "items" };
                let id = if rest { "id" } else { "apiId" };
                let of_kind = self.apis.iter().filter(|(id, _)| id.starts_with('h') != rest);
                let items = of_kind.map(|(api, (name, tag))| json!({id: api, "name": name, "tags": {"poolproof": tag.as_deref().unwrap_or("")}}));
                ok(&json!({key: items.collect::<Vec<_>>()}))
            }
            ("POST", []) => {
                self.made += 1;
                let id = format!("{}{}", if rest { "r" } else { "h" }, self.made);
                let tag = body["tags"]["poolproof"].as_str().map(ToOwned::to_owned);
                self.apis.insert(id.clone(), (body["name"].as_str().unwrap_or("").to_owned(), tag));
                ok(&json!({"id": id, "apiId": id, "rootResourceId": "root"}))
            }
            ("DELETE", [id]) => {
                let limit = self.faults.iter().find_map(|fault| match fault {
                    Fault::Throttled(times) => Some(*times),
                    _ => None,
                });
                if limit.is_some_and(|limit| self.throttled < limit) {
                    self.throttled += 1;
                    return error(429, "TooManyRequestsException");
                }
                match self.apis.remove(*id) {
                    Some(_) => ResponseTemplate::new(202),
                    None => error(404, "NotFoundException"),
                }
            }
            (_, [_, "authorizers"]) => {
                let mut answer = body.clone();
                answer["id"] = json!("auth");
                answer["authorizerId"] = json!("auth");
                ok(&answer)
            }
            ("PUT", [.., "GET"]) | ("POST", [_, "routes"]) => {
                let mut answer = body.clone();
                if self.faults.contains(&Fault::ScopesDropped) {
                    answer["authorizationScopes"] = json!([]);
                }
                ok(&answer)
            }
            _ => ok(&json!({"id": "thing", "integrationId": "integration"})),
        }
    }
}

fn cognito(target: &str, body: &Value) -> Value {
    if target.ends_with("DescribeUserPool") {
        let pool = body["UserPoolId"].as_str().unwrap_or("");
        return json!({"UserPool": {"Arn": format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}")}});
    }
    json!({"UserPools": []})
}

fn ok(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

fn error(status: u16, code: &str) -> ResponseTemplate {
    let body = json!({"message": "as asked"});
    ResponseTemplate::new(status).insert_header("x-amzn-errortype", code).set_body_json(body)
}
