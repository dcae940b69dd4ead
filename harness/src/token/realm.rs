//! The harness as issuer: its keys, and how it signs.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value as Json, json};

use super::elliptic::{self, EllipticKey};
use super::keys::{Key, PublicKey, issuer_key};
use super::members::Members;

/// As many keys a set shows at most; beyond that the oldest of the added ones go. API Gateway reads no more than 150 kB.
const MOST_KEYS: usize = 24;

/// Which of a pool's keys signs a token (Cognito has one for each kind).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ID tokens.
    Id,
    /// Access tokens.
    Access,
}

/// What a key is published for (RFC 7517 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Signatures.
    Signing,
    /// Encryption.
    Encryption,
}

/// One issuer with its keys. It can add keys while it is used.
#[derive(Debug)]
pub struct Realm {
    issuer: String,
    keys: Mutex<Keys>,
}

#[derive(Debug)]
struct Keys {
    /// Those for ID and access tokens, then the added ones.
    all: Vec<Arc<Key>>,
    /// The one that signs everything since a rotation.
    rotated: Option<Arc<Key>>,
    /// Those that are published for encryption, by their names.
    encryption: BTreeSet<String>,
    /// The number of the next new key in this process.
    next: usize,
    /// Whether the set shows the elliptic-curve key too.
    elliptic: bool,
}

impl Realm {
    /// The issuer of this URL. Realms of other numbers have other keys.
    ///
    /// # Errors
    /// Where no key can be generated.
    pub fn new(issuer: &str, number: usize) -> Result<Self, String> {
        let all = vec![issuer_key(2 * number)?, issuer_key(2 * number + 1)?];
        let keys =
            Keys { all, rotated: None, encryption: BTreeSet::new(), next: FIRST_ADDED, elliptic: false };
        Ok(Self { issuer: issuer.to_owned(), keys: Mutex::new(keys) })
    }

    /// Its URL, the `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key set that it shows (RFC 7517 section 5).
    pub fn key_set(&self) -> Json {
        let keys = self.keys();
        let elliptic = elliptic::key().ok().filter(|_| keys.elliptic).map(|key| key.jwk().clone());
        let shown = |key: &Arc<Key>| {
            let mut jwk = key.public().jwk().clone();
            if keys.is_for_encryption(key) {
                jwk["use"] = "enc".into();
                jwk["alg"] = "RSA-OAEP-256".into();
            }
            jwk
        };
        json!({ "keys": keys.all.iter().map(shown).chain(elliptic).collect::<Vec<_>>() })
    }

    /// Adds a key and signs with it from now on.
    ///
    /// # Errors
    /// Where no key can be generated.
    pub fn rotate(&self) -> Result<(), String> {
        let key = self.add(Purpose::Signing)?;
        self.keys().rotated = Some(key);
        Ok(())
    }

    /// Adds a key, of which only the key set and whoever asked know. One for encryption is enough.
    pub(super) fn add(&self, purpose: Purpose) -> Result<Arc<Key>, String> {
        let encrypts = purpose == Purpose::Encryption;
        let number = {
            let mut keys = self.keys();
            if let Some(known) = keys.all.iter().find(|key| encrypts && keys.is_for_encryption(key)) {
                return Ok(Arc::clone(known));
            }
            keys.next += 1;
            keys.next - 1
        };
        // It takes a while, and whoever reads the key set would have to wait for it.
        let key = issuer_key(number)?;
        let mut keys = self.keys();
        keys.all.push(Arc::clone(&key));
        if encrypts {
            keys.encryption.insert(key.public().kid().to_owned());
        }
        if keys.all.len() > MOST_KEYS {
            let signing = keys.rotated.clone();
            let used = |key: &Arc<Key>| signing.as_ref().is_some_and(|other| Arc::ptr_eq(key, other));
            let place = (2..keys.all.len())
                .find(|place| !used(&keys.all[*place]) && !keys.is_for_encryption(&keys.all[*place]));
            if let Some(place) = place {
                keys.all.remove(place);
            }
        }
        Ok(key)
    }

    /// Shows the elliptic-curve key from now on.
    pub(super) fn show_elliptic(&self) -> Result<&'static EllipticKey, String> {
        let key = elliptic::key()?;
        self.keys().elliptic = true;
        Ok(key)
    }

    /// The key of this name.
    pub(super) fn find(&self, kid: &str) -> Option<Arc<Key>> {
        self.keys().all.iter().find(|key| key.public().kid() == kid).cloned()
    }

    /// The key that signs tokens of this kind.
    pub(super) fn signing(&self, kind: Kind) -> Arc<Key> {
        let keys = self.keys();
        let own = usize::from(kind == Kind::Access);
        Arc::clone(keys.rotated.as_ref().unwrap_or(&keys.all[own]))
    }

    /// The public keys that it shows.
    pub(super) fn public_keys(&self) -> Vec<PublicKey> {
        self.keys().all.iter().map(|key| key.public().clone()).collect()
    }

    /// A token of these claims, with `kid` and `alg` in its header and nothing else, as Cognito's.
    pub(super) fn sign(&self, kind: Kind, claims: &Members) -> Result<String, String> {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let key = self.signing(kind);
        let mut header = Members::default();
        header.push("kid", key.public().kid());
        header.push("alg", "RS256");
        let message = format!("{}.{}", header.to_segment(), claims.to_segment());
        let signature = key.sign("RS256", message.as_bytes())?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys {
    fn is_for_encryption(&self, key: &Key) -> bool {
        self.encryption.contains(key.public().kid())
    }
}

/// The number of the first added key: two realms have two keys each.
const FIRST_ADDED: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn names(realm: &Realm) -> Vec<String> {
        realm.public_keys().iter().map(|key| key.kid().to_owned()).collect()
    }

    #[test]
    fn a_rotation_adds_a_key_and_keeps_the_others() {
        let realm = Realm::new("http://127.0.0.1:1/pool", 0).unwrap();
        let before = names(&realm);
        assert_eq!(before.len(), 2);
        assert_ne!(realm.signing(Kind::Id).public().kid(), realm.signing(Kind::Access).public().kid());
        realm.rotate().unwrap();
        let after = names(&realm);
        assert_eq!(&after[..2], &before[..]);
        assert_eq!(realm.signing(Kind::Id).public().kid(), after[2]);
        assert_eq!(realm.signing(Kind::Access).public().kid(), after[2]);
        let added = realm.add(Purpose::Signing).unwrap();
        assert_ne!(added.public().kid(), realm.signing(Kind::Id).public().kid());
        assert!(realm.find(added.public().kid()).is_some());
        let hidden = realm.add(Purpose::Encryption).unwrap();
        let key_set = realm.key_set();
        let uses: Vec<_> = key_set["keys"].as_array().unwrap().iter().map(|key| &key["use"]).collect();
        assert_eq!(uses, ["sig", "sig", "sig", "sig", "enc"]);
        assert_eq!(key_set["keys"][4]["kid"], hidden.public().kid());
    }

    #[test]
    fn realms_have_keys_of_their_own() {
        let [own, other] = [0, 1].map(|number| Realm::new("http://127.0.0.1:1/pool", number).unwrap());
        assert!(names(&own).iter().all(|kid| other.find(kid).is_none()));
    }
}
