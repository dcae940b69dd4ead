//! Answers of targets that send anything: each is looked at with every field, in bounded time, and what comes out is
//! one harmless line that can be read back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::claims;
use super::every_field::EVERY_FIELD;
use super::project::observe;
use super::redact::{FixtureNames, Redactor};
use super::transcript::transcript;
use crate::model::case::{Case, Purpose};
use crate::model::damaged::{self, cases, is_harmless, odd_text};
use crate::model::exchange::{Answer, Exchange, Outcome, Route};
use crate::model::fixture::{Client, Fixture, User};
use crate::model::observation::Observation;
use crate::model::request::Request;
use crate::model::scenario::Field;
use crate::model::value::Value;

/// A bound on time that only what hangs does not keep.
const LONG: Duration = Duration::from_mins(1);

const SECRET: &str = "1k2j3h4g5f6d7s8a9p0o1i2u3y4t5r6e7w8q9z0x1c2v3b4n5m6";
const PASSWORD: &str = "Passw0rd!-of-jane";

fn names() -> FixtureNames {
    let mut fixture = Fixture { schema: 1, ..Fixture::default() };
    fixture.pool.id = "us-east-1_AbCdEfGhI".to_owned();
    let client =
        Client { id: "1example23456789".to_owned(), secret: Some(SECRET.to_owned()), ..Client::default() };
    fixture.client.insert("web".to_owned(), client);
    let user = User { username: "jane-doe".to_owned(), password: PASSWORD.to_owned(), ..User::default() };
    fixture.user.insert("main".to_owned(), user);
    FixtureNames::new(&Arc::new(fixture)).with_guard(&["a/read".to_owned()], Some("/claims".to_owned()))
}

fn token(claims: &Json) -> String {
    let part = |value: &Json| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.{}",
        part(&json!({"alg": "RS256", "kid": "k"})),
        part(claims),
        URL_SAFE_NO_PAD.encode([7; 256])
    )
}

fn bodies() -> Vec<String> {
    let claims = json!({"sub": "a", "iat": 1, "exp": 3601, "auth_time": 1, "scope": "openid a/read", "aud": ["x"], "at_hash": "x"});
    let tokens = json!({"access_token": token(&claims), "id_token": token(&claims), "refresh_token": "r", "token_type": "Bearer", "expires_in": 3600});
    vec![
        tokens.to_string(),
        json!({"error": "invalid_grant", "error_description": "gone"}).to_string(),
        json!({"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k", "e": "AQAB", "n": URL_SAFE_NO_PAD.encode([0x91; 256])}]}).to_string(),
        json!({"issuer": "https://a.test", "token_endpoint": "http://127.0.0.1:1/oauth2/token", "scopes_supported": ["openid"]}).to_string(),
        json!({"claims": {"sub": "[a b]", "scope": "a/read", "exp": 1}, "scopes": ["a/read"], "sub": "a"}).to_string(),
        "<form method=post action=/login><input type=hidden name=_csrf value=x><input name=username><input type=password name=password></form>".to_owned(),
    ]
}

const FIELDS: [(&str, &str); 6] = [
    ("location", "https://app.test/cb?code=c&state=s#access_token=t&expires_in=3600"),
    ("location", "/login?error=x&scope=a%20b"),
    (
        "www-authenticate",
        "Bearer realm=\"a, b\", error=\"invalid_token\", error_description=\"it \\\"is\\\" gone\", scope=x",
    ),
    ("set-cookie", "XSRF-TOKEN=1; Path=/; Secure; HttpOnly; SameSite=Lax"),
    ("content-type", "application/json;charset=UTF-8"),
    ("cache-control", "no-store, max-age=0"),
];

fn header_fields() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let one = (0..FIELDS.len()).prop_flat_map(|at| {
        let (name, value) = FIELDS[at];
        damaged::bytes(vec![value]).prop_map(move |value| (name.to_owned(), value))
    });
    prop::collection::vec(one, 0..4)
}

fn answer() -> impl Strategy<Value = Answer> {
    let status = prop::sample::select(&[200_u16, 204, 302, 400, 401, 403, 500][..]);
    (status, header_fields(), damaged::bytes(bodies())).prop_map(|(status, headers, body)| Answer {
        status,
        headers,
        body,
    })
}

