//! The URL that a redirect leads to, with what it carries.

use serde_json::{Map, Value as Json};
use url::form_urlencoded;

use crate::model::exchange::Answer;

/// What an OAuth answer may carry (RFC 6749 sections 4.1.2, 4.1.2.1, 4.2.2 and 4.2.2.1, `OpenID` Connect Core 3.2.2.5).
const ANSWERS: [&str; 8] =
    ["code", "access_token", "id_token", "refresh_token", "token_type", "expires_in", "error", "state"];

/// Where a redirect leads. An answer that does not redirect leads nowhere, and carries nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Redirect {
    /// The `Location` header as it stands.
    pub(super) location: Option<String>,
    /// The parameters of its query, percent-decoded.
    pub(super) query: Vec<(String, String)>,
    /// The parameters of its fragment, percent-decoded.
    pub(super) fragment: Vec<(String, String)>,
}

impl Redirect {
    /// The redirect of an answer with a status of 300 to 399 and a `Location`.
    pub(super) fn of(answer: &Answer) -> Self {
        let Some(location) = answer.header("location").filter(|_| answer.status / 100 == 3) else {
            return Self::default();
        };
        let (rest, fragment) = location.split_once('#').unwrap_or((location, ""));
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        let parsed = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        Self { location: Some(location.to_owned()), query: parsed(query), fragment: parsed(fragment) }
    }

    /// A parameter of the query, else of the fragment.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut params = self.query.iter().chain(&self.fragment);
        params.find(|(present, _)| present == name).map(|(_, value)| value.as_str())
    }

    /// Whether it carries this parameter, with something in it: once, or somewhere among several of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut params = self.query.iter().chain(&self.fragment);
        params.any(|(present, value)| present == name && !value.is_empty())
    }

    /// What it carries of an OAuth answer, apart for query and fragment, sorted.
    pub(super) fn carries(&self) -> String {
        let names = |params: &[(String, String)]| {
            let count = |name: &str| params.iter().filter(|(present, _)| present == name).count();
            let mut names: Vec<String> = ANSWERS
                .into_iter()
                .filter_map(|name| match count(name) {
                    0 => None,
                    1 => Some(name.to_owned()),
                    // Forbidden (RFC 6749 section 3.1), and who reads which of them nobody knows.
                    count => Some(format!("{name} ({count} times)")),
                })
                .collect();
            names.sort_unstable();
            names.join(", ")
        };
        let (query, fragment) = (names(&self.query), names(&self.fragment));
        let parts: Vec<String> = [("query", query), ("fragment", fragment)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(part, names)| format!("{part}: {names}"))
            .collect();
        if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
    }

    /// The token response that the implicit grant puts into the URL, if there is one.
    pub(super) fn token_response(&self) -> Option<Map<String, Json>> {
        (self.has("access_token") || self.has("id_token")).then(|| {
            let mut members = Map::new();
            // Of several parameters of one name the first with something in it counts: a token must not hide behind one.
            for (name, value) in
                self.query.iter().chain(&self.fragment).filter(|(_, value)| !value.is_empty())
            {
                let number = (name == "expires_in").then(|| value.parse::<u64>().ok()).flatten();
                let value = number.map_or_else(|| Json::from(value.as_str()), Json::from);
                members.entry(name.clone()).or_insert(value);
            }
            members
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(location: &str) -> Redirect {
        let headers = vec![("location".to_owned(), location.as_bytes().to_vec())];
        Redirect::of(&Answer { status: 302, headers, body: Vec::new() })
    }

    #[test]
    fn query_and_fragment_are_kept_apart() {
        let redirect = to("https://a.test/cb?tenant=1&code=c%2B#state=s&access_token=t&expires_in=3600");
        assert_eq!(redirect.carries(), "query: code; fragment: access_token, expires_in, state");
        assert_eq!(redirect.get("code"), Some("c+"));
        let tokens = redirect.token_response().unwrap();
        assert_eq!((&tokens["access_token"], &tokens["expires_in"]), (&Json::from("t"), &Json::from(3600)));
        assert_eq!(to("https://a.test/cb").carries(), "nothing");
        assert_eq!(to("/cb?code=c&state=a&state=b").carries(), "query: code, state (2 times)");
        assert_eq!(to("https://a.test/cb?code=a?b#x#y=1").get("code"), Some("a?b"));
        assert_eq!(to("/login?client_id=x").token_response(), None);
    }

    #[test]
    fn nothing_hides_behind_an_empty_parameter_of_the_same_name() {
        for location in ["/cb?code=&code=c", "/cb?code=c&code=", "/cb?code=#code=c"] {
            assert!(to(location).has("code"), "{location}");
        }
        for location in ["/cb#access_token=t&access_token=", "/cb?access_token=#access_token=t"] {
            assert_eq!(to(location).token_response().unwrap()["access_token"], "t", "{location}");
        }
        assert_eq!(to("/cb#access_token=&id_token=").token_response(), None);
        assert_eq!(to("/cb#access_token=t&expires_in=soon").token_response().unwrap()["expires_in"], "soon");
    }

    #[test]
    fn only_a_redirect_leads_anywhere() {
        let headers = vec![("location".to_owned(), b"/cb?code=c".to_vec())];
        for status in [200, 201, 400, 500] {
            let answer = Answer { status, headers: headers.clone(), body: Vec::new() };
            assert_eq!(Redirect::of(&answer), Redirect::default(), "{status}");
        }
        let binary = vec![("location".to_owned(), b"/cb?code=\xff".to_vec())];
        assert!(!Redirect::of(&Answer { status: 302, headers: binary, body: Vec::new() }).has("code"));
    }
}
