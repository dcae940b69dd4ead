//! The elliptic-curve key of the harness as issuer (RFC 7518 sections 3.4 and 6.2): Cognito has none, and API Gateway takes
//! none.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

/// The bytes of one coordinate of a point of P-256.
const COORDINATE: usize = 32;

/// A key of P-256.
pub(super) struct EllipticKey {
    pair: EcdsaKeyPair,
    kid: String,
    jwk: Json,
}

/// The one of this process. It is generated at first use.
static KEY: LazyLock<Result<EllipticKey, String>> = LazyLock::new(EllipticKey::generate);

/// The key of this process.
pub(super) fn key() -> Result<&'static EllipticKey, String> {
    KEY.as_ref().map_err(Clone::clone)
}

impl EllipticKey {
    fn generate() -> Result<Self, String> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| "no elliptic-curve key could be generated")?;
        // An uncompressed point: 4, x, y (SEC 1 section 2.3.3).
        let point = pair.public_key().as_ref().to_vec();
        let (x, y) = point.get(1..).unwrap_or_default().split_at(COORDINATE);
        let [x, y] = [x, y].map(|number| URL_SAFE_NO_PAD.encode(number));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = STANDARD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()));
        let jwk =
            json!({ "kid": kid, "alg": "ES256", "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig" });
        Ok(Self { pair, kid, jwk })
    }

    /// Its name.
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    /// Its public half as it stands in a key set.
    pub(super) const fn jwk(&self) -> &Json {
        &self.jwk
    }

    /// A signature with ES256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| "signing with ES256 failed".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Algorithm, DecodingKey, crypto};

    use super::*;

    #[test]
    fn its_signatures_verify_with_what_the_key_set_shows() {
        let key = key().unwrap();
        let jwk: Jwk = serde_json::from_value(key.jwk().clone()).unwrap();
        let reader = DecodingKey::from_jwk(&jwk).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(key.sign(b"message").unwrap());
        assert!(crypto::verify(&signature, b"message", &reader, Algorithm::ES256).unwrap());
        assert!(!crypto::verify(&signature, b"another", &reader, Algorithm::ES256).unwrap());
    }
}
