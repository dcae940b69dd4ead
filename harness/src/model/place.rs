//! Where an answer of a page leads a browser.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an answer leads a browser. Wordings do not matter, only status and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// To the redirect URI of the request, whether it is registered or not.
    Callback,
    /// To the sign-out URL of the request, whether it is registered or not.
    SignOutUrl,
    /// To the sign-in page, or the answer is one: a redirect to `/login`, or a page with a form for a password.
    SignInPage,
    /// To an error page, or the answer is one: a redirect to `/error` or the page
    /// there, or a status from 400 to 499.
    ErrorPage,
    /// To another page of the same site.
    OtherPage,
    /// To another site, which the request does not name.
    OtherSite,
    /// Nowhere: the target failed, with a status of 500 or above.
    Failure,
}

impl Place {
    /// The name in observations; in the ledger the blanks are hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Callback => "callback",
            Self::SignOutUrl => "sign-out URL",
            Self::SignInPage => "sign-in page",
            Self::ErrorPage => "error page",
            Self::OtherPage => "other page",
            Self::OtherSite => "other site",
            Self::Failure => "failure",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}
