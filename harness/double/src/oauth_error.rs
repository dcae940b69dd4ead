//! Errors of the form endpoints (RFC 6749 section 5.2; `token.error.shape`).

use serde_json::json;

use crate::answer::Answer;

/// An error name, with the status and the description that belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OAuthError {
    pub(crate) status: u16,
    pub(crate) name: &'static str,
    pub(crate) description: Option<&'static str>,
}

impl OAuthError {
    pub(crate) const INVALID_REQUEST: Self = Self::new("invalid_request");
    pub(crate) const INVALID_CLIENT: Self = Self::new("invalid_client");
    pub(crate) const INVALID_GRANT: Self = Self::new("invalid_grant");
    pub(crate) const INVALID_SCOPE: Self = Self::new("invalid_scope");
    pub(crate) const UNAUTHORIZED_CLIENT: Self = Self::new("unauthorized_client");
    pub(crate) const UNSUPPORTED_GRANT_TYPE: Self = Self::new("unsupported_grant_type");
    pub(crate) const UNSUPPORTED_TOKEN_TYPE: Self = Self::new("unsupported_token_type");
    /// `token.code.redirect-mismatch`: not `invalid_grant`, contrary to RFC 6749.
    pub(crate) const REDIRECT_MISMATCH: Self =
        Self { description: Some("invalid_redirect"), ..Self::UNAUTHORIZED_CLIENT };

    const fn new(name: &'static str) -> Self {
        Self { status: 400, name, description: None }
    }

    /// The same error with another status.
    pub(crate) const fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn answer(self) -> Answer {
        let mut body = json!({ "error": self.name });
        if let Some(description) = self.description {
            body["error_description"] = description.into();
        }
        Answer::json(self.status, &body)
    }
}
