//! Operations that a signed-in user or an app calls: sign-in through the API, sign-out, revocation.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{ApiError, Input, Outcome};
use crate::call::Call;
use crate::claims;
use crate::pool::{Client, Scopes};
use crate::state::{SignIn, State};
use crate::token;

pub(super) fn initiate(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let (pool_id, client) = find_client(state, input)?;
    let parameters = input.get("AuthParameters").cloned().unwrap_or_default();
    let parameter = |name: &str| parameters.get(name).and_then(Value::as_str);
    match input.required("AuthFlow")? {
        "USER_PASSWORD_AUTH" => {
            require_flow(&client, "ALLOW_USER_PASSWORD_AUTH")?;
            let username = parameter("USERNAME").ok_or_else(|| missing("USERNAME"))?;
            let password = parameter("PASSWORD").ok_or_else(|| missing("PASSWORD"))?;
            check_secret_hash(&client, &[username], parameter("SECRET_HASH"))?;
            with_password(call, state, &pool_id, &client, (username, password))
        }
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            require_flow(&client, "ALLOW_REFRESH_TOKEN_AUTH")?;
            let refresh = parameter("REFRESH_TOKEN").ok_or_else(|| missing("REFRESH_TOKEN"))?;
            let revoked = || not_authorized("Refresh Token has been revoked");
            let sign_in = state
                .refresh_tokens
                .get(refresh)
                .and_then(|token| state.sign_ins.get(&token.origin_jti))
                .ok_or_else(revoked)?;
            let names = [sign_in.username.as_str(), sign_in.sub.as_str()];
            check_secret_hash(&client, &names, parameter("SECRET_HASH"))?;
            let renewed = token::renew(call, state, &pool_id, &client, refresh).map_err(|_| revoked())?;
            Ok(result(&client, &renewed.access, renewed.id.as_deref(), renewed.refresh.as_deref()))
        }
        _ => Err(ApiError::invalid("Unsupported AuthFlow.")),
    }
}

fn with_password(
    call: &Call<'_>,
    state: &mut State,
    pool_id: &str,
    client: &Client,
    (username, password): (&str, &str),
) -> Outcome {
    let user = state
        .pools
        .get(pool_id)
        .and_then(|pool| pool.users.get(username))
        .filter(|user| user.password == password)
        .ok_or_else(|| not_authorized("Incorrect username or password."))?;
    if !user.enabled {
        return Err(not_authorized("User is disabled."));
    }
    if !user.confirmed {
        return Ok(json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "ChallengeParameters": { "USER_ID_FOR_SRP": username },
            "Session": "a session of the double leads nowhere",
        }));
    }
    let sub = user.sub.clone();
    let sign_in = SignIn {
        origin_jti: state.ids.uuid(),
        pool_id: pool_id.to_owned(),
        client_id: client.id.clone(),
        username: username.to_owned(),
        sub,
        // `claims.access.sdk-scope`
        scopes: Scopes::from(["aws.cognito.signin.user.admin".to_owned()]),
        nonce: None,
        resource: None,
        auth_time: call.now,
        revoked: false,
    };
    let (access, id) = token::user_tokens(call, state, client, &sign_in, None)
        .map_err(|_| not_authorized("Incorrect username or password."))?;
    let expires = call.now.saturating_add(client.settings.refresh_seconds());
    let refresh = state.issue_refresh_token(call, &sign_in.origin_jti, expires);
    state.sign_ins.insert(sign_in.origin_jti.clone(), sign_in);
    Ok(result(client, &access, id.as_deref(), Some(&refresh)))
}

