//! The revocation endpoint, and what else ends sessions.

use super::{Class, Fault};

faults! {
    REVOKED_REFRESH_WORKS = "revoked-refresh-works", State, "A revoked refresh token still yields new tokens.", [];
    REVOKE_DOES_NOTHING = "revoke-does-nothing", State, "The revocation endpoint answers with 200 and revokes nothing.", [];
    REVOKE_ANY_SECRET = "revoke-any-secret", Security, "The revocation endpoint takes any client secret.", [];
    REVOKE_OF_OTHER_CLIENT = "revoke-of-other-client", Security, "A client may revoke the refresh tokens of other clients.", [];
    REVOKE_OTHER_TYPES_IGNORED = "revoke-other-types-ignored", Error, "The revocation endpoint answers with 200 to access and ID tokens.", [];
    REVOKE_ENDS_ALL_SESSIONS = "revoke-ends-all-sessions", State, "A revocation ends every session of the user.", [];
    DISABLING_KEEPS_TOKENS = "disabling-keeps-tokens", State, "Disabling a user revokes no tokens: they work again once the user is enabled.", [];
    ENABLING_REVIVES_TOKENS = "enabling-revives-tokens", State, "Enabling a user makes every token work again that was revoked for that user.", [];
    SECOND_REVOCATION_UNDOES = "second-revocation-undoes", State, "Revoking a refresh token for the second time makes it work again.", [];
}
