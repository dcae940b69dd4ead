//! Tokens of guarded requests as data: which genuine token they begin as, and what was changed in it.
//!
//! A case never holds a token. It names one (`good`) with its changes, and the token is put together when the request
//! is sent, from what the target's wallet holds.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::edit::Edit;
use super::text::one_line;

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
    /// An access token with exactly one of the guard's scopes, the first one.
    OneScope,
    /// An access token with the last of the guard's scopes alone; of one scope it is the same as [`OneScope`](Self::OneScope).
    LastScope,
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
    pub const ALL: [Self; 16] = [
        Self::Good,
        Self::Id,
        Self::Access,
        Self::Machine,
        Self::OneScope,
        Self::LastScope,
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
            Self::LastScope => "last-scope",
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
    /// A claim is edited. One that is no text is edited as it is written in JSON and is a text then.
    ClaimEdited(String, Edit),
    /// A claim has the value that it has in another genuine token; it is left out where that one has none.
    ClaimFrom(String, Genuine),
    /// A claim is a list of what it was and these.
    ClaimListed(String, Vec<Json>),
    /// A claim has another name: the first one gives way to the second.
    ClaimRenamed(String, String),
    /// A member of the header has this value.
    Header(String, Json),
    /// A member of the header is left out.
    NoHeader(String),
    /// `kid` is edited.
    KidEdited(Edit),
    /// The header points to a key of an attacker, who signs the token with it: `jku`, `jwk`, `x5u` or `x5c` (RFC 7515
    /// sections 4.1.2 to 4.1.6); `kid` stays.
    PointsToKey(String),
    /// It is signed again.
    Signed(Signer),
    /// Header and claims stay, and the serialised form is damaged.
    Damaged(Damage),
}

/// With what a token is signed. The header names the algorithm (RFC 7518 section 3.1) unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signer {
    /// With the issuer's key, with this algorithm of RSA. Only where the harness is the issuer.
    Issuer(String),
    /// The same, and the header stays as it is, whatever algorithm it names.
    IssuerAsIs(String),
    /// With a key of the issuer that its key set shows from now on. Only where the harness is the issuer.
    NewKey,
    /// The same with a key of P-256, and ES256.
    NewEllipticKey,
    /// With a key of the issuer that its key set shows from now on, for encryption and not for signatures. Only where the
    /// harness is the issuer.
    EncryptionKey,
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

/// Damage to the serialised form of a token (RFC 7515 section 7.1). Segments are counted from zero, modulo their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// The text is edited.
    Edited(Edit),
    /// This text stands there instead.
    Instead(String),
    /// Only the first so many segments are there; with a dot at the end where `true`.
    Segments(usize, bool),
    /// This segment stands there twice.
    DoubledSegment(usize),
    /// This segment is missing, with one of the dots beside it.
    WithoutSegment(usize),
    /// This segment is empty.
    EmptySegment(usize),
    /// So many further segments follow, at least one.
    FurtherSegments(usize),
    /// This segment is in Base64 of the other alphabet, with padding (RFC 4648 section 4).
    StandardBase64(usize),
    /// This segment is padded.
    Padded(usize),
    /// Of this segment only so many characters are left: at least one and never all, counted modulo its length.
    Cut(usize, usize),
    /// This text stands at this place of the token: counted in characters, modulo its length, never at an end.
    Inserted(usize, String),
    /// This text stands behind this dot, counted from zero, modulo their number.
    AfterDot(usize, String),
    /// This segment is Base64url of this text.
    SegmentOf(usize, String),
    /// The claims have so many further members, at least one and at most 65536.
    Huge(usize),
    /// The claims have a member that is nested so deeply: at least once and at most 65536 times.
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
        self.changes.iter().any(Change::needs_issuer_key)
    }
}

