//! The redirect back to the client, with a grant or with an error (RFC 6749 sections 4.1.2 and 4.2.2).

use url::Url;

use super::request::{AuthorizationRequest, Flow};
use crate::answer::Answer;
use crate::call::Call;
use crate::claims::{self, IdTokenFor};
use crate::fault::Fault;
use crate::form::{Params, encode, form_decoded};
use crate::pool::Scopes;
use crate::state::{Code, Session, SignIn, State};
use crate::token;

/// An error at the callback; `state` comes back (`authorize.state-echo-on-error`).
pub(crate) fn refuse(
    call: &Call<'_>,
    redirect_uri: &str,
    query: &Params,
    error: &str,
    description: Option<&str>,
) -> Answer {
    let mut pairs = vec![("error", error)];
    pairs.extend(description.map(|text| ("error_description", text)));
    let state = query.filled("state").filter(|_| !call.has(Fault::STATE_DROPPED_ON_ERROR));
    Answer::redirect(with_state(call, in_query(call, redirect_uri, &pairs), state))
}

/// What a signed-in user's browser takes to the callback: a code in the query, or tokens in the fragment
/// (`authorize.code-in-query`, `authorize.implicit.openid`).
pub(crate) fn grant_to_user(
    call: &Call<'_>,
    state: &mut State,
    request: &AuthorizationRequest,
    session: &Session,
) -> Answer {
    let has_more = request.scopes.contains("openid") && request.scopes.len() > 1;
    let scopes = if has_more && call.has(Fault::OPENID_ALONE_GRANTED) {
        Scopes::from(["openid".to_owned()])
    } else {
        request.scopes.clone()
    };
    let sign_in = SignIn {
        origin_jti: state.ids.uuid(),
        pool_id: request.pool_id.clone(),
        client_id: request.client.id.clone(),
        username: session.username.clone(),
        sub: session.sub.clone(),
        scopes,
        nonce: request.nonce.as_deref().map(|nonce| altered_nonce(call, nonce)),
        resource: request.resource.clone().map(|resource| {
            // As libraries for URLs write one without a path.
            let parsed = Url::parse(&resource).map_or_else(|_| resource.clone(), Into::into);
            if parsed != resource && call.has(Fault::RESOURCE_NORMALISED) { parsed } else { resource }
        }),
        auth_time: session.started,
        revoked: false,
    };
    match request.flow {
        Flow::Code => with_code(call, state, request, sign_in),
        Flow::Implicit => with_tokens(call, state, request, sign_in).unwrap_or_else(|| {
            Answer::redirect(in_query(call, &request.redirect_uri, &[("error", "server_error")]))
        }),
    }
}

/// The nonce after what faults do to it.
fn altered_nonce(call: &Call<'_>, nonce: &str) -> String {
    let cut: String = nonce.chars().take(32).collect();
    let ascii: String = nonce.chars().filter(char::is_ascii).collect();
    if cut != nonce && call.has(Fault::NONCE_CUT) {
        cut
    } else if ascii != nonce && call.has(Fault::NONCE_OF_ASCII) {
        ascii
    } else {
        nonce.to_owned()
    }
}

fn with_code(call: &Call<'_>, state: &mut State, request: &AuthorizationRequest, sign_in: SignIn) -> Answer {
    let code = state.ids.uuid();
    let pairs = [("code", code.as_str())];
    let first = request.client.settings.callbacks.first();
    let callback = match first.filter(|first| **first != request.redirect_uri) {
        Some(first) if call.has(Fault::CODE_AT_FIRST_CALLBACK) => first,
        _ => &request.redirect_uri,
    };
    let location = if call.has(Fault::CODE_IN_FRAGMENT) {
        format!("{callback}#{}", encode(pairs))
    } else {
        in_query(call, callback, &pairs)
    };
    let from_sign_in = call.path == "/login";
    let sent = request.state.as_deref().filter(|_| !(from_sign_in && call.has(Fault::STATE_LOST_AT_SIGN_IN)));
    let location = with_state(call, location, sent);
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
    let with_refresh = call.has(Fault::IMPLICIT_REFRESH_TOKEN).then(|| ids.refresh_token());
    let mut id = None;
    if sign_in.scopes.contains("openid") || call.has(Fault::IMPLICIT_ID_TOKEN_ALWAYS) {
        let subject = IdTokenFor {
            user,
            sign_in: &sign_in,
            access_token: Some(&access),
            nonce: request
                .nonce
                .as_deref()
                .filter(|_| !call.has(Fault::NONCE_DROPPED) && !call.has(Fault::IMPLICIT_NONCE_DROPPED)),
        };
        id = Some(claims::id_token(call, ids, pool, client, &subject)?);
    }
    let seconds = if call.has(Fault::IMPLICIT_EXPIRES_IN_CONSTANT) {
        3600
    } else {
        token::expires_in(call, &client.settings)
    };
    let lifetime = seconds.to_string();
    let mut pairs = Vec::new();
    pairs.extend(id.as_deref().map(|token| ("id_token", token)));
    pairs.extend(with_refresh.as_deref().map(|token| ("refresh_token", token)));
    pairs.extend([("access_token", access.as_str()), ("expires_in", &lifetime)]);
    if !call.has(Fault::IMPLICIT_TOKEN_TYPE_MISSING) {
        pairs.push(("token_type", "bearer"));
    }
    let location = if call.has(Fault::TOKENS_IN_QUERY) {
        in_query(call, &request.redirect_uri, &pairs)
    } else {
        format!("{}#{}", request.redirect_uri, encode(pairs))
    };
    let sent = request.state.as_deref().filter(|_| !call.has(Fault::IMPLICIT_STATE_DROPPED));
    let location = with_state(call, location, sent);
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
        Some(state) => format!("{location}&{}", encode([("state", altered(call, state).as_str())])),
        None if call.has(Fault::STATE_INVENTED) => format!("{location}&state="),
        None => location,
    }
}

/// The state after what faults do to it. One that would make no difference is not asked for.
fn altered(call: &Call<'_>, state: &str) -> String {
    let ways: [(Fault, String); 5] = [
        (Fault::STATE_PLUS_IS_BLANK, state.replace('+', " ")),
        (Fault::STATE_DECODED_TWICE, form_decoded(state)),
        (Fault::STATE_CUT, state.chars().take(255).collect()),
        (Fault::STATE_CUT_AT_A_KIBIBYTE, state.chars().take(1024).collect()),
        (Fault::STATE_OF_ASCII, state.replace(|letter: char| !letter.is_ascii(), "?")),
    ];
    let mut ways = ways.into_iter().filter(|(fault, altered)| altered != state && call.has(*fault));
    ways.next().map_or_else(|| state.to_owned(), |(_, altered)| altered)
}

/// Adds parameters to a redirect URI without changing a letter of it.
fn in_query(call: &Call<'_>, redirect_uri: &str, pairs: &[(&str, &str)]) -> String {
    let added = encode(pairs.iter().copied());
    match redirect_uri.split_once('?') {
        None => format!("{redirect_uri}?{added}"),
        Some((bare, _)) if call.has(Fault::CALLBACK_QUERY_REPLACED) => format!("{bare}?{added}"),
        Some(_) if call.has(Fault::CALLBACK_SECOND_QUESTION_MARK) => format!("{redirect_uri}?{added}"),
        Some(_) => format!("{redirect_uri}&{added}"),
    }
}
