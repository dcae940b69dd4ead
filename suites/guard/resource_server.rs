//! A service that verifies tokens itself.
//!
//! What matters is whether it lets a request in. How it refuses is compared too, with what RFC 6750 says; but services are
//! free in much of that, so that a difference there alone is only reported (`strict = false`).

pub mod alg;
pub mod client;
pub mod cors;
pub mod format;
pub mod issuer;
pub mod key;
pub mod keys;
pub mod revocation;
pub mod robust;
pub mod scope;
pub mod time;
pub mod token_use;
pub mod transport;

use poolproof_harness::prelude::*;

/// What is watched of a refusal (RFC 6750 section 3.1).
const REFUSED: &[Field] = &[
    Field::Admitted,
    Field::Status,
    Field::HeaderContains("www-authenticate", "Bearer"),
    Field::ChallengeParam("error"),
];

/// What is watched where it is open how a service refuses, or where it does not.
const STATUS: &[Field] = &[Field::Admitted, Field::Status];

/// The harness is the issuer: what it signs is wrong in one thing alone.
const KEY: Need = Need::Guard(GuardNeed::IssuerKey);
const ACCESS: Need = Need::Guard(GuardNeed::Takes(TokenKind::Access));
const ID: Need = Need::Guard(GuardNeed::Takes(TokenKind::Id));
const AUDIENCE: Need = Need::Guard(GuardNeed::Audience);
const SCOPES: Need = Need::Guard(GuardNeed::Scopes);
const AUTHORIZATION: Need = Need::Guard(GuardNeed::Authorization);

const fn token(genuine: Genuine) -> Need {
    Need::Guard(GuardNeed::Token(genuine))
}

/// What most scenarios share: a good token is let in, then one that is not good is refused.
const REFUSAL: Scenario = Scenario {
    id: "",
    says: "",
    covers: &[],
    needs: &[],
    cases: || Just(Case::default()).boxed(),
    watch: REFUSED,
    effort: Effort::Single,
};

/// Cases of one request with such a token, after a good one.
fn with(tokens: BoxedStrategy<Jwt>) -> BoxedStrategy<Case> {
    tokens.prop_map(case).boxed()
}

/// The case of one request with this token, after a good one.
fn case(token: Jwt) -> Case {
    let shown = token.to_string();
    Case::guarded(Request::guarded(token)).input("token", shown)
}

/// Cases with this genuine token.
fn with_genuine(genuine: Genuine) -> BoxedStrategy<Case> {
    with(Just(Jwt::genuine(genuine)).boxed())
}

/// The same tokens, signed by the issuer in the end.
fn signed(tokens: BoxedStrategy<Jwt>) -> BoxedStrategy<Jwt> {
    tokens.prop_map(Jwt::signed).boxed()
}

/// Any of these texts.
fn any_of(texts: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(texts).prop_map(str::to_owned).boxed()
}
