//! Sequences in which users and clients change between the requests. See [`tokens`](super::tokens) for what is judged.

use poolproof_harness::prelude::*;

use super::model::predict;
use super::operation::{Op, Theme, Who::First, Who::Second};
use super::{CODE, CREATE_USER, REFRESH, TOKEN, USER_INFO};

const SIGNING_OUT: Theme = Theme {
    role: "web",
    own_client: false,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (5, Op::SignIn(Second)),
        (8, Op::Redeem(First)),
        (8, Op::Redeem(Second)),
        (4, Op::SignOut),
        (4, Op::Refresh(First)),
        (4, Op::Refresh(Second)),
        (3, Op::UserInfo(First)),
        (3, Op::UserInfo(Second)),
        (2, Op::UserInfoNewest(First)),
    ],
    openings: &[
        &[
            Op::SignIn(First),
            Op::Redeem(First),
            Op::SignIn(Second),
            Op::Redeem(Second),
            Op::SignOut,
            Op::Refresh(First),
        ],
        &[
            Op::SignIn(First),
            Op::Redeem(First),
            Op::SignOut,
            Op::SignIn(Second),
            Op::Redeem(Second),
            Op::Refresh(Second),
        ],
    ],
};

const SIGNING_OUT_NEEDS: &[Need] = &[
    TOKEN,
    CODE,
    REFRESH,
    USER_INFO,
    Need::Client("web"),
    Need::SignIn,
    CREATE_USER,
    Need::Api(Operation::GlobalSignOut),
];

const SIGN_OUT_COVERS: &[&str] = &[
    "token.refresh.global-sign-out",
    "token.refresh.success",
    "token.code.success",
    "userinfo.signed-out",
    "userinfo.success",
];

const SIGN_OUT: Scenario = Scenario {
    id: "global-sign-out",
    says: "a global sign-out ends every sign-in before it and none after it",
    covers: SIGN_OUT_COVERS,
    needs: SIGNING_OUT_NEEDS,
    cases: || SIGNING_OUT.cases(),
    watch: &[Field::Model(&Model { predict, judges: SIGN_OUT_COVERS })],
    effort: Effort::Flow,
};

const USER: Theme = Theme {
    role: "web",
    own_client: false,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (5, Op::SignIn(Second)),
        (8, Op::Redeem(First)),
        (8, Op::Redeem(Second)),
        (6, Op::Disable),
        (16, Op::Enable),
        (2, Op::DeleteUser),
        (4, Op::Refresh(First)),
        (4, Op::Refresh(Second)),
        (9, Op::UserInfo(First)),
        (7, Op::UserInfo(Second)),
        (2, Op::UserInfoNewest(First)),
    ],
    openings: &[],
};

/// Refresh tokens are what is looked at here, and users who do not come back.
const USER_GONE: Theme = Theme {
    role: "web",
    own_client: false,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (5, Op::SignIn(Second)),
        (8, Op::Redeem(First)),
        (8, Op::Redeem(Second)),
        (6, Op::Disable),
        (8, Op::Enable),
        (6, Op::DeleteUser),
        (9, Op::Refresh(First)),
        (7, Op::Refresh(Second)),
        (3, Op::UserInfo(First)),
        (3, Op::UserInfo(Second)),
        (2, Op::UserInfoNewest(First)),
    ],
    openings: &[],
};

const USER_NEEDS: &[Need] = &[
    TOKEN,
    CODE,
    REFRESH,
    USER_INFO,
    Need::Client("web"),
    Need::SignIn,
    CREATE_USER,
    Need::Api(Operation::DisableUser),
    Need::Api(Operation::EnableUser),
    Need::Api(Operation::DeleteUser),
];

const ACCESS_COVERS: &[&str] = &[
    "lifecycle.user-disabled.tokens",
    "userinfo.user-disabled",
    "userinfo.success",
    "token.code.success",
    "token.refresh.success",
];

const ACCESS: Scenario = Scenario {
    id: "disabled-and-enabled",
    says: "access tokens end for good when their user is disabled, and those of a later sign-in are good",
    covers: ACCESS_COVERS,
    needs: USER_NEEDS,
    cases: || USER.cases(),
    watch: &[Field::Model(&Model { predict, judges: ACCESS_COVERS })],
    effort: Effort::Flow,
};

const REFRESH_ENDS_COVERS: &[&str] = &["token.refresh.user-disabled", "token.refresh.user-deleted"];

const REFRESH_ENDS: Scenario = Scenario {
    id: "refresh-after-user-changes",
    says: "refresh tokens end for good when their user is disabled or deleted",
    covers: REFRESH_ENDS_COVERS,
    needs: USER_NEEDS,
    cases: || USER_GONE.cases(),
    watch: &[Field::Model(&Model { predict, judges: REFRESH_ENDS_COVERS })],
    effort: Effort::Flow,
};

const CLIENT: Theme = Theme {
    role: "web",
    own_client: true,
    longest: 12,
    menu: &[
        (6, Op::SignIn(First)),
        (5, Op::SignIn(Second)),
        (6, Op::Redeem(First)),
        (6, Op::Redeem(Second)),
        (3, Op::FlowOff),
        (6, Op::FlowOn),
        (1, Op::DeleteClient),
        (4, Op::Refresh(First)),
        (3, Op::Refresh(Second)),
        (5, Op::UserInfo(First)),
    ],
    openings: &[
        &[Op::SignIn(First), Op::FlowOff, Op::Redeem(First)],
        &[Op::SignIn(First), Op::Redeem(First), Op::UserInfo(First), Op::DeleteClient, Op::Refresh(First)],
    ],
};

const CLIENT_NEEDS: &[Need] = &[
    TOKEN,
    CODE,
    REFRESH,
    USER_INFO,
    Need::Client("web"),
    Need::SignIn,
    CREATE_USER,
    Need::Api(Operation::CreateClient),
    Need::Api(Operation::SetFlows),
];

const CLIENT_CHANGES_COVERS: &[&str] = &[
    "token.code.flow-not-allowed",
    "lifecycle.client-deleted.token",
    "token.code.success",
    "token.refresh.success",
    "userinfo.success",
];

const CLIENT_CHANGES: Scenario = Scenario {
    id: "client-changes",
    says: "a code and a refresh token do what their client is allowed at that time",
    covers: CLIENT_CHANGES_COVERS,
    needs: CLIENT_NEEDS,
    cases: || CLIENT.cases(),
    watch: &[Field::Model(&Model { predict, judges: CLIENT_CHANGES_COVERS })],
    effort: Effort::Flow,
};

/// Sequences with changes of users and clients.
pub const SUITE: Suite =
    Suite { name: "lifecycle::changes", scenarios: &[SIGN_OUT, ACCESS, REFRESH_ENDS, CLIENT_CHANGES] };
