//! Creates and changes app clients as their roles say.

use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, FeatureType, OAuthFlowType, RefreshTokenRotationType, TimeUnitsType,
    TokenValidityUnitsType, UserPoolClientType,
};
use poolproof_harness::model::fixture;
use poolproof_harness::target::control::Settings as Wanted;

use crate::failure::Refusal;
use crate::kept;
use crate::random::odd_secret;
use crate::roles::{Afterwards, Role};
use crate::sdk::Session;

/// The settings of a role in the types of the SDK.
struct Settings {
    auth_flows: Option<Vec<ExplicitAuthFlowsType>>,
    flows: Option<Vec<OAuthFlowType>>,
    oauth: Option<bool>,
    scopes: Option<Vec<String>>,
    callbacks: Option<Vec<String>>,
    logouts: Option<Vec<String>>,
    providers: Option<Vec<String>>,
    read: Option<Vec<String>>,
    rotation: Option<RefreshTokenRotationType>,
    access: Option<i32>,
    id: Option<i32>,
    refresh: Option<i32>,
    units: Option<TokenValidityUnitsType>,
    revocation: bool,
}

impl Settings {
    fn of(role: &Role, scopes: &[String]) -> Self {
        let minutes = role.minutes;
        let rotation = role.rotation.and_then(|grace| {
            RefreshTokenRotationType::builder()
                .feature(FeatureType::Enabled)
                .retry_grace_period_seconds(grace)
                .build()
                .ok()
        });
        Self {
            auth_flows: given(role.auth_flows, |flow| ExplicitAuthFlowsType::from(flow)),
            flows: given(role.flows, |flow| OAuthFlowType::from(flow)),
            oauth: role.oauth,
            scopes: (!scopes.is_empty()).then(|| scopes.to_vec()),
            callbacks: given(role.callbacks, ToOwned::to_owned),
            logouts: given(role.logouts, ToOwned::to_owned),
            providers: role.has_sign_in().then(|| vec!["COGNITO".to_owned()]),
            read: given(role.read, ToOwned::to_owned),
            rotation,
            access: minutes.map(|minutes| minutes.access),
            id: minutes.map(|minutes| minutes.id),
            refresh: minutes.map(|minutes| minutes.refresh),
            units: minutes.map(|_| in_minutes()),
            revocation: role.revocation,
        }
    }

    /// The same with what a case wants otherwise.
    fn with(mut self, wanted: &Wanted) -> Self {
        self.scopes = wanted.scopes.clone().or(self.scopes);
        self.callbacks = wanted.callbacks.clone().or(self.callbacks);
        self.read = wanted.read.clone().or(self.read);
        self.access = wanted.access_minutes.map(minutes).or(self.access);
        self.id = wanted.id_minutes.map(minutes).or(self.id);
        self.refresh = wanted.refresh_minutes.map(minutes).or(self.refresh);
        if wanted.access_minutes.or(wanted.id_minutes).or(wanted.refresh_minutes).is_some() {
            self.units = Some(in_minutes());
        }
        self.revocation = wanted.revocation.unwrap_or(self.revocation);
        self
    }
}

fn in_minutes() -> TokenValidityUnitsType {
    let unit = TimeUnitsType::Minutes;
    TokenValidityUnitsType::builder()
        .access_token(unit.clone())
        .id_token(unit.clone())
        .refresh_token(unit)
        .build()
}

fn minutes(wanted: u32) -> i32 {
    i32::try_from(wanted).unwrap_or(i32::MAX)
}

fn given<T>(texts: &[&str], convert: impl Fn(&str) -> T) -> Option<Vec<T>> {
    (!texts.is_empty()).then(|| texts.iter().map(|text| convert(text)).collect())
}

/// The builders of `CreateUserPoolClient` and `UpdateUserPoolClient` have the same setters and no common type.
macro_rules! with_settings {
    ($request:expr, $settings:expr) => {
        $request
            .set_explicit_auth_flows($settings.auth_flows)
            .set_allowed_o_auth_flows($settings.flows)
            .set_allowed_o_auth_flows_user_pool_client($settings.oauth)
            .set_allowed_o_auth_scopes($settings.scopes)
            .set_callback_urls($settings.callbacks)
            .set_logout_urls($settings.logouts)
            .set_supported_identity_providers($settings.providers)
            .set_read_attributes($settings.read)
            .set_refresh_token_rotation($settings.rotation)
            .set_access_token_validity($settings.access)
            .set_id_token_validity($settings.id)
            .set_refresh_token_validity($settings.refresh)
            .set_token_validity_units($settings.units)
            .enable_token_revocation($settings.revocation)
    };
}

