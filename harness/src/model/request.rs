//! One HTTP request as data, with a builder for the forms that scenarios need.

use serde::{Deserialize, Serialize};

use super::edit::Edit;
use super::endpoint::Endpoint;
use super::value::Value;

/// The media type of OAuth requests (RFC 6749 section 4.1.3).
pub const FORM: &str = "application/x-www-form-urlencoded";

/// One HTTP request whose values are worked out when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Request {
    /// The method, in the letter case in which it is sent.
    pub method: String,
    /// Where it goes.
    pub endpoint: Endpoint,
    /// The query, percent-encoded when it is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, Value)>,
    /// Header fields, sent as they are and in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, Value)>,
    /// The body.
    #[serde(default)]
    pub body: Body,
    /// The pool that its URL names in the place of the fixture's. Only below the issuer, and only where that is one of
    /// its own for each pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Value>,
    /// Whether it is sent by the browser of the case: with the cookies that earlier steps brought, keeping those that
    /// its answer brings.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_browser: bool,
    /// How its URL differs from that of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_edit: Option<Edit>,
    /// Whether it goes to the domain of the other pool.
    #[serde(default, skip_serializing_if = "is_false")]
    pub to_other_pool: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// The method of a guarded request: the one that the settings of the guard name.
pub const GUARDED_METHOD: &str = "{method}";

/// The header field of a guarded request that holds the token: the one that the settings of the guard name.
pub const TOKEN_HEADER: &str = "{token-header}";

/// The body of a request. Its media type is a header field like any other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// None at all.
    #[default]
    None,
    /// Form fields, percent-encoded when they are sent.
    Form(Vec<(String, Value)>),
    /// This text.
    Text(Value),
}

/// How a client proves who it is at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthStyle {
    /// `Authorization: Basic` (RFC 6749 section 2.3.1).
    Basic,
    /// `client_id` and `client_secret` in the form body (the same section).
    Post,
}

impl Request {
    /// A request without header fields and body.
    pub fn new(method: &str, endpoint: Endpoint) -> Self {
        Self {
            method: method.to_owned(),
            endpoint,
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::None,
            pool: None,
            in_browser: false,
            url_edit: None,
            to_other_pool: false,
        }
    }

    /// A `POST` with an empty form and the form media type.
    pub fn post_form(endpoint: Endpoint) -> Self {
        Self {
            body: Body::Form(Vec::new()),
            ..Self::new("POST", endpoint).header("Accept", "application/json").header("Content-Type", FORM)
        }
    }

