//! Where an answer leads a browser, told by status and place alone and never by wording.

use url::{Url, form_urlencoded};

use super::redirect::Redirect;
use super::view::View;
use crate::model::place::Place;

impl View<'_> {
    /// Where the redirect of the answer leads.
    pub(super) fn redirect(&self) -> Redirect {
        Redirect::of(self.answer)
    }

    /// Where the answer leads a browser that asked to sign in.
    pub(super) fn leads_to(&self) -> Place {
        self.place(&[("redirect_uri", Place::Callback)])
    }

    /// Where the answer leads a browser that asked to sign out.
    pub(super) fn leaves_to(&self) -> Place {
        self.place(&[
            ("logout_uri", Place::SignOutUrl),
            ("post_logout_redirect_uri", Place::SignOutUrl),
            ("redirect_uri", Place::Callback),
        ])
    }

    /// Where the answer leads a browser, whatever it asked for.
    pub(super) fn leads_anywhere(&self) -> Place {
        match self.leads_to() {
            Place::Callback => Place::Callback,
            place => match self.leaves_to() {
                Place::SignOutUrl => Place::SignOutUrl,
                _ => place,
            },
        }
    }

    /// Whether a browser that has submitted no password yet may go on to do so.
    pub(super) fn offers_sign_in(&self) -> bool {
        !self.route.submitted && self.leads_to() == Place::SignInPage
    }

    fn place(&self, named: &[(&str, Place)]) -> Place {
        match (self.answer.status, self.redirect().location) {
            (500.., _) => Place::Failure,
            (400.., _) => Place::ErrorPage,
            (_, Some(location)) => self.place_of(&location, named),
            _ if self.has_sign_in_form() => Place::SignInPage,
            // A page that a redirect to `/error` led to, whatever its status.
            _ if Url::parse(&self.route.answered).is_ok_and(|url| last_part(&url) == "error") => {
                Place::ErrorPage
            }
            _ => Place::OtherPage,
        }
    }

    fn place_of(&self, location: &str, named: &[(&str, Place)]) -> Place {
        let asked = params(&self.route.asked);
        for (name, place) in named {
            if asked.iter().any(|(present, url)| present == name && leads_into(location, url)) {
                return *place;
            }
        }
        let Ok(site) = Url::parse(&self.route.answered) else { return Place::OtherSite };
        match site.join(location) {
            Ok(url) if url.origin() == site.origin() => match last_part(&url) {
                "login" => Place::SignInPage,
                "error" => Place::ErrorPage,
                _ => Place::OtherPage,
            },
            _ => Place::OtherSite,
        }
    }

    fn has_sign_in_form(&self) -> bool {
        std::str::from_utf8(&self.answer.body)
            .is_ok_and(|page| crate::model::form::forms(page).iter().any(|form| form.password().is_some()))
    }

    /// What the URL that the redirect leads to carries of an OAuth answer.
    ///
    /// A callback may have a query of its own, which says to the application what the answer is about.
    pub(super) fn carries(&self) -> String {
        let redirect = self.redirect();
        let asked = params(&self.route.asked);
        let callback = asked.iter().find(|(name, _)| name == "redirect_uri").map_or("", |(_, url)| url);
        let carried = redirect.carries();
        if self.leads_to() == Place::Callback && !keeps_query(&redirect, callback) {
            return format!("{carried}; the query of the redirect_uri is lost");
        }
        carried
    }

    /// Whether `state` came back as it was sent.
    pub(super) fn state_echo(&self) -> &'static str {
        self.param_kept("state")
    }

    /// Whether a parameter of the request stands in the URL that the redirect leads to.
    pub(super) fn param_kept(&self, name: &str) -> &'static str {
        let redirect = self.redirect();
        let sent = params(&self.route.asked).into_iter().find(|(present, _)| present == name);
        match (sent, redirect.get(name)) {
            (None, None) => "neither sent nor there",
            (None, Some(_)) => "not sent, yet there",
            (Some(_), None) => "absent",
            (Some((_, sent)), Some(there)) if sent == there => "as sent",
            (Some(_), Some(_)) => "changed",
        }
    }

    /// Whether the URL that the redirect leads to has every parameter of the request.
    pub(super) fn query_kept(&self) -> &'static str {
        let there = self.redirect().query;
        let is_there = |param: &(String, String)| there.contains(param);
        if there.is_empty() {
            "none"
        } else if params(&self.route.asked).iter().all(is_there) {
            "that of the request"
        } else {
            "another one"
        }
    }

    /// The scopes in the URL that the redirect leads to, sorted.
    pub(super) fn redirect_scopes(&self) -> String {
        let redirect = self.redirect();
        let Some(listed) = redirect.get("scope") else { return "(absent)".to_owned() };
        let mut scopes: Vec<String> = listed
            .split(' ')
            .filter(|scope| !scope.is_empty())
            .map(|scope| self.redactor.redact_scope(scope))
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes.join(" ")
    }

    /// A parameter of the URL that the redirect leads to.
    pub(super) fn redirect_param(&self, name: &str) -> String {
        self.redirect().get(name).map_or_else(|| "(absent)".to_owned(), |value| self.redactor.redact(value))
    }
}

