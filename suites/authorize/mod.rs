//! `GET /oauth2/authorize`: where it leads a browser, and what the browser carries there.

pub mod clients;
pub mod implicit;
pub mod params;
pub mod pkce;
pub mod redirects;
pub mod resource;
pub mod scopes;
pub mod session;

use poolproof_harness::prelude::*;

use crate::flow::{openid, sign_in};

const AUTHORIZE: Need = Need::Endpoint(Endpoint::Authorize);
const MAIN_USER: Need = Need::User("main");

/// Where the browser is led. Wordings and the way of getting there do not matter.
const PLACE: &[Field] = &[Field::LeadsTo];
/// The same with the error that it carries, or that the answer names.
const REFUSAL: &[Field] = &[Field::LeadsTo, Field::Error];

/// What one request of the client `web` needs.
const WEB: &[Need] = &[AUTHORIZE, Need::Client("web")];
/// What a sign-in at the client `web` needs.
const WEB_SIGN_IN: &[Need] = &[AUTHORIZE, Need::Client("web"), Need::SignIn, MAIN_USER];

/// The parameters of an authorization request.
type Params = Vec<(String, Value)>;

/// A request that leads a browser without a session to the sign-in page: scope `openid`, with a proof key.
fn valid(role: &str) -> Params {
    sign_in(role, &openid()).params
}

/// The same parameters with this one set to another value.
fn set(params: Params, name: &str, value: impl Into<Value>) -> Params {
    let mut params = without(params, name);
    params.push((name.to_owned(), value.into()));
    params
}

/// The same parameters without this one.
fn without(mut params: Params, name: &str) -> Params {
    params.retain(|(present, _)| present != name);
    params
}

/// The request of a browser with these parameters.
fn ask(params: Params) -> Request {
    let request = Request::get(Endpoint::Authorize).header("Accept", "text/html,*/*;q=0.8");
    params.into_iter().fold(request, |request, (name, value)| request.param(&name, value))
}

/// The case of one such request, with its parameters in this order.
fn asked(params: Params, order: Order) -> Case {
    Case::one(ask(order.of(params)))
}
