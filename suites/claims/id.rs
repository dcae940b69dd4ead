//! Claims of ID tokens, in whatever way they were obtained.

use poolproof_harness::prelude::*;

use super::{
    API, IMPLICIT, PUBLIC_CODE, STYLE, WEB_CODE, WEB_REFRESH, by_api, by_code, by_code_with_basic,
    by_implicit, by_public_code, by_refresh, by_refresh_with_basic, by_unproven_code, implicit_sign_in,
};
use crate::flow::{openid, redemption, sign_in, with_param};

/// What every ID token of a user has.
const REQUIRED: &[Field] = &[
    Field::Claims(
        Token::Id,
        &["iss", "sub", "aud", "exp", "iat", "token_use", "auth_time", "cognito:username"],
    ),
    Field::Claim(Token::Id, "token_use"),
    Field::Claim(Token::Id, "iss"),
    Field::Claim(Token::Id, "aud"),
    Field::Claim(Token::Id, "cognito:username"),
];
const KINDS: &[Field] = &[
    Field::ClaimKind(Token::Id, "sub"),
    Field::ClaimKind(Token::Id, "exp"),
    Field::ClaimKind(Token::Id, "iat"),
    Field::ClaimKind(Token::Id, "auth_time"),
];

const BY_CODE: Scenario = Scenario {
    id: "code",
    says: "the ID token for a code has every claim that ID tokens have",
    covers: &["claims.id.required", "claims.id.aud", "claims.id.username", "claims.iss"],
    needs: WEB_CODE,
    cases: by_code,
    watch: REQUIRED,
    effort: Effort::Flow,
};

const BY_CODE_WITH_BASIC: Scenario = Scenario {
    id: "code-basic",
    says: "the ID token for a code that was redeemed with Basic authentication has every claim that ID tokens have",
    needs: WEB_CODE,
    cases: by_code_with_basic,
    ..BY_CODE
};

const BY_UNPROVEN_CODE: Scenario = Scenario {
    id: "code-without-proof-key",
    says: "the ID token for a code that was asked for without a proof key has every claim that ID tokens have",
    needs: WEB_CODE,
    cases: by_unproven_code,
    ..BY_CODE
};

const BY_REFRESH_WITH_BASIC: Scenario = Scenario {
    id: "refresh-basic",
    says: "the ID token of a refresh with Basic authentication has every claim that ID tokens have",
    needs: WEB_REFRESH,
    cases: by_refresh_with_basic,
    ..BY_CODE
};

const BY_PUBLIC_CODE: Scenario = Scenario {
    id: "code-of-public-client",
    says: "the ID token for a code of a client without a secret has every claim that ID tokens have",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..BY_CODE
};

const BY_REFRESH: Scenario = Scenario {
    id: "refresh",
    says: "the ID token of a refresh has every claim that ID tokens have",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..BY_CODE
};

const BY_IMPLICIT: Scenario = Scenario {
    id: "implicit",
    says: "the ID token of the implicit grant has every claim that ID tokens have",
    needs: IMPLICIT,
    cases: by_implicit,
    ..BY_CODE
};

const BY_API: Scenario = Scenario {
    id: "api",
    says: "the ID token of a sign-in through the API has every claim that ID tokens have",
    needs: API,
    cases: by_api,
    ..BY_CODE
};

const KINDS_BY_CODE: Scenario = Scenario {
    id: "types-code",
    says: "the claims of the ID token for a code are of their types",
    covers: &["claims.id.auth-time", "claims.exp-iat", "claims.sub", "claims.additive"],
    needs: WEB_CODE,
    cases: by_code,
    watch: KINDS,
    effort: Effort::Flow,
};

const KINDS_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "types-code-of-public-client",
    says: "the claims of the ID token for a code of a client without a secret are of their types",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..KINDS_BY_CODE
};

const KINDS_BY_REFRESH: Scenario = Scenario {
    id: "types-refresh",
    says: "the claims of the ID token of a refresh are of their types",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..KINDS_BY_CODE
};

const KINDS_BY_IMPLICIT: Scenario = Scenario {
    id: "types-implicit",
    says: "the claims of the ID token of the implicit grant are of their types",
    needs: IMPLICIT,
    cases: by_implicit,
    ..KINDS_BY_CODE
};

const KINDS_BY_API: Scenario = Scenario {
    id: "types-api",
    says: "the claims of the ID token of a sign-in through the API are of their types",
    needs: API,
    cases: by_api,
    ..KINDS_BY_CODE
};

