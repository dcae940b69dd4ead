//! Method, path and media types of the token endpoint: what is decided before any OAuth processing.

use poolproof_harness::prelude::*;

use super::{EMPTY_REFUSAL, MACHINE, OUTCOME};
use crate::flow::credentials_of;

const GET: Scenario = Scenario {
    id: "get",
    says: "the endpoint does not answer GET with a token, whatever the query",
    covers: &["token.transport.post-only"],
    needs: MACHINE,
    cases: || {
        (extra_fields(), 0_usize..3)
            .prop_map(|(extra, kind)| {
                let request = Request::get(Endpoint::Token);
                let request = match kind {
                    0 => request,
                    1 => request.param("grant_type", "client_credentials"),
                    // Credentials stay out of the URL, where logs would keep them.
                    _ => request
                        .param("grant_type", "client_credentials")
                        .basic(Value::client_id("machine"), Value::client_secret("machine")),
                };
                let request =
                    extra.into_iter().fold(request, |request, (name, value)| request.param(&name, value));
                Case::one(request)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Issued],
    effort: Effort::Single,
};

const WRONG_CONTENT_TYPE: Scenario = Scenario {
    id: "wrong-content-type",
    says: "a form that is not declared as a form is refused without a word",
    covers: &["token.content-type.malformed"],
    needs: MACHINE,
    cases: || {
        (wrong_content_type(), auth_style(), order())
            .prop_map(|(kind, style, order)| {
                let request = credentials_of(style, "machine").header("Content-Type", kind.as_str());
                Case::one(order.fields(request)).input("Content-Type", kind)
            })
            .boxed()
    },
    watch: EMPTY_REFUSAL,
    effort: Effort::Single,
};

const JSON: Scenario = Scenario {
    id: "json",
    says: "JSON that is declared as JSON is refused",
    covers: &["token.content-type.json"],
    needs: MACHINE,
    cases: || {
        let kind = prop::sample::select(&["application/json", "application/json; charset=UTF-8"][..]);
        (token_request_as_json(), kind)
            .prop_map(|(json, kind)| {
                let request = credentials_of(AuthStyle::Basic, "machine")
                    .header("Content-Type", kind)
                    .text(json.as_str());
                Case::one(request).input("body", json)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const NO_CONTENT_TYPE: Scenario = Scenario {
    id: "no-content-type",
    says: "a form without a media type is refused",
    covers: &["token.content-type.absent"],
    needs: MACHINE,
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                Case::one(order.fields(credentials_of(style, "machine").without_header("Content-Type")))
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const CHARSET: Scenario = Scenario {
    id: "charset",
    says: "a charset after the form media type does no harm",
    covers: &["token.content-type.form-with-charset"],
    needs: MACHINE,
    cases: || {
        (form_with_charset(), auth_style(), order())
            .prop_map(|(kind, style, order)| {
                let request = credentials_of(style, "machine").header("Content-Type", kind.as_str());
                Case::one(order.fields(request)).input("Content-Type", kind)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const JSON_AS_FORM: Scenario = Scenario {
    id: "json-as-form",
    says: "JSON that is declared as a form is a form without the fields that are required",
    covers: &["token.content-type.form-header-json-body"],
    needs: MACHINE,
    cases: || {
        token_request_as_json()
            .prop_map(|json| {
                let request = credentials_of(AuthStyle::Basic, "machine").text(json.as_str());
                Case::one(request).input("body", json)
            })
            .boxed()
    },
    watch: OUTCOME,
    effort: Effort::Single,
};

const ODD_ACCEPT: Scenario = Scenario {
    id: "odd-accept",
    says: "an Accept header with odd entries is refused",
    covers: &["token.accept.unusual"],
    needs: MACHINE,
    cases: || {
        (odd_accept(), auth_style(), order())
            .prop_map(|(accept, style, order)| {
                let request = credentials_of(style, "machine").header("Accept", accept.as_str());
                Case::one(order.fields(request)).input("Accept", accept)
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Issued],
    effort: Effort::Single,
};

const UNKNOWN_PATH: Scenario = Scenario {
    id: "unknown-path",
    says: "a path that does not exist is answered like a wrong method",
    covers: &["token.path.unknown"],
    needs: &[Need::Endpoint(Endpoint::UnknownPath), Need::Client("machine")],
    cases: || {
        (auth_style(), order())
            .prop_map(|(style, order)| {
                let request = Request::post_form(Endpoint::UnknownPath)
                    .field("grant_type", "client_credentials")
                    .client(style, "machine");
                Case::one(order.fields(request))
            })
            .boxed()
    },
    watch: &[Field::Status, Field::Header("allow"), Field::BodyEmpty, Field::Issued],
    effort: Effort::Single,
};

/// What is decided before any OAuth processing.
pub const SUITE: Suite = Suite {
    name: "token::transport",
    scenarios: &[
        GET,
        WRONG_CONTENT_TYPE,
        JSON,
        NO_CONTENT_TYPE,
        CHARSET,
        JSON_AS_FORM,
        ODD_ACCEPT,
        UNKNOWN_PATH,
    ],
};
