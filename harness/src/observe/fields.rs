//! What fields say of an answer beside those of earlier steps, of the request, and of what is known of the target.

#![allow(clippy::needless_pass_by_value, reason = "short at each of many calls")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use super::project::observe;
use super::redact::{FixtureNames, Redactor};
use crate::model::case::{Case, Purpose};
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Answer, Exchange, Outcome, Route};
use crate::model::fixture::{Client, Fixture, ResourceServer};
use crate::model::observation::Observation;
use crate::model::relation::{Relation, Span};
use crate::model::scenario::{Field, Token};

/// One request and what came back.
struct Step<'a> {
    name: &'a str,
    purpose: Purpose,
    asked: &'a str,
    status: u16,
    headers: &'a [(&'a str, &'a [u8])],
    body: String,
}

const PROBE: Step<'static> = Step {
    name: "probe",
    purpose: Purpose::Probe,
    asked: "http://pool.test/x",
    status: 200,
    headers: &[],
    body: String::new(),
};

impl Step<'_> {
    fn exchange(&self) -> Exchange {
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
        Exchange {
            step: self.name.to_owned(),
            purpose: self.purpose,
            outcome: Outcome::Answer(Answer {
                status: self.status,
                headers,
                body: self.body.clone().into_bytes(),
            }),
            unmet: None,
            route: Route::straight(self.asked.to_owned()),
            took: Duration::ZERO,
        }
    }
}

