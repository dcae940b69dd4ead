//! Creates pools with their domains and resource servers.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::{
    AttributeDataType, DeletionProtectionType, DomainStatusType, ResourceServerScopeType, ResourceServerType,
    SchemaAttributeType, UserPoolMfaType,
};

use crate::failure::Refusal;
use crate::journal::Journal;
use crate::random::{is_marker, marker};
use crate::roles::{RESOURCE_SERVER, RETIRED, SCOPES};
use crate::sdk::Session;

/// The key of the tag that everything we make carries where it can; its value is the name of the target.
pub(crate) const TAG: &str = "poolproof";

/// The longest time until the prefix domain of a real pool answers.
const DOMAIN_READY: Duration = Duration::from_mins(1);

/// A name for a pool or an API of a target that nothing else has.
///
/// # Errors
/// The system gives no random numbers.
pub(crate) fn unique_name(target: &str) -> Result<String, String> {
    Ok(format!("{}{}", prefix(target), marker()?))
}

/// Whether this is a name that [`unique_name`] makes. The name of another target may begin with that of ours, but what
/// follows is no marker then.
pub(crate) fn is_our_name(target: &str, name: &str) -> bool {
    name.strip_prefix(&prefix(target)).is_some_and(is_marker)
}

/// The part that the names of all pools of a target start with.
fn prefix(target: &str) -> String {
    format!("poolproof-{target}-")
}

/// Creates one pool. Everything that is not said stays as Cognito has it: the password policy, the tier, no aliases.
///
/// # Errors
/// Either the journal could not be written, or the target refused.
pub(crate) async fn create(session: &Session, journal: &Journal, target: &str) -> Result<String, Refusal> {
    let name = unique_name(target).map_err(Refusal::because)?;
    journal.intend_pool(&name).map_err(Refusal::because)?;
    session.pace().await;
    let answer = session
        .api
        .create_user_pool()
        .pool_name(&name)
        .mfa_configuration(UserPoolMfaType::Off)
        .deletion_protection(DeletionProtectionType::Inactive)
        .user_pool_tags(TAG, target)
        .schema(own_attribute())
        .send()
        .await?;
    let id = answer
        .user_pool()
        .and_then(|pool| pool.id())
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Refusal::because("CreateUserPool answers without a pool id"))?;
    journal.made_pool(&name, id).map_err(Refusal::because)?;
    Ok(id.to_owned())
}

/// The attribute `custom:plan`.
fn own_attribute() -> SchemaAttributeType {
    SchemaAttributeType::builder()
        .name("plan")
        .attribute_data_type(AttributeDataType::Number)
        .mutable(true)
        .build()
}

/// Gives a pool a prefix domain with the classic sign-in pages, and answers with the prefix. On a real account it
/// waits until the domain is active.
///
/// # Errors
/// Either the journal could not be written, or the target refused.
pub(crate) async fn create_domain(
    session: &Session,
    journal: &Journal,
    pool: &str,
) -> Result<String, Refusal> {
    let prefix = format!("poolproof-{}", marker().map_err(Refusal::because)?);
    journal.intend_domain(&prefix, pool).map_err(Refusal::because)?;
    session.pace().await;
    session
        .api
        .create_user_pool_domain()
        .user_pool_id(pool)
        .domain(&prefix)
        .managed_login_version(1)
        .send()
        .await?;
    if session.is_real() {
        // A domain that is late is the business of whoever sends requests to it.
        let _ = tokio::time::timeout(DOMAIN_READY, active(session, &prefix)).await;
    }
    Ok(prefix)
}

async fn active(session: &Session, prefix: &str) {
    loop {
        session.pace().await;
        let answer = session.api.describe_user_pool_domain().domain(prefix).send().await;
        let status = answer.ok().and_then(|answer| answer.domain_description?.status);
        if status == Some(DomainStatusType::Active) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Gives a pool the resource server, the scope that will be retired included.
///
/// # Errors
/// The target refuses, or it does not keep the scopes.
pub(crate) async fn create_resource_server(session: &Session, pool: &str) -> Result<(), Refusal> {
    session.pace().await;
    let answer = session
        .api
        .create_resource_server()
        .user_pool_id(pool)
        .identifier(RESOURCE_SERVER)
        .name("poolproof")
        .set_scopes(Some(scopes(true)?))
        .send()
        .await?;
    let kept = answer.resource_server().map_or(0, |server| server.scopes().len());
    if kept == SCOPES.len() + 1 {
        return Ok(());
    }
    Err(Refusal::because("the target does not keep the Scopes of a resource server"))
}

/// Takes the retired scope from the resource server.
///
/// # Errors
/// The target refuses, or it keeps the scope.
pub(crate) async fn retire_scope(session: &Session, pool: &str) -> Result<(), Refusal> {
    session.pace().await;
    session
        .api
        .update_resource_server()
        .user_pool_id(pool)
        .identifier(RESOURCE_SERVER)
        .name("poolproof")
        .set_scopes(Some(scopes(false)?))
        .send()
        .await?;
    session.pace().await;
    let answer =
        session.api.describe_resource_server().user_pool_id(pool).identifier(RESOURCE_SERVER).send().await?;
    let kept = answer.resource_server().map(ResourceServerType::scopes).unwrap_or_default();
    if kept.iter().any(|scope| scope.scope_name() == RETIRED) {
        return Err(Refusal::because("the target keeps a scope that UpdateResourceServer leaves out"));
    }
    Ok(())
}

fn scopes(retired: bool) -> Result<Vec<ResourceServerScopeType>, Refusal> {
    SCOPES
        .iter()
        .chain(retired.then_some(&RETIRED))
        .map(|name| {
            ResourceServerScopeType::builder()
                .scope_name(*name)
                .scope_description(format!("may {name}"))
                .build()
                .map_err(|error| Refusal::because(error.to_string()))
        })
        .collect()
}
