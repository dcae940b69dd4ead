//! Guards on an emulator that has API Gateway: whether they can be called, and let the right ones through.
//!
//! ```sh
//! harness/launch/start-ministack.sh --detach
//! POOLPROOF_GUARD_ENDPOINT=http://127.0.0.1:9302 cargo test -p poolproof-provision --test emulators -- --ignored
//! ```

use std::path::Path;
use std::sync::Arc;

use poolproof_harness::model::fixture::Fixture;
use poolproof_harness::model::ledger::Profile;
use poolproof_harness::target::control::{ControlCall, ControlPlane};
use poolproof_harness::target::provisioner::{GuardPlan, Place, Provisioner};
use poolproof_provision::AwsProvisioner;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Where the emulator is, such as `http://127.0.0.1:9302`.
const ENDPOINT: &str = "POOLPROOF_GUARD_ENDPOINT";

fn place(journals: &Path) -> Place {
    Place {
        target: "guards".to_owned(),
        endpoint: Some(std::env::var(ENDPOINT).expect(ENDPOINT)),
        region: "us-east-1".to_owned(),
        real: false,
        journals: journals.to_owned(),
        run: Some("guards000000".to_owned()),
    }
}

fn plan(name: &str, profile: Profile, backend: &str) -> GuardPlan {
    GuardPlan {
        name: name.to_owned(),
        profile,
        scopes: Vec::new(),
        audience: Vec::new(),
        issuer: String::new(),
        backend: backend.to_owned(),
        pools: Vec::new(),
    }
}

async fn id_token(control: &dyn ControlPlane, fixture: &Fixture) -> String {
    let user = &fixture.user["main"];
    let call = ControlCall::PasswordSignIn {
        client: "no-oauth".to_owned(),
        username: user.username.clone(),
        password: user.password.clone(),
    };
    control.call(call).await.expect("a sign-in with a password")["id_token"].clone()
}

async fn status(client: &reqwest::Client, url: &str, token: Option<&str>) -> u16 {
    let request = token.iter().fold(client.get(url), reqwest::RequestBuilder::bearer_auth);
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
#[ignore = "needs an emulator with API Gateway, named in POOLPROOF_GUARD_ENDPOINT"]
async fn guards_let_through_who_has_a_token_of_the_pool() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path());
    let backend = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&backend).await;

    let provisioner = AwsProvisioner::new();
    let fixture = Arc::new(provisioner.create(&place).await.unwrap());
    let token = id_token(provisioner.control(&place, Arc::clone(&fixture)).as_ref(), &fixture).await;
    let client = fixture.client["no-oauth"].id.clone();
    let mut plans = vec![
        plan("rest", Profile::Rest, &backend.uri()),
        plan("rest-audience", Profile::Rest, &backend.uri()),
        plan("http", Profile::Http, &backend.uri()),
        plan("http-audience", Profile::Http, &backend.uri()),
    ];
    for plan in plans.iter_mut().filter(|plan| plan.name.ends_with("-audience")) {
        plan.audience.push(client.clone());
    }
    let urls = provisioner.guard(&place, Arc::clone(&fixture), plans).await;
    let caller = reqwest::Client::builder().no_proxy().build().unwrap();
    for url in &urls {
        let url = url.as_ref().unwrap();
        assert_eq!(status(&caller, url, None).await, 401, "{url}");
        assert_eq!(status(&caller, url, Some("garbage")).await, 401, "{url}");
        assert_eq!(status(&caller, url, Some(&token)).await, 200, "{url}");
    }

    let removal = provisioner.remove(&place).await.unwrap();
    assert_eq!(removal.left, [""; 0]);
    assert_eq!(removal.removed.iter().filter(|line| line.contains(" API ")).count(), urls.len());
    for url in &urls {
        assert_ne!(status(&caller, url.as_ref().unwrap(), Some(&token)).await, 200);
    }
}
