//! The revocation endpoint, and what else ends sessions.

use super::{Class, Fault};

faults! {
    REVOKED_REFRESH_WORKS = "revoked-refresh-works", State, "A revoked refresh token still yields new tokens.", ["token.refresh.revoked", "revoke.effect.refresh", "token.refresh.global-sign-out"];
    REVOKE_DOES_NOTHING = "revoke-does-nothing", State, "The revocation endpoint answers with 200 and revokes nothing.", ["revoke.effect.refresh", "revoke.effect.userinfo"];
    REVOKE_ANY_SECRET = "revoke-any-secret", Security, "The revocation endpoint takes any client secret.", ["revoke.bad-credentials", "revoke.effect.refused"];
    REVOKE_OF_OTHER_CLIENT = "revoke-of-other-client", Security, "A client may revoke the refresh tokens of other clients.", ["revoke.effect.other-client"];
    REVOKE_OTHER_TYPES_IGNORED = "revoke-other-types-ignored", Error, "The revocation endpoint answers with 200 to access and ID tokens.", ["revoke.access-token", "revoke.id-token"];
    REVOKE_ENDS_ALL_SESSIONS = "revoke-ends-all-sessions", State, "A revocation ends every session of the user.", ["revoke.effect.other-sessions"];
    DISABLING_KEEPS_TOKENS = "disabling-keeps-tokens", State, "Disabling a user revokes no tokens: they work again once the user is enabled.", ["lifecycle.user-disabled.tokens"];
    ENABLING_REVIVES_TOKENS = "enabling-revives-tokens", State, "Enabling a user makes every token work again that was revoked for that user.", ["lifecycle.user-disabled.tokens"];
    SECOND_REVOCATION_UNDOES = "second-revocation-undoes", State, "Revoking a refresh token for the second time makes it work again.", ["token.refresh.revoked", "userinfo.revoked"];
    REVOKE_WITH_BODY = "revoke-with-body", Shape, "A revocation is answered with an empty JSON object instead of nothing.", ["revoke.success", "revoke.type-hint", "revoke.public"];
    REVOKE_ANY_MEDIA_TYPE = "revoke-any-media-type", Security, "The revocation endpoint reads a form whatever its media type is called.", ["revoke.content-type"];
    REVOKE_BY_GET = "revoke-by-get", Security, "The revocation endpoint answers GET.", ["revoke.method"];
    REVOKE_ERRORS_EMPTY = "revoke-errors-empty", Shape, "Errors of the revocation endpoint have no body.", ["revoke.error-shape"];
    REVOKE_HINT_REFUSED = "revoke-hint-refused", Error, "A revocation with a `token_type_hint` is refused.", ["revoke.type-hint"];
    REVOKE_HINT_BELIEVED = "revoke-hint-believed", Error, "A token of another type is answered with 200 where the hint says that it is a refresh token.", ["revoke.access-token", "revoke.id-token"];
    REVOKE_OF_ID_TOKEN_IGNORED = "revoke-of-id-token-ignored", Error, "The revocation endpoint answers with 200 to ID tokens.", ["revoke.id-token"];
    REVOKE_BY_NOBODY = "revoke-by-nobody", Security, "A revocation that names no client is answered with 200.", ["revoke.client-missing"];
    REVOKE_GARBAGE_BEFORE_CLIENT = "revoke-garbage-before-client", Security, "A text that is no token is answered with 200 before the client is looked at.", ["revoke.bad-credentials"];
    REVOKE_GARBAGE_REFUSED = "revoke-garbage-refused", Error, "A text that is no token is refused at the revocation endpoint.", ["revoke.garbage", "revoke.garbage-jwt"];
    REVOKE_BEFORE_CLIENT = "revoke-before-client", State, "A revocation takes place before the client is refused.", ["revoke.effect.refused", "revoke.effect.other-client"];
    REVOKE_NOTHING_ACCEPTED = "revoke-nothing-accepted", Error, "A revocation that names no token is answered with 200.", ["revoke.token-missing"];
    REVOKE_SWITCH_IGNORED = "revoke-switch-ignored", Security, "A client revokes its tokens although revocation is switched off for it.", ["revoke.disabled"];
    REVOKE_OF_OTHER_IS_403 = "revoke-of-other-is-403", Error, "A revocation of a token of another client is answered with 403.", ["revoke.other-client"];
    SECOND_REVOCATION_REFUSED = "second-revocation-refused", Error, "A refresh token that was revoked cannot be revoked again.", ["revoke.already-revoked"];
    REVOKE_BY_PUBLIC_REFUSED = "revoke-by-public-refused", Error, "A client without a secret cannot revoke its tokens.", ["revoke.public"];
    REVOKE_BY_PUBLIC_DOES_NOTHING = "revoke-by-public-does-nothing", State, "A revocation by a client without a secret is answered with 200 and revokes nothing.", ["revoke.effect.refresh", "revoke.effect.userinfo"];
    REVOKE_AFTER_REFRESH_DOES_NOTHING = "revoke-after-refresh-does-nothing", State, "A refresh token that was used before is not revoked.", ["revoke.effect.refresh", "revoke.effect.userinfo"];
    REVOKE_SECRET_IN_BODY_IS_400 = "revoke-secret-in-body-is-400", Error, "A revocation with the secret in the body is answered with 400 instead of 401.", ["revoke.secret-in-body"];
    REVOKE_SECRET_OPTIONAL = "revoke-secret-optional", Security, "A client that has a secret may leave it out at the revocation endpoint.", ["revoke.secret-missing"];
    REVOKE_BAD_CREDENTIALS_ARE_400 = "revoke-bad-credentials-are-400", Error, "Bad credentials at the revocation endpoint are answered with 400 instead of 401.", ["revoke.bad-credentials", "revoke.secret-missing"];
    REVOKE_ENDS_SESSIONS_OF_CLIENT = "revoke-ends-sessions-of-client", State, "A revocation ends every session of the user at the client.", ["revoke.effect.other-sessions"];
}
