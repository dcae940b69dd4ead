//! Codes and tokens through whole sequences: redeemed, replayed, refreshed, rotated, revoked, expired.
//!
//! A scenario judges the predictions that rest on the facts which it covers. The others are made and shown all the same,
//! and so are steps of which the ledger knows nothing: they change the state, and nothing is said of them.

use poolproof_harness::prelude::*;

use super::model::predict;
use super::operation::{Op, Theme, Who::First, Who::Second};
use super::{CODE, CREATE_USER, REFRESH, TOKEN, USER_INFO};

const WEB: Theme = Theme {
    role: "web",
    own_client: false,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (2, Op::SignIn(Second)),
        (4, Op::Redeem(First)),
        (4, Op::Redeem(Second)),
        (1, Op::Replay(First)),
        (2, Op::Replay(Second)),
        (4, Op::Refresh(First)),
        (4, Op::Refresh(Second)),
        (3, Op::UserInfo(First)),
        (3, Op::UserInfoNewest(First)),
        (3, Op::UserInfo(Second)),
        (3, Op::UserInfoNewest(Second)),
    ],
    openings: &[],
};

const WEB_NEEDS: &[Need] = &[TOKEN, CODE, REFRESH, USER_INFO, Need::Client("web"), Need::SignIn, CREATE_USER];

const TOKENS_COVERS: &[&str] = &[
    "token.code.success",
    "token.code.reused",
    "token.refresh.success",
    "token.refresh.original-reusable",
    "userinfo.success",
];

const TOKENS: Scenario = Scenario {
    id: "codes-and-tokens",
    says: "whatever is done with codes and tokens, each of them does what the ledger says",
    covers: TOKENS_COVERS,
    needs: WEB_NEEDS,
    cases: || WEB.cases(),
    watch: &[Field::Model(&Model { predict, judges: TOKENS_COVERS })],
    effort: Effort::Flow,
};

const REVOKING: Theme = Theme {
    role: "web",
    own_client: false,
    longest: 14,
    menu: &[
        (6, Op::SignIn(First)),
        (8, Op::SignIn(Second)),
        (8, Op::Redeem(First)),
        (8, Op::Redeem(Second)),
        (5, Op::Revoke(First)),
        (3, Op::Revoke(Second)),
        (5, Op::Refresh(First)),
        (6, Op::Refresh(Second)),
        (3, Op::UserInfo(First)),
        (5, Op::UserInfo(Second)),
        (2, Op::UserInfoNewest(First)),
    ],
    openings: &[],
};

const REVOKING_NEEDS: &[Need] = &[
    TOKEN,
    CODE,
    REFRESH,
    USER_INFO,
    Need::Client("web"),
    Need::SignIn,
    CREATE_USER,
    Need::Endpoint(Endpoint::Revoke),
];

const REVOCATION_COVERS: &[&str] = &[
    "revoke.success",
    "revoke.already-revoked",
    "revoke.effect.other-sessions",
    "token.refresh.revoked",
    "token.refresh.success",
    "userinfo.revoked",
    "userinfo.success",
];

const REVOCATION: Scenario = Scenario {
    id: "revocation",
    says: "a revocation ends its own sign-in for good, and no other one of the user",
    covers: REVOCATION_COVERS,
    needs: REVOKING_NEEDS,
    cases: || REVOKING.cases(),
    watch: &[Field::Model(&Model { predict, judges: REVOCATION_COVERS })],
    effort: Effort::Flow,
};

const REVOKING_BY_API: Theme = Theme {
    role: "web",
    own_client: false,
    longest: 14,
    menu: &[
        (6, Op::SignIn(First)),
        (8, Op::SignIn(Second)),
        (8, Op::Redeem(First)),
        (8, Op::Redeem(Second)),
        (6, Op::RevokeByApi(First)),
        (3, Op::RevokeByApi(Second)),
        (5, Op::Refresh(First)),
        (6, Op::Refresh(Second)),
        (3, Op::UserInfo(First)),
        (5, Op::UserInfo(Second)),
        (2, Op::UserInfoNewest(First)),
    ],
    openings: &[],
};

const REVOKING_BY_API_NEEDS: &[Need] = &[
    TOKEN,
    CODE,
    REFRESH,
    USER_INFO,
    Need::Client("web"),
    Need::SignIn,
    CREATE_USER,
    Need::Api(Operation::RevokeToken),
];

