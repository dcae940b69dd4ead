//! Every class: what appears in it, to what it shrinks, and that a verifier by the book refuses it.

use std::collections::BTreeSet;

use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value as Json;

use super::super::turn::at_place;
use super::*;
use crate::token::tests::judged;

/// A class with its name, and marks of its variants in a reader's words, the simplest one first.
type Class = (&'static str, BoxedStrategy<Jwt>, &'static [&'static str]);

fn forged() -> Vec<Class> {
    vec![
        (
            "alg_none",
            alg_none(),
            &["\"none\", signature \"\"", "header alg = \"nOnE\"", "\" none\"", "\"\", s"],
        ),
        (
            "hmac_public_key",
            hmac_public_key(),
            &["HS256 and the public key (Pem)", "HS512", "ModulusText", "Empty"],
        ),
        ("foreign_key", foreign_key(), &["and RS256", "PS512", "ES256", "EdDSA"]),
        (
            "unknown_kid",
            unknown_kid(),
            &["kid with the case of letter 0", "character", "=\"", "header kid = \"", "foreign"],
        ),
        ("absent_kid", absent_kid(), &["without header kid, signed with a foreign key", "kid>"]),
        ("empty_kid", empty_kid(), &["kid = \"\"", "kid = null"]),
        ("path_kid", path_kid(), &["../../dev/null\", signed with HS256", "OR '1'", "https:", "foreign key"]),
        ("points_to_key", points_to_key(), &["jwk", "jku", "x5c", "x5u"]),
        (
            "tampered",
            tampered(),
            &["sub", "scope", "exp", "client_id", "aud", "iss", "username", "groups", "token_use"],
        ),
        ("duplicate_claim", duplicate_claim(), &["sub also", "scope also", "exp also", "groups also"]),
        ("two_parts", two_parts(), &["after 2 segments>", "without segment 0", "without segment 1"]),
        (
            "not_three_parts",
            not_three_parts(),
            &["after 1 segments>", "and a dot", " 1 segments more", "9 segments more"],
        ),
        ("five_parts", five_parts(), &["2 segments more"]),
        ("truncated", truncated(), &["last 1 characters", "2 segments and a dot", "segment 0", "segment 2"]),
        ("doubled_segment", doubled_segment(), &["0 twice", "1 twice", "2 twice"]),
        (
            "reencoded",
            reencoded(),
            &["segment 0 padded", "segment 1 padded", "0 in standard", "1 in standard"],
        ),
        ("reencoded_signature", reencoded_signature(), &["2 padded", "2 in standard"]),
        ("garbage", garbage(), &["instead", "null", "\"...", "-4"]),
        ("not_json", not_json(), &["segment 0 made of \"x\"", "segment 1 made of", "[]", "null"]),
        ("huge", huge(), &["300 claims"]),
        ("nested", nested(), &["128 deep"]),
    ]
}

fn inner_space() -> Vec<Class> {
    vec![
        ("whitespace_inside", whitespace_inside(), &["\" \" behind dot 0", "dot 1", "u{9}", "inserted"]),
        ("newline_inside", newline_inside(), &["u{a}\" behind dot 0", "u{d}\\\\u{a}", "inserted"]),
    ]
}

fn by_issuer() -> Vec<Class> {
    let read = "https://api.poolproof.test/read";
    vec![
        ("expired_by", expired_by(), &["exp -300 s", "iat -"]),
        ("not_yet_valid", not_yet_valid(), &["nbf +300 s"]),
        (
            "wrong_issuer",
            wrong_issuer(),
            &["slash toggled", "followed", "scheme", "host", "other-pool", "null"],
        ),
        ("missing", missing("exp"), &["without exp, signed by"]),
        ("wrong_type", wrong_type("exp"), &["\"4102444800\"", "true", "{}"]),
        ("wrong_client", wrong_client("client_id"), &["other-client-access", "case", "empty", "[", "\"*\""]),
        ("token_use", token_use(), &["\"refresh\"", "\"Access\"", "[", "null", "without"]),
        ("wrong_alg", wrong_alg(), &["with RS384", "PS512", "alg = \"none\"", "without header alg"]),
        (
            "scope_lookalikes",
            scope_lookalikes(read),
            &["test/rea\"", "read,openid", "test/READ", "\"\"", "without"],
        ),
        ("issued_in_future", issued_in_future(), &["iat +300 s"]),
        ("listed_client", listed_client("aud"), &["in a list with []", "other"]),
    ]
}

fn samples(class: &BoxedStrategy<Jwt>, count: usize) -> Vec<Jwt> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| class.new_tree(&mut runner).unwrap().current()).collect()
}

fn all() -> Vec<Class> {
    forged().into_iter().chain(inner_space()).chain(by_issuer()).collect()
}

#[test]
fn every_variant_appears() {
    for (name, class, marks) in all() {
        let shown: BTreeSet<String> = samples(&class, 400).iter().map(ToString::to_string).collect();
        // The first mark is that of the simplest token, which may be one of thousands.
        for mark in marks.iter().skip(1) {
            let there = |text: &String| text.to_lowercase().contains(&mark.to_lowercase());
            assert!(shown.iter().any(there), "{name} never has {mark}: {:?}", shown.iter().next());
        }
    }
}

/// Classes that come in turn are not left while a case shrinks: one of them leads to the simplest variant of all.
#[test]
fn the_first_variant_is_as_simple_as_it_gets() {
    let mut runner = TestRunner::deterministic();
    for (name, class, marks) in all() {
        let mut simplest = |place| {
            let mut tree = at_place(place, || class.new_tree(&mut runner).unwrap());
            while tree.simplify() {}
            tree.current().to_string()
        };
        let all: Vec<String> = (0..16).map(&mut simplest).collect();
        assert!(
            all.iter().any(|one| one.contains(marks[0])),
            "{name} never shrinks to {}: {all:?}",
            marks[0]
        );
    }
}