/// A client that was created.
pub(crate) struct Created {
    /// The client id.
    pub(crate) id: String,
    /// The secret, if it got one.
    pub(crate) secret: Option<String>,
    /// What the target says that it stored.
    pub(crate) stored: UserPoolClientType,
}

/// Creates a client and reads back what the target stored.
///
/// # Errors
/// The target refuses, or it does not keep a setting that the role needs.
pub(crate) async fn create(
    session: &Session,
    pool: &str,
    role: &Role,
    scopes: &[String],
    wanted: &Wanted,
) -> Result<Created, Refusal> {
    let own = if role.odd_secret { Some(odd_secret().map_err(Refusal::because)?) } else { None };
    session.pace().await;
    let request = session
        .api
        .create_user_pool_client()
        .user_pool_id(pool)
        .client_name(format!("poolproof-{}", role.name))
        .generate_secret(role.secret && own.is_none())
        .set_client_secret(own.clone());
    let answer = with_settings!(request, Settings::of(role, scopes).with(wanted)).send().await;
    let hide = [own.as_deref().unwrap_or_default()];
    let answer = answer.map_err(|error| Refusal::from(error).hiding(&hide))?;
    let made = answer.user_pool_client.unwrap_or_else(|| UserPoolClientType::builder().build());
    let id = made
        .client_id()
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Refusal::because("CreateUserPoolClient answers without a client id"))?
        .to_owned();
    let stored = describe(session, pool, &id).await?;
    let secret = made.client_secret().or(stored.client_secret()).filter(|secret| !secret.is_empty());
    if own.is_some() && secret != own.as_deref() {
        return Err(Refusal::because("the target does not keep ClientSecret"));
    }
    if *wanted == Wanted::default() {
        kept::check(role, scopes, secret.is_some(), &stored).map_err(Refusal::because)?;
    }
    kept::check_wanted(wanted, &stored).map_err(Refusal::because)?;
    Ok(Created { secret: secret.map(ToOwned::to_owned), id, stored })
}

/// What the target knows about a client.
async fn describe(session: &Session, pool: &str, id: &str) -> Result<UserPoolClientType, Refusal> {
    session.pace().await;
    let answer = session.api.describe_user_pool_client().user_pool_id(pool).client_id(id).send().await?;
    answer.user_pool_client.ok_or_else(|| Refusal::because("DescribeUserPoolClient answers without a client"))
}

/// Creates the client of a role for the fixture.
///
/// # Errors
/// A text that is safe to show: why the target cannot have such a client.
pub(crate) async fn make(
    session: &Session,
    pool: &str,
    role: &Role,
    resource_server: bool,
) -> Result<fixture::Client, String> {
    let scopes = role.scopes(resource_server);
    let created = create(session, pool, role, &scopes, &Wanted::default())
        .await
        .map_err(|refusal| refusal.to_string())?;
    let lifetimes = kept::lifetimes(&created.stored);
    let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    let mut client = fixture::Client {
        id: created.id,
        secret: created.secret,
        second_secret: None,
        deleted_secret: None,
        callbacks: owned(role.callbacks),
        logouts: owned(role.logouts),
        scopes,
        flows: owned(role.flows),
        access_seconds: lifetimes.access,
        id_seconds: lifetimes.id,
        refresh_seconds: lifetimes.refresh,
        other_pool: role.other_pool,
    };
    match role.afterwards {
        Afterwards::Keep | Afterwards::RetireScope => {}
        Afterwards::AddSecret => {
            client.second_secret = Some(add_secret(session, pool, &client.id).await?.value);
        }
        Afterwards::AddAndDeleteSecret => {
            let added = add_secret(session, pool, &client.id).await?;
            session.pace().await;
            session
                .api
                .delete_user_pool_client_secret()
                .user_pool_id(pool)
                .client_id(&client.id)
                .client_secret_id(added.id)
                .send()
                .await
                .map_err(|error| format!("DeleteUserPoolClientSecret: {}", Refusal::from(error)))?;
            client.deleted_secret = Some(added.value);
        }
        Afterwards::Delete => delete(session, pool, &client.id).await?,
    }
    Ok(client)
}

struct AddedSecret {
    id: String,
    value: String,
}

async fn add_secret(session: &Session, pool: &str, client: &str) -> Result<AddedSecret, String> {
    session.pace().await;
    let answer = session
        .api
        .add_user_pool_client_secret()
        .user_pool_id(pool)
        .client_id(client)
        .send()
        .await
        .map_err(|error| format!("AddUserPoolClientSecret: {}", Refusal::from(error)))?;
    let added = answer.client_secret_descriptor().and_then(|secret| {
        Some(AddedSecret {
            id: secret.client_secret_id()?.to_owned(),
            value: secret.client_secret_value()?.to_owned(),
        })
    });
    added.ok_or_else(|| "AddUserPoolClientSecret answers without a secret and its id".to_owned())
}

