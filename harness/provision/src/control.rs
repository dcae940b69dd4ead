//! The calls of the management API that scenarios make between their requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_sdk_cognitoidentityprovider::types::AuthFlowType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use poolproof_harness::model::case::Operation;
use poolproof_harness::model::fixture::{Client, Fixture};
use poolproof_harness::model::text::one_line;
use poolproof_harness::target::control::{ControlCall, ControlError, ControlPlane};
use poolproof_harness::target::provisioner::Place;
use tokio::sync::OnceCell;

use crate::clients::Update;
use crate::failure::Refusal;
use crate::roles::{self, Role};
use crate::sdk::Session;
use crate::{clients, users};

type Answer = BTreeMap<String, String>;

/// Makes the calls on one target, on the main pool of its fixture.
pub(crate) struct AwsControl {
    place: Place,
    fixture: Arc<Fixture>,
    session: OnceCell<Session>,
}

impl ControlPlane for AwsControl {
    fn call(&self, call: ControlCall) -> BoxFuture<'_, Result<Answer, ControlError>> {
        Box::pin(async move {
            let operation = call.operation();
            if operation == Operation::AdvanceClock {
                let reason = "the clock of this target cannot be moved".to_owned();
                return Err(ControlError::Unavailable { operation, reason });
            }
            let session = self
                .session
                .get_or_try_init(|| Session::open(&self.place))
                .await
                .map_err(|reason| ControlError::Failed { operation, reason })?;
            self.make(session, call)
                .await
                .map_err(|refusal| ControlError::Failed { operation, reason: refusal.to_string() })
        })
    }
}

impl AwsControl {
    /// Nothing is sent before the first call.
    pub(crate) fn new(place: Place, fixture: Arc<Fixture>) -> Self {
        Self { place, fixture, session: OnceCell::new() }
    }

    async fn make(&self, session: &Session, call: ControlCall) -> Result<Answer, Refusal> {
        let pool = &self.fixture.pool.id;
        match call {
            ControlCall::CreateUser { username, password, attributes } => {
                match users::create(session, pool, &username, &password, &attributes).await {
                    // The same case was run before: a replay, or a step of shrinking. It starts afresh.
                    Err(refusal) if refusal.has_code("UsernameExistsException") => {
                        session.pace().await;
                        session.api.admin_delete_user().user_pool_id(pool).username(&username).send().await?;
                        users::create(session, pool, &username, &password, &attributes).await?;
                    }
                    outcome => outcome?,
                }
            }
            ControlCall::DisableUser { username } => {
                session.api.admin_disable_user().user_pool_id(pool).username(username).send().await?;
            }
            ControlCall::EnableUser { username } => {
                session.api.admin_enable_user().user_pool_id(pool).username(username).send().await?;
            }
            ControlCall::AddToGroup { username, group } => {
                users::add_to_group(session, pool, &username, &group).await?;
            }
            ControlCall::UpdateClient { client_id, like, with } => {
                let (role, scopes) = self.like(&like)?;
                let update = Update { pool, client: &client_id, role, scopes: &scopes };
                clients::update(session, update, &with).await?;
            }
            ControlCall::DeleteUser { username } => {
                let deleted =
                    session.api.admin_delete_user().user_pool_id(pool).username(username).send().await;
                // Gone is gone: a first try may have deleted the user and failed all the same.
                if let Err(refusal) = deleted.map_err(Refusal::from)
                    && !refusal.has_code("UserNotFoundException")
                {
                    return Err(refusal);
                }
            }
            ControlCall::GlobalSignOut { username } => {
                session.api.admin_user_global_sign_out().user_pool_id(pool).username(username).send().await?;
            }
            ControlCall::PasswordSignIn { client, username, password } => {
                return sign_in(session, self.client(&client)?, &username, &password).await;
            }
            ControlCall::CreateClient { like, with } => {
                let (role, scopes) = self.like(&like)?;
                let created = clients::create(session, pool, role, &scopes, &with).await?;
                let secret = created.secret.map(|secret| ("client_secret".to_owned(), secret));
                return Ok([("client_id".to_owned(), created.id)].into_iter().chain(secret).collect());
            }
            ControlCall::SetFlows { client_id, like, flows } => {
                let (role, scopes) = self.like(&like)?;
                let update = Update { pool, client: &client_id, role, scopes: &scopes };
                clients::set_flows(session, update, &flows).await?;
            }
            ControlCall::DeleteClient { client_id } => {
                session.api.delete_user_pool_client().user_pool_id(pool).client_id(client_id).send().await?;
            }
            ControlCall::RevokeToken { client, token } => {
                revoke(session, self.client(&client)?, &token).await?;
            }
            ControlCall::AdvanceClock(_) | ControlCall::RewindClock(_) | ControlCall::ResetClock => {}
        }
        Ok(Answer::new())
    }

