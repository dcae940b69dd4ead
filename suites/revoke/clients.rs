//! Who may revoke: how clients authenticate, and whose tokens they may revoke.

use poolproof_harness::prelude::*;

use super::{
    CODE, OUTCOME, PUBLIC, REFUSAL, REVOKE, SECOND_USER, TOKEN, WEB, WEB_TOKENS, spared_tokens, tokens,
};
use crate::flow::{as_client, kept, openid, revocation, shown, web_scopes};

const BASIC: Scenario = Scenario {
    id: "basic",
    says: "Basic credentials suffice, without a client_id in the body",
    covers: &["revoke.confidential-basic"],
    needs: WEB_TOKENS,
    cases: || {
        (web_scopes(), auth_style())
            .prop_map(|(scopes, style)| {
                let request = revocation(kept("refresh_token")).client(AuthStyle::Basic, "web");
                tokens("web", style, &scopes).probe("revoke", request).input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const BASIC_PLUS_CLIENT_ID: Scenario = Scenario {
    id: "basic-plus-client-id",
    says: "Basic credentials may be accompanied by the same client_id in the body",
    covers: &["revoke.client-id-plus-basic"],
    needs: WEB_TOKENS,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request =
                    revocation(kept("refresh_token")).client(AuthStyle::Basic, "web").public_client("web");
                tokens("web", style, &openid()).probe("revoke", order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const WITHOUT_SECRET: Scenario = Scenario {
    id: "public",
    says: "a client without a secret revokes with its client_id alone",
    covers: &["revoke.public"],
    needs: &[REVOKE, TOKEN, CODE, PUBLIC, Need::SignIn, SECOND_USER],
    cases: || {
        (web_scopes(), order())
            .prop_map(|(scopes, order)| {
                let request = revocation(kept("refresh_token")).public_client("public");
                tokens("public", AuthStyle::Post, &scopes)
                    .probe("revoke", order.fields(request))
                    .input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const SECRET_IN_BODY: Scenario = Scenario {
    id: "secret-in-body",
    says: "a secret in the body does not count",
    covers: &["revoke.secret-in-body"],
    needs: WEB_TOKENS,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = revocation(kept("refresh_token")).client(AuthStyle::Post, "web");
                tokens("web", style, &openid()).probe("revoke", order.fields(request))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const WRONG_SECRET: Scenario = Scenario {
    id: "wrong-secret",
    says: "a secret that is not the client's own is refused, however good the token is",
    covers: &["revoke.bad-credentials"],
    needs: &[REVOKE, TOKEN, CODE, WEB, Need::Client("web-other"), Need::SignIn, SECOND_USER],
    cases: || {
        (wrong_secret("web", "web-other"), any::<bool>(), order())
            .prop_map(|(secret, with_id, order)| {
                let request =
                    revocation(kept("refresh_token")).basic(Value::client_id("web"), secret.clone());
                let request = if with_id { request.public_client("web") } else { request };
                spared_tokens().probe("revoke", order.fields(request)).input("secret", secret)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const WRONG_SECRET_WITH_GARBAGE: Scenario = Scenario {
    id: "wrong-secret-with-garbage",
    says: "a secret that is not the client's own is refused, even where there is nothing to revoke",
    covers: &["revoke.bad-credentials"],
    needs: &[REVOKE, WEB, Need::Client("web-other")],
    cases: || {
        (wrong_secret("web", "web-other"), refresh_garbage(), order())
            .prop_map(|(secret, token, order)| {
                let request =
                    revocation(token.as_str().into()).basic(Value::client_id("web"), secret.clone());
                Case::one(order.fields(request)).input("secret", secret).input("token", token)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const UNKNOWN_CLIENT_BASIC: Scenario = Scenario {
    id: "unknown-client-basic",
    says: "an unknown client is refused in Basic authentication, whatever its secret",
    covers: &["revoke.bad-credentials"],
    needs: WEB_TOKENS,
    cases: || {
        let secret = prop_oneof![Just(Value::client_secret("web")), secret_text().prop_map(Value::from)];
        (unknown_client_id("web"), secret)
            .prop_map(|(id, secret)| {
                let request = revocation(kept("refresh_token")).basic(id.clone(), secret);
                spared_tokens().probe("revoke", request).input("client_id", id)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const UNKNOWN_CLIENT_BODY: Scenario = Scenario {
    id: "unknown-client-body",
    says: "an unknown client_id in the body is refused",
    covers: &["revoke.bad-credentials"],
    needs: WEB_TOKENS,
    cases: || {
        (unknown_client_id("web"), order())
            .prop_map(|(id, order)| {
                let request = revocation(kept("refresh_token")).field("client_id", id.clone());
                spared_tokens().probe("revoke", order.fields(request)).input("client_id", id)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const DELETED_CLIENT: Scenario = Scenario {
    id: "deleted-client",
    says: "a client that was deleted is refused",
    covers: &["revoke.bad-credentials"],
    needs: &[REVOKE, Need::Client("deleted")],
    cases: || {
        (refresh_garbage(), any::<bool>(), order())
            .prop_map(|(token, with_id, order)| {
                let request = revocation(token.as_str().into()).client(AuthStyle::Basic, "deleted");
                let request = if with_id { request.public_client("deleted") } else { request };
                Case::one(order.fields(request)).input("token", token)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const SECRET_MISSING: Scenario = Scenario {
    id: "secret-missing",
    says: "a client that has a secret cannot leave it out",
    covers: &["revoke.secret-missing"],
    needs: WEB_TOKENS,
    cases: || {
        (any::<bool>(), order())
            .prop_map(|(hint, order)| {
                let request = revocation(kept("refresh_token")).public_client("web");
                let request = if hint { request.field("token_type_hint", "refresh_token") } else { request };
                spared_tokens().probe("revoke", order.fields(request)).input("with hint", hint)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const CLIENT_MISSING: Scenario = Scenario {
    id: "client-missing",
    says: "a revocation that names no client is refused",
    covers: &["revoke.client-missing"],
    needs: WEB_TOKENS,
    cases: || {
        (prop::option::of(extra_fields()), order())
            .prop_map(|(extra, order)| {
                let request = revocation(kept("refresh_token")).fields(extra.into_iter().flatten());
                spared_tokens().probe("revoke", order.fields(request))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

const OTHER_CLIENT: Scenario = Scenario {
    id: "token-of-other-client",
    says: "a client cannot revoke the refresh token of another one",
    covers: &["revoke.other-client"],
    needs: &[REVOKE, TOKEN, CODE, WEB, Need::Client("web-other"), PUBLIC, Need::SignIn, SECOND_USER],
    cases: || {
        (two_clients(), auth_style(), order())
            .prop_map(|((issued_to, sent_by), style, order)| {
                let request = as_client(revocation(kept("refresh_token")), AuthStyle::Basic, sent_by);
                tokens(issued_to, style, &openid())
                    .probe("revoke", order.fields(request))
                    .input("issued to", issued_to)
                    .input("sent by", sent_by)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Flow,
};

/// The client that has the token and another one.
pub(super) fn two_clients() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(
        &[("web", "web-other"), ("web-other", "web"), ("web", "public"), ("public", "web")][..],
    )
}

/// Who may revoke.
pub const SUITE: Suite = Suite {
    name: "revoke::clients",
    scenarios: &[
        BASIC,
        BASIC_PLUS_CLIENT_ID,
        WITHOUT_SECRET,
        SECRET_IN_BODY,
        WRONG_SECRET,
        WRONG_SECRET_WITH_GARBAGE,
        UNKNOWN_CLIENT_BASIC,
        UNKNOWN_CLIENT_BODY,
        DELETED_CLIENT,
        SECRET_MISSING,
        CLIENT_MISSING,
        OTHER_CLIENT,
    ],
};
