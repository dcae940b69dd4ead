//! Guarded URLs: what API Gateway and services of one's own answer to the tokens of the pools, and to those of an issuer
//! that the double was told to trust.

mod http;
mod memory;
mod resource_server;
mod rest;
mod verify;

pub(crate) use verify::{KeySet, key_set};

use crate::answer::Answer;
use crate::call::Call;
use crate::state::State;

/// The answer of a guarded URL, below `/guard`.
pub(crate) fn answer(call: &Call<'_>, state: &mut State) -> Option<Answer> {
    let (kind, name) = call.path.strip_prefix("/guard/")?.split_once('/')?;
    match kind {
        "rest" => Some(rest::answer(call, state, name)),
        "http" => Some(http::answer(call, state, name)),
        "rs" => Some(resource_server::answer(call, state, name)),
        _ => None,
    }
}
