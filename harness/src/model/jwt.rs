//! Tokens of guarded requests as data: which genuine token they begin as, and what was changed in it.
//!
//! A case never holds a token. It names one (`good`) with its changes, and the token is put together when the request
//! is sent, from what the target's [`Wallet`](crate::token::Wallet) holds.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::edit::Edit;

/// A genuine token: signed by the issuer that the guard trusts or, for a foreign pool, by that pool's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Genuine {
    /// One that the guard is to accept: of the kind it takes, for its audience, with its scopes.
    Good,
    /// An ID token of the guard's client.
    Id,
    /// An access token of the guard's client, got by a sign-in, with every scope that the client may have.
    Access,
    /// An access token of the client-credentials grant, with the guard's scopes.
    Machine,
    /// An access token with exactly one of the guard's scopes.
    OneScope,
    /// An access token without any of the guard's scopes.
    OtherScope,
    /// An ID token of another client of the same pool.
    OtherClientId,
    /// An access token of another client of the same pool.
    OtherClientAccess,
    /// An ID token of another pool.
    OtherPoolId,
    /// An access token of another pool.
    OtherPoolAccess,
    /// What was [`Good`](Self::Good) once and is expired.
    Expired,
    /// A good token whose session was revoked at `/oauth2/revoke`.
    Revoked,
    /// A good token of a user who was signed out everywhere.
    SignedOut,
    /// A good token of a user who is deleted.
    DeletedUser,
    /// A refresh token.
    Refresh,
}

impl Genuine {
    /// Every genuine token.
    pub const ALL: [Self; 15] = [
        Self::Good,
        Self::Id,
        Self::Access,
        Self::Machine,
        Self::OneScope,
        Self::OtherScope,
        Self::OtherClientId,
        Self::OtherClientAccess,
        Self::OtherPoolId,
        Self::OtherPoolAccess,
        Self::Expired,
        Self::Revoked,
        Self::SignedOut,
        Self::DeletedUser,
        Self::Refresh,
    ];

    /// The name in cases and needs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Id => "id",
            Self::Access => "access",
            Self::Machine => "machine",
            Self::OneScope => "one-scope",
            Self::OtherScope => "other-scope",
            Self::OtherClientId => "other-client-id",
            Self::OtherClientAccess => "other-client-access",
            Self::OtherPoolId => "other-pool-id",
            Self::OtherPoolAccess => "other-pool-access",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::SignedOut => "signed-out",
            Self::DeletedUser => "deleted-user",
            Self::Refresh => "refresh",
        }
    }
}

impl fmt::Display for Genuine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A token as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Jwt {
    /// What it begins as.
    pub genuine: Genuine,
    /// What is changed, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// One change. Those of header and claims keep the signature as it is, which is wrong then, until one signs again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A claim has this value.
    Claim(String, Json),
    /// A claim is left out.
    NoClaim(String),
    /// A time claim is so many seconds from now.
    ClaimIn(String, i64),
    /// A claim stands there twice: with this value first, then as it was.
    ClaimTwice(String, Json),
    /// A text claim is edited.
    ClaimEdited(String, Edit),
    /// A member of the header has this value.
    Header(String, Json),
    /// A member of the header is left out.
    NoHeader(String),
    /// `kid` is edited.
    KidEdited(Edit),
    /// The header points to a key of an attacker, who signs the token with it: `jku`, `jwk`, `x5u` or `x5c`.
    PointsToKey(String),
    /// It is signed again.
    Signed(Signer),
    /// Header and claims stay and the serialised form is damaged.
    Damaged(Damage),
}

/// With what a token is signed. The header names the algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signer {
    /// With the issuer's key, with this algorithm of RSA. Only where the harness is the issuer.
    Issuer(String),
    /// With a key of the issuer that its key set shows from now on. Only where the harness is the issuer.
    NewKey,
    /// With a key that nobody trusts, with this algorithm; `kid` stays.
    Foreign(String),
    /// With HMAC and this algorithm; the secret is the issuer's public key in this form.
    PublicKey(String, KeyForm),
    /// Not at all: the algorithm is spelled like this, and the signature is this text.
    Nobody(String, String),
}

