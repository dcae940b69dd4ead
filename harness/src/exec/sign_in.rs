//! A sign-in over plain HTTP: redirects and forms, as a browser would follow them, up to the callback.
//!
//! The walk ends when a `Location` leads to the callback; the callback itself is never called. It does not leave the
//! target: a redirect or a form to another origin ends it.

use std::collections::BTreeMap;

use url::{Url, form_urlencoded};

use super::jar::Jar;
use super::prepare::{Prepared, encode};
use super::session::{Meter, Session};
use crate::model::case::{Omission, SignIn};
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Answer, Fault, Route};
use crate::model::form::{Form, Submission, sign_in_form};
use crate::model::request::FORM;
use crate::model::text::one_line;

/// The most requests of one sign-in.
const MOST_REQUESTS: usize = 12;

/// A sign-in with its end.
#[derive(Clone, Debug)]
pub struct Walked {
    /// Where it ended.
    pub end: End,
    /// The answer that ended it.
    pub last: Answer,
    /// The URLs of its first and its last request.
    pub route: Route,
    /// The cookies that it brought.
    pub jar: Jar,
}

/// Where a sign-in ended.
#[derive(Clone, Debug)]
pub enum End {
    /// At the callback, with these parameters from query and fragment, percent-decoded.
    Callback(Vec<(String, String)>),
    /// Somewhere else: why it did not go on.
    Lost(String),
}

/// Walks a sign-in.
///
/// # Errors
/// A [`Fault`] where there is no answer to look at.
pub async fn walk(
    session: &Session,
    sign_in: &SignIn,
    captured: &BTreeMap<String, String>,
    meter: &Meter,
) -> Result<Walked, Fault> {
    let lookup = session.lookup(captured);
    let callback = sign_in.redirect_uri.resolve(&lookup)?;
    let credentials = (sign_in.username.resolve(&lookup)?, sign_in.password.resolve(&lookup)?);
    let begins_at = sign_in.begins_at.unwrap_or(Endpoint::Authorize);
    let base = if sign_in.at_other_pool { session.other_url(begins_at)? } else { session.url(begins_at)? };
    let start = format!("{base}?{}", encode(&sign_in.params, &lookup)?);
    let mut walk = Walk {
        at: Url::parse(&start)
            .map_err(|error| Fault::Unsendable(format!("the URL is malformed: {error}")))?,
        jar: Jar::default(),
        submitted: 0,
        named: false,
        omits: sign_in.omits.clone(),
    };
    let mut next = walk.get();
    let mut requests = 0;
    loop {
        requests += 1;
        let answered = walk.at.to_string();
        let last = session.send(&next, meter).await?;
        walk.jar.keep(&last);
        let end = match walk.follow(&last, &callback, &credentials) {
            Next::Request(_) if requests == MOST_REQUESTS => {
                End::Lost(format!("no callback after {MOST_REQUESTS} requests"))
            }
            Next::Request(request) => {
                next = request;
                continue;
            }
            Next::Callback(params) => End::Callback(params),
            Next::Nowhere(why) => End::Lost(why),
        };
        let route = Route { asked: start, answered, submitted: walk.submitted > 0, came: None };
        return Ok(Walked { end, last, route, jar: walk.jar });
    }
}

enum Next {
    Request(Prepared),
    Callback(Vec<(String, String)>),
    Nowhere(String),
}

struct Walk {
    at: Url,
    jar: Jar,
    submitted: u32,
    /// Whether a page for the user name alone was submitted.
    named: bool,
    omits: Option<Omission>,
}

impl Walk {
    fn get(&self) -> Prepared {
        self.request("GET", None)
    }

