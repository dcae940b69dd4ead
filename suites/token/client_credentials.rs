//! The client credentials grant (RFC 6749 section 4.4), scopes aside.

use poolproof_harness::prelude::*;

use super::{CREDENTIALS, MACHINE, OUTCOME, RESPONSE, TOKEN};
use crate::flow::{callback, credentials_of, scoped};

const SUCCESS: Scenario = Scenario {
    id: "success",
    says: "a client gets an access token and nothing else, for any of its scopes in any order",
    covers: &["token.cc.success"],
    needs: MACHINE,
    cases: || {
        (some_of(api_scopes(&["read", "write", "admin"])), auth_style(), order())
            .prop_map(|(scopes, style, order)| {
                let request = credentials_of(style, "machine").field("scope", listed(&scopes));
                Case::one(order.fields(request)).input("scope", listed(&scopes))
            })
            .boxed()
    },
    watch: RESPONSE,
    effort: Effort::Single,
};

const PUBLIC_CLIENT: Scenario = Scenario {
    id: "client-without-secret",
    says: "a client without a secret has no credentials to get a token with",
    covers: &["token.cc.no-secret"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("public"), Need::ResourceServer],
    cases: || {
        (prop::option::of(Just(api_scope("read"))), order())
            .prop_map(|(scope, order)| {
                Case::one(
                    order.fields(scoped(Request::token("client_credentials").public_client("public"), scope)),
                )
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const FLOW_NOT_ENABLED: Scenario = Scenario {
    id: "grant-not-enabled",
    says: "a client that may only use codes gets no token of its own",
    covers: &["token.cc.flow-not-enabled"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("web"), Need::ResourceServer],
    cases: || {
        (prop::option::of(Just(api_scope("read"))), auth_style(), order())
            .prop_map(|(scope, style, order)| {
                Case::one(order.fields(scoped(credentials_of(style, "web"), scope)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const SWITCHED_OFF: Scenario = Scenario {
    id: "oauth-switched-off",
    says: "a client whose OAuth flows are switched off gets no token",
    covers: &["token.cc.oauth-switched-off"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine-switched-off"), Need::ResourceServer],
    cases: || {
        (prop::option::of(Just(api_scope("read"))), auth_style(), order())
            .prop_map(|(scope, style, order)| {
                Case::one(order.fields(scoped(credentials_of(style, "machine-switched-off"), scope)))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const DOMAINLESS: Scenario = Scenario {
    id: "domainless-client",
    says: "a client with ALLOW_CLIENT_TOKEN_AUTH as its only flow gets a token",
    covers: &["token.cc.domainless-client"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("domainless")],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| Case::one(order.fields(credentials_of(style, "domainless"))))
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const METADATA: Scenario = Scenario {
    id: "client-metadata",
    says: "aws_client_metadata with a JSON object changes nothing where no trigger reads it",
    covers: &["token.cc.client-metadata"],
    needs: MACHINE,
    cases: || {
        (json_object(), auth_style(), order())
            .prop_map(|(metadata, style, order)| {
                let request =
                    credentials_of(style, "machine").field("aws_client_metadata", metadata.as_str());
                Case::one(order.fields(request)).input("aws_client_metadata", metadata)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const BAD_METADATA: Scenario = Scenario {
    id: "client-metadata-not-json",
    says: "aws_client_metadata that is no JSON changes nothing either",
    covers: &["token.cc.client-metadata-bad"],
    needs: MACHINE,
    cases: || {
        (not_json(), auth_style(), order())
            .prop_map(|(metadata, style, order)| {
                let request =
                    credentials_of(style, "machine").field("aws_client_metadata", metadata.as_str());
                Case::one(order.fields(request)).input("aws_client_metadata", metadata)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const RESOURCE: Scenario = Scenario {
    id: "resource",
    says: "a resource parameter does not bind the token to an audience",
    covers: &["token.cc.resource"],
    needs: MACHINE,
    cases: || {
        let resource = prop_oneof![
            Just(Value::fixture("resource-server")),
            "[a-z]{3,12}".prop_map(|host| Value::from(format!("https://{host}.example.test"))),
            ("[a-z]{3,12}", "[a-z]{1,8}")
                .prop_map(|(host, path)| Value::from(format!("https://{host}.example.test/{path}"))),
            "[a-z]{3,12}".prop_map(|name| Value::from(format!("urn:{name}:{name}"))),
        ];
        (resource, auth_style(), order())
            .prop_map(|(resource, style, order)| {
                let request = credentials_of(style, "machine").field("resource", resource.clone());
                Case::one(order.fields(request)).input("resource", resource)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Error, Field::Issued, Field::Claim(Token::Access, "aud")],
    effort: Effort::Single,
};

const OTHER_GRANTS_IGNORED: Scenario = Scenario {
    id: "parameters-of-other-grants",
    says: "parameters of the other grants are ignored",
    covers: &["token.cc.redirect-or-code-ignored"],
    needs: &[TOKEN, CREDENTIALS, Need::Client("machine"), Need::Client("web")],
    cases: || {
        let others = (unknown_code(), refresh_garbage()).prop_map(|(code, token)| {
            vec![
                ("code".to_owned(), Value::from(code)),
                ("redirect_uri".to_owned(), callback("web")),
                ("refresh_token".to_owned(), Value::from(token)),
            ]
        });
        (others, 1_usize..8, auth_style(), order())
            .prop_map(|(others, which, style, order)| {
                let chosen: Vec<_> = others
                    .into_iter()
                    .enumerate()
                    .filter_map(|(at, field)| (which >> at & 1 == 1).then_some(field))
                    .collect();
                let names = chosen.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
                let request = credentials_of(style, "machine").fields(chosen);
                Case::one(order.fields(request)).input("added", names)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

/// The client credentials grant.
pub const SUITE: Suite = Suite {
    name: "token::client-credentials",
    scenarios: &[
        SUCCESS,
        PUBLIC_CLIENT,
        FLOW_NOT_ENABLED,
        SWITCHED_OFF,
        DOMAINLESS,
        METADATA,
        BAD_METADATA,
        RESOURCE,
        OTHER_GRANTS_IGNORED,
    ],
};
