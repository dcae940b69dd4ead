//! The JSON Web Key Set of a pool (RFC 7517).

use poolproof_harness::prelude::*;

use super::{DOCUMENT, KEYS, asked, document};

const FOUND: Scenario = Scenario {
    id: "found",
    says: "the key set is below the issuer",
    covers: &["jwks.location"],
    needs: &[KEYS],
    cases: || asked(Endpoint::Jwks).prop_map(Case::one).boxed(),
    watch: &[Field::Status, Field::MemberKind("keys")],
    effort: Effort::Single,
};

const NAMED: Scenario = Scenario {
    id: "named-by-the-document",
    says: "the discovery document names the key set",
    covers: &["jwks.location"],
    needs: &[DOCUMENT, KEYS],
    cases: document,
    watch: &[Field::MemberIsUrlOf("jwks_uri", Endpoint::Jwks)],
    effort: Effort::Single,
};

const KEY_SET: Scenario = Scenario {
    id: "keys",
    says: "there are two or more RSA keys of 2048 bits, each with all its parameters",
    covers: &["jwks.members", "jwks.two-keys", "jwks.key-size"],
    needs: &[KEYS],
    cases: || asked(Endpoint::Jwks).prop_map(Case::one).boxed(),
    watch: &[Field::KeySet],
    effort: Effort::Single,
};

/// The key set.
pub const SUITE: Suite = Suite { name: "jwks", scenarios: &[FOUND, NAMED, KEY_SET] };
