//! `GET /.well-known/openid-configuration` and `/.well-known/jwks.json` below the issuer.

pub mod jwks;
pub mod openid_configuration;

use poolproof_harness::prelude::*;

const DOCUMENT: Need = Need::Endpoint(Endpoint::OpenidConfiguration);
const KEYS: Need = Need::Endpoint(Endpoint::Jwks);

/// A `GET` as clients of all kinds send it: what they accept, a query against caches, a condition that is not met, and
/// where they come from change nothing.
fn asked(endpoint: Endpoint) -> BoxedStrategy<Request> {
    let accept = prop::sample::select(
        &[
            "*/*",
            "application/json",
            "application/json, text/plain, */*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/jwk-set+json, application/json;q=0.5",
        ][..],
    );
    let condition = prop_oneof![
        3 => Just(None),
        1 => "\"[a-z0-9]{8,32}\"".prop_map(|tag| Some(("If-None-Match", tag))),
        1 => Just(Some(("If-Modified-Since", "Mon, 01 Jan 1990 00:00:00 GMT".to_owned()))),
        1 => Just(Some(("Cache-Control", "no-cache".to_owned()))),
        1 => Just(Some(("Origin", "https://app.poolproof.test".to_owned()))),
    ];
    let noise = prop::option::of((prop::sample::select(&["_", "t", "ts", "nocache"][..]), "[a-z0-9]{1,16}"));
    (accept, condition, noise)
        .prop_map(move |(accept, condition, noise)| {
            let request = Request::get(endpoint).header("Accept", accept);
            let request =
                condition.into_iter().fold(request, |request, (name, value)| request.header(name, value));
            noise.into_iter().fold(request, |request, (name, value)| request.param(name, value))
        })
        .boxed()
}

fn document() -> BoxedStrategy<Case> {
    asked(Endpoint::OpenidConfiguration).prop_map(Case::one).boxed()
}
