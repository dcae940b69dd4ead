//! Guards against an API Gateway of our own: what is sent, and that nothing is lost when it fails on the way.

mod gateway;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use poolproof_double::Double;
use poolproof_harness::model::fixture::{Fixture, Pool};
use poolproof_harness::model::ledger::Profile;
use poolproof_harness::target::provisioner::{GuardPlan, Place, Provisioner, Removal};
use poolproof_provision::AwsProvisioner;
use serde_json::{Value, json};

use crate::gateway::{Fault, Gateway};

const RUN: &str = "run000000001";

fn place(endpoint: &str, journals: &Path) -> Place {
    Place {
        target: "local".to_owned(),
        endpoint: Some(endpoint.to_owned()),
        region: "us-east-1".to_owned(),
        real: false,
        journals: journals.join("journals"),
        run: Some(RUN.to_owned()),
    }
}

fn plan(name: &str, profile: Profile) -> GuardPlan {
    GuardPlan {
        name: name.to_owned(),
        profile,
        scopes: vec!["api/read".to_owned()],
        audience: vec!["c1".to_owned(), "c2".to_owned()],
        issuer: "https://issuer.test".to_owned(),
        backend: "http://127.0.0.1:9/ok".to_owned(),
        pools: vec!["us-east-1_A".to_owned()],
    }
}

fn both() -> Vec<GuardPlan> {
    vec![plan("rest", Profile::Rest), plan("http", Profile::Http)]
}

type Urls = Vec<Result<String, String>>;

async fn guard(place: &Place, plans: Vec<GuardPlan>) -> Urls {
    let pool =
        Pool { id: "us-east-1_Main".to_owned(), issuer: "https://main.test".to_owned(), ..Pool::default() };
    AwsProvisioner::new().guard(place, Arc::new(Fixture { pool, ..Fixture::default() }), plans).await
}

async fn remove(place: &Place) -> Removal {
    AwsProvisioner::new().remove(place).await.expect("the pools can be listed")
}

fn journals(place: &Place) -> usize {
    fs::read_dir(&place.journals).map_or(0, Iterator::count)
}

/// What was sent to change one API, in order.
fn sent(gateway: &Gateway, base: &str) -> Vec<(String, Value)> {
    let calls = gateway.calls().into_iter();
    calls.filter(|(call, _)| call.contains(base) && !call.starts_with("GET ")).collect()
}

