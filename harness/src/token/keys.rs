//! RSA keys of issuers, and the forms in which the public half may be taken for a secret.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaSignatureEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use super::der;
use crate::model::jwt::KeyForm;

/// A public RSA key of an issuer.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    kid: String,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    jwk: Json,
}

impl PublicKey {
    /// The key of this modulus and exponent; it is named by its thumbprint (RFC 7638), in the form of Cognito's names.
    fn new(modulus: &[u8], exponent: &[u8]) -> Self {
        let [n, e] = [modulus, exponent].map(|number| URL_SAFE_NO_PAD.encode(number));
        let canonical = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        let kid = STANDARD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()));
        let jwk = json!({ "kid": kid, "alg": "RS256", "kty": "RSA", "e": e, "n": n, "use": "sig" });
        Self { kid, modulus: modulus.to_vec(), exponent: exponent.to_vec(), jwk }
    }

    /// The key of a member of a key set (RFC 7517 section 4, RFC 7518 section 6.3.1).
    ///
    /// # Errors
    /// What is missing in it, or wrong.
    pub fn from_jwk(jwk: &Json) -> Result<Self, String> {
        let text = |name: &str| jwk.get(name).and_then(Json::as_str);
        let number = |name: &str| {
            let digits = text(name).ok_or_else(|| format!("a key of the key set has no {name}"))?;
            let bytes = URL_SAFE_NO_PAD.decode(digits.trim_end_matches('='));
            bytes
                .ok()
                .filter(|bytes| !bytes.is_empty())
                .ok_or_else(|| format!("{name} of a key of the key set is not Base64url"))
        };
        Ok(Self {
            kid: text("kid").unwrap_or_default().to_owned(),
            modulus: number("n")?,
            exponent: number("e")?,
            jwk: jwk.clone(),
        })
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// As it stands in the key set.
    pub const fn jwk(&self) -> &Json {
        &self.jwk
    }

    /// The key in this form, as the bytes of a secret.
    pub fn form(&self, form: KeyForm) -> Vec<u8> {
        match form {
            KeyForm::Pem => der::pem("PUBLIC KEY", &self.spki()).into_bytes(),
            KeyForm::PemWithoutNewline => {
                der::pem("PUBLIC KEY", &self.spki()).trim_end().to_owned().into_bytes()
            }
            KeyForm::PemPkcs1 => der::pem("RSA PUBLIC KEY", &self.pkcs1()).into_bytes(),
            KeyForm::Der => self.spki(),
            KeyForm::Modulus => self.modulus.clone(),
            KeyForm::ModulusText => match self.jwk.get("n").and_then(Json::as_str) {
                Some(text) => text.to_owned(),
                None => URL_SAFE_NO_PAD.encode(&self.modulus),
            }
            .into_bytes(),
            KeyForm::Jwk => self.jwk.to_string().into_bytes(),
            KeyForm::Empty => Vec::new(),
        }
    }

    /// `RSAPublicKey` (RFC 8017 appendix A.1.1).
    fn pkcs1(&self) -> Vec<u8> {
        der::sequence(&[der::integer(&self.modulus), der::integer(&self.exponent)])
    }

    /// `SubjectPublicKeyInfo` (RFC 5280 section 4.1, RFC 3279 section 2.3.1).
    fn spki(&self) -> Vec<u8> {
        let algorithm = der::sequence(&[der::RSA_ENCRYPTION.to_vec(), der::NULL.to_vec()]);
        der::sequence(&[algorithm, der::bit_string(&self.pkcs1())])
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PublicKey({:?}, {} bytes)", self.kid, self.modulus.len())
    }
}

/// An RSA key that signs.
pub(super) struct Key {
    pair: KeyPair,
    public: PublicKey,
}

