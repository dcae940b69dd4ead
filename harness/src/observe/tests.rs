//! Fields as scenarios watch them, on answers of targets that err, and of some that mean harm.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::{Strategy as _, any, prop_assert, proptest};
use serde_json::{Value as Json, json};

use super::project::observe;
use super::redact::{FixtureNames, Redactor};
use crate::model::case::{Case, Purpose};
use crate::model::exchange::{Answer, Exchange, Outcome, Route};
use crate::model::fixture::{Client, Fixture, ResourceServer, User};
use crate::model::observation::Observation;
use crate::model::relation::{Relation, Span};
use crate::model::scenario::{Field, Token};

const SECRET: &str = "oc9is0j8ht9lgmxg9edn581u33xtplpft75v2seh60kvj50ce9u";
const PASSWORD: &str = "Short-7-pass";
const ASKED: &str = "http://pool.test/oauth2/authorize?client_id=abc&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s1\
                     &logout_uri=https%3A%2F%2Fapp.test%2Fbye";

#[expect(clippy::needless_pass_by_value, reason = "short at each of many calls")]
fn answer(status: u16, headers: &[(&str, &str)], body: impl ToString) -> Answer {
    let headers =
        headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    Answer { status, headers, body: body.to_string().into_bytes() }
}

fn redirect(location: &str) -> Answer {
    answer(302, &[("location", location)], "")
}

fn exchange(step: &str, purpose: Purpose, answer: Answer) -> Exchange {
    Exchange {
        step: step.to_owned(),
        purpose,
        outcome: Outcome::Answer(answer),
        unmet: None,
        route: Route::straight(ASKED.to_owned()),
        took: Duration::ZERO,
    }
}

fn seen_after(earlier: Option<Answer>, probe: Answer, watch: &[Field]) -> Observation {
    let secret = Some(SECRET.to_owned());
    let client = Client { id: "1example23456789".to_owned(), secret, ..Client::default() };
    let user = User { username: "ada".to_owned(), password: PASSWORD.to_owned(), email: String::new() };
    let fixture = Fixture {
        client: BTreeMap::from([("web".to_owned(), client)]),
        user: BTreeMap::from([("main".to_owned(), user)]),
        resource_server: Some(ResourceServer {
            identifier: "https://api.test".to_owned(),
            ..Default::default()
        }),
        ..Fixture::default()
    };
    let names = FixtureNames::new(&Arc::new(fixture));
    let (captured, case) = (BTreeMap::new(), Case::default().input("minutes", 300));
    let redactor = Redactor::new(&names, &captured, &case);
    let mut exchanges: Vec<Exchange> =
        earlier.into_iter().map(|answer| exchange("before", Purpose::Setup, answer)).collect();
    exchanges.push(exchange("probe", Purpose::Probe, probe));
    observe(watch, &exchanges, &redactor).unwrap()
}

fn seen(probe: Answer, watch: &[Field]) -> Observation {
    seen_after(None, probe, watch)
}

fn only(probe: Answer, field: Field) -> String {
    seen(probe, &[field]).lines.into_iter().map(|(_, value)| value).collect::<Vec<_>>().join("; ")
}

fn jwt(header: &Json, claims: &Json) -> String {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.{}", part(header), part(claims), URL_SAFE_NO_PAD.encode("no signature"))
}

const FORM: &str = "<form method=post><input name=u><input type=password name=p></form>";

#[test]
fn a_place_is_told_by_status_and_url() {
    let page = |status, body: &str| answer(status, &[("content-type", "text/html")], body);
    for (probe, place, granted) in [
        (redirect("https://app.test/cb?code=c&state=s1"), "callback", true),
        (redirect("https://app.test/cb?error=access_denied"), "callback", false),
        (redirect("HTTPS://APP.test:443/cb?error=x"), "callback", false),
        (redirect("https://app.test/cb&code=c"), "other site", false),
        (redirect("https://app.test.evil.test/cb?code=c"), "other site", true),
        (redirect("//evil.test/login"), "other site", false),
        (redirect("\\\\evil.test\\login"), "other site", false),
        (redirect("https://pool.test/login"), "other site", false),
        (redirect("/login?client_id=abc"), "sign-in page", true),
        (redirect("http://pool.test/a/login/"), "sign-in page", true),
        (redirect("/error?error=redirect_mismatch"), "error page", false),
        (redirect("/loginx"), "other page", false),
        (redirect(""), "other page", false),
        (answer(302, &[], ""), "other page", false),
        (answer(302, &[], FORM), "sign-in page", true),
        (page(200, FORM), "sign-in page", true),
        (page(200, "<form><input name=q></form>"), "other page", false),
        (page(401, FORM), "error page", false),
        (answer(400, &[("location", "https://app.test/cb?code=c")], ""), "error page", false),
        (page(503, FORM), "failure", false),
    ] {
        let observation = seen(probe.clone(), &[Field::LeadsTo]);
        assert_eq!((observation.get("leads to"), observation.granted), (Some(place), granted), "{probe:?}");
    }
    let observation = seen(redirect("https://app.test/bye"), &[Field::LeavesTo]);
    assert_eq!((observation.get("leads to"), observation.granted), (Some("sign-out URL"), true));
    assert_eq!(only(redirect("https://app.test/cb"), Field::LeavesTo), "callback");
    assert!(!seen(redirect("/login"), &[Field::LeavesTo]).granted);
}