async fn delete(session: &Session, pool: &str, client: &str) -> Result<(), String> {
    session.pace().await;
    session
        .api
        .delete_user_pool_client()
        .user_pool_id(pool)
        .client_id(client)
        .send()
        .await
        .map_err(|error| format!("DeleteUserPoolClient: {}", Refusal::from(error)))?;
    match describe(session, pool, client).await {
        Err(_) => Ok(()),
        Ok(_) => Err("the target still has a client after DeleteUserPoolClient".to_owned()),
    }
}

/// A client whose settings are sent again, because Cognito resets what an update leaves out.
pub(crate) struct Update<'a> {
    /// The pool id.
    pub(crate) pool: &'a str,
    /// The client id.
    pub(crate) client: &'a str,
    /// The role whose settings are sent.
    pub(crate) role: &'a Role,
    /// The scopes, which a target may have fewer of than the role.
    pub(crate) scopes: &'a [String],
}

/// Sets the OAuth flows of a client; no flows switches OAuth off for it.
///
/// # Errors
/// The target refuses, or it does not keep the flows.
pub(crate) async fn set_flows(
    session: &Session,
    update: Update<'_>,
    flows: &[String],
) -> Result<(), Refusal> {
    let settings = Settings {
        flows: Some(flows.iter().map(|flow| OAuthFlowType::from(flow.as_str())).collect()),
        oauth: Some(!flows.is_empty()),
        ..Settings::of(update.role, update.scopes)
    };
    let mut outcome = send(session, &update, settings).await;
    if flows.is_empty()
        && outcome.as_ref().is_err_and(|refusal| refusal.has_code("InvalidParameterException"))
    {
        // Some allow no settings of OAuth beside a switch that is off, and keep what an update leaves out.
        let settings = Settings {
            scopes: Some(Vec::new()),
            callbacks: Some(Vec::new()),
            logouts: Some(Vec::new()),
            flows: Some(Vec::new()),
            oauth: Some(false),
            ..Settings::of(update.role, &[])
        };
        outcome = send(session, &update, settings).await;
    }
    outcome?;
    let stored = describe(session, update.pool, update.client).await?;
    let kept: Vec<&str> = stored.allowed_o_auth_flows().iter().map(AsRef::as_ref).collect();
    let same = kept.len() == flows.len() && flows.iter().all(|flow| kept.contains(&flow.as_str()));
    if same && stored.allowed_o_auth_flows_user_pool_client().unwrap_or(false) != flows.is_empty() {
        return Ok(());
    }
    Err(Refusal::because("the target does not keep the AllowedOAuthFlows of an update"))
}

/// Changes settings of a client and keeps the others of its role.
///
/// # Errors
/// The target refuses, or it does not keep what was changed.
pub(crate) async fn update(session: &Session, update: Update<'_>, wanted: &Wanted) -> Result<(), Refusal> {
    send(session, &update, Settings::of(update.role, update.scopes).with(wanted)).await?;
    let stored = describe(session, update.pool, update.client).await?;
    kept::check_wanted(wanted, &stored).map_err(Refusal::because)
}

async fn send(session: &Session, update: &Update<'_>, settings: Settings) -> Result<(), Refusal> {
    session.pace().await;
    let request = session
        .api
        .update_user_pool_client()
        .user_pool_id(update.pool)
        .client_id(update.client)
        .client_name(format!("poolproof-{}", update.role.name));
    with_settings!(request, settings).send().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::{ROLES, find};

    #[test]
    fn settings_that_a_role_leaves_open_are_not_sent() {
        let domainless = find("domainless").unwrap();
        let settings = Settings::of(domainless, &domainless.scopes(true));
        assert_eq!(settings.flows, None);
        assert_eq!(settings.oauth, None);
        assert_eq!(settings.providers, None);
        assert_eq!(settings.auth_flows, Some(vec![ExplicitAuthFlowsType::from("ALLOW_CLIENT_TOKEN_AUTH")]));
        assert_eq!(settings.scopes, Some(vec!["https://api.poolproof.test/read".to_owned()]));
    }

    #[test]
    fn a_rotation_and_lifetimes_are_sent_where_the_role_has_them() {
        for role in ROLES {
            let settings = Settings::of(role, &role.scopes(true));
            let grace = settings.rotation.and_then(|rotation| rotation.retry_grace_period_seconds());
            assert_eq!(grace, role.rotation, "{}", role.name);
            assert_eq!(settings.access.is_some(), settings.units.is_some(), "{}", role.name);
        }
    }
}
