//! Deliberate defects of the double, so that a suite can prove that its checks notice them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Declares the faults once: variant, stable id and description.
macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $text:literal;)+) => {
        /// One deliberate defect, switched on by [`Options::faults`](crate::Options::faults).
        ///
        /// The handler that would do the right thing asks for the fault at that very place.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $(#[doc = $text] $(#[$doc])* $variant,)+
        }

        impl Fault {
            /// Every fault, in the order of declaration.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant,)+];

            /// The stable name in kebab case, as [`FromStr`] reads it.
            pub fn id(self) -> &'static str {
                match self { $(Fault::$variant => $id,)+ }
            }

            /// One sentence that says what the double does wrong.
            pub fn describe(self) -> &'static str {
                match self { $(Fault::$variant => $text,)+ }
            }
        }
    };
}

faults! {
    SecretCaseIgnored = "secret-case-ignored", "The client secret is compared without regard to case.";
    SecretPrefixAccepted = "secret-prefix-accepted", "A prefix of the client secret is accepted.";
    WrongSecretIs401 = "wrong-secret-is-401", "A wrong secret at the token endpoint is answered with 401 instead of 400.";
    CodeReusable = "code-reusable", "An authorization code may be redeemed more than once.";
    CodeOfOtherClient = "code-of-other-client", "A code may be redeemed by another client than the one it was issued to.";
    CodeNeverExpires = "code-never-expires", "An authorization code is accepted however old it is.";
    RedirectSlashIgnored = "redirect-slash-ignored", "A trailing slash of the redirect URI makes no difference when a code is redeemed.";
    RedirectUnchecked = "redirect-unchecked", "The authorization endpoint sends the browser to an unregistered redirect URI.";
    PkceUnchecked = "pkce-unchecked", "The PKCE verifier is not compared with the challenge.";
    UnknownScopeDropped = "unknown-scope-dropped", "A scope that does not exist is dropped silently.";
    ForbiddenScopeGranted = "forbidden-scope-granted", "A scope that exists but is not enabled for the client is granted.";
    CacheControlAbsent = "cache-control-absent", "Answers carry neither Cache-Control nor Pragma.";
    RevokedRefreshWorks = "revoked-refresh-works", "A revoked refresh token still yields new tokens.";
    RotatedRefreshWorks = "rotated-refresh-works", "A refresh token that was rotated out works after its grace period.";
    ContentTypeUnchecked = "content-type-unchecked", "The token endpoint reads a form whatever its media type is called.";
    ErrorInside200 = "error-inside-200", "The token endpoint sends its errors with status 200.";
    StateDropped = "state-dropped", "The state parameter is missing from the redirect to the client.";
    AnyPasswordAccepted = "any-password-accepted", "The sign-in page does not look at the password.";
    EmptyPasswordAccepted = "empty-password-accepted", "The sign-in page accepts an empty password.";
    PasswordCaseIgnored = "password-case-ignored", "The password is compared without regard to case.";
    UnknownUserSignsIn = "unknown-user-signs-in", "A user name that the pool does not have signs in as some user of it.";
    CsrfUnchecked = "csrf-unchecked", "The sign-in page does not compare the CSRF field with its cookie.";
    XsrfCookieBare = "xsrf-cookie-bare", "The cookie against forged requests can be read by scripts and goes along with foreign requests.";
    LoginWithoutClient = "login-without-client", "The sign-in page is shown without a client.";
    SessionIgnored = "session-ignored", "The session cookie is not recognised at the authorization endpoint.";
    SessionOfOneClient = "session-of-one-client", "The session cookie is recognised only for the client of the sign-in.";
    SessionSurvivesLogout = "session-survives-logout", "A sign-out leaves the session and its cookie alone.";
    PromptIgnored = "prompt-ignored", "The parameter prompt makes no difference.";
    LogoutUriUnchecked = "logout-uri-unchecked", "A sign-out leads to any sign-out URL.";
    LogoutUriByPrefix = "logout-uri-by-prefix", "A sign-out leads to a sign-out URL that begins like a registered one.";
    LogoutClientUnchecked = "logout-client-unchecked", "A sign-out leads to the sign-out URL whatever the client is.";
    LogoutPrefersRedirect = "logout-prefers-redirect", "Where a sign-out names both, the callback counts and the sign-out URL does not.";
    LogoutHonoursOidc = "logout-honours-oidc", "A sign-out leads to the URL that `OpenID` Connect would have it lead to.";
    LogoutLosesQuery = "logout-loses-query", "A sign-out leads to the sign-in page with no more than the client.";
    NonceDropped = "nonce-dropped", "The nonce of the authorization request is missing from the ID token.";
}

/// A fault id that names no [`Fault`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the double has no fault called `{}`", self.0)
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(id: &str) -> Result<Self, UnknownFault> {
        Fault::ALL.iter().copied().find(|fault| fault.id() == id).ok_or_else(|| UnknownFault(id.to_owned()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The faults that are switched on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(BTreeSet<Fault>);

impl Faults {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_read_back() {
        let ids: BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.id()).collect();
        assert_eq!(ids.len(), Fault::ALL.len());
        for fault in Fault::ALL {
            assert_eq!(fault.id().parse(), Ok(*fault));
            assert!(fault.describe().ends_with('.'));
        }
        assert!("no-such-fault".parse::<Fault>().is_err());
    }
}
