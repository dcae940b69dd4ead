//! Which client credentials the token endpoint takes, and which it does not.

use poolproof_harness::prelude::*;

use super::{CODE, CREDENTIALS, MACHINE, OUTCOME, PUBLIC_CODE, REFRESH, TOKEN, WEB_CODE};
use crate::flow::{
    code_request, credentials_of, kept, openid, redeemed, redemption, refresh, scoped, sign_in,
};

const NARROW: Need = Need::Client("machine-narrow");

const BASIC: Scenario = Scenario {
    id: "basic",
    says: "Basic credentials suffice, without a client_id in the body",
    covers: &["token.client-auth.basic-ok", "token.client-auth.basic-without-body-client-id"],
    needs: MACHINE,
    cases: || {
        (sometimes(some_of(api_scopes(&["read", "write", "admin"]))), order())
            .prop_map(|(scopes, order)| {
                let scope = scopes.map(|scopes| listed(&scopes));
                Case::one(order.fields(scoped(credentials_of(AuthStyle::Basic, "machine"), scope)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const BASIC_PLUS_CLIENT_ID: Scenario = Scenario {
    id: "basic-plus-client-id",
    says: "Basic credentials may be accompanied by the same client_id in the body",
    covers: &["token.client-auth.basic-plus-client-id"],
    needs: MACHINE,
    cases: || {
        order()
            .prop_map(|order| {
                let request = credentials_of(AuthStyle::Basic, "machine");
                Case::one(order.fields(request.field("client_id", Value::client_id("machine"))))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const POST: Scenario = Scenario {
    id: "post",
    says: "client_id and client_secret in the body suffice",
    covers: &["token.client-auth.post-ok"],
    needs: MACHINE,
    cases: || {
        (sometimes(some_of(api_scopes(&["read", "write", "admin"]))), order())
            .prop_map(|(scopes, order)| {
                let scope = scopes.map(|scopes| listed(&scopes));
                Case::one(order.fields(scoped(credentials_of(AuthStyle::Post, "machine"), scope)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const POST_CUSTOM_SECRET: Scenario = Scenario {
    id: "post-custom-secret",
    says: "what a form encodes of a posted secret is decoded exactly once",
    covers: &["token.client-auth.post-ok"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-odd-secret"), Need::ResourceServer],
    cases: || {
        order()
            .prop_map(|order| Case::one(order.fields(credentials_of(AuthStyle::Post, "machine-odd-secret"))))
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const PUBLIC: Scenario = Scenario {
    id: "public",
    says: "a client without a secret redeems a code with its client_id alone",
    covers: &["token.client-auth.public-ok"],
    needs: PUBLIC_CODE,
    cases: || {
        order()
            .prop_map(|order| {
                Case::default()
                    .sign_in(sign_in("public", &openid()))
                    .probe("redeem", order.fields(redemption("public").public_client("public")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const TWO_SECRETS: Scenario = Scenario {
    id: "either-of-two-secrets",
    says: "a client with two active secrets may use either",
    covers: &["token.client-auth.two-secrets"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-two-secrets")],
    cases: || {
        let secret = prop::sample::select(&["secret", "second-secret"][..]);
        (secret, auth_style(), order())
            .prop_map(|(secret, style, order)| {
                let id = Value::client_id("machine-two-secrets");
                let value = Value::fixture(&format!("client.machine-two-secrets.{secret}"));
                let request = Request::token("client_credentials").credentials(style, id, value);
                Case::one(order.fields(request)).input("secret", secret)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

fn wrong_secret_case(style: AuthStyle) -> BoxedStrategy<Case> {
    (wrong_secret("machine", "machine-narrow"), order())
        .prop_map(move |(secret, order)| {
            let request = Request::token("client_credentials").credentials(
                style,
                Value::client_id("machine"),
                secret.clone(),
            );
            Case::one(order.fields(request)).input("secret", secret)
        })
        .boxed()
}

const WRONG_SECRET_BASIC: Scenario = Scenario {
    id: "wrong-secret-basic",
    says: "a secret that is not the client's own is refused in Basic authentication",
    covers: &["token.client-auth.basic-wrong-secret"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine"), NARROW],
    cases: || wrong_secret_case(AuthStyle::Basic),
    watch: OUTCOME,
    effort: Effort::Single,
};

const WRONG_SECRET_POST: Scenario = Scenario {
    id: "wrong-secret-post",
    says: "a secret that is not the client's own is refused in the body",
    covers: &["token.client-auth.post-wrong-secret"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine"), NARROW],
    cases: || wrong_secret_case(AuthStyle::Post),
    watch: OUTCOME,
    effort: Effort::Single,
};

const WRONG_SECRET_WITH_CODE: Scenario = Scenario {
    id: "wrong-secret-with-code",
    says: "a fresh code does not make up for a wrong secret",
    covers: &["token.client-auth.basic-wrong-secret", "token.client-auth.post-wrong-secret"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::Client("web-other"), Need::SignIn, Need::User("main")],
    cases: || {
        (wrong_secret("web", "web-other"), auth_style(), order())
            .prop_map(|(secret, style, order)| {
                let request = redemption("web").credentials(style, Value::client_id("web"), secret.clone());
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .probe("redeem", order.fields(request))
                    .input("secret", secret)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const WRONG_SECRET_WITH_REFRESH_TOKEN: Scenario = Scenario {
    id: "wrong-secret-with-refresh-token",
    says: "a good refresh token does not make up for a wrong secret",
    covers: &["token.client-auth.basic-wrong-secret", "token.client-auth.post-wrong-secret"],
    needs: &[
        TOKEN,
        CODE,
        REFRESH,
        Need::Client("web"),
        Need::Client("web-other"),
        Need::SignIn,
        Need::User("main"),
    ],
    cases: || {
        (wrong_secret("web", "web-other"), auth_style(), order())
            .prop_map(|(secret, style, order)| {
                let id = Value::client_id("web");
                let request = refresh(kept("refresh_token")).credentials(style, id, secret.clone());
                redeemed("web", style, &openid())
                    .probe("refresh", order.fields(request))
                    .input("secret", secret)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const EMPTY_SECRET: Scenario = Scenario {
    id: "empty-secret",
    says: "an empty secret is refused",
    covers: &["token.client-auth.empty-secret"],
    needs: MACHINE,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let id = Value::client_id("machine");
                let request = Request::token("client_credentials").credentials(style, id, "");
                Case::one(order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const SECRET_MISSING: Scenario = Scenario {
    id: "secret-missing",
    says: "a client that has a secret cannot leave it out",
    covers: &["token.client-auth.secret-missing"],
    needs: MACHINE,
    cases: || {
        (some_of(api_scopes(&["read", "write", "admin"])), order())
            .prop_map(|(scopes, order)| {
                let request = Request::token("client_credentials").public_client("machine");
                Case::one(order.fields(request.field("scope", listed(&scopes))))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const SECRET_MISSING_WITH_CODE: Scenario = Scenario {
    id: "secret-missing-with-code",
    says: "a fresh code does not make up for a missing secret",
    covers: &["token.client-auth.secret-missing"],
    needs: WEB_CODE,
    cases: || {
        order()
            .prop_map(|order| {
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .probe("redeem", order.fields(redemption("web").public_client("web")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const DELETED_SECRET: Scenario = Scenario {
    id: "deleted-secret",
    says: "a secret that was deleted is refused",
    covers: &["token.client-auth.deleted-secret"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-rotated")],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let id = Value::client_id("machine-rotated");
                let secret = Value::fixture("client.machine-rotated.deleted-secret");
                let request = Request::token("client_credentials").credentials(style, id, secret);
                Case::one(order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const SECRET_SENT_TO_PUBLIC: Scenario = Scenario {
    id: "secret-of-public-client",
    says: "a secret that a client does not have is refused",
    covers: &["token.client-auth.secret-sent-to-public"],
    needs: PUBLIC_CODE,
    cases: || {
        (secret_text(), auth_style(), order())
            .prop_map(|(secret, style, order)| {
                let id = Value::client_id("public");
                let request = redemption("public").credentials(style, id, secret);
                Case::default().sign_in(sign_in("public", &openid())).probe("redeem", order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const UNKNOWN_CLIENT_BASIC: Scenario = Scenario {
    id: "unknown-client-basic",
    says: "an unknown client is refused in Basic authentication, whatever its secret",
    covers: &["token.client-auth.unknown-client-basic"],
    needs: MACHINE,
    cases: || {
        let secret = prop_oneof![
            3 => Just(Value::client_secret("machine")),
            1 => secret_text().prop_map(Value::from),
            1 => Just(Value::from("")),
        ];
        (unknown_client_id("machine"), secret, order())
            .prop_map(|(id, secret, order)| {
                let request = Request::token("client_credentials").basic(id.clone(), secret);
                Case::one(order.fields(request)).input("client_id", id)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const DELETED_CLIENT: Scenario = Scenario {
    id: "deleted-client",
    says: "a client that was deleted is refused",
    covers: &["token.client-auth.unknown-client-basic"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("deleted"), Need::ResourceServer],
    cases: || {
        (sometimes(some_of(api_scopes(&["read", "write", "admin"]))), order())
            .prop_map(|(scopes, order)| {
                let scope = scopes.map(|scopes| listed(&scopes));
                Case::one(order.fields(scoped(credentials_of(AuthStyle::Basic, "deleted"), scope)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const UNKNOWN_CLIENT_BODY: Scenario = Scenario {
    id: "unknown-client-body",
    says: "an unknown client_id in the body is refused",
    covers: &["token.client-auth.unknown-client-body"],
    needs: &[TOKEN, CODE, Need::Client("public")],
    cases: || {
        (unknown_client_id("public"), unknown_code(), order())
            .prop_map(|(id, code, order)| {
                let request = code_request(code.into(), Value::callback("public", 0));
                Case::one(order.fields(request.field("client_id", id.clone()))).input("client_id", id)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const OTHER_POOL: Scenario = Scenario {
    id: "client-of-other-pool",
    says: "a client of another pool is refused",
    covers: &["token.client-auth.other-pool"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("foreign")],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| Case::one(order.fields(credentials_of(style, "foreign"))))
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

/// Client authentication in general.
pub const SUITE: Suite = Suite {
    name: "token::client-auth",
    scenarios: &[
        BASIC,
        BASIC_PLUS_CLIENT_ID,
        POST,
        POST_CUSTOM_SECRET,
        PUBLIC,
        TWO_SECRETS,
        WRONG_SECRET_BASIC,
        WRONG_SECRET_POST,
        WRONG_SECRET_WITH_CODE,
        WRONG_SECRET_WITH_REFRESH_TOKEN,
        EMPTY_SECRET,
        SECRET_MISSING,
        SECRET_MISSING_WITH_CODE,
        DELETED_SECRET,
        SECRET_SENT_TO_PUBLIC,
        UNKNOWN_CLIENT_BASIC,
        DELETED_CLIENT,
        UNKNOWN_CLIENT_BODY,
        OTHER_POOL,
    ],
};
