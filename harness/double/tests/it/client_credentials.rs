//! The client credentials grant, and client authentication.

use serde_json::{Value, json};

use super::support::{bench, read};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
/// Basic credentials, body parameters, and whether the client is accepted.
type Credentials<'a> = (Option<(&'a str, &'a str)>, Vec<(&'a str, &'a str)>, bool);

const READ: &str = "https://api.poolproof.test/read";

#[tokio::test]
async fn a_machine_gets_an_access_token_only() {
    let bench = bench().await;
    let (status, body) = bench.token("machine", &[GRANT, ("scope", READ)]).await;
    assert_eq!(status, 200);
    let mut members: Vec<_> = body.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["access_token", "expires_in", "token_type"]);
    let claims = bench.verified("pool", body["access_token"].as_str().unwrap()).await;
    assert_eq!(claims["sub"], bench.id("machine"));
    assert_eq!(claims["scope"], READ);
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3_600);
    assert_eq!(claims.get("username"), None);
}

#[tokio::test]
async fn scopes_are_granted_refused_or_left_out() {
    let bench = bench().await;
    let api = "https://api.poolproof.test";
    let all = format!("{api}/admin {api}/read {api}/write");
    for (role, scope, expected) in [
        ("machine", None, Ok(all.clone())),
        ("machine", Some(String::new()), Ok(all)),
        ("machine", Some(format!("  {api}/read   {api}/read ")), Ok(READ.to_owned())),
        ("machine-narrow", Some(format!("{api}/write")), Err("invalid_grant")),
        ("machine-narrow", Some(format!("{api}/read {api}/write")), Err("invalid_grant")),
        ("machine", Some(format!("{api}/none")), Err("invalid_scope")),
        ("machine", Some(format!("{api}/read,{api}/write")), Err("invalid_scope")),
        ("machine", Some("openid".into()), Err("invalid_scope")),
        ("machine-retired", Some(format!("{api}/read {api}/retired")), Ok(READ.to_owned())),
        ("machine-retired", None, Ok(READ.to_owned())),
        ("machine-switched-off", None, Err("invalid_grant")),
        ("domainless", None, Ok(READ.to_owned())),
        ("no-oauth", None, Err("unauthorized_client")),
        ("web", None, Err("unauthorized_client")),
        ("public", None, Err("unauthorized_client")),
        ("public", Some("nowhere/read".into()), Err("invalid_scope")),
        ("deleted", None, Err("invalid_client")),
        ("foreign", None, Err("invalid_client")),
    ] {
        let mut form = vec![GRANT];
        form.extend(scope.as_deref().map(|scope| ("scope", scope)));
        let (status, body) = bench.token(role, &form).await;
        match expected {
            Ok(scopes) => {
                assert_eq!(status, 200, "{role} {scope:?} {body}");
                let claims = bench.verified("pool", body["access_token"].as_str().unwrap()).await;
                assert_eq!(claims["scope"], scopes);
            }
            Err(error) => assert_eq!((status, body), (400, json!({ "error": error })), "{role} {scope:?}"),
        }
    }
}

#[tokio::test]
async fn the_other_pool_has_its_own_domain() {
    let bench = bench().await;
    let path = "/other-pool/oauth2/token";
    let (status, body) = bench.token_at(path, "foreign", &[GRANT]).await;
    assert_eq!(status, 200);
    bench.verified("other-pool", body["access_token"].as_str().unwrap()).await;
    let (status, body) = bench.token_at(path, "machine", &[GRANT]).await;
    assert_eq!((status, body), (400, json!({ "error": "invalid_client" })));
}

#[tokio::test]
async fn clients_prove_themselves() {
    let bench = bench().await;
    let (id, secret) = (bench.id("machine"), bench.client("machine", "secret"));
    let other = bench.id("machine-narrow");
    let upper = secret.to_uppercase();
    let two = "machine-two-secrets";
    let rotated = "machine-rotated";
    let cases: Vec<Credentials<'_>> = vec![
        (Some((id, secret)), vec![], true),
        (Some((id, secret)), vec![("client_id", id)], true),
        (Some((id, secret)), vec![("client_id", id), ("client_secret", secret)], true),
        (None, vec![("client_id", id), ("client_secret", secret)], true),
        (Some((bench.id(two), bench.client(two, "secret"))), vec![], true),
        (Some((bench.id(two), bench.client(two, "second-secret"))), vec![], true),
        (Some((bench.id(rotated), bench.client(rotated, "secret"))), vec![], true),
        (Some((bench.id(rotated), bench.client(rotated, "deleted-secret"))), vec![], false),
        (Some((id, "")), vec![], false),
        (Some((id, &upper)), vec![], false),
        (Some((id, &secret[..50])), vec![], false),
        (Some((id, secret)), vec![("client_id", other)], false),
        (Some(("nobody", secret)), vec![], false),
        (None, vec![("client_id", id)], false),
        (None, vec![("client_id", id), ("client_secret", "")], false),
        (None, vec![], false),
    ];
    for (basic, form, accepted) in cases {
        let mut request = bench.http.post(bench.url("/oauth2/token"));
        if let Some((id, secret)) = basic {
            request = request.basic_auth(id, Some(secret));
        }
        let form: Vec<_> = form.into_iter().chain([GRANT]).collect();
        let (status, body) = read(request.form(&form).send().await.unwrap()).await;
        if accepted {
            assert_eq!(status, 200, "{basic:?} {form:?}");
        } else {
            assert_eq!((status, body), (400, json!({ "error": "invalid_client" })), "{basic:?} {form:?}");
        }
    }
}

#[tokio::test]
async fn malformed_authorization_headers_are_invalid_client() {
    let bench = bench().await;
    for header in ["Basic", "Basic !!!", "Basic aWQ=", "bm9zY2hlbWU6eA==", "Digest a=b"] {
        let request = bench.http.post(bench.url("/oauth2/token")).header("authorization", header);
        let (status, body) = read(request.form(&[GRANT]).send().await.unwrap()).await;
        assert_eq!((status, &body["error"]), (400, &Value::from("invalid_client")), "{header}");
    }
}
