//! What the suites of the pages share: what a browser asks for, and what is noted of it.

use poolproof_harness::prelude::*;

use crate::flow::{sign_in, with_param};

/// The clients at which users of the pool sign in, with and without a secret.
const ROLES: &[&str] = &["web", "public"];

/// The role of a client at which users sign in.
pub(crate) fn role() -> impl Strategy<Value = &'static str> {
    prop::sample::select(ROLES)
}

/// What an application sends a browser with: at a client with or without a secret, back to either of its callbacks, with
/// any scopes and a plain state, in every order. What odd states come to is the business of `authorize::params`.
pub(crate) fn asked() -> BoxedStrategy<SignIn> {
    (role(), 0_usize..2, crate::flow::web_scopes(), "[A-Za-z0-9._~-]{8,24}", order())
        .prop_map(|(role, index, scopes, state, order)| {
            let callback = Value::callback(role, index);
            let asked = with_param(sign_in(role, &scopes), "redirect_uri", callback.clone());
            let asked = with_param(asked, "state", state.into());
            SignIn { params: order.of(asked.params), redirect_uri: callback, ..asked }
        })
        .boxed()
}

/// The request of a browser with these parameters.
pub(crate) fn visit(endpoint: Endpoint, asked: &SignIn) -> Request {
    let params = asked.params.iter();
    params.fold(Request::get(endpoint), |request, (name, value)| request.param(name, value.clone()))
}

/// Notes with a case what is asked for.
pub(crate) fn noted(case: Case, asked: &SignIn) -> Case {
    ["client_id", "redirect_uri", "scope", "state"].into_iter().fold(case, |case, name| {
        match asked.params.iter().find(|(present, _)| present == name) {
            Some((_, value)) => case.input(name, value),
            None => case,
        }
    })
}