#[test]
fn only_some_classes_need_the_key_of_the_issuer() {
    for (name, class, _) in forged().into_iter().chain(inner_space()) {
        assert!(samples(&class, 50).iter().all(|jwt| !jwt.needs_issuer_key()), "{name}");
    }
    for (name, class, _) in by_issuer() {
        assert!(samples(&class, 50).iter().all(Jwt::needs_issuer_key), "{name}");
    }
}

#[test]
fn a_verifier_by_the_book_refuses_every_forgery() {
    // Whether a scope suffices or a time of issue is odd is not for this verifier to say.
    let beyond = ["scope_lookalikes", "issued_in_future", "listed_client"];
    for (name, class, _) in all().into_iter().filter(|(name, ..)| !beyond.contains(name)) {
        for jwt in samples(&class, 15) {
            let (_, judgement) = judged(&jwt);
            assert!(judgement.is_err(), "{name}: {jwt}");
        }
    }
}

#[test]
fn what_the_issuer_signed_is_wrong_in_nothing_else() {
    let reasons: [(BoxedStrategy<Jwt>, &[&str]); 4] = [
        (expired_by(), &["ExpiredSignature"]),
        (not_yet_valid(), &["ImmatureSignature"]),
        (wrong_client("client_id"), &["client"]),
        (wrong_issuer(), &["InvalidIssuer", "iss"]),
    ];
    for (class, expected) in reasons {
        for jwt in samples(&class, 15) {
            let reason = judged(&jwt).1.unwrap_err();
            assert!(expected.iter().any(|part| reason.contains(part)), "{jwt}: {reason}");
        }
    }
    for class in [scope_lookalikes("openid"), issued_in_future()] {
        for jwt in samples(&class, 15) {
            assert_eq!(judged(&jwt).1, Ok(()), "{jwt}");
        }
    }
}

/// The seconds from now on that a token puts into a claim.
fn seconds(jwt: &Jwt, name: &str) -> Option<i64> {
    jwt.changes.iter().find_map(|change| match change {
        Change::ClaimIn(claim, seconds) if claim == name => Some(*seconds),
        _ => None,
    })
}

#[test]
fn a_token_of_another_time_lasts_as_long_as_any_other() {
    const DAY: i64 = 24 * 60 * 60;
    for (class, begins) in [(expired_by(), "iat"), (not_yet_valid(), "nbf"), (issued_in_future(), "iat")] {
        for jwt in samples(&class, 200) {
            let (begin, end) = (seconds(&jwt, begins).unwrap(), seconds(&jwt, "exp").unwrap());
            assert!((1..=DAY).contains(&(end - begin)), "{jwt}");
            assert!(seconds(&jwt, "auth_time").is_none_or(|signed_in| signed_in <= begin), "{jwt}");
            // Beyond what clocks may be apart.
            assert!(if begins == "iat" && end < 0 { end <= -300 } else { begin >= 300 }, "{jwt}");
        }
    }
    let ago: Vec<i64> = samples(&expired_by(), 400).iter().map(|jwt| -seconds(jwt, "exp").unwrap()).collect();
    for (from, to) in [(0, 3600), (2 * 3600, DAY), (DAY, 365 * DAY), (365 * DAY, i64::MAX)] {
        assert!(ago.iter().any(|ago| (from..to).contains(ago)), "never {from} to {to} s ago");
    }
}

#[test]
fn a_claim_of_another_type_is_none_of_the_right_one() {
    let is_texts = |value: &Json| value.as_array().is_some_and(|list| list.iter().all(Json::is_string));
    for name in ["exp", "iat", "auth_time", "nbf", "cognito:groups", "aud", "sub", "scope"] {
        for jwt in samples(&wrong_type(name), 100) {
            let [Change::Claim(claim, value), ..] = jwt.changes.as_slice() else { panic!("{jwt}") };
            assert_eq!(claim, name);
            let is_right = match name {
                "exp" | "iat" | "auth_time" | "nbf" => value.is_number(),
                "cognito:groups" => is_texts(value),
                "aud" => value.is_string() || is_texts(value),
                _ => value.is_string(),
            };
            assert!(!is_right, "{jwt}");
        }
    }
}

#[test]
fn a_token_may_go_into_a_header() {
    for (name, class, _) in forged().into_iter().chain(by_issuer()) {
        for jwt in samples(&class, 10) {
            let token = judged(&jwt).0;
            assert!(token.chars().all(|c| c.is_ascii_graphic()), "{name}: {jwt}");
        }
    }
    for jwt in samples(&whitespace_inside(), 50) {
        let token = judged(&jwt).0;
        assert!(token.trim() == token && token.contains([' ', '\t']), "{jwt}");
    }
    for jwt in samples(&huge(), 20) {
        assert!((10_240..64 * 1024).contains(&judged(&jwt).0.len()), "{jwt}");
    }
}

#[test]
fn a_lookalike_is_not_the_scope() {
    for scope in ["openid", "https://api.poolproof.test/read", "a", "1"] {
        for jwt in samples(&scope_lookalikes(scope), 400) {
            for change in &jwt.changes {
                if let Change::Claim(_, value) = change {
                    let scopes = value.as_str().unwrap();
                    assert!(scopes.split(' ').all(|one| one != scope), "{scope}: {jwt}");
                }
            }
        }
    }
}
