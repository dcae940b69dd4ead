//! The sign-in page.

use super::{Class, Fault};

faults! {
    REDIRECT_UNCHECKED_AT_LOGIN = "redirect-unchecked-at-login", Security, "The sign-in page takes any redirect URI where it is opened directly.", ["authorize.redirect-uri-at-login", "login.post.redirect-unregistered"];
    ANY_PASSWORD_ACCEPTED = "any-password-accepted", Security, "The sign-in page does not look at the password.", ["login.post.wrong-password"];
    EMPTY_PASSWORD_ACCEPTED = "empty-password-accepted", Security, "The sign-in page accepts an empty password.", ["login.post.wrong-password"];
    PASSWORD_CASE_IGNORED = "password-case-ignored", Security, "The password is compared without regard to case.", ["login.post.wrong-password"];
    UNKNOWN_USER_SIGNS_IN = "unknown-user-signs-in", Security, "A user name that the pool does not have signs in as some user of it.", ["login.post.unknown-user"];
    CSRF_UNCHECKED = "csrf-unchecked", Security, "The sign-in page does not compare the CSRF field with its cookie.", ["login.post.csrf-missing"];
    XSRF_COOKIE_BARE = "xsrf-cookie-bare", Security, "The cookie against forged requests can be read by scripts and goes along with foreign requests.", ["login.cookie.xsrf"];
    LOGIN_WITHOUT_CLIENT = "login-without-client", Error, "The sign-in page is shown without a client.", ["login.get.params-missing"];
    PASSWORD_TRIMMED = "password-trimmed", Security, "Blanks around a password make no difference.", ["login.post.wrong-password"];
    PASSWORD_CUT_AT_72 = "password-cut-at-72", Security, "A password is compared up to its 72nd character.", ["login.post.wrong-password"];
    PASSWORD_CUT_AT_8 = "password-cut-at-8", Security, "A password is compared up to its eighth character.", ["login.post.wrong-password"];
    PASSWORD_ENDS_AT_NUL = "password-ends-at-nul", Security, "A password ends at a NUL.", ["login.post.wrong-password"];
    PASSWORD_MAY_GO_ON = "password-may-go-on", Security, "A password need only begin with the right one.", ["login.post.wrong-password"];
    PASSWORD_BEGINNING_ACCEPTED = "password-beginning-accepted", Security, "The beginning of the password is enough.", ["login.post.wrong-password"];
    PASSWORD_OF_ANYONE_ACCEPTED = "password-of-anyone-accepted", Security, "The password of any user of the pool is accepted.", ["login.post.wrong-password"];
    THIRD_PASSWORD_ACCEPTED = "third-password-accepted", Security, "After two wrong passwords the third one is accepted.", ["login.post.wrong-password"];
    WRONG_PASSWORD_AT_CALLBACK = "wrong-password-at-callback", Error, "A wrong password is an error at the callback.", ["login.post.wrong-password"];
    UNKNOWN_USER_AT_CALLBACK = "unknown-user-at-callback", Error, "An unknown user name is an error at the callback.", ["login.post.unknown-user"];
    USERNAME_BEGINNING_ACCEPTED = "username-beginning-accepted", Security, "The beginning of a user name is enough.", ["login.post.unknown-user"];
    USERNAME_MAY_GO_ON = "username-may-go-on", Security, "A user name need only begin with one of the pool.", ["login.post.unknown-user"];
    USERS_OF_ALL_POOLS = "users-of-all-pools", Security, "Users of every pool may sign in.", ["login.post.unknown-user"];
    DISABLED_USER_SIGNS_IN = "disabled-user-signs-in", Security, "A user who is disabled may sign in.", ["lifecycle.user-disabled.login"];
    CSRF_FIELD_NOT_NEEDED = "csrf-field-not-needed", Security, "The sign-in page takes a form without its CSRF field.", ["login.post.csrf-missing"];
    CSRF_COOKIE_NOT_NEEDED = "csrf-cookie-not-needed", Security, "The sign-in page takes a form without the cookie of its page.", ["login.post.csrf-missing"];
    FORM_WITHOUT_CSRF = "form-without-csrf", Security, "The sign-in page has no CSRF field and needs none.", ["login.get.form", "login.post.csrf-missing"];
    FORM_IS_GET = "form-is-get", Security, "The sign-in form is sent with GET.", ["login.get.form"];
    ASF_DATA_REQUIRED = "asf-data-required", Error, "The sign-in page takes no form without cognitoAsfData.", ["login.post.asf-optional"];
    LOGIN_NEEDS_COOKIE = "login-needs-cookie", Error, "The sign-in page is not shown to a browser that comes without a cookie.", ["login.get.direct"];
    XSRF_COOKIE_READABLE = "xsrf-cookie-readable", Security, "The cookie against forged requests can be read by scripts.", ["login.cookie.xsrf"];
    XSRF_COOKIE_AT_LOGIN_ALONE = "xsrf-cookie-at-login-alone", Shape, "The authorization endpoint sets no cookie against forged requests.", ["login.cookie.xsrf"];
    XSRF_COOKIE_AT_AUTHORIZE_ALONE = "xsrf-cookie-at-authorize-alone", Shape, "The sign-in page sets no cookie against forged requests.", ["login.cookie.xsrf"];
    SIGN_IN_BY_303 = "sign-in-by-303", Shape, "A sign-in ends with status 303.", ["login.post.success"];
    SESSION_NEEDS_SECRET = "session-needs-secret", State, "A sign-in at a client without a secret begins no session.", ["authorize.session-shortcut"];
    SESSION_WORKS_ONCE = "session-works-once", State, "A session stands in for one sign-in and no more.", ["authorize.session-shortcut"];
}
