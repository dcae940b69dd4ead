//! Proof keys for code exchange (RFC 7636) in the authorization request.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, MAIN_USER, PLACE, Params, REFUSAL, asked, set, valid, without};
use crate::flow::{openid, sign_in, with_challenge};

/// With a secret and without one: the rules are the same.
const CLIENTS: &[Need] = &[AUTHORIZE, Need::Client("web"), Need::Client("public")];

/// A request of either client with the challenge of any verifier and the method `S256`.
fn proven() -> BoxedStrategy<(Params, String)> {
    (prop::sample::select(&["web", "public"][..]), verifier())
        .prop_map(|(role, verifier)| {
            let challenge = Value::S256(Box::new(verifier.as_str().into()));
            (set(valid(role), "code_challenge", challenge), verifier)
        })
        .boxed()
}

const OK: Scenario = Scenario {
    id: "success",
    says: "a challenge with the method S256 leads to the sign-in page",
    covers: &["authorize.pkce.ok"],
    needs: CLIENTS,
    cases: || {
        (proven(), order())
            .prop_map(|((params, verifier), order)| asked(params, order).input("verifier", verifier))
            .boxed()
    },
    watch: PLACE,
    effort: Effort::Single,
};

const OK_SIGNED_IN: Scenario = Scenario {
    id: "success-signed-in",
    says: "a sign-in with a challenge and the method S256 ends at the callback with a code",
    covers: &["authorize.pkce.ok"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::Client("public"), Need::SignIn, MAIN_USER],
    cases: || {
        (prop::sample::select(&["web", "public"][..]), verifier())
            .prop_map(|(role, verifier)| {
                Case::default()
                    .probe_sign_in("sign-in", with_challenge(sign_in(role, &openid()), &verifier))
                    .input("verifier", verifier)
            })
            .boxed()
    },
    watch: &[Field::LeadsTo, Field::Carries],
    effort: Effort::Flow,
};

const METHOD_MISSING: Scenario = Scenario {
    id: "method-missing",
    says: "a challenge without a method is refused at the callback",
    covers: &["authorize.pkce.method-missing"],
    needs: CLIENTS,
    cases: || {
        (proven(), order())
            .prop_map(|((params, verifier), order)| {
                asked(without(params, "code_challenge_method"), order).input("verifier", verifier)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const PLAIN: Scenario = Scenario {
    id: "method-plain",
    says: "the method plain is refused at the callback, with the verifier as challenge too",
    covers: &["authorize.pkce.method-plain"],
    needs: CLIENTS,
    cases: || {
        (proven(), any::<bool>(), order())
            .prop_map(|((params, verifier), bare, order)| {
                let params = set(params, "code_challenge_method", "plain");
                let params = if bare { set(params, "code_challenge", verifier.as_str()) } else { params };
                asked(params, order).input("verifier", verifier)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const METHOD_UNKNOWN: Scenario = Scenario {
    id: "method-unknown",
    says: "any method but S256 is refused at the callback",
    covers: &["authorize.pkce.method-plain"],
    needs: CLIENTS,
    cases: || {
        let near = prop::sample::select(&["S512", "SHA256", "S-256", "RS256", "PLAIN"][..]);
        let classes = vec![
            Just("s256".to_owned()).boxed(),
            near.prop_map(str::to_owned).boxed(),
            Just("S256 ".to_owned()).boxed(),
            "[A-Za-z0-9]{1,12}".boxed(),
        ];
        let method = in_turn(classes).prop_filter("the one that is known", |method| method != "S256");
        (proven(), method, order())
            .prop_map(|((params, verifier), method, order)| {
                asked(set(params, "code_challenge_method", method.as_str()), order)
                    .input("verifier", verifier)
                    .input("method", method)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const CHALLENGE_MISSING: Scenario = Scenario {
    id: "challenge-missing",
    says: "a method without a challenge is refused at the callback",
    covers: &["authorize.pkce.challenge-missing"],
    needs: CLIENTS,
    cases: || {
        (prop::sample::select(&["web", "public"][..]), order())
            .prop_map(|(role, order)| {
                asked(without(valid(role), "code_challenge"), order).input("client", role)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// Challenge and method.
pub const SUITE: Suite = Suite {
    name: "authorize::pkce",
    scenarios: &[OK, OK_SIGNED_IN, METHOD_MISSING, PLAIN, METHOD_UNKNOWN, CHALLENGE_MISSING],
};
