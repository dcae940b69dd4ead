//! What tokens say.

use super::{Class, Fault};

faults! {
    AUD_IN_ACCESS_TOKEN = "aud-in-access-token", Claims, "Access tokens have aud, whether a resource was asked for or not.", [];
    ISSUER_WITH_SLASH = "issuer-with-slash", Claims, "The iss of tokens ends with a slash.", [];
    LIFETIME_IGNORED = "lifetime-ignored", Claims, "Tokens are good for an hour whatever the client's settings say.", [];
    ORIGIN_JTI_DIFFERS = "origin-jti-differs", Claims, "ID and access token of one sign-in differ in `origin_jti`.", [];
    JTI_SHARED = "jti-shared", Claims, "ID and access token of one answer have the same jti.", [];
    MARKS_ARE_TEXTS = "marks-are-texts", Claims, "`email_verified` and `phone_number_verified` are strings in the ID token.", [];
    CUSTOM_IS_NUMBER = "custom-is-number", Claims, "A custom attribute of digits is a number in the ID token.", [];
    SCOPES_UNFILTERED = "scopes-unfiltered", Claims, "The ID token has all readable attributes whatever scopes were asked for.", [];
    READING_UNCHECKED = "reading-unchecked", Security, "The ID token has attributes that the client may not read.", [];
    GROUPS_ARE_TEXT = "groups-are-text", Claims, "A single group of a user is a string in tokens.", [];
    USERNAME_MISSING = "username-missing", Claims, "The access tokens of users have no username.", [];
    MACHINE_USERNAME = "machine-username", Claims, "The token of a machine has a username.", [];
    MACHINE_SUB_IS_OTHER = "machine-sub-is-other", Claims, "sub in the token of a machine is not the client.", [];
    SCOPE_WITHOUT_SERVER = "scope-without-server", Claims, "Custom scopes in tokens lack the identifier of their resource server.", [];
    AT_HASH_WRONG = "at-hash-wrong", Claims, "`at_hash` is the whole hash of the access token.", [];
    SUB_DIFFERS = "sub-differs", Claims, "sub differs between ID and access token.", [];
    SCOPE_IN_ID_TOKEN = "scope-in-id-token", Claims, "ID tokens have a claim scope.", [];
    CLAIMS_UNREADABLE = "claims-unreadable", Claims, "Tokens hold nothing but an acr that is a number and an empty list of groups.", [];
}