/// The last part of a URL's path; a slash at its end does not count.
fn last_part(url: &Url) -> &str {
    url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// The parameters of a URL's query, percent-decoded.
fn params(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Whether a redirect has every parameter of the query of this URL.
fn keeps_query(redirect: &Redirect, url: &str) -> bool {
    let bare = url.split('#').next().unwrap_or_default();
    params(bare).iter().all(|param| redirect.query.contains(param))
}

/// Whether a `Location` leads to this URL, up to a query and a fragment that were added: to the letter, or after a
/// browser has read both.
fn leads_into(location: &str, url: &str) -> bool {
    let goes_on = |rest: &str| match rest.chars().next() {
        None | Some('#') => true,
        // Without a query to go on with, it would be a part of the path.
        Some('&') => url.contains('?'),
        Some('?') => !url.contains('?'),
        Some(_) => false,
    };
    let by_letter = location.strip_prefix(url).is_some_and(|rest| !url.is_empty() && goes_on(rest));
    let read = |text: &str| Url::parse(text).ok().filter(|url| url.has_host() || !url.path().is_empty());
    let same_place = match (read(location), read(url)) {
        (Some(there), Some(url)) => {
            there.scheme() == url.scheme()
                && there.host() == url.host()
                && there.port_or_known_default() == url.port_or_known_default()
                && there.path() == url.path()
        }
        _ => false,
    };
    by_letter || same_place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_keeps_the_query_it_is_registered_with() {
        let query = |text: &str| Redirect {
            query: params(&format!("https://app.test/cb?{text}")),
            ..Redirect::default()
        };
        assert!(keeps_query(&query("tenant=one&code=c"), "https://app.test/cb?tenant=one"));
        assert!(keeps_query(&query("code=c"), "https://app.test/cb#x=y"));
        for lost in ["code=c", "tenant=one?code=c", "tenant=two&code=c"] {
            assert!(!keeps_query(&query(lost), "https://app.test/cb?tenant=one"), "{lost}");
        }
    }

    #[test]
    fn a_location_leads_to_what_was_asked_for_or_elsewhere() {
        let asked = "https://app.test/cb?tenant=one";
        for location in [
            "https://app.test/cb?tenant=one&code=c",
            "https://app.test/cb?tenant=one#code=c",
            "https://APP.test:443/cb?code=c",
        ] {
            assert!(leads_into(location, asked), "{location}");
        }
        for location in
            ["https://app.test/cb/x", "https://app.test.evil.test/cb", "/login?redirect_uri=x", ""]
        {
            assert!(!leads_into(location, asked), "{location}");
        }
        assert!(leads_into("urn:ietf:wg:oauth:2.0:oob?code=1", "urn:ietf:wg:oauth:2.0:oob"));
        assert!(!leads_into("/login", "") && leads_into("/evil?code=c", "/evil"));
    }
}
