//! What joins the tokens of one sign-in, and sets them apart from those of another.

use poolproof_harness::prelude::*;

use super::{
    API, CODE, IMPLICIT, MACHINE, MAIN_USER, PUBLIC_CODE, STYLE, TOKEN, WEB_CODE, WEB_REFRESH, by_api,
    by_code, by_implicit, by_public_code, by_public_refresh, by_refresh,
};
use crate::flow::{REDEEM, callback, code_request, credentials_of, openid, redeemed, refresh_kept, sign_in};

const SUB_BY_CODE: Scenario = Scenario {
    id: "sub-code",
    says: "sub is the same in both tokens for a code",
    covers: &["claims.sub"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::Holds(Relation::SameInBoth("sub"))],
    effort: Effort::Flow,
};

const SUB_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "sub-code-of-public-client",
    says: "sub is the same in both tokens for a code of a client without a secret",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..SUB_BY_CODE
};

const SUB_BY_REFRESH: Scenario = Scenario {
    id: "sub-refresh",
    says: "sub is the same in both tokens of a refresh",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..SUB_BY_CODE
};

const SUB_BY_IMPLICIT: Scenario = Scenario {
    id: "sub-implicit",
    says: "sub is the same in both tokens of the implicit grant",
    needs: IMPLICIT,
    cases: by_implicit,
    ..SUB_BY_CODE
};

const SUB_BY_API: Scenario = Scenario {
    id: "sub-api",
    says: "sub is the same in both tokens of a sign-in through the API",
    needs: API,
    cases: by_api,
    ..SUB_BY_CODE
};

const JTI_BY_CODE: Scenario = Scenario {
    id: "jti-code",
    says: "each of the tokens for a code has a jti of its own",
    covers: &["claims.jti"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::Holds(Relation::OtherInBoth("jti"))],
    effort: Effort::Flow,
};

const JTI_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "jti-code-of-public-client",
    says: "each of the tokens for a code of a client without a secret has a jti of its own",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..JTI_BY_CODE
};

const JTI_BY_REFRESH: Scenario = Scenario {
    id: "jti-refresh",
    says: "each of the tokens of a refresh has a jti of its own",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..JTI_BY_CODE
};

const JTI_BY_IMPLICIT: Scenario = Scenario {
    id: "jti-implicit",
    says: "each of the tokens of the implicit grant has a jti of its own",
    needs: IMPLICIT,
    cases: by_implicit,
    ..JTI_BY_CODE
};

const JTI_BY_API: Scenario = Scenario {
    id: "jti-api",
    says: "each of the tokens of a sign-in through the API has a jti of its own",
    needs: API,
    cases: by_api,
    ..JTI_BY_CODE
};

const ORIGIN_BY_CODE: Scenario = Scenario {
    id: "origin-jti-code",
    says: "origin_jti is the same in both tokens for a code",
    covers: &["claims.origin-jti"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::Holds(Relation::SameInBoth("origin_jti"))],
    effort: Effort::Flow,
};

const ORIGIN_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "origin-jti-code-of-public-client",
    says: "origin_jti is the same in both tokens for a code of a client without a secret",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..ORIGIN_BY_CODE
};

const ORIGIN_BY_REFRESH: Scenario = Scenario {
    id: "origin-jti-refresh",
    says: "origin_jti is the same in both tokens of a refresh",
    needs: WEB_REFRESH,
    cases: by_refresh,
    ..ORIGIN_BY_CODE
};

const ORIGIN_BY_IMPLICIT: Scenario = Scenario {
    id: "origin-jti-implicit",
    says: "origin_jti is the same in both tokens of the implicit grant",
    needs: IMPLICIT,
    cases: by_implicit,
    ..ORIGIN_BY_CODE
};

const ORIGIN_BY_API: Scenario = Scenario {
    id: "origin-jti-api",
    says: "origin_jti is the same in both tokens of a sign-in through the API",
    needs: API,
    cases: by_api,
    ..ORIGIN_BY_CODE
};

