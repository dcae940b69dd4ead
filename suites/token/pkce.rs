//! Proof keys for code exchange (RFC 7636) at the redemption of a code.

use poolproof_harness::prelude::*;

use super::{ANSWER, OUTCOME, PUBLIC_CODE, WEB_CODE};
use crate::flow::{openid, sign_in, unproven_redemption, unproven_sign_in, with_challenge};

/// A sign-in of the public client with the challenge of `verifier`, and a redemption with what is `sent`.
fn proven(verifier: &str, sent: Option<Value>, order: Order) -> Case {
    let request = unproven_redemption("public").public_client("public");
    let request = match sent {
        Some(sent) => request.field("code_verifier", sent),
        None => request,
    };
    Case::default()
        .sign_in(with_challenge(sign_in("public", &openid()), verifier))
        .probe("redeem", order.fields(request))
        .input("verifier", verifier)
}

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "any verifier that the RFC allows proves its own challenge",
    covers: &["token.pkce.success"],
    needs: PUBLIC_CODE,
    cases: || {
        (verifier(), order())
            .prop_map(|(verifier, order)| proven(&verifier, Some(verifier.as_str().into()), order))
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const CONFIDENTIAL: Scenario = Scenario {
    id: "confidential-client",
    says: "a client with a secret may use a verifier as well",
    covers: &["token.pkce.confidential"],
    needs: WEB_CODE,
    cases: || {
        (verifier(), auth_style(), order())
            .prop_map(|(verifier, style, order)| {
                let request = unproven_redemption("web").client(style, "web");
                Case::default()
                    .sign_in(with_challenge(sign_in("web", &openid()), &verifier))
                    .probe("redeem", order.fields(request.field("code_verifier", verifier.as_str())))
                    .input("verifier", verifier)
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const OPTIONAL: Scenario = Scenario {
    id: "optional",
    says: "a client without a secret need not use a verifier",
    covers: &["token.pkce.optional-for-public"],
    needs: PUBLIC_CODE,
    cases: || {
        order()
            .prop_map(|order| {
                Case::default()
                    .sign_in(unproven_sign_in("public"))
                    .probe("redeem", order.fields(unproven_redemption("public").public_client("public")))
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const MISSING: Scenario = Scenario {
    id: "verifier-missing",
    says: "a code with a challenge is refused without a verifier",
    covers: &["token.pkce.verifier-missing"],
    needs: PUBLIC_CODE,
    cases: || (verifier(), order()).prop_map(|(verifier, order)| proven(&verifier, None, order)).boxed(),
    watch: OUTCOME,
    effort: Effort::Flow,
};

const WRONG: Scenario = Scenario {
    id: "verifier-wrong",
    says: "a code with a challenge is refused with another verifier, however close",
    covers: &["token.pkce.verifier-wrong"],
    needs: PUBLIC_CODE,
    cases: || {
        (other_verifier(), order())
            .prop_map(|((right, other), order)| {
                proven(&right, Some(other.as_str().into()), order).input("sent", other)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const WRONG_CONFIDENTIAL: Scenario = Scenario {
    id: "verifier-wrong-despite-secret",
    says: "a secret does not make up for a wrong verifier",
    covers: &["token.pkce.verifier-wrong"],
    needs: WEB_CODE,
    cases: || {
        (other_verifier(), auth_style(), order())
            .prop_map(|((right, other), style, order)| {
                let request =
                    unproven_redemption("web").client(style, "web").field("code_verifier", other.as_str());
                Case::default()
                    .sign_in(with_challenge(sign_in("web", &openid()), &right))
                    .probe("redeem", order.fields(request))
                    .input("verifier", right)
                    .input("sent", other)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

const SHORT: Scenario = Scenario {
    id: "verifier-short",
    says: "a verifier that is shorter than the RFC allows proves its challenge all the same",
    covers: &["token.pkce.verifier-short"],
    needs: PUBLIC_CODE,
    cases: || {
        (short_verifier(), order())
            .prop_map(|(verifier, order)| proven(&verifier, Some(verifier.as_str().into()), order))
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const WITHOUT_CHALLENGE: Scenario = Scenario {
    id: "verifier-without-challenge",
    says: "a verifier that nobody asked for is ignored",
    covers: &["token.pkce.verifier-without-challenge"],
    needs: PUBLIC_CODE,
    cases: || {
        (verifier(), order())
            .prop_map(|(verifier, order)| {
                let request = unproven_redemption("public").public_client("public");
                Case::default()
                    .sign_in(unproven_sign_in("public"))
                    .probe("redeem", order.fields(request.field("code_verifier", verifier.as_str())))
                    .input("verifier", verifier)
            })
            .boxed()
    },
    watch: ANSWER,
    effort: Effort::Flow,
};

const CHALLENGE_AS_VERIFIER: Scenario = Scenario {
    id: "verifier-is-challenge",
    says: "the challenge itself is no verifier",
    covers: &["token.pkce.verifier-is-challenge"],
    needs: PUBLIC_CODE,
    cases: || {
        (verifier(), order())
            .prop_map(|(verifier, order)| {
                let challenge = Value::S256(Box::new(verifier.as_str().into()));
                proven(&verifier, Some(challenge), order)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Flow,
};

/// Proof keys for code exchange.
pub const SUITE: Suite = Suite {
    name: "token::pkce",
    scenarios: &[
        SUCCESS,
        CONFIDENTIAL,
        OPTIONAL,
        MISSING,
        WRONG,
        WRONG_CONFIDENTIAL,
        SHORT,
        WITHOUT_CHALLENGE,
        CHALLENGE_AS_VERIFIER,
    ],
};
