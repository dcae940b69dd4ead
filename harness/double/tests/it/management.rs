//! The management API with raw JSON.

use reqwest::header::COOKIE;
use serde_json::{Value, json};

use super::support::{Bench, bench, location, parameter, read};

const SERVICE: &str = "AWSCognitoIdentityProviderService";

async fn call(bench: &Bench, operation: &str, input: Value) -> (u16, Value) {
    let request = bench.http.post(bench.double.base_url()).body(input.to_string());
    let request = request
        .header("x-amz-target", format!("{SERVICE}.{operation}"))
        .header("content-type", "application/x-amz-json-1.1");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/x-amz-json-1.1");
    read(answer).await
}

async fn ok(bench: &Bench, operation: &str, input: Value) -> Value {
    let (status, body) = call(bench, operation, input).await;
    assert_eq!(status, 200, "{operation}: {body}");
    body
}

async fn kind(bench: &Bench, operation: &str, input: Value) -> String {
    let (status, body) = call(bench, operation, input).await;
    assert_eq!(status, 400, "{operation}: {body}");
    body["__type"].as_str().unwrap().to_owned()
}

async fn pool(bench: &Bench) -> String {
    let created = ok(bench, "CreateUserPool", json!({ "PoolName": "p", "UserPoolTags": { "a": "b" } })).await;
    let scope = json!({ "ScopeName": "read", "ScopeDescription": "r" });
    let id = created["UserPool"]["Id"].as_str().unwrap().to_owned();
    let server = json!({ "UserPoolId": id, "Identifier": "api", "Name": "n", "Scopes": [scope] });
    ok(bench, "CreateResourceServer", server).await;
    id
}

fn machine(pool: &str) -> Value {
    json!({
        "UserPoolId": pool, "ClientName": "m", "GenerateSecret": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["api/read"],
        "AllowedOAuthFlowsUserPoolClient": true,
    })
}

