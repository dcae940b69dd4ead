//! stub

use crate::answer::Answer;
use crate::call::Call;
use crate::state::State;

/// The answer of a guarded URL of this kind.
pub(crate) fn answer(_call: &Call<'_>, _state: &mut State, _name: &str) -> Answer {
    Answer::empty(404)
}
