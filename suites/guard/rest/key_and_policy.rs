//! What stands beside the token: API key, resource policy, firewall, and an authorizer that cannot be used.

use poolproof_harness::prelude::*;

use super::{ERROR_TYPE, REFUSAL, TEXT, alone, around, no_token};

const fn at(situation: &'static str) -> Need {
    Need::Guard(GuardNeed::Situation(situation))
}

/// The request without an API key, or with one that nobody was given.
fn without_key(request: Request) -> BoxedStrategy<Request> {
    prop::option::of("[A-Za-z0-9]{20,40}")
        .prop_flat_map(move |key| match key {
            Some(key) => around(request.clone().header("x-api-key", key)),
            None => around(request.clone()),
        })
        .boxed()
}

const KEY: Scenario = Scenario {
    id: "api-key-missing",
    says: "a good token without the API key is forbidden",
    covers: &["rest.api-key.missing-with-valid-token"],
    needs: &[at("api-key")],
    cases: || without_key(Request::guarded(Jwt::good())).prop_map(Case::one).boxed(),
    watch: REFUSAL,
    effort: Effort::Single,
};

const TOKEN_AND_KEY: Scenario = Scenario {
    id: "token-before-api-key",
    says: "where both are wrong, the token is what is complained of",
    covers: &["rest.api-key.bad-token-and-bad-key"],
    needs: &[at("api-key")],
    cases: || {
        prop::option::of(no_token())
            .prop_flat_map(|token| {
                without_key(match token {
                    Some(token) => Request::guarded(token),
                    None => Request::to_guard(),
                })
            })
            .prop_map(Case::one)
            .boxed()
    },
    watch: TEXT,
    effort: Effort::Single,
};

/// How the refusal of a resource policy begins. The name of the member has a capital letter.
const DENIED: Field = Field::BodyContains(
    r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: "#,
);

const DENY: Scenario = Scenario {
    id: "policy-denies",
    says: "a good token does not help against a policy that denies the caller",
    covers: &["rest.policy.explicit-deny"],
    needs: &[at("policy-deny")],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: &[
        Field::Admitted,
        Field::Status,
        ERROR_TYPE,
        DENIED,
        Field::BodyContains(" with an explicit deny"),
    ],
    effort: Effort::Single,
};

const NO_ALLOW: Scenario = Scenario {
    id: "policy-allows-others",
    says: "a good token does not help against a policy that allows other callers alone",
    covers: &["rest.policy.no-allow"],
    needs: &[at("policy-allows-others")],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::MediaType,
        ERROR_TYPE,
        Field::HasHeader("x-amz-apigw-id"),
        DENIED,
    ],
    effort: Effort::Single,
};

const TOKEN_AND_POLICY: Scenario = Scenario {
    id: "token-before-policy",
    says: "where a policy denies the caller too, a forged token is not let in",
    covers: &["rest.policy.bad-token-first"],
    needs: &[at("policy-deny")],
    cases: || {
        forgery::foreign_key()
            .prop_map(|jwt| Case::one(Request::guarded(jwt.clone())).input("token", jwt))
            .boxed()
    },
    watch: &[Field::Admitted],
    effort: Effort::Single,
};

const FIREWALL: Scenario = Scenario {
    id: "firewall",
    says: "what the firewall blocks is forbidden, whatever the token",
    covers: &["rest.waf.blocked"],
    needs: &[at("waf")],
    cases: || alone(Request::to_guard()),
    watch: &[Field::Admitted, Field::Status, ERROR_TYPE, Field::HasHeader("x-amz-apigw-id")],
    effort: Effort::Single,
};

const MISCONFIGURED: Scenario = Scenario {
    id: "misconfigured",
    says: "an authorizer that cannot be used is an error of the server, and lets nobody in",
    covers: &["rest.authorizer.configuration-error"],
    needs: &[at("misconfigured")],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: &[Field::Admitted, Field::Status, ERROR_TYPE],
    effort: Effort::Single,
};

/// What stands beside the token.
pub const SUITE: Suite = Suite {
    name: "guard::rest::key-and-policy",
    scenarios: &[KEY, TOKEN_AND_KEY, DENY, NO_ALLOW, TOKEN_AND_POLICY, FIREWALL, MISCONFIGURED],
};
