//! The steps that many scenarios share: signing in, redeeming, refreshing.

use poolproof_harness::prelude::*;

/// The step of [`redeemed`] whose tokens are kept.
pub(crate) const REDEEM: &str = "redeem";

/// The verifier of all sign-ins that are not about proof keys. There is one, because some targets insist on it.
const VERIFIER: &str = "poolproof-0123456789-abcdefghijklmnopqrstuvwxyz";

/// The first callback URL of a role, at which all sign-ins end unless they say otherwise.
pub(crate) fn callback(role: &str) -> Value {
    Value::callback(role, 0)
}

/// A client credentials request of a role, without scopes.
pub(crate) fn credentials_of(style: AuthStyle, role: &str) -> Request {
    Request::token("client_credentials").client(style, role)
}

/// A sign-in of the user `main` at the client with this role; it keeps `code`.
pub(crate) fn sign_in(role: &str, scopes: &[Value]) -> SignIn {
    let mut sign_in = sign_in_without_scope(role);
    sign_in.params.push(("scope".to_owned(), listed(scopes)));
    sign_in
}

/// The same without `scope`.
pub(crate) fn sign_in_without_scope(role: &str) -> SignIn {
    with_challenge(bare_sign_in(role), VERIFIER)
}

/// A sign-in of the user `main` with the scope `openid` and without a proof key.
pub(crate) fn unproven_sign_in(role: &str) -> SignIn {
    with_param(bare_sign_in(role), "scope", listed(&openid()))
}

