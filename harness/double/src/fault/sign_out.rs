//! The sign-out endpoint.

use super::{Class, Fault};

faults! {
    SESSION_SURVIVES_LOGOUT = "session-survives-logout", State, "A sign-out leaves the session and its cookie alone.", [];
    LOGOUT_URI_UNCHECKED = "logout-uri-unchecked", Security, "A sign-out leads to any sign-out URL.", [];
    LOGOUT_URI_BY_PREFIX = "logout-uri-by-prefix", Security, "A sign-out leads to a sign-out URL that begins like a registered one.", [];
    LOGOUT_CLIENT_UNCHECKED = "logout-client-unchecked", Security, "A sign-out leads to the sign-out URL whatever the client is.", [];
    LOGOUT_PREFERS_REDIRECT = "logout-prefers-redirect", Error, "Where a sign-out names both, the callback counts and the sign-out URL does not.", [];
    LOGOUT_HONOURS_OIDC = "logout-honours-oidc", Error, "A sign-out leads to the URL that `OpenID` Connect would have it lead to.", [];
    LOGOUT_LOSES_QUERY = "logout-loses-query", Shape, "A sign-out leads to the sign-in page with no more than the client.", [];
}
