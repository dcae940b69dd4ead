//! The form of a token: three parts of Base64url, two of them JSON objects (RFC 7515 section 7.1, RFC 7519 section 7.2).

use poolproof_harness::prelude::*;

use super::{ACCESS, KEY, REFUSAL, SCOPES, STATUS, signed, token, with, with_genuine};

const PARTS: Scenario = Scenario {
    id: "not-three-parts",
    says: "a token that has not three parts is refused",
    covers: &["rs.format.not-three-parts"],
    cases: || {
        with(
            prop_oneof![
                3 => forgery::not_three_parts(),
                1 => forgery::five_parts(),
                1 => forgery::doubled_segment(),
            ]
            .boxed(),
        )
    },
    ..REFUSAL
};

const REFRESH: Scenario = Scenario {
    id: "refresh-token",
    says: "a refresh token, which has five parts, is refused",
    covers: &["rs.format.not-three-parts"],
    needs: &[token(Genuine::Refresh)],
    cases: || with_genuine(Genuine::Refresh),
    ..REFUSAL
};

/// A good token without its signature.
fn without_signature() -> BoxedStrategy<Jwt> {
    let without = |damage: Damage| Jwt::good().with(Change::Damaged(damage));
    prop_oneof![
        Just(without(Damage::Segments(2, true))),
        Just(without(Damage::Segments(2, false))),
        forgery::two_parts(),
        forgery::tampered().prop_map(|token| token.with(Change::Damaged(Damage::EmptySegment(2)))),
    ]
    .boxed()
}

const NO_SIGNATURE: Scenario = Scenario {
    id: "no-signature",
    says: "a token without a signature is refused, although its header names RS256",
    covers: &["rs.format.no-signature"],
    cases: || with(without_signature()),
    ..REFUSAL
};

const TRUNCATED: Scenario = Scenario {
    id: "cut-short",
    says: "a token of which a part is cut short is refused",
    covers: &["rs.format.cut-short"],
    cases: || with(forgery::truncated()),
    ..REFUSAL
};

const NOT_JSON: Scenario = Scenario {
    id: "not-json",
    says: "a token whose header or claims are no JSON object is refused",
    covers: &["rs.format.header-or-payload-not-json"],
    cases: || with(forgery::not_json()),
    ..REFUSAL
};

/// The last character of a signature of 2048 bits has four bits that say nothing: another one may mean the same.
fn spare_bits() -> BoxedStrategy<Jwt> {
    let edited = |edit: Edit| Change::Damaged(Damage::Edited(edit));
    "[A-Za-z0-9_-]"
        .prop_map(move |last| Jwt::good().with(edited(Edit::DropLast(1))).with(edited(Edit::Append(last))))
        .boxed()
}

const REENCODED: Scenario = Scenario {
    id: "spelled-otherwise",
    says: "header and claims are taken only as they were signed: without padding, and in their alphabet",
    covers: &["rs.format.reencoded"],
    cases: || with(forgery::reencoded()),
    ..REFUSAL
};

const SPARE: Scenario = Scenario {
    id: "signature-spelled-otherwise",
    says: "a signature is taken only in its one spelling: without padding, in its alphabet, to its last bit",
    covers: &["rs.format.reencoded-signature"],
    cases: || with(prop_oneof![1 => forgery::reencoded_signature(), 3 => spare_bits()].boxed()),
    ..REFUSAL
};

const EXP_TYPE: Scenario = Scenario {
    id: "exp-of-other-type",
    says: "a token whose exp is no number is refused",
    covers: &["rs.format.claim-type"],
    needs: &[KEY],
    cases: || with(forgery::wrong_type("exp")),
    ..REFUSAL
};

const SCOPE_LIST: Scenario = Scenario {
    id: "scopes-in-a-list",
    says: "a token with its scopes in a list is refused",
    covers: &["rs.format.claim-type"],
    needs: &[KEY, ACCESS, SCOPES],
    cases: || {
        let others = prop::collection::vec(prop::sample::select(&["openid", "email", "admin"][..]), 0..3);
        let listed = others.prop_map(|others| {
            let others = others.into_iter().map(|scope| json!(scope)).collect();
            Jwt::good().with(Change::ClaimListed("scope".to_owned(), others))
        });
        with(signed(listed.boxed()))
    },
    ..REFUSAL
};

const TIME_TYPE: Scenario = Scenario {
    id: "other-time-of-other-type",
    says: "a token whose nbf or iat is no number is refused",
    covers: &["rs.format.time-as-text"],
    needs: &[KEY],
    cases: || with(prop_oneof![forgery::wrong_type("nbf"), forgery::wrong_type("iat")].boxed()),
    ..REFUSAL
};

/// `exp` twice, this many seconds from now: what stands first, and what stands last.
fn twice(first: i64, last: Change) -> Jwt {
    // A time long before or after any run.
    let first = if first < 0 { 1_000_000_000 + first } else { 4_102_444_800 + first };
    Jwt::good().with(last).with(Change::ClaimTwice("exp".to_owned(), json!(first)))
}

const LAST_COUNTS: Scenario = Scenario {
    id: "duplicate-with-a-bad-end",
    says: "of a claim that stands there twice the first one never counts",
    covers: &["rs.format.duplicate-claim"],
    needs: &[KEY],
    cases: || {
        let tokens = (0_i64..1_000_000, 300_i64..100_000)
            .prop_map(|(first, ago)| twice(first, Change::ClaimIn("exp".to_owned(), -ago)));
        with(signed(tokens.boxed()))
    },
    ..REFUSAL
};

const LAST_IS_GOOD: Scenario = Scenario {
    id: "duplicate-with-a-good-end",
    says: "a token with a claim that stands there twice is refused, or the last one counts",
    covers: &["rs.format.duplicate-claim-good"],
    needs: &[KEY],
    cases: || {
        let tokens = (1_i64..1_000_000, 600_i64..3000)
            .prop_map(|(first, ahead)| twice(-first, Change::ClaimIn("exp".to_owned(), ahead)));
        with(signed(tokens.boxed()))
    },
    watch: STATUS,
    ..REFUSAL
};

const CRIT: Scenario = Scenario {
    id: "critical-header",
    says: "a token whose header calls something critical is refused",
    covers: &["rs.format.crit"],
    needs: &[KEY],
    cases: || {
        let names = prop::collection::vec("[a-z]{1,8}|https://example\\.test/[a-z]{1,8}|exp", 1..3);
        let tokens = names.prop_map(|names| {
            let member = |token: Jwt, name: &String| token.with(Change::Header(name.clone(), json!(1)));
            let token =
                names.iter().filter(|name| *name != "alg" && *name != "kid").fold(Jwt::good(), member);
            token.with(Change::Header("crit".to_owned(), json!(names)))
        });
        // A payload that is not encoded (RFC 7797): what is signed would be another text.
        let unencoded = Jwt::good()
            .with(Change::Header("b64".to_owned(), json!(false)))
            .with(Change::Header("crit".to_owned(), json!(["b64"])));
        with(signed(prop_oneof![3 => tokens, 1 => Just(unencoded)].boxed()))
    },
    ..REFUSAL
};

/// The form of a token.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::format",
    scenarios: &[
        PARTS,
        REFRESH,
        NO_SIGNATURE,
        TRUNCATED,
        NOT_JSON,
        REENCODED,
        SPARE,
        EXP_TYPE,
        SCOPE_LIST,
        TIME_TYPE,
        LAST_COUNTS,
        LAST_IS_GOOD,
        CRIT,
    ],
};