impl Key {
    /// A new key of 2048 bits, the size of Cognito's.
    pub(super) fn generate() -> Result<Self, String> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| "no RSA key could be generated")?;
        let public = pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
        Ok(Self { public: PublicKey::new(&modulus, &exponent), pair })
    }

    /// Its public half.
    pub(super) const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The pair itself.
    pub(super) const fn pair(&self) -> &KeyPair {
        &self.pair
    }

    /// A signature with this algorithm (RFC 7518 sections 3.3 and 3.5).
    pub(super) fn sign(&self, alg: &str, message: &[u8]) -> Result<Vec<u8>, String> {
        let encoding: &'static RsaSignatureEncoding = match alg {
            "RS256" => &RSA_PKCS1_SHA256,
            "RS384" => &RSA_PKCS1_SHA384,
            "RS512" => &RSA_PKCS1_SHA512,
            "PS256" => &RSA_PSS_SHA256,
            "PS384" => &RSA_PSS_SHA384,
            "PS512" => &RSA_PSS_SHA512,
            _ => return Err(format!("an RSA key does not sign with {alg:?}; it does with RS256 to PS512")),
        };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(encoding, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| format!("signing with {alg} failed"))?;
        Ok(signature)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Key({:?})", self.public.kid)
    }
}

/// A key that is generated when it is first asked for.
type Place = Arc<OnceLock<Result<Arc<Key>, String>>>;

/// The keys of all issuers of this process. Generating one takes a tenth of a second.
static ISSUERS: Mutex<BTreeMap<usize, Place>> = Mutex::new(BTreeMap::new());

/// An issuer's key, counted from zero. It is generated at first use and the same from then on.
pub(super) fn issuer_key(index: usize) -> Result<Arc<Key>, String> {
    let place = {
        let mut places = ISSUERS.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(index).or_default())
    };
    // Not under the lock: others may generate theirs at the same time.
    place.get_or_init(|| Key::generate().map(Arc::new)).clone()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Algorithm, DecodingKey, crypto};

    use super::*;
    use crate::model::jwt::arbitrary::{FORMS, RSA};

    #[test]
    fn signatures_verify_with_every_form_that_a_verifier_reads() {
        let key = issuer_key(0).unwrap();
        let public = key.public();
        let jwk: Jwk = serde_json::from_value(public.jwk().clone()).unwrap();
        let readers = [
            DecodingKey::from_jwk(&jwk).unwrap(),
            DecodingKey::from_rsa_pem(&public.form(KeyForm::Pem)).unwrap(),
            DecodingKey::from_rsa_pem(&public.form(KeyForm::PemWithoutNewline)).unwrap(),
            DecodingKey::from_rsa_pem(&public.form(KeyForm::PemPkcs1)).unwrap(),
            DecodingKey::from_rsa_raw_components(&public.form(KeyForm::Modulus), &public.exponent),
        ];
        for name in RSA {
            let alg: Algorithm = name.parse().unwrap();
            let signature = URL_SAFE_NO_PAD.encode(key.sign(name, b"message").unwrap());
            for reader in &readers {
                assert!(crypto::verify(&signature, b"message", reader, alg).unwrap(), "{name}");
                assert!(!crypto::verify(&signature, b"another", reader, alg).unwrap(), "{name}");
            }
        }
        assert!(key.sign("ES256", b"message").is_err());
    }

    #[test]
    fn the_forms_of_a_key_differ() {
        let key = issuer_key(0).unwrap();
        let forms: std::collections::BTreeSet<Vec<u8>> =
            FORMS.iter().map(|form| key.public().form(*form)).collect();
        assert_eq!(forms.len(), FORMS.len());
        assert!(key.public().form(KeyForm::Pem).ends_with(b"-----END PUBLIC KEY-----\n"));
        assert_eq!(key.public().form(KeyForm::Modulus).len(), 256);
    }

    #[test]
    fn a_key_of_a_key_set_has_the_same_forms() {
        let key = issuer_key(0).unwrap();
        let read = PublicKey::from_jwk(key.public().jwk()).unwrap();
        assert_eq!(&read, key.public());
        for wrong in [json!({}), json!({ "n": "AQAB" }), json!({ "n": "!", "e": "AQAB" }), json!(null)] {
            assert!(PublicKey::from_jwk(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_index_has_a_key_of_its_own_that_stays() {
        let [first, second] = [0, 1].map(|index| issuer_key(index).unwrap());
        assert_ne!(first.public().kid(), second.public().kid());
        assert_eq!(issuer_key(0).unwrap().public().kid(), first.public().kid());
        assert!(!format!("{first:?} {:?}", first.public()).contains(&URL_SAFE_NO_PAD.encode([0; 4])));
    }
}
