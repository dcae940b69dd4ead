//! What is to be revoked: refresh tokens, other tokens, texts that are none; and the form of the request.

use poolproof_harness::prelude::*;

use super::{ANY_TOKENS, CODE, OUTCOME, PUBLIC, REFUSAL, REVOKE, SECOND_USER, TOKEN, WEB, WEB_TOKENS};
use super::{client, spared_tokens, tokens};
use crate::flow::{as_client, kept, openid, revocation, shown, web_scopes};

/// What is needed for a request that comes to no token.
const TOKENLESS: &[Need] = &[REVOKE, WEB, PUBLIC];

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "a refresh token is revoked without a word, whatever else the form holds",
    covers: &["revoke.success"],
    needs: ANY_TOKENS,
    cases: || {
        (client(), auth_style(), web_scopes(), prop::option::of(extra_fields()), order())
            .prop_map(|(role, style, scopes, extra, order)| {
                let request = as_client(revocation(kept("refresh_token")), AuthStyle::Basic, role);
                let request = request.fields(extra.into_iter().flatten());
                tokens(role, style, &scopes)
                    .probe("revoke", order.fields(request))
                    .input("client", role)
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const TYPE_HINT: Scenario = Scenario {
    id: "type-hint",
    says: "the hint that it is a refresh token does no harm",
    covers: &["revoke.type-hint"],
    needs: ANY_TOKENS,
    cases: || {
        (client(), auth_style(), order())
            .prop_map(|(role, style, order)| {
                let request = as_client(revocation(kept("refresh_token")), AuthStyle::Basic, role)
                    .field("token_type_hint", "refresh_token");
                tokens(role, style, &openid()).probe("revoke", order.fields(request)).input("client", role)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const ALREADY_REVOKED: Scenario = Scenario {
    id: "already-revoked",
    says: "a refresh token may be revoked more than once",
    covers: &["revoke.already-revoked"],
    needs: ANY_TOKENS,
    cases: || {
        (1_usize..4, client(), auth_style(), order())
            .prop_map(|(times, role, style, order)| {
                let request = as_client(revocation(kept("refresh_token")), AuthStyle::Basic, role);
                let first = tokens(role, style, &openid());
                (1..=times)
                    .fold(first, |case, time| case.setup(&format!("revoke-{time}"), request.clone(), &[]))
                    .probe("again", order.fields(request))
                    .input("client", role)
                    .input("revoked before", times)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Accepted],
    effort: Effort::Flow,
};

/// A revocation of this text, which may be anything, by either client.
fn of_text(token: BoxedStrategy<String>) -> BoxedStrategy<Case> {
    (token, client(), order())
        .prop_map(|(token, role, order)| {
            let request = as_client(revocation(token.as_str().into()), AuthStyle::Basic, role);
            Case::one(order.fields(request)).input("token", token).input("client", role)
        })
        .boxed()
}

const GARBAGE: Scenario = Scenario {
    id: "garbage",
    says: "a text that is no token needs no revocation",
    covers: &["revoke.garbage"],
    needs: TOKENLESS,
    cases: || {
        // Three parts may be taken for another type of token.
        let garbage =
            refresh_garbage().prop_filter("the form of a JWT", |text| text.matches('.').count() != 2);
        of_text(garbage.boxed())
    },
    watch: &[Field::Status, Field::Accepted],
    effort: Effort::Single,
};

const GARBAGE_JWT: Scenario = Scenario {
    id: "garbage-jwt",
    says: "what looks like a signed token and is none needs no revocation, or is of the wrong type",
    covers: &["revoke.garbage-jwt"],
    needs: TOKENLESS,
    cases: || of_text(jwt_like()),
    watch: REFUSAL,
    effort: Effort::Single,
};

/// A revocation of a token of another type by the client that has it.
fn of_type(member: &'static str) -> BoxedStrategy<Case> {
    let hint = in_turn(vec![
        Just(Some("refresh_token")).boxed(),
        Just(Some("access_token")).boxed(),
        Just(None).boxed(),
    ]);
    (hint, any::<bool>(), order())
        .prop_map(move |(hint, with_id, order)| {
            let request = revocation(kept(member)).client(AuthStyle::Basic, "web");
            let request = if with_id { request.public_client("web") } else { request };
            let request = match hint {
                Some(hint) => request.field("token_type_hint", hint),
                None => request,
            };
            spared_tokens()
                .probe("revoke", order.fields(request))
                .input("token_type_hint", hint.unwrap_or("(none)"))
        })
        .boxed()
}

const ACCESS_TOKEN: Scenario = Scenario {
    id: "access-token",
    says: "an access token cannot be revoked",
    covers: &["revoke.access-token"],
    needs: WEB_TOKENS,
    cases: || of_type("access_token"),
    watch: REFUSAL,
    effort: Effort::Flow,
};

const ID_TOKEN: Scenario = Scenario {
    id: "id-token",
    says: "an ID token cannot be revoked",
    covers: &["revoke.id-token"],
    needs: WEB_TOKENS,
    cases: || of_type("id_token"),
    watch: REFUSAL,
    effort: Effort::Flow,
};

const DISABLED: Scenario = Scenario {
    id: "switched-off",
    says: "a client for which revocation is switched off cannot revoke its tokens",
    covers: &["revoke.disabled"],
    needs: &[REVOKE, TOKEN, CODE, Need::Client("no-revocation"), Need::SignIn, SECOND_USER],
    cases: || {
        (auth_style(), any::<bool>(), order())
            .prop_map(|(style, with_id, order)| {
                let request = revocation(kept("refresh_token")).client(AuthStyle::Basic, "no-revocation");
                let request = if with_id { request.public_client("no-revocation") } else { request };
                tokens("no-revocation", style, &openid()).probe("revoke", order.fields(request))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// A request without a token, whatever else it holds.
fn without_token() -> BoxedStrategy<Case> {
    let hint = prop::option::of(Just(("token_type_hint".to_owned(), Value::from("refresh_token"))));
    (client(), prop::option::of(extra_fields()), hint, order())
        .prop_map(|(role, extra, hint, order)| {
            let request = as_client(revocation("".into()).without_field("token"), AuthStyle::Basic, role);
            let request = request.fields(extra.into_iter().flatten()).fields(hint);
            Case::one(order.fields(request)).input("client", role)
        })
        .boxed()
}

const TOKEN_MISSING: Scenario = Scenario {
    id: "token-missing",
    says: "a revocation that names no token is refused",
    covers: &["revoke.token-missing"],
    needs: TOKENLESS,
    cases: without_token,
    watch: REFUSAL,
    effort: Effort::Single,
};

const CONTENT_TYPE: Scenario = Scenario {
    id: "wrong-content-type",
    says: "a form that is not declared as a form is refused",
    covers: &["revoke.content-type"],
    needs: TOKENLESS,
    cases: || {
        (wrong_content_type(), refresh_garbage(), client(), order())
            .prop_map(|(kind, token, role, order)| {
                let request = as_client(revocation(token.into()), AuthStyle::Basic, role)
                    .header("Content-Type", kind.as_str());
                Case::one(order.fields(request)).input("Content-Type", kind).input("client", role)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Accepted],
    effort: Effort::Single,
};

const METHOD: Scenario = Scenario {
    id: "get",
    says: "nothing is revoked with GET",
    covers: &["revoke.method"],
    needs: &[REVOKE, WEB],
    cases: || {
        (prop::option::of(refresh_garbage()), extra_fields())
            .prop_map(|(token, extra)| {
                // Credentials stay out of the URL, where logs would keep them.
                let request = Request::get(Endpoint::Revoke)
                    .basic(Value::client_id("web"), Value::client_secret("web"));
                let token = token.map(|token| ("token".to_owned(), Value::from(token)));
                let params = token.into_iter().chain(extra);
                Case::one(params.fold(request, |request, (name, value)| request.param(&name, value)))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Accepted],
    effort: Effort::Single,
};

const ERROR_SHAPE: Scenario = Scenario {
    id: "error-shape",
    says: "every refusal is a JSON object with a text error",
    covers: &["revoke.error-shape"],
    needs: &[REVOKE, TOKEN, CODE, WEB, PUBLIC, Need::Client("web-other"), Need::SignIn, SECOND_USER],
    cases: || {
        let wrong = wrong_secret("web", "web-other").prop_map(|secret| {
            let request = revocation(kept("refresh_token")).basic(Value::client_id("web"), secret);
            spared_tokens().probe("revoke", request).input("refused for", "wrong secret")
        });
        let unknown = unknown_client_id("public").prop_map(|id| {
            let request = revocation("no token".into()).field("client_id", id);
            Case::one(request).input("refused for", "unknown client")
        });
        prop_oneof![
            without_token().prop_map(|case| case.input("refused for", "no token")),
            wrong,
            unknown,
            of_type("access_token").prop_map(|case| case.input("refused for", "access token")),
            of_type("id_token").prop_map(|case| case.input("refused for", "ID token")),
        ]
        .boxed()
    },
    watch: &[Field::MediaType, Field::ErrorShape, Field::Accepted],
    effort: Effort::Flow,
};

/// What is to be revoked.
pub const SUITE: Suite = Suite {
    name: "revoke::requests",
    scenarios: &[
        SUCCESS,
        TYPE_HINT,
        ALREADY_REVOKED,
        GARBAGE,
        GARBAGE_JWT,
        ACCESS_TOKEN,
        ID_TOKEN,
        DISABLED,
        TOKEN_MISSING,
        CONTENT_TYPE,
        METHOD,
        ERROR_SHAPE,
    ],
};
