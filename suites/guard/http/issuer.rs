//! Whose tokens are good.

use poolproof_harness::prelude::forgery::wrong_issuer;
use poolproof_harness::prelude::*;

use super::{ADMITTED, INVALID, ISSUER_KEY, REFUSAL, any_of, genuine, only, situation, token};

const OTHER_POOL_ID: Scenario = Scenario {
    id: "id-token-of-other-pool",
    says: "an ID token of another pool is refused",
    covers: &["http.issuer.mismatch"],
    needs: &[token(Genuine::OtherPoolId)],
    cases: || genuine(Genuine::OtherPoolId),
    watch: ADMITTED,
    effort: Effort::Single,
};

const OTHER_POOL_ACCESS: Scenario = Scenario {
    id: "access-token-of-other-pool",
    says: "an access token of another pool is refused",
    covers: &["http.issuer.mismatch"],
    needs: &[token(Genuine::OtherPoolAccess)],
    cases: || genuine(Genuine::OtherPoolAccess),
    watch: ADMITTED,
    effort: Effort::Single,
};

const OTHER_ISSUER: Scenario = Scenario {
    id: "other-issuer",
    says: "a token that the issuer signed under another name is refused",
    covers: &["http.issuer.mismatch"],
    needs: &[ISSUER_KEY],
    cases: || any_of(wrong_issuer()),
    watch: ADMITTED,
    effort: Effort::Single,
};

const ISS_WITH_SLASH: Scenario = Scenario {
    id: "slash-in-token",
    says: "a token is refused whose iss differs by a slash at the end",
    covers: &["http.issuer.trailing-slash"],
    needs: &[ISSUER_KEY],
    cases: || {
        let slash = || Change::ClaimEdited("iss".to_owned(), Edit::TrailingSlash);
        any_of(Just(Jwt::good().with(slash()).signed()).boxed())
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const ISSUER_WITH_SLASH: Scenario = Scenario {
    id: "slash-in-settings",
    says: "a good token is refused where the issuer is configured with a slash at the end",
    covers: &["http.issuer.trailing-slash"],
    needs: &[situation("issuer-slash")],
    cases: || only(Genuine::Good),
    watch: REFUSAL,
    effort: Effort::Single,
};

const UPDATED: Scenario = Scenario {
    id: "updated-format",
    says: "a token is refused whose iss has the other form of the pool's issuer",
    covers: &["http.issuer.updated-format"],
    needs: &[ISSUER_KEY],
    cases: || {
        let regions = ["us-east-1", "eu-central-1", "ap-northeast-1", "us-gov-west-1"];
        let prefix = prop::sample::select(&["https://issuer-cognito-idp.", "https://cognito-idp."][..]);
        // The pool of the harness, and others.
        let pool = prop_oneof![Just("Poolproof".to_owned()), "[A-Za-z0-9]{9}"];
        (prefix, prop::sample::select(regions.to_vec()), pool)
            .prop_map(|(prefix, region, pool)| {
                let iss = format!("{prefix}{region}.amazonaws.com/{region}_{pool}");
                super::sent(Jwt::good().with(Change::Claim("iss".to_owned(), iss.into())).signed())
            })
            .boxed()
    },
    watch: INVALID,
    effort: Effort::Single,
};

/// Whose tokens are good.
pub const SUITE: Suite = Suite {
    name: "guard::http::issuer",
    scenarios: &[OTHER_POOL_ID, OTHER_POOL_ACCESS, OTHER_ISSUER, ISS_WITH_SLASH, ISSUER_WITH_SLASH, UPDATED],
};
