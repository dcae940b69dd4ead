//! The authorization endpoint: redirect URIs, parameters, flows, sessions.

use super::{Class, Fault};

faults! {
    REDIRECT_UNCHECKED = "redirect-unchecked", Security, "The authorization endpoint sends the browser to an unregistered redirect URI.", [];
    REDIRECT_PREFIX_MATCHED = "redirect-prefix-matched", Security, "A redirect URI need only begin like a registered one.", [];
    REDIRECT_PORT_IGNORED = "redirect-port-ignored", Security, "The port of a redirect URI makes no difference at the authorization endpoint.", [];
    MISMATCH_AT_CALLBACK = "mismatch-at-callback", Security, "The error about an unregistered redirect URI is sent to that URI.", [];
    UNKNOWN_CLIENT_REDIRECTED = "unknown-client-redirected", Security, "The error about an unknown client is sent to the redirect URI of the request.", [];
    ERROR_PAGE_IS_200 = "error-page-is-200", Error, "The error page comes with status 200.", [];
    CODE_IN_FRAGMENT = "code-in-fragment", Shape, "The code stands in the fragment of the callback.", [];
    RESPONSE_TYPE_DEFAULTED = "response-type-defaulted", Security, "A request that names no response type is taken for one for a code.", [];
    DISABLED_FLOW_SERVED = "disabled-flow-served", Security, "A flow is served that is not enabled for the client.", [];
    PLAIN_PKCE_ACCEPTED = "plain-pkce-accepted", Security, "The authorization endpoint takes a challenge with any method and without one.", [];
    STATE_DROPPED = "state-dropped", Shape, "The state parameter is missing from the redirect to the client.", [];
    SESSION_IGNORED = "session-ignored", State, "The session cookie is not recognised at the authorization endpoint.", [];
    SESSION_OF_ONE_CLIENT = "session-of-one-client", State, "The session cookie is recognised only for the client of the sign-in.", [];
    PROMPT_IGNORED = "prompt-ignored", State, "The parameter prompt makes no difference.", [];
    STATE_NOT_ENCODED = "state-not-encoded", Security, "The state parameter is not percent-encoded in the redirect to the client.", [];
    IMPLICIT_ID_TOKEN_ALWAYS = "implicit-id-token-always", Security, "The implicit grant yields an ID token without the scope openid.", [];
    RESOURCE_IGNORED = "resource-ignored", Claims, "A resource that the authorization request names does not become the audience of the access token.", [];
    NONCE_DROPPED = "nonce-dropped", Claims, "The nonce of the authorization request is missing from the ID token.", [];
}
