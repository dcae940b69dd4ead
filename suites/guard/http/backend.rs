//! What reaches the backend, as far as its answer shows it.

use poolproof_harness::prelude::*;

use super::{ISSUER_KEY, genuine, guard, token};

const ECHO: Need = guard(GuardNeed::Echo);
const NO_SCOPES: Need = guard(GuardNeed::NoScopes);
const TAKES_ACCESS: Need = guard(GuardNeed::Takes(TokenKind::Access));

const CLAIMS: Scenario = Scenario {
    id: "claims",
    says: "the backend finds the claims in its event, at the place that its version has for them",
    covers: &["http.backend.claims-location-v2", "http.backend.claims-location-v1"],
    needs: &[ECHO],
    cases: || genuine(Genuine::Good),
    watch: &[Field::Admitted, Field::Echoed("sub"), Field::Echoed("iss"), Field::Echoed("token_use")],
    effort: Effort::Single,
};

const TIMES: Scenario = Scenario {
    id: "times",
    says: "times reach the backend as digits",
    covers: &["http.backend.claims-are-strings"],
    needs: &[ECHO],
    cases: || genuine(Genuine::Good),
    watch: &[Field::Admitted, Field::Echoed("exp"), Field::Echoed("iat")],
    effort: Effort::Single,
};

const MARKS: Scenario = Scenario {
    id: "marks",
    says: "booleans reach the backend as texts",
    covers: &["http.backend.claims-are-strings"],
    needs: &[ECHO, NO_SCOPES, token(Genuine::Id)],
    cases: || genuine(Genuine::Id),
    watch: &[Field::Admitted, Field::Echoed("email_verified")],
    effort: Effort::Single,
};

const LISTS: Scenario = Scenario {
    id: "lists",
    says: "a list of groups reaches the backend in brackets, with blanks between",
    covers: &["http.backend.array-claims"],
    needs: &[ECHO, ISSUER_KEY],
    cases: || {
        prop::collection::vec("[a-z][a-z-]{2,11}", 2..6)
            .prop_map(|groups| {
                let shown = groups.join(" ");
                let groups = Change::Claim("cognito:groups".to_owned(), groups.into());
                super::sent(Jwt::good().with(groups).signed()).input("groups", shown)
            })
            .boxed()
    },
    watch: &[Field::Admitted, Field::Echoed("cognito:groups")],
    effort: Effort::Single,
};

/// Claims that no good token has of itself.
const NULLS: [&str; 3] = ["nickname", "custom:plan", "address"];

const NULL_CLAIMS: Scenario = Scenario {
    id: "null-claims",
    says: "a claim that is null does not reach the backend",
    covers: &["http.backend.null-claims"],
    needs: &[ECHO, ISSUER_KEY],
    cases: || {
        prop::sample::subsequence(NULLS.to_vec(), 1..=NULLS.len())
            .prop_map(|names| {
                let null = |name: &&str| Change::Claim((*name).to_owned(), Option::<&str>::None.into());
                super::sent(names.iter().map(null).fold(Jwt::good(), Jwt::with).signed())
            })
            .boxed()
    },
    watch: &[Field::Admitted, Field::Echoed(NULLS[0]), Field::Echoed(NULLS[1]), Field::Echoed(NULLS[2])],
    effort: Effort::Single,
};

const UNSCOPED: Scenario = Scenario {
    id: "scopes-where-none-is-asked-for",
    says: "without scopes on the route the backend is handed no list, and the claim stays",
    covers: &["http.backend.scopes-unscoped-route"],
    needs: &[ECHO, NO_SCOPES, token(Genuine::Access)],
    cases: || genuine(Genuine::Access),
    watch: &[Field::Admitted, Field::EchoedScopes, Field::Echoed("scope")],
    effort: Effort::Single,
};

const SCOPED: Scenario = Scenario {
    id: "scopes-where-some-are-asked-for",
    says: "with scopes on the route the backend is handed all of the token's",
    covers: &["http.backend.scopes-scoped-route"],
    needs: &[ECHO, TAKES_ACCESS, guard(GuardNeed::Scopes)],
    cases: || genuine(Genuine::Good),
    watch: &[Field::Admitted, Field::EchoedScopes],
    effort: Effort::Single,
};

/// What reaches the backend.
pub const SUITE: Suite = Suite {
    name: "guard::http::backend",
    scenarios: &[CLAIMS, TIMES, MARKS, LISTS, NULL_CLAIMS, UNSCOPED, SCOPED],
};
