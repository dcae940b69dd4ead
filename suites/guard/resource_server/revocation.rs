//! Tokens of sessions that have ended: a service that does not ask the pool cannot know.

use poolproof_harness::prelude::*;

use super::{REFUSAL, STATUS, token, with_genuine};

const REVOKED: Scenario = Scenario {
    id: "revoked",
    says: "a token whose session was revoked is let in until it ends",
    covers: &["rs.revocation.offline"],
    needs: &[token(Genuine::Revoked)],
    cases: || with_genuine(Genuine::Revoked),
    watch: STATUS,
    ..REFUSAL
};

const SIGNED_OUT: Scenario = Scenario {
    id: "signed-out",
    says: "a token of a user who was signed out everywhere is let in until it ends",
    covers: &["rs.revocation.offline"],
    needs: &[token(Genuine::SignedOut)],
    cases: || with_genuine(Genuine::SignedOut),
    watch: STATUS,
    ..REFUSAL
};

const DELETED: Scenario = Scenario {
    id: "user-deleted",
    says: "a token of a user who is deleted is let in until it ends",
    covers: &["rs.revocation.offline"],
    needs: &[token(Genuine::DeletedUser)],
    cases: || with_genuine(Genuine::DeletedUser),
    watch: STATUS,
    ..REFUSAL
};

/// Tokens of sessions that have ended.
pub const SUITE: Suite =
    Suite { name: "guard::resource-server::revocation", scenarios: &[REVOKED, SIGNED_OUT, DELETED] };
