//! A REST API of API Gateway with a `COGNITO_USER_POOLS` authorizer.

pub mod audience;
pub mod backend;
pub mod cors;
pub mod issuer;
pub mod key_and_policy;
pub mod revocation;
pub mod route;
pub mod scopes;
pub mod size;
pub mod time;
pub mod token;
pub mod transport;

use poolproof_harness::prelude::*;

const NO_SCOPES: Need = Need::Guard(GuardNeed::NoScopes);
const SCOPES: Need = Need::Guard(GuardNeed::Scopes);
const TAKES_ID: Need = Need::Guard(GuardNeed::Takes(TokenKind::Id));

/// Whether the request is let in, and the status.
const STATUS: &[Field] = &[Field::Admitted, Field::Status];
/// The same with the text of a refusal, where its header fields are not known.
const TEXT: &[Field] = &[Field::Admitted, Field::Status, Field::Body];
/// The same with the kind of error.
const REFUSAL: &[Field] = &[Field::Admitted, Field::Status, ERROR_TYPE, Field::Body];
/// The header field with the kind of error.
const ERROR_TYPE: Field = Field::Header("x-amzn-errortype");

/// The request as it is or with what makes no difference: a parameter that nobody knows, and where a browser comes from.
fn around(request: Request) -> BoxedStrategy<Request> {
    let parameter = ("x_[a-z]{1,12}", "[A-Za-z0-9._~-]{0,20}");
    (prop::option::of(parameter), prop::option::of(origin()))
        .prop_map(move |(parameter, origin)| {
            let request = match parameter {
                Some((name, value)) => request.clone().param(&name, value),
                None => request.clone(),
            };
            match origin {
                Some(origin) => request.header("Origin", origin),
                None => request,
            }
        })
        .boxed()
}

/// A genuine token, after a good one was let in.
fn genuine(genuine: Genuine) -> BoxedStrategy<Case> {
    around(Request::guarded(Jwt::genuine(genuine))).prop_map(Case::guarded).boxed()
}

/// One of these tokens, after a good one was let in.
fn forged(tokens: BoxedStrategy<Jwt>) -> BoxedStrategy<Case> {
    tokens.prop_map(|jwt| Case::guarded(Request::guarded(jwt.clone())).input("token", jwt)).boxed()
}

/// A request to a guard that is special, by itself.
fn alone(request: Request) -> BoxedStrategy<Case> {
    around(request).prop_map(Case::one).boxed()
}

/// A text that could be a token and is none of the pool's.
fn no_token() -> BoxedStrategy<String> {
    prop_oneof![jwt_like(), "[A-Za-z0-9._~-]{1,60}"].boxed()
}
