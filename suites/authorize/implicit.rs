//! The implicit grant (RFC 6749 section 4.2): tokens in the fragment of the callback.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, MAIN_USER};
use crate::flow::{openid, shown, unproven_sign_in, with_param};

const IMPLICIT: &[Need] =
    &[AUTHORIZE, Need::Grant(Grant::Implicit), Need::Client("implicit"), Need::SignIn, MAIN_USER];
/// The same with a scope that is not about users.
const WITH_API: &[Need] = &[
    AUTHORIZE,
    Need::Grant(Grant::Implicit),
    Need::Client("implicit"),
    Need::SignIn,
    MAIN_USER,
    Need::ResourceServer,
];

/// A sign-in that asks for tokens at once.
fn for_tokens(scopes: &[Value]) -> SignIn {
    let sign_in = with_param(unproven_sign_in("implicit"), "response_type", "token".into());
    with_param(sign_in, "scope", listed(scopes))
}

/// Such a sign-in with these scopes and any state.
fn any_state(scopes: BoxedStrategy<Vec<Value>>) -> BoxedStrategy<Case> {
    (scopes, opaque_text())
        .prop_map(|(scopes, state)| {
            let sign_in = with_param(for_tokens(&scopes), "state", state.as_str().into());
            Case::default()
                .probe_sign_in("sign-in", sign_in)
                .input("scope", shown(&scopes))
                .input("state", state)
        })
        .boxed()
}

const WITH_OPENID: Scenario = Scenario {
    id: "openid",
    says: "with openid the fragment carries both tokens, and no refresh token",
    covers: &["authorize.implicit.openid"],
    needs: WITH_API,
    cases: || any_state(with(openid(), vec!["email".into(), api_scope("read")])),
    watch: &[Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

const WITHOUT_OPENID: Scenario = Scenario {
    id: "no-openid",
    says: "without openid the fragment carries the access token alone",
    covers: &["authorize.implicit.no-openid"],
    needs: WITH_API,
    cases: || any_state(Just(vec![api_scope("read")]).boxed()),
    watch: &[Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

const TOKEN_TYPE: Scenario = Scenario {
    id: "token-type",
    says: "the fragment names the token type bearer, in any letter case",
    covers: &["authorize.implicit.token-type-case"],
    needs: IMPLICIT,
    cases: || any_state(with(openid(), vec!["email".into()])),
    watch: &[Field::LeadsTo, Field::TokenType],
    effort: Effort::Flow,
};

const STATE: Scenario = Scenario {
    id: "state",
    says: "the fragment brings any state back as it was sent",
    covers: &["authorize.state-echo"],
    needs: IMPLICIT,
    cases: || any_state(with(openid(), vec!["email".into()])),
    watch: &[Field::LeadsTo, Field::StateEcho],
    effort: Effort::Flow,
};

const NONCE: Scenario = Scenario {
    id: "nonce",
    says: "the nonce of the request stands in the ID token of the fragment",
    covers: &["authorize.nonce"],
    needs: IMPLICIT,
    cases: || {
        (nonce_text(), with(openid(), vec!["email".into()]))
            .prop_map(|(nonce, scopes)| {
                let sign_in = with_param(for_tokens(&scopes), "nonce", nonce.as_str().into());
                Case::default().probe_sign_in("sign-in", sign_in).input("nonce", nonce)
            })
            .boxed()
    },
    watch: &[Field::Claim(Token::Id, "nonce")],
    effort: Effort::Flow,
};

const NOT_ALLOWED: Scenario = Scenario {
    id: "scope-not-allowed",
    says: "a scope that the client does not have never comes with the access token, refused or not",
    covers: &["authorize.scope-never-granted"],
    needs: WITH_API,
    cases: || {
        let mut missing: Vec<Value> =
            ["phone", "profile", "aws.cognito.signin.user.admin"].into_iter().map(Value::from).collect();
        missing.extend(api_scopes(&["write", "admin"]));
        (with(openid(), vec!["email".into(), api_scope("read")]), some_of(missing), order())
            .prop_map(|(scopes, missing, order)| {
                let scopes = order.of([scopes, missing].concat());
                Case::default().probe_sign_in("sign-in", for_tokens(&scopes)).input("scope", shown(&scopes))
            })
            .boxed()
    },
    watch: &[Field::FurtherScopes(&["openid", "email", "<resource-server>/read"])],
    effort: Effort::Flow,
};

/// The implicit grant.
pub const SUITE: Suite = Suite {
    name: "authorize::implicit",
    scenarios: &[WITH_OPENID, WITHOUT_OPENID, TOKEN_TYPE, STATE, NONCE, NOT_ALLOWED],
};
