//! Proof keys for code exchange (RFC 7636; `token.pkce.*`).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::{Grant, Proof, answer};
use crate::call::Call;
use crate::fault::Fault;
use crate::oauth_error::OAuthError;
use crate::state::Code;

/// The shortest verifier (RFC 7636 section 4.1), in characters.
const SHORTEST: usize = 43;
/// How many characters of a verifier count under [`Fault::VERIFIER_CUT`].
const CUT: usize = 64;
/// The longest verifier under [`Fault::LONG_VERIFIER_REFUSED`], in characters.
const LONG: usize = 100;

/// Compares the verifier with the challenge of the authorization request, if there was one.
pub(super) fn check(call: &Call<'_>, code: &Code, grant: &Grant<'_>) -> Result<(), OAuthError> {
    let verifier = grant.params.filled("code_verifier");
    let Some(challenge) = &code.challenge else {
        return without_challenge(call, grant, verifier);
    };
    let Some(verifier) = verifier else {
        let passes = call.has(Fault::MISSING_VERIFIER_TAKEN) || call.has(Fault::PKCE_UNCHECKED);
        return if passes { Ok(()) } else { Err(OAuthError::INVALID_GRANT) };
    };
    check_form(call, verifier)?;
    if grant.proof == Proof::Basic && call.has(Fault::VERIFIER_BESIDE_BASIC_REFUSED) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    let count = verifier.chars().count();
    let is_cut = count > CUT && call.has(Fault::VERIFIER_CUT);
    let counted: String = verifier.chars().take(if is_cut { CUT } else { count }).collect();
    let passes = s256(&counted) == *challenge
        || (verifier == challenge && call.has(Fault::CHALLENGE_TAKEN_FOR_VERIFIER))
        || (!grant.client.is_public() && call.has(Fault::PKCE_UNCHECKED_WITH_SECRET))
        || call.has(Fault::PKCE_UNCHECKED);
    if passes { Ok(()) } else { Err(OAuthError::INVALID_GRANT) }
}

/// A verifier that nothing asked for is ignored (`token.pkce.verifier-without-challenge`).
fn without_challenge(call: &Call<'_>, grant: &Grant<'_>, verifier: Option<&str>) -> Result<(), OAuthError> {
    if verifier.is_some() && call.has(Fault::NEEDLESS_VERIFIER_FAILS) {
        return Err(answer::SERVER_ERROR);
    }
    if verifier.is_none() && grant.client.is_public() && call.has(Fault::PROOF_KEY_REQUIRED_OF_PUBLIC) {
        return Err(OAuthError::INVALID_REQUEST);
    }
    Ok(())
}

/// The form is not checked, but for a fault (`token.pkce.verifier-short`).
fn check_form(call: &Call<'_>, verifier: &str) -> Result<(), OAuthError> {
    let count = verifier.chars().count();
    if count < SHORTEST && call.has(Fault::SHORT_VERIFIER_FAILS) {
        return Err(answer::SERVER_ERROR);
    }
    let is_refused = (count > LONG && call.has(Fault::LONG_VERIFIER_REFUSED))
        || (verifier.contains('~') && call.has(Fault::TILDE_IN_VERIFIER_REFUSED));
    if is_refused { Err(OAuthError::INVALID_REQUEST) } else { Ok(()) }
}

/// The S256 transformation (RFC 7636 section 4.2).
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn s256_agrees_with_the_example_of_rfc_7636_appendix_b() {
        assert_eq!(
            super::s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
