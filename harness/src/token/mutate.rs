//! Changes of a token, in their order. Everything is worked out from texts: no clock, no network, and any text will do.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use super::damage::{damage, on_members};
use super::elliptic::EllipticKey;
use super::foreign;
use super::keys::PublicKey;
use super::members::Members;
use super::realm::Purpose;
use crate::model::edit::Edit;
use crate::model::jwt::{Change, Genuine, KeyForm, Signer};

/// What changing a token needs besides the token.
pub(super) trait Means {
    /// Now, in seconds.
    fn now(&self) -> i64;

    /// The genuine token of another kind.
    fn genuine(&self, genuine: Genuine) -> Result<String, String>;

    /// The public key that the issuer shows under this name.
    fn public_key(&self, kid: Option<&str>) -> Result<PublicKey, String>;

    /// A signature of the issuer's key of this name.
    fn sign(&self, kid: Option<&str>, alg: &str, message: &[u8]) -> Result<Vec<u8>, String>;

    /// The name of a new key of the issuer.
    fn new_key(&self, purpose: Purpose) -> Result<String, String>;

    /// The elliptic-curve key of the issuer, which its key set shows from now on.
    fn elliptic(&self) -> Result<&'static EllipticKey, String>;

    /// The address under which an attacker offers keys.
    fn elsewhere(&self) -> String;
}

/// The token with these changes. Without a signature of the issuer it always differs from what it was: where the
/// changes came to nothing, an `x` follows, as with [`Edit::apply`].
pub(super) fn apply(token: &str, changes: &[Change], means: &dyn Means) -> Result<String, String> {
    // The issuer signs with the key that the genuine token named, whatever became of its name since.
    let kid = header(token).text("kid");
    let mut text = token.to_owned();
    for change in changes {
        text = once(&text, change, kid.as_deref(), means)?;
    }
    let by_issuer = changes.iter().any(Change::needs_issuer_key);
    if text == token && !changes.is_empty() && !by_issuer {
        text.push('x');
    }
    Ok(text)
}

fn once(token: &str, change: &Change, kid: Option<&str>, means: &dyn Means) -> Result<String, String> {
    Ok(match change {
        Change::Claim(name, value) => on_claims(token, |claims| claims.set(name, value)),
        Change::NoClaim(name) => on_claims(token, |claims| claims.remove(name)),
        Change::ClaimIn(name, seconds) => {
            let time = means.now().saturating_add(*seconds);
            on_claims(token, |claims| claims.set(name, &json!(time)))
        }
        Change::ClaimTwice(name, value) => on_claims(token, |claims| claims.precede(name, value)),
        Change::ClaimEdited(name, edit) => on_claims(token, |claims| edit_member(claims, name, edit)),
        Change::ClaimFrom(name, genuine) => {
            let value = claims(&means.genuine(*genuine)?).get(name);
            on_claims(token, |claims| match value {
                Some(value) => claims.set(name, &value),
                None => claims.remove(name),
            })
        }
        Change::ClaimListed(name, others) => on_claims(token, |claims| {
            let list: Vec<Json> = claims.get(name).into_iter().chain(others.iter().cloned()).collect();
            claims.set(name, &Json::from(list));
        }),
        Change::ClaimRenamed(name, new) => on_claims(token, |claims| {
            if let Some(value) = claims.get(name) {
                claims.remove(name);
                claims.set(new, &value);
            }
        }),
        Change::Header(name, value) => on_header(token, |header| header.set(name, value)),
        Change::NoHeader(name) => on_header(token, |header| header.remove(name)),
        Change::KidEdited(edit) => on_header(token, |header| edit_member(header, "kid", edit)),
        Change::PointsToKey(name) => points_to_key(token, name, means)?,
        Change::Signed(signer) => signed(token, signer, kid, means)?,
        Change::Damaged(how) => damage(token, how),
    })
}

fn on_header(token: &str, change: impl FnOnce(&mut Members)) -> String {
    on_members(token, 0, change)
}

fn on_claims(token: &str, change: impl FnOnce(&mut Members)) -> String {
    on_members(token, 1, change)
}