impl Change {
    /// Whether the issuer's key is needed.
    pub const fn needs_issuer_key(&self) -> bool {
        matches!(
            self,
            Self::Signed(
                Signer::Issuer(_)
                    | Signer::IssuerAsIs(_)
                    | Signer::NewKey
                    | Signer::NewEllipticKey
                    | Signer::EncryptionKey
            )
        )
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
        match self {
            Self::Claim(name, value) => write!(out, "{} = {}", one_line(name), json(value)),
            Self::NoClaim(name) => write!(out, "without {}", one_line(name)),
            Self::ClaimIn(name, seconds) => write!(out, "{} {seconds:+} s from now", one_line(name)),
            Self::ClaimTwice(name, value) => write!(out, "{} also as {}", one_line(name), json(value)),
            Self::ClaimEdited(name, edit) => write!(out, "{} {edit}", one_line(name)),
            Self::ClaimFrom(name, genuine) => write!(out, "{} of the {genuine} token", one_line(name)),
            Self::ClaimListed(name, others) => {
                write!(out, "{} in a list with {}", one_line(name), json(&Json::from(others.clone())))
            }
            Self::ClaimRenamed(name, new) => write!(out, "{} as {}", one_line(name), one_line(new)),
            Self::Header(name, value) => write!(out, "header {} = {}", one_line(name), json(value)),
            Self::NoHeader(name) => write!(out, "without header {}", one_line(name)),
            Self::KidEdited(edit) => write!(out, "kid {edit}"),
            Self::PointsToKey(name) => {
                write!(out, "signed with a foreign key to which {} points", one_line(name))
            }
            Self::Signed(signer) => write!(out, "{signer}"),
            Self::Damaged(damage) => write!(out, "{damage}"),
        }
    }
}

impl fmt::Display for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer(alg) => write!(out, "signed by the issuer with {}", one_line(alg)),
            Self::IssuerAsIs(alg) => {
                write!(out, "signed by the issuer with {}, whatever its header says", one_line(alg))
            }
            Self::NewKey => write!(out, "signed by the issuer with a new key"),
            Self::NewEllipticKey => write!(out, "signed by the issuer with a new elliptic-curve key"),
            Self::EncryptionKey => write!(out, "signed by the issuer with a new key for encryption"),
            Self::Foreign(alg) => write!(out, "signed with a foreign key and {}", one_line(alg)),
            Self::PublicKey(alg, form) => {
                write!(out, "signed with {} and the public key ({form:?}) as secret", one_line(alg))
            }
            Self::Nobody(alg, signature) => {
                write!(out, "not signed: alg {:?}, signature {:?}", one_line(alg), one_line(signature))
            }
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(edit) => write!(out, "as text {edit}"),
            Self::Instead(text) => write!(out, "{:?} instead", one_line(text)),
            Self::Segments(count, false) => write!(out, "cut after {count} segments"),
            Self::Segments(count, true) => write!(out, "cut after {count} segments and a dot"),
            Self::DoubledSegment(at) => write!(out, "segment {at} twice"),
            Self::WithoutSegment(at) => write!(out, "without segment {at}"),
            Self::EmptySegment(at) => write!(out, "segment {at} left empty"),
            Self::FurtherSegments(count) => write!(out, "{count} segments more"),
            Self::StandardBase64(at) => write!(out, "segment {at} in standard Base64"),
            Self::Padded(at) => write!(out, "segment {at} padded"),
            Self::Cut(at, left) => write!(out, "segment {at} cut after {left} characters"),
            Self::Inserted(at, text) => write!(out, "{:?} inserted at {at}", one_line(text)),
            Self::AfterDot(at, text) => write!(out, "{:?} behind dot {at}", one_line(text)),
            Self::SegmentOf(at, text) => write!(out, "segment {at} made of {:?}", one_line(text)),
            Self::Huge(count) => write!(out, "{count} claims more"),
            Self::Nested(depth) => write!(out, "a claim nested {depth} deep"),
        }
    }
}

fn json(value: &Json) -> String {
    one_line(&value.to_string())
}

#[cfg(test)]
pub(crate) mod arbitrary;
