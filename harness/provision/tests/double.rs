//! Provisioning against the management API of the double: over HTTP, through the SDK, as against any other target.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use poolproof_double::Double;
use poolproof_harness::model::fixture::Fixture;
use poolproof_harness::target::control::{ControlCall, ControlError, ControlPlane, Settings};
use poolproof_harness::target::provisioner::{Place, Provisioner, Removal};
use poolproof_provision::AwsProvisioner;

fn place(double: &Double, journals: &Path) -> Place {
    Place {
        target: "double".to_owned(),
        endpoint: Some(double.base_url()),
        region: "us-east-1".to_owned(),
        real: false,
        journals: journals.join("journals"),
        run: None,
    }
}

fn journals(place: &Place) -> usize {
    fs::read_dir(&place.journals).map_or(0, Iterator::count)
}

fn pools(removal: &Removal) -> usize {
    assert_eq!(removal.left, [""; 0]);
    removal.removed.iter().filter(|line| line.starts_with("pool ")).count()
}

#[tokio::test]
async fn everything_can_be_created_and_is_removed_again() {
    let double = Double::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = place(&double, folder.path());
    let provisioner = AwsProvisioner::new();

    let fixture = provisioner.create(&place).await.unwrap();
    assert_eq!(fixture.missing, BTreeMap::new());
    assert_eq!(fixture.client.len(), 23);
    assert_eq!(fixture.user.len(), 4);
    assert!(fixture.domain_prefix.is_some());
    assert_eq!(fixture.other_domain_path(), Some(""));
    let server = fixture.resource_server.as_ref().unwrap();
    assert_eq!(server.scopes, ["read", "write", "admin"]);
    assert!(fixture.client["machine-two-secrets"].second_secret.is_some());
    assert!(fixture.client["machine-rotated"].deleted_secret.is_some());
    assert!(fixture.client["public"].secret.is_none());
    assert!(fixture.client["foreign"].other_pool);
    let short = &fixture.client["short-lived"];
    assert_eq!((short.access_seconds, short.id_seconds, short.refresh_seconds), (300, 300, 3600));
    assert_eq!(journals(&place), 1);

    assert_eq!(pools(&provisioner.remove(&place).await.unwrap()), 2);
    assert_eq!(journals(&place), 0);
    assert_eq!(provisioner.remove(&place).await.unwrap(), Removal::default());
}

#[tokio::test]
async fn a_lost_journal_hides_nothing_and_other_targets_are_left_alone() {
    let double = Double::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = place(&double, folder.path());
    let neighbour = Place { target: "double-two".to_owned(), ..place.clone() };
    let provisioner = AwsProvisioner::new();
    provisioner.create(&place).await.unwrap();
    provisioner.create(&neighbour).await.unwrap();
    fs::remove_dir_all(&place.journals).unwrap();

    assert_eq!(pools(&provisioner.remove(&place).await.unwrap()), 2);
    assert_eq!(pools(&provisioner.remove(&neighbour).await.unwrap()), 2);
}

#[tokio::test]
async fn a_journal_that_stops_at_an_intent_is_followed_up() {
    let double = Double::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = place(&double, folder.path());
    let provisioner = AwsProvisioner::new();
    provisioner.create(&place).await.unwrap();
    let journal = fs::read_dir(&place.journals).unwrap().next().unwrap().unwrap().path();
    // As if the run had been killed while it wrote down the id of its first pool.
    let whole = fs::read_to_string(&journal).unwrap();
    let made = whole.find(r#"{"event":"pool-made""#).unwrap();
    fs::write(&journal, &whole[..made + 30]).unwrap();

    assert_eq!(pools(&provisioner.remove(&place).await.unwrap()), 2);
    assert_eq!(journals(&place), 0);
}

#[tokio::test]
async fn nothing_is_there_to_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let double = Double::start().await.unwrap();
    let place = Place { endpoint: Some("http://127.0.0.1:1".to_owned()), ..place(&double, folder.path()) };
    let provisioner = AwsProvisioner::new();
    let error = provisioner.create(&place).await.err().unwrap();
    assert_eq!(error, "no user pool could be created: cannot be reached");
    let error = provisioner.remove(&place).await.unwrap_err();
    assert_eq!(error, "the pools cannot be listed: cannot be reached");
}

