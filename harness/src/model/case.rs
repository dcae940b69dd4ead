//! One generated input with the steps that bring it to the target.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use super::api_call::{ApiCall, ClientSettings, Operation};
use super::endpoint::Endpoint;
use super::jwt::Jwt;
use super::request::Request;
use super::value::Value;

/// One generated input and its request steps. It carries no expectation, and it can be stored and sent again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Case {
    /// What was generated, by name: shown with a failure, and kept out of observations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
    /// The steps, done one after the other.
    pub steps: Vec<Step>,
}

/// One thing that is done to the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Names the step within its case.
    pub name: String,
    /// Why it is done.
    pub purpose: Purpose,
    /// What is done.
    pub action: Action,
    /// What is kept of the answer for later steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<Capture>,
    /// Whether other cases may use what it brought, because none of them uses it up. See [`Case::shared`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub shared: bool,
    /// Whether a setup step has to redirect, where it would have to succeed otherwise.
    #[serde(default, skip_serializing_if = "is_false")]
    pub redirects: bool,
}

/// Why a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Brings the target into the state that the probe needs. If it does not succeed, the case proves nothing.
    Setup,
    /// Done whatever it leads to; its answer is not watched.
    Attempt,
    /// Its answer is what the scenario watches.
    Probe,
    /// Done at the end whatever came before it; its outcome does not matter.
    Cleanup,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// One HTTP request.
    Send(Request),
    /// A sign-in over HTTP, as a browser would do it, up to the redirect to the callback. As a probe it may end
    /// anywhere.
    SignIn(SignIn),
    /// One call of the management API.
    Api(ApiCall),
    /// A moment without requests, in milliseconds.
    Pause(u64),
    /// One HTTP request, sent again and again until it is refused, for a few seconds at most: what was changed may take
    /// effect late.
    UntilRefused(Request),
}

/// A sign-in from the authorization endpoint to the callback. It keeps `code` and `state`, and the tokens of the
/// implicit grant, under their names, each with the prefix given. It begins without cookies, and its cookies become
/// those of the case's browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignIn {
    /// The parameters of the authorization request, `response_type` and all.
    pub params: Vec<(String, Value)>,
    /// The callback at which the walk ends.
    pub redirect_uri: Value,
    /// Who signs in.
    pub username: Value,
    /// With which password.
    pub password: Value,
    /// Comes before the names of what is captured; empty for a case with one sign-in.
    #[serde(default)]
    pub prefix: String,
    /// Where it begins, if not at the authorization endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins_at: Option<Endpoint>,
    /// What is left out when the form with the password is submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub omits: Option<Omission>,
    /// Whether it is a sign-in at the domain of the other pool.
    #[serde(default, skip_serializing_if = "is_false")]
    pub at_other_pool: bool,
}

/// What a sign-in leaves out that a browser would send with the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Omission {
    /// Every field whose name contains this text, in any letter case.
    Fields(String),
    /// All cookies.
    Cookies,
    /// The submission itself: the walk ends at the page that asks for the password.
    Submission,
}

impl SignIn {
    /// The request with which it begins.
    pub fn start(&self) -> Request {
        let begins_at = self.begins_at.unwrap_or(Endpoint::Authorize);
        let bare = Request { to_other_pool: self.at_other_pool, ..Request::get(begins_at) };
        self.params.iter().fold(bare, |request, (name, value)| request.param(name, value.clone()))
    }

