//! The userInfo endpoint.

use super::{Class, Fault};

faults! {
    USERINFO_AFTER_REVOCATION = "userinfo-after-revocation", State, "userInfo takes access tokens whose session was ended.", ["userinfo.revoked", "userinfo.signed-out", "revoke.effect.userinfo"];
    USERINFO_OF_ID_TOKEN = "userinfo-of-id-token", Security, "userInfo takes ID tokens.", ["userinfo.id-token"];
    USERINFO_SIGNATURE_UNCHECKED = "userinfo-signature-unchecked", Security, "userInfo does not verify signatures.", ["userinfo.tampered"];
    USERINFO_EXPIRY_UNCHECKED = "userinfo-expiry-unchecked", Security, "userInfo takes expired access tokens.", ["userinfo.expired"];
    USERINFO_WITHOUT_OPENID = "userinfo-without-openid", Security, "userInfo takes access tokens without the scope openid.", ["userinfo.no-openid", "userinfo.sdk-token"];
    USERINFO_OF_OTHER_POOL = "userinfo-of-other-pool", Security, "userInfo takes access tokens of every pool.", ["userinfo.other-pool"];
    USERINFO_SCOPES_IGNORED = "userinfo-scopes-ignored", Security, "userInfo shows all readable attributes, whatever the scopes are.", ["userinfo.scope.openid-email", "userinfo.scope.openid-phone", "userinfo.scope.openid-profile"];
    VERIFIED_AS_BOOLEANS = "verified-as-booleans", Shape, "userInfo shows verification marks as booleans.", ["userinfo.verified-strings"];
    USERINFO_PATH_CASE_IGNORED = "userinfo-path-case-ignored", Error, "userInfo is answered at a path in lower case too.", ["userinfo.path-case"];
    USERINFO_POST_READS_BODY = "userinfo-post-reads-body", Error, "userInfo reads the token of a POST from its form alone.", ["userinfo.post"];
    USERINFO_TOKEN_IN_QUERY = "userinfo-token-in-query", Security, "userInfo takes the token from the query.", ["userinfo.query-token"];
    USERINFO_NO_TOKEN_IS_403 = "userinfo-no-token-is-403", Error, "userInfo answers with 403 where there is no token.", ["userinfo.no-token"];
    USERINFO_BAD_TOKEN_IS_400 = "userinfo-bad-token-is-400", Error, "userInfo answers with 400 to a token that it cannot verify.", ["userinfo.garbage-token", "userinfo.tampered"];
    USERINFO_ANY_SCHEME = "userinfo-any-scheme", Security, "userInfo takes an access token after any scheme.", ["userinfo.malformed-header"];
    USERINFO_FIRST_TOKEN_TAKEN = "userinfo-first-token-taken", Security, "userInfo takes the first of several tokens in one header.", ["userinfo.malformed-header"];
    USERINFO_CHALLENGE_ABSENT = "userinfo-challenge-absent", Shape, "userInfo refuses without WWW-Authenticate.", ["userinfo.www-authenticate-scheme", "userinfo.garbage-token"];
    USERINFO_ERROR_PAGE = "userinfo-error-page", Shape, "userInfo refuses with a page for a browser.", ["userinfo.error-body"];
    USERINFO_UNSIGNED_TAKEN = "userinfo-unsigned-taken", Security, "userInfo takes access tokens that say that they are not signed.", ["userinfo.tampered"];
    USERINFO_LEEWAY = "userinfo-leeway", Security, "userInfo takes access tokens for five minutes after their end.", ["userinfo.expired"];
    USERINFO_OF_MACHINE = "userinfo-of-machine", Security, "userInfo answers access tokens of machines.", ["userinfo.m2m-token"];
    USERINFO_OF_DISABLED = "userinfo-of-disabled", State, "userInfo tells about users who were disabled.", ["userinfo.user-disabled"];
    USERINFO_OF_DELETED_IS_404 = "userinfo-of-deleted-is-404", Error, "userInfo answers with 404 where the user was deleted.", ["userinfo.user-disabled"];
    USERINFO_SUB_IS_USERNAME = "userinfo-sub-is-username", Claims, "`sub` of userInfo is the username.", ["userinfo.sub"];
    USERINFO_COGNITO_USERNAME = "userinfo-cognito-username", Shape, "userInfo calls the username `cognito:username`, as ID tokens do.", ["userinfo.username", "userinfo.success"];
    USERINFO_OPENID_SHOWS_SUB = "userinfo-openid-shows-sub", Shape, "userInfo shows no attributes for openid alone.", ["userinfo.scope.openid-only"];
    USERINFO_WITHOUT_CUSTOM = "userinfo-without-custom", Shape, "userInfo shows no custom attributes.", ["userinfo.scope.openid-profile", "userinfo.scope.openid-only"];
    USERINFO_SELF_SERVICE_SHOWS_ALL = "userinfo-self-service-shows-all", Security, "userInfo shows all readable attributes to tokens with the scope with which users manage themselves.", ["userinfo.scope.admin-no-effect"];
    PHONE_VERIFIED_AS_BOOLEAN = "phone-verified-as-boolean", Shape, "userInfo shows the verification mark of phone numbers as a boolean.", ["userinfo.verified-strings"];
}