async fn sign_in(control: &dyn ControlPlane, client: &str, username: &str, password: &str) -> Outcome {
    let call = ControlCall::PasswordSignIn {
        client: client.to_owned(),
        username: username.to_owned(),
        password: password.to_owned(),
    };
    control.call(call).await
}

type Outcome = Result<BTreeMap<String, String>, ControlError>;

async fn provisioned(double: &Double, folder: &Path) -> (Arc<Fixture>, Arc<dyn ControlPlane>) {
    let place = place(double, folder);
    let fixture = Arc::new(AwsProvisioner::new().create(&place).await.expect("the double creates pools"));
    let control = AwsProvisioner::new().control(&place, Arc::clone(&fixture));
    (fixture, control)
}

#[tokio::test]
async fn users_come_sign_in_and_go() {
    let double = Double::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (fixture, control) = provisioned(&double, folder.path()).await;
    let main = &fixture.user["main"];
    for client in ["web", "public", "no-oauth"] {
        let tokens = sign_in(control.as_ref(), client, &main.username, &main.password).await.unwrap();
        assert_eq!(tokens.keys().collect::<Vec<_>>(), ["access_token", "id_token", "refresh_token"]);
        let token = tokens["refresh_token"].clone();
        let revoked = control.call(ControlCall::RevokeToken { client: client.to_owned(), token }).await;
        assert_eq!(revoked.unwrap(), BTreeMap::new());
    }
    let username = "one-case".to_owned();
    let password = "Correct-horse-1".to_owned();
    let create = ControlCall::CreateUser {
        username: username.clone(),
        password: password.clone(),
        attributes: Vec::new(),
    };
    control.call(create.clone()).await.unwrap();
    // A case that is repeated makes its user anew, whatever became of the first one.
    control.call(ControlCall::DisableUser { username: username.clone() }).await.unwrap();
    control.call(create).await.unwrap();
    sign_in(control.as_ref(), "web", &username, &password).await.unwrap();
    let wrong = sign_in(control.as_ref(), "web", &username, "Wrong-horse-1").await.unwrap_err().to_string();
    assert!(wrong.starts_with("password-sign-in failed: NotAuthorizedException"), "{wrong}");
    assert!(!wrong.contains("Wrong-horse-1"));
    control.call(ControlCall::GlobalSignOut { username: username.clone() }).await.unwrap();
    control.call(ControlCall::DisableUser { username: username.clone() }).await.unwrap();
    sign_in(control.as_ref(), "web", &username, &password).await.unwrap_err();
    control.call(ControlCall::DeleteUser { username: username.clone() }).await.unwrap();
    // Gone is gone: what cleans up may come after a first try that failed on the way back.
    control.call(ControlCall::DeleteUser { username }).await.unwrap();
}

#[tokio::test]
async fn clients_come_change_their_flows_and_go() {
    let double = Double::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (_, control) = provisioned(&double, folder.path()).await;
    for like in ["web", "public", "rotating", "short-lived"] {
        let like = like.to_owned();
        let made = control
            .call(ControlCall::CreateClient { like: like.clone(), with: Settings::default() })
            .await
            .unwrap();
        assert_eq!(made.contains_key("client_secret"), like != "public", "{like}");
        let client_id = made["client_id"].clone();
        for flows in [vec!["implicit".to_owned()], Vec::new(), vec!["code".to_owned()]] {
            let call = ControlCall::SetFlows { client_id: client_id.clone(), like: like.clone(), flows };
            control.call(call).await.unwrap();
        }
        control.call(ControlCall::DeleteClient { client_id: client_id.clone() }).await.unwrap();
        let gone = control.call(ControlCall::DeleteClient { client_id }).await.unwrap_err();
        assert!(gone.to_string().contains("ResourceNotFoundException"), "{gone}");
    }
}
