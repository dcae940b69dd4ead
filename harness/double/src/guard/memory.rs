//! What a guard with a faulty cache remembers of tokens: too little of those that were good, or too much of the others.

use crate::call::Call;
use crate::fault::Fault;
use crate::state::State;

use super::verify::{Claims, object};

/// How many characters of a token count where only its beginning does: the header, and the first claim.
const BEGINNING: usize = 200;

/// The faults of one kind of guard.
pub(super) struct Caches {
    /// The beginning of a token counts.
    pub(super) beginning: Option<Fault>,
    /// Header and claims count, and the signature does not.
    pub(super) message: Option<Fault>,
    /// The `jti` counts.
    pub(super) jti: Option<Fault>,
    /// The token counts, for ever.
    pub(super) outlives: Option<Fault>,
    /// What was refused twice is let in.
    pub(super) third_time: Option<Fault>,
}

impl Caches {
    /// What a check says of a token, unless the guard of this name remembers something else.
    pub(super) fn through<E>(
        &self,
        call: &Call<'_>,
        state: &mut State,
        (place, token): (&str, &str),
        check: impl FnOnce(&mut State) -> Result<Claims, E>,
    ) -> Result<Claims, E> {
        let traces = Traces::of(self, place, token);
        if let Some(claims) = traces.remembered(call, state) {
            return Ok(claims);
        }
        let outcome = check(state);
        if outcome.is_ok() {
            traces.keep(call, state);
            return outcome;
        }
        traces.refused(call, state).map_or(outcome, Ok)
    }
}

/// The traces that a token leaves in one guard, each with the fault of remembering it.
struct Traces {
    place: String,
    token: String,
    known: Vec<(Fault, String)>,
    third_time: Option<Fault>,
}

impl Traces {
    /// Those of this token in the guard of this name.
    fn of(caches: &Caches, place: &str, token: &str) -> Self {
        let message = token.rsplit_once('.').map_or(token, |(message, _)| message);
        let jti = claims(token).and_then(|claims| claims.get("jti").map(ToString::to_string));
        let beginning: String = token.chars().take(BEGINNING).collect();
        let traces = [
            (caches.beginning, Some(beginning).filter(|text| text.len() == BEGINNING), "beginning"),
            (caches.message, Some(message.to_owned()), "message"),
            (caches.jti, jti, "jti"),
            (caches.outlives, Some(token.to_owned()), "token"),
        ];
        Self {
            place: place.to_owned(),
            token: token.to_owned(),
            known: traces
                .into_iter()
                .filter_map(|(fault, trace, kind)| Some((fault?, format!("{place} {kind} {}", trace?))))
                .collect(),
            third_time: caches.third_time,
        }
    }

    /// The claims of a token that is taken for one which was good before: a defect.
    fn remembered(&self, call: &Call<'_>, state: &State) -> Option<Claims> {
        let known = self.known.iter().any(|(fault, trace)| call.has(*fault) && state.seen.contains(trace));
        known.then(|| claims(&self.token).unwrap_or_default())
    }

    /// A token was good.
    fn keep(self, call: &Call<'_>, state: &mut State) {
        state
            .seen
            .extend(self.known.into_iter().filter(|(fault, _)| call.has(*fault)).map(|(_, trace)| trace));
    }

    /// A token was refused. It is let in all the same where that has happened twice before: a defect.
    fn refused(&self, call: &Call<'_>, state: &mut State) -> Option<Claims> {
        if !self.third_time.is_some_and(|fault| call.has(fault)) {
            return None;
        }
        let trace = |time: &str| format!("{} refused {time} {}", self.place, self.token);
        let is_first = state.seen.insert(trace("once"));
        let is_second = !is_first && state.seen.insert(trace("twice"));
        (!is_first && !is_second).then(|| claims(&self.token).unwrap_or_default())
    }
}

fn claims(token: &str) -> Option<Claims> {
    object(token.split('.').nth(1)?)
}
