//! Resource indicators (RFC 8707), which managed login has had since October 2025.

use poolproof_harness::prelude::*;

use super::{AUTHORIZE, MAIN_USER, REFUSAL, asked, set, valid};
use crate::flow::{REDEEM, openid, redemption, shown, sign_in, with_param};

/// What one request with a resource needs.
const WEB: &[Need] = &[AUTHORIZE, Need::Client("web"), Need::ManagedLogin];
/// What the tokens for a resource need.
const WEB_CODE: &[Need] = &[
    AUTHORIZE,
    Need::Endpoint(Endpoint::Token),
    Need::Grant(Grant::AuthorizationCode),
    Need::Client("web"),
    Need::SignIn,
    MAIN_USER,
    Need::ManagedLogin,
    Need::ResourceServer,
];

/// A sign-in for this resource, and the redemption of its code.
fn redeemed_for(resource: Value, scopes: &[Value], style: AuthStyle) -> Case {
    let sign_in = with_param(sign_in("web", scopes), "resource", resource.clone());
    Case::default()
        .sign_in(sign_in)
        .probe(REDEEM, redemption("web").client(style, "web"))
        .input("resource", resource)
        .input("scope", shown(scopes))
}

/// A URL that no resource server has: `https`, or a scheme of an application.
fn other_url() -> BoxedStrategy<String> {
    prop_oneof![
        3 => "https://[a-z]{3,12}\\.example\\.test(/[a-z0-9]{1,8}){0,3}",
        1 => "http://localhost:[1-9][0-9]{3}(/[a-z0-9]{1,8}){0,2}",
        1 => "[a-z]{4,10}x://[a-z]{3,12}(/[a-z0-9]{1,8}){0,2}",
    ]
    .boxed()
}

const REGISTERED: Scenario = Scenario {
    id: "registered",
    says: "the access token is meant for the resource server that was named",
    covers: &["authorize.resource.registered"],
    needs: WEB_CODE,
    cases: || {
        (with(openid(), vec!["email".into(), api_scope("read")]), Just(AuthStyle::Post))
            .prop_map(|(scopes, style)| redeemed_for(Value::fixture("resource-server"), &scopes, style))
            .boxed()
    },
    watch: &[Field::AccessToken, Field::Claim(Token::Access, "aud")],
    effort: Effort::Flow,
};

const OTHER_URL: Scenario = Scenario {
    id: "other-url",
    says: "the access token is meant for the URL that was named",
    covers: &["authorize.resource.other-url"],
    needs: WEB_CODE,
    cases: || {
        (other_url(), Just(AuthStyle::Post))
            .prop_map(|(resource, style)| redeemed_for(resource.into(), &openid(), style))
            .boxed()
    },
    watch: &[Field::Status, Field::Error, Field::AccessToken, Field::Claim(Token::Access, "aud")],
    effort: Effort::Flow,
};

const NOT_A_URL: Scenario = Scenario {
    id: "not-a-url",
    says: "a resource that is no URL, or a plain http one, is refused at the callback",
    covers: &["authorize.resource.not-a-url"],
    needs: WEB,
    cases: || {
        let resource = in_turn(vec![
            "[a-z]{1,20}".boxed(),
            "http://[a-z]{3,12}\\.example\\.test(/[a-z]{1,8}){0,2}".boxed(),
            "/[a-z]{1,12}(/[a-z]{1,8})?".boxed(),
            "//[a-z]{3,12}\\.example\\.test/[a-z]{0,8}".boxed(),
            "[a-z]{3,12}\\.example\\.test(/[a-z]{1,8})?".boxed(),
            Just("https://".to_owned()).boxed(),
            "[{}|^ ]{1,4}[a-z]{1,6}".boxed(),
        ]);
        (resource, order())
            .prop_map(|(resource, order)| {
                asked(set(valid("web"), "resource", resource.as_str()), order).input("resource", resource)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const TWO: Scenario = Scenario {
    id: "two",
    says: "two resources in one request are refused at the callback",
    covers: &["authorize.resource.two"],
    needs: &[AUTHORIZE, Need::Client("web"), Need::ManagedLogin, Need::ResourceServer],
    cases: || {
        (other_url(), any::<bool>(), order())
            .prop_map(|(url, twice, order)| {
                let first = Value::fixture("resource-server");
                let second = if twice { first.clone() } else { Value::from(url.as_str()) };
                let mut params = set(valid("web"), "resource", first);
                params.push(("resource".to_owned(), second.clone()));
                asked(params, order).input("second", second)
            })
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// Resource indicators.
pub const SUITE: Suite =
    Suite { name: "authorize::resource", scenarios: &[REGISTERED, OTHER_URL, NOT_A_URL, TWO] };
