//! An HTTP API of API Gateway with a JWT authorizer (AWS API Gateway guide, "Controlling access to HTTP APIs with JWT
//! authorizers"; `http.*`).

mod answers;
mod api;
mod authorizer;
mod claims;
mod event;

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;
use crate::state::State;
use api::Route;

use super::verify::Claims;

/// What request line and header fields may have together (`http.size.headers-over-10240`).
const MOST_BYTES: usize = 10_240;

/// The answer of a guarded URL of this kind.
pub(crate) fn answer(call: &Call<'_>, state: &mut State, path: &str) -> Answer {
    let id = state.ids.uuid();
    if size(call) > MOST_BYTES && !call.has(Fault::GUARD_HTTP_ANY_SIZE) {
        return answers::refusal(call, 431, "Request Header Fields Too Large", &id);
    }
    match api::route(call, path) {
        // Neither a route nor `$default` (`http.route.not-found`), nor a stage (`http.route.no-stage`).
        Route::None => answers::not_found(call, &id),
        // API Gateway answers by itself (`http.cors.preflight-configured`).
        Route::Preflight => answers::preflight(call, &id),
        Route::Open(api) => event::backend(call, &api, &Claims::new(), &id),
        Route::Guarded(api) => match authorizer::authorize(call, state, &api, path) {
            Ok(claims) => event::backend(call, &api, &claims, &id),
            Err(refusal) => answers::refused(call, &api, &refusal, &id),
        },
    }
}

/// The bytes of request line and header fields, line ends included.
fn size(call: &Call<'_>) -> usize {
    let query = call.request.url.query().map_or(0, |query| query.len() + 1);
    let line = call.method().len() + call.request.url.path().len() + query + " HTTP/1.1  \r\n".len();
    let fields: usize =
        call.request.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    line + fields
}
