//! The token endpoint: clients, grants, scopes, codes, PKCE, refresh tokens and the form of its answers.

use super::{Class, Fault};

faults! {
    SECRET_CASE_IGNORED = "secret-case-ignored", Security, "The client secret is compared without regard to case.", [];
    SECRET_PREFIX_ACCEPTED = "secret-prefix-accepted", Security, "A prefix of the client secret is accepted.", [];
    WRONG_SECRET_IS_401 = "wrong-secret-is-401", Error, "A wrong secret at the token endpoint is answered with 401 instead of 400.", [];
    CODE_REUSABLE = "code-reusable", State, "An authorization code may be redeemed more than once.", [];
    CODE_OF_OTHER_CLIENT = "code-of-other-client", Security, "A code may be redeemed by another client than the one it was issued to.", [];
    CODE_NEVER_EXPIRES = "code-never-expires", State, "An authorization code is accepted however old it is.", [];
    REDIRECT_SLASH_IGNORED = "redirect-slash-ignored", Security, "A trailing slash of the redirect URI makes no difference when a code is redeemed.", [];
    PKCE_UNCHECKED = "pkce-unchecked", Security, "The PKCE verifier is not compared with the challenge.", [];
    UNKNOWN_SCOPE_DROPPED = "unknown-scope-dropped", Security, "A scope that does not exist is dropped silently.", [];
    FORBIDDEN_SCOPE_GRANTED = "forbidden-scope-granted", Security, "A scope that exists but is not enabled for the client is granted.", [];
    CACHE_CONTROL_ABSENT = "cache-control-absent", Shape, "Answers carry neither Cache-Control nor Pragma.", [];
    ROTATED_REFRESH_WORKS = "rotated-refresh-works", State, "A refresh token that was rotated out works after its grace period.", [];
    CONTENT_TYPE_UNCHECKED = "content-type-unchecked", Security, "The token endpoint reads a form whatever its media type is called.", [];
    ERROR_INSIDE_200 = "error-inside-200", Error, "The token endpoint sends its errors with status 200.", [];
    EXPIRES_IN_CONSTANT = "expires-in-constant", Shape, "`expires_in` is 3600 whatever the client's settings say.", [];
    ORIGIN_JTI_RENEWED = "origin-jti-renewed", Claims, "A refresh gives tokens with another `origin_jti`.", [];
}
