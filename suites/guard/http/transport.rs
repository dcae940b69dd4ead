//! How the token is presented.

use poolproof_harness::prelude::forgery::whitespace_inside;
use poolproof_harness::prelude::*;

use super::{ADMITTED, REFUSAL, any_of, only, situation, tokenless};

/// A refusal without a token: the challenge is the bare word.
const BARE: &[Field] = &[
    Field::Admitted,
    Field::Status,
    Field::Header("www-authenticate"),
    Field::HasHeader("apigw-requestid"),
    Field::HasHeader("x-amzn-errortype"),
    Field::Body,
];

const NO_TOKEN: Scenario = Scenario {
    id: "no-token",
    says: "a request without a token is refused with a bare challenge",
    covers: &["http.transport.no-token"],
    needs: &[],
    cases: || tokenless().prop_map(Case::guarded).boxed(),
    watch: BARE,
    effort: Effort::Single,
};

const EMPTY_TOKEN: Scenario = Scenario {
    id: "empty-token",
    says: "an empty token is refused",
    covers: &["http.transport.empty-token"],
    needs: &[],
    cases: || {
        (tokenless(), prop::sample::select(&["", "Bearer", "Bearer ", "Bearer   "][..]))
            .prop_map(|(request, value)| {
                Case::guarded(request.header(TOKEN_HEADER, value)).input("value", format!("{value:?}"))
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const BEARER: Scenario = Scenario {
    id: "bearer",
    says: "a good token after Bearer is let in",
    covers: &["http.transport.bearer-prefix"],
    needs: &[],
    cases: || only(Genuine::Good),
    watch: ADMITTED,
    effort: Effort::Single,
};

const RAW_TOKEN: Scenario = Scenario {
    id: "raw-token",
    says: "a good token without a scheme is let in",
    covers: &["http.transport.raw-token"],
    needs: &[],
    cases: || {
        tokenless().prop_map(|request| Case::guarded(request.header(TOKEN_HEADER, Jwt::good()))).boxed()
    },
    watch: ADMITTED,
    effort: Effort::Single,
};

const WHITESPACE: Scenario = Scenario {
    id: "whitespace-in-token",
    says: "a good token with blanks in it is refused",
    covers: &["http.transport.whitespace-in-token"],
    needs: &[],
    cases: || any_of(whitespace_inside()),
    watch: REFUSAL,
    effort: Effort::Single,
};

const QUERY: Scenario = Scenario {
    id: "token-in-query",
    says: "a good token in the query does not count where the header is the source",
    covers: &["http.transport.query-string-wrong-source"],
    needs: &[],
    cases: || {
        let names = ["access_token", "token", "Authorization", "authorization", "id_token", "jwt", "bearer"];
        let names = in_turn(names.map(|name| Just(name).boxed()).to_vec());
        (tokenless(), names, prop::bool::weighted(0.3))
            .prop_map(|(request, name, scheme)| {
                let value =
                    Value::Joined(vec![if scheme { "Bearer " } else { "" }.into(), Jwt::good().into()]);
                Case::guarded(request.param(name, value)).input("name", name).input("with Bearer", scheme)
            })
            .boxed()
    },
    watch: &[Field::Admitted, Field::Status, Field::Header("www-authenticate"), Field::Body],
    effort: Effort::Single,
};

const QUERY_SOURCE: Scenario = Scenario {
    id: "query-as-source",
    says: "a good token in the query is let in where that is the source",
    covers: &["http.transport.query-string-as-source"],
    needs: &[situation("query-source")],
    cases: || tokenless().prop_map(|request| Case::one(request.param(TOKEN_HEADER, Jwt::good()))).boxed(),
    watch: ADMITTED,
    effort: Effort::Single,
};

/// How the token is presented.
pub const SUITE: Suite = Suite {
    name: "guard::http::transport",
    scenarios: &[NO_TOKEN, EMPTY_TOKEN, BEARER, RAW_TOKEN, WHITESPACE, QUERY, QUERY_SOURCE],
};
