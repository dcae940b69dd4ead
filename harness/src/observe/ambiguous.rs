//! Answers that one reader takes for right and another one does not, and answers of another time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::project::observe;
use super::redact::{FixtureNames, Redactor};
use crate::model::case::{ApiCall, Case, Purpose};
use crate::model::exchange::{Answer, Exchange, Fault, Outcome, Route};
use crate::model::observation::Observation;
use crate::model::scenario::{Field, Token};

/// When every answer here comes.
const CAME: u64 = 1_800_000_000;
/// The same as a date.
const DATE: &str = "Fri, 15 Jan 2027 08:00:00 GMT";
const HOURS: u64 = 7 * 3600;

fn seen_of(case: &Case, watch: &[Field], date: &str, body: &str) -> Result<Observation, Fault> {
    let headers = vec![("date".to_owned(), date.as_bytes().to_vec())];
    let exchange = Exchange {
        step: "probe".to_owned(),
        purpose: Purpose::Probe,
        outcome: Outcome::Answer(Answer { status: 200, headers, body: body.as_bytes().to_vec() }),
        unmet: None,
        route: Route { came: Some(CAME), ..Route::default() },
        took: Duration::ZERO,
    };
    let (names, captured) = (FixtureNames::new(&Arc::default()), BTreeMap::new());
    observe(watch, &[exchange], &Redactor::new(&names, &captured, case))
}

fn seen(watch: &[Field], body: &str) -> String {
    seen_of(&Case::default(), watch, "", body).unwrap().text()
}

#[test]
fn a_member_that_is_there_twice_is_neither_of_both() {
    let watch = [Field::Error, Field::Issued, Field::TokenType];
    assert_eq!(
        seen(&watch, r#"{"error":"invalid_grant","error":"invalid_client","token_type":"Bearer"}"#),
        "error: (more than once)\nissued: nothing\ntoken_type: bearer"
    );
    assert_eq!(
        seen(&[Field::Member("issuer")], r#"{"issuer":"a","issuer":"a"}"#),
        "issuer: (more than once)"
    );
    let key = r#"{"kid":"a","kid":"b"}"#;
    assert!(
        seen(&[Field::KeySet], &format!(r#"{{"keys":[{key},{key}]}}"#)).starts_with("keys: (more than once)")
    );
}

#[test]
fn a_token_does_not_hide_behind_an_empty_one() {
    let body = r#"{"error":"invalid_client","access_token":"t","access_token":""}"#;
    let seen = seen_of(&Case::default(), &[Field::Error, Field::Issued], "", body).unwrap();
    assert!(seen.granted);
    assert_eq!(seen.text(), "error: invalid_client\nissued: (more than once)");
}

#[test]
fn expires_in_is_a_number_of_whole_seconds() {
    for (number, said) in [
        ("3600", "number"),
        ("0", "number"),
        ("\"3600\"", "string"),
        ("-3600", "(number, but not of whole seconds)"),
        ("3600.5", "(number, but not of whole seconds)"),
        ("36000000000000000000000", "(number, but not of whole seconds)"),
    ] {
        let body = format!(r#"{{"expires_in":{number}}}"#);
        assert_eq!(seen(&[Field::ExpiresIn], &body), format!("expires_in: {said}"), "{number}");
    }
}

#[test]
fn what_only_says_that_it_is_the_url_is_none() {
    let watch = [Field::MemberIsUrlOf("token_endpoint", crate::model::endpoint::Endpoint::Token)];
    let said = seen(&watch, r#"{"token_endpoint":"URL of token"}"#);
    assert_eq!(said, "token_endpoint: \"URL of token\"");
}

fn token_of(iat: u64, exp: u64) -> String {
    let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"iat":{iat},"exp":{exp}}}"#));
    format!(r#"{{"access_token":"e30.{claims}.c2ln"}}"#)
}

const TIMES: &[Field] = &[Field::ClaimKind(Token::Access, "iat"), Field::ClaimKind(Token::Access, "exp")];

#[test]
fn a_token_of_another_time_is_not_one_of_now() {
    let (now, other) = ("number", "number, but of another time");
    for (iat, exp, iat_said, exp_said) in [
        (CAME, CAME + 3600, now, now),
        (CAME - 300, CAME - 300, now, now),
        (CAME + 300, CAME + 300, now, now),
        (CAME - 301, CAME - 301, other, other),
        (CAME + 301, CAME + 301, other, now),
        (CAME + HOURS, CAME + HOURS + 3600, other, now),
        (CAME - HOURS, CAME - HOURS + 3600, other, other),
        (CAME * 1000, CAME * 1000 + 3600, other, now),
        (0, u64::MAX, other, now),
    ] {
        let said = format!("access_token.iat: {iat_said}\naccess_token.exp: {exp_said}");
        assert_eq!(seen(TIMES, &token_of(iat, exp)), said, "{iat} {exp}");
    }
}

#[test]
fn where_the_clocks_differ_nobody_knows_which_is_wrong() {
    let late = token_of(CAME - HOURS, CAME - HOURS + 3600);
    let asked = |case: &Case, date: &str| seen_of(case, TIMES, date, &late);
    assert_eq!(asked(&Case::default(), "Fri, 15 Jan 2027 01:00:00 GMT"), Err(Fault::Clock(HOURS)));
    assert_eq!(asked(&Case::default(), "Fri, 15 Jan 2027 07:54:59 GMT"), Err(Fault::Clock(301)));
    assert!(asked(&Case::default(), "Fri, 15 Jan 2027 07:55:00 GMT").is_ok(), "they may be so far apart");
    assert!(asked(&Case::default(), DATE).unwrap().text().contains("another time"));
    assert!(asked(&Case::default(), "\u{1b}[2J soon").unwrap().text().contains("another time"));
    let moved = Case::default().api(ApiCall::AdvanceClock(HOURS));
    assert!(!asked(&moved, DATE).unwrap().text().contains("another time"), "it moved the clock itself");
}
