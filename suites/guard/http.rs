//! An HTTP API of API Gateway with a JWT authorizer.

pub mod audience;
pub mod backend;
pub mod cors;
pub mod headers;
pub mod issuer;
pub mod keys;
pub mod revocation;
pub mod route;
pub mod scopes;
pub mod signature;
pub mod time;
pub mod token;
pub mod transport;

use poolproof_harness::prelude::*;

/// Whether the request was let in, where nothing else is known of the answer.
const ADMITTED: &[Field] = &[Field::Admitted];

/// A refusal of which the challenge is not known.
const REFUSAL: &[Field] = &[Field::Admitted, Field::Status, Field::Body];

/// A refusal of a bad token whose description is not known.
const INVALID: &[Field] = &[
    Field::Admitted,
    Field::Status,
    Field::ChallengeParam("error"),
    Field::HasHeader("apigw-requestid"),
    Field::Body,
];

/// A refusal of a bad token whose description is known.
const DESCRIBED: &[Field] = &[
    Field::Admitted,
    Field::Status,
    Field::ChallengeParam("error"),
    Field::ChallengeParam("error_description"),
    Field::HasHeader("apigw-requestid"),
    Field::Body,
];

/// A need of the guard.
const fn guard(need: GuardNeed) -> Need {
    Need::Guard(need)
}

/// A genuine token that there has to be.
const fn token(genuine: Genuine) -> Need {
    guard(GuardNeed::Token(genuine))
}

/// A guard with something special.
const fn situation(name: &'static str) -> Need {
    guard(GuardNeed::Situation(name))
}

/// The harness has to be the issuer.
const ISSUER_KEY: Need = guard(GuardNeed::IssuerKey);

/// This request with this token after `Bearer`.
fn bearing(request: Request, token: Jwt) -> Request {
    request.header(TOKEN_HEADER, Value::Joined(vec!["Bearer ".into(), token.into()]))
}

/// A case with this token after the control.
fn sent(jwt: Jwt) -> Case {
    let shown = jwt.to_string();
    Case::guarded(Request::guarded(jwt)).input("token", shown)
}

/// A case with any of these tokens after the control, and anything beside it that means nothing.
fn any_of(tokens: BoxedStrategy<Jwt>) -> BoxedStrategy<Case> {
    (tokenless(), tokens)
        .prop_map(|(request, jwt)| {
            let shown = jwt.to_string();
            Case::guarded(bearing(request, jwt)).input("token", shown)
        })
        .boxed()
}

/// A case with this genuine token after the control.
fn genuine(genuine: Genuine) -> BoxedStrategy<Case> {
    any_of(Just(Jwt::genuine(genuine)).boxed())
}

/// A case with this genuine token alone: what is to be let in needs no control, which may be refused for the same reason.
fn only(genuine: Genuine) -> BoxedStrategy<Case> {
    tokenless().prop_map(move |request| Case::one(bearing(request, Jwt::genuine(genuine)))).boxed()
}

/// A request without a token, with anything beside it that means nothing.
fn tokenless() -> BoxedStrategy<Request> {
    let fields = prop_oneof![
        origin().prop_map(|origin| ("Origin", origin)),
        "[A-Za-z0-9]{20,40}".prop_map(|key| ("X-Api-Key", key)),
        "[a-z]{3,8}=[A-Za-z0-9]{1,40}".prop_map(|cookie| ("Cookie", cookie)),
        Just(("Content-Type", "application/json".to_owned())),
    ];
    (prop::option::of(fields), prop::option::of(extra_fields()))
        .prop_map(|(field, extra)| {
            let request = Request::to_guard();
            let request = match field {
                Some((name, value)) => request.header(name, value),
                None => request,
            };
            extra.into_iter().flatten().fold(request, |request, (name, value)| request.param(&name, value))
        })
        .boxed()
}

/// A text that is no token: none of its characters is a dot, or too many are.
fn no_token() -> BoxedStrategy<String> {
    prop_oneof![
        2 => "not-a-token",
        4 => "[A-Za-z0-9_-]{1,60}",
        1 => "[A-Za-z0-9_-]{1,30}(\\.[A-Za-z0-9_-]{1,30}){3,6}",
        1 => prop::sample::select(&["null", "undefined", "token", "{}", "true", "0"][..]).prop_map(str::to_owned),
    ]
    .boxed()
}
