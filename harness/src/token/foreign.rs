//! The keys of an attacker: nobody trusts them.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
};
use rcgen::{CertificateParams, PKCS_RSA_SHA256};
use rustls::pki_types::PrivatePkcs8KeyDer;

use super::keys::{Key, PublicKey};

static RSA: LazyLock<Result<Key, String>> = LazyLock::new(Key::generate);
static CERTIFICATE: LazyLock<Result<Vec<u8>, String>> = LazyLock::new(self_signed);
static P256: LazyLock<Result<EcdsaKeyPair, String>> =
    LazyLock::new(|| elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING));
static P384: LazyLock<Result<EcdsaKeyPair, String>> =
    LazyLock::new(|| elliptic(&ECDSA_P384_SHA384_FIXED_SIGNING));
static P521: LazyLock<Result<EcdsaKeyPair, String>> =
    LazyLock::new(|| elliptic(&ECDSA_P521_SHA512_FIXED_SIGNING));
static EDWARDS: LazyLock<Result<Ed25519KeyPair, String>> =
    LazyLock::new(|| Ed25519KeyPair::generate().map_err(|_| "no Ed25519 key could be generated".to_owned()));

fn elliptic(alg: &'static EcdsaSigningAlgorithm) -> Result<EcdsaKeyPair, String> {
    EcdsaKeyPair::generate(alg).map_err(|_| "no EC key could be generated".to_owned())
}

fn got<T>(made: &'static LazyLock<Result<T, String>>) -> Result<&'static T, String> {
    made.as_ref().map_err(Clone::clone)
}

/// The public half of the RSA key.
pub(super) fn public() -> Result<&'static PublicKey, String> {
    got(&RSA).map(Key::public)
}

/// A certificate that the RSA key issued to itself, in DER.
pub(super) fn certificate() -> Result<&'static [u8], String> {
    got(&CERTIFICATE).map(Vec::as_slice)
}

fn self_signed() -> Result<Vec<u8>, String> {
    let private: Pkcs8V1Der<'_> =
        got(&RSA)?.pair().as_der().map_err(|_| "the foreign key cannot be written")?;
    let private = PrivatePkcs8KeyDer::from(private.as_ref().to_vec());
    let failed = |error: rcgen::Error| format!("no certificate could be made: {error}");
    let pair = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&private, &PKCS_RSA_SHA256).map_err(failed)?;
    let params = CertificateParams::new(vec!["keys.poolproof.test".to_owned()]).map_err(failed)?;
    Ok(params.self_signed(&pair).map_err(failed)?.der().to_vec())
}

/// A signature with this algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1).
pub(super) fn sign(alg: &str, message: &[u8]) -> Result<Vec<u8>, String> {
    let pair = match alg {
        "ES256" => got(&P256)?,
        "ES384" => got(&P384)?,
        "ES512" => got(&P521)?,
        "EdDSA" => return Ok(got(&EDWARDS)?.sign(message).as_ref().to_vec()),
        _ => return got(&RSA)?.sign(alg, message),
    };
    let signature = pair.sign(&SystemRandom::new(), message);
    signature.map(|signature| signature.as_ref().to_vec()).map_err(|_| format!("signing with {alg} failed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::jwt::arbitrary::FOREIGN;

    #[test]
    fn every_algorithm_signs_with_the_length_of_its_signatures() {
        let lengths = FOREIGN.map(|alg| sign(alg, b"message").unwrap().len());
        assert_eq!(lengths, [256, 256, 256, 256, 256, 256, 64, 96, 132, 64]);
        assert!(sign("HS256", b"message").is_err());
    }

    #[test]
    fn the_certificate_is_that_of_the_key() {
        use crate::model::jwt::KeyForm;
        let spki = public().unwrap().form(KeyForm::Der);
        let certificate = certificate().unwrap();
        assert!(certificate.windows(spki.len()).any(|window| window == spki));
    }
}