    /// The authorization request with these parameters, answered by a user of the fixture.
    pub fn new(params: Vec<(String, Value)>, redirect_uri: Value, user: &str) -> Self {
        Self {
            params,
            redirect_uri,
            username: Value::fixture(&format!("user.{user}.username")),
            password: Value::fixture(&format!("user.{user}.password")),
            prefix: String::new(),
            begins_at: None,
            omits: None,
            at_other_pool: false,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What is kept of an answer, and under which name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capture {
    /// The name for later steps.
    pub name: String,
    /// Where it comes from.
    pub from: Source,
}

/// Where a captured value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A string member of a JSON object.
    Json(String),
    /// A parameter of the URL that a redirect leads to, in its query or its fragment.
    Redirect(String),
}

impl Case {
    /// A case of one request, which is its probe.
    pub fn one(request: Request) -> Self {
        Self::default().probe("probe", request)
    }

    /// A case for a guard: first a good token, which has to be let in because the rest proves nothing otherwise, then
    /// the probe.
    pub fn guarded(probe: Request) -> Self {
        Self::default().good_token().probe("probe", probe)
    }

    /// Adds the positive control of a guard: a good token. It is sent once a minute for all cases that begin with it.
    #[must_use]
    pub fn good_token(self) -> Self {
        self.setup("good-token", Request::guarded(Jwt::good()), &[]).shared()
    }

    /// Every value that its requests and sign-ins send.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.steps.iter().flat_map(|step| -> Vec<&Value> {
            match &step.action {
                Action::Send(request) | Action::UntilRefused(request) => request.values().collect(),
                Action::SignIn(sign_in) => {
                    let params = sign_in.params.iter().map(|(_, value)| value);
                    params.chain([&sign_in.redirect_uri, &sign_in.username, &sign_in.password]).collect()
                }
                Action::Api(_) | Action::Pause(_) => Vec::new(),
            }
        })
    }

    /// Notes a generated input, to be shown with a failure.
    #[must_use]
    pub fn input(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.inputs.insert(name.to_owned(), value.to_string());
        self
    }

    /// Adds a request that must succeed, keeping these JSON members of its answer under `<step>.<member>`.
    #[must_use]
    pub fn setup(self, name: &str, request: Request, keep: &[&str]) -> Self {
        let captures = keep
            .iter()
            .map(|member| Capture {
                name: format!("{name}.{member}"),
                from: Source::Json((*member).to_owned()),
            })
            .collect();
        self.step(name, Purpose::Setup, Action::Send(request), captures)
    }

    /// Adds a request that must redirect, keeping these parameters of where it leads to under `<step>.<parameter>`.
    #[must_use]
    pub fn redirected(mut self, name: &str, request: Request, keep: &[&str]) -> Self {
        let captures = keep
            .iter()
            .map(|parameter| Capture {
                name: format!("{name}.{parameter}"),
                from: Source::Redirect((*parameter).to_owned()),
            })
            .collect();
        self = self.step(name, Purpose::Setup, Action::Send(request), captures);
        self.steps.iter_mut().rev().take(1).for_each(|step| step.redirects = true);
        self
    }

    /// Adds a request whose outcome does not matter.
    #[must_use]
    pub fn attempt(self, name: &str, request: Request) -> Self {
        self.step(name, Purpose::Attempt, Action::Send(request), Vec::new())
    }

    /// Adds a request whose outcome does not matter, keeping those of these JSON members that come under
    /// `<step>.<member>`. Where it needs something that did not come, it is left out.
    #[must_use]
    pub fn attempt_keeping(self, name: &str, request: Request, keep: &[&str]) -> Self {
        let mut case = self.setup(name, request, keep);
        if let Some(step) = case.steps.last_mut() {
            step.purpose = Purpose::Attempt;
        }
        case
    }

    /// Adds a request whose answer is watched.
    #[must_use]
    pub fn probe(self, name: &str, request: Request) -> Self {
        self.step(name, Purpose::Probe, Action::Send(request), Vec::new())
    }

    /// Adds a sign-in; it keeps `code` and `state`.
    #[must_use]
    pub fn sign_in(self, sign_in: SignIn) -> Self {
        let name = format!("{}sign-in", sign_in.prefix);
        self.step(&name, Purpose::Setup, Action::SignIn(sign_in), Vec::new())
    }

    /// Adds a sign-in whose end is watched, wherever it is.
    #[must_use]
    pub fn probe_sign_in(self, name: &str, sign_in: SignIn) -> Self {
        self.step(name, Purpose::Probe, Action::SignIn(sign_in), Vec::new())
    }

    /// Adds a sign-in that may end anywhere.
    #[must_use]
    pub fn attempt_sign_in(self, name: &str, sign_in: SignIn) -> Self {
        self.step(name, Purpose::Attempt, Action::SignIn(sign_in), Vec::new())
    }

    /// Adds a call of the management API whose result is watched: what it returns is looked at like the members of a
    /// JSON answer with status 200.
    #[must_use]
    pub fn probe_api(self, name: &str, call: ApiCall) -> Self {
        self.step(name, Purpose::Probe, Action::Api(call), Vec::new())
    }

    /// Adds a moment without requests, in milliseconds.
    #[must_use]
    pub fn pause(self, millis: u64) -> Self {
        self.step("pause", Purpose::Setup, Action::Pause(millis), Vec::new())
    }

    /// Adds a request that is sent until it is refused, or a few seconds are over: a change may take effect late. What
    /// it comes to does not matter.
    #[must_use]
    pub fn until_refused(self, name: &str, request: Request) -> Self {
        self.step(name, Purpose::Attempt, Action::UntilRefused(request), Vec::new())
    }

    /// Marks all steps so far as shared: cases that begin with the very same steps need not do them again for a minute.
    /// Only for what no case uses up or takes away, such as the tokens of a user who stays, and not a code. Where the probe
    /// is among them, scenarios that look at the same answer take it once.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.steps.iter_mut().for_each(|step| step.shared = true);
        self
    }

    /// Adds a call of the management API.
    #[must_use]
    pub fn api(self, call: ApiCall) -> Self {
        let name = call.operation().name();
        self.api_named(name, call)
    }

    /// The same under a name of its own, where a case makes two calls of one operation.
    #[must_use]
    pub fn api_named(self, name: &str, call: ApiCall) -> Self {
        self.step(name, Purpose::Setup, Action::Api(call), Vec::new())
    }

    /// Adds a call of the management API that is made at the end, whatever came before it.
    #[must_use]
    pub fn cleanup(self, name: &str, call: ApiCall) -> Self {
        self.step(name, Purpose::Cleanup, Action::Api(call), Vec::new())
    }

    fn step(mut self, name: &str, purpose: Purpose, action: Action, captures: Vec<Capture>) -> Self {
        self.steps.push(Step {
            name: name.to_owned(),
            purpose,
            action,
            captures,
            shared: false,
            redirects: false,
        });
        self
    }
}