const REVOCATION_BY_API_COVERS: &[&str] = &[
    "revoke.effect.other-sessions",
    "token.refresh.revoked",
    "token.refresh.success",
    "userinfo.revoked",
    "userinfo.success",
];

const REVOCATION_BY_API: Scenario = Scenario {
    id: "revocation-by-the-api",
    says: "a revocation through the API ends its own sign-in for good, and no other one of the user",
    covers: REVOCATION_BY_API_COVERS,
    needs: REVOKING_BY_API_NEEDS,
    cases: || REVOKING_BY_API.cases(),
    watch: &[Field::Model(&Model { predict, judges: REVOCATION_BY_API_COVERS })],
    effort: Effort::Flow,
};

const ROTATING: Theme = Theme {
    role: "rotating",
    own_client: false,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (2, Op::SignIn(Second)),
        (4, Op::Redeem(First)),
        (4, Op::Redeem(Second)),
        (1, Op::Replay(First)),
        (6, Op::Refresh(First)),
        (4, Op::Refresh(Second)),
        (2, Op::RefreshOld(First)),
        (2, Op::RefreshOld(Second)),
        (2, Op::UserInfo(First)),
        (2, Op::UserInfoNewest(First)),
    ],
    openings: &[],
};

const ROTATING_NEEDS: &[Need] =
    &[TOKEN, CODE, REFRESH, USER_INFO, Need::Client("rotating"), Need::SignIn, CREATE_USER];

const ROTATION_COVERS: &[&str] =
    &["token.refresh.success-rotation", "token.code.success", "token.code.reused", "userinfo.success"];

const ROTATION: Scenario = Scenario {
    id: "rotation",
    says: "each refresh token gives the next one, whatever else is done between",
    covers: ROTATION_COVERS,
    needs: ROTATING_NEEDS,
    cases: || ROTATING.cases(),
    watch: &[Field::Model(&Model { predict, judges: ROTATION_COVERS })],
    effort: Effort::Flow,
};

const ROTATED_OUT_COVERS: &[&str] = &["token.refresh.rotation-reuse"];

const ROTATED_OUT: Scenario = Scenario {
    id: "rotated-out",
    says: "a refresh token that gave way to another one is refused from then on",
    covers: ROTATED_OUT_COVERS,
    needs: ROTATING_NEEDS,
    cases: || ROTATING.cases(),
    watch: &[Field::Model(&Model { predict, judges: ROTATED_OUT_COVERS })],
    effort: Effort::Flow,
};

const AGEING: Theme = Theme {
    role: "short-lived",
    own_client: false,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (2, Op::SignIn(Second)),
        (6, Op::Redeem(First)),
        (4, Op::Redeem(Second)),
        (2, Op::Advance(120)),
        (3, Op::Advance(400)),
        (3, Op::Advance(4000)),
        (6, Op::Refresh(First)),
        (4, Op::UserInfo(First)),
        (3, Op::UserInfoNewest(First)),
    ],
    openings: &[],
};

const AGEING_NEEDS: &[Need] = &[
    TOKEN,
    CODE,
    REFRESH,
    USER_INFO,
    Need::Client("short-lived"),
    Need::SignIn,
    CREATE_USER,
    Need::Api(Operation::AdvanceClock),
];

const LIFETIME_COVERS: &[&str] =
    &["userinfo.expired", "userinfo.success", "token.code.success", "token.refresh.success"];

const LIFETIME: Scenario = Scenario {
    id: "lifetime",
    says: "access tokens end with their lifetime, and a refresh gives new ones",
    covers: LIFETIME_COVERS,
    needs: AGEING_NEEDS,
    cases: || AGEING.cases(),
    watch: &[Field::Model(&Model { predict, judges: LIFETIME_COVERS })],
    effort: Effort::Exclusive,
};

const TOO_LATE_COVERS: &[&str] = &["token.code.expired", "token.refresh.expired"];

const TOO_LATE: Scenario = Scenario {
    id: "too-late",
    says: "codes and refresh tokens are refused after their lifetime",
    covers: TOO_LATE_COVERS,
    needs: AGEING_NEEDS,
    cases: || AGEING.cases(),
    watch: &[Field::Model(&Model { predict, judges: TOO_LATE_COVERS })],
    effort: Effort::Exclusive,
};

/// Sequences with codes and tokens.
pub const SUITE: Suite = Suite {
    name: "lifecycle::tokens",
    scenarios: &[TOKENS, REVOCATION, REVOCATION_BY_API, ROTATION, ROTATED_OUT, LIFETIME, TOO_LATE],
};