#[tokio::test]
async fn a_rest_api_is_put_together() {
    let (gateway, server) = Gateway::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let urls = guard(&place(&server.uri(), folder.path()), vec![plan("rest", Profile::Rest)]).await;
    assert_eq!(urls, [Ok(format!("{}/_aws/execute-api/r1/guard/guarded", server.uri()))]);

    let (name, tag) = gateway.api("r1");
    assert!(name.starts_with("poolproof-local-"), "{name}");
    assert_eq!(tag.as_deref(), Some("local"));
    let method = "/restapis/r1/resources/thing/methods/GET";
    let expected = [
        (
            "POST /restapis".to_owned(),
            json!({
                "name": name,
                "description": "poolproof: guard rest",
                "tags": {"poolproof": "local"},
                "endpointConfiguration": {"types": ["REGIONAL"]},
            }),
        ),
        ("POST /restapis/r1/resources/root".to_owned(), json!({"pathPart": "guarded"})),
        (
            "POST /restapis/r1/authorizers".to_owned(),
            json!({
                "name": "rest",
                "type": "COGNITO_USER_POOLS",
                "providerARNs": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_A"],
                "identitySource": "method.request.header.Authorization",
                "identityValidationExpression": "^(c1|c2)$",
                "authorizerResultTtlInSeconds": 0,
            }),
        ),
        (
            format!("PUT {method}"),
            json!({
                "authorizationType": "COGNITO_USER_POOLS",
                "authorizerId": "auth",
                "authorizationScopes": ["api/read"],
            }),
        ),
        (
            format!("PUT {method}/integration"),
            json!({
                "type": "MOCK",
                "requestTemplates": {"application/json": r#"{"statusCode": 200}"#},
            }),
        ),
        (format!("PUT {method}/responses/200"), json!({})),
        (
            format!("PUT {method}/integration/responses/200"),
            json!({
                "responseTemplates": {"application/json": r#"{"ok":true}"#},
            }),
        ),
        ("POST /restapis/r1/deployments".to_owned(), json!({"stageName": "guard"})),
    ];
    assert_eq!(sent(&gateway, "/restapis"), expected);
}

#[tokio::test]
async fn an_http_api_is_put_together() {
    let (gateway, server) = Gateway::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let urls = guard(&place(&server.uri(), folder.path()), vec![plan("http", Profile::Http)]).await;
    assert_eq!(urls, [Ok(format!("{}/_aws/execute-api/h1/$default/guarded", server.uri()))]);
    let expected = [
        (
            "POST /v2/apis",
            json!({
                "name": gateway.api("h1").0,
                "description": "poolproof: guard http",
                "protocolType": "HTTP",
                "tags": {"poolproof": "local"},
            }),
        ),
        (
            "POST /v2/apis/h1/authorizers",
            json!({
                "name": "http",
                "authorizerType": "JWT",
                "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": {"issuer": "https://issuer.test", "audience": ["c1", "c2"]},
            }),
        ),
        (
            "POST /v2/apis/h1/integrations",
            json!({
                "integrationType": "HTTP_PROXY",
                "integrationMethod": "GET",
                "integrationUri": "http://127.0.0.1:9/ok",
                "payloadFormatVersion": "1.0",
            }),
        ),
        (
            "POST /v2/apis/h1/routes",
            json!({
                "routeKey": "GET /guarded",
                "target": "integrations/integration",
                "authorizationType": "JWT",
                "authorizerId": "auth",
                "authorizationScopes": ["api/read"],
            }),
        ),
        ("POST /v2/apis/h1/stages", json!({"stageName": "$default", "autoDeploy": true})),
    ];
    assert_eq!(sent(&gateway, "/v2/apis"), expected.map(|(call, body)| (call.to_owned(), body)));
}

#[tokio::test]
async fn what_a_plan_leaves_out_is_not_sent_or_is_that_of_the_main_pool() {
    let (gateway, server) = Gateway::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let plans: Vec<GuardPlan> = both()
        .into_iter()
        .map(|plan| GuardPlan {
            scopes: Vec::new(),
            audience: Vec::new(),
            issuer: String::new(),
            pools: Vec::new(),
            ..plan
        })
        .collect();
    let urls = guard(&place(&server.uri(), folder.path()), plans).await;
    assert!(urls.iter().all(Result::is_ok), "{urls:?}");
    for (call, body) in gateway.calls() {
        assert!(body.get("authorizationScopes").is_none(), "{call}");
        assert!(body.get("identityValidationExpression").is_none(), "{call}");
        if call == "POST /restapis/r1/authorizers" || call == "POST /restapis/r2/authorizers" {
            let arn = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Main";
            assert_eq!(body["providerARNs"], json!([arn]));
        }
        if body.get("jwtConfiguration").is_some() {
            assert_eq!(body["jwtConfiguration"], json!({"issuer": "https://main.test"}));
        }
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_costs_one_plan_and_leaves_nothing() {
    for fault in ["/authorizers", "/methods/GET", "/deployments", "/routes", "/stages", "/integrations"] {
        let (gateway, server) = Gateway::start(&[Fault::Refused(fault)]).await;
        let folder = tempfile::tempdir().unwrap();
        let place = place(&server.uri(), folder.path());
        let urls = guard(&place, both()).await;
        let failed: Vec<&String> = urls.iter().filter_map(|url| url.as_ref().err()).collect();
        assert_eq!(failed.len(), if fault == "/authorizers" { 2 } else { 1 }, "{fault}: {urls:?}");
        assert!(
            failed.iter().all(|reason| reason.ends_with(": BadRequestException: as asked")),
            "{failed:?}"
        );
        assert_eq!(gateway.ids().len(), 2);

        let removal = remove(&place).await;
        assert_eq!((removal.removed.len(), removal.left.len()), (2, 0), "{removal:?}");
        assert_eq!(gateway.ids(), [""; 0]);
        assert_eq!(journals(&place), 0);
        assert_eq!(remove(&place).await, Removal::default());
    }
}

#[tokio::test]
async fn an_api_whose_id_was_never_heard_of_is_found_by_its_name() {
    let (gateway, server) =
        Gateway::start(&[Fault::AnswerLost("POST /restapis"), Fault::AnswerLost("POST /v2/apis")]).await;
    let folder = tempfile::tempdir().unwrap();
    let place = place(&server.uri(), folder.path());
    let urls = guard(&place, both()).await;
    assert!(urls[0].as_ref().unwrap_err().starts_with("CreateRestApi: "), "{urls:?}");
    assert!(urls[1].as_ref().unwrap_err().starts_with("CreateApi: "), "{urls:?}");
    // A call that is made anew may create the same once more.
    assert_eq!(gateway.ids().len(), 4);
    gateway.add("r8", "somebody else's");
    gateway.add("h9", "poolproof-other-abcdefghijkl");

    let removal = remove(&place).await;
    assert_eq!((removal.removed.len(), removal.left.len()), (4, 0), "{removal:?}");
    assert_eq!(gateway.ids(), ["h9", "r8"]);
    assert_eq!(journals(&place), 0);
}

#[tokio::test]
async fn a_run_that_is_killed_at_any_moment_leaves_nothing_that_is_not_found() {
    for seen in [1, 3, 4, 5, 8, 12, 14] {
        let (gateway, server) = Gateway::start(&[]).await;
        let folder = tempfile::tempdir().unwrap();
        let place = place(&server.uri(), folder.path());
        let moment = async {
            while gateway.calls().len() < seen {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = moment => {}
            urls = guard(&place, both()) => panic!("{seen}: {urls:?} came first"),
        }
        let removal = remove(&place).await;
        assert_eq!(removal.left, [""; 0], "{seen}");
        assert_eq!(gateway.ids(), [""; 0], "{seen}");
        assert_eq!(journals(&place), 0, "{seen}");
    }
}

#[tokio::test]
async fn runs_leave_each_other_alone_until_all_is_to_go() {
    let (gateway, server) = Gateway::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let one = place(&server.uri(), folder.path());
    let two = Place { run: Some("run000000002".to_owned()), ..one.clone() };
    guard(&one, both()).await;
    // What is created later in a run goes on in the same journal.
    guard(&one, vec![plan("more", Profile::Http)]).await;
    guard(&two, both()).await;
    assert_eq!((journals(&one), gateway.ids().len()), (2, 5));

    assert_eq!(remove(&one).await.removed.len(), 3);
    assert_eq!((journals(&one), gateway.ids().len()), (1, 2));
    fs::remove_dir_all(&one.journals).unwrap();
    gateway.add("r8", "poolproof-local-two-abcdefghijkl");
    assert_eq!(remove(&two).await, Removal::default());
    assert_eq!(remove(&Place { run: None, ..two }).await.removed.len(), 2);
    assert_eq!(gateway.ids(), ["r8"]);
}

#[tokio::test]
async fn a_setting_that_is_dropped_is_no_guard() {
    let (gateway, server) = Gateway::start(&[Fault::ScopesDropped]).await;
    let folder = tempfile::tempdir().unwrap();
    let place = place(&server.uri(), folder.path());
    for url in guard(&place, both()).await {
        assert_eq!(url.unwrap_err(), "the target does not keep authorizationScopes");
    }
    assert_eq!(remove(&place).await.removed.len(), 2);
    assert_eq!(gateway.ids(), [""; 0]);
}

#[tokio::test]
async fn throttled_deletions_are_tried_again_and_then_said() {
    let folder = tempfile::tempdir().unwrap();
    let (gateway, server) = Gateway::start(&[Fault::Throttled(5)]).await;
    let here = place(&server.uri(), folder.path());
    guard(&here, vec![plan("rest", Profile::Rest)]).await;
    assert_eq!(remove(&here).await.removed.len(), 1);
    assert_eq!(gateway.ids(), [""; 0]);

    let (gateway, server) = Gateway::start(&[Fault::Throttled(1000)]).await;
    let here = place(&server.uri(), folder.path());
    guard(&here, vec![plan("rest", Profile::Rest)]).await;
    let removal = remove(&here).await;
    assert!(removal.left[0].ends_with("(r1): TooManyRequestsException: as asked"), "{removal:?}");
    assert_eq!((gateway.ids().len(), journals(&here)), (1, 1));
}

#[tokio::test]
async fn a_target_without_api_gateway_says_so_and_its_removal_is_whole() {
    for fault in [
        Fault::NoGateway(404, ""),
        Fault::NoGateway(500, "<html>no</html>"),
        Fault::NoGateway(200, "<html>yes</html>"),
        Fault::NoGateway(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
    ] {
        let (gateway, server) = Gateway::start(&[fault]).await;
        let folder = tempfile::tempdir().unwrap();
        let place = place(&server.uri(), folder.path());
        let urls = guard(&place, both()).await;
        for (url, kind) in urls.iter().zip(["REST", "HTTP"]) {
            let reason = url.as_ref().unwrap_err();
            assert!(reason.contains("API can be created there"), "{fault:?} {kind}: {reason}");
        }
        assert_eq!(journals(&place), 0);
        let asked = gateway.calls().len();
        assert_eq!(remove(&place).await, Removal::default());
        assert_eq!(gateway.calls().len(), asked, "nothing is asked for where nothing was made");
        assert_eq!(remove(&Place { run: None, ..place }).await, Removal::default());
    }
}

#[tokio::test]
async fn the_double_has_no_api_gateway() {
    let double = Double::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = Place { run: None, ..place(&double.base_url(), folder.path()) };
    let fixture = Arc::new(AwsProvisioner::new().create(&place).await.unwrap());
    for url in AwsProvisioner::new().guard(&place, fixture, both()).await {
        assert!(url.unwrap_err().contains("API can be created there"));
    }
    let removal = remove(&place).await;
    assert_eq!(removal.left, [""; 0]);
    assert_eq!(removal.removed.len(), 3, "two pools and a domain: {removal:?}");
}