fn exchange(step: &str, purpose: Purpose, answer: Answer) -> Exchange {
    let asked = "http://127.0.0.1:1/login?state=s&scope=openid&redirect_uri=https%3A%2F%2Fapp.test%2Fcb";
    Exchange {
        step: step.to_owned(),
        purpose,
        outcome: Outcome::Answer(answer),
        unmet: None,
        route: Route::straight(asked.to_owned()),
        took: Duration::ZERO,
    }
}

/// What every field says of an answer.
fn seen(first: Option<Answer>, now: Answer) -> Observation {
    let first = first.map(|answer| exchange("first", Purpose::Setup, answer));
    let exchanges: Vec<Exchange> = first.into_iter().chain([exchange("now", Purpose::Probe, now)]).collect();
    let (names, captured) = (names(), BTreeMap::from([("code".to_owned(), "captured-code".to_owned())]));
    let request =
        Request::token("authorization_code").basic(Value::client_id("web"), Value::client_secret("web"));
    let case = Case::default().probe("now", request).input("scope", "openid a/read");
    let redactor = Redactor::new(&names, &captured, &case);
    for line in transcript(EVERY_FIELD, &exchanges, &redactor) {
        assert!(is_harmless(&line) && !line.contains('\n'), "{line:?}");
    }
    observe(EVERY_FIELD, &exchanges, &redactor).unwrap()
}

fn check(observation: &Observation) -> Result<(), TestCaseError> {
    for (label, value) in &observation.lines {
        prop_assert!(!label.is_empty() && !label.contains([':', '\n']), "{label:?}");
        prop_assert!(
            is_harmless(value) && !value.contains('\n') && value.trim() == value,
            "{label}: {value:?}"
        );
        prop_assert!(!value.is_empty() && value.chars().count() < 2100, "{label}: {value:?}");
    }
    prop_assert_eq!(Observation::parse_lines(&observation.text()), Ok(observation.lines.clone()));
    Ok(())
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn whatever_a_target_answers_is_looked_at(first in prop::option::of(answer()), now in answer()) {
        check(&seen(first, now))?;
    }

    #[test]
    fn claims_are_read_as_they_were_written(claims in prop::collection::btree_map(odd_text(), odd_text(), 0..5), padded: bool) {
        let written = json!(claims);
        let mut token = token(&written);
        if padded {
            let (start, signature) = token.rsplit_once('.').unwrap();
            token = format!("{start}==.{signature}");
        }
        prop_assert_eq!(claims::payload(&token).map(Json::Object), Some(written));
        prop_assert_eq!(claims::header(&token).and_then(|mut header| header.remove("alg")), Some("RS256".into()));
    }

    #[test]
    fn no_token_is_too_odd(text in damaged::text(vec![token(&json!({"sub": "a"}))])) {
        let (header, payload) = (claims::header(&text), claims::payload(&text));
        prop_assert!(claims::parts(&text).is_some() || (header.is_none() && payload.is_none()));
    }
}

