//! What is no token at all, or none of three parts.

use poolproof_harness::prelude::forgery::{five_parts, not_three_parts, two_parts};
use poolproof_harness::prelude::*;

use super::{DESCRIBED, INVALID, any_of, genuine, guard, no_token, token, tokenless};

/// Texts that are no tokens, after `Bearer` or alone.
fn garbage_sent() -> BoxedStrategy<Case> {
    (tokenless(), no_token(), prop::bool::weighted(0.8))
        .prop_map(|(request, text, scheme)| {
            let value = format!("{}{text}", if scheme { "Bearer " } else { "" });
            Case::guarded(request.header(TOKEN_HEADER, value.clone())).input("value", format!("{value:?}"))
        })
        .boxed()
}

const GARBAGE: Scenario = Scenario {
    id: "garbage",
    says: "a text that is no token is refused, and the challenge says why",
    covers: &["http.token.garbage"],
    needs: &[],
    cases: garbage_sent,
    watch: DESCRIBED,
    effort: Effort::Single,
};

const CHALLENGE: Scenario = Scenario {
    id: "challenge",
    says: "the attributes of the challenge are separated by blanks, and scope is there though empty",
    covers: &["http.token.garbage"],
    needs: &[guard(GuardNeed::NoScopes)],
    cases: garbage_sent,
    watch: &[Field::Admitted, Field::Header("www-authenticate")],
    effort: Effort::Single,
};

const TWO_PARTS: Scenario = Scenario {
    id: "two-parts",
    says: "a token that lacks a part is refused",
    covers: &["http.token.two-part"],
    needs: &[],
    cases: || any_of(two_parts()),
    watch: DESCRIBED,
    effort: Effort::Single,
};

const FURTHER_PARTS: Scenario = Scenario {
    id: "further-parts",
    says: "a good token with further parts is refused",
    covers: &["http.token.opaque-refresh-token"],
    needs: &[],
    cases: || any_of(prop_oneof![1 => five_parts(), 1 => not_three_parts()].boxed()),
    watch: DESCRIBED,
    effort: Effort::Single,
};

const REFRESH: Scenario = Scenario {
    id: "refresh-token",
    says: "a refresh token is refused",
    covers: &["http.token.opaque-refresh-token"],
    needs: &[token(Genuine::Refresh)],
    cases: || genuine(Genuine::Refresh),
    watch: DESCRIBED,
    effort: Effort::Single,
};

const UNDECODABLE: Scenario = Scenario {
    id: "undecodable",
    says: "three parts that are not Base64url of JSON objects are refused",
    covers: &["http.token.undecodable-segments"],
    needs: &[],
    cases: || {
        let texts = jwt_like().prop_map(|text| Jwt::good().with(Change::Damaged(Damage::Instead(text))));
        any_of(prop_oneof![2 => forgery::not_json(), 1 => texts].boxed())
    },
    watch: INVALID,
    effort: Effort::Single,
};

/// What is no token at all.
pub const SUITE: Suite = Suite {
    name: "guard::http::token",
    scenarios: &[GARBAGE, CHALLENGE, TWO_PARTS, FURTHER_PARTS, REFRESH, UNDECODABLE],
};
