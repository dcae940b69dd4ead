//! For whom a token is.

use poolproof_harness::prelude::forgery::wrong_client;
use poolproof_harness::prelude::*;

use super::{ADMITTED, DESCRIBED, ISSUER_KEY, REFUSAL, any_of, genuine, guard, only, token};

const AUDIENCE: Need = guard(GuardNeed::Audience);
const TAKES_ACCESS: Need = guard(GuardNeed::Takes(TokenKind::Access));

const OTHER_ID: Scenario = Scenario {
    id: "id-token-of-other-client",
    says: "an ID token of a client that the authorizer does not name is refused",
    covers: &["http.audience.mismatch"],
    needs: &[AUDIENCE, token(Genuine::OtherClientId)],
    cases: || genuine(Genuine::OtherClientId),
    watch: DESCRIBED,
    effort: Effort::Single,
};

const OTHER_ACCESS: Scenario = Scenario {
    id: "access-token-of-other-client",
    says: "an access token of a client that the authorizer does not name is refused",
    covers: &["http.audience.mismatch"],
    needs: &[AUDIENCE, token(Genuine::OtherClientAccess)],
    cases: || genuine(Genuine::OtherClientAccess),
    watch: DESCRIBED,
    effort: Effort::Single,
};

const CHALLENGE: Scenario = Scenario {
    id: "challenge",
    says: "the challenge is the one that AWS publishes",
    covers: &["http.audience.mismatch"],
    needs: &[AUDIENCE, guard(GuardNeed::NoScopes), token(Genuine::OtherClientAccess)],
    cases: || genuine(Genuine::OtherClientAccess),
    watch: &[Field::Admitted, Field::Header("www-authenticate")],
    effort: Effort::Single,
};

const LOOK_ALIKES: Scenario = Scenario {
    id: "client-look-alikes",
    says: "an access token is refused whose client_id only looks like a configured one",
    covers: &["http.audience.mismatch"],
    needs: &[AUDIENCE, TAKES_ACCESS, ISSUER_KEY],
    cases: || {
        let edited = |edit: BoxedStrategy<Edit>| {
            edit.prop_map(|edit| Jwt::good().with(Change::ClaimEdited("client_id".to_owned(), edit)).signed())
        };
        // The likeliest mistakes more often: a comparison of the beginning alone, or without regard to case.
        any_of(
            prop_oneof![
                2 => wrong_client("client_id"),
                1 => edited("[a-z0-9]{1,4}".prop_map(Edit::Append).boxed()),
                1 => edited((0_usize..26).prop_map(Edit::SwapCase).boxed()),
            ]
            .boxed(),
        )
    },
    watch: DESCRIBED,
    effort: Effort::Single,
};

const CLIENT_ID: Scenario = Scenario {
    id: "client-id-without-aud",
    says: "client_id counts where a token has no aud",
    covers: &["http.audience.client-id-fallback"],
    needs: &[AUDIENCE, TAKES_ACCESS],
    cases: || only(Genuine::Good),
    watch: ADMITTED,
    effort: Effort::Single,
};

const AUD_WINS: Scenario = Scenario {
    id: "aud-before-client-id",
    says: "an access token for the right client is refused where its aud is another one",
    covers: &["http.audience.aud-wins"],
    needs: &[AUDIENCE, TAKES_ACCESS, ISSUER_KEY],
    cases: || {
        // An access token has no aud: what is edited is nothing, and becomes something.
        any_of(wrong_client("aud"))
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// For whom a token is.
pub const SUITE: Suite = Suite {
    name: "guard::http::audience",
    scenarios: &[OTHER_ID, OTHER_ACCESS, CHALLENGE, LOOK_ALIKES, CLIENT_ID, AUD_WINS],
};
