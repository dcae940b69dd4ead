//! Values of a request as data: generated text, what the fixture knows, what an earlier step captured, and edits of these.
//!
//! A value that stands for a secret is never written out: a case names it (`client.machine.secret`), so that a case
//! can be stored, shown and sent again, to another target too, without carrying a secret.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::edit::Edit;
use super::jwt::Jwt;

/// A dotted name of something that the fixture knows, such as `client.machine.secret` or `user.main.username`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(pub String);

impl Slot {
    /// Whether it names a secret or a password.
    pub fn is_secret(&self) -> bool {
        self.0.ends_with("secret") || self.0.ends_with("password")
    }

    /// The client id of the client with this role.
    pub fn client_id(role: &str) -> Self {
        Self(format!("client.{role}.id"))
    }

    /// The secret of the client with this role.
    pub fn client_secret(role: &str) -> Self {
        Self(format!("client.{role}.secret"))
    }

    /// A callback URL of the client with this role, counted from zero.
    pub fn callback(role: &str, index: usize) -> Self {
        Self(format!("client.{role}.callback.{index}"))
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&super::text::one_line(&self.0))
    }
}

/// A text that is known in full only when a request is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// This text.
    Text(String),
    /// What the fixture holds under this name.
    Fixture(Slot),
    /// What an earlier step captured under this name.
    Captured(String),
    /// Another value with one difference. The result always differs from the original.
    Edited {
        /// The original.
        of: Box<Value>,
        /// The difference.
        edit: Edit,
    },
    /// Several values, one after the other.
    Joined(Vec<Value>),
    /// Base64 with padding (RFC 4648 section 4), as in Basic authentication (RFC 7617).
    Base64(Box<Value>),
    /// The `S256` code challenge of a verifier (RFC 7636 section 4.2).
    S256(Box<Value>),
    /// Percent-encoded as `application/x-www-form-urlencoded` (RFC 6749 section 2.3.1).
    FormEncoded(Box<Value>),
    /// A token for a guarded request.
    Token(Jwt),
}

/// Something a value needs is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// The fixture has no such entry.
    #[error("the fixture has no {0}")]
    Fixture(Slot),
    /// No earlier step captured it.
    #[error("no earlier step captured {0:?}")]
    Captured(String),
    /// The token cannot be put together.
    #[error("{0}")]
    Token(String),
}

/// Looks up what a value refers to.
pub trait Lookup {
    /// The fixture's entry of that name.
    fn fixture(&self, slot: &Slot) -> Option<&str>;
    /// What an earlier step captured under that name.
    fn captured(&self, name: &str) -> Option<&str>;
    /// A token for a guarded request.
    ///
    /// # Errors
    /// [`Unresolved::Token`] where something is missing for it.
    fn token(&self, jwt: &Jwt) -> Result<String, Unresolved> {
        Err(Unresolved::Token(format!("there is no guard to send the {} token to", jwt.genuine)))
    }
}

impl Value {
    /// The client id of the client with this role.
    pub fn client_id(role: &str) -> Self {
        Self::Fixture(Slot::client_id(role))
    }

    /// The secret of the client with this role.
    pub fn client_secret(role: &str) -> Self {
        Self::Fixture(Slot::client_secret(role))
    }

    /// A callback URL of the client with this role, counted from zero.
    pub fn callback(role: &str, index: usize) -> Self {
        Self::Fixture(Slot::callback(role, index))
    }

    /// What the fixture holds under this dotted name.
    pub fn fixture(slot: &str) -> Self {
        Self::Fixture(Slot(slot.to_owned()))
    }

    /// What an earlier step captured under this name.
    pub fn captured(name: &str) -> Self {
        Self::Captured(name.to_owned())
    }

    /// A token for a guarded request.
    pub const fn token(jwt: Jwt) -> Self {
        Self::Token(jwt)
    }

    /// This value with one difference.
    #[must_use]
    pub fn edited(self, edit: Edit) -> Self {
        Self::Edited { of: Box::new(self), edit }
    }

