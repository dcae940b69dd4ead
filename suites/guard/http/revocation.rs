//! Tokens whose session is over. An authorizer that knows keys alone lets them in until they expire.

use poolproof_harness::prelude::*;

use super::{ADMITTED, genuine, token};

const SIGNED_OUT: Scenario = Scenario {
    id: "signed-out-everywhere",
    says: "a token stays good after its user was signed out everywhere",
    covers: &["http.revocation.global-sign-out"],
    needs: &[token(Genuine::SignedOut)],
    cases: || genuine(Genuine::SignedOut),
    watch: ADMITTED,
    effort: Effort::Single,
};

const REVOKED: Scenario = Scenario {
    id: "revoked",
    says: "a token stays good after its refresh token was revoked",
    covers: &["http.revocation.revoke-endpoint"],
    needs: &[token(Genuine::Revoked)],
    cases: || genuine(Genuine::Revoked),
    watch: ADMITTED,
    effort: Effort::Single,
};

const DELETED: Scenario = Scenario {
    id: "deleted-user",
    says: "a token stays good after its user was deleted",
    covers: &["http.revocation.deleted-user"],
    needs: &[token(Genuine::DeletedUser)],
    cases: || genuine(Genuine::DeletedUser),
    watch: ADMITTED,
    effort: Effort::Single,
};

/// Tokens whose session is over.
pub const SUITE: Suite =
    Suite { name: "guard::http::revocation", scenarios: &[SIGNED_OUT, REVOKED, DELETED] };
