//! The redirect back to the client, with a grant or with an error (RFC 6749 sections 4.1.2 and 4.2.2).

use super::request::{AuthorizationRequest, Flow};
use crate::answer::Answer;
use crate::call::Call;
use crate::claims::{self, IdTokenFor};
use crate::fault::Fault;
use crate::form::{Params, encode};
use crate::state::{Code, Session, SignIn, State};
use crate::token;

/// An error at the callback; `state` comes back (`authorize.state-echo-on-error`).
pub(super) fn refuse(
    call: &Call<'_>,
    redirect_uri: &str,
    query: &Params,
    error: &str,
    description: Option<&str>,
) -> Answer {
    let mut pairs = vec![("error", error)];
    pairs.extend(description.map(|text| ("error_description", text)));
    Answer::redirect(with_state(call, in_query(redirect_uri, &pairs), query.filled("state")))
}

/// What a signed-in user's browser takes to the callback: a code in the query, or tokens in the fragment
/// (`authorize.code-in-query`, `authorize.implicit.openid`).
pub(crate) fn grant_to_user(
    call: &Call<'_>,
    state: &mut State,
    request: &AuthorizationRequest,
    session: &Session,
) -> Answer {
    let sign_in = SignIn {
        origin_jti: state.ids.uuid(),
        pool_id: request.pool_id.clone(),
        client_id: request.client.id.clone(),
        username: session.username.clone(),
        sub: session.sub.clone(),
        scopes: request.scopes.clone(),
        nonce: request.nonce.clone(),
        resource: request.resource.clone(),
        auth_time: session.started,
        revoked: false,
    };
    match request.flow {
        Flow::Code => with_code(call, state, request, sign_in),
        Flow::Implicit => with_tokens(call, state, request, sign_in).unwrap_or_else(|| {
            Answer::redirect(in_query(&request.redirect_uri, &[("error", "server_error")]))
        }),
    }
}

fn with_code(call: &Call<'_>, state: &mut State, request: &AuthorizationRequest, sign_in: SignIn) -> Answer {
    let code = state.ids.uuid();
    let pairs = [("code", code.as_str())];
    let location = if call.has(Fault::CODE_IN_FRAGMENT) {
        format!("{}#{}", request.redirect_uri, encode(pairs))
    } else {
        in_query(&request.redirect_uri, &pairs)
    };
    let location = with_state(call, location, request.state.as_deref());
    state.codes.insert(
        code,
        Code {
            sign_in,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.challenge.clone(),
            issued: call.now,
            used: false,
            reused: 0,
        },
    );
    Answer::redirect(location)
}

/// Tokens of the implicit grant: never a refresh token, an ID token only with `openid`.
fn with_tokens(
    call: &Call<'_>,
    state: &mut State,
    request: &AuthorizationRequest,
    sign_in: SignIn,
) -> Option<Answer> {
    let client = &request.client;
    let pool = state.pools.get(&request.pool_id)?;
    let user = pool.users.get(&sign_in.username)?;
    let ids = &mut state.ids;
    let access = claims::user_access_token(call, ids, pool, client, &sign_in)?;
    let mut id = None;
    if sign_in.scopes.contains("openid") || call.has(Fault::IMPLICIT_ID_TOKEN_ALWAYS) {
        let subject = IdTokenFor {
            user,
            sign_in: &sign_in,
            access_token: Some(&access),
            nonce: request.nonce.as_deref().filter(|_| !call.has(Fault::NONCE_DROPPED)),
        };
        id = Some(claims::id_token(call, ids, pool, client, &subject)?);
    }
    let lifetime = token::expires_in(call, &client.settings).to_string();
    let mut pairs = Vec::new();
    pairs.extend(id.as_deref().map(|token| ("id_token", token)));
    pairs.extend([("access_token", access.as_str()), ("expires_in", &lifetime), ("token_type", "bearer")]);
    let location = format!("{}#{}", request.redirect_uri, encode(pairs));
    let location = with_state(call, location, request.state.as_deref());
    state.sign_ins.insert(sign_in.origin_jti.clone(), sign_in);
    Some(Answer::redirect(location))
}

/// The state as it was sent, after the other parameters (`authorize.state-echo`).
fn with_state(call: &Call<'_>, location: String, state: Option<&str>) -> String {
    match state.filter(|_| !call.has(Fault::STATE_DROPPED)) {
        Some(state) if call.has(Fault::STATE_NOT_ENCODED) => {
            let safe: String = state.chars().filter(char::is_ascii).collect();
            format!("{location}&state={safe}")
        }
        Some(state) => format!("{location}&{}", encode([("state", state)])),
        None => location,
    }
}

/// Adds parameters to a redirect URI without changing a letter of it.
fn in_query(redirect_uri: &str, pairs: &[(&str, &str)]) -> String {
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{separator}{}", encode(pairs.iter().copied()))
}
