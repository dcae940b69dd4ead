//! Tokens that the issuer's key signed although they should not be accepted, or not by this guard. Only where the
//! harness is the issuer.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{good, one_of, texts};
use crate::model::edit::Edit;
use crate::model::jwt::{Change, Genuine, Jwt, Signer};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn claim(name: &str, value: Json) -> Change {
    Change::Claim(name.to_owned(), value)
}

fn at(name: &str, seconds: i64) -> Change {
    Change::ClaimIn(name.to_owned(), seconds)
}

fn signed(change: impl Strategy<Value = Change> + 'static) -> BoxedStrategy<Jwt> {
    change.prop_map(|change| good([change]).signed()).boxed()
}

/// From minutes to years, every order of magnitude as often.
fn some_time() -> impl Strategy<Value = i64> {
    prop_oneof![300..HOUR, HOUR..DAY, DAY..365 * DAY, 365 * DAY..10 * 365 * DAY]
}

/// Expired minutes to years ago (RFC 7519 section 4.1.4): beyond any leeway.
pub fn expired_by() -> BoxedStrategy<Jwt> {
    some_time()
        .prop_map(|ago| {
            let issued = -ago - HOUR;
            good([at("auth_time", issued), at("iat", issued), at("exp", -ago)]).signed()
        })
        .boxed()
}

/// Valid only in minutes to years (RFC 7519 section 4.1.5).
pub fn not_yet_valid() -> BoxedStrategy<Jwt> {
    some_time().prop_map(|until| good([at("nbf", until), at("exp", until + HOUR)]).signed()).boxed()
}

/// Issued in the future (RFC 7519 section 4.1.6), for which no verifier is told what to do.
pub fn issued_in_future() -> BoxedStrategy<Jwt> {
    some_time().prop_map(|until| good([at("iat", until), at("exp", until + HOUR)]).signed()).boxed()
}

