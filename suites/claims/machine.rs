//! Claims of the tokens that clients get for themselves (RFC 6749 section 4.4).

use poolproof_harness::prelude::*;

use super::{CREDENTIALS, MACHINE, STYLE, TOKEN, by_machine, by_machine_with_basic};
use crate::flow::{credentials_of, scoped};

const PRESENT: Scenario = Scenario {
    id: "present",
    says: "the token of a machine has every claim that such tokens have",
    covers: &["claims.m2m.present", "claims.iss"],
    needs: MACHINE,
    cases: by_machine,
    watch: &[
        Field::Claims(Token::Access, &["sub", "client_id", "iss", "token_use", "scope", "exp", "iat", "jti"]),
        Field::Claim(Token::Access, "token_use"),
        Field::Claim(Token::Access, "iss"),
        Field::Claim(Token::Access, "client_id"),
    ],
    effort: Effort::Single,
};

const PRESENT_WITH_BASIC: Scenario = Scenario {
    id: "present-basic",
    says: "the token of a machine that uses Basic authentication has every claim that such tokens have",
    cases: by_machine_with_basic,
    ..PRESENT
};

const TYPES: Scenario = Scenario {
    id: "types",
    says: "the claims of the token of a machine are of their types",
    covers: &["claims.exp-iat", "claims.additive"],
    watch: &[
        Field::ClaimKind(Token::Access, "sub"),
        Field::ClaimKind(Token::Access, "exp"),
        Field::ClaimKind(Token::Access, "iat"),
        Field::ClaimKind(Token::Access, "scope"),
    ],
    ..PRESENT
};

const SUB: Scenario = Scenario {
    id: "sub",
    says: "sub in the token of a machine is the client",
    covers: &["claims.m2m.sub"],
    watch: &[Field::Holds(Relation::SameClaims(Token::Access, "sub", "client_id"))],
    ..PRESENT
};

const SUB_NARROW: Scenario = Scenario {
    id: "sub-of-another-machine",
    says: "sub in the token of another machine is that client",
    covers: &["claims.m2m.sub"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-narrow"), Need::ResourceServer],
    cases: || Just(Case::one(credentials_of(STYLE, "machine-narrow"))).boxed(),
    watch: &[Field::Claim(Token::Access, "sub"), Field::Claim(Token::Access, "client_id")],
    effort: Effort::Single,
};

const ABSENT: Scenario = Scenario {
    id: "absent",
    says: "the token of a machine has no claim of a user's",
    covers: &["claims.m2m.absent"],
    watch: &[Field::NoClaims(Token::Access, &["username", "cognito:groups", "device_key", "origin_jti"])],
    ..PRESENT
};

const MAYBE: Scenario = Scenario {
    id: "maybe",
    says: "the token of a machine has auth_time and version",
    covers: &["claims.m2m.maybe"],
    watch: &[Field::Claims(Token::Access, &["auth_time", "version"])],
    ..PRESENT
};

const NO_AUD: Scenario = Scenario {
    id: "no-aud",
    says: "the token of a machine that named no resource has no aud",
    covers: &["claims.access.no-aud"],
    watch: &[Field::NoClaims(Token::Access, &["aud"])],
    ..PRESENT
};

const SCOPES: Scenario = Scenario {
    id: "scope",
    says: "scope has the scopes that were asked for, each with the identifier of its resource server",
    covers: &["claims.m2m.scope-form"],
    needs: MACHINE,
    cases: || {
        some_of(api_scopes(&["read", "write", "admin"]))
            .prop_map(|scopes| {
                let scope = listed(&scopes);
                Case::one(scoped(credentials_of(STYLE, "machine"), Some(scope.clone()))).input("scope", scope)
            })
            .boxed()
    },
    watch: &[Field::ScopesOf("scope")],
    effort: Effort::Single,
};

const ALL_SCOPES: Scenario = Scenario {
    id: "scope-not-named",
    says: "scope has all custom scopes of the client where none was asked for, and no other",
    covers: &["claims.m2m.scope-form", "claims.m2m.present"],
    cases: || Just(Case::one(credentials_of(STYLE, "machine"))).boxed(),
    watch: &[Field::Scopes],
    ..SCOPES
};

/// Claims of the tokens that clients get for themselves.
pub const SUITE: Suite = Suite {
    name: "claims::machine",
    scenarios: &[
        PRESENT,
        PRESENT_WITH_BASIC,
        TYPES,
        SUB,
        SUB_NARROW,
        ABSENT,
        MAYBE,
        NO_AUD,
        SCOPES,
        ALL_SCOPES,
    ],
};
