//! A management API that answers with anything: what comes of it is an error that can be shown, or a fixture.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

#[expect(dead_code, reason = "the engine uses all of it")]
#[path = "../../src/model/damaged.rs"]
mod damaged;

use std::sync::Arc;
use std::time::Duration;

use poolproof_harness::model::fixture::Fixture;
use poolproof_harness::target::control::ControlCall;
use poolproof_harness::target::provisioner::{Place, Provisioner};
use poolproof_provision::AwsProvisioner;
use proptest::prelude::*;
use wiremock::matchers::any as every_request;
use wiremock::{Mock, MockServer, ResponseTemplate};

use damaged::{cases, is_harmless};

/// A bound on time that only what hangs does not keep.
const LONG: Duration = Duration::from_mins(2);

/// Holds what each of the calls looks for in its answer.
const RIGHT: &str = r#"{"UserPool":{"Id":"us-east-1_A","Name":"poolproof-x","Status":"Enabled"},"UserPoolClient":{"ClientId":"1example23456789","ClientSecret":"9secret","ClientName":"web","RefreshTokenValidity":30,"AllowedOAuthFlows":["code"]},"ResourceServer":{"Identifier":"https://api.test","Scopes":[{"ScopeName":"read","ScopeDescription":"x"}]},"User":{"Username":"jane","Attributes":[{"Name":"sub","Value":"a"}]},"AuthenticationResult":{"AccessToken":"a.b.c","IdToken":"a.b.c","RefreshToken":"r","ExpiresIn":3600,"TokenType":"Bearer"},"UserPools":[],"UserPoolClients":[],"items":[],"DomainDescription":{}}"#;

const REFUSED: &str = r#"{"__type":"com.amazonaws#InvalidParameterException","message":"no such thing"}"#;

fn check(what: &str) -> Result<(), TestCaseError> {
    prop_assert!(!what.is_empty() && is_harmless(what), "{what:?}");
    prop_assert!(what.chars().count() < 4000, "{} characters", what.chars().count());
    Ok(())
}

async fn tried(status: u16, body: Vec<u8>) -> Result<(), TestCaseError> {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(status).set_body_raw(body, "application/x-amz-json-1.1");
    Mock::given(every_request()).respond_with(answer).mount(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        target: "hostile".to_owned(),
        endpoint: Some(server.uri()),
        region: "us-east-1".to_owned(),
        real: false,
        journals: folder.path().to_owned(),
        run: Some("hostile00000".to_owned()),
    };
    let provisioner = AwsProvisioner::new();
    let fixture = match provisioner.create(&place).await {
        Ok(fixture) => fixture,
        Err(what) => {
            check(&what)?;
            Fixture::default()
        }
    };
    for reason in fixture.missing.values() {
        check(reason)?;
    }
    let control = provisioner.control(&place, Arc::new(fixture));
    let call = ControlCall::PasswordSignIn {
        client: "no-oauth".to_owned(),
        username: "jane".to_owned(),
        password: "Passw0rd!-of-jane".to_owned(),
    };
    if let Err(what) = control.call(call).await {
        check(&what.to_string())?;
        prop_assert!(!what.to_string().contains("Passw0rd!"), "{what}");
    }
    match provisioner.remove(&place).await {
        Ok(removal) => removal.left.iter().chain(&removal.removed).try_for_each(|line| check(line)),
        Err(what) => check(&what),
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn whatever_the_api_answers_is_taken_or_refused(
        status in prop::sample::select(&[200_u16, 200, 400, 404][..]),
        body in damaged::bytes(vec![RIGHT, REFUSED]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let tried = async move { tokio::time::timeout(LONG, tried(status, body)).await };
        runtime.block_on(tried).map_err(|_| TestCaseError::fail("it hangs"))??;
    }
}