#[test]
fn what_is_granted_is_seen_wherever_it_is_put_and_whatever_else_is_watched() {
    let tokens = json!({ "access_token": "t" });
    let fragment = [("location", "https://app.test/cb#access_token=t")];
    for (probe, watch) in [
        (answer(302, &fragment, "{}"), &[Field::Issued] as &[Field]),
        (answer(302, &fragment, json!({ "error": "invalid_request" })), &[Field::LeadsTo]),
        (answer(400, &[], &tokens), &[Field::Accepted, Field::Issued]),
        (answer(400, &[], &tokens), &[Field::LeavesTo]),
        (answer(401, &[], json!({ "sub": "1" })), &[Field::Accepted, Field::Disclosed]),
        (answer(401, &[], json!({ "email": "a@b.test" })), &[Field::Disclosed, Field::Accepted]),
        (answer(204, &[], ""), &[Field::Status, Field::Accepted]),
        (redirect("https://app.test/cb?code=&code=c"), &[Field::Carries]),
    ] {
        assert!(seen(probe.clone(), watch).granted, "{probe:?} {watch:?}");
    }
    for (probe, watch) in [
        (answer(401, &[], json!({ "error": "invalid_token", "sub": "" })), Field::Disclosed),
        (answer(200, &[], json!({ "access_token": "" })), Field::Issued),
        (answer(200, &[], &tokens), Field::TokenFor("web")),
        (answer(304, &[], ""), Field::Accepted),
        (redirect("https://app.test/cb?code="), Field::LeadsTo),
    ] {
        assert!(!seen(probe.clone(), &[watch]).granted, "{probe:?} {watch:?}");
    }
}

#[test]
fn parameters_of_a_redirect_are_held_against_those_of_the_request() {
    for (location, state, query) in [
        (
            "/cb?client_id=abc&redirect_uri=https://app.test/cb&state=s1&logout_uri=https://app.test/bye",
            "as sent",
            true,
        ),
        ("/cb?state=s1", "as sent", false),
        ("/cb#state=s1", "as sent", false),
        ("/cb?state=S1", "changed", false),
        ("/cb?state=", "changed", false),
        ("/cb?code=c", "absent", false),
        ("/cb", "absent", false),
    ] {
        assert_eq!(only(redirect(location), Field::StateEcho), state, "{location}");
        assert_eq!(only(redirect(location), Field::QueryKept) == "that of the request", query, "{location}");
    }
    assert_eq!(only(redirect("/cb?nonce=n"), Field::ParamKept("nonce")), "not sent, yet there");
    assert_eq!(only(answer(200, &[], ""), Field::ParamKept("nonce")), "neither sent nor there");
    assert_eq!(only(redirect("/cb?x=1example23456789"), Field::RedirectParam("x")), "<client.web.id>");
}

#[test]
fn members_are_told_apart_from_what_is_no_object() {
    let odd = json!({ "a": null, "list": ["x", 1, ["y"]], "n": 1 });
    let one = |field| only(answer(200, &[], &odd), field);
    assert_eq!(one(Field::Members(&["a", "n"])), "all there");
    assert_eq!(one(Field::Members(&["a", "x", "y"])), "without x, y");
    assert_eq!(one(Field::NoMembers(&["x", "list", "n"])), "list, n");
    assert_eq!(one(Field::NoMembers(&["x"])), "none");
    assert_eq!(one(Field::Lists("list", &["x"])), "with x");
    assert_eq!(one(Field::Lists("list", &["x", "y", "1"])), "without y, 1");
    assert_eq!(
        (one(Field::Lists("n", &["1"])).as_str(), one(Field::Lists("z", &["1"])).as_str()),
        ("(number)", "(absent)")
    );
    assert_eq!(
        (one(Field::Member("a")).as_str(), one(Field::MemberKind("list")).as_str()),
        ("(null)", "array")
    );
    for body in ["", "[]", "null", "\"a\"", "{", "<html>"] {
        for field in [Field::Members(&["a"]), Field::NoMembers(&["a"])] {
            assert_eq!(only(answer(200, &[], body), field), "(no JSON object)", "{body}");
        }
    }
}