/// Two sign-ins, the first one by the user `main` at `web`, and the redemption of the second code.
fn second_sign_in(user: &'static str, role: &'static str) -> BoxedStrategy<Case> {
    let mut again = sign_in(role, &openid());
    "second.".clone_into(&mut again.prefix);
    again.username = Value::fixture(&format!("user.{user}.username"));
    again.password = Value::fixture(&format!("user.{user}.password"));
    let request = code_request(Value::captured("second.code"), callback(role)).client(STYLE, role);
    Just(redeemed("web", STYLE, &openid()).shared().sign_in(again).probe("second", request)).boxed()
}

const SUB_STAYS: Scenario = Scenario {
    id: "sub-at-another-client",
    says: "sub is the same when the user signs in at another client",
    covers: &["claims.sub"],
    needs: &[TOKEN, CODE, Need::Client("web"), Need::Client("web-other"), Need::SignIn, MAIN_USER],
    cases: || second_sign_in("main", "web-other"),
    watch: &[Field::SameClaim(Token::Access, "sub", REDEEM), Field::SameClaim(Token::Id, "sub", REDEEM)],
    effort: Effort::Flow,
};

const SUB_OF_ANOTHER: Scenario = Scenario {
    id: "sub-of-another-user",
    says: "sub of another user is another one",
    needs: &[TOKEN, CODE, Need::Client("web"), Need::SignIn, MAIN_USER, Need::User("second")],
    cases: || second_sign_in("second", "web"),
    ..SUB_STAYS
};

const NEW_SIGN_IN: Scenario = Scenario {
    id: "origin-jti-of-another-sign-in",
    says: "another sign-in of the same user at the same client has another origin_jti",
    covers: &["claims.origin-jti"],
    needs: WEB_CODE,
    cases: || second_sign_in("main", "web"),
    watch: &[
        Field::SameClaim(Token::Access, "origin_jti", REDEEM),
        Field::SameClaim(Token::Id, "origin_jti", REDEEM),
    ],
    effort: Effort::Flow,
};

const JTI_OF_ANOTHER: Scenario = Scenario {
    id: "jti-of-another-sign-in",
    says: "the tokens of another sign-in have another jti",
    covers: &["claims.jti"],
    watch: &[Field::SameClaim(Token::Access, "jti", REDEEM), Field::SameClaim(Token::Id, "jti", REDEEM)],
    ..NEW_SIGN_IN
};

const JTI_OF_MACHINE: Scenario = Scenario {
    id: "jti-machine",
    says: "each token of a machine has a jti of its own",
    covers: &["claims.jti"],
    needs: MACHINE,
    cases: || {
        let request = credentials_of(STYLE, "machine");
        Just(Case::default().setup("first", request.clone(), &[]).probe("second", request)).boxed()
    },
    watch: &[Field::SameClaim(Token::Access, "jti", "first")],
    effort: Effort::Flow,
};

const ORIGIN_PUBLIC_REFRESH: Scenario = Scenario {
    id: "origin-jti-public-refresh",
    says: "origin_jti stays when a client without a secret refreshes, in both tokens",
    covers: &["claims.origin-jti"],
    needs: &[TOKEN, CODE, super::REFRESH, Need::Client("public"), Need::SignIn, MAIN_USER],
    cases: by_public_refresh,
    watch: &[
        Field::SameClaim(Token::Access, "origin_jti", REDEEM),
        Field::SameClaim(Token::Id, "origin_jti", REDEEM),
    ],
    effort: Effort::Flow,
};

const ORIGIN_ROTATION: Scenario = Scenario {
    id: "origin-jti-rotation",
    says: "origin_jti stays when the refresh token is rotated, in both tokens",
    covers: &["claims.origin-jti"],
    needs: &[TOKEN, CODE, super::REFRESH, Need::Client("rotating"), Need::SignIn, MAIN_USER],
    cases: || {
        let case = redeemed("rotating", STYLE, &openid());
        Just(case.probe("refresh", refresh_kept(STYLE, "rotating"))).boxed()
    },
    ..ORIGIN_PUBLIC_REFRESH
};

const OPAQUE_BY_CODE: Scenario = Scenario {
    id: "opaque-code",
    says: "the refresh token for a code is no signed token that a client could read",
    covers: &["claims.refresh.opaque"],
    needs: WEB_CODE,
    cases: by_code,
    watch: &[Field::Holds(Relation::OpaqueRefreshToken)],
    effort: Effort::Flow,
};