    /// The value of an `Authorization` header for Basic client authentication.
    pub fn basic(id: Self, secret: Self) -> Self {
        Self::Joined(vec![
            "Basic ".into(),
            Self::Base64(Box::new(Self::Joined(vec![id, ":".into(), secret]))),
        ])
    }

    /// Works the value out.
    ///
    /// # Errors
    /// [`Unresolved`] names the first thing that is not there.
    pub fn resolve(&self, lookup: &dyn Lookup) -> Result<String, Unresolved> {
        Ok(match self {
            Self::Text(text) => text.clone(),
            Self::Fixture(slot) => {
                lookup.fixture(slot).ok_or_else(|| Unresolved::Fixture(slot.clone()))?.to_owned()
            }
            Self::Captured(name) => {
                lookup.captured(name).ok_or_else(|| Unresolved::Captured(name.clone()))?.to_owned()
            }
            Self::Edited { of, edit } => edit.apply(&of.resolve(lookup)?),
            Self::Joined(parts) => {
                parts.iter().map(|part| part.resolve(lookup)).collect::<Result<Vec<_>, _>>()?.concat()
            }
            Self::Base64(inner) => STANDARD.encode(inner.resolve(lookup)?),
            Self::S256(inner) => {
                let digest =
                    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, inner.resolve(lookup)?.as_bytes());
                URL_SAFE_NO_PAD.encode(digest)
            }
            Self::FormEncoded(inner) => {
                url::form_urlencoded::byte_serialize(inner.resolve(lookup)?.as_bytes()).collect()
            }
            Self::Token(jwt) => lookup.token(jwt)?,
        })
    }

    /// Whether a secret, a password or something captured goes into the value.
    pub fn is_sensitive(&self) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Fixture(slot) => slot.is_secret(),
            Self::Captured(name) => !name.ends_with("state"),
            Self::Token(_) => true,
            Self::Edited { of: inner, .. }
            | Self::Base64(inner)
            | Self::S256(inner)
            | Self::FormEncoded(inner) => inner.is_sensitive(),
            Self::Joined(parts) => parts.iter().any(Self::is_sensitive),
        }
    }

    /// Every token for a guard in it.
    pub fn tokens(&self) -> Vec<&Jwt> {
        match self {
            Self::Token(jwt) => vec![jwt],
            Self::Text(_) | Self::Captured(_) | Self::Fixture(_) => Vec::new(),
            Self::Edited { of: inner, .. }
            | Self::Base64(inner)
            | Self::S256(inner)
            | Self::FormEncoded(inner) => inner.tokens(),
            Self::Joined(parts) => parts.iter().flat_map(Self::tokens).collect(),
        }
    }

    /// Every fixture entry the value uses.
    pub fn slots(&self) -> Vec<&Slot> {
        match self {
            Self::Text(_) | Self::Captured(_) | Self::Token(_) => Vec::new(),
            Self::Fixture(slot) => vec![slot],
            Self::Edited { of: inner, .. }
            | Self::Base64(inner)
            | Self::S256(inner)
            | Self::FormEncoded(inner) => inner.slots(),
            Self::Joined(parts) => parts.iter().flat_map(Self::slots).collect(),
        }
    }
}

impl From<Jwt> for Value {
    fn from(jwt: Jwt) -> Self {
        Self::Token(jwt)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A reader's form: names instead of contents, so that it can be shown anywhere.
impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(out, "{}", super::text::one_line(text)),
            Self::Fixture(slot) => write!(out, "<{slot}>"),
            Self::Captured(name) => write!(out, "<captured {}>", super::text::one_line(name)),
            Self::Edited { of, edit } => write!(out, "{of} {edit}"),
            Self::Joined(parts) => parts.iter().try_for_each(|part| write!(out, "{part}")),
            Self::Base64(inner) => write!(out, "base64({inner})"),
            Self::S256(inner) => write!(out, "S256({inner})"),
            Self::FormEncoded(inner) => write!(out, "form-encoded({inner})"),
            Self::Token(jwt) => write!(out, "{jwt}"),
        }
    }
}