/// A nonce: a text that the client makes up (`OpenID` Connect Core section 3.1.2.1).
fn nonce() -> BoxedStrategy<String> {
    in_turn(vec![
        "[A-Za-z0-9_-]{4,64}".boxed(),
        "[!-~]{4,40}".boxed(),
        "[a-z]{2,8}[\u{e4}\u{e9}\u{3b1}\u{43a}]{1,4}[a-z]{2,8}".boxed(),
        "[a-z]{2,8} [a-z+&=%]{2,8}".boxed(),
        "[a-z0-9]{200,400}".boxed(),
    ])
}

const NONCE: Scenario = Scenario {
    id: "nonce",
    says: "the ID token for a code has the nonce of the authorization request",
    covers: &["claims.id.nonce"],
    needs: WEB_CODE,
    cases: || {
        nonce()
            .prop_map(|nonce| {
                Case::default()
                    .sign_in(with_param(sign_in("web", &openid()), "nonce", nonce.as_str().into()))
                    .probe("redeem", redemption("web").client(STYLE, "web"))
                    .input("nonce", nonce)
            })
            .boxed()
    },
    watch: &[Field::Claim(Token::Id, "nonce")],
    effort: Effort::Flow,
};

const NONCE_IMPLICIT: Scenario = Scenario {
    id: "nonce-implicit",
    says: "the ID token of the implicit grant has the nonce of the authorization request",
    needs: IMPLICIT,
    cases: || {
        nonce()
            .prop_map(|nonce| {
                let sign_in = with_param(implicit_sign_in(&openid()), "nonce", nonce.as_str().into());
                Case::default().probe_sign_in("sign-in", sign_in).input("nonce", nonce)
            })
            .boxed()
    },
    ..NONCE
};

const HASH_BY_CODE: Scenario = Scenario {
    id: "at-hash-code",
    says: "at_hash in the ID token for a code is the hash of the access token beside it",
    covers: &["claims.id.at-hash"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::Holds(Relation::AccessTokenHash)],
    effort: Effort::Flow,
};

const HASH_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "at-hash-code-of-public-client",
    says: "at_hash in the ID token for a code of a client without a secret is the hash of the access token beside it",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..HASH_BY_CODE
};

const HASH_BY_REFRESH: Scenario = Scenario {
    id: "at-hash-refresh",
    says: "at_hash in the ID token of a refresh is the hash of the access token beside it",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..HASH_BY_CODE
};

const HASH_BY_IMPLICIT: Scenario = Scenario {
    id: "at-hash-implicit",
    says: "at_hash in the ID token of the implicit grant is the hash of the access token beside it",
    needs: IMPLICIT,
    cases: by_implicit,
    ..HASH_BY_CODE
};

const SCOPE_BY_CODE: Scenario = Scenario {
    id: "no-scope-code",
    says: "the ID token for a code has no claim scope",
    covers: &["claims.id.no-scope-claim"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::NoClaims(Token::Id, &["scope"])],
    effort: Effort::Flow,
};

const SCOPE_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "no-scope-code-of-public-client",
    says: "the ID token for a code of a client without a secret has no claim scope",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..SCOPE_BY_CODE
};

const SCOPE_BY_REFRESH: Scenario = Scenario {
    id: "no-scope-refresh",
    says: "the ID token of a refresh has no claim scope",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..SCOPE_BY_CODE
};

const SCOPE_BY_IMPLICIT: Scenario = Scenario {
    id: "no-scope-implicit",
    says: "the ID token of the implicit grant has no claim scope",
    needs: IMPLICIT,
    cases: by_implicit,
    ..SCOPE_BY_CODE
};

const SCOPE_BY_API: Scenario = Scenario {
    id: "no-scope-api",
    says: "the ID token of a sign-in through the API has no claim scope",
    needs: API,
    cases: by_api,
    ..SCOPE_BY_CODE
};

/// Claims of ID tokens.
pub const SUITE: Suite = Suite {
    name: "claims::id",
    scenarios: &[
        BY_CODE,
        BY_CODE_WITH_BASIC,
        BY_UNPROVEN_CODE,
        BY_PUBLIC_CODE,
        BY_REFRESH,
        BY_REFRESH_WITH_BASIC,
        BY_IMPLICIT,
        BY_API,
        KINDS_BY_CODE,
        KINDS_BY_PUBLIC_CODE,
        KINDS_BY_REFRESH,
        KINDS_BY_IMPLICIT,
        KINDS_BY_API,
        NONCE,
        NONCE_IMPLICIT,
        HASH_BY_CODE,
        HASH_BY_PUBLIC_CODE,
        HASH_BY_REFRESH,
        HASH_BY_IMPLICIT,
        SCOPE_BY_CODE,
        SCOPE_BY_PUBLIC_CODE,
        SCOPE_BY_REFRESH,
        SCOPE_BY_IMPLICIT,
        SCOPE_BY_API,
    ],
};
