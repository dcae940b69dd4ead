//! Tokens that are none, or that nobody signed whom the authorizer trusts.

use poolproof_harness::prelude::*;

use super::{REFUSAL, STATUS, forged, genuine};

const GARBAGE: Scenario = Scenario {
    id: "garbage",
    says: "a text that is no token is refused",
    covers: &["rest.token.garbage"],
    needs: &[],
    cases: || {
        forged(
            prop_oneof![
                3 => forgery::garbage(),
                1 => forgery::not_json(),
                1 => forgery::not_three_parts(),
                1 => forgery::five_parts(),
                1 => forgery::doubled_segment(),
            ]
            .boxed(),
        )
    },
    watch: STATUS,
    effort: Effort::Single,
};

const TWO_PARTS: Scenario = Scenario {
    id: "two-parts",
    says: "a token without one of its three parts is refused",
    covers: &["rest.token.two-part"],
    needs: &[],
    cases: || forged(forgery::two_parts()),
    watch: REFUSAL,
    effort: Effort::Single,
};

const UNSIGNED: Scenario = Scenario {
    id: "unsigned",
    says: "a token whose header says that it is not signed is refused",
    covers: &["rest.token.alg-none"],
    needs: &[],
    cases: || forged(forgery::alg_none()),
    watch: REFUSAL,
    effort: Effort::Single,
};

const PUBLIC_SECRET: Scenario = Scenario {
    id: "public-key-as-secret",
    says: "a token that is signed with HMAC and a public key as the secret is refused",
    covers: &["rest.token.hs256-public-key"],
    needs: &[],
    cases: || forged(forgery::hmac_public_key()),
    watch: REFUSAL,
    effort: Effort::Single,
};

const UNKNOWN_KEY: Scenario = Scenario {
    id: "unknown-key",
    says: "a token that names no key of the pool is refused",
    covers: &["rest.token.unknown-kid"],
    needs: &[],
    cases: || {
        forged(in_turn(vec![
            forgery::unknown_kid(),
            forgery::path_kid(),
            prop_oneof![forgery::absent_kid(), forgery::empty_kid()].boxed(),
        ]))
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const FOREIGN_KEY: Scenario = Scenario {
    id: "foreign-key",
    says: "a token that is signed with a key of someone else is refused",
    covers: &["rest.token.foreign-signature"],
    needs: &[],
    cases: || forged(forgery::foreign_key()),
    watch: REFUSAL,
    effort: Effort::Single,
};

const OWN_KEY: Scenario = Scenario {
    id: "key-of-its-own",
    says: "a token that brings the key with which it is signed, or points to it, is refused",
    cases: || forged(forgery::points_to_key()),
    ..FOREIGN_KEY
};

const TAMPERED: Scenario = Scenario {
    id: "tampered",
    says: "a token that was changed anywhere is refused",
    covers: &["rest.token.tampered-payload"],
    needs: &[],
    cases: || {
        forged(in_turn(vec![
            forgery::tampered(),
            forgery::truncated(),
            forgery::tampered(),
            prop_oneof![forgery::duplicate_claim(), forgery::truncated()].boxed(),
        ]))
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const REFRESH: Scenario = Scenario {
    id: "refresh-token",
    says: "a refresh token is refused",
    covers: &["rest.token.refresh-token"],
    needs: &[Need::Guard(GuardNeed::Token(Genuine::Refresh))],
    cases: || genuine(Genuine::Refresh),
    watch: REFUSAL,
    effort: Effort::Single,
};

/// Tokens that are none, or that nobody signed whom the authorizer trusts.
pub const SUITE: Suite = Suite {
    name: "guard::rest::token",
    scenarios: &[
        GARBAGE,
        TWO_PARTS,
        UNSIGNED,
        PUBLIC_SECRET,
        UNKNOWN_KEY,
        FOREIGN_KEY,
        OWN_KEY,
        TAMPERED,
        REFRESH,
    ],
};