pub(super) fn global_sign_out(call: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let token = input.required("AccessToken")?;
    let (pool_id, claims) = state
        .pools
        .values()
        .find_map(|pool| Some((pool.id.clone(), claims::verified_access(call, pool, token)?)))
        .ok_or_else(|| not_authorized("Invalid Access Token"))?;
    let origin = claims.get("origin_jti").and_then(Value::as_str).unwrap_or_default();
    let sign_in = state.sign_ins.get(origin).filter(|sign_in| !sign_in.revoked);
    let young = claims.get("exp").and_then(Value::as_u64).is_some_and(|exp| call.now < exp);
    let username = sign_in
        .filter(|_| young)
        .map(|sign_in| sign_in.username.clone())
        .ok_or_else(|| not_authorized("Access Token has been revoked"))?;
    state.revoke_user(&pool_id, &username);
    Ok(json!({}))
}

pub(super) fn revoke(_: &Call<'_>, state: &mut State, input: &Input) -> Outcome {
    let (pool_id, client) = find_client(state, input)?;
    let secret = input.text("ClientSecret");
    let proven = match secret {
        Some(sent) => client.secrets.iter().any(|secret| secret.value == sent),
        None => client.is_public(),
    };
    if !proven {
        return Err(not_authorized("Unable to verify secret for client"));
    }
    if !client.settings.enable_token_revocation {
        let text = "Token revocation is not enabled for this client";
        return Err(ApiError::new("UnsupportedOperationException", text));
    }
    let origin = state.refresh_tokens.get(input.required("Token")?).map(|token| token.origin_jti.clone());
    if let Some(sign_in) = origin.and_then(|origin| state.sign_ins.get_mut(&origin)) {
        if sign_in.client_id != client.id || sign_in.pool_id != pool_id {
            return Err(not_authorized("The token belongs to another client"));
        }
        sign_in.revoked = true;
    }
    Ok(json!({}))
}

/// Client ids are unique over all pools, so these operations name no pool.
fn find_client(state: &State, input: &Input) -> Result<(String, Client), ApiError> {
    let id = input.required("ClientId")?;
    state
        .pools
        .values()
        .find_map(|pool| Some((pool.id.clone(), pool.clients.get(id)?.clone())))
        .ok_or_else(|| ApiError::not_found(format!("User pool client {id} does not exist.")))
}

fn require_flow(client: &Client, flow: &str) -> Result<(), ApiError> {
    if client.settings.lists_explicit(flow) {
        Ok(())
    } else {
        Err(ApiError::invalid("The flow is not enabled for this client"))
    }
}

/// `SECRET_HASH` is the Base64 of HMAC-SHA256 over username and client id, with the secret as key (AWS developer guide,
/// "Computing secret hash values").
fn check_secret_hash(client: &Client, usernames: &[&str], sent: Option<&str>) -> Result<(), ApiError> {
    if client.is_public() {
        return match sent {
            None => Ok(()),
            Some(_) => Err(not_authorized("Client has no secret but a SECRET_HASH was sent")),
        };
    }
    let matches = client.secrets.iter().any(|secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.value.as_bytes());
        usernames.iter().any(|username| {
            let tag = hmac::sign(&key, format!("{username}{}", client.id).as_bytes());
            sent == Some(STANDARD.encode(tag.as_ref()).as_str())
        })
    });
    if matches { Ok(()) } else { Err(not_authorized("Unable to verify secret hash for client")) }
}

fn result(client: &Client, access: &str, id: Option<&str>, refresh: Option<&str>) -> Value {
    let mut tokens = json!({
        "AccessToken": access,
        "ExpiresIn": client.settings.access_seconds(),
        "TokenType": "Bearer",
    });
    if let Some(token) = id {
        tokens["IdToken"] = token.into();
    }
    if let Some(token) = refresh {
        tokens["RefreshToken"] = token.into();
    }
    json!({ "AuthenticationResult": tokens, "ChallengeParameters": {} })
}

fn not_authorized(text: &str) -> ApiError {
    ApiError::new("NotAuthorizedException", text)
}

fn missing(name: &str) -> ApiError {
    ApiError::invalid(format!("Missing required parameter {name}"))
}
