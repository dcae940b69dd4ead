//! How tokens are got: by a sign-in and the redemption of its code, by the client-credentials grant, or through the
//! management API.

use super::{Stock, Tokens, of};
use crate::exec::session::Meter;
use crate::exec::steps;
use crate::model::case::{ApiCall, Case, Operation, SignIn};
use crate::model::exchange::Outcome;
use crate::model::need::{Grant, Need};
use crate::model::request::{AuthStyle, Request};
use crate::model::text::one_line;
use crate::model::value::Value;
use crate::observe::redact::mask;

/// The verifier of the sign-ins made here. Some targets insist on a proof key.
const VERIFIER: &str = "poolproof-stock-0123456789-abcdefghijklmnopqr";

impl Stock<'_> {
    /// A token of the client-credentials grant with these scopes. A real pool bills each, so guards share it.
    pub(super) async fn machine_token(
        &self,
        role: &str,
        scopes: Vec<String>,
        other: bool,
    ) -> Result<String, String> {
        let key = (role.to_owned(), scopes.join(" "));
        let mut known = self.machine_tokens.lock().await;
        if let Some(token) = known.get(&key) {
            return token.clone();
        }
        let token = self.new_machine_token(role, scopes, other).await;
        known.insert(key, token.clone());
        token
    }

    async fn new_machine_token(
        &self,
        role: &str,
        scopes: Vec<String>,
        other: bool,
    ) -> Result<String, String> {
        if let Some(reason) = self.target.lacks(Need::Grant(Grant::ClientCredentials)) {
            return Err(reason.to_owned());
        }
        let request = Request::token("client_credentials");
        let request = if scopes.is_empty() { request } else { request.field("scope", scopes.join(" ")) };
        let request = if other { request.to_other_pool() } else { request };
        self.redeemed(role, Case::default(), request)
            .await
            .and_then(|tokens| of(&Ok(tokens), |tokens| &tokens.access))
    }

    /// Tokens of this user at this client: by a sign-in over HTTP where there is one, else through the management API.
    pub(super) async fn signed_in(&self, role: &str, user: &str, other: bool) -> Result<Tokens, String> {
        let username = Value::fixture(&format!("user.{user}.username"));
        let password = Value::fixture(&format!("user.{user}.password"));
        self.signed_in_as(role, (username, password), Case::default(), other).await
    }

    pub(super) async fn signed_in_as(
        &self,
        role: &str,
        (username, password): (Value, Value),
        before: Case,
        other: bool,
    ) -> Result<Tokens, String> {
        let client = self
            .session
            .fixture
            .client
            .get(role)
            .ok_or_else(|| format!("the fixture has no client.{role}"))?;
        if self.target.lacks(Need::SignIn).is_none() {
            let params = [
                ("response_type", "code".into()),
                ("client_id", Value::client_id(role)),
                ("redirect_uri", Value::callback(role, 0)),
                ("scope", client.scopes.join(" ").into()),
                ("state", "poolproof".into()),
                ("code_challenge", Value::S256(Box::new(VERIFIER.into()))),
                ("code_challenge_method", "S256".into()),
            ];
            let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let sign_in = SignIn {
                username,
                password,
                at_other_pool: other,
                ..SignIn::new(params, Value::callback(role, 0), "main")
            };
            let request = Request::token("authorization_code")
                .field("code", Value::captured("code"))
                .field("redirect_uri", Value::callback(role, 0))
                .field("code_verifier", VERIFIER);
            let request = if other { request.to_other_pool() } else { request };
            return self.redeemed(role, before.sign_in(sign_in), request).await;
        }
        if let Some(reason) = self.target.lacks(Need::Api(Operation::PasswordSignIn)) {
            return Err(reason.to_owned());
        }
        let call = ApiCall::PasswordSignIn { client: role.to_owned(), username, password };
        self.tokens(&before.api(call), "").await
    }

    /// The tokens that this request brings after these steps. A target may know one way of client authentication alone.
    pub(super) async fn redeemed(
        &self,
        role: &str,
        before: Case,
        request: Request,
    ) -> Result<Tokens, String> {
        let mut reasons = Vec::new();
        for style in [AuthStyle::Basic, AuthStyle::Post] {
            let request = request.clone().client(style, role);
            let case = before.clone().attempt_keeping(
                "redeem",
                request,
                &["access_token", "id_token", "refresh_token"],
            );
            match self.tokens(&case, "redeem.").await {
                Ok(tokens) => return Ok(tokens),
                Err(reason) => reasons.push(reason),
            }
        }
        Err(reasons.join("; "))
    }

    pub(super) async fn tokens(&self, case: &Case, prefix: &str) -> Result<Tokens, String> {
        let ran = steps::run(self.session, case, &Meter::default()).await;
        let take = |member: &str| ran.captured.get(&format!("{prefix}{member}")).cloned();
        let tokens =
            Tokens { id: take("id_token"), access: take("access_token"), refresh: take("refresh_token") };
        if tokens.access.is_some() {
            return Ok(tokens);
        }
        let last = ran.exchanges.last();
        Err(match last.map(|last| (&last.step, &last.outcome)) {
            Some((step, Outcome::Answer(answer))) => {
                format!("{} was answered with {} and without a token", one_line(step), answer.status)
            }
            Some((step, Outcome::Fault(fault))) => {
                // It may name where a redirect leads, and that may hold a code.
                format!("{}: {}", one_line(step), one_line(&mask(&fault.to_string())))
            }
            _ => "nothing came".to_owned(),
        })
    }

    pub(super) async fn of_other_pool(&self) -> Result<Tokens, String> {
        let user = if self.session.fixture.user.contains_key("foreign") { "foreign" } else { "main" };
        let signed_in = match self.session.fixture.other_domain_path() {
            Some(_) => self.signed_in("web-foreign", user, true).await,
            None => Err("users cannot sign in at the other pool".to_owned()),
        };
        match signed_in {
            Ok(tokens) => Ok(tokens),
            Err(reason) => {
                let other = self.session.fixture.other_domain_path().is_some();
                let scopes = self
                    .session
                    .fixture
                    .client
                    .get("foreign")
                    .map(|client| client.scopes.clone())
                    .unwrap_or_default();
                let machine = self.machine_token("foreign", scopes, other).await;
                machine
                    .map(|access| Tokens { access: Some(access), ..Tokens::default() })
                    .map_err(|machine| format!("{reason}; {machine}"))
            }
        }
    }
}
