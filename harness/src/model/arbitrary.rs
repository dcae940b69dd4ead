//! Any case as data, for tests: what is written must be read back as it was.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::case::{Action, ApiCall, Capture, Case, ClientSettings, Omission, Purpose, SignIn, Source, Step};
use super::damaged::odd_text;
use super::edit::Edit;
use super::endpoint::Endpoint;
use super::jwt::arbitrary::any_jwt;
use super::request::{Body, Request};
use super::value::{Slot, Value};

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), any::<char>()).prop_map(|(at, with)| Edit::Replace { at, with }),
        any::<usize>().prop_map(Edit::SwapCase),
        odd_text().prop_map(Edit::Append),
        odd_text().prop_map(Edit::Prepend),
        any::<usize>().prop_map(Edit::DropLast),
        Just(Edit::Empty),
        any::<usize>().prop_map(Edit::SwapNeighbours),
        Just(Edit::TrailingSlash),
        odd_text().prop_map(Edit::Scheme),
        Just(Edit::HostCase),
        odd_text().prop_map(Edit::Host),
        odd_text().prop_map(Edit::HostSuffix),
        odd_text().prop_map(Edit::HostPrefix),
        any::<u16>().prop_map(Edit::Port),
        odd_text().prop_map(Edit::PathSuffix),
        odd_text().prop_map(Edit::QuerySuffix),
        Just(Edit::DropQuery),
        odd_text().prop_map(Edit::Fragment),
        odd_text().prop_map(Edit::Userinfo),
        Just(Edit::EncodePath),
        Just(Edit::LowerCasePath),
        Just(Edit::Unsigned),
    ]
}

/// Any value, a few levels deep.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        odd_text().prop_map(Value::Text),
        odd_text().prop_map(|name| Value::Fixture(Slot(name))),
        Just(Value::client_secret("web")),
        Just(Value::client_id("web")),
        odd_text().prop_map(Value::Captured),
        any_jwt().prop_map(Value::Token),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), edit()).prop_map(|(of, edit)| Value::Edited { of: Box::new(of), edit }),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Joined),
            inner.clone().prop_map(|inner| Value::Base64(Box::new(inner))),
            inner.clone().prop_map(|inner| Value::S256(Box::new(inner))),
            inner.prop_map(|inner| Value::FormEncoded(Box::new(inner))),
        ]
    })
}

fn fields() -> impl Strategy<Value = Vec<(String, Value)>> {
    prop::collection::vec((odd_text(), any_value()), 0..3)
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    prop::sample::select(&Endpoint::ALL[..])
}

/// Any request.
pub(crate) fn any_request() -> impl Strategy<Value = Request> {
    let body =
        prop_oneof![Just(Body::None), fields().prop_map(Body::Form), any_value().prop_map(Body::Text),];
    let method = prop_oneof![3 => "GET|POST|PUT", 1 => odd_text()];
    let url_edit = prop::option::of(edit());
    let pool = prop::option::of(any_value());
    (method, endpoint(), fields(), fields(), body, pool, any::<[bool; 2]>(), url_edit).prop_map(
        |(method, endpoint, query, headers, body, pool, [in_browser, to_other_pool], url_edit)| Request {
            method,
            endpoint,
            query,
            headers,
            body,
            pool,
            in_browser,
            url_edit,
            to_other_pool,
        },
    )
}

fn sign_in() -> impl Strategy<Value = SignIn> {
    let omits = prop::option::of(prop_oneof![
        odd_text().prop_map(Omission::Fields),
        Just(Omission::Cookies),
        Just(Omission::Submission),
    ]);
    let begins_at = prop::option::of(endpoint());
    (fields(), any_value(), any_value(), any_value(), odd_text(), begins_at, omits, any::<bool>()).prop_map(
        |(params, redirect_uri, username, password, prefix, begins_at, omits, at_other_pool)| SignIn {
            params,
            redirect_uri,
            username,
            password,
            prefix,
            begins_at,
            omits,
            at_other_pool,
        },
    )
}

fn call() -> impl Strategy<Value = ApiCall> {
    let settings = (
        prop::option::of(prop::collection::vec(any_value(), 0..2)),
        any::<Option<u32>>(),
        any::<Option<bool>>(),
    )
        .prop_map(|(scopes, access_minutes, revocation)| ClientSettings {
            scopes,
            access_minutes,
            revocation,
            ..ClientSettings::default()
        });
    prop_oneof![
        (any_value(), any_value(), prop::collection::vec((odd_text(), odd_text()), 0..2)).prop_map(
            |(username, password, attributes)| ApiCall::CreateUser { username, password, attributes }
        ),
        any_value().prop_map(|username| ApiCall::DisableUser { username }),
        (any_value(), odd_text()).prop_map(|(username, group)| ApiCall::AddToGroup { username, group }),
        (odd_text(), settings).prop_map(|(like, with)| ApiCall::CreateClient { like, with }),
        (any_value(), odd_text(), prop::collection::vec(odd_text(), 0..2))
            .prop_map(|(client_id, like, flows)| ApiCall::SetFlows { client_id, like, flows }),
        any::<u64>().prop_map(ApiCall::AdvanceClock),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let action = prop_oneof![
        4 => any_request().prop_map(Action::Send),
        1 => sign_in().prop_map(Action::SignIn),
        1 => call().prop_map(Action::Api),
        1 => any::<u64>().prop_map(Action::Pause),
        1 => any_request().prop_map(Action::UntilRefused),
    ];
    let source = prop_oneof![odd_text().prop_map(Source::Json), odd_text().prop_map(Source::Redirect)];
    let captures =
        prop::collection::vec((odd_text(), source).prop_map(|(name, from)| Capture { name, from }), 0..2);
    let purpose =
        prop::sample::select(&[Purpose::Setup, Purpose::Attempt, Purpose::Probe, Purpose::Cleanup][..]);
    (odd_text(), purpose, action, captures, any::<[bool; 2]>()).prop_map(
        |(name, purpose, action, captures, [shared, redirects])| Step {
            name,
            purpose,
            action,
            captures,
            shared,
            redirects,
        },
    )
}

/// Any case.
pub(crate) fn any_case() -> impl Strategy<Value = Case> {
    let inputs = prop::collection::vec((odd_text(), odd_text()), 0..3)
        .prop_map(|pairs| pairs.into_iter().collect::<BTreeMap<_, _>>());
    (inputs, prop::collection::vec(step(), 0..3)).prop_map(|(inputs, steps)| Case { inputs, steps })
}

proptest! {
    #![proptest_config(super::damaged::cases(96))]

    #[test]
    fn a_value_is_shown_in_one_harmless_line(value in any_value()) {
        let shown = value.to_string();
        prop_assert!(super::damaged::is_harmless(&shown) && !shown.contains('\n'), "{shown:?}");
    }

    #[test]
    fn an_edit_always_makes_a_difference(edit in edit(), original in odd_text()) {
        prop_assert_ne!(edit.apply(&original), original.clone());
        prop_assert_ne!(edit.apply("https://a.test:1/b?c=d#e"), "https://a.test:1/b?c=d#e");
        let shown = edit.to_string();
        prop_assert!(super::damaged::is_harmless(&shown) && !shown.contains('\n'), "{shown:?}");
    }
}