    /// Every value of the query, the header fields and the body.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let fields: &[(String, Value)] = match &self.body {
            Body::Form(fields) => fields,
            Body::None | Body::Text(_) => &[],
        };
        let text = match &self.body {
            Body::Text(text) => Some(text),
            Body::None | Body::Form(_) => None,
        };
        let others = text.into_iter().chain(&self.pool);
        self.query.iter().chain(&self.headers).chain(fields).map(|(_, value)| value).chain(others)
    }

    /// A `GET` without a query.
    pub fn get(endpoint: Endpoint) -> Self {
        Self::new("GET", endpoint).header("Accept", "*/*")
    }

    /// A token request with this grant type.
    pub fn token(grant_type: &str) -> Self {
        Self::post_form(Endpoint::Token).field("grant_type", grant_type)
    }

    /// Adds a form field; a body that is not a form becomes one.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        let field = (name.to_owned(), value.into());
        if let Body::Form(fields) = &mut self.body {
            fields.push(field);
        } else {
            self.body = Body::Form(vec![field]);
        }
        self
    }

    /// Sends it with the cookies of the case's browser, and keeps those that come back.
    #[must_use]
    pub fn in_browser(mut self) -> Self {
        self.in_browser = true;
        self
    }

    /// Sends it to a URL that differs from that of the endpoint.
    #[must_use]
    pub fn at(mut self, edit: Edit) -> Self {
        self.url_edit = Some(edit);
        self
    }

    /// Sends it to the domain of the other pool.
    #[must_use]
    pub fn to_other_pool(mut self) -> Self {
        self.to_other_pool = true;
        self
    }

    /// Asks for what belongs to another pool.
    #[must_use]
    pub fn of_pool(mut self, pool: impl Into<Value>) -> Self {
        self.pool = Some(pool.into());
        self
    }

    /// Takes parameters of this name out of the query.
    #[must_use]
    pub fn without_param(mut self, name: &str) -> Self {
        self.query.retain(|(present, _)| present != name);
        self
    }

    /// Adds form fields.
    #[must_use]
    pub fn fields(self, fields: impl IntoIterator<Item = (String, Value)>) -> Self {
        fields.into_iter().fold(self, |request, (name, value)| request.field(&name, value))
    }

    /// Takes form fields of this name away.
    #[must_use]
    pub fn without_field(mut self, name: &str) -> Self {
        if let Body::Form(fields) = &mut self.body {
            fields.retain(|(present, _)| present != name);
        }
        self
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header field; one of the same name, in any letter case, gives way.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self = self.without_header(name);
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes header fields of this name away.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self
    }

    /// Replaces the body by this text and leaves the header fields alone.
    #[must_use]
    pub fn text(mut self, body: impl Into<Value>) -> Self {
        self.body = Body::Text(body.into());
        self
    }

    /// A request to the guarded URL that is tested, without a token.
    pub fn to_guard() -> Self {
        Self::new(GUARDED_METHOD, Endpoint::Guard).header("Accept", "*/*")
    }

    /// A request to the guarded URL with this token, after `Bearer`.
    pub fn guarded(token: impl Into<Value>) -> Self {
        Self::to_guard().header(TOKEN_HEADER, Value::Joined(vec!["Bearer ".into(), token.into()]))
    }

    /// The same with method and token header of a guard in the places that are open for them.
    #[must_use]
    pub fn for_guard(mut self, method: &str, header: &str) -> Self {
        if self.method == GUARDED_METHOD {
            method.clone_into(&mut self.method);
        }
        // Where the token is looked for in the query, the settings name its parameter instead.
        let fields = self.headers.iter_mut().chain(&mut self.query);
        for (name, _) in fields.filter(|(name, _)| name == TOKEN_HEADER) {
            header.clone_into(name);
        }
        self
    }

    /// Adds a header field beside those of the same name.
    #[must_use]
    pub fn also_header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds Basic client authentication.
    #[must_use]
    pub fn basic(self, id: impl Into<Value>, secret: impl Into<Value>) -> Self {
        self.header("Authorization", Value::basic(id.into(), secret.into()))
    }

    /// Presents an access token (RFC 6750 section 2.1).
    #[must_use]
    pub fn bearer(self, token: impl Into<Value>) -> Self {
        self.header("Authorization", Value::Joined(vec!["Bearer ".into(), token.into()]))
    }

    /// Authenticates with this id and secret, in this way.
    #[must_use]
    pub fn credentials(self, style: AuthStyle, id: impl Into<Value>, secret: impl Into<Value>) -> Self {
        match style {
            AuthStyle::Basic => self.basic(id, secret),
            AuthStyle::Post => self.field("client_id", id).field("client_secret", secret),
        }
    }

    /// Authenticates as the client with this role, in this way.
    #[must_use]
    pub fn client(self, style: AuthStyle, role: &str) -> Self {
        self.credentials(style, Value::client_id(role), Value::client_secret(role))
    }

    /// Names a client without a secret.
    #[must_use]
    pub fn public_client(self, role: &str) -> Self {
        self.field("client_id", Value::client_id(role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_where_the_settings_of_the_guard_say() {
        let names =
            |fields: &[(String, Value)]| fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        let request =
            Request::guarded("t").param("a", "1").param(TOKEN_HEADER, "t").for_guard("PUT", "X-Token");
        assert_eq!(request.method, "PUT");
        assert_eq!(names(&request.query), ["a", "X-Token"]);
        assert_eq!(names(&request.headers), ["Accept", "X-Token"]);
    }
}
