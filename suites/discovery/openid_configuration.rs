//! The discovery document (`OpenID` Connect Discovery 1.0 section 4).

use poolproof_harness::prelude::*;

use super::{DOCUMENT, asked, document};
use crate::flow::{REDEEM, credentials_of, openid, redeemed};

/// What a document has that was captured in 2022. It may have more (`discovery.additive`).
const MEMBERS: &[&str] = &[
    "issuer",
    "jwks_uri",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "response_types_supported",
    "scopes_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
];

const FOUND: Scenario = Scenario {
    id: "found",
    says: "the document is below the issuer",
    covers: &["discovery.location"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[Field::Status, Field::MemberKind("issuer")],
    effort: Effort::Single,
};

const COMPLETE: Scenario = Scenario {
    id: "members",
    says: "the document has its members, each of its type",
    covers: &["discovery.members", "discovery.additive"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[
        Field::Members(MEMBERS),
        Field::MemberKind("issuer"),
        Field::MemberKind("jwks_uri"),
        Field::MemberKind("authorization_endpoint"),
        Field::MemberKind("token_endpoint"),
        Field::MemberKind("userinfo_endpoint"),
        Field::MemberKind("response_types_supported"),
        Field::MemberKind("scopes_supported"),
        Field::Lists("subject_types_supported", &["public"]),
        Field::Lists("id_token_signing_alg_values_supported", &["RS256"]),
        Field::Lists("token_endpoint_auth_methods_supported", &["client_secret_basic", "client_secret_post"]),
    ],
    effort: Effort::Single,
};

const SCOPES: Scenario = Scenario {
    id: "scopes",
    says: "the document lists the standard scopes and none of a resource server",
    covers: &["discovery.scopes"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[
        Field::Lists("scopes_supported", &["openid", "email", "phone", "profile"]),
        Field::ListedWith("scopes_supported", "/"),
    ],
    effort: Effort::Single,
};

const RESPONSE_TYPES: Scenario = Scenario {
    id: "response-types",
    says: "the document lists the response types code and token",
    covers: &["discovery.response-types"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[Field::Lists("response_types_supported", &["code", "token"])],
    effort: Effort::Single,
};

const ENDPOINTS: Scenario = Scenario {
    id: "endpoints",
    says: "the endpoints of the document are those of the domain",
    covers: &["discovery.domain-endpoints"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[
        Field::MemberIsUrlOf("authorization_endpoint", Endpoint::Authorize),
        Field::MemberIsUrlOf("token_endpoint", Endpoint::Token),
        Field::MemberIsUrlOf("userinfo_endpoint", Endpoint::UserInfo),
    ],
    effort: Effort::Single,
};

const END_SESSION: Scenario = Scenario {
    id: "end-session",
    says: "the document names the sign-out endpoint of the domain",
    covers: &["discovery.end-session"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[Field::MemberIsUrlOf("end_session_endpoint", Endpoint::Logout)],
    effort: Effort::Single,
};

const ISSUER: Scenario = Scenario {
    id: "issuer",
    says: "the issuer of the document is that of the pool, without a slash at its end",
    covers: &["discovery.issuer.original"],
    needs: &[DOCUMENT],
    cases: document,
    watch: &[Field::Member("issuer")],
    effort: Effort::Single,
};

const ISSUER_OF_ACCESS: Scenario = Scenario {
    id: "issuer-of-access-tokens",
    says: "the issuer of the document is the iss of access tokens of users",
    covers: &["discovery.issuer-match"],
    needs: &[
        DOCUMENT,
        Need::Endpoint(Endpoint::Token),
        Need::Grant(Grant::AuthorizationCode),
        Need::Client("web"),
        Need::SignIn,
        Need::User("main"),
    ],
    cases: || {
        asked(Endpoint::OpenidConfiguration)
            .prop_map(|request| {
                redeemed("web", AuthStyle::Post, &openid()).shared().probe("document", request)
            })
            .boxed()
    },
    watch: &[Field::MemberIsClaim("issuer", Token::Access, "iss", REDEEM)],
    effort: Effort::Flow,
};

const ISSUER_OF_ID: Scenario = Scenario {
    id: "issuer-of-id-tokens",
    says: "the issuer of the document is the iss of ID tokens",
    watch: &[Field::MemberIsClaim("issuer", Token::Id, "iss", REDEEM)],
    ..ISSUER_OF_ACCESS
};

const ISSUER_OF_MACHINE: Scenario = Scenario {
    id: "issuer-of-machine-tokens",
    says: "the issuer of the document is the iss of tokens for machines",
    covers: &["discovery.issuer-match"],
    needs: &[
        DOCUMENT,
        Need::Endpoint(Endpoint::Token),
        Need::Grant(Grant::ClientCredentials),
        Need::Client("machine"),
        Need::ResourceServer,
    ],
    cases: || {
        asked(Endpoint::OpenidConfiguration)
            .prop_map(|request| {
                Case::default()
                    .setup("machine", credentials_of(AuthStyle::Post, "machine"), &["access_token"])
                    .shared()
                    .probe("document", request)
            })
            .boxed()
    },
    watch: &[Field::MemberIsClaim("issuer", Token::Access, "iss", "machine")],
    effort: Effort::Flow,
};

const UNKNOWN_POOL: Scenario = Scenario {
    id: "unknown-pool",
    says: "there is no document for a pool that does not exist",
    covers: &["discovery.unknown-pool"],
    needs: &[DOCUMENT, Need::IssuerPerPool],
    cases: || {
        // A pool id is the Region, an underscore, and letters and digits of both cases.
        let other =
            prop_oneof!["[A-Za-z0-9]{1,6}".prop_map(Edit::Append), (1_usize..=4).prop_map(Edit::DropLast),];
        (other, asked(Endpoint::OpenidConfiguration))
            .prop_map(|(edit, request)| {
                let pool = Value::fixture("pool.id").edited(edit);
                Case::one(request.of_pool(pool.clone())).input("pool", pool)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Accepted],
    effort: Effort::Single,
};

/// The discovery document.
pub const SUITE: Suite = Suite {
    name: "discovery::openid-configuration",
    scenarios: &[
        FOUND,
        COMPLETE,
        SCOPES,
        RESPONSE_TYPES,
        ENDPOINTS,
        END_SESSION,
        ISSUER,
        ISSUER_OF_ACCESS,
        ISSUER_OF_ID,
        ISSUER_OF_MACHINE,
        UNKNOWN_POOL,
    ],
};
