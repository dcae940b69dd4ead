//! Claims of the access tokens of users, in whatever way they were obtained.

use poolproof_harness::prelude::*;

use super::{
    API, IMPLICIT, PUBLIC_CODE, WEB_CODE, WEB_REFRESH, by_api, by_code, by_code_with_basic, by_implicit,
    by_public_code, by_refresh, by_refresh_with_basic, by_unproven_code,
};

/// What every access token of a user from the token endpoint has.
const REQUIRED: &[Field] = &[
    Field::Claims(
        Token::Access,
        &[
            "sub",
            "iss",
            "client_id",
            "token_use",
            "scope",
            "auth_time",
            "exp",
            "iat",
            "jti",
            "username",
            "version",
        ],
    ),
    Field::Claim(Token::Access, "token_use"),
    Field::Claim(Token::Access, "iss"),
    Field::Claim(Token::Access, "client_id"),
    Field::Claim(Token::Access, "username"),
];
const KINDS: &[Field] = &[
    Field::ClaimKind(Token::Access, "sub"),
    Field::ClaimKind(Token::Access, "exp"),
    Field::ClaimKind(Token::Access, "iat"),
    Field::ClaimKind(Token::Access, "auth_time"),
    Field::ClaimKind(Token::Access, "scope"),
];

const BY_CODE: Scenario = Scenario {
    id: "code",
    says: "the access token for a code has every claim that access tokens of users have",
    covers: &["claims.access.required", "claims.access.username", "claims.iss"],
    needs: WEB_CODE,
    cases: by_code,
    watch: REQUIRED,
    effort: Effort::Flow,
};

const BY_CODE_WITH_BASIC: Scenario = Scenario {
    id: "code-basic",
    says: "the access token for a code that was redeemed with Basic authentication has every claim that access tokens of users have",
    needs: WEB_CODE,
    cases: by_code_with_basic,
    ..BY_CODE
};

const BY_UNPROVEN_CODE: Scenario = Scenario {
    id: "code-without-proof-key",
    says: "the access token for a code that was asked for without a proof key has every claim that access tokens of users have",
    needs: WEB_CODE,
    cases: by_unproven_code,
    ..BY_CODE
};

const BY_REFRESH_WITH_BASIC: Scenario = Scenario {
    id: "refresh-basic",
    says: "the access token of a refresh with Basic authentication has every claim that access tokens of users have",
    needs: WEB_REFRESH,
    cases: by_refresh_with_basic,
    ..BY_CODE
};

const BY_PUBLIC_CODE: Scenario = Scenario {
    id: "code-of-public-client",
    says: "the access token for a code of a client without a secret has every claim that access tokens of users have",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..BY_CODE
};

const BY_REFRESH: Scenario = Scenario {
    id: "refresh",
    says: "the access token of a refresh has every claim that access tokens of users have",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..BY_CODE
};

const BY_IMPLICIT: Scenario = Scenario {
    id: "implicit",
    says: "the access token of the implicit grant has every claim that access tokens of users have",
    needs: IMPLICIT,
    cases: by_implicit,
    ..BY_CODE
};

const BY_API: Scenario = Scenario {
    id: "api",
    says: "the access token of a sign-in through the API names issuer, client, user and use",
    covers: &["claims.access.username", "claims.iss"],
    needs: API,
    cases: by_api,
    watch: &[
        Field::Claim(Token::Access, "token_use"),
        Field::Claim(Token::Access, "iss"),
        Field::Claim(Token::Access, "client_id"),
        Field::Claim(Token::Access, "username"),
    ],
    effort: Effort::Flow,
};

const KINDS_BY_CODE: Scenario = Scenario {
    id: "types-code",
    says: "the claims of the access token for a code are of their types",
    covers: &["claims.exp-iat", "claims.sub", "claims.access.scope", "claims.additive"],
    needs: WEB_CODE,
    cases: by_code,
    watch: KINDS,
    effort: Effort::Flow,
};

const KINDS_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "types-code-of-public-client",
    says: "the claims of the access token for a code of a client without a secret are of their types",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..KINDS_BY_CODE
};

const KINDS_BY_REFRESH: Scenario = Scenario {
    id: "types-refresh",
    says: "the claims of the access token of a refresh are of their types",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..KINDS_BY_CODE
};

