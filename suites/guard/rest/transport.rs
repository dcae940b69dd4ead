//! How the token is presented.

use poolproof_harness::prelude::*;

use super::{ERROR_TYPE, NO_SCOPES, REFUSAL, STATUS, TAKES_ID, TEXT, alone, around, forged};

const NO_TOKEN: Scenario = Scenario {
    id: "no-token",
    says: "a request without a token is refused",
    covers: &["rest.transport.no-token"],
    needs: &[],
    cases: || around(Request::to_guard()).prop_map(Case::guarded).boxed(),
    watch: &[
        Field::Admitted,
        Field::Status,
        Field::MediaType,
        ERROR_TYPE,
        Field::HasHeader("x-amzn-requestid"),
        Field::HasHeader("x-amz-apigw-id"),
        Field::HasHeader("www-authenticate"),
        Field::Body,
    ],
    effort: Effort::Single,
};

const EMPTY: Scenario = Scenario {
    id: "empty-token",
    says: "an empty header field is refused like none",
    covers: &["rest.transport.empty-token"],
    needs: &[],
    cases: || {
        "[ \t]{0,4}"
            .prop_flat_map(|blank| around(Request::to_guard().header(TOKEN_HEADER, blank)))
            .prop_map(Case::guarded)
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const RAW: Scenario = Scenario {
    id: "raw-token",
    says: "a good ID token without a scheme is let in",
    covers: &["rest.transport.raw-token"],
    needs: &[NO_SCOPES, TAKES_ID],
    cases: || alone(Request::to_guard().header(TOKEN_HEADER, Jwt::good())),
    watch: STATUS,
    effort: Effort::Single,
};

const BEARER: Scenario = Scenario {
    id: "bearer-token",
    says: "a good ID token after Bearer is let in",
    covers: &["rest.transport.bearer-prefix"],
    needs: &[NO_SCOPES, TAKES_ID],
    cases: || alone(Request::guarded(Jwt::good())),
    watch: STATUS,
    effort: Effort::Single,
};

/// What a client sends that signs its requests (AWS Signature Version 4).
fn signature() -> BoxedStrategy<String> {
    let region = prop::sample::select(&["us-east-1", "eu-central-1", "ap-southeast-2"][..]);
    let signed = prop::sample::select(&["host;x-amz-date", "host;x-amz-content-sha256;x-amz-date"][..]);
    let date = (2015_u32..2040, 1_u32..=12, 1_u32..=28);
    ("(AKIA|ASIA)[A-Z0-9]{16}", date, region, signed, "[0-9a-f]{64}")
        .prop_map(|(key, (year, month, day), region, signed, signature)| {
            let scope = format!("{year}{month:02}{day:02}/{region}/execute-api/aws4_request");
            format!(
                "AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={signed}, Signature={signature}"
            )
        })
        .boxed()
}

const SIGNATURE: Scenario = Scenario {
    id: "signature",
    says: "a signature of AWS in the place of the token is refused",
    covers: &["rest.transport.sigv4-value"],
    needs: &[Need::Guard(GuardNeed::Authorization)],
    cases: || {
        signature()
            .prop_map(|value| {
                let request = Request::to_guard().header(TOKEN_HEADER, value.as_str());
                Case::guarded(request).input("Authorization", value)
            })
            .boxed()
    },
    watch: &[Field::Admitted, Field::Status, ERROR_TYPE],
    effort: Effort::Single,
};

const BLANK_INSIDE: Scenario = Scenario {
    id: "blank-inside",
    says: "a good token with a blank inside is refused",
    covers: &["rest.transport.whitespace-in-token"],
    needs: &[],
    cases: || forged(forgery::whitespace_inside()),
    watch: TEXT,
    effort: Effort::Single,
};

const BREAK_INSIDE: Scenario = Scenario {
    id: "line-break-inside",
    says: "a good token with a line break inside is refused",
    covers: &["rest.transport.newline-in-token"],
    needs: &[Need::Guard(GuardNeed::PlainHttp)],
    cases: || forged(forgery::newline_inside()),
    watch: STATUS,
    effort: Effort::Single,
};

/// Names under which services look for a token in the query.
const PARAMETERS: &[&str] =
    &["access_token", "id_token", "token", "Authorization", "authorization", "auth", "jwt"];

const QUERY: Scenario = Scenario {
    id: "token-in-query",
    says: "a good token in the query does not count",
    covers: &["rest.transport.query-string"],
    needs: &[],
    cases: || {
        let names = PARAMETERS.iter().map(|name| Just(*name).boxed()).collect();
        (in_turn(names), any::<bool>())
            .prop_flat_map(|(name, with_scheme)| {
                let scheme = if with_scheme { "Bearer " } else { "" };
                let value = Value::Joined(vec![scheme.into(), Jwt::good().into()]);
                around(Request::to_guard().param(name, value))
            })
            .prop_map(Case::guarded)
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

const OTHER_HEADER: Scenario = Scenario {
    id: "token-in-authorization",
    says: "a good token in Authorization does not count where another header is read",
    covers: &["rest.transport.custom-identity-header"],
    needs: &[Need::Guard(GuardNeed::OtherHeader)],
    cases: || {
        any::<bool>()
            .prop_flat_map(|with_scheme| {
                let scheme = if with_scheme { "Bearer " } else { "" };
                let value = Value::Joined(vec![scheme.into(), Jwt::good().into()]);
                around(Request::to_guard().header("Authorization", value))
            })
            .prop_map(Case::guarded)
            .boxed()
    },
    watch: REFUSAL,
    effort: Effort::Single,
};

/// How the token is presented.
pub const SUITE: Suite = Suite {
    name: "guard::rest::transport",
    scenarios: &[NO_TOKEN, EMPTY, RAW, BEARER, SIGNATURE, BLANK_INSIDE, BREAK_INSIDE, QUERY, OTHER_HEADER],
};