    fn request(&self, method: &str, body: Option<String>) -> Prepared {
        let mut headers = vec![("Accept".to_owned(), "text/html,*/*;q=0.8".to_owned())];
        headers.extend(self.jar.header().map(|cookies| ("Cookie".to_owned(), cookies)));
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), FORM.to_owned()));
        }
        Prepared {
            method: method.to_owned(),
            url: self.at.to_string(),
            headers,
            body,
            machine_token: false,
            to_guard: false,
        }
    }

    fn follow(&mut self, answer: &Answer, callback: &str, credentials: &(String, String)) -> Next {
        match answer.status {
            301 | 302 | 303 | 307 | 308 => self.redirect(answer, callback),
            200 => self.page(answer, credentials),
            status => Next::Nowhere(format!("status {status} at {}", self.place())),
        }
    }

    fn redirect(&mut self, answer: &Answer, callback: &str) -> Next {
        let Some(location) = answer.header("location") else {
            return Next::Nowhere(format!("a redirect without a Location at {}", self.place()));
        };
        if let Some(params) = callback_params(location, callback) {
            return Next::Callback(params);
        }
        match self.go_to(location) {
            Ok(()) => Next::Request(self.get()),
            Err(why) => Next::Nowhere(why),
        }
    }

    fn page(&mut self, answer: &Answer, credentials: &(String, String)) -> Next {
        let Ok(page) = std::str::from_utf8(&answer.body) else {
            return Next::Nowhere(format!("a page that is not UTF-8 at {}", self.place()));
        };
        let Some(form) = sign_in_form(page) else {
            return Next::Nowhere(format!("a page without a form at {}", self.place()));
        };
        let asks_for_password = form.password().is_some();
        if asks_for_password && self.submitted > 0 {
            return Next::Nowhere(format!("the sign-in form comes back at {}", self.place()));
        }
        // Managed login may ask for the user name on a page of its own; one that it does not know it asks for again.
        let asks_for_name = !asks_for_password && form.username().is_some();
        if asks_for_name && self.named {
            return Next::Nowhere(format!("the form for the user name comes back at {}", self.place()));
        }
        if asks_for_password && self.omits == Some(Omission::Submission) {
            return Next::Nowhere(format!("the form is left at {}", self.place()));
        }
        self.submitted += u32::from(asks_for_password);
        self.named |= asks_for_name;
        self.submit(&form, credentials)
    }

    fn submit(&mut self, form: &Form, (username, password): &(String, String)) -> Next {
        let omits = self.omits.as_ref().filter(|_| form.password().is_some());
        let is_sent = |name: &str| match omits {
            Some(Omission::Fields(part)) => !name.to_ascii_lowercase().contains(&part.to_ascii_lowercase()),
            Some(Omission::Cookies | Omission::Submission) | None => true,
        };
        let Submission { action, post, fields } = form.filled(username, password);
        let mut encoder = form_urlencoded::Serializer::new(String::new());
        encoder.extend_pairs(fields.iter().filter(|(name, _)| is_sent(name)));
        let fields = encoder.finish();
        if matches!(omits, Some(Omission::Cookies)) {
            self.jar = Jar::default();
        }
        if let Err(why) = self.go_to(&action) {
            return Next::Nowhere(why);
        }
        if post {
            Next::Request(self.request("POST", Some(fields)))
        } else {
            self.at.set_query(Some(&fields));
            Next::Request(self.get())
        }
    }

    /// Moves to a URL, absolute or relative, on the same origin.
    fn go_to(&mut self, reference: &str) -> Result<(), String> {
        let next = if reference.is_empty() { Ok(self.at.clone()) } else { self.at.join(reference) };
        match next {
            Ok(next) if next.origin() == self.at.origin() => {
                self.at = next;
                Ok(())
            }
            Ok(next) => {
                let host = next.host_str().unwrap_or("nowhere");
                Err(format!("{} leads away from the target, to {}", self.place(), one_line(host)))
            }
            Err(_) => Err(format!("a malformed URL at {}", self.place())),
        }
    }

    fn place(&self) -> String {
        one_line(self.at.path())
    }
}

