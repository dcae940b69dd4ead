//! Tokens that a guard is to refuse, class by class. Each class shrinks to its first variant.
//!
//! Those of `key` and `shape` need no key of the issuer and can be forged from any good token; those of `signed` are
//! signed by the issuer, so that what was changed is all that is wrong. Put together they are visible ASCII, except
//! where a class is about blanks and line breaks.

mod key;
mod shape;
mod signed;

pub use key::{
    absent_kid, alg_none, duplicate_claim, empty_kid, foreign_key, hmac_public_key, path_kid, points_to_key,
    tampered, unknown_kid,
};
pub use shape::{
    doubled_segment, five_parts, garbage, huge, nested, newline_inside, not_json, not_three_parts, reencoded,
    reencoded_signature, truncated, two_parts, whitespace_inside,
};
pub use signed::{
    expired_by, issued_in_future, listed_client, missing, not_yet_valid, scope_lookalikes, token_use,
    wrong_alg, wrong_client, wrong_issuer, wrong_type,
};

use proptest::prelude::*;

use super::turn::in_turn;
use crate::model::jwt::{Change, Damage, Jwt, Signer};

/// A good token with these changes.
fn good(changes: impl IntoIterator<Item = Change>) -> Jwt {
    changes.into_iter().fold(Jwt::good(), Jwt::with)
}

/// Any of these, the first one being the simplest.
fn one_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

/// Each of these in turn.
fn each_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> BoxedStrategy<T> {
    in_turn(all.into_iter().map(|one| Just(one).boxed()).collect())
}

fn texts(all: &[&str]) -> impl Strategy<Value = String> + use<> {
    one_of(all.iter().map(|text| (*text).to_owned()).collect())
}

fn foreign(alg: &str) -> Change {
    Change::Signed(Signer::Foreign(alg.to_owned()))
}

fn damaged(damage: impl Strategy<Value = Damage> + 'static) -> BoxedStrategy<Jwt> {
    damage.prop_map(|damage| good([Change::Damaged(damage)])).boxed()
}

#[cfg(test)]
mod tests;
