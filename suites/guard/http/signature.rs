//! Algorithm, key and signature.

use poolproof_harness::prelude::forgery::{
    absent_kid, alg_none, duplicate_claim, empty_kid, foreign_key, hmac_public_key, nested, path_kid,
    points_to_key, reencoded, tampered, truncated, unknown_kid,
};
use poolproof_harness::prelude::*;

use super::{ADMITTED, DESCRIBED, INVALID, ISSUER_KEY, any_of, sent};

/// The algorithm that the token names in the end.
fn named(jwt: &Jwt) -> String {
    let alg = jwt.changes.iter().rev().find_map(|change| match change {
        Change::Signed(Signer::Nobody(alg, _) | Signer::PublicKey(alg, _) | Signer::Foreign(alg)) => {
            Some(alg.clone())
        }
        Change::Header(name, value) if name == "alg" => value.as_str().map(str::to_owned),
        _ => None,
    });
    alg.unwrap_or_default()
}

/// With the algorithm as an input, by which the observation names it.
fn of_algorithm(jwt: Jwt) -> Case {
    let alg = named(&jwt);
    sent(jwt).input("alg", alg)
}

const NONE: Scenario = Scenario {
    id: "alg-none",
    says: "a token that says it is not signed is refused",
    covers: &["http.token.alg-none"],
    needs: &[],
    cases: || {
        alg_none().prop_filter("another spelling", |jwt| named(jwt) == "none").prop_map(of_algorithm).boxed()
    },
    watch: DESCRIBED,
    effort: Effort::Single,
};

const NONE_SPELLED: Scenario = Scenario {
    id: "alg-none-spelled-otherwise",
    says: "a token that says so in another spelling is refused too",
    covers: &["http.token.alg-none"],
    needs: &[],
    cases: || alg_none().prop_filter("the usual spelling", |jwt| named(jwt) != "none").prop_map(sent).boxed(),
    watch: INVALID,
    effort: Effort::Single,
};

const ES256: Scenario = Scenario {
    id: "es256",
    says: "a token that the issuer signed with an elliptic-curve key of its set is refused",
    covers: &["http.token.es256"],
    needs: &[ISSUER_KEY],
    cases: || {
        // Any good token that the guard would take otherwise.
        prop::sample::select(&["sub", "jti", "username"][..])
            .prop_map(|claim| {
                let renewed = Change::ClaimEdited(claim.to_owned(), Edit::Append("0".to_owned()));
                sent(Jwt::good().with(renewed).with(Change::Signed(Signer::NewEllipticKey)))
            })
            .boxed()
    },
    // The body is only inferred.
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::ChallengeParam("error_description"),
        Field::HasHeader("apigw-requestid"),
    ],
    effort: Effort::Single,
};

const HMAC: Scenario = Scenario {
    id: "hmac-with-public-key",
    says: "a token that is signed with the public key as secret is refused",
    covers: &["http.token.hs256-public-key"],
    needs: &[],
    cases: || hmac_public_key().prop_map(of_algorithm).boxed(),
    watch: DESCRIBED,
    effort: Effort::Single,
};

const FOREIGN_KEY: Scenario = Scenario {
    id: "foreign-key",
    says: "a token that was signed with a foreign key under the name of the issuer's is refused",
    covers: &["http.token.foreign-signature"],
    needs: &[],
    cases: || any_of(foreign_key()),
    watch: ADMITTED,
    effort: Effort::Single,
};

const BROUGHT_KEY: Scenario = Scenario {
    id: "brought-key",
    says: "a token that brings or points to the key that signed it is refused",
    covers: &["http.token.foreign-signature"],
    needs: &[],
    cases: || any_of(points_to_key()),
    watch: ADMITTED,
    effort: Effort::Single,
};

const FORGED_KID: Scenario = Scenario {
    id: "forged-unknown-kid",
    says: "a forged token is refused whatever key it names that the issuer does not have",
    covers: &["http.token.foreign-signature", "http.token.unknown-kid"],
    needs: &[],
    cases: || any_of(in_turn(vec![unknown_kid(), path_kid()])),
    watch: ADMITTED,
    effort: Effort::Single,
};

const FORGED_NO_KID: Scenario = Scenario {
    id: "forged-no-kid",
    says: "a forged token that names no key is refused",
    covers: &["http.token.foreign-signature", "http.token.no-kid"],
    needs: &[],
    cases: || any_of(prop_oneof![absent_kid(), empty_kid()].boxed()),
    watch: ADMITTED,
    effort: Effort::Single,
};

/// Signed by the issuer after this change.
fn by_issuer(changes: BoxedStrategy<Change>) -> BoxedStrategy<Case> {
    changes.prop_map(|change| sent(Jwt::good().with(change).signed())).boxed()
}

const UNKNOWN_KID: Scenario = Scenario {
    id: "unknown-kid",
    says: "a token that the issuer signed is refused where it names another key than those of the set",
    covers: &["http.token.unknown-kid"],
    needs: &[ISSUER_KEY],
    cases: || {
        let kid = |text: String| Change::Header("kid".to_owned(), text.into());
        by_issuer(in_turn(vec![
            (0_usize..44).prop_map(|at| Change::KidEdited(Edit::SwapCase(at))).boxed(),
            "[A-Za-z0-9+/]{1,4}".prop_map(|more| Change::KidEdited(Edit::Append(more))).boxed(),
            (1_usize..8).prop_map(|count| Change::KidEdited(Edit::DropLast(count))).boxed(),
            "[A-Za-z0-9+/]{43}=".prop_map(kid).boxed(),
            "[a-z0-9]{1,12}".prop_map(kid).boxed(),
        ]))
    },
    watch: ADMITTED,
    effort: Effort::Single,
};

const NO_KID: Scenario = Scenario {
    id: "no-kid",
    says: "a token that the issuer signed is refused where it names no key",
    covers: &["http.token.no-kid"],
    needs: &[ISSUER_KEY],
    cases: || by_issuer(Just(Change::NoHeader("kid".to_owned())).boxed()),
    watch: ADMITTED,
    effort: Effort::Single,
};

const TAMPERED: Scenario = Scenario {
    id: "tampered",
    says: "a token that was changed after it was signed is refused",
    covers: &["http.token.tampered-payload"],
    needs: &[],
    cases: || {
        let tokens = prop_oneof![
            6 => tampered(),
            2 => duplicate_claim(),
            1 => truncated(),
            1 => reencoded(),
            1 => nested(),
        ];
        any_of(tokens.boxed())
    },
    watch: ADMITTED,
    effort: Effort::Single,
};

/// Algorithm, key and signature.
pub const SUITE: Suite = Suite {
    name: "guard::http::signature",
    scenarios: &[
        NONE,
        NONE_SPELLED,
        ES256,
        HMAC,
        FOREIGN_KEY,
        BROUGHT_KEY,
        FORGED_KID,
        FORGED_NO_KID,
        UNKNOWN_KID,
        NO_KID,
        TAMPERED,
    ],
};