fn seen(watch: &[Field], steps: &[Step<'_>]) -> Observation {
    let client = Client { id: "1example23456789".to_owned(), ..Client::default() };
    let server = ResourceServer { identifier: "https://api.test".to_owned(), ..ResourceServer::default() };
    let fixture = Fixture {
        client: BTreeMap::from([("web".to_owned(), client)]),
        resource_server: Some(server),
        ..Fixture::default()
    };
    let urls = BTreeMap::from([
        (Endpoint::Token, "http://127.0.0.1:9/oauth2/token".to_owned()),
        (Endpoint::UserInfo, "https://pool.test/oauth2/userInfo".to_owned()),
    ]);
    let names = FixtureNames::new(&Arc::new(fixture)).with_urls(&urls);
    let (captured, case) = (BTreeMap::new(), Case::default().input("minutes", 300).input("asked", "b a b"));
    let exchanges: Vec<Exchange> = steps.iter().map(Step::exchange).collect();
    observe(watch, &exchanges, &Redactor::new(&names, &captured, &case)).unwrap()
}

fn value(field: Field, steps: &[Step<'_>]) -> String {
    let observation = seen(&[field], steps);
    let [(_, value)] = observation.lines.as_slice() else { panic!("{observation:?}") };
    value.clone()
}

fn of_body(field: Field, body: Json) -> String {
    value(field, &[Step { body: body.to_string(), ..PROBE }])
}

/// The same after a step of the name "before".
fn after(field: Field, before: Json, body: Json) -> String {
    let before = Step { name: "before", purpose: Purpose::Setup, body: before.to_string(), ..PROBE };
    value(field, &[before, Step { body: body.to_string(), ..PROBE }])
}

fn of_headers(field: Field, headers: &[(&str, &[u8])]) -> String {
    value(field, &[Step { headers, ..PROBE }])
}

fn led_to(field: Field, asked: &str, location: &str) -> String {
    value(field, &[Step { asked, status: 302, headers: &[("location", location.as_bytes())], ..PROBE }])
}

fn token(header: Json, claims: Json) -> String {
    let part = |json: Json| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.c2ln", part(header), part(claims))
}

fn access(claims: Json) -> Json {
    json!({ "access_token": token(json!({}), claims) })
}

#[test]
fn each_of_several_probes_is_named() {
    let probe = |name, status| Step { name, status, ..PROBE };
    assert_eq!(seen(&[Field::Status], &[probe("one", 200)]).text(), "status: 200");
    let both = seen(&[Field::Status, Field::Error], &[probe("one", 200), probe("two", 404)]);
    let text = "one.status: 200\none.error: (empty body)\ntwo.status: 404\ntwo.error: (empty body)";
    assert_eq!(both.text(), text);
}

#[test]
fn header_fields_are_there_or_not_or_no_text() {
    let odd: &[(&str, &[u8])] = &[("www-authenticate", b"\xff"), ("x-odd", b"\xff"), ("x-good", b"good")];
    assert_eq!(of_headers(Field::Challenge, odd), "(not text)");
    assert_eq!(of_headers(Field::Challenge, &[]), "(absent)");
    let header = |name| of_headers(Field::Header(name), odd);
    assert_eq!([header("x-odd"), header("x-good"), header("x-none")], ["(not text)", "good", "(absent)"]);
    let there = |name| of_headers(Field::HasHeader(name), odd);
    assert_eq!([there("x-odd"), there("x-none")], ["present", "absent"]);
    let kind = |value: &[u8]| of_headers(Field::MediaType, &[("content-type", value)]);
    assert_eq!(kind(b"Application/JSON ; charset=UTF-8"), "application/json");
    assert_eq!(of_headers(Field::MediaType, &[]), "(absent)");
}

#[test]
fn one_directive_among_others_forbids_to_store() {
    let control = |values: &[&[u8]]| {
        let headers: Vec<(&str, &[u8])> = values.iter().map(|value| ("cache-control", *value)).collect();
        of_headers(Field::CacheControl, &headers)
    };
    assert_eq!(control(&[]), "(absent)");
    assert_eq!(control(&[b"no-cache, NO-STORE ,max-age=0"]), "no-store");
    assert_eq!(control(&[b"no-cache", b"no-store"]), "no-store");
    assert_eq!(control(&[b"no-cache", b"no-store=x"]), "(without no-store)");
    assert_eq!(of_headers(Field::CacheControl, &[("pragma", b"no-store")]), "(absent)");
}

#[test]
fn an_error_is_a_text_in_an_object() {
    for (body, error, shape) in [
        ("", "(empty body)", "not an object with a string error"),
        ("[]", "(not JSON)", "not an object with a string error"),
        ("{}", "(absent)", "not an object with a string error"),
        (r#"{"error":1}"#, "(number)", "not an object with a string error"),
        (r#"{"error":"invalid_grant"}"#, "invalid_grant", "object with a string error"),
    ] {
        let probe = || [Step { body: body.to_owned(), ..PROBE }];
        assert_eq!(value(Field::Error, &probe()), error, "{body}");
        assert_eq!(value(Field::ErrorShape, &probe()), shape, "{body}");
    }
    let described = |body| of_body(Field::ErrorDescription, body);
    assert_eq!(described(json!({ "error_description": "x" })), "present");
    assert_eq!(described(json!({ "error": "x" })), "absent");
    assert_eq!(of_body(Field::TokenType, json!({ "token_type": 1 })), "(number)");
    let bodies = ["", "x"].map(|body| value(Field::BodyEmpty, &[Step { body: body.to_owned(), ..PROBE }]));
    assert_eq!(bodies, ["empty", "not empty"]);
}

#[test]
fn texts_of_a_list_are_found_by_a_part_of_them() {
    let with = |body| of_body(Field::ListedWith("list", "cod"), body);
    assert_eq!(with(json!({ "list": ["code", 1, "token", "pin code"] })), "code pin code");
    assert_eq!(with(json!({ "list": ["token"] })), "none");
    assert_eq!(with(json!({ "list": "code" })), "(string)");
    assert_eq!(with(json!({})), "(absent)");
}

#[test]
fn a_member_is_the_url_that_is_asked_or_it_stands_there() {
    let url = |value: Json| of_body(Field::MemberIsUrlOf("at", Endpoint::Token), json!({ "at": value }));
    assert_eq!(url(json!("http://127.0.0.1:9/oauth2/token")), "URL of token");
    assert_eq!(url(json!("http://localhost:9/oauth2/token")), "URL of token");
    assert_eq!(url(json!("http://pool.test/oauth2/token")), "http://pool.test/oauth2/token");
    assert_eq!(url(json!(1)), "(number)");
    let elsewhere = Field::MemberIsUrlOf("at", Endpoint::UserInfo);
    let of_user_info = of_body(elsewhere, json!({ "at": "https://pool.test/oauth2/userInfo" }));
    assert_eq!(of_user_info, format!("URL of {}", Endpoint::UserInfo));
    let unknown = Field::MemberIsUrlOf("at", Endpoint::Revoke);
    assert_eq!(of_body(unknown, json!({ "at": "http://pool.test/" })), "http://pool.test/");
    assert_eq!(of_body(unknown, json!({})), "(absent)");
}

#[test]
fn a_member_or_a_claim_is_held_against_the_claim_of_an_earlier_token() {
    let member =
        |before, body| after(Field::MemberIsClaim("sub", Token::Access, "sub", "before"), before, body);
    let subject = || access(json!({ "sub": "1" }));
    assert_eq!(member(subject(), json!({ "sub": "1" })), "sub of the access_token of before");
    assert_eq!(member(subject(), json!({ "sub": "2" })), "not sub of the access_token of before");
    assert_eq!(member(subject(), json!({})), "(absent)");
    assert_eq!(member(json!({}), json!({ "sub": "1" })), "sub is not in the access_token of before");

    let claim = |name, before, now| {
        after(Field::SameClaim(Token::Access, name, "before"), access(before), access(now))
    };
    assert_eq!(claim("sub", json!({ "sub": "1" }), json!({ "sub": "1" })), "as in before");
    assert_eq!(claim("sub", json!({ "sub": "1" }), json!({ "sub": "2" })), "changed since before");
    assert_eq!(claim("sub", json!({}), json!({ "sub": "1" })), "absent in before");
    assert_eq!(claim("sub", json!({ "sub": "1" }), json!({})), "(absent)");
    assert_eq!(claim("scope", json!({ "scope": "a b" }), json!({ "scope": "b a" })), "as in before");
    assert_eq!(claim("scope", json!({ "scope": "a b" }), json!({ "scope": "a" })), "changed since before");
    assert_eq!(claim("name", json!({ "name": "a b" }), json!({ "name": "b a" })), "changed since before");
    let kept = |name, before, now| {
        after(Field::Holds(Relation::KeptSince(Token::Access, name, "before")), access(before), access(now))
    };
    assert_eq!(kept("a", json!({ "a": [1] }), json!({ "a": [1] })), "yes");
    assert_eq!(kept("a", json!({ "a": [1] }), json!({ "a": [2] })), "no");
    assert_eq!(kept("a", json!({ "a": [1] }), json!({})), "no");
}

#[test]
fn a_refresh_token_is_the_same_or_another_one() {
    let against = |before, now| {
        let token = |text: &str| json!({ "refresh_token": text });
        after(Field::RefreshTokenAgainst("before"), token(before), token(now))
    };
    assert_eq!([against("a", "a"), against("a", "b"), against("", "b")], ["the same", "another", "another"]);
    assert_eq!([against("a", ""), against("", "")], ["absent", "absent"]);
}

#[test]
fn scopes_are_a_set_with_names_in_the_place_of_values() {
    let scopes = |field, scope: Json| of_body(field, access(json!({ "scope": scope })));
    let all = |scope: &str| scopes(Field::Scopes, json!(scope));
    assert_eq!(all("openid  https://api.test/read email openid"), "<resource-server>/read email openid");
    assert_eq!(scopes(Field::Scopes, json!(["a"])), "(array)");
    assert_eq!(scopes(Field::ScopesOf("asked"), json!("a b")), "<input:asked>");
    assert_eq!(scopes(Field::ScopesOf("asked"), json!("a b c")), "a b c");
    assert_eq!(scopes(Field::ScopesOf("minutes"), json!("a")), "a");
    let further = |scope: &str| scopes(Field::FurtherScopes(&["a", "b"]), json!(scope));
    assert_eq!([further("b a"), further("b c a d")], ["none", "c d"]);
    assert_eq!(of_body(Field::Scopes, access(json!({}))), "(absent)");
    let opaque = || json!({ "access_token": "opaque" });
    for field in [Field::Scopes, Field::FurtherScopes(&["a"])] {
        assert_eq!(of_body(field, opaque()), "(not a JWT)");
    }
    assert_eq!(of_body(Field::Scopes, json!({})), "(no access token)");
    assert_eq!(of_body(Field::FurtherScopes(&["a"]), json!({})), "none");
    let url = "http://pool.test/oauth2/authorize?client_id=x";
    assert_eq!(
        led_to(Field::RedirectScopes, url, "/login?scope=b%20https://api.test/x++a+b"),
        "<resource-server>/x a b"
    );
    assert_eq!(led_to(Field::RedirectScopes, url, "/login"), "(absent)");
}

#[test]
fn what_narrows_a_grant_decides_alone() {
    let granted = |field, body: Json| seen(&[field], &[Step { body: body.to_string(), ..PROBE }]).granted;
    let further = Field::FurtherScopes(&["a"]);
    assert!(granted(further, access(json!({ "scope": "a b" }))));
    assert!(!granted(further, access(json!({ "scope": "a" }))));
    assert!(!granted(further, access(json!({}))) && !granted(further, json!({ "access_token": "opaque" })));
    let token_for = Field::TokenFor("web");
    for claim in ["client_id", "sub", "aud"] {
        let body = access(json!({ claim: "1example23456789" }));
        assert!(granted(token_for, body.clone()), "{claim}");
        assert_eq!(of_body(token_for, body), "yes");
    }
    assert!(!granted(token_for, access(json!({ "client_id": "another" }))));
    assert_eq!(of_body(token_for, access(json!({ "client_id": "another" }))), "no");
    assert_eq!(of_body(token_for, json!({ "access_token": "opaque" })), "(not a JWT)");
    assert_eq!(of_body(token_for, json!({})), "no");
}

#[test]
fn a_claim_is_shown_with_names_and_its_header_without_the_key() {
    let claim = |body| of_body(Field::Claim(Token::Access, "it"), body);
    assert_eq!(claim(access(json!({ "it": "1example23456789" }))), "<client.web.id>");
    assert_eq!(claim(access(json!({ "it": ["a", 1] }))), r#"["a",1]"#);
    assert_eq!([claim(access(json!({}))), claim(json!({}))], ["(absent)", "(absent)"]);
    assert_eq!(claim(json!({ "access_token": "opaque" })), "(not a JWT)");
    let header = |header| {
        let body = json!({ "access_token": token(header, json!({})) });
        of_body(Field::TokenHeader(Token::Access), body)
    };
    assert_eq!(header(json!({ "alg": "RS256", "kid": "a" })), "RS256, kid");
    assert_eq!(header(json!({ "alg": 1, "kid": "" })), "(number), (no kid)");
    assert_eq!(header(json!({ "kid": 1 })), "(no alg), (no kid)");
    let all = Field::Claims(Token::Access, &["a", "b"]);
    assert_eq!(of_body(all, access(json!({ "a": 1, "b": null }))), "all there");
    assert_eq!(of_body(Field::NoClaims(Token::Access, &["c"]), access(json!({ "a": 1 }))), "none");
}

#[test]
fn clocks_within_a_service_may_be_a_second_apart_and_no_more() {
    let lifetime = |seconds: u64| access(json!({ "iat": 1000, "exp": 1000 + seconds }));
    let minutes = |body| of_body(Field::Seconds(Span::Lifetime(Token::Access), "minutes"), body);
    for seconds in [299, 300, 301] {
        assert_eq!(minutes(lifetime(seconds)), "<input:minutes>", "{seconds}");
    }
    assert_eq!([minutes(lifetime(298)), minutes(lifetime(302))], ["298 s", "302 s"]);
    let expires_in = |body| of_body(Field::Seconds(Span::ExpiresIn, "minutes"), body);
    assert_eq!(expires_in(json!({ "expires_in": 301 })), "<input:minutes>");
    assert_eq!(expires_in(json!({ "expires_in": 3600 })), "3600 s");
    assert_eq!(expires_in(json!({ "expires_in": "300" })), "(no number)");
    let holds = |relation, body| of_body(Field::Holds(relation), body);
    for (auth_time, answer) in [(998, "no"), (999, "yes"), (1001, "yes"), (1002, "no")] {
        let body = access(json!({ "iat": 1000, "auth_time": auth_time }));
        assert_eq!(holds(Relation::IssuedAtSignIn(Token::Access), body), answer, "{auth_time}");
    }
    for (seconds, answer) in [(298, "no"), (299, "yes"), (301, "yes"), (302, "no")] {
        let mut body = lifetime(300);
        body["expires_in"] = json!(seconds);
        assert_eq!(holds(Relation::ExpiresInIsLifetime, body), answer, "{seconds}");
    }
}

#[test]
fn relations_speak_of_what_is_there() {
    let holds = |relation, claims| of_body(Field::Holds(relation), access(claims));
    for (value, array, number, text_if_any, array_if_any) in [
        (json!(["a"]), "yes", "no", "no", "yes"),
        (json!(["a", 1]), "no", "no", "no", "no"),
        (json!(1), "no", "yes", "no", "no"),
        (json!("a"), "no", "no", "yes", "no"),
    ] {
        let claims = || json!({ "it": value.clone() });
        assert_eq!(holds(Relation::ArrayOfTexts(Token::Access, "it"), claims()), array, "{value}");
        assert_eq!(holds(Relation::Number(Token::Access, "it"), claims()), number, "{value}");
        assert_eq!(holds(Relation::TextIfAny(Token::Access, "it"), claims()), text_if_any, "{value}");
        assert_eq!(
            holds(Relation::ArrayOfTextsIfAny(Token::Access, "it"), claims()),
            array_if_any,
            "{value}"
        );
    }
    let nothing = "(nothing to compare)";
    assert_eq!(holds(Relation::ArrayOfTexts(Token::Access, "it"), json!({})), nothing);
    assert_eq!(holds(Relation::TextIfAny(Token::Access, "it"), json!({})), "yes");
    assert_eq!(holds(Relation::ArrayOfTextsIfAny(Token::Access, "it"), json!({})), "yes");
    let same = |claims| holds(Relation::SameClaims(Token::Access, "a", "b"), claims);
    assert_eq!([same(json!({ "a": 1, "b": 1 })), same(json!({ "a": 1, "b": 2 }))], ["yes", "no"]);
    let refresh =
        |text: &str| of_body(Field::Holds(Relation::OpaqueRefreshToken), json!({ "refresh_token": text }));
    assert_eq!([refresh("opaque"), refresh(&token(json!({}), json!({})))], ["yes", "no"]);
    let keys = |one: Json, other: Json| {
        let body = json!({ "id_token": token(one, json!({})), "access_token": token(other, json!({})) });
        of_body(Field::Holds(Relation::OtherKeys), body)
    };
    let named = |kid: &str| json!({ "kid": kid });
    assert_eq!([keys(named("a"), named("b")), keys(named("a"), named("a"))], ["yes", "no"]);
    assert_eq!(keys(named("a"), json!({})), nothing);
}

#[test]
fn a_callback_carries_its_own_query_too() {
    let asked = |callback: &str| {
        let mut url = url::Url::parse("http://pool.test/oauth2/authorize").unwrap();
        url.query_pairs_mut().append_pair("state", "s").append_pair("redirect_uri", callback);
        String::from(url)
    };
    let own = asked("https://app.test/cb?tenant=one");
    let carries = |asked: &str, location| led_to(Field::Carries, asked, location);
    assert_eq!(carries(&own, "https://app.test/cb?tenant=one&code=c&state=s"), "query: code, state");
    let lost = "query: code; the query of the redirect_uri is lost";
    assert_eq!(carries(&own, "https://app.test/cb?code=c"), lost);
    assert_eq!(carries(&own, "/login?code=c"), "query: code", "it leads elsewhere");
    assert_eq!(carries(&asked("https://app.test/cb"), "https://app.test/cb?code=c"), "query: code");
    assert_eq!(led_to(Field::LeadsTo, &asked("com.app:/cb"), "COM.APP:/cb?code=c"), "callback");
    assert_eq!(led_to(Field::LeadsTo, &asked("com.app:/cb"), "COM.APP:/other?code=c"), "other site");
}

#[test]
fn the_page_of_errors_is_one_whatever_its_status() {
    let page = |asked| value(Field::LeadsTo, &[Step { asked, ..PROBE }]);
    assert_eq!(page("http://pool.test/error?x=y"), "error page");
    assert_eq!([page("http://pool.test/errors"), page("no URL")], ["other page", "other page"]);
}
