//! A sign-in over plain HTTP: redirects and forms, as a browser would follow them, up to the callback.
//!
//! The walk ends when a `Location` leads to the callback; the callback itself is never called. It does not leave the
//! target: a redirect or a form to another origin ends it.

use std::collections::BTreeMap;

use url::{Url, form_urlencoded};

use super::form::{Form, sign_in_form};
use super::prepare::{Prepared, encode};
use super::session::{Meter, Session};
use crate::model::case::SignIn;
use crate::model::endpoint::Endpoint;
use crate::model::exchange::{Answer, Fault};
use crate::model::request::FORM;
use crate::model::text::one_line;

/// The most requests of one sign-in.
const MOST_REQUESTS: usize = 12;
/// The most cookies that are kept.
const MOST_COOKIES: usize = 64;

/// Where a sign-in ended.
#[derive(Clone, Debug)]
pub enum Walked {
    /// At the callback, with these parameters from query and fragment.
    Callback {
        /// The parameters, percent-decoded.
        params: Vec<(String, String)>,
        /// The answer that redirected there.
        last: Answer,
    },
    /// Somewhere else.
    Lost {
        /// Why it did not go on.
        why: String,
        /// The answer that led nowhere.
        last: Answer,
    },
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
    let start = format!("{}?{}", session.url(Endpoint::Authorize)?, encode(&sign_in.params, &lookup)?);
    let mut walk = Walk {
        at: Url::parse(&start)
            .map_err(|error| Fault::Unsendable(format!("the URL is malformed: {error}")))?,
        cookies: BTreeMap::new(),
        submitted: 0,
    };
    let mut next = walk.get();
    let mut requests = 0;
    loop {
        requests += 1;
        let answer = session.send(&next, meter).await?;
        walk.keep_cookies(&answer);
        match walk.follow(&answer, &callback, &credentials) {
            Next::Request(_) if requests == MOST_REQUESTS => {
                let why = format!("no callback after {MOST_REQUESTS} requests");
                return Ok(Walked::Lost { why, last: answer });
            }
            Next::Request(request) => next = request,
            Next::Callback(params) => return Ok(Walked::Callback { params, last: answer }),
            Next::Nowhere(why) => return Ok(Walked::Lost { why, last: answer }),
        }
    }
}

enum Next {
    Request(Prepared),
    Callback(Vec<(String, String)>),
    Nowhere(String),
}

struct Walk {
    at: Url,
    cookies: BTreeMap<String, String>,
    submitted: u32,
}

impl Walk {
    fn get(&self) -> Prepared {
        self.request("GET", None)
    }

    fn request(&self, method: &str, body: Option<String>) -> Prepared {
        let mut headers = vec![("Accept".to_owned(), "text/html,*/*;q=0.8".to_owned())];
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.push(("Cookie".to_owned(), pairs.join("; ")));
        }
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), FORM.to_owned()));
        }
        Prepared { method: method.to_owned(), url: self.at.to_string(), headers, body, machine_token: false }
    }

    /// Names and values alone: the walk stays on one origin and lasts seconds.
    fn keep_cookies(&mut self, answer: &Answer) {
        for (name, value) in &answer.headers {
            let Some(pair) = (name == "set-cookie")
                .then(|| std::str::from_utf8(value).ok())
                .flatten()
                .and_then(|text| text.split(';').next())
            else {
                continue;
            };
            if let Some((name, value)) = pair.split_once('=')
                && (self.cookies.len() < MOST_COOKIES || self.cookies.contains_key(name.trim()))
            {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
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
        self.submitted += u32::from(asks_for_password);
        self.submit(&form, credentials)
    }

    fn submit(&mut self, form: &Form, (username, password): &(String, String)) -> Next {
        let (user_field, password_field) = (form.username(), form.password());
        let mut encoder = form_urlencoded::Serializer::new(String::new());
        for input in &form.inputs {
            let name = Some(input.name.as_str());
            let value = if name == password_field {
                password
            } else if name == user_field {
                username
            } else {
                &input.value
            };
            encoder.append_pair(&input.name, value);
        }
        let fields = encoder.finish();
        if let Err(why) = self.go_to(&form.action) {
            return Next::Nowhere(why);
        }
        if form.post {
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
    if !(rest.is_empty() || rest.starts_with(['?', '&', '#'])) {
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
        assert_eq!(code("https://evil.example.test/cb?code=x"), None);
    }

    #[test]
    fn a_callback_with_a_query_keeps_it_apart() {
        let params = callback_params("https://a.test/cb?tenant=one&code=c", "https://a.test/cb?tenant=one");
        assert_eq!(params, Some(vec![("code".to_owned(), "c".to_owned())]));
    }
}