/// A form in which a public RSA key may be taken for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyForm {
    /// `SubjectPublicKeyInfo` as PEM.
    Pem,
    /// The same as PEM without a line break at its end.
    PemWithoutNewline,
    /// The PKCS #1 form as PEM.
    PemPkcs1,
    /// `SubjectPublicKeyInfo` in DER.
    Der,
    /// The modulus, as bytes.
    Modulus,
    /// The modulus as it stands in the key set.
    ModulusText,
    /// The key as it stands in the key set, as JSON.
    Jwk,
    /// Nothing.
    Empty,
}

/// Damage to the serialised form of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// The text is edited.
    Edited(Edit),
    /// Only the first so many segments are there; with a dot at the end where `true`.
    Segments(usize, bool),
    /// This segment, counted from zero, stands there twice.
    DoubledSegment(usize),
    /// This segment is empty.
    EmptySegment(usize),
    /// So many further segments follow.
    FurtherSegments(usize),
    /// This segment is in Base64 of the other alphabet, with padding.
    StandardBase64(usize),
    /// This segment is padded.
    Padded(usize),
    /// This segment is cut off after so many characters, at least one.
    Cut(usize, usize),
    /// This text stands at this place of the token: counted in characters, modulo its length, never at an end.
    Inserted(usize, String),
    /// This segment is Base64url of this text.
    SegmentOf(usize, String),
    /// The claims have so many further members.
    Huge(usize),
    /// The claims have a member that is nested so deeply.
    Nested(usize),
}

impl Jwt {
    /// A genuine token as it is.
    pub const fn genuine(genuine: Genuine) -> Self {
        Self { genuine, changes: Vec::new() }
    }

    /// One that the guard is to accept.
    pub const fn good() -> Self {
        Self::genuine(Genuine::Good)
    }

    /// With one change more.
    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Signed by the issuer again, so that what was changed is all that is wrong.
    #[must_use]
    pub fn signed(self) -> Self {
        self.with(Change::Signed(Signer::Issuer("RS256".to_owned())))
    }

    /// Whether the issuer's key is needed.
    pub fn needs_issuer_key(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::Signed(Signer::Issuer(_) | Signer::NewKey)))
    }
}

/// What the token is, in a reader's words.
impl fmt::Display for Jwt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "<{} token", self.genuine)?;
        for change in &self.changes {
            write!(out, ", {change}")?;
        }
        out.write_str(">")
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::text::one_line;
        match self {
            Self::Claim(name, value) => write!(out, "{name} = {}", one_line(&value.to_string())),
            Self::NoClaim(name) => write!(out, "without {name}"),
            Self::ClaimIn(name, seconds) => write!(out, "{name} {seconds:+} s from now"),
            Self::ClaimTwice(name, value) => write!(out, "{name} also as {}", one_line(&value.to_string())),
            Self::ClaimEdited(name, edit) => write!(out, "{name} {edit}"),
            Self::Header(name, value) => write!(out, "header {name} = {}", one_line(&value.to_string())),
            Self::NoHeader(name) => write!(out, "without header {name}"),
            Self::KidEdited(edit) => write!(out, "kid {edit}"),
            Self::PointsToKey(name) => write!(out, "signed with a key to which {name} points"),
            Self::Signed(Signer::Issuer(alg)) => write!(out, "signed by the issuer with {alg}"),
            Self::Signed(Signer::NewKey) => write!(out, "signed by the issuer with a new key"),
            Self::Signed(Signer::Foreign(alg)) => write!(out, "signed with a foreign key and {alg}"),
            Self::Signed(Signer::PublicKey(alg, form)) => {
                write!(out, "signed with {alg} and the public key ({form:?}) as secret")
            }
            Self::Signed(Signer::Nobody(alg, signature)) => {
                write!(out, "not signed: alg {:?}, signature {:?}", one_line(alg), one_line(signature))
            }
            Self::Damaged(damage) => write!(out, "damaged: {damage:?}"),
        }
    }
}
