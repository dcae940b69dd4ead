//! Who signed a token.

use jsonwebtoken::{Algorithm, DecodingKey, crypto};

use super::super::right::Refusal;
use super::Failure;
use super::forgets::{Forgets, Forgotten};
use super::keys::{Keys, PublicKey};
use super::token::Token;

/// Verifies the signature with a key of the issuer.
pub(super) async fn verify(keys: &Keys, forgotten: &Forgotten, token: &Token) -> Result<(), Failure> {
    if token.header.contains_key("crit") && !forgotten.has(Forgets::Crit) {
        return Err(Refusal::InvalidToken.into());
    }
    let alg = match token.header.get("alg") {
        None if forgotten.has(Forgets::AlgMissing) => "RS256",
        alg => alg.and_then(|alg| alg.as_str()).ok_or(Refusal::InvalidToken)?,
    };
    let algorithm = match alg {
        "RS256" => Algorithm::RS256,
        "none" if forgotten.has(Forgets::AlgNone) => return Ok(()),
        "RS384" if forgotten.has(Forgets::Rs384) => Algorithm::RS384,
        "RS512" if forgotten.has(Forgets::Rs512) => Algorithm::RS512,
        "PS256" if forgotten.has(Forgets::Ps256) => Algorithm::PS256,
        "HS256" => return shared_secret(keys, forgotten, token).await,
        other if other.eq_ignore_ascii_case("RS256") && forgotten.has(Forgets::AlgCase) => Algorithm::RS256,
        other if other != "none" && other.eq_ignore_ascii_case("none") => {
            let forgot = forgotten.has(Forgets::AlgNoneAnyCase);
            return if forgot { Ok(()) } else { Err(Refusal::InvalidToken.into()) };
        }
        _ => return Err(Refusal::InvalidToken.into()),
    };
    let candidates = match keys.candidates(forgotten, &token.header).await {
        Err(Refusal::Unavailable) if forgotten.has(Forgets::KeysUnreachable) => return Ok(()),
        candidates => candidates?,
    };
    let unsigned = token.signature.is_empty() && forgotten.has(Forgets::EmptySignature);
    if unsigned || forgotten.has(Forgets::Signature) {
        return Ok(());
    }
    if candidates.iter().any(|key| is_signed(token, &key.verifying(), algorithm)) {
        Ok(())
    } else {
        Err(Refusal::InvalidToken.into())
    }
}

/// Secrets that a public key may be mistaken for.
type Make = fn(&PublicKey) -> Vec<Vec<u8>>;

/// HS256 with something that everybody knows.
async fn shared_secret(keys: &Keys, forgotten: &Forgotten, token: &Token) -> Result<(), Failure> {
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    if let Some(kid) = token.header.get("kid").and_then(|kid| kid.as_str())
        && forgotten.has(Forgets::KidPath)
    {
        // The one file that every attacker tries, and that is the same everywhere.
        secrets.extend((kid.trim_start_matches(['.', '/']) == "dev/null").then(Vec::new));
    }
    if forgotten.has(Forgets::Hs256Empty) {
        secrets.push(Vec::new());
    }
    let made: [(Forgets, Make); 3] = [
        (Forgets::Hs256Pem, |key| vec![key.pem().into_bytes(), key.pem().trim_end().as_bytes().to_vec()]),
        (Forgets::Hs256Der, |key| vec![key.spki(), key.pkcs1()]),
        (Forgets::Hs256Modulus, |key| vec![key.n.clone(), key.modulus_text().into_bytes()]),
    ];
    if made.iter().any(|(check, _)| forgotten.has(*check)) {
        let candidates = keys.candidates(forgotten, &token.header).await?;
        let made = made.iter().filter(|(check, _)| forgotten.has(*check));
        secrets.extend(made.flat_map(|(_, make)| candidates.iter().flat_map(make)));
    }
    let signed = |secret: &Vec<u8>| is_signed(token, &DecodingKey::from_secret(secret), Algorithm::HS256);
    if secrets.iter().any(signed) { Ok(()) } else { Err(Refusal::InvalidToken.into()) }
}

fn is_signed(token: &Token, key: &DecodingKey, algorithm: Algorithm) -> bool {
    [&token.signed, &token.respelled].into_iter().any(|text| {
        crypto::verify(&token.signature, text.as_bytes(), key, algorithm).is_ok_and(|is_right| is_right)
    })
}
