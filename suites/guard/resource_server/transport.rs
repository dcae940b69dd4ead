//! How the token is presented (RFC 6750 section 2), and how a request without one is refused (section 3).

use poolproof_harness::prelude::*;

use super::{AUTHORIZATION, REFUSAL, STATUS, any_of};

/// Header fields that mean nothing to whoever looks for a token.
fn dressed(request: Request) -> BoxedStrategy<Request> {
    (prop::option::of(origin()), any_of(&["*/*", "application/json", "text/html"]))
        .prop_map(move |(origin, accept)| {
            let request = request.clone().header("Accept", accept);
            match origin {
                Some(origin) => request.header("Origin", origin),
                None => request,
            }
        })
        .boxed()
}

/// The header field of the guard with this value, after a good token.
fn presented(value: impl Into<Value>) -> Case {
    let value = value.into();
    let shown = value.to_string();
    Case::guarded(Request::to_guard().header(TOKEN_HEADER, value)).input("header", shown)
}

fn after(before: &str, token: impl Into<Value>) -> Value {
    Value::Joined(vec![before.into(), token.into()])
}

const NO_TOKEN: Scenario = Scenario {
    id: "no-token",
    says: "a request without a token is refused with a challenge",
    covers: &["rs.transport.no-token"],
    cases: || dressed(Request::to_guard()).prop_map(Case::guarded).boxed(),
    watch: &[Field::Admitted, Field::Status, Field::HeaderContains("www-authenticate", "Bearer")],
    ..REFUSAL
};

const EMPTY: Scenario = Scenario {
    id: "empty-bearer",
    says: "a bearer token that is empty is refused",
    covers: &["rs.transport.empty-bearer"],
    cases: || any_of(&["Bearer", "bearer", "Bearer ", "BEARER"]).prop_map(presented).boxed(),
    watch: &[Field::Admitted, Field::Status, Field::BearerError],
    ..REFUSAL
};

const SCHEME_CASE: Scenario = Scenario {
    id: "scheme-in-other-case",
    says: "the name of the scheme is known in any letter case",
    covers: &["rs.transport.scheme-case"],
    cases: || {
        "[bB][eE][aA][rR][eE][rR]"
            .prop_filter("the usual spelling", |scheme| scheme != "Bearer")
            .prop_map(|scheme| presented(after(&format!("{scheme} "), Jwt::good())))
            .boxed()
    },
    watch: STATUS,
    ..REFUSAL
};

const NO_SCHEME: Scenario = Scenario {
    id: "no-scheme",
    says: "a good token without a scheme before it is refused",
    covers: &["rs.transport.no-scheme"],
    cases: || Just(presented(Jwt::good())).boxed(),
    watch: STATUS,
    ..REFUSAL
};

/// A good token behind another scheme, and as user name or password of Basic credentials (RFC 7617).
fn other_scheme() -> BoxedStrategy<Case> {
    let basic = |parts: Vec<Value>| after("Basic ", Value::Base64(Box::new(Value::Joined(parts))));
    let names = &["Basic", "Token", "JWT", "Digest", "DPoP", "OAuth", "Bearer:", "Bear", "Negotiate"][..];
    prop_oneof![
        2 => any_of(names).prop_map(|scheme| after(&format!("{scheme} "), Jwt::good())),
        1 => "[A-Z][a-z]{2,9}".prop_filter("the right scheme", |scheme| scheme != "Bearer")
            .prop_map(|scheme| after(&format!("{scheme} "), Jwt::good())),
        1 => any_of(&[":", ":x", ":password"])
            .prop_map(move |rest| basic(vec![Jwt::good().into(), rest.into()])),
        1 => any_of(&[":", "x:", "token:", "oauth2:"])
            .prop_map(move |rest| basic(vec![rest.into(), Jwt::good().into()])),
    ]
    .prop_map(presented)
    .boxed()
}

const OTHER_SCHEME: Scenario = Scenario {
    id: "other-scheme",
    says: "a good token behind another scheme is refused",
    covers: &["rs.transport.other-scheme"],
    needs: &[AUTHORIZATION],
    cases: other_scheme,
    watch: &[Field::Admitted, Field::Status, Field::HeaderContains("www-authenticate", "Bearer")],
    ..REFUSAL
};

