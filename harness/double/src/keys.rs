//! The fixed signing keys of the pools: one pair for ID tokens and one for access tokens each (`jwks.two-keys`).

use std::io;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::{Fault, Faults};

/// Public test keys that protect nothing. Plain Base64, so that no scanner takes them for a leaked secret.
const STORED: &str = include_str!("keys.json");

/// All key sets; a pool names its set by index.
///
/// The keys are parsed once, at start: parsing checks the whole key, and wiremock answers one request at a time. That
/// is also why tokens are signed here and not through `jsonwebtoken`, which parses the key for every token.
#[derive(Debug)]
pub(crate) struct Keys(Vec<KeySet>);

/// The two keys of one pool.
#[derive(Debug)]
pub(crate) struct KeySet {
    pub(crate) id_token: Key,
    pub(crate) access_token: Key,
}

/// One signing key with its public half.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) kid: String,
    modulus: String,
    pair: RsaKeyPair,
}

#[derive(Deserialize)]
struct Document {
    sets: Vec<StoredSet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct StoredSet {
    id_token: StoredKey,
    access_token: StoredKey,
}

#[derive(Deserialize)]
struct StoredKey {
    kid: String,
    n: String,
    der: String,
}

impl Keys {
    /// Reads the stored keys; an error means that the data file of this crate is damaged.
    pub(crate) fn load() -> io::Result<Self> {
        let document: Document = serde_json::from_str(STORED)?;
        if document.sets.is_empty() {
            return Err(io::Error::other("the key file of the double holds no keys"));
        }
        let sets = document.sets.into_iter().map(KeySet::load);
        Ok(Self(sets.collect::<io::Result<_>>()?))
    }

    /// The set with this index; indices wrap, so pools created at run time share the sets.
    pub(crate) fn set(&self, index: usize) -> &KeySet {
        &self.0[index % self.0.len()]
    }
}

impl KeySet {
    fn load(stored: StoredSet) -> io::Result<Self> {
        Ok(Self { id_token: Key::load(stored.id_token)?, access_token: Key::load(stored.access_token)? })
    }

    /// The JSON Web Key Set of the pool (RFC 7517; `jwks.members`).
    pub(crate) fn public(&self, faults: &Faults) -> Value {
        if faults.has(Fault::ONE_KEY_IN_SET) {
            return json!({ "keys": [self.id_token.public(faults)] });
        }
        json!({ "keys": [self.id_token.public(faults), self.access_token.public(faults)] })
    }
}

impl Key {
    fn load(stored: StoredKey) -> io::Result<Self> {
        let der = STANDARD.decode(stored.der).map_err(io::Error::other)?;
        let pair = RsaKeyPair::from_der(&der).map_err(io::Error::other)?;
        Ok(Self { kid: stored.kid, modulus: stored.n, pair })
    }

    fn public(&self, faults: &Faults) -> Value {
        let mut key = json!({
            "kid": self.kid,
            "alg": "RS256",
            "kty": "RSA",
            "e": "AQAB",
            "n": self.modulus,
            "use": "sig",
        });
        if faults.has(Fault::KEY_EXPONENT_IS_NUMBER) {
            key["e"] = 65537.into();
        }
        if faults.has(Fault::KEY_MODULUS_IN_PLAIN_BASE64) {
            key["n"] = self.modulus.replace('-', "+").replace('_', "/").into();
        }
        if let Some(members) = key.as_object_mut().filter(|_| faults.has(Fault::KEY_WITHOUT_USE)) {
            members.remove("use");
        }
        key
    }

    /// Signs claims into a compact JWS whose header has `kid` and `alg` only (`claims.header`). `None` when the
    /// library refuses to sign, which does not happen with a key that was read.
    pub(crate) fn sign(&self, claims: &Value) -> Option<String> {
        self.sign_as(&self.kid, claims)
    }

    /// The same with this `kid` in the header, which is another one only under a fault.
    pub(crate) fn sign_as(&self, kid: &str, claims: &Value) -> Option<String> {
        self.sign_with(&json!({ "kid": kid, "alg": "RS256" }), claims)
    }

    /// The same with this header.
    pub(crate) fn sign_with(&self, header: &Value, claims: &Value) -> Option<String> {
        let mut token = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature).ok()?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Some(token)
    }

    /// The claims of a token that this key signed.
    pub(crate) fn verify(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_verifies_its_own_tokens_only() {
        let keys = Keys::load().unwrap();
        let set = keys.set(0);
        let token = set.id_token.sign(&json!({ "sub": "s" })).unwrap();
        assert_eq!(set.id_token.verify(&token), Some(json!({ "sub": "s" })));
        assert_eq!(set.access_token.verify(&token), None);
        for hostile in ["", ".", "..", "a.b.c", "\u{1f600}.x.y"] {
            assert_eq!(set.id_token.verify(hostile), None);
        }
    }

    #[test]
    fn stored_moduli_belong_to_the_keys() {
        let keys = Keys::load().unwrap();
        for set in &keys.0 {
            for key in [&set.id_token, &set.access_token] {
                let modulus = URL_SAFE_NO_PAD.decode(&key.modulus).unwrap();
                assert_eq!(modulus.len(), 256);
                let public = key.pair.public_key().as_ref();
                assert!(public.windows(256).any(|window| window == modulus));
            }
        }
    }
}
