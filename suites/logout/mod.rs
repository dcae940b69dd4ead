//! `GET /logout`: where it leads, what it refuses, and what it ends.

pub mod redirect;
pub mod refused;
pub mod session;

use poolproof_harness::prelude::*;

const LOGOUT: Need = Need::Endpoint(Endpoint::Logout);

/// What is needed to ask for a sign-out at either client.
const CLIENTS: &[Need] = &[LOGOUT, Need::Client("web"), Need::Client("public")];

/// The sign-out URL that a role is registered with.
fn logout_uri(role: &str) -> Value {
    Value::fixture(&format!("client.{role}.logout.0"))
}

/// A sign-out with these parameters.
fn sign_out(params: Vec<(&'static str, Value)>) -> Request {
    params
        .into_iter()
        .fold(Request::get(Endpoint::Logout), |request, (name, value)| request.param(name, value))
}

/// The parameters of a sign-out that leads to a sign-out URL.
fn to_url(role: &str, logout_uri: Value) -> Vec<(&'static str, Value)> {
    vec![("client_id", Value::client_id(role)), ("logout_uri", logout_uri)]
}

/// The parameters of a sign-out that leads to a new sign-in with this callback.
fn to_sign_in(role: &str, redirect_uri: Value) -> Vec<(&'static str, Value)> {
    vec![
        ("client_id", Value::client_id(role)),
        ("response_type", "code".into()),
        ("redirect_uri", redirect_uri),
    ]
}
