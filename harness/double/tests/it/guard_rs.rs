//! Services that verify tokens themselves: what they let in, how they refuse, and what each defect lets in besides.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use poolproof_double::{Clock, Double, Fault, Options};
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::support::{Bench, bench, faulty};

/// The public test keys of the double, which protect nothing.
const STORED: &str = include_str!("../../src/keys.json");
const READ: &str = "https://api.poolproof.test/read";
const NOW: u64 = 1_800_000_000;

fn part(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// The key for access tokens of a pool.
struct Key(Value);

impl Key {
    fn of_pool(set: usize) -> Self {
        let stored: Value = serde_json::from_str(STORED).unwrap();
        Self(stored["sets"][set]["access-token"].clone())
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn public(&self) -> Value {
        json!({ "kid": self.0["kid"], "n": self.0["n"], "e": "AQAB", "kty": "RSA", "alg": "RS256", "use": "sig" })
    }

    /// What is signed, and the signature.
    fn signed(&self, text: &str, algorithm: Algorithm) -> String {
        let secret = EncodingKey::from_rsa_der(&STANDARD.decode(self.text("der")).unwrap());
        format!("{text}.{}", crypto::sign(text.as_bytes(), &secret, algorithm).unwrap())
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", part(header.to_string()), part(claims.to_string()));
        self.signed(&text, Algorithm::RS256)
    }
}

/// The claims of a good access token with these members instead; `null` leaves one out.
fn claims(bench: &Bench, instead: &Value) -> Value {
    let mut claims = json!({
        "iss": bench.fixture["pool"]["issuer"], "token_use": "access", "client_id": bench.id("web"),
        "scope": format!("openid {READ}"), "username": "ada", "sub": "someone", "jti": "one",
        "iat": NOW - 5, "exp": NOW + 3600,
    });
    let members = claims.as_object_mut().unwrap();
    members.extend(instead.as_object().unwrap().clone());
    members.retain(|_, value| !value.is_null());
    claims
}

fn good(bench: &Bench, instead: &Value) -> String {
    let key = Key::of_pool(0);
    key.token(&json!({ "kid": key.0["kid"], "alg": "RS256" }), &claims(bench, instead))
}

struct Seen {
    status: u16,
    challenge: String,
    body: Value,
}

/// A request with these `Authorization` headers.
async fn send(bench: &Bench, service: &str, headers: &[&str]) -> Seen {
    let mut request = bench.http.get(bench.url(&format!("/guard/rs/{service}")));
    for header in headers {
        request = request.header("authorization", *header);
    }
    let answer = request.send().await.unwrap();
    let challenge = answer.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
    Seen {
        status: answer.status().as_u16(),
        challenge: challenge.unwrap_or_default(),
        body: answer.json().await.unwrap_or_default(),
    }
}

async fn status(bench: &Bench, service: &str, token: &str) -> u16 {
    send(bench, service, &[&format!("Bearer {token}")]).await.status
}

#[tokio::test]
async fn genuine_tokens_are_let_in_where_they_are_expected() {
    let mut bench = bench().await;
    let tokens = bench.tokens("web", &format!("openid {READ}")).await;
    let [access, id] = ["access_token", "id_token"].map(|name| tokens[name].as_str().unwrap().to_owned());
    let (_, machine) = bench.token("machine", &[("grant_type", "client_credentials")]).await;
    let machine = machine["access_token"].as_str().unwrap().to_owned();
    for (service, token, expected) in [
        ("access", &access, 200),
        ("access", &id, 401),
        ("access", &machine, 401),
        ("id", &id, 200),
        ("id", &access, 401),
        ("scopes", &access, 200),
        ("scopes", &machine, 200),
        ("no-keys", &access, 503),
        ("issuer-access", &access, 404),
        ("nothing", &access, 404),
    ] {
        assert_eq!(status(&bench, service, token).await, expected, "{service}");
    }
    let seen = send(&bench, "access", &[&format!("bEARER {access}")]).await;
    assert_eq!((seen.status, &seen.body["claims"]["username"]), (200, &json!("ada")));
    bench.double.clock().advance(std::time::Duration::from_hours(1));
    assert_eq!(status(&bench, "access", &access).await, 401);
    bench = faulty(&[Fault::GUARD_RS_MACHINE]).await;
    assert_eq!(status(&bench, "scopes", &good(&bench, &json!({ "username": null }))).await, 401);
}

#[tokio::test]
async fn refusals_are_those_of_rfc_6750() {
    let bench = bench().await;
    let bearer = format!("Bearer {}", good(&bench, &json!({})));
    let narrow = format!("Bearer {}", good(&bench, &json!({ "scope": "openid" })));
    let realm = "Bearer realm=\"poolproof\"";
    let request = format!("{realm}, error=\"invalid_request\"");
    let token = format!("{realm}, error=\"invalid_token\"");
    let scope = format!("{realm}, error=\"insufficient_scope\", scope=\"{READ}\"");
    let cases: [(&[&str], u16, &str); 8] = [
        (&[], 401, realm),
        (&["Basic eDp5"], 401, realm),
        (&["x.y.z"], 401, realm),
        (&["Bearer"], 400, &request),
        (&[&bearer, &bearer], 400, &request),
        (&["Bearer x.y.z"], 401, &token),
        (&[&narrow], 403, &scope),
        (&[&bearer], 200, ""),
    ];
    for (headers, expected, challenge) in cases {
        let seen = send(&bench, "scopes", headers).await;
        assert_eq!((seen.status, seen.challenge.as_str()), (expected, challenge));
    }
    let preflight = bench.http.request(reqwest::Method::OPTIONS, bench.url("/guard/rs/preflight"));
    assert_eq!(preflight.send().await.unwrap().status(), 200);
    let bench = faulty(&[Fault::GUARD_RS_NO_CHALLENGE, Fault::GUARD_RS_TOKEN_REPEATED]).await;
    let seen = send(&bench, "scopes", &["Bearer x.y.z"]).await;
    assert_eq!((seen.challenge.as_str(), &seen.body["token"]), ("", &json!("x.y.z")));
}

/// Tokens that one defect each lets in: signed by the pool, with other claims.
fn claims_for(bench: &Bench) -> Vec<(Fault, &'static str, Value)> {
    let issuer = bench.fixture["pool"]["issuer"].as_str().unwrap().to_owned();
    let web = bench.id("web").to_owned();
    let other_pool = issuer.replace("us-east-1_", "us-east-1_x");
    vec![
        (Fault::GUARD_RS_EXP, "access", json!({ "exp": NOW - 90_000 })),
        (Fault::GUARD_RS_EXP_LEEWAY, "access", json!({ "exp": NOW - 1800 })),
        (Fault::GUARD_RS_EXP_MISSING, "access", json!({ "exp": null })),
        (Fault::GUARD_RS_EXP_TEXT, "access", json!({ "exp": "4102444800" })),
        (Fault::GUARD_RS_NBF, "access", json!({ "nbf": NOW + 60 })),
        (Fault::GUARD_RS_IAT_TEXT, "access", json!({ "iat": "1" })),
        (Fault::GUARD_RS_ISS, "access", json!({ "iss": "https://issuer.poolproof.test" })),
        (Fault::GUARD_RS_ISS_MISSING, "access", json!({ "iss": null })),
        (Fault::GUARD_RS_ISS_PREFIX, "access", json!({ "iss": format!("{issuer}x") })),
        (Fault::GUARD_RS_ISS_HOST, "access", json!({ "iss": other_pool })),
        (Fault::GUARD_RS_ISS_CASE, "access", json!({ "iss": issuer.to_uppercase() })),
        (Fault::GUARD_RS_ISS_SLASH, "access", json!({ "iss": format!("{issuer}/") })),
        (Fault::GUARD_RS_ISS_LIST, "access", json!({ "iss": [issuer, "x"] })),
        (Fault::GUARD_RS_CLIENT, "access", json!({ "client_id": "other" })),
        (Fault::GUARD_RS_CLIENT_MISSING, "access", json!({ "client_id": null })),
        (Fault::GUARD_RS_CLIENT_CASE, "access", json!({ "client_id": web.to_uppercase() })),
        (Fault::GUARD_RS_CLIENT_PREFIX, "access", json!({ "client_id": format!("{web}x") })),
        (Fault::GUARD_RS_CLIENT_FROM_AUD, "access", json!({ "client_id": "other", "aud": web })),
        (Fault::GUARD_RS_AUD_LIST, "id", json!({ "token_use": "id", "aud": [web, "other"] })),
        (Fault::GUARD_RS_TOKEN_USE, "access", json!({ "token_use": "id", "client_id": null, "aud": web })),
        (Fault::GUARD_RS_TOKEN_USE_MISSING, "access", json!({ "token_use": null })),
        (Fault::GUARD_RS_TOKEN_USE_UNKNOWN, "access", json!({ "token_use": "refresh" })),
        (Fault::GUARD_RS_SCOPE, "scopes", json!({ "scope": "openid" })),
        (Fault::GUARD_RS_SCOPE_PREFIX, "scopes", json!({ "scope": format!("{READ}er") })),
        (Fault::GUARD_RS_SCOPE_SUBSTRING, "scopes", json!({ "scope": format!("x{READ}") })),
        (Fault::GUARD_RS_SCOPE_CASE, "scopes", json!({ "scope": READ.to_uppercase() })),
        (Fault::GUARD_RS_SCOPE_LIST, "scopes", json!({ "scope": ["openid", READ] })),
        (Fault::GUARD_RS_SCOPE_SEPARATORS, "scopes", json!({ "scope": format!("openid,{READ}") })),
        (Fault::GUARD_RS_SCOPE_SCP, "scopes", json!({ "scope": null, "scp": [READ] })),
    ]
}

#[tokio::test]
async fn each_defect_of_claims_lets_in_what_it_says() {
    let honest = bench().await;
    for (fault, service, instead) in claims_for(&honest) {
        let refused = status(&honest, service, &good(&honest, &instead)).await;
        assert!(matches!(refused, 401 | 403), "{fault}: {refused}");
    }
    let count = claims_for(&honest).len();
    for at in 0..count {
        let fault = claims_for(&honest)[at].0;
        let bench = faulty(&[fault]).await;
        let (_, service, instead) = claims_for(&bench).swap_remove(at);
        assert_eq!(status(&bench, service, &good(&bench, &instead)).await, 200, "{fault}");
    }
}

/// Tokens that one defect each lets in: written or signed otherwise.
fn forged_for(bench: &Bench) -> Vec<(Fault, String)> {
    let (own, foreign) = (Key::of_pool(0), Key::of_pool(1));
    let kid = own.0["kid"].clone();
    let claims = claims(bench, &json!({}));
    let body = part(claims.to_string());
    let headed = |header: Value| format!("{}.{body}", part(header.to_string()));
    let with_alg = |alg: &str| headed(json!({ "kid": kid, "alg": alg }));
    let by = |key: &Key, header: Value| key.token(&header, &claims);
    let hmac = |kid: &Value, secret: &[u8]| {
        let text = headed(json!({ "kid": kid, "alg": "HS256" }));
        let key = EncodingKey::from_secret(secret);
        format!("{text}.{}", crypto::sign(text.as_bytes(), &key, Algorithm::HS256).unwrap())
    };
    let good = good(bench, &json!({}));
    let (head, signature) = good.rsplit_once('.').unwrap();
    let twice = format!("{{\"exp\":{},{}", NOW + 60, &claims.to_string()[1..])
        .replace(&format!("\"exp\":{}", NOW + 3600), "\"exp\":1");
    let respelled = |text: &str| {
        own.signed(
            &format!("{}.{text}", part(json!({ "kid": kid, "alg": "RS256" }).to_string())),
            Algorithm::RS256,
        )
    };
    let last = u32::from(signature.chars().last().unwrap()) + 1;
    vec![
        (Fault::GUARD_RS_SIGNATURE, by(&foreign, json!({ "kid": kid, "alg": "RS256" }))),
        (Fault::GUARD_RS_NO_SIGNATURE, format!("{head}.")),
        (Fault::GUARD_RS_NO_SIGNATURE, head.to_owned()),
        (Fault::GUARD_RS_ALG_NONE, format!("{}.", with_alg("none"))),
        (Fault::GUARD_RS_ALG_NONE_ANY_CASE, format!("{}.", with_alg("NONE"))),
        (Fault::GUARD_RS_ALG_MISSING, by(&own, json!({ "kid": kid }))),
        (Fault::GUARD_RS_ALG_CASE, by(&own, json!({ "kid": kid, "alg": "rs256" }))),
        (Fault::GUARD_RS_OTHER_HASH, own.signed(&with_alg("RS512"), Algorithm::RS512)),
        (Fault::GUARD_RS_OTHER_PADDING, own.signed(&with_alg("PS256"), Algorithm::PS256)),
        (Fault::GUARD_RS_HMAC_MODULUS, hmac(&kid, &URL_SAFE_NO_PAD.decode(own.text("n")).unwrap())),
        (Fault::GUARD_RS_KID_PATH, hmac(&json!("../../dev/null"), &[])),
        (Fault::GUARD_RS_KID_MISSING, by(&own, json!({ "alg": "RS256" }))),
        (Fault::GUARD_RS_KID_UNKNOWN, by(&own, json!({ "kid": "x", "alg": "RS256" }))),
        (Fault::GUARD_RS_JWK, by(&foreign, json!({ "kid": kid, "alg": "RS256", "jwk": foreign.public() }))),
        (Fault::GUARD_RS_CRIT, by(&own, json!({ "kid": kid, "alg": "RS256", "crit": ["x"], "x": 1 }))),
        (Fault::GUARD_RS_MORE_PARTS, format!("{good}.e30")),
        (Fault::GUARD_RS_BLANKS_INSIDE, good.replacen('.', ". ", 1)),
        (Fault::GUARD_RS_PADDING, format!("{head}.{signature}==")),
        (
            Fault::GUARD_RS_STANDARD_ALPHABET,
            format!("{head}.{}", signature.replace('-', "+").replace('_', "/")),
        ),
        (Fault::GUARD_RS_SPARE_BITS, format!("{}{}", &good[..good.len() - 1], char::from_u32(last).unwrap())),
        (Fault::GUARD_RS_FIRST_OF_TWO, respelled(&part(twice))),
    ]
}

#[tokio::test]
async fn each_defect_of_signatures_lets_in_what_it_says() {
    let honest = bench().await;
    for (fault, token) in forged_for(&honest) {
        assert_eq!(status(&honest, "access", &token).await, 401, "{fault}");
    }
    for at in 0..forged_for(&honest).len() {
        let fault = forged_for(&honest)[at].0;
        let bench = faulty(&[fault]).await;
        let (_, token) = forged_for(&bench).swap_remove(at);
        assert_eq!(status(&bench, "access", &token).await, 200, "{fault}");
        assert_eq!(status(&bench, "access", &good(&bench, &json!({}))).await, 200, "{fault}: a good one");
    }
}

#[tokio::test]
async fn each_defect_of_transport_lets_in_what_it_says() {
    for (fault, expected) in [
        (None, [401, 401, 400, 401, 401, 400, 400, 400, 200]),
        (Some(Fault::GUARD_RS_NO_TOKEN), [200, 200, 400, 401, 401, 400, 400, 400, 200]),
        (Some(Fault::GUARD_RS_QUERY_TOKEN), [401, 200, 400, 401, 401, 400, 400, 400, 200]),
        (Some(Fault::GUARD_RS_TWO_METHODS), [401, 401, 200, 401, 401, 400, 400, 400, 200]),
        (Some(Fault::GUARD_RS_BASIC), [401, 401, 400, 200, 401, 400, 400, 400, 200]),
        (Some(Fault::GUARD_RS_ANY_SCHEME), [401, 401, 400, 401, 200, 400, 400, 400, 200]),
        (Some(Fault::GUARD_RS_EMPTY_BEARER), [401, 401, 400, 401, 401, 200, 400, 400, 200]),
        (Some(Fault::GUARD_RS_FIRST_HEADER), [401, 401, 400, 401, 401, 400, 200, 401, 200]),
        (Some(Fault::GUARD_RS_LAST_HEADER), [401, 401, 400, 401, 401, 400, 401, 200, 200]),
        (Some(Fault::GUARD_RS_SCHEME_CASE), [401, 401, 400, 401, 401, 400, 400, 400, 401]),
    ] {
        let bench = faulty(fault.as_slice()).await;
        let token = good(&bench, &json!({}));
        let [bearer, any, lower] = ["Bearer", "Token", "bearer"].map(|scheme| format!("{scheme} {token}"));
        let basic = format!("Basic {}", STANDARD.encode(format!("{token}:x")));
        let query = format!("access?access_token={token}");
        let sent: [(&str, &[&str]); 9] = [
            ("access", &[]),
            (&query, &[]),
            (&query, &[&bearer]),
            ("access", &[&basic]),
            ("access", &[&any]),
            ("access", &["Bearer"]),
            ("access", &[&bearer, "Bearer x"]),
            ("access", &["Bearer x", &bearer]),
            ("access", &[&lower]),
        ];
        for ((service, headers), expected) in sent.into_iter().zip(expected) {
            assert_eq!(send(&bench, service, headers).await.status, expected, "{fault:?}: {headers:?}");
        }
    }
    let bench = faulty(&[Fault::GUARD_RS_BODY_TOKEN]).await;
    let form = bench.http.get(bench.url("/guard/rs/access"));
    let form = form.form(&[("access_token", good(&bench, &json!({})))]);
    assert_eq!(form.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_remembered_counts_only_under_a_fault() {
    for fault in [None, Some(Fault::GUARD_RS_SEEN_JTI), Some(Fault::GUARD_RS_SEEN_SIGNATURE)] {
        let bench = faulty(fault.as_slice()).await;
        let token = good(&bench, &json!({}));
        assert_eq!(status(&bench, "access", &token).await, 200);
        let [header, _, signature] = [0, 1, 2].map(|at| token.split('.').nth(at).unwrap());
        let changed = part(claims(&bench, &json!({ "sub": "another" })).to_string());
        let forged = format!("{header}.{changed}.{signature}");
        assert_eq!(status(&bench, "access", &forged).await, if fault.is_some() { 200 } else { 401 });
    }
    let bench =
        faulty(&[Fault::GUARD_RS_HUGE_TOKEN, Fault::GUARD_RS_INVALID_JSON, Fault::GUARD_RS_NO_KEYS]).await;
    assert_eq!(status(&bench, "access", &"a".repeat(9000)).await, 500);
    assert_eq!(status(&bench, "access", "e30.W10.x_8").await, 500);
    assert_eq!(status(&bench, "no-keys", &good(&bench, &json!({}))).await, 200);
    let bench = faulty(&[Fault::GUARD_RS_SCOPE_IS_400]).await;
    let narrow = good(&bench, &json!({ "scope": "openid" }));
    assert_eq!(status(&bench, "scopes", &narrow).await, 400);
    let bench = faulty(&[Fault::GUARD_RS_SCOPE_FIRST]).await;
    let (head, _) = narrow.rsplit_once('.').unwrap();
    assert_eq!(status(&bench, "scopes", &format!("{head}.{}", part([1; 256]))).await, 403);
}

/// An issuer outside with these keys.
async fn serve(issuer: &MockServer, keys: &[Value]) {
    issuer.reset().await;
    let own = format!("{}/pool", issuer.uri());
    let discovery = json!({ "issuer": own, "jwks_uri": format!("{own}/keys") });
    let set = json!({ "keys": keys });
    for (at, body) in [
        ("/pool/.well-known/openid-configuration", &discovery),
        ("/pool/keys", &set),
        ("/pool/.well-known/jwks.json", &set),
    ] {
        Mock::given(path(at))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .mount(issuer)
            .await;
    }
}

#[tokio::test]
async fn keys_of_an_issuer_outside_are_read_again() {
    for (fault, of_new_key, for_encryption) in [
        (None, 200, 401),
        (Some(Fault::GUARD_RS_KEYS_READ_ONCE), 401, 401),
        (Some(Fault::GUARD_RS_KEY_USE), 200, 200),
    ] {
        let issuer = MockServer::start().await;
        let trusts = Some(format!("{}/pool", issuer.uri()));
        let clock = Clock::frozen(NOW);
        let faults = fault.into_iter().collect();
        let double =
            Double::start_with(Options { faults, clock, trusts, ..Options::default() }).await.unwrap();
        let fixture = serde_json::from_str(&double.fixture_json()).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let bench = Bench { double, fixture, http };
        let of = |set: usize| {
            let key = Key::of_pool(set);
            let client = "poolproofwebclient00000001";
            let instead = json!({ "iss": format!("{}/pool", issuer.uri()), "client_id": client });
            key.token(&json!({ "kid": key.0["kid"], "alg": "RS256" }), &claims(&bench, &instead))
        };
        let [first, second, mut third] = [0, 1, 2].map(|set| Key::of_pool(set).public());
        serve(&issuer, std::slice::from_ref(&first)).await;
        assert_eq!(status(&bench, "issuer-access", &of(0)).await, 200, "{fault:?}");
        third["use"] = "enc".into();
        serve(&issuer, &[first, second, third]).await;
        // It reads them once a second at most.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        assert_eq!(status(&bench, "issuer-access", &of(1)).await, of_new_key, "{fault:?}");
        assert_eq!(status(&bench, "issuer-access", &of(2)).await, for_encryption, "{fault:?}");
    }
}