/// The parameters of a redirect to the callback, from query and fragment; `None` if it leads elsewhere.
fn callback_params(location: &str, callback: &str) -> Option<Vec<(String, String)>> {
    let rest = location.strip_prefix(callback)?;
    // Without a query to go on with, an ampersand would be a part of the path.
    let goes_on =
        rest.is_empty() || rest.starts_with(['?', '#']) || rest.starts_with('&') && callback.contains('?');
    if !goes_on {
        return None;
    }
    let (query, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let query = query.trim_start_matches(['?', '&']);
    Some(
        form_urlencoded::parse(query.as_bytes())
            .chain(form_urlencoded::parse(fragment.as_bytes()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::damaged::{self, cases, is_harmless, odd_text};

    use super::*;

    #[test]
    fn only_the_callback_itself_ends_the_walk() {
        let callback = "https://app.example.test/cb";
        let code = |location| {
            callback_params(location, callback)
                .map(|params| params.iter().find(|(name, _)| name == "code").map(|(_, code)| code.clone()))
        };
        assert_eq!(code("https://app.example.test/cb?code=a%2Bb&state=s"), Some(Some("a+b".to_owned())));
        assert_eq!(code("https://app.example.test/cb#code=x"), Some(Some("x".to_owned())));
        assert_eq!(code("https://app.example.test/cb"), Some(None));
        assert_eq!(code("https://app.example.test/cb/evil?code=x"), None);
        assert_eq!(code("https://app.example.test/cbx?code=x"), None);
        assert_eq!(code("https://app.example.test/cb&code=x"), None);
        assert_eq!(code("https://evil.example.test/cb?code=x"), None);
    }

    const CALLBACK: &str = "https://app.example.test/cb";

    fn walking(omits: Option<Omission>) -> Walk {
        let at = Url::parse("https://pool.example.test/login?client_id=c").unwrap();
        Walk { at, jar: Jar::default(), submitted: 0, named: false, omits }
    }

    /// What comes of a page: the method, the path and the fields of the next request, or why there is none.
    fn after(walk: &mut Walk, page: &str) -> (String, String, String) {
        let answer = Answer { status: 200, headers: Vec::new(), body: page.as_bytes().to_vec() };
        match walk.follow(&answer, CALLBACK, &("jane".to_owned(), "secret".to_owned())) {
            Next::Request(next) => {
                let path = next.url.trim_start_matches("https://pool.example.test").to_owned();
                (next.method, path, next.body.unwrap_or_default())
            }
            Next::Callback(_) => unreachable!("a page is no redirect"),
            Next::Nowhere(why) => ("nowhere".to_owned(), why, String::new()),
        }
    }

    const NAME: &str = "<form method=post action=/login?step=1><input name=username><input type=hidden name=csrf value=1>\
                        <button name=next value=go>Next</button></form>";
    const CHOICE: &str =
        "<form method=post><button name=how value=EMAIL_OTP></button><button name=how value=PASSWORD></form>";
    const PASSWORD: &str = "<form method=post action=/login?step=3><input type=hidden name=csrf value=2>\
                            <input type=password name=password></form>";

    #[test]
    fn name_choice_and_password_may_be_pages_of_their_own() {
        let mut walk = walking(None);
        let post = |path: &str, body: &str| ("POST".to_owned(), path.to_owned(), body.to_owned());
        assert_eq!(after(&mut walk, NAME), post("/login?step=1", "username=jane&csrf=1&next=go"));
        assert_eq!(after(&mut walk, CHOICE), post("/login?step=1", "how=PASSWORD"));
        assert_eq!(walk.submitted, 0);
        assert_eq!(after(&mut walk, PASSWORD), post("/login?step=3", "csrf=2&password=secret"));
        assert_eq!(walk.submitted, 1);
        let (end, why, _) = after(&mut walk, PASSWORD);
        assert_eq!((end.as_str(), why.as_str()), ("nowhere", "the sign-in form comes back at /login"));
    }

    #[test]
    fn a_name_that_is_asked_for_again_ends_the_walk() {
        let mut walk = walking(None);
        after(&mut walk, NAME);
        assert_eq!(after(&mut walk, NAME).0, "nowhere");
        assert_eq!(walk.submitted, 0);
    }

    #[test]
    fn what_is_left_out_is_left_out_with_the_password_alone() {
        let mut walk = walking(Some(Omission::Fields("CSRF".to_owned())));
        assert_eq!(after(&mut walk, NAME).2, "username=jane&csrf=1&next=go");
        assert_eq!(after(&mut walk, PASSWORD).2, "password=secret");
        let mut walk = walking(Some(Omission::Submission));
        assert_eq!(after(&mut walk, NAME).0, "POST");
        assert_eq!(after(&mut walk, PASSWORD).0, "nowhere");
        assert_eq!(walk.submitted, 0);
    }

    #[test]
    fn a_callback_with_a_query_keeps_it_apart() {
        let params = callback_params("https://a.test/cb?tenant=one&code=c", "https://a.test/cb?tenant=one");
        assert_eq!(params, Some(vec![("code".to_owned(), "c".to_owned())]));
    }

    proptest! {
        #![proptest_config(cases(192))]

        #[test]
        fn a_walk_never_leaves_the_target(
            status in prop::sample::select(&[200_u16, 301, 302, 303, 307, 308, 204, 404][..]),
            location in prop::option::of(damaged::bytes(vec!["/login?a=b#c", CALLBACK, "//pool.example.test/x", "https://pool.example.test:443/login", "http://pool.example.test/"])),
            page in damaged::bytes(vec![NAME, CHOICE, PASSWORD]),
        ) {
            let headers = location.into_iter().map(|location| ("location".to_owned(), location)).collect();
            let answer = Answer { status, headers, body: page };
            let mut walk = walking(None);
            match walk.follow(&answer, CALLBACK, &("jane".to_owned(), "S3cret".to_owned())) {
                Next::Request(next) => {
                    let url = Url::parse(&next.url).unwrap();
                    prop_assert_eq!(url.origin(), walking(None).at.origin());
                }
                Next::Callback(_) => {
                    prop_assert!(answer.header("location").is_some_and(|location| location.starts_with(CALLBACK)));
                }
                Next::Nowhere(why) => {
                    prop_assert!(is_harmless(&why) && !why.contains('\n') && !why.contains("S3cret"), "{why:?}");
                    prop_assert!(why.chars().count() < 5000);
                }
            }
        }

        #[test]
        fn what_a_callback_carries_is_read_as_it_was_written(
            query in prop::collection::vec((odd_text(), odd_text()), 0..4),
            fragment in prop::collection::vec((odd_text(), odd_text()), 0..4),
            tenant: bool,
        ) {
            let encode = |pairs: &[(String, String)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let callback = if tenant { "https://a.test/cb?tenant=one" } else { "https://a.test/cb" };
            let mut location = callback.to_owned();
            if !query.is_empty() {
                location.push(if tenant { '&' } else { '?' });
                location.push_str(&encode(&query));
            }
            if !fragment.is_empty() {
                location.push('#');
                location.push_str(&encode(&fragment));
            }
            prop_assert_eq!(callback_params(&location, callback), Some([query, fragment].concat()));
        }
    }
}