/// The parameters of an authorization request of a role: response type, client, first callback and a state.
pub(crate) fn authorization(role: &str) -> Vec<(String, Value)> {
    let params = [
        ("response_type", "code".into()),
        ("client_id", Value::client_id(role)),
        ("redirect_uri", callback(role)),
        ("state", "poolproof".into()),
    ];
    params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn bare_sign_in(role: &str) -> SignIn {
    SignIn::new(authorization(role), callback(role), "main")
}

/// The same sign-in with this parameter set to another value.
pub(crate) fn with_param(mut sign_in: SignIn, name: &str, value: Value) -> SignIn {
    sign_in.params.retain(|(present, _)| present != name);
    sign_in.params.push((name.to_owned(), value));
    sign_in
}

/// The same sign-in with the `S256` challenge of a verifier.
pub(crate) fn with_challenge(sign_in: SignIn, verifier: &str) -> SignIn {
    let challenge = Value::S256(Box::new(verifier.into()));
    with_param(with_param(sign_in, "code_challenge", challenge), "code_challenge_method", "S256".into())
}

/// The same sign-in by this user of the fixture.
pub(crate) fn by_user(sign_in: SignIn, user: &str) -> SignIn {
    let SignIn { username, password, .. } = SignIn::new(Vec::new(), "".into(), user);
    SignIn { username, password, ..sign_in }
}

/// The same sign-in by another user: one made for this case.
pub(crate) fn by_throwaway(sign_in: SignIn, username: &str) -> SignIn {
    SignIn { username: username.into(), password: THROWAWAY_PASSWORD.into(), ..sign_in }
}

/// The call that makes such a user.
pub(crate) fn create_throwaway(username: &str) -> ApiCall {
    ApiCall::CreateUser {
        username: username.into(),
        password: THROWAWAY_PASSWORD.into(),
        attributes: Vec::new(),
    }
}

/// The redemption of the code of [`sign_in`], without client authentication.
pub(crate) fn redemption(role: &str) -> Request {
    redemption_at(callback(role))
}

/// The same with this redirect URI.
pub(crate) fn redemption_at(redirect_uri: Value) -> Request {
    code_request(Value::captured("code"), redirect_uri)
}

/// The redemption of the captured code without a verifier and without client authentication.
pub(crate) fn unproven_redemption(role: &str) -> Request {
    bare_code_request(Value::captured("code"), callback(role))
}

/// A code request with the verifier of [`sign_in`], without client authentication. Made-up codes come with a verifier
/// too, so that a target which insists on one is asked about the code.
pub(crate) fn code_request(code: Value, redirect_uri: Value) -> Request {
    bare_code_request(code, redirect_uri).field("code_verifier", VERIFIER)
}

/// A code request without a verifier and without client authentication.
pub(crate) fn bare_code_request(code: Value, redirect_uri: Value) -> Request {
    Request::token("authorization_code").field("code", code).field("redirect_uri", redirect_uri)
}

/// A refresh, without client authentication.
pub(crate) fn refresh(token: Value) -> Request {
    Request::token("refresh_token").field("refresh_token", token)
}

/// A token kept by the step [`REDEEM`]: `access_token`, `id_token` or `refresh_token`.
pub(crate) fn kept(member: &str) -> Value {
    Value::captured(&format!("{REDEEM}.{member}"))
}

/// The refresh with the token kept by [`redeemed`].
pub(crate) fn refresh_kept(style: AuthStyle, role: &str) -> Request {
    refresh(kept("refresh_token")).client(style, role)
}

/// The same request with this `scope`, if there is one.
pub(crate) fn scoped(request: Request, scope: Option<Value>) -> Request {
    match scope {
        Some(scope) => request.field("scope", scope),
        None => request,
    }
}

/// A sign-in and the redemption of its code, with the refresh token kept.
pub(crate) fn redeemed(role: &str, style: AuthStyle, scopes: &[Value]) -> Case {
    signed_in_and_redeemed(sign_in(role, scopes), redemption(role).client(style, role))
}

/// The same with these members of the answer kept.
pub(crate) fn redeemed_keeping(role: &str, style: AuthStyle, scopes: &[Value], keep: &[&str]) -> Case {
    signed_in_keeping(sign_in(role, scopes), role, style, keep)
}

/// This sign-in and the redemption of its code with these members of the answer kept.
pub(crate) fn signed_in_keeping(sign_in: SignIn, role: &str, style: AuthStyle, keep: &[&str]) -> Case {
    let redemption = as_client(redemption(role), style, role);
    Case::default().sign_in(sign_in).setup(REDEEM, redemption, keep)
}

/// The same by a user who is made for this case, whatever is done to that user then.
pub(crate) fn throwaway_keeping(
    username: &str,
    (role, style): (&str, AuthStyle),
    scopes: &[Value],
    keep: &[&str],
) -> Case {
    let sign_in = by_throwaway(sign_in(role, scopes), username);
    Case::default().api(create_throwaway(username)).sign_in(sign_in).setup(
        REDEEM,
        as_client(redemption(role), style, role),
        keep,
    )
}

/// Cases that have a user of their own each, who is removed at the end.
pub(crate) fn for_throwaway<T: std::fmt::Debug + 'static>(
    inputs: impl Strategy<Value = T> + 'static,
    case: fn(&str, T) -> Case,
) -> BoxedStrategy<Case> {
    (throwaway_username(), inputs)
        .prop_map(move |(username, input)| {
            case(&username, input)
                .cleanup("clean-up", ApiCall::DeleteUser { username: username.as_str().into() })
                .input("user", username)
        })
        .boxed()
}

/// The request in the name of the client with this role; `public` has no secret.
pub(crate) fn as_client(request: Request, style: AuthStyle, role: &str) -> Request {
    if role == "public" { request.public_client(role) } else { request.client(style, role) }
}

/// A revocation of this token, without client authentication.
pub(crate) fn revocation(token: Value) -> Request {
    Request::post_form(Endpoint::Revoke).field("token", token)
}

/// A request for what userInfo says to this access token.
pub(crate) fn user_info(token: Value) -> Request {
    Request::get(Endpoint::UserInfo).bearer(token)
}

/// This sign-in and this redemption of its code, with the refresh token kept.
pub(crate) fn signed_in_and_redeemed(sign_in: SignIn, redemption: Request) -> Case {
    Case::default().sign_in(sign_in).setup(REDEEM, redemption, &["refresh_token"])
}

/// `openid` alone.
pub(crate) fn openid() -> Vec<Value> {
    vec!["openid".into()]
}

/// `openid` with any other scopes that the client `web` may ask for, in every order.
pub(crate) fn web_scopes() -> BoxedStrategy<Vec<Value>> {
    with(openid(), vec!["email".into(), "profile".into()])
}

/// A list of scopes as it is noted with a case.
pub(crate) fn shown(scopes: &[Value]) -> String {
    listed(scopes).to_string()
}
