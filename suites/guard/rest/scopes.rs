//! ID tokens where no scope is asked for, and access tokens with a scope where one is.

use poolproof_harness::prelude::*;

use super::{NO_SCOPES, REFUSAL, SCOPES, STATUS, TAKES_ID, TEXT, alone, around, genuine};

const ACCESS: Need = Need::Guard(GuardNeed::Token(Genuine::Access));
const MACHINE: Need = Need::Guard(GuardNeed::Token(Genuine::Machine));
const ONE_SCOPE: Need = Need::Guard(GuardNeed::Token(Genuine::OneScope));
const LAST_SCOPE: Need = Need::Guard(GuardNeed::Token(Genuine::LastScope));

const ID_TOKEN: Scenario = Scenario {
    id: "no-scopes-id-token",
    says: "a method without scopes lets an ID token in",
    covers: &["rest.no-scopes.id-token"],
    needs: &[NO_SCOPES, TAKES_ID],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: STATUS,
    effort: Effort::Single,
};

const NO_ACCESS_TOKEN: Scenario = Scenario {
    id: "no-scopes-access-token",
    says: "a method without scopes refuses an access token",
    covers: &["rest.no-scopes.access-token"],
    needs: &[NO_SCOPES, TAKES_ID, ACCESS],
    cases: || genuine(Genuine::Access),
    watch: TEXT,
    effort: Effort::Single,
};

const NO_MACHINE_TOKEN: Scenario = Scenario {
    id: "no-scopes-machine-token",
    says: "a method without scopes refuses an access token of a machine",
    covers: &["rest.no-scopes.client-credentials-token"],
    needs: &[NO_SCOPES, TAKES_ID, MACHINE],
    cases: || genuine(Genuine::Machine),
    watch: REFUSAL,
    effort: Effort::Single,
};

const ONE_OF_SEVERAL: Scenario = Scenario {
    id: "one-of-several",
    says: "one of several scopes is enough",
    covers: &["rest.scopes.access-token-one-of-several"],
    needs: &[Need::Guard(GuardNeed::SeveralScopes), ONE_SCOPE],
    cases: || alone(Request::guarded(Jwt::genuine(Genuine::OneScope))),
    watch: STATUS,
    effort: Effort::Single,
};

const LAST_OF_SEVERAL: Scenario = Scenario {
    id: "last-of-several",
    says: "the last of several scopes is enough",
    needs: &[Need::Guard(GuardNeed::SeveralScopes), LAST_SCOPE],
    cases: || alone(Request::guarded(Jwt::genuine(Genuine::LastScope))),
    ..ONE_OF_SEVERAL
};

const FULL_NAME: Scenario = Scenario {
    id: "full-name",
    says: "a scope of a resource server counts by its full name",
    covers: &["rest.scopes.full-name"],
    needs: &[SCOPES, ONE_SCOPE],
    ..ONE_OF_SEVERAL
};

const MACHINE_TOKEN: Scenario = Scenario {
    id: "machine-token",
    says: "an access token of a machine with the scope is let in",
    covers: &["rest.scopes.client-credentials-token"],
    needs: &[SCOPES, MACHINE],
    cases: || alone(Request::guarded(Jwt::genuine(Genuine::Machine))),
    ..ONE_OF_SEVERAL
};

const OPENID: Scenario = Scenario {
    id: "openid",
    says: "openid counts like any scope",
    covers: &["rest.scopes.builtin-scopes"],
    needs: &[Need::Guard(GuardNeed::Scope("openid")), Need::SignIn, ACCESS],
    cases: || alone(Request::guarded(Jwt::genuine(Genuine::Access))),
    watch: STATUS,
    effort: Effort::Single,
};

/// The one scope of a user who signed in through the management API.
const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

const FROM_THE_API: Scenario = Scenario {
    id: "token-from-the-api",
    says: "aws.cognito.signin.user.admin, the scope of tokens from InitiateAuth, counts like any scope",
    covers: &["rest.scopes.builtin-scopes"],
    needs: &[
        Need::Guard(GuardNeed::Scope(SELF_SERVICE)),
        Need::Client("web"),
        Need::User("main"),
        Need::Api(Operation::PasswordSignIn),
    ],
    cases: || {
        around(Request::guarded(Value::captured("access_token")))
            .prop_map(|request| {
                Case::default()
                    .api(ApiCall::PasswordSignIn {
                        client: "web".to_owned(),
                        username: Value::fixture("user.main.username"),
                        password: Value::fixture("user.main.password"),
                    })
                    .shared()
                    .probe("probe", request)
            })
            .boxed()
    },
    watch: STATUS,
    effort: Effort::Flow,
};

const LACKING: Scenario = Scenario {
    id: "lacking",
    says: "an access token without any of the scopes is refused",
    covers: &["rest.scopes.access-token-lacking-scope"],
    needs: &[SCOPES, Need::Guard(GuardNeed::Token(Genuine::OtherScope))],
    cases: || genuine(Genuine::OtherScope),
    watch: TEXT,
    effort: Effort::Single,
};

const NO_ID_TOKEN: Scenario = Scenario {
    id: "id-token",
    says: "a method with scopes does not let an ID token in",
    covers: &["rest.scopes.id-token"],
    needs: &[SCOPES, Need::Guard(GuardNeed::Token(Genuine::Id))],
    cases: || genuine(Genuine::Id),
    watch: &[Field::Admitted],
    effort: Effort::Single,
};

/// ID tokens where no scope is asked for, and access tokens with a scope where one is.
pub const SUITE: Suite = Suite {
    name: "guard::rest::scopes",
    scenarios: &[
        ID_TOKEN,
        NO_ACCESS_TOKEN,
        NO_MACHINE_TOKEN,
        ONE_OF_SEVERAL,
        LAST_OF_SEVERAL,
        FULL_NAME,
        MACHINE_TOKEN,
        OPENID,
        FROM_THE_API,
        LACKING,
        NO_ID_TOKEN,
    ],
};
