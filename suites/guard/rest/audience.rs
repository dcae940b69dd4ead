//! For which client a token has to be: for any, unless a validation expression is set.

use poolproof_harness::prelude::*;

use super::{NO_SCOPES, STATUS, TAKES_ID, alone, genuine};

const OTHER_CLIENT: Need = Need::Guard(GuardNeed::Token(Genuine::OtherClientId));
const EXPRESSION: Need = Need::Guard(GuardNeed::Audience);

const ANY_CLIENT: Scenario = Scenario {
    id: "any-client",
    says: "without an expression an ID token of any client of the pool is let in",
    covers: &["rest.audience.other-client-without-expression"],
    needs: &[NO_SCOPES, TAKES_ID, Need::Guard(GuardNeed::NoAudience), OTHER_CLIENT],
    cases: || alone(Request::guarded(Jwt::genuine(Genuine::OtherClientId))),
    watch: STATUS,
    effort: Effort::Single,
};

const MATCH: Scenario = Scenario {
    id: "expression-matches",
    says: "an ID token whose audience matches the expression is let in",
    covers: &["rest.audience.expression-match"],
    needs: &[NO_SCOPES, TAKES_ID, EXPRESSION],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: STATUS,
    effort: Effort::Single,
};

const MISMATCH: Scenario = Scenario {
    id: "expression-differs",
    says: "an ID token whose audience does not match the expression is refused",
    covers: &["rest.audience.expression-mismatch"],
    needs: &[NO_SCOPES, TAKES_ID, EXPRESSION, OTHER_CLIENT],
    cases: || genuine(Genuine::OtherClientId),
    watch: STATUS,
    effort: Effort::Single,
};

const ACCESS_TOKEN: Scenario = Scenario {
    id: "expression-and-access-token",
    says: "with an expression no access token is let in, because it has no audience",
    covers: &["rest.audience.expression-with-access-token"],
    needs: &[
        Need::Guard(GuardNeed::Situation("expression-and-scopes")),
        Need::Guard(GuardNeed::Token(Genuine::Access)),
    ],
    cases: || alone(Request::guarded(Jwt::genuine(Genuine::Access))),
    watch: STATUS,
    effort: Effort::Single,
};

/// For which client a token has to be.
pub const SUITE: Suite =
    Suite { name: "guard::rest::audience", scenarios: &[ANY_CLIENT, MATCH, MISMATCH, ACCESS_TOKEN] };
