//! The sign-out endpoint.

use super::{Class, Fault};

faults! {
    SESSION_SURVIVES_LOGOUT = "session-survives-logout", State, "A sign-out leaves the session and its cookie alone.", ["logout.clears-session"];
    LOGOUT_URI_UNCHECKED = "logout-uri-unchecked", Security, "A sign-out leads to any sign-out URL.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_BY_PREFIX = "logout-uri-by-prefix", Security, "A sign-out leads to a sign-out URL that begins like a registered one.", ["logout.logout-uri-unregistered"];
    LOGOUT_CLIENT_UNCHECKED = "logout-client-unchecked", Security, "A sign-out leads to the sign-out URL whatever the client is.", ["logout.client-unknown", "logout.client-id-missing"];
    LOGOUT_PREFERS_REDIRECT = "logout-prefers-redirect", Error, "Where a sign-out names both, the callback counts and the sign-out URL does not.", ["logout.both"];
    LOGOUT_HONOURS_OIDC = "logout-honours-oidc", Error, "A sign-out leads to the URL that `OpenID` Connect would have it lead to.", ["logout.post-logout-redirect-uri"];
    LOGOUT_LOSES_QUERY = "logout-loses-query", Shape, "A sign-out leads to the sign-in page with no more than the client.", ["logout.redirect-uri", "logout.state"];
    LOGOUT_URI_CASE_IGNORED = "logout-uri-case-ignored", Security, "A sign-out URL is compared without regard to case.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_END_SLASH_IGNORED = "logout-uri-end-slash-ignored", Security, "A sign-out URL may have a slash more at the end of its path.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_QUERY_IGNORED = "logout-uri-query-ignored", Security, "The query of a sign-out URL makes no difference.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_ORIGIN_ALONE = "logout-uri-origin-alone", Security, "Scheme, host and port of a sign-out URL are compared alone.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_SCHEME_IGNORED = "logout-uri-scheme-ignored", Security, "A sign-out URL may have http for https.", ["logout.logout-uri-unregistered"];
    LOGOUT_TO_CALLBACK = "logout-to-callback", Security, "A callback URL is taken for a sign-out URL.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_BESIDE_REDIRECT_UNCHECKED = "logout-uri-beside-redirect-unchecked", Security, "A sign-out URL is not checked where a redirect URI stands beside it.", ["logout.logout-uri-unregistered"];
    LOGOUT_URI_DEFAULTED = "logout-uri-defaulted", Error, "Without a good URL a sign-out leads to the first sign-out URL of the client.", ["logout.neither", "logout.logout-uri-unregistered"];
    LOGOUT_WITHOUT_CLIENT = "logout-without-client", Security, "Without a client a sign-out leads to the sign-out URL of any client.", ["logout.client-id-missing"];
    LOGOUT_OF_UNKNOWN_CLIENT = "logout-of-unknown-client", Security, "For an unknown client a sign-out leads to the sign-out URL of any client.", ["logout.client-unknown"];
    LOGOUT_HONOURS_ID_TOKEN_HINT = "logout-honours-id-token-hint", Error, "With an `id_token_hint` a sign-out leads to the URL that `OpenID` Connect would have it lead to.", ["logout.post-logout-redirect-uri"];
    LOGOUT_TAKES_POST = "logout-takes-post", Error, "The sign-out endpoint takes POST.", ["logout.method"];
    LOGOUT_STATE_DROPPED = "logout-state-dropped", Shape, "A sign-out that leads to the sign-in page loses the state.", ["logout.state", "logout.redirect-uri"];
    LOGOUT_STATE_CUT = "logout-state-cut", Shape, "A sign-out that leads to the sign-in page cuts the state after 128 characters.", ["logout.state", "logout.redirect-uri"];
    LOGOUT_STATE_PLUS_IS_BLANK = "logout-state-plus-is-blank", Shape, "A sign-out that leads to the sign-in page makes a plus in the state a blank.", ["logout.state", "logout.redirect-uri"];
    LOGOUT_SCOPES_NOT_FILLED = "logout-scopes-not-filled", Shape, "A sign-out without scope leads to a sign-in without scope.", ["logout.scope-autofill"];
    LOGOUT_SCOPES_ARE_OPENID = "logout-scopes-are-openid", Shape, "A sign-out without scope leads to a sign-in for openid alone.", ["logout.scope-autofill"];
    LOGOUT_LEADS_TO_CALLBACK = "logout-leads-to-callback", Error, "A sign-out with a redirect URI leads there without a sign-in.", ["logout.redirect-uri"];
    LOGOUT_URI_GETS_PAGE = "logout-uri-gets-page", Shape, "A sign-out with a sign-out URL shows a page with a link to it.", ["logout.logout-uri", "logout.both"];
    LOGOUT_ENDS_OWN_SESSION_ALONE = "logout-ends-own-session-alone", State, "A sign-out ends only a session that began at the same client.", ["logout.clears-session"];
    LOGOUT_TO_SIGN_IN_KEEPS_SESSION = "logout-to-sign-in-keeps-session", State, "A sign-out that leads to the sign-in page leaves the session alone.", ["logout.clears-session"];
    LOGOUT_ENDS_TOKENS = "logout-ends-tokens", State, "A sign-out at the browser revokes the tokens of the user.", ["logout.tokens-survive"];
}