#[test]
fn claims_are_told_apart_from_what_is_no_token() {
    let token = jwt(&json!({ "alg": "none" }), &json!({ "sub": "1", "iat": 9, "exp": 3, "list": ["a", 1] }));
    let of = |token: &str, field| only(answer(200, &[], json!({ "access_token": token })), field);
    let one = |field| of(&token, field);
    assert_eq!(one(Field::Claims(Token::Access, &["sub", "aud"])), "without aud");
    assert_eq!(one(Field::NoClaims(Token::Access, &["sub", "aud"])), "sub");
    assert_eq!(one(Field::ClaimKind(Token::Access, "iat")), "number");
    assert_eq!(one(Field::TokenHeader(Token::Access)), "none, (no kid)");
    assert_eq!(one(Field::Seconds(Span::Lifetime(Token::Access), "minutes")), "(no exp after iat)");
    assert_eq!(one(Field::Holds(Relation::ArrayOfTexts(Token::Access, "list"))), "no");
    assert_eq!(one(Field::Holds(Relation::SameInBoth("sub"))), "(nothing to compare)");
    let array = format!("e30.{}.x", URL_SAFE_NO_PAD.encode("[1]"));
    for (token, said) in [
        ("opaque", "(not a JWT)"),
        ("a.b.c", "(not a JWT)"),
        ("....", "(not a JWT)"),
        (&array, "(not a JWT)"),
        ("", "(no token)"),
    ] {
        for field in [
            Field::Claims(Token::Access, &["sub"]),
            Field::NoClaims(Token::Access, &["sub"]),
            Field::ClaimKind(Token::Access, "sub"),
            Field::Seconds(Span::Lifetime(Token::Access), "minutes"),
        ] {
            assert_eq!(of(token, field), said, "{token} {field:?}");
        }
    }
}

