//! The `Authorization` header of a token request, in odd forms and next to other ways of authentication.

use poolproof_harness::prelude::*;

use super::{ANSWER, CODE, CREDENTIALS, MACHINE, OUTCOME, PUBLIC_CODE, TOKEN};
use crate::flow::{code_request, credentials_of, openid, redemption, sign_in};

fn with_authorization(value: Value) -> Request {
    Request::token("client_credentials").header("Authorization", value)
}

fn base64(value: Value) -> Value {
    Value::Base64(Box::new(value))
}

const NOT_BASE64: Scenario = Scenario {
    id: "not-base64",
    says: "Basic credentials that are not Base64 are refused",
    covers: &["token.client-auth.basic-bad-base64"],
    needs: MACHINE,
    cases: || {
        not_base64_credentials("machine")
            .prop_map(|credentials| {
                let value = Value::Joined(vec!["Basic ".into(), credentials.clone()]);
                Case::one(with_authorization(value)).input("credentials", credentials)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const NO_COLON: Scenario = Scenario {
    id: "no-colon",
    says: "Basic credentials without a colon are refused",
    covers: &["token.client-auth.basic-no-colon"],
    needs: MACHINE,
    cases: || {
        no_colon_credentials("machine")
            .prop_map(|credentials| {
                let value = Value::Joined(vec!["Basic ".into(), base64(credentials.clone())]);
                Case::one(with_authorization(value)).input("credentials", credentials)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const NO_SCHEME: Scenario = Scenario {
    id: "no-scheme",
    says: "credentials without the word Basic are refused",
    covers: &["token.client-auth.no-scheme"],
    needs: MACHINE,
    cases: || {
        (any::<bool>(), order())
            .prop_map(|(with_scope, order)| {
                let parts = vec![Value::client_id("machine"), ":".into(), Value::client_secret("machine")];
                let request = with_authorization(base64(Value::Joined(parts)));
                let request = if with_scope { request.field("scope", api_scope("read")) } else { request };
                Case::one(order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const BEARER: Scenario = Scenario {
    id: "bearer-scheme",
    says: "a Bearer header does not keep a public client from its tokens",
    covers: &["token.client-auth.bearer-scheme"],
    needs: PUBLIC_CODE,
    cases: || {
        (bearer_credentials(), order())
            .prop_map(|(credentials, order)| {
                let value = Value::Joined(vec!["Bearer ".into(), credentials.clone()]);
                let request = redemption("public").public_client("public").header("Authorization", value);
                Case::default()
                    .sign_in(sign_in("public", &openid()))
                    .probe("redeem", order.fields(request))
                    .input("credentials", credentials)
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const PERCENT_ENCODED: Scenario = Scenario {
    id: "percent-encoded-secret",
    says: "Basic credentials may be form-encoded first",
    covers: &["token.client-auth.basic-percent-encoding"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-odd-secret"), Need::ResourceServer],
    cases: || {
        order()
            .prop_map(|order| {
                let encoded = |value| Value::FormEncoded(Box::new(value));
                let id = encoded(Value::client_id("machine-odd-secret"));
                let secret = encoded(Value::client_secret("machine-odd-secret"));
                Case::one(order.fields(Request::token("client_credentials").basic(id, secret)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const SECRET_TWICE: Scenario = Scenario {
    id: "secret-twice",
    says: "the right secret may be sent in both places",
    covers: &["token.client-auth.secret-twice"],
    needs: MACHINE,
    cases: || {
        order()
            .prop_map(|order| {
                let request = credentials_of(AuthStyle::Basic, "machine").client(AuthStyle::Post, "machine");
                Case::one(order.fields(request))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const ID_MISMATCH: Scenario = Scenario {
    id: "id-mismatch",
    says: "one client in Basic and another one in the body are refused",
    covers: &["token.client-auth.id-mismatch"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine"), Need::Client("machine-narrow")],
    cases: || {
        let pair = prop_oneof![Just(("machine", "machine-narrow")), Just(("machine-narrow", "machine"))];
        (pair, order())
            .prop_map(|((header, body), order)| {
                let request = credentials_of(AuthStyle::Basic, header);
                Case::one(order.fields(request.field("client_id", Value::client_id(body))))
                    .input("client in Basic", header)
                    .input("client in the body", body)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const ID_MISMATCH_OTHER_CLIENT: Scenario = Scenario {
    id: "id-mismatch-other-client",
    says: "a client that is only named in the body gets no token by the secret of another one",
    covers: &["token.client-auth.id-mismatch-other-client"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine"), Need::Client("machine-narrow")],
    cases: || {
        order()
            .prop_map(|order| {
                let request = credentials_of(AuthStyle::Basic, "machine-narrow");
                Case::one(order.fields(request.field("client_id", Value::client_id("machine"))))
            })
            .boxed()
    },
    watch: &[Field::TokenFor("machine")],
    effort: Effort::Single,
};

const JWT_ASSERTION: Scenario = Scenario {
    id: "jwt-assertion",
    says: "a client cannot authenticate with an assertion",
    covers: &["token.client-auth.jwt-assertion"],
    needs: MACHINE,
    cases: || {
        (jwt_like(), any::<bool>(), order())
            .prop_map(|(assertion, with_id, order)| {
                let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                let request = Request::token("client_credentials")
                    .field("client_assertion_type", kind)
                    .field("client_assertion", assertion);
                let request = if with_id { request.public_client("machine") } else { request };
                Case::one(order.fields(request)).input("with client_id", with_id)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const CLIENT_ID_MISSING: Scenario = Scenario {
    id: "client-id-missing",
    says: "a code request that names no client is refused",
    covers: &["token.client-auth.client-id-missing"],
    needs: &[TOKEN, CODE, Need::Client("web")],
    cases: || {
        (unknown_code(), order())
            .prop_map(|(code, order)| {
                let request = code_request(code.as_str().into(), Value::callback("web", 0));
                Case::one(order.fields(request)).input("code", code)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

/// Odd forms of client authentication.
pub const SUITE: Suite = Suite {
    name: "token::basic-header",
    scenarios: &[
        NOT_BASE64,
        NO_COLON,
        NO_SCHEME,
        BEARER,
        PERCENT_ENCODED,
        SECRET_TWICE,
        ID_MISMATCH,
        ID_MISMATCH_OTHER_CLIENT,
        JWT_ASSERTION,
        CLIENT_ID_MISSING,
    ],
};
