//! What the API does not define: it is taken for a request that has to be signed.

use poolproof_harness::prelude::*;

use super::{ERROR_TYPE, REFUSAL, TEXT, alone, around, no_token};

const fn at(situation: &'static str) -> Need {
    Need::Guard(GuardNeed::Situation(situation))
}

const RESOURCE: Scenario = Scenario {
    id: "no-such-resource",
    says: "a path that the API does not define asks for a signature",
    covers: &["rest.route.missing-resource"],
    needs: &[at("no-such-resource")],
    cases: || alone(Request::to_guard()),
    watch: &[Field::Admitted, Field::Status, Field::MediaType, ERROR_TYPE, Field::Body],
    effort: Effort::Single,
};

const METHOD: Scenario = Scenario {
    id: "no-such-method",
    says: "a method that the resource does not define asks for a signature",
    covers: &["rest.route.missing-method"],
    needs: &[at("no-such-method")],
    cases: || alone(Request::to_guard()),
    watch: REFUSAL,
    effort: Effort::Single,
};

/// How the refusal begins where `Authorization` holds a token.
const NO_PAIR: &str = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and \
                       encoded with Base64): '";

fn with_bearer() -> BoxedStrategy<Case> {
    no_token()
        .prop_flat_map(|token| {
            let request = Request::to_guard().header("Authorization", format!("Bearer {token}"));
            around(request).prop_map(move |request| Case::one(request).input("token", &token))
        })
        .boxed()
}

const RESOURCE_WITH_TOKEN: Scenario = Scenario {
    id: "no-such-resource-with-token",
    says: "a token at a path that the API does not define is taken for a broken signature",
    covers: &["rest.route.missing-resource-with-bearer"],
    needs: &[at("no-such-resource")],
    cases: with_bearer,
    watch: &[Field::Admitted, Field::Status, Field::BodyContains(NO_PAIR)],
    effort: Effort::Single,
};

const METHOD_WITH_TOKEN: Scenario = Scenario {
    id: "no-such-method-with-token",
    says: "a token with a method that the resource does not define is taken for a broken signature",
    needs: &[at("no-such-method")],
    ..RESOURCE_WITH_TOKEN
};

/// An `Authorization` of pairs that is no signature: nobody is named in it.
fn pairs() -> BoxedStrategy<String> {
    let scheme = prop::sample::select(&["Bearer", "Basic", "Token", "Digest", "AWS4-HMAC-SHA256"][..]);
    let pair = ("[A-Za-z][A-Za-z0-9]{0,15}", "[A-Za-z0-9/+]{1,20}={0,2}")
        .prop_filter("a parameter of a signature", |(name, _)| {
            !["credential", "signature", "signedheaders"].contains(&name.to_ascii_lowercase().as_str())
        })
        .prop_map(|(name, value)| format!("{name}={value}"));
    (scheme, prop::collection::vec(pair, 1..4))
        .prop_map(|(scheme, pairs)| format!("{scheme} {}", pairs.join(", ")))
        .boxed()
}

const NO_CREDENTIAL: Scenario = Scenario {
    id: "no-credential",
    says: "an Authorization of pairs at a path that the API does not define lacks a credential",
    covers: &["rest.route.missing-resource-credential-parameter"],
    needs: &[at("no-such-resource")],
    cases: || {
        pairs()
            .prop_flat_map(|value| {
                let request = Request::to_guard().header("Authorization", value.as_str());
                around(request).prop_map(move |request| Case::one(request).input("Authorization", &value))
            })
            .boxed()
    },
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::BodyContains("Authorization header requires 'Credential' parameter."),
    ],
    effort: Effort::Single,
};

const STAGE: Scenario = Scenario {
    id: "no-such-stage",
    says: "a stage that there is not is forbidden",
    covers: &["rest.route.missing-stage"],
    needs: &[at("no-such-stage")],
    cases: || alone(Request::to_guard()),
    watch: &[Field::Admitted, Field::Status, ERROR_TYPE],
    effort: Effort::Single,
};

const DEPLOYMENT: Scenario = Scenario {
    id: "not-deployed",
    says: "an API without a deployment is forbidden",
    covers: &["rest.deploy.no-deployment"],
    needs: &[at("not-deployed")],
    watch: TEXT,
    ..STAGE
};

const DOMAIN: Scenario = Scenario {
    id: "wrong-domain-path",
    says: "a path of a custom domain that no mapping fits asks for a signature",
    covers: &["rest.route.custom-domain-wrong-path"],
    needs: &[at("wrong-domain-path")],
    watch: TEXT,
    ..STAGE
};

/// What the API does not define.
pub const SUITE: Suite = Suite {
    name: "guard::rest::route",
    scenarios: &[
        RESOURCE,
        METHOD,
        RESOURCE_WITH_TOKEN,
        METHOD_WITH_TOKEN,
        NO_CREDENTIAL,
        STAGE,
        DEPLOYMENT,
        DOMAIN,
    ],
};
