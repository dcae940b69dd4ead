//! Method, response type, state, nonce, identity provider, and parameters that nobody knows.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, MAIN_USER, PLACE, REFUSAL, WEB, WEB_SIGN_IN, ask, asked, set, valid, without};
use crate::flow::{REDEEM, openid, redemption, sign_in, web_scopes, with_param};

const TO_LOGIN: Scenario = Scenario {
    id: "to-login",
    says: "a valid request is redirected to /login with its own parameters",
    covers: &["authorize.to-login"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("public")],
    cases: || {
        let role = prop::sample::select(&["web", "public"][..]);
        (role, 0_usize..2, web_scopes(), opaque_text(), order())
            .prop_map(|(role, index, scopes, state, order)| {
                let params = set(valid(role), "redirect_uri", Value::callback(role, index));
                let params = set(set(params, "scope", listed(&scopes)), "state", state.as_str());
                asked(params, order).input("scope", crate::flow::shown(&scopes)).input("state", state)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::LeadsTo, Field::QueryKept],
    effort: Effort::Single,
};

const POST: Scenario = Scenario {
    id: "post",
    says: "the endpoint takes no POST, wherever the parameters stand",
    covers: &["authorize.method"],
    needs: WEB,
    cases: || {
        (any::<bool>(), order())
            .prop_map(|(in_query, order)| {
                let params = order.of(valid("web"));
                let request = Request::post_form(Endpoint::Authorize).header("Accept", "text/html,*/*;q=0.8");
                let request =
                    if in_query { Request { query: params, ..request } } else { request.fields(params) };
                Case::one(request).input("in the query", in_query)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::LeadsTo],
    effort: Effort::Single,
};

const CODE_IN_QUERY: Scenario = Scenario {
    id: "code-in-query",
    says: "a sign-in ends at the callback with the code in the query",
    covers: &["authorize.code-in-query"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("public"), Need::SignIn, MAIN_USER],
    cases: || {
        let role = prop::sample::select(&["web", "public"][..]);
        (role, 0_usize..2, web_scopes())
            .prop_map(|(role, index, scopes)| {
                let registered = Value::callback(role, index);
                let mut sign_in = with_param(sign_in(role, &scopes), "redirect_uri", registered.clone());
                sign_in.redirect_uri = registered;
                Case::default().probe_sign_in("sign-in", sign_in).input("scope", crate::flow::shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

const STATE: Scenario = Scenario {
    id: "state",
    says: "a sign-in brings any state back as it was sent",
    covers: &["authorize.state-echo"],
    needs: WEB_SIGN_IN,
    cases: || {
        opaque_text()
            .prop_map(|state| {
                let sign_in = with_param(sign_in("web", &openid()), "state", state.as_str().into());
                Case::default().probe_sign_in("sign-in", sign_in).input("state", state)
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::StateEcho],
    effort: Effort::Flow,
};

/// Something that is wrong with a request in a way that the client may learn at its callback.
fn refused() -> BoxedStrategy<super::Params> {
    prop_oneof![
        Just(without(valid("web"), "response_type")),
        Just(set(valid("web"), "response_type", "token")),
        Just(without(valid("web"), "code_challenge_method")),
        Just(set(valid("web"), "code_challenge_method", "plain")),
        Just(set(valid("web"), "scope", "openid poolproof-no-such-scope")),
    ]
    .boxed()
}

const STATE_ON_ERROR: Scenario = Scenario {
    id: "state-on-error",
    says: "an error at the callback brings any state back as it was sent",
    covers: &["authorize.state-echo-on-error"],
    needs: WEB,
    cases: || {
        (refused(), opaque_text(), order())
            .prop_map(|(params, state, order)| {
                asked(set(params, "state", state.as_str()), order).input("state", state)
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::StateEcho],
    effort: Effort::Single,
};

const STATE_ABSENT: Scenario = Scenario {
    id: "state-absent",
    says: "a sign-in without a state brings none",
    covers: &["authorize.state-absent"],
    needs: WEB_SIGN_IN,
    cases: || {
        web_scopes()
            .prop_map(|scopes| {
                let mut sign_in = sign_in("web", &scopes);
                sign_in.params = without(sign_in.params, "state");
                Case::default().probe_sign_in("sign-in", sign_in).input("scope", crate::flow::shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::StateEcho],
    effort: Effort::Flow,
};

const NONCE: Scenario = Scenario {
    id: "nonce",
    says: "the nonce of the request stands in the ID token",
    covers: &["authorize.nonce"],
    needs: &[
        AUTHORIZE,
        Need::Endpoint(Endpoint::Token),
        Need::Grant(Grant::AuthorizationCode),
        Need::Client("web"),
        Need::SignIn,
        MAIN_USER,
    ],
    cases: || {
        (nonce_text(), web_scopes(), Just(AuthStyle::Post))
            .prop_map(|(nonce, scopes, style)| {
                let sign_in = with_param(sign_in("web", &scopes), "nonce", nonce.as_str().into());
                Case::default()
                    .sign_in(sign_in)
                    .probe(REDEEM, redemption("web").client(style, "web"))
                    .input("nonce", nonce)
            })
            .boxed()
    },
    watch: &[Field::Claim(Token::Id, "nonce")],
    effort: Effort::Flow,
};

const RESPONSE_TYPE_MISSING: Scenario = Scenario {
    id: "response-type-missing",
    says: "a request without response_type, or with its name misspelt, is refused at the callback",
    covers: &["authorize.response-type-missing"],
    needs: WEB,
    cases: || {
        let misspelt = prop::sample::select(
            &["response-type", "responseType", "Response_Type", "response_mode", "type", "grant_type"][..],
        );
        (prop::option::of(misspelt), order())
            .prop_map(|(misspelt, order)| {
                let params = without(valid("web"), "response_type");
                let params = match misspelt {
                    Some(name) => set(params, name, "code"),
                    None => params,
                };
                asked(params, order).input("sent as", misspelt.unwrap_or("nothing"))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const RESPONSE_TYPE_UNSUPPORTED: Scenario = Scenario {
    id: "response-type-unsupported",
    says: "a response_type that is neither code nor token is refused",
    covers: &["authorize.response-type-unsupported"],
    needs: WEB,
    cases: || {
        (unknown_response_type(), order())
            .prop_map(|(response_type, order)| {
                let params = set(valid("web"), "response_type", response_type.as_str());
                asked(params, order).input("response_type", response_type)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const UNKNOWN_PARAMS: Scenario = Scenario {
    id: "unknown-parameters",
    says: "parameters that nobody knows change nothing",
    covers: &["authorize.unknown-params"],
    needs: WEB,
    cases: || {
        (extra_fields(), order())
            .prop_map(|(extra, order)| {
                let names: Vec<&str> = extra.iter().map(|(name, _)| name.as_str()).collect();
                let shown = names.join(" ");
                let mut params = valid("web");
                params.extend(extra);
                asked(params, order).input("extra", shown)
            })
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

/// A request of `web` that names an identity provider.
fn with_provider(provider: &str, order: Order) -> Case {
    Case::one(ask(order.of(set(valid("web"), "identity_provider", provider)))).input("provider", provider)
}

const PROVIDER_COGNITO: Scenario = Scenario {
    id: "provider-cognito",
    says: "the identity provider COGNITO is the sign-in page of the pool",
    covers: &["authorize.idp.cognito"],
    needs: WEB,
    cases: || order().prop_map(|order| with_provider("COGNITO", order)).boxed(),
    watch: PLACE,
    effort: Effort::Single,
};

const PROVIDER_UNKNOWN: Scenario = Scenario {
    id: "provider-unknown",
    says: "an identity provider that nobody knows leads to the sign-in page of the pool",
    covers: &["authorize.idp.unknown"],
    needs: WEB,
    cases: || {
        let known = prop::sample::select(&["google", "Google", "Facebook", "LoginWithAmazon", "cognito"][..]);
        let name = prop_oneof![known.prop_map(str::to_owned), "[A-Za-z][A-Za-z0-9_-]{2,30}"];
        (name, order())
            .prop_filter("the pool itself", |(name, _)| name != "COGNITO")
            .prop_map(|(name, order)| with_provider(&name, order))
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

/// Parameters of the authorization request.
pub const SUITE: Suite = Suite {
    name: "authorize::params",
    scenarios: &[
        TO_LOGIN,
        POST,
        CODE_IN_QUERY,
        STATE,
        STATE_ON_ERROR,
        STATE_ABSENT,
        NONCE,
        RESPONSE_TYPE_MISSING,
        RESPONSE_TYPE_UNSUPPORTED,
        UNKNOWN_PARAMS,
        PROVIDER_COGNITO,
        PROVIDER_UNKNOWN,
    ],
};