/// A parameter of a challenge: its name, and its value as it is meant and as it is written (RFC 9110 section 5.6.4).
fn parameter() -> impl Strategy<Value = (String, String, String)> {
    let name =
        prop::sample::select(&["realm", "error_description", "error_uri", "scope", "x-error", "error_"][..]);
    let quoted = prop_oneof![3 => "[ -~]{0,12}", 2 => prop::sample::select(&["error=oops", "a, error=\"oops\"", "\\", "say \"error=no\"", "", ","][..]).prop_map(str::to_owned)]
        .prop_map(|value| (format!("\"{}\"", value.replace('\\', r"\\").replace('"', "\\\"")), value));
    let token = "[a-z0-9_.-]{1,8}".prop_map(|value| (value.clone(), value));
    (name, prop_oneof![2 => quoted, 1 => token])
        .prop_map(|(name, (written, value))| (name.to_owned(), value, written))
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn parameters_of_a_challenge_are_read_as_they_are_meant(
        scheme in "(Bearer |DPoP |)",
        before in prop::collection::vec(parameter(), 0..3),
        error in prop::option::of("[a-z_]{1,12}"),
        is_quoted: bool,
        after in prop::collection::vec(parameter(), 0..3),
        comma in prop::sample::select(&[", ", ",", " , ", " "][..]),
    ) {
        let mut written: Vec<String> = before.iter().map(|(name, _, text)| format!("{name}={text}")).collect();
        if let Some(error) = &error {
            written.push(if is_quoted { format!("error=\"{error}\"") } else { format!("error={error}") });
        }
        written.extend(after.iter().map(|(name, _, text)| format!("{name}={text}")));
        let challenge = format!("{scheme}{}", written.join(comma));
        let headers = vec![("www-authenticate".to_owned(), challenge.clone().into_bytes())];
        let fields = [Field::BearerError, Field::Challenge, Field::ChallengeParam("error")];
        let exchanges = [exchange("now", Purpose::Probe, Answer { status: 401, headers, body: Vec::new() })];
        let (names, captured, case) = (FixtureNames::new(&Arc::default()), BTreeMap::new(), Case::default());
        let observation = observe(&fields, &exchanges, &Redactor::new(&names, &captured, &case)).unwrap();
        let (of_bearer, form, param) = (&observation.lines[0].1, &observation.lines[1].1, &observation.lines[2].1);
        let expected = error.clone().unwrap_or_else(|| "(empty body)".to_owned());
        prop_assert_eq!(of_bearer, &expected, "{}", challenge);
        prop_assert_eq!(param, &error.clone().unwrap_or_else(|| "(absent)".to_owned()), "{}", challenge);
        let parameters: Vec<&str> = before.iter().map(|(name, ..)| name.as_str()).chain(error.iter().map(|_| "error")).chain(after.iter().map(|(name, ..)| name.as_str())).collect();
        if !parameters.is_empty() {
            let wanted = match scheme.trim() {
                "" => parameters.join(", "),
                scheme => format!("{scheme}: {}", parameters.join(", ")),
            };
            prop_assert_eq!(form, &wanted, "{}", challenge);
        }
    }

    #[test]
    fn no_part_of_a_secret_is_left(
        before in odd_text(),
        after in odd_text(),
        from in 0_usize..20,
        how in 0_usize..7,
        password: bool,
    ) {
        let secret = if password { PASSWORD } else { SECRET };
        let part = if password { secret } else { &secret[from..] };
        let said = match how {
            0 => part.to_owned(),
            1 => STANDARD.encode(secret),
            2 => URL_SAFE_NO_PAD.encode(format!("1example23456789:{secret}")),
            3 => url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            4 => format!("{secret}{secret}"),
            5 => format!("captured-{secret}"),
            _ => format!("jane-doe{secret}1example23456789"),
        };
        let names = names();
        // A target may choose what is captured so that it overlaps with a secret.
        let captured = BTreeMap::from([("code".to_owned(), format!("xy{}", &secret[..6]))]);
        let request = Request::token("authorization_code").basic(Value::client_id("web"), Value::client_secret("web")).field("password", Value::fixture("user.main.password"));
        let case = Case::one(request).input("near", format!("zz{}", &secret[..5]));
        let redactor = Redactor::new(&names, &captured, &case);
        for text in [format!("{before}{said}{after}"), format!("xy{said}"), format!("zz{said}")] {
            for shown in [redactor.redact(&text), redactor.redact_secrets(&text)] {
                for window in 0..=secret.len() - 8 {
                    prop_assert!(!shown.contains(&secret[window..window + 8]), "{how} {text:?}: {shown:?}");
                }
            }
        }
    }
}

#[test]
fn no_body_takes_long() {
    let repeated = |piece: &str| piece.repeat(128 * 1024 / piece.len());
    for body in [
        repeated("eyJ"),
        repeated("eyJ."),
        repeated("<form id=a></form><input form=z name=b>"),
        repeated("<select name=a><option>"),
        repeated("<input name=a type=password>"),
        format!("<form><input {}>", repeated("a=b ")),
        repeated("["),
        repeated("error="),
        format!("{{\"error\":\"{}\"}}", repeated("jane-doe")),
        format!("{{\"error\":\"{}\"}}", repeated("Passw0rd!-of-jan")),
    ] {
        let start = Instant::now();
        let field = |name: &str| (name.to_owned(), body.as_bytes()[..64 * 1024].to_vec());
        let headers = vec![field("location"), field("www-authenticate"), field("set-cookie")];
        for status in [200, 302] {
            let answer = Answer { status, headers: headers.clone(), body: body.clone().into_bytes() };
            check(&seen(None, answer)).unwrap();
        }
        assert!(start.elapsed() < LONG, "{body:.20}: {:?}", start.elapsed());
    }
}
