//! An HTTP API with a JWT authorizer in front of a backend.

use aws_sdk_apigatewayv2::types::{
    AuthorizationType, AuthorizerType, IntegrationType, JwtConfiguration, ProtocolType,
};
use poolproof_harness::target::provisioner::GuardPlan;

use super::{DEFAULT_STAGE, Mark, PATH, id, kept, same, step};
use crate::pools::TAG;
use crate::sdk::Session;

/// Creates an empty API, and answers with its id.
pub(super) async fn create(session: &Session, mark: Mark<'_>) -> Result<String, String> {
    let call = session
        .http
        .create_api()
        .name(mark.name)
        .description(mark.description())
        .protocol_type(ProtocolType::Http)
        .tags(TAG, mark.target)
        .send();
    id("CreateApi", step(session, "CreateApi", call).await?.api_id())
}

/// Gives an API its authorizer, its route and its stage.
pub(super) async fn fill(session: &Session, api: &str, plan: &GuardPlan, issuer: &str) -> Result<(), String> {
    let authorizer = create_authorizer(session, api, plan, issuer).await?;
    let call = session
        .http
        .create_integration()
        .api_id(api)
        .integration_type(IntegrationType::HttpProxy)
        .integration_method("GET")
        .integration_uri(&plan.backend)
        .payload_format_version("1.0")
        .send();
    let integration = step(session, "CreateIntegration", call).await?;
    let integration = id("CreateIntegration", integration.integration_id())?;
    let call = session
        .http
        .create_route()
        .api_id(api)
        .route_key(format!("GET /{PATH}"))
        .target(format!("integrations/{integration}"))
        .authorization_type(AuthorizationType::Jwt)
        .authorizer_id(&authorizer)
        .set_authorization_scopes((!plan.scopes.is_empty()).then(|| plan.scopes.clone()))
        .send();
    let answer = step(session, "CreateRoute", call).await?;
    kept(&[
        ("authorizationType", answer.authorization_type() == Some(&AuthorizationType::Jwt)),
        ("authorizerId", answer.authorizer_id() == Some(&authorizer)),
        ("authorizationScopes", same(answer.authorization_scopes(), &plan.scopes)),
    ])?;
    let call = session.http.create_stage().api_id(api).stage_name(DEFAULT_STAGE).auto_deploy(true).send();
    step(session, "CreateStage", call).await?;
    Ok(())
}

async fn create_authorizer(
    session: &Session,
    api: &str,
    plan: &GuardPlan,
    issuer: &str,
) -> Result<String, String> {
    let jwt = JwtConfiguration::builder()
        .issuer(issuer)
        .set_audience((!plan.audience.is_empty()).then(|| plan.audience.clone()))
        .build();
    let call = session
        .http
        .create_authorizer()
        .api_id(api)
        .name(&plan.name)
        .authorizer_type(AuthorizerType::Jwt)
        .identity_source("$request.header.Authorization")
        .jwt_configuration(jwt)
        .send();
    let answer = step(session, "CreateAuthorizer", call).await?;
    let jwt = answer.jwt_configuration();
    kept(&[
        ("the type of an authorizer", answer.authorizer_type() == Some(&AuthorizerType::Jwt)),
        ("Issuer", jwt.and_then(JwtConfiguration::issuer) == Some(issuer)),
        ("Audience", same(jwt.map(JwtConfiguration::audience).unwrap_or_default(), &plan.audience)),
    ])?;
    id("CreateAuthorizer", answer.authorizer_id())
}