const QUERY: Scenario = Scenario {
    id: "in-query",
    says: "a good token in the query alone does not count",
    covers: &["rs.transport.query-parameter"],
    cases: || dressed(Request::to_guard().param("access_token", Jwt::good())).prop_map(Case::guarded).boxed(),
    watch: STATUS,
    ..REFUSAL
};

const BODY: Scenario = Scenario {
    id: "in-body",
    says: "a good token in the body alone does not count",
    covers: &["rs.transport.form-body"],
    cases: || {
        let request = Request::to_guard().header("Content-Type", FORM).field("access_token", Jwt::good());
        dressed(request).prop_map(Case::guarded).boxed()
    },
    watch: STATUS,
    ..REFUSAL
};

const TWO_METHODS: Scenario = Scenario {
    id: "in-header-and-query",
    says: "a token in the header and one in the query are one too many",
    covers: &["rs.transport.two-methods"],
    cases: || {
        let other = prop_oneof![
            Just(Value::from(Jwt::good())),
            "[a-z0-9]{1,20}".prop_map(Value::from),
            forgery::foreign_key().prop_map(Value::from),
        ];
        other
            .prop_map(|other| Case::guarded(Request::guarded(Jwt::good()).param("access_token", other)))
            .boxed()
    },
    watch: &[Field::Admitted, Field::Status, Field::BearerError],
    ..REFUSAL
};

/// What is not good as the value of `Authorization`.
fn bad_value() -> BoxedStrategy<Value> {
    prop_oneof![
        forgery::foreign_key().prop_map(|token| after("Bearer ", token)),
        forgery::tampered().prop_map(|token| after("Bearer ", token)),
        "[a-z0-9]{1,20}".prop_map(|token| after("Bearer ", token.as_str())),
        any_of(&["Basic eDp5", "Digest x", "x"]).prop_map(Value::from),
    ]
    .boxed()
}

fn two_headers(first: Value, second: Value) -> Case {
    let shown = format!("{first}, then {second}");
    let request = Request::to_guard().header("Authorization", first).also_header("Authorization", second);
    Case::guarded(request).input("headers", shown)
}

const GOOD_FIRST: Scenario = Scenario {
    id: "two-headers-good-first",
    says: "a good token and then another value of the header are refused",
    covers: &["rs.transport.duplicate-header"],
    needs: &[AUTHORIZATION],
    cases: || bad_value().prop_map(|bad| two_headers(after("Bearer ", Jwt::good()), bad)).boxed(),
    watch: STATUS,
    ..REFUSAL
};

const GOOD_LAST: Scenario = Scenario {
    id: "two-headers-good-last",
    says: "another value of the header and then a good token are refused",
    covers: &["rs.transport.duplicate-header"],
    needs: &[AUTHORIZATION],
    cases: || bad_value().prop_map(|bad| two_headers(bad, after("Bearer ", Jwt::good()))).boxed(),
    watch: STATUS,
    ..REFUSAL
};

const WHITESPACE: Scenario = Scenario {
    id: "blanks-inside",
    says: "a token with a blank or a tab inside is refused",
    covers: &["rs.transport.whitespace"],
    cases: || {
        // With the scheme twice the token begins with it and a blank.
        let twice = Jwt::good().with(Change::Damaged(Damage::Edited(Edit::Prepend("Bearer ".to_owned()))));
        super::with(prop_oneof![4 => forgery::whitespace_inside(), 1 => Just(twice)].boxed())
    },
    ..REFUSAL
};

const LINE_BREAK: Scenario = Scenario {
    id: "line-break-inside",
    says: "a token with a line break inside is refused",
    covers: &["rs.transport.line-break"],
    needs: &[Need::Guard(GuardNeed::PlainHttp)],
    cases: || super::with(forgery::newline_inside()),
    watch: STATUS,
    ..REFUSAL
};

/// How the token is presented.
pub const SUITE: Suite = Suite {
    name: "guard::resource-server::transport",
    scenarios: &[
        NO_TOKEN,
        EMPTY,
        SCHEME_CASE,
        NO_SCHEME,
        OTHER_SCHEME,
        QUERY,
        BODY,
        TWO_METHODS,
        GOOD_FIRST,
        GOOD_LAST,
        WHITESPACE,
        LINE_BREAK,
    ],
};
