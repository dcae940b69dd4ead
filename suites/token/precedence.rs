//! Requests with two faults: which of them is named, and that neither hides the other.

use poolproof_harness::prelude::*;

use super::{CODE, CREDENTIALS, OUTCOME, TOKEN, WEB_CODE};
use crate::flow::{
    REDEEM, bare_code_request, callback, code_request, openid, redemption, redemption_at, refresh, sign_in,
    with_challenge,
};

const WEB_AND_OTHER: &[Need] = &[TOKEN, CODE, Need::Client("web"), Need::Client("web-other")];

fn wrong_credentials(request: Request, style: AuthStyle, secret: Value) -> Request {
    request.credentials(style, Value::client_id("web"), secret)
}

const MEDIA_TYPE_FIRST: Scenario = Scenario {
    id: "media-type-and-secret",
    says: "a wrong media type is named before a wrong secret",
    covers: &["token.precedence.media-type-first"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine"), Need::Client("machine-narrow")],
    cases: || {
        (wrong_content_type(), wrong_secret("machine", "machine-narrow"), auth_style(), order())
            .prop_map(|(kind, secret, style, order)| {
                let id = Value::client_id("machine");
                let request = Request::token("client_credentials")
                    .credentials(style, id, secret.clone())
                    .header("Content-Type", kind.as_str());
                Case::one(order.fields(request)).input("Content-Type", kind).input("secret", secret)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Issued],
    effort: Effort::Single,
};

const CLIENT_AND_CODE: Scenario = Scenario {
    id: "secret-and-code",
    says: "a wrong secret is named before an unknown code, whatever else is sent",
    covers: &["token.precedence.client-before-grant"],
    needs: WEB_AND_OTHER,
    cases: || {
        let extra = prop::option::of(extra_fields());
        (wrong_secret("web", "web-other"), unknown_code(), extra, auth_style(), order())
            .prop_map(|(secret, code, extra, style, order)| {
                let request = code_request(code.as_str().into(), callback("web"));
                let request = wrong_credentials(request, style, secret.clone());
                Case::one(order.fields(request.fields(extra.into_iter().flatten())))
                    .input("secret", secret)
                    .input("code", code)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const CLIENT_AND_GRANT_TYPE: Scenario = Scenario {
    id: "client-and-grant-type",
    says: "an unknown grant_type is named before an unknown client",
    covers: &["token.precedence.client-vs-grant-type"],
    needs: &[TOKEN, Need::Client("machine")],
    cases: || {
        (unknown_client_id("machine"), secret_text(), unknown_grant_type(), auth_style(), order())
            .prop_map(|(id, secret, grant_type, style, order)| {
                let request = Request::token(&grant_type).credentials(style, id.clone(), secret);
                Case::one(order.fields(request)).input("client_id", id).input("grant_type", grant_type)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const CLIENT_AND_MISSING: Scenario = Scenario {
    id: "secret-and-missing-field",
    says: "a wrong secret is named before a missing code or refresh token",
    covers: &["token.precedence.client-vs-missing-param"],
    needs: WEB_AND_OTHER,
    cases: || {
        (wrong_secret("web", "web-other"), any::<bool>(), auth_style(), order())
            .prop_map(|(secret, code, style, order)| {
                let request = if code {
                    code_request("".into(), callback("web")).without_field("code")
                } else {
                    refresh("".into()).without_field("refresh_token")
                };
                Case::one(order.fields(wrong_credentials(request, style, secret.clone())))
                    .input("secret", secret)
                    .input("missing", if code { "code" } else { "refresh_token" })
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const CODE_AND_REDIRECT: Scenario = Scenario {
    id: "code-and-redirect-uri",
    says: "an unknown code is named before a redirect_uri that is not registered",
    covers: &["token.precedence.code-vs-redirect"],
    needs: &[TOKEN, CODE, Need::Client("web")],
    cases: || {
        (unknown_code(), redirect_elsewhere(), auth_style(), order())
            .prop_map(|(code, elsewhere, style, order)| {
                let request = code_request(code.as_str().into(), elsewhere.as_str().into());
                Case::one(order.fields(request.client(style, "web")))
                    .input("code", code)
                    .input("redirect_uri", elsewhere)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const USED_CODE_AND_REDIRECT: Scenario = Scenario {
    id: "used-code-and-redirect-uri",
    says: "a used code is named before another redirect_uri",
    covers: &["token.precedence.used-code-vs-redirect"],
    needs: WEB_CODE,
    cases: || {
        (redirect_near_miss(), auth_style(), order())
            .prop_map(|(edit, style, order)| {
                let other = callback("web").edited(edit);
                let request = redemption_at(other.clone()).client(style, "web");
                Case::default()
                    .sign_in(sign_in("web", &openid()))
                    .setup(REDEEM, redemption("web").client(style, "web"), &["access_token"])
                    .probe("again", order.fields(request))
                    .input("redirect_uri", other)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const REDIRECT_AND_VERIFIER: Scenario = Scenario {
    id: "redirect-uri-and-verifier",
    says: "another redirect_uri is named before a wrong verifier",
    covers: &["token.precedence.redirect-vs-verifier"],
    needs: WEB_CODE,
    cases: || {
        (redirect_near_miss(), other_verifier(), auth_style(), order())
            .prop_map(|(edit, (right, other), style, order)| {
                let redirect_uri = callback("web").edited(edit);
                let request = bare_code_request(Value::captured("code"), redirect_uri.clone())
                    .client(style, "web")
                    .field("code_verifier", other.as_str());
                Case::default()
                    .sign_in(with_challenge(sign_in("web", &openid()), &right))
                    .probe("redeem", order.fields(request))
                    .input("redirect_uri", redirect_uri)
                    .input("verifier", right)
                    .input("sent", other)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const SCOPE_AND_CLIENT: Scenario = Scenario {
    id: "scope-and-secret",
    says: "a scope that is no use is named before a missing secret",
    covers: &["token.precedence.scope-vs-client"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("public"), Need::Client("machine"), Need::ResourceServer],
    cases: || {
        let role = prop_oneof![Just("public"), Just("machine")];
        (role, unknown_scope(), order())
            .prop_map(|(role, scope, order)| {
                let request = Request::token("client_credentials").public_client(role);
                Case::one(order.fields(request.field("scope", scope.clone())))
                    .input("client", role)
                    .input("scope", scope)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

/// Requests with two faults.
pub const SUITE: Suite = Suite {
    name: "token::precedence",
    scenarios: &[
        MEDIA_TYPE_FIRST,
        CLIENT_AND_CODE,
        CLIENT_AND_GRANT_TYPE,
        CLIENT_AND_MISSING,
        CODE_AND_REDIRECT,
        USED_CODE_AND_REDIRECT,
        REDIRECT_AND_VERIFIER,
        SCOPE_AND_CLIENT,
    ],
};
