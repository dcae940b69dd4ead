//! What the backend sees of the token.

use poolproof_harness::prelude::*;

use super::{NO_SCOPES, TAKES_ID, alone, around};
use crate::flow::create_throwaway;

const ECHO: Need = Need::Guard(GuardNeed::Echo);
const ECHOED_ID: &[Need] = &[NO_SCOPES, TAKES_ID, ECHO];

const LOCATION: Scenario = Scenario {
    id: "claims",
    says: "the backend sees the claims of the token",
    covers: &["rest.backend.claims-location"],
    needs: ECHOED_ID,
    cases: || alone(Request::guarded(Jwt::good())),
    watch: &[Field::Admitted, Field::Echoed("sub"), Field::Echoed("token_use"), Field::Echoed("aud")],
    effort: Effort::Single,
};

const TEXTS: Scenario = Scenario {
    id: "texts",
    says: "the backend sees numbers and booleans as texts",
    covers: &["rest.backend.claims-are-strings"],
    watch: &[Field::Admitted, Field::Echoed("auth_time"), Field::Echoed("email_verified")],
    ..LOCATION
};

const DATES: Scenario = Scenario {
    id: "dates",
    says: "the backend sees exp and iat as dates",
    covers: &["rest.backend.exp-iat-as-dates"],
    watch: &[Field::Admitted, Field::Echoed("exp"), Field::Echoed("iat")],
    ..LOCATION
};

/// There are only these few, because what a case puts into the pool as a group stays there.
const GROUPS: &[&str] = &["poolproof-readers", "poolproof.writers", "Poolproof_Admins"];

const GROUP: Scenario = Scenario {
    id: "group",
    says: "the backend sees the group of a user without brackets",
    covers: &["rest.backend.groups-rendering"],
    needs: &[
        NO_SCOPES,
        TAKES_ID,
        ECHO,
        Need::Guard(GuardNeed::NoAudience),
        Need::Client("web"),
        Need::Api(Operation::CreateUser),
        Need::Api(Operation::AddToGroup),
        Need::Api(Operation::PasswordSignIn),
    ],
    cases: || {
        let request = around(Request::guarded(Value::captured("id_token")));
        (throwaway_username(), prop::sample::select(GROUPS), request)
            .prop_map(|(username, group, request)| {
                let user = || Value::from(username.as_str());
                Case::default()
                    .api(create_throwaway(&username))
                    .api(ApiCall::AddToGroup { username: user(), group: group.to_owned() })
                    .api(ApiCall::PasswordSignIn {
                        client: "web".to_owned(),
                        username: user(),
                        password: THROWAWAY_PASSWORD.into(),
                    })
                    .probe("probe", request)
                    .cleanup("clean-up", ApiCall::DeleteUser { username: user() })
                    .input("user", &username)
                    .input("group", group)
            })
            .boxed()
    },
    watch: &[Field::Admitted, Field::Echoed("cognito:groups")],
    // All cases put their users into the same few groups.
    effort: Effort::Exclusive,
};

/// What the backend sees of the token.
pub const SUITE: Suite = Suite { name: "guard::rest::backend", scenarios: &[LOCATION, TEXTS, DATES, GROUP] };