/// Another issuer than the guard's, from one that differs by a character to that of another pool (RFC 7519 section
/// 4.1.1). The issuer is compared as it is written.
pub fn wrong_issuer() -> BoxedStrategy<Jwt> {
    let edited = |edit: Edit| Change::ClaimEdited("iss".to_owned(), edit);
    signed(prop_oneof![
        4 => Just(edited(Edit::TrailingSlash)),
        1 => "[A-Za-z0-9]{1,8}".prop_map(move |suffix| edited(Edit::Append(suffix))),
        1 => texts(&["x", " ", "https://issuer.poolproof.test/"])
            .prop_map(move |prefix| edited(Edit::Prepend(prefix))),
        1 => (0_usize..64).prop_map(move |at| edited(Edit::SwapCase(at))),
        1 => texts(&["http", "https", "HTTP"]).prop_map(move |scheme| edited(Edit::Scheme(scheme))),
        1 => (1_usize..12).prop_map(move |count| edited(Edit::DropLast(count))),
        1 => Just(edited(Edit::Host("cognito-idp.eu-west-1.amazonaws.com".to_owned()))),
        1 => Just(claim("iss", json!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Poolproof"))),
        1 => Just(Change::ClaimFrom("iss".to_owned(), Genuine::OtherPoolAccess)),
        1 => one_of(vec![json!(""), json!(null), json!(1), json!({})]).prop_map(|value| claim("iss", value)),
    ])
}

/// Without this claim.
pub fn missing(name: &str) -> BoxedStrategy<Jwt> {
    signed(Just(Change::NoClaim(name.to_owned())))
}

/// This claim is of another type than it should be (RFC 7519 section 4.1): times are no numbers, texts are no texts. A
/// list of audiences is as good as one (section 4.1.3), so it is not among them.
pub fn wrong_type(name: &str) -> BoxedStrategy<Jwt> {
    let values = match name {
        "exp" | "iat" | "auth_time" => {
            vec![
                json!("4102444800"),
                json!("2100-01-01T00:00:00Z"),
                json!(true),
                json!([4_102_444_800_u64]),
                json!({}),
            ]
        }
        "nbf" => vec![json!("1"), json!("2000-01-01T00:00:00Z"), json!(true), json!([1]), json!({})],
        "cognito:groups" => vec![json!("admins"), json!(1), json!({ "admins": true })],
        "aud" => vec![json!(1), json!(true), json!({ "aud": true }), json!([1])],
        _ => vec![json!(["openid"]), json!(1), json!(true), json!({ "openid": true })],
    };
    let name = name.to_owned();
    signed(one_of(values).prop_map(move |value| claim(&name, value)))
}

/// A use that is neither `id` nor `access`. An ID token for a guard that takes access tokens is a genuine one.
pub fn token_use() -> BoxedStrategy<Jwt> {
    let uses = [
        json!("refresh"),
        json!("Access"),
        json!("ID"),
        json!("access "),
        json!("access id"),
        json!(""),
        json!(["access", "id"]),
        json!(1),
        Json::Null,
    ];
    signed(prop_oneof![
        4 => one_of(uses.to_vec()).prop_map(|value| claim("token_use", value)),
        1 => Just(Change::NoClaim("token_use".to_owned())),
    ])
}

/// For another client, which this claim names: `client_id` of access tokens or `aud` of ID tokens.
pub fn wrong_client(name: &'static str) -> BoxedStrategy<Jwt> {
    let edit = prop_oneof![
        "[a-z0-9]{1,4}".prop_map(Edit::Append),
        "[a-z0-9]{1,4}".prop_map(Edit::Prepend),
        (0_usize..26).prop_map(Edit::SwapCase),
        (0_usize..26, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }),
        (1_usize..10).prop_map(Edit::DropLast),
        Just(Edit::Empty),
    ];
    let other = if name == "aud" { Genuine::OtherClientId } else { Genuine::OtherClientAccess };
    signed(prop_oneof![
        1 => Just(Change::ClaimFrom(name.to_owned(), other)),
        4 => edit.prop_map(move |edit| Change::ClaimEdited(name.to_owned(), edit)),
        1 => Just(claim(name, json!(["poolproofotherclient000001", "poolproofforeignclient0001"]))),
        1 => Just(claim(name, json!("*"))),
    ])
}

/// For the guard's client and others in one list, which this claim names: right for `aud` (RFC 7519 section 4.1.3).
pub fn listed_client(name: &'static str) -> BoxedStrategy<Jwt> {
    let others = vec![vec![], vec![json!("poolproofotherclient000001")], vec![json!("a"), json!("b")]];
    signed(one_of(others).prop_map(move |others| Change::ClaimListed(name.to_owned(), others)))
}

/// Signed with the issuer's key, and the algorithm is not the one that its keys are for, not the one that the header
/// names, or not named (RFC 7515 section 4.1.1, RFC 8725 section 3.1).
pub fn wrong_alg() -> BoxedStrategy<Jwt> {
    let belied = || Change::Signed(Signer::IssuerAsIs("RS256".to_owned()));
    prop_oneof![
        texts(&["RS384", "RS512", "PS256", "PS384", "PS512"])
            .prop_map(|alg| good([Change::Signed(Signer::Issuer(alg))])),
        texts(&["HS256", "ES256", "PS256", "none", "rs256", "", "RS1"])
            .prop_map(move |alg| good([Change::Header("alg".to_owned(), json!(alg)), belied()])),
        Just(good([Change::NoHeader("alg".to_owned()), belied()])),
    ]
    .boxed()
}

/// Scopes among which this one is not, however much they look like it (RFC 6749 section 3.3: they are separated by
/// blanks and told apart by case).
pub fn scope_lookalikes(scope: &str) -> BoxedStrategy<Jwt> {
    let scope = scope.to_owned();
    let server = scope.rsplit_once('/').map_or("", |(server, _)| server);
    let name = scope.rsplit('/').next().unwrap_or_default();
    let edited = |edit: Edit| edit.apply(&scope);
    let fixed = vec![
        edited(Edit::DropLast(1)),
        format!("{scope},openid"),
        format!("openid,{scope}"),
        format!("{scope};openid"),
        format!("{scope}/"),
        format!("{server}/*"),
        "*".to_owned(),
        format!("x{scope}"),
        format!("{server}x/{name}"),
        if name == scope { format!("{scope}s") } else { name.to_owned() },
        if server.is_empty() { "openid".to_owned() } else { server.to_owned() },
        scope.replace('/', "%2F") + if scope.contains('/') { "" } else { "%20" },
        String::new(),
    ];
    let fixed = fixed.into_iter().filter(|scopes| scopes.split(' ').all(|one| one != scope)).collect();
    let (cased, longer) = (scope.clone(), scope);
    signed(prop_oneof![
        5 => one_of(fixed).prop_map(|scopes| claim("scope", json!(scopes))),
        2 => (0_usize..64).prop_map(move |at| claim("scope", json!(Edit::SwapCase(at).apply(&cased)))),
        2 => "[a-z0-9.:/-]{1,8}".prop_map(move |suffix| claim("scope", json!(format!("{longer}{suffix}")))),
        1 => Just(Change::NoClaim("scope".to_owned())),
    ])
}