    fn client(&self, role: &str) -> Result<&Client, Refusal> {
        self.fixture
            .client
            .get(role)
            .ok_or_else(|| Refusal::because(format!("the fixture has no client.{}", one_line(role))))
    }

    /// A role with the scopes that its client in the fixture was allowed.
    fn like(&self, name: &str) -> Result<(&'static Role, Vec<String>), Refusal> {
        let role = roles::find(name)
            .ok_or_else(|| Refusal::because(format!("there is no role {:?}", one_line(name))))?;
        let missing = |what: &str| self.fixture.missing.get(what);
        if let Some(reason) = missing(&format!("client.{name}")) {
            return Err(Refusal::because(format!("the target cannot have a client.{name}: {reason}")));
        }
        let scopes = self.fixture.client.get(name).map(|client| client.scopes.clone());
        Ok((role, scopes.unwrap_or_else(|| role.scopes(missing("resource-server").is_none()))))
    }
}

async fn sign_in(
    session: &Session,
    client: &Client,
    username: &str,
    password: &str,
) -> Result<Answer, Refusal> {
    let hash = client.secret.as_deref().map(|secret| secret_hash(secret, username, &client.id));
    let mut request = session
        .api
        .initiate_auth()
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .client_id(&client.id)
        .auth_parameters("USERNAME", username)
        .auth_parameters("PASSWORD", password);
    if let Some(hash) = &hash {
        request = request.auth_parameters("SECRET_HASH", hash);
    }
    let hide = [password, hash.as_deref().unwrap_or_default()];
    let answer = request.send().await.map_err(|error| Refusal::from(error).hiding(&hide))?;
    if let Some(challenge) = answer.challenge_name() {
        return Err(Refusal::because(format!("the sign-in asks for {}", challenge.as_str())));
    }
    let tokens = answer
        .authentication_result()
        .ok_or_else(|| Refusal::because("InitiateAuth answers without tokens"))?;
    let named = [
        ("access_token", tokens.access_token()),
        ("id_token", tokens.id_token()),
        ("refresh_token", tokens.refresh_token()),
    ];
    Ok(named.into_iter().filter_map(|(name, token)| Some((name.to_owned(), token?.to_owned()))).collect())
}

async fn revoke(session: &Session, client: &Client, token: &str) -> Result<(), Refusal> {
    let request = session.api.revoke_token().client_id(&client.id).token(token);
    let hide = [token, client.secret.as_deref().unwrap_or_default()];
    let answer = request.set_client_secret(client.secret.clone()).send().await;
    answer.map(|_| ()).map_err(|error| Refusal::from(error).hiding(&hide))
}

/// `SECRET_HASH` as the developer guide defines it: base64 of HMAC-SHA-256, keyed with the client secret, over the
/// user name followed by the client id.
fn secret_hash(secret: &str, username: &str, client_id: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    STANDARD.encode(hmac::sign(&key, format!("{username}{client_id}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use poolproof_harness::target::control::Settings;

    fn control(fixture: Fixture) -> AwsControl {
        let place = Place {
            target: "local".to_owned(),
            endpoint: Some("http://127.0.0.1:9".to_owned()),
            region: "us-east-1".to_owned(),
            real: false,
            journals: "journals".into(),
            run: None,
        };
        AwsControl::new(place, Arc::new(fixture))
    }

    #[test]
    fn the_secret_hash_is_that_of_hmac_sha256() {
        // RFC 4231, test case 2.
        let expected = STANDARD.encode([
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
            0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
        ]);
        assert_eq!(secret_hash("Jefe", "what do ya want ", "for nothing?"), expected);
    }

    #[tokio::test]
    async fn the_clock_stays_where_it_is() {
        let error = control(Fixture::default()).call(ControlCall::AdvanceClock(1)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "advance-clock is not available: the clock of this target cannot be moved"
        );
    }

    #[tokio::test]
    async fn roles_that_are_not_there_are_named_before_anything_is_sent() {
        let mut fixture = Fixture::default();
        fixture.missing.insert("client.rotating".to_owned(), "no rotation".to_owned());
        let control = control(fixture);
        for (call, said) in [
            (
                ControlCall::CreateClient { like: "rotating".to_owned(), with: Settings::default() },
                "no rotation",
            ),
            (
                ControlCall::CreateClient { like: "odd\n".to_owned(), with: Settings::default() },
                "there is no role",
            ),
            (
                ControlCall::RevokeToken { client: "web".to_owned(), token: String::new() },
                "the fixture has no client.web",
            ),
        ] {
            let error = control.call(call).await.unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_client_like_another_has_the_scopes_of_the_fixture() {
        let mut fixture = Fixture::default();
        fixture.missing.insert("resource-server".to_owned(), "none".to_owned());
        let control = control(fixture);
        assert_eq!(control.like("web").ok().unwrap().1, ["openid", "email", "profile"]);
    }
}
