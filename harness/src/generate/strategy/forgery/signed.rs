//! Tokens that the issuer's key signed although they should not be accepted, or not by this guard. Only where the
//! harness is the issuer.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::turn::in_turn;
use super::{each_of, good, one_of, texts};
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
fn some_time() -> BoxedStrategy<i64> {
    in_turn(vec![
        (300..HOUR).boxed(),
        (HOUR..DAY).boxed(),
        (DAY..365 * DAY).boxed(),
        (365 * DAY..10 * 365 * DAY).boxed(),
    ])
}

/// Expired minutes to years ago (RFC 7519 section 4.1.4): beyond any leeway, and often only just.
pub fn expired_by() -> BoxedStrategy<Jwt> {
    in_turn(vec![some_time(), (300_i64..360).boxed()])
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
    signed(in_turn(vec![
        Just(edited(Edit::TrailingSlash)).boxed(),
        "[A-Za-z0-9]{1,8}".prop_map(move |suffix| edited(Edit::Append(suffix))).boxed(),
        texts(&["x", "https://issuer.poolproof.test/"])
            .prop_map(move |prefix| edited(Edit::Prepend(prefix)))
            .boxed(),
        Just(edited(Edit::Prepend(" ".to_owned()))).boxed(),
        (0_usize..64).prop_map(move |at| edited(Edit::SwapCase(at))).boxed(),
        texts(&["http", "https"]).prop_map(move |scheme| edited(Edit::Scheme(scheme))).boxed(),
        Just(edited(Edit::Scheme("HTTP".to_owned()))).boxed(),
        (1_usize..12).prop_map(move |count| edited(Edit::DropLast(count))).boxed(),
        Just(edited(Edit::Host("cognito-idp.eu-west-1.amazonaws.com".to_owned()))).boxed(),
        Just(claim("iss", json!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Poolproof"))).boxed(),
        Just(Change::ClaimFrom("iss".to_owned(), Genuine::OtherPoolAccess)).boxed(),
        one_of(vec![json!(""), json!(null)]).prop_map(|value| claim("iss", value)).boxed(),
        one_of(vec![json!(1), json!({})]).prop_map(|value| claim("iss", value)).boxed(),
    ]))
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
    signed(each_of(values).prop_map(move |value| claim(&name, value)))
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
    let changes = uses.map(|value| claim("token_use", value)).into_iter();
    signed(each_of(changes.chain([Change::NoClaim("token_use".to_owned())]).collect()))
}

/// For another client, which this claim names: `client_id` of access tokens or `aud` of ID tokens.
pub fn wrong_client(name: &'static str) -> BoxedStrategy<Jwt> {
    let edits = [
        "[a-z0-9]{1,4}".prop_map(Edit::Append).boxed(),
        "[a-z0-9]{1,4}".prop_map(Edit::Prepend).boxed(),
        (0_usize..26).prop_map(Edit::SwapCase).boxed(),
        (0_usize..26, prop::char::range('a', 'z')).prop_map(|(at, with)| Edit::Replace { at, with }).boxed(),
        (1_usize..10).prop_map(Edit::DropLast).boxed(),
        Just(Edit::Empty).boxed(),
    ];
    let other = if name == "aud" { Genuine::OtherClientId } else { Genuine::OtherClientAccess };
    let edited =
        edits.map(|edit| edit.prop_map(move |edit| Change::ClaimEdited(name.to_owned(), edit)).boxed());
    let others = [
        Change::ClaimFrom(name.to_owned(), other),
        claim(name, json!(["poolproofotherclient000001", "poolproofforeignclient0001"])),
        claim(name, json!("*")),
    ];
    signed(in_turn(edited.into_iter().chain(others.map(|other| Just(other).boxed())).collect()))
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
