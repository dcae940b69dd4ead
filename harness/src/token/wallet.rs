//! Where the tokens for one guard come from, and what forging needs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use super::elliptic::EllipticKey;
use super::keys::PublicKey;
use super::mint::{Mint, Profile, now};
use super::mutate::{self, Means, claims};
use super::realm::{Kind, Purpose};
use crate::model::jwt::{Genuine, Jwt};

/// Where an attacker would offer keys while the harness serves none: nobody answers there (RFC 6761 section 6.2).
const NOWHERE: &str = "https://keys.poolproof.test";

/// The tokens for one guard: genuine ones that were got from a pool, or minted ones where the harness is the issuer, or
/// both. Those that were got come first.
#[derive(Clone, Default)]
pub struct Wallet {
    tokens: BTreeMap<Genuine, String>,
    missing: BTreeMap<Genuine, String>,
    keys: Vec<PublicKey>,
    minting: Option<Minting>,
}

#[derive(Clone)]
struct Minting {
    mint: Arc<Mint>,
    profile: Profile,
}

impl Wallet {
    /// A wallet with these tokens, which were got from a pool.
    pub const fn new(tokens: BTreeMap<Genuine, String>) -> Self {
        Self { tokens, missing: BTreeMap::new(), keys: Vec::new(), minting: None }
    }

    /// A wallet that mints its tokens.
    pub const fn minted(mint: Arc<Mint>, profile: Profile) -> Self {
        let minting = Some(Minting { mint, profile });
        Self { tokens: BTreeMap::new(), missing: BTreeMap::new(), keys: Vec::new(), minting }
    }

    /// With a token that was got elsewhere: it comes before a minted one.
    #[must_use]
    pub fn with(mut self, genuine: Genuine, token: String) -> Self {
        self.tokens.insert(genuine, token);
        self
    }

    /// Knows why tokens could not be got.
    #[must_use]
    pub fn without(mut self, missing: BTreeMap<Genuine, String>) -> Self {
        self.missing.extend(missing);
        self
    }

    /// With the key set of the pool that the tokens come from; keys that are not RSA are passed over.
    ///
    /// # Errors
    /// Where it holds no RSA key (RFC 7517 section 5).
    pub fn with_key_set(mut self, key_set: &Json) -> Result<Self, String> {
        let keys = key_set.get("keys").and_then(Json::as_array).ok_or("the key set has no list of keys")?;
        self.keys.extend(keys.iter().filter_map(|key| PublicKey::from_jwk(key).ok()));
        if self.keys.is_empty() {
            return Err("the key set holds no RSA key".to_owned());
        }
        Ok(self)
    }

    /// Whether there is such a token.
    pub fn has(&self, genuine: Genuine) -> bool {
        let mints = |minting: &Minting| Mint::lacks(&minting.profile, genuine).is_none();
        self.tokens.contains_key(&genuine) || self.minting.as_ref().is_some_and(mints)
    }

    /// Whether the harness can sign as the issuer.
    pub const fn can_sign(&self) -> bool {
        self.minting.is_some()
    }

    /// In one line where the tokens come from. It holds no secret.
    pub fn source(&self) -> String {
        let got: Vec<&str> = self.tokens.keys().map(|genuine| genuine.name()).collect();
        match &self.minting {
            None if got.is_empty() => "none: there are no tokens".to_owned(),
            None => "genuine: of the target's own pool; forged under foreign keys".to_owned(),
            Some(minting) => {
                let issuer = minting.mint.own.issuer();
                let also =
                    if got.is_empty() { String::new() } else { format!("; genuine: {}", got.join(", ")) };
                format!("minted: the harness is the issuer {issuer}{also}")
            }
        }
    }

    /// Why there is no such token, if there is none.
    pub fn lacks(&self, genuine: Genuine) -> Option<String> {
        let why = || match &self.minting {
            Some(minting) => Mint::lacks(&minting.profile, genuine).unwrap_or_default().to_owned(),
            None => self.missing.get(&genuine).cloned().unwrap_or_else(|| "none was got".to_owned()),
        };
        (!self.has(genuine)).then(why)
    }

    /// Puts a token together.
    ///
    /// # Errors
    /// What is missing for it.
    pub fn token(&self, jwt: &Jwt) -> Result<String, String> {
        mutate::apply(&self.genuine(jwt.genuine)?, &jwt.changes, self)
    }

    fn minting(&self) -> Result<&Minting, String> {
        self.minting.as_ref().ok_or_else(|| {
            "the harness has no key of the issuer: its tokens are those of the target's own pool".to_owned()
        })
    }
}

impl Means for Wallet {
    fn now(&self) -> i64 {
        now()
    }

    fn genuine(&self, genuine: Genuine) -> Result<String, String> {
        match (self.tokens.get(&genuine), &self.minting) {
            (Some(token), _) => Ok(token.clone()),
            (None, Some(minting)) => minting.mint.token(&minting.profile, genuine),
            (None, None) => Err(format!("the guard has no {genuine} token")),
        }
    }

    fn public_key(&self, kid: Option<&str>) -> Result<PublicKey, String> {
        let mut keys = self.keys.clone();
        if let Some(minting) = &self.minting {
            keys.extend(minting.mint.own.public_keys());
            keys.extend(minting.mint.other.public_keys());
        }
        let named = keys.iter().position(|key| kid == Some(key.kid()));
        let key = keys.into_iter().nth(named.unwrap_or(0));
        key.ok_or_else(|| "the public key of the issuer is not known".to_owned())
    }

    fn sign(&self, kid: Option<&str>, alg: &str, message: &[u8]) -> Result<Vec<u8>, String> {
        let mint = &self.minting()?.mint;
        let named = kid.and_then(|kid| mint.own.find(kid).or_else(|| mint.other.find(kid)));
        // A token that was got elsewhere names a key that the harness does not have.
        let key = named.unwrap_or_else(|| {
            let text = std::str::from_utf8(message).unwrap_or_default();
            let id = claims(text).text("token_use").as_deref() == Some("id");
            mint.own.signing(if id { Kind::Id } else { Kind::Access })
        });
        key.sign(alg, message)
    }

    fn new_key(&self, purpose: Purpose) -> Result<String, String> {
        Ok(self.minting()?.mint.own.add(purpose)?.public().kid().to_owned())
    }

    fn elliptic(&self) -> Result<&'static EllipticKey, String> {
        self.minting()?.mint.own.show_elliptic()
    }

    fn elsewhere(&self) -> String {
        self.minting.as_ref().map_or(NOWHERE, |minting| &minting.mint.elsewhere).to_owned()
    }
}

/// It never shows a token.
impl fmt::Debug for Wallet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Wallet({})", self.source())
    }
}