/// The header of a token.
pub(super) fn header(token: &str) -> Members {
    Members::of_segment(token.split('.').next().unwrap_or_default())
}

/// The claims of a token.
pub(super) fn claims(token: &str) -> Members {
    Members::of_segment(token.split('.').nth(1).unwrap_or_default())
}

fn edit_member(members: &mut Members, name: &str, edit: &Edit) {
    let text = members.text(name).or_else(|| members.raw(name).map(str::to_owned));
    members.set(name, &Json::from(edit.apply(&text.unwrap_or_default())));
}

/// The token with another signature; segments beyond the third are gone.
fn sealed(token: &str, seal: impl FnOnce(&[u8]) -> Result<Vec<u8>, String>) -> Result<String, String> {
    let mut segments = token.split('.');
    let [header, claims] = [(); 2].map(|()| segments.next().unwrap_or_default());
    let message = format!("{header}.{claims}");
    let signature = seal(message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The token with this algorithm in its header.
fn named(token: &str, alg: &str) -> String {
    on_header(token, |header| {
        if header.text("alg").as_deref() != Some(alg) {
            header.set("alg", &json!(alg));
        }
    })
}

fn signed(token: &str, signer: &Signer, kid: Option<&str>, means: &dyn Means) -> Result<String, String> {
    match signer {
        Signer::Issuer(alg) => sealed(&named(token, alg), |message| means.sign(kid, alg, message)),
        Signer::IssuerAsIs(alg) => sealed(token, |message| means.sign(kid, alg, message)),
        Signer::NewKey | Signer::EncryptionKey => {
            let encrypts = matches!(signer, Signer::EncryptionKey);
            let kid = means.new_key(if encrypts { Purpose::Encryption } else { Purpose::Signing })?;
            let token = on_header(&named(token, "RS256"), |header| header.set("kid", &json!(kid)));
            sealed(&token, |message| means.sign(Some(&kid), "RS256", message))
        }
        Signer::NewEllipticKey => {
            let key = means.elliptic()?;
            let token = on_header(&named(token, "ES256"), |header| header.set("kid", &json!(key.kid())));
            sealed(&token, |message| key.sign(message))
        }
        Signer::Foreign(alg) => sealed(&named(token, alg), |message| foreign::sign(alg, message)),
        Signer::PublicKey(alg, form) => {
            let secret = match form {
                KeyForm::Empty => Vec::new(),
                form => means.public_key(kid)?.form(*form),
            };
            sealed(&named(token, alg), |message| authenticated(alg, &secret, message))
        }
        Signer::Nobody(alg, signature) => {
            let token = sealed(&named(token, alg), |_| Ok(Vec::new()))?;
            Ok(token + signature)
        }
    }
}

/// HMAC (RFC 7518 section 3.2).
fn authenticated(alg: &str, secret: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let algorithm = match alg {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        "HS512" => hmac::HMAC_SHA512,
        _ => return Err(format!("{alg:?} is no HMAC; HS256, HS384 and HS512 are")),
    };
    // HMAC fills a secret up with zeros, so that one zero is the same as nothing (RFC 2104 section 2).
    let secret = if secret.is_empty() { &[0] } else { secret };
    Ok(hmac::sign(&hmac::Key::new(algorithm, secret), message).as_ref().to_vec())
}

/// The header points to the foreign key, and that key signs.
fn points_to_key(token: &str, name: &str, means: &dyn Means) -> Result<String, String> {
    let value = match name {
        "jwk" => {
            let mut jwk = foreign::public()?.jwk().clone();
            if let Some(kid) = header(token).text("kid") {
                jwk["kid"] = kid.into();
            }
            jwk
        }
        "jku" => json!(format!("{}/jwks.json", means.elsewhere())),
        "x5u" => json!(format!("{}/certificate.pem", means.elsewhere())),
        "x5c" => json!([STANDARD.encode(foreign::certificate()?)]),
        _ => return Err(format!("{name:?} points to no key; jku, jwk, x5u and x5c do")),
    };
    let token = on_header(token, |header| header.set(name, &value));
    sealed(&named(&token, "RS256"), |message| foreign::sign("RS256", message))
}
