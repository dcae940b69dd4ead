//! What stands on a page and beside it: its sign-in form and its cookies.

use super::view::View;
use crate::model::form::{Form, sign_in_form};

impl View<'_> {
    /// What the form with the password lacks of what clients rely on that sign in without a browser.
    pub(super) fn sign_in_form(&self) -> String {
        let page = std::str::from_utf8(&self.answer.body).unwrap_or_default();
        let Some(form) = sign_in_form(page).filter(|form| form.password().is_some()) else {
            return "none with a password".to_owned();
        };
        let is_guard = |name: &str| name.to_ascii_lowercase().contains("csrf");
        let is_hidden_guard = |form: &Form| {
            form.inputs
                .iter()
                .any(|input| input.kind == "hidden" && is_guard(&input.name) && !input.value.is_empty())
        };
        let parts = [
            ("POST", form.post),
            ("username", form.username() == Some("username")),
            ("password", form.password() == Some("password")),
            ("a hidden CSRF field", is_hidden_guard(&form)),
        ];
        missing(&parts).map_or_else(|| "complete".to_owned(), |missing| format!("without {missing}"))
    }

    /// Whether a cookie is set, and which of its guards it lacks. `Secure` is not asked for over plain HTTP, where a
    /// browser would drop the cookie.
    pub(super) fn cookie_guards(&self, name: &str) -> String {
        let Some(attributes) = self.cookie_attributes(name) else { return "not set".to_owned() };
        let has = |wanted: &[&str]| attributes.iter().any(|attribute| wanted.contains(&attribute.as_str()));
        let parts = [
            ("HttpOnly", has(&["httponly"])),
            ("SameSite", has(&["samesite=lax", "samesite=strict"])),
            ("Path=/", has(&["path=/"])),
            ("Secure", !self.route.answered.starts_with("https:") || has(&["secure"])),
        ];
        missing(&parts).map_or_else(|| "guarded".to_owned(), |missing| format!("without {missing}"))
    }

    /// The attributes of a cookie in lower case, if it is set.
    fn cookie_attributes(&self, name: &str) -> Option<Vec<String>> {
        let lines = self.answer.headers.iter().filter(|(present, _)| present == "set-cookie");
        lines.filter_map(|(_, value)| std::str::from_utf8(value).ok()).find_map(|text| {
            let mut parts = text.split(';').map(str::trim);
            let (cookie, _) = parts.next()?.split_once('=')?;
            (cookie.trim() == name)
                .then(|| parts.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect())
        })
    }
}

/// The names of what is not there, if anything.
fn missing(parts: &[(&str, bool)]) -> Option<String> {
    let missing: Vec<&str> = parts.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::model::case::Case;
    use crate::model::exchange::{Answer, Route};
    use crate::model::fixture::Fixture;
    use crate::observe::redact::{FixtureNames, Redactor};

    fn seen(page: &str, cookie: &str, url: &str) -> (String, String) {
        let names = FixtureNames::new(&Arc::new(Fixture::default()));
        let (captured, case) = (BTreeMap::new(), Case::default());
        let redactor = Redactor::new(&names, &captured, &case);
        let headers = vec![("set-cookie".to_owned(), cookie.as_bytes().to_vec())];
        let answer = Answer { status: 200, headers, body: page.as_bytes().to_vec() };
        let route = Route::straight(url.to_owned());
        let view = View::new(&answer, &route, &[], &redactor);
        (view.sign_in_form(), view.cookie_guards("XSRF-TOKEN"))
    }

    #[test]
    fn what_is_missing_is_named() {
        let page = "<form method=post><input type=hidden name=_csrf value=x><input name=username>\
                    <input type=password name=password></form>";
        let cookie = "XSRF-TOKEN=1; Path=/; Secure; HttpOnly; SameSite=Lax";
        let complete = ("complete".to_owned(), "guarded".to_owned());
        assert_eq!(seen(page, cookie, "https://a.test/login"), complete);
        let plain = cookie.replace(" Secure;", "");
        assert_eq!(seen(page, &plain, "http://127.0.0.1:1/login").1, "guarded");
        assert_eq!(seen(page, &plain, "https://a.test/login").1, "without Secure");
        let page = "<form><input name=login><input type=password name=pass></form>";
        let (form, cookie) = seen(page, "XSRF-TOKEN=1; SameSite=None; Secure; Path=/", "https://a.test/");
        assert_eq!(form, "without POST, username, password, a hidden CSRF field");
        assert_eq!(cookie, "without HttpOnly, SameSite");
        for input in ["type=hidden name=_csrf", "name=_csrf value=x", "type=hidden name=other value=x"] {
            let page = format!(
                "<form method=post><input {input}><input name=username><input type=password name=password></form>"
            );
            assert_eq!(seen(&page, "", "https://a.test/").0, "without a hidden CSRF field", "{input}");
        }
        let none = ("none with a password".to_owned(), "not set".to_owned());
        assert_eq!(seen("<form><input name=q></form>", "other=1", "https://a.test/"), none);
    }
}
