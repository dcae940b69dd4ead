//! Headers and signatures of tokens (RFC 7515).

use poolproof_harness::prelude::*;

use super::{
    CODE, CREDENTIALS, MAIN_USER, PASSWORD_SIGN_IN, REFRESH, TOKEN, by_api, by_code, by_code_with_basic,
    by_implicit, by_machine, by_machine_with_basic, by_public_code, by_refresh, by_refresh_with_basic,
    by_unproven_code,
};

/// The step that fetches the key set.
const KEYS: &str = "keys";
const JWKS: Need = Need::Endpoint(Endpoint::Jwks);

/// The same cases, with the key set fetched first.
fn keyed(cases: BoxedStrategy<Case>) -> BoxedStrategy<Case> {
    cases
        .prop_map(|case| {
            let is_shared = case.steps.iter().all(|step| step.shared);
            let mut keyed = Case::default().setup(KEYS, Request::get(Endpoint::Jwks), &[]);
            keyed.steps.extend(case.steps);
            if is_shared { keyed.shared() } else { keyed }
        })
        .boxed()
}

const BOTH: &[Field] = &[
    Field::TokenHeader(Token::Access),
    Field::TokenHeader(Token::Id),
    Field::Holds(Relation::OtherKeys),
    Field::Signature(Token::Access, KEYS),
    Field::Signature(Token::Id, KEYS),
];

const BY_CODE: Scenario = Scenario {
    id: "code",
    says: "the tokens for a code are signed, each with a key of the set of its own",
    covers: &["claims.header", "claims.header.kid-differs", "claims.signature"],
    needs: &[JWKS, TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_code()),
    watch: BOTH,
    effort: Effort::Flow,
};

const BY_CODE_WITH_BASIC: Scenario = Scenario {
    id: "code-basic",
    says: "the tokens for a code that was redeemed with Basic authentication are signed, each with a key of the set of its own",
    needs: &[JWKS, TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_code_with_basic()),
    ..BY_CODE
};

const BY_UNPROVEN_CODE: Scenario = Scenario {
    id: "code-without-proof-key",
    says: "the tokens for a code that was asked for without a proof key are signed, each with a key of the set of its own",
    needs: &[JWKS, TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_unproven_code()),
    ..BY_CODE
};

const BY_REFRESH_WITH_BASIC: Scenario = Scenario {
    id: "refresh-basic",
    says: "the tokens of a refresh with Basic authentication are signed, each with a key of the set of its own",
    needs: &[JWKS, TOKEN, CODE, REFRESH, Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_refresh_with_basic()),
    ..BY_CODE
};

const BY_PUBLIC_CODE: Scenario = Scenario {
    id: "code-of-public-client",
    says: "the tokens for a code of a client without a secret are signed, each with a key of its own",
    needs: &[JWKS, TOKEN, CODE, Need::Client("public"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_public_code()),
    ..BY_CODE
};

const BY_REFRESH: Scenario = Scenario {
    id: "refresh",
    says: "the tokens of a refresh are signed, each with a key of the set of its own",
    needs: &[JWKS, TOKEN, CODE, REFRESH, Need::Client("web"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_refresh()),
    ..BY_CODE
};

const BY_IMPLICIT: Scenario = Scenario {
    id: "implicit",
    says: "the tokens of the implicit grant are signed, each with a key of the set of its own",
    needs: &[JWKS, Need::Grant(Grant::Implicit), Need::Client("implicit"), Need::SignIn, MAIN_USER],
    cases: || keyed(by_implicit()),
    ..BY_CODE
};

const BY_API: Scenario = Scenario {
    id: "api",
    says: "the tokens of a sign-in through the API are signed, each with a key of the set of its own",
    needs: &[JWKS, PASSWORD_SIGN_IN, Need::Client("web"), MAIN_USER],
    cases: || keyed(by_api()),
    ..BY_CODE
};

const BY_MACHINE: Scenario = Scenario {
    id: "machine",
    says: "the token of a machine is signed with a key of the set",
    covers: &["claims.header", "claims.signature"],
    needs: &[JWKS, TOKEN, CREDENTIALS, Need::Client("machine"), Need::ResourceServer],
    cases: || keyed(by_machine()),
    watch: &[Field::TokenHeader(Token::Access), Field::Signature(Token::Access, KEYS)],
    effort: Effort::Flow,
};

const BY_MACHINE_WITH_BASIC: Scenario = Scenario {
    id: "machine-basic",
    says: "the token of a machine that uses Basic authentication is signed with a key of the set",
    cases: || keyed(by_machine_with_basic()),
    ..BY_MACHINE
};

/// Headers and signatures of tokens.
pub const SUITE: Suite = Suite {
    name: "claims::header",
    scenarios: &[
        BY_CODE,
        BY_CODE_WITH_BASIC,
        BY_UNPROVEN_CODE,
        BY_PUBLIC_CODE,
        BY_REFRESH,
        BY_REFRESH_WITH_BASIC,
        BY_IMPLICIT,
        BY_API,
        BY_MACHINE,
        BY_MACHINE_WITH_BASIC,
    ],
};