#[test]
fn relations_hold_or_do_not() {
    let claims = |more: Json| {
        let mut all = json!({ "sub": "1", "iat": 1000, "exp": 1300, "auth_time": 1001 });
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let access = jwt(&json!({ "kid": "a" }), &claims(json!({ "jti": "x" })));
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
    let hash = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
    let id = jwt(&json!({ "kid": "b" }), &claims(json!({ "jti": "y", "at_hash": hash })));
    let body =
        json!({ "access_token": access, "id_token": id, "refresh_token": "a.b.c.d.e", "expires_in": 301 });
    let holds = |relation| only(answer(200, &[], &body), Field::Holds(relation));
    for relation in [
        Relation::SameInBoth("sub"),
        Relation::OtherInBoth("jti"),
        Relation::OtherKeys,
        Relation::IssuedAtSignIn(Token::Id),
        Relation::ExpiresInIsLifetime,
        Relation::AccessTokenHash,
        Relation::OpaqueRefreshToken,
    ] {
        assert_eq!(holds(relation), "yes", "{relation:?}");
    }
    for relation in [
        Relation::SameInBoth("jti"),
        Relation::OtherInBoth("sub"),
        Relation::SameClaims(Token::Id, "sub", "jti"),
    ] {
        assert_eq!(holds(relation), "no", "{relation:?}");
    }
    let lifetime = Field::Seconds(Span::Lifetime(Token::Id), "minutes");
    assert_eq!(only(answer(200, &[], &body), lifetime), "<input:minutes>");
    let long = Field::Seconds(Span::Lifetime(Token::Id), "unknown");
    assert_eq!(only(answer(200, &[], &body), long), "300 s");
}

#[test]
fn a_signature_is_checked_with_the_key_that_is_named_and_with_no_other() {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = |kid: &str| {
        json!({
            "kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig",
            "n": text(n.big_endian_without_leading_zero()), "e": text(e.big_endian_without_leading_zero()),
        })
    };
    let signed = |header: Json| {
        let token = jwt(&header, &json!({ "sub": "1" }));
        let message = token.rsplit_once('.').unwrap().0;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
        format!("{message}.{}", text(&signature))
    };
    let says = |keys: Json, token: &str| {
        let keys = answer(200, &[], json!({ "keys": keys }));
        let probe = answer(200, &[], json!({ "id_token": token }));
        seen_after(Some(keys), probe, &[Field::Signature(Token::Id, "before")]).lines.remove(0).1
    };
    let good = signed(json!({ "alg": "RS256", "kid": "a" }));
    assert_eq!(says(json!([key("b"), key("a")]), &good), "verifies with the key that it names");
    let forged = good.replacen("eyJzdWIiOiIxIn0", &text(br#"{"sub":"2"}"#), 1);
    assert_ne!(forged, good);
    for token in [forged, good.rsplit_once('.').unwrap().0.to_owned() + "."] {
        assert_eq!(says(json!([key("a")]), &token), "does not verify with the key that it names");
    }
    assert_eq!(says(json!([key("b")]), &good), "names a key that is not in the set");
    assert_eq!(says(json!([key("a")]), &signed(json!({ "alg": "RS256" }))), "names no key");
    assert_eq!(says(json!([key("a")]), "opaque"), "(not a JWT)");
    for (name, value) in
        [("n", json!("")), ("n", json!("!")), ("e", json!("AA")), ("kty", json!("oct")), ("kty", json!("EC"))]
    {
        let mut odd = key("a");
        odd[name] = value.clone();
        assert_ne!(says(json!([odd]), &good), "verifies with the key that it names", "{name} {value}");
    }
    for keys in [
        json!({}),
        json!("a"),
        json!([null, 1, "a", { "kid": 1 }]),
        json!([{ "kid": "a", "kty": "oct", "k": "AA" }]),
    ] {
        assert_ne!(says(keys.clone(), &good), "verifies with the key that it names", "{keys}");
    }
    let set = |keys: Json| only(answer(200, &[], json!({ "keys": keys })), Field::KeySet);
    assert_eq!(
        set(json!([key("a"), key("b")])),
        "two or more, each with a kid of its own; RSA; RS256; sig; there; 2048 bits"
    );
    assert!(
        set(json!([key("a"), key("a"), { "kty": "EC" }]))
            .starts_with("3 with 1 different kid; 1 of 3 not RSA; ")
    );
    assert!(set(json!({})).ends_with("(no keys)"));
}

/// Whatever shows a text of the target.
const ALL: &[Field] = &[
    Field::Error,
    Field::TokenType,
    Field::MediaType,
    Field::Header("x-odd"),
    Field::Scopes,
    Field::Claim(Token::Access, "sub"),
    Field::LeadsTo,
    Field::LeavesTo,
    Field::Carries,
    Field::StateEcho,
    Field::QueryKept,
    Field::RedirectParam("code"),
    Field::CookieGuards("id"),
    Field::BearerError,
    Field::Disclosed,
    Field::Member("sub"),
    Field::Lists("keys", &["a"]),
    Field::TokenHeader(Token::Access),
    Field::Signature(Token::Access, "probe"),
    Field::KeySet,
    Field::Holds(Relation::AccessTokenHash),
];

proptest! {
    #![proptest_config(proptest::test_runner::Config {
        failure_persistence: None, cases: 200, ..proptest::test_runner::Config::default()
    })]
    #[test]
    fn no_answer_brings_a_secret_or_a_panic(
        status in 200_u16..600,
        parts in proptest::collection::vec("([#?&/=.; \"{}-]|code|login|error|access_token|https://app.test/cb|é){0,12}", 6),
        secret in any::<bool>().prop_map(|secret| if secret { SECRET } else { PASSWORD }),
        what in 0..9,
    ) {
        let text = |part: usize| format!("{}{secret}{}", parts[part], parts[part + 1]);
        let token = jwt(&json!({ "alg": text(0), "kid": text(1) }), &json!({ "scope": text(2), "sub": text(3) }));
        let body = match what {
            0 => text(0),
            1 => json!({ "error": text(0), "token_type": text(1), "sub": text(2) }).to_string(),
            2 => json!({ "keys": [text(0), { "kid": text(1), "kty": text(2), "n": text(3), "e": secret }] }).to_string(),
            _ => json!({ "access_token": token, "sub": text(0) }).to_string(),
        };
        let header = |part: usize| text(part).replace('é', "e");
        let challenge = format!("Bearer error=\"{}\"", text(4));
        let probe = answer(status, &[
            ("location", &header(0)), ("content-type", &header(1)), ("x-odd", &header(2)),
            ("set-cookie", &format!("id=1; {}", header(3))), ("www-authenticate", &challenge),
        ], body);
        let shown = seen(probe, ALL).text();
        prop_assert!(!shown.to_lowercase().contains(&secret.to_lowercase()), "{shown}");
    }
}