const OPAQUE_BY_PUBLIC_CODE: Scenario = Scenario {
    id: "opaque-code-of-public-client",
    says: "the refresh token for a code of a client without a secret is no signed token that a client could read",
    needs: PUBLIC_CODE,
    cases: by_public_code,
    ..OPAQUE_BY_CODE
};

const OPAQUE_BY_API: Scenario = Scenario {
    id: "opaque-api",
    says: "the refresh token of a sign-in through the API is no signed token that a client could read",
    needs: API,
    cases: by_api,
    ..OPAQUE_BY_CODE
};

/// Never required and never refused: where they are, they are of these types.
const ACR_AMR: &[Field] = &[
    Field::Holds(Relation::TextIfAny(Token::Id, "acr")),
    Field::Holds(Relation::ArrayOfTextsIfAny(Token::Id, "amr")),
    Field::Holds(Relation::TextIfAny(Token::Access, "acr")),
    Field::Holds(Relation::ArrayOfTextsIfAny(Token::Access, "amr")),
];
/// The same, and a refresh changes neither.
const ACR_AMR_KEPT: &[Field] = &[
    Field::Holds(Relation::TextIfAny(Token::Id, "acr")),
    Field::Holds(Relation::ArrayOfTextsIfAny(Token::Id, "amr")),
    Field::Holds(Relation::KeptSince(Token::Id, "acr", REDEEM)),
    Field::Holds(Relation::KeptSince(Token::Id, "amr", REDEEM)),
    Field::Holds(Relation::KeptSince(Token::Access, "acr", REDEEM)),
    Field::Holds(Relation::KeptSince(Token::Access, "amr", REDEEM)),
];

const ACR_BY_CODE: Scenario = Scenario {
    id: "acr-amr-code",
    says: "acr and amr in the tokens for a code, if any, are of their types",
    covers: &["claims.acr-amr"],
    needs: WEB_CODE,
    cases: by_code,
    watch: ACR_AMR,
    effort: Effort::Flow,
};

const ACR_BY_REFRESH: Scenario = Scenario {
    id: "acr-amr-refresh",
    says: "acr and amr in the tokens of a refresh, if any, are those of the sign-in",
    needs: WEB_REFRESH,
    cases: by_refresh,
    watch: ACR_AMR_KEPT,
    ..ACR_BY_CODE
};

const ACR_BY_IMPLICIT: Scenario = Scenario {
    id: "acr-amr-implicit",
    says: "acr and amr in the tokens of the implicit grant, if any, are of their types",
    needs: IMPLICIT,
    cases: by_implicit,
    ..ACR_BY_CODE
};

const ACR_BY_API: Scenario = Scenario {
    id: "acr-amr-api",
    says: "acr and amr in the tokens of a sign-in through the API, if any, are of their types",
    needs: API,
    cases: by_api,
    ..ACR_BY_CODE
};

/// What joins the tokens of one sign-in.
pub const SUITE: Suite = Suite {
    name: "claims::session",
    scenarios: &[
        SUB_BY_CODE,
        SUB_BY_PUBLIC_CODE,
        SUB_BY_REFRESH,
        SUB_BY_IMPLICIT,
        SUB_BY_API,
        SUB_STAYS,
        SUB_OF_ANOTHER,
        JTI_BY_CODE,
        JTI_BY_PUBLIC_CODE,
        JTI_BY_REFRESH,
        JTI_BY_IMPLICIT,
        JTI_BY_API,
        JTI_OF_ANOTHER,
        JTI_OF_MACHINE,
        ORIGIN_BY_CODE,
        ORIGIN_BY_PUBLIC_CODE,
        ORIGIN_BY_REFRESH,
        ORIGIN_BY_IMPLICIT,
        ORIGIN_BY_API,
        NEW_SIGN_IN,
        ORIGIN_PUBLIC_REFRESH,
        ORIGIN_ROTATION,
        OPAQUE_BY_CODE,
        OPAQUE_BY_PUBLIC_CODE,
        OPAQUE_BY_API,
        ACR_BY_CODE,
        ACR_BY_REFRESH,
        ACR_BY_IMPLICIT,
        ACR_BY_API,
    ],
};
