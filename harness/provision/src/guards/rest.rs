//! A REST API with a `COGNITO_USER_POOLS` authorizer, which answers by itself.

use aws_sdk_apigateway::types::{AuthorizerType, EndpointConfiguration, EndpointType, IntegrationType};
use poolproof_harness::target::provisioner::GuardPlan;

use super::{Mark, PATH, STAGE, id, kept, same, step};
use crate::pools::TAG;
use crate::sdk::Session;

const JSON: &str = "application/json";
const GUARD: &str = "COGNITO_USER_POOLS";

/// A REST API without anything in it.
pub(super) struct Made {
    /// Its id.
    pub(super) id: String,
    root: Option<String>,
}

/// Creates an empty API. Regional: of these, AWS lets more be created.
pub(super) async fn create(session: &Session, mark: Mark<'_>) -> Result<Made, String> {
    let regional = EndpointConfiguration::builder().types(EndpointType::Regional).build();
    let call = session
        .rest
        .create_rest_api()
        .name(mark.name)
        .description(mark.description())
        .tags(TAG, mark.target)
        .endpoint_configuration(regional)
        .send();
    let answer = step(session, "CreateRestApi", call).await?;
    Ok(Made { id: id("CreateRestApi", answer.id())?, root: answer.root_resource_id })
}

/// Gives an API its authorizer, its path and its stage.
pub(super) async fn fill(
    session: &Session,
    made: &Made,
    plan: &GuardPlan,
    arns: &[String],
) -> Result<(), String> {
    let root = match &made.root {
        Some(root) => id("CreateRestApi", Some(root))?,
        None => root_of(session, &made.id).await?,
    };
    let call = session.rest.create_resource().rest_api_id(&made.id).parent_id(root).path_part(PATH).send();
    let resource = id("CreateResource", step(session, "CreateResource", call).await?.id())?;
    let authorizer = create_authorizer(session, &made.id, plan, arns).await?;
    put_method(session, &made.id, &resource, &authorizer, &plan.scopes).await?;
    answer_itself(session, &made.id, &resource).await?;
    let call = session.rest.create_deployment().rest_api_id(&made.id).stage_name(STAGE).send();
    step(session, "CreateDeployment", call).await?;
    Ok(())
}

/// The id of the resource `/`, for targets that do not say it at once.
async fn root_of(session: &Session, api: &str) -> Result<String, String> {
    let answer = step(session, "GetResources", session.rest.get_resources().rest_api_id(api).send()).await?;
    let root = answer.items().iter().find(|resource| resource.path() == Some("/"));
    id("GetResources", root.and_then(|root| root.id()))
}

async fn create_authorizer(
    session: &Session,
    api: &str,
    plan: &GuardPlan,
    arns: &[String],
) -> Result<String, String> {
    let expression = (!plan.audience.is_empty()).then(|| expression(&plan.audience));
    let call = session
        .rest
        .create_authorizer()
        .rest_api_id(api)
        .name(&plan.name)
        .r#type(AuthorizerType::CognitoUserPools)
        .set_provider_arns(Some(arns.to_vec()))
        .identity_source("method.request.header.Authorization")
        .set_identity_validation_expression(expression.clone())
        // An answer that was kept would hide what became of a token since.
        .authorizer_result_ttl_in_seconds(0)
        .send();
    let answer = step(session, "CreateAuthorizer", call).await?;
    let kept_expression = answer.identity_validation_expression().filter(|kept| !kept.is_empty());
    kept(&[
        ("the type of an authorizer", answer.r#type() == Some(&AuthorizerType::CognitoUserPools)),
        ("providerARNs", same(answer.provider_arns(), arns)),
        ("identityValidationExpression", kept_expression == expression.as_deref()),
    ])?;
    id("CreateAuthorizer", answer.id())
}

/// An expression that matches these audiences and nothing else.
fn expression(audience: &[String]) -> String {
    let mut pattern = String::from("^(");
    for (index, audience) in audience.iter().enumerate() {
        if index > 0 {
            pattern.push('|');
        }
        for character in audience.chars() {
            if r"\.+*?()|[]{}^$".contains(character) {
                pattern.push('\\');
            }
            pattern.push(character);
        }
    }
    pattern.push_str(")$");
    pattern
}

async fn put_method(
    session: &Session,
    api: &str,
    resource: &str,
    authorizer: &str,
    scopes: &[String],
) -> Result<(), String> {
    let call = session
        .rest
        .put_method()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method("GET")
        .authorization_type(GUARD)
        .authorizer_id(authorizer)
        .set_authorization_scopes((!scopes.is_empty()).then(|| scopes.to_vec()))
        .send();
    let answer = step(session, "PutMethod", call).await?;
    kept(&[
        ("authorizationType", answer.authorization_type() == Some(GUARD)),
        ("authorizerId", answer.authorizer_id() == Some(authorizer)),
        ("authorizationScopes", same(answer.authorization_scopes(), scopes)),
    ])
}

/// Who is let through gets a 200 without a backend.
async fn answer_itself(session: &Session, api: &str, resource: &str) -> Result<(), String> {
    let call = session
        .rest
        .put_integration()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method("GET")
        .r#type(IntegrationType::Mock)
        .request_templates(JSON, r#"{"statusCode": 200}"#)
        .send();
    step(session, "PutIntegration", call).await?;
    let call = session
        .rest
        .put_method_response()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method("GET")
        .status_code("200")
        .send();
    step(session, "PutMethodResponse", call).await?;
    let call = session
        .rest
        .put_integration_response()
        .rest_api_id(api)
        .resource_id(resource)
        .http_method("GET")
        .status_code("200")
        .response_templates(JSON, r#"{"ok":true}"#)
        .send();
    step(session, "PutIntegrationResponse", call).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_matches_no_other_audience() {
        assert_eq!(expression(&["1a2b".to_owned()]), "^(1a2b)$");
        assert_eq!(expression(&["a.b".to_owned(), "c|d-e_f".to_owned()]), r"^(a\.b|c\|d-e_f)$");
    }
}
