//! Tokens whose session has ended: the authorizer verifies them by themselves.

use poolproof_harness::prelude::*;

use super::{STATUS, genuine};

const REVOKED: Scenario = Scenario {
    id: "revoked",
    says: "a token is let in until it expires, although its refresh token was revoked",
    covers: &["rest.revocation.revoke-endpoint"],
    needs: &[Need::Guard(GuardNeed::Token(Genuine::Revoked))],
    cases: || genuine(Genuine::Revoked),
    watch: STATUS,
    effort: Effort::Single,
};

const SIGNED_OUT: Scenario = Scenario {
    id: "signed-out",
    says: "a token is let in until it expires, although its user was signed out everywhere",
    covers: &["rest.revocation.global-sign-out"],
    needs: &[Need::Guard(GuardNeed::Token(Genuine::SignedOut))],
    cases: || genuine(Genuine::SignedOut),
    ..REVOKED
};

const DELETED: Scenario = Scenario {
    id: "deleted-user",
    says: "a token is let in until it expires, although its user is deleted",
    covers: &["rest.revocation.deleted-user"],
    needs: &[Need::Guard(GuardNeed::Token(Genuine::DeletedUser))],
    cases: || genuine(Genuine::DeletedUser),
    ..REVOKED
};

/// Tokens whose session has ended.
pub const SUITE: Suite =
    Suite { name: "guard::rest::revocation", scenarios: &[REVOKED, SIGNED_OUT, DELETED] };
