//! The sign-in page.

use super::{Class, Fault};

faults! {
    REDIRECT_UNCHECKED_AT_LOGIN = "redirect-unchecked-at-login", Security, "The sign-in page takes any redirect URI where it is opened directly.", [];
    ANY_PASSWORD_ACCEPTED = "any-password-accepted", Security, "The sign-in page does not look at the password.", [];
    EMPTY_PASSWORD_ACCEPTED = "empty-password-accepted", Security, "The sign-in page accepts an empty password.", [];
    PASSWORD_CASE_IGNORED = "password-case-ignored", Security, "The password is compared without regard to case.", [];
    UNKNOWN_USER_SIGNS_IN = "unknown-user-signs-in", Security, "A user name that the pool does not have signs in as some user of it.", [];
    CSRF_UNCHECKED = "csrf-unchecked", Security, "The sign-in page does not compare the CSRF field with its cookie.", [];
    XSRF_COOKIE_BARE = "xsrf-cookie-bare", Security, "The cookie against forged requests can be read by scripts and goes along with foreign requests.", [];
    LOGIN_WITHOUT_CLIENT = "login-without-client", Error, "The sign-in page is shown without a client.", [];
}