async fn machine_token(bench: &Bench, id: &str, secret: &str) -> u16 {
    let request = bench.http.post(bench.url("/oauth2/token")).basic_auth(id, Some(secret));
    let form = [("grant_type", "client_credentials")];
    request.form(&form).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_pool_lives_and_dies() {
    let bench = bench().await;
    let id = pool(&bench).await;
    assert!(id.starts_with("us-east-1_") && id.len() == 19);
    let described = ok(&bench, "DescribeUserPool", json!({ "UserPoolId": id })).await;
    let arn = described["UserPool"]["Arn"].clone();
    ok(&bench, "TagResource", json!({ "ResourceArn": arn, "Tags": { "c": "d" } })).await;
    let described = ok(&bench, "DescribeUserPool", json!({ "UserPoolId": id })).await;
    assert_eq!(described["UserPool"]["UserPoolTags"], json!({ "a": "b", "c": "d" }));
    let listed = ok(&bench, "ListUserPools", json!({ "MaxResults": 2 })).await;
    assert_eq!(listed["UserPools"].as_array().unwrap().len(), 2);
    let rest =
        ok(&bench, "ListUserPools", json!({ "MaxResults": 2, "NextToken": listed["NextToken"] })).await;
    assert_eq!(rest["UserPools"].as_array().unwrap().len(), 1);

    let domain = json!({ "UserPoolId": id, "Domain": "my-domain" });
    ok(&bench, "CreateUserPoolDomain", domain.clone()).await;
    assert_eq!(kind(&bench, "CreateUserPoolDomain", domain.clone()).await, "InvalidParameterException");
    let described = ok(&bench, "DescribeUserPoolDomain", json!({ "Domain": "my-domain" })).await;
    assert_eq!(described["DomainDescription"]["UserPoolId"], id.as_str());
    let delete = json!({ "UserPoolId": id });
    assert_eq!(kind(&bench, "DeleteUserPool", delete.clone()).await, "InvalidParameterException");
    ok(&bench, "DeleteUserPoolDomain", domain).await;
    let gone = ok(&bench, "DescribeUserPoolDomain", json!({ "Domain": "my-domain" })).await;
    assert_eq!(gone["DomainDescription"], json!({}));
    ok(&bench, "DeleteUserPool", delete.clone()).await;
    assert_eq!(kind(&bench, "DescribeUserPool", delete).await, "ResourceNotFoundException");
    assert_eq!(kind(&bench, "NoSuchOperation", json!({})).await, "UnknownOperationException");
}

#[tokio::test]
async fn clients_secrets_and_scopes_take_effect() {
    let bench = bench().await;
    let pool = pool(&bench).await;
    let created = ok(&bench, "CreateUserPoolClient", machine(&pool)).await;
    let client = &created["UserPoolClient"];
    let id = client["ClientId"].as_str().unwrap();
    let first = client["ClientSecret"].as_str().unwrap();
    assert_eq!(machine_token(&bench, id, first).await, 200);
    let named = json!({ "UserPoolId": pool, "ClientId": id });
    let added = ok(&bench, "AddUserPoolClientSecret", named.clone()).await;
    let second = added["ClientSecretDescriptor"]["ClientSecretValue"].as_str().unwrap();
    assert_eq!(machine_token(&bench, id, second).await, 200);
    assert_eq!(kind(&bench, "AddUserPoolClientSecret", named.clone()).await, "LimitExceededException");
    let listed = ok(&bench, "ListUserPoolClientSecrets", named.clone()).await;
    let mut delete = named.clone();
    delete["ClientSecretId"] = listed["ClientSecrets"][0]["ClientSecretId"].clone();
    ok(&bench, "DeleteUserPoolClientSecret", delete).await;
    assert_eq!(machine_token(&bench, id, first).await, 400);
    assert_eq!(machine_token(&bench, id, second).await, 200);

    let server = json!({ "UserPoolId": pool, "Identifier": "api", "Name": "n", "Scopes": [] });
    let updated = ok(&bench, "UpdateResourceServer", server.clone()).await;
    assert_eq!(updated["ResourceServer"]["Scopes"], json!([]));
    ok(&bench, "DescribeResourceServer", server.clone()).await;
    assert_eq!(machine_token(&bench, id, second).await, 200);
    assert_eq!(kind(&bench, "CreateUserPoolClient", machine(&pool)).await, "ScopeDoesNotExistException");
    let mut off = named.clone();
    off["AllowedOAuthFlowsUserPoolClient"] = false.into();
    ok(&bench, "UpdateUserPoolClient", off).await;
    assert_eq!(machine_token(&bench, id, second).await, 400);
    let described = ok(&bench, "DescribeUserPoolClient", named.clone()).await;
    assert_eq!(described["UserPoolClient"]["ClientName"], "m");
    let listed = ok(&bench, "ListUserPoolClients", json!({ "UserPoolId": pool, "MaxResults": 60 })).await;
    assert_eq!(listed["UserPoolClients"].as_array().unwrap().len(), 1);
    ok(&bench, "DeleteUserPoolClient", named.clone()).await;
    assert_eq!(kind(&bench, "DescribeUserPoolClient", named).await, "ResourceNotFoundException");
    ok(&bench, "DeleteResourceServer", server.clone()).await;
    assert_eq!(kind(&bench, "DeleteResourceServer", server).await, "ResourceNotFoundException");
}

#[tokio::test]
async fn impossible_clients_are_refused() {
    let bench = bench().await;
    let pool = pool(&bench).await;
    for (member, value, expected) in [
        ("GenerateSecret", json!(false), "InvalidOAuthFlowException"),
        ("AllowedOAuthFlows", json!(["client_credentials", "code"]), "InvalidOAuthFlowException"),
        ("AllowedOAuthScopes", json!(["api/none"]), "ScopeDoesNotExistException"),
        ("CallbackURLs", json!(["https://a.test/#x"]), "InvalidParameterException"),
        ("AccessTokenValidity", json!(48), "InvalidParameterException"),
        ("AllowedOAuthFlows", json!("code"), "SerializationException"),
        ("UserPoolId", json!("us-east-1_none"), "ResourceNotFoundException"),
    ] {
        let mut input = machine(&pool);
        input[member] = value;
        assert_eq!(kind(&bench, "CreateUserPoolClient", input).await, expected, "{member}");
    }
}

#[tokio::test]
async fn users_sign_in_through_the_api_and_the_pages() {
    let bench = bench().await;
    let pool = pool(&bench).await;
    let client = ok(&bench, "CreateUserPoolClient", json!({
        "UserPoolId": pool, "ClientName": "w", "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": ["https://w.test/cb"],
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }))
    .await;
    let id = client["UserPoolClient"]["ClientId"].as_str().unwrap();
    let user = json!({ "UserPoolId": pool, "Username": "u" });
    let email = json!([{ "Name": "email", "Value": "u@w.test" }]);
    let create = json!({ "UserPoolId": pool, "Username": "u", "UserAttributes": email });
    let created = ok(&bench, "AdminCreateUser", create.clone()).await;
    assert_eq!(created["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(kind(&bench, "AdminCreateUser", create).await, "UsernameExistsException");
    let password =
        |text: &str| json!({ "UserPoolId": pool, "Username": "u", "Password": text, "Permanent": true });
    assert_eq!(kind(&bench, "AdminSetUserPassword", password("weak")).await, "InvalidPasswordException");
    ok(&bench, "AdminSetUserPassword", password("Strong-1-enough")).await;
    let auth = json!({ "ClientId": id, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "u", "PASSWORD": "Strong-1-enough" } });
    let signed_in = ok(&bench, "InitiateAuth", auth.clone()).await;
    let tokens = &signed_in["AuthenticationResult"];
    let refresh = tokens["RefreshToken"].as_str().unwrap();
    let again = json!({ "ClientId": id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": { "REFRESH_TOKEN": refresh } });
    ok(&bench, "InitiateAuth", again.clone()).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", id)];
    let oauth = || bench.http.post(bench.url("/oauth2/token")).form(&form).send();
    assert_eq!(oauth().await.unwrap().status(), 200);
    ok(&bench, "GlobalSignOut", json!({ "AccessToken": tokens["AccessToken"] })).await;
    assert_eq!(oauth().await.unwrap().status(), 400);
    assert_eq!(kind(&bench, "InitiateAuth", again).await, "NotAuthorizedException");

    let login = format!("/login?response_type=code&client_id={id}&redirect_uri=https://w.test/cb");
    let form = [("_csrf", "x"), ("username", "u"), ("password", "Strong-1-enough")];
    let post = || bench.http.post(bench.url(&login)).header(COOKIE, "XSRF-TOKEN=x").form(&form).send();
    let back = location(&post().await.unwrap());
    assert!(parameter(&back, "code").is_some());
    ok(&bench, "AdminDisableUser", user.clone()).await;
    assert_eq!(post().await.unwrap().status(), 200);
    assert_eq!(kind(&bench, "InitiateAuth", auth.clone()).await, "NotAuthorizedException");
    let code = parameter(&back, "code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "https://w.test/cb"),
        ("client_id", id),
    ];
    let redeemed = bench.http.post(bench.url("/oauth2/token")).form(&form);
    assert_eq!(read(redeemed.send().await.unwrap()).await, (400, json!({ "error": "invalid_grant" })));
    ok(&bench, "AdminEnableUser", user.clone()).await;
    let signed_in = ok(&bench, "InitiateAuth", auth.clone()).await;
    let token = &signed_in["AuthenticationResult"]["RefreshToken"];
    ok(&bench, "RevokeToken", json!({ "ClientId": id, "Token": token })).await;
    ok(&bench, "AdminUserGlobalSignOut", user.clone()).await;
    ok(&bench, "AdminDeleteUser", user.clone()).await;
    assert_eq!(kind(&bench, "AdminDeleteUser", user).await, "UserNotFoundException");
}

#[tokio::test]
async fn a_secret_hash_proves_the_client() {
    let bench = bench().await;
    let role = "no-oauth";
    let user = &bench.fixture["user"]["main"];
    let input = |hash: &str| {
        json!({ "ClientId": bench.id(role), "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {
            "USERNAME": user["username"], "PASSWORD": user["password"], "SECRET_HASH": hash } })
    };
    // Computed with openssl from the fixed username, client id and secret.
    let hash = "WiFohjzowsIJMfvwotA8MzYK9i3ya//m8XdEQlr0Ls0=";
    assert_eq!(kind(&bench, "InitiateAuth", input("x")).await, "NotAuthorizedException");
    let tokens = ok(&bench, "InitiateAuth", input(hash)).await;
    let access = tokens["AuthenticationResult"]["AccessToken"].as_str().unwrap();
    let claims = bench.verified("pool", access).await;
    assert_eq!(claims["scope"], "aws.cognito.signin.user.admin");
    let refresh = tokens["AuthenticationResult"]["RefreshToken"].as_str().unwrap();
    assert_eq!(bench.refresh(role, refresh).await.0, 200);
}