const KINDS_BY_IMPLICIT: Scenario = Scenario {
    id: "types-implicit",
    says: "the claims of the access token of the implicit grant are of their types",
    needs: IMPLICIT,
    cases: by_implicit,
    ..KINDS_BY_CODE
};

const KINDS_BY_API: Scenario = Scenario {
    id: "types-api",
    says: "the claims of the access token of a sign-in through the API are of their types",
    needs: API,
    cases: by_api,
    ..KINDS_BY_CODE
};

const AUD_BY_CODE: Scenario = Scenario {
    id: "no-aud-code",
    says: "the access token for a code has no aud",
    covers: &["claims.access.no-aud"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::NoClaims(Token::Access, &["aud"])],
    effort: Effort::Flow,
};

const AUD_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "no-aud-code-of-public-client",
    says: "the access token for a code of a client without a secret has no aud",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..AUD_BY_CODE
};

const AUD_BY_REFRESH: Scenario = Scenario {
    id: "no-aud-refresh",
    says: "the access token of a refresh has no aud",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..AUD_BY_CODE
};

const AUD_BY_IMPLICIT: Scenario = Scenario {
    id: "no-aud-implicit",
    says: "the access token of the implicit grant has no aud",
    needs: IMPLICIT,
    cases: by_implicit,
    ..AUD_BY_CODE
};

const AUD_BY_API: Scenario = Scenario {
    id: "no-aud-api",
    says: "the access token of a sign-in through the API has no aud",
    needs: API,
    cases: by_api,
    ..AUD_BY_CODE
};

const ID_BY_CODE: Scenario = Scenario {
    id: "no-id-claims-code",
    says: "the access token for a code has no claim of ID tokens",
    covers: &["claims.access.no-cognito-username"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::NoClaims(Token::Access, &["cognito:username", "aud"])],
    effort: Effort::Flow,
};

const ID_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "no-id-claims-code-of-public-client",
    says: "the access token for a code of a client without a secret has no claim of ID tokens",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..ID_BY_CODE
};

const ID_BY_REFRESH: Scenario = Scenario {
    id: "no-id-claims-refresh",
    says: "the access token of a refresh has no claim of ID tokens",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..ID_BY_CODE
};

const ID_BY_IMPLICIT: Scenario = Scenario {
    id: "no-id-claims-implicit",
    says: "the access token of the implicit grant has no claim of ID tokens",
    needs: IMPLICIT,
    cases: by_implicit,
    ..ID_BY_CODE
};

const ID_BY_API: Scenario = Scenario {
    id: "no-id-claims-api",
    says: "the access token of a sign-in through the API has no claim of ID tokens",
    needs: API,
    cases: by_api,
    ..ID_BY_CODE
};

const VERSION_BY_CODE: Scenario = Scenario {
    id: "version-code",
    says: "the access token for a code is of version 2, a number",
    covers: &["claims.access.version"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[
        Field::Claim(Token::Access, "version"),
        Field::Holds(Relation::Number(Token::Access, "version")),
    ],
    effort: Effort::Flow,
};

const VERSION_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "version-code-of-public-client",
    says: "the access token for a code of a client without a secret is of version 2, a number",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..VERSION_BY_CODE
};

const VERSION_BY_REFRESH: Scenario = Scenario {
    id: "version-refresh",
    says: "the access token of a refresh is of version 2, a number",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..VERSION_BY_CODE
};

const VERSION_BY_IMPLICIT: Scenario = Scenario {
    id: "version-implicit",
    says: "the access token of the implicit grant is of version 2, a number",
    needs: IMPLICIT,
    cases: by_implicit,
    ..VERSION_BY_CODE
};

/// Claims of the access tokens of users.
pub const SUITE: Suite = Suite {
    name: "claims::access",
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
        AUD_BY_CODE,
        AUD_BY_PUBLIC_CODE,
        AUD_BY_REFRESH,
        AUD_BY_IMPLICIT,
        AUD_BY_API,
        ID_BY_CODE,
        ID_BY_PUBLIC_CODE,
        ID_BY_REFRESH,
        ID_BY_IMPLICIT,
        ID_BY_API,
        VERSION_BY_CODE,
        VERSION_BY_PUBLIC_CODE,
        VERSION_BY_REFRESH,
        VERSION_BY_IMPLICIT,
    ],
};
