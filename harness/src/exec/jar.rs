//! The cookies of one browser on one site. Names and values alone: a case stays on one origin and lasts seconds.

use std::collections::BTreeMap;

use crate::model::exchange::Answer;

/// The most cookies that are kept.
const MOST_COOKIES: usize = 64;

/// The cookies that a browser holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    /// Keeps what an answer sets, and forgets what it takes back: an empty value, an age of nothing, or a date long ago
    /// (RFC 6265 sections 5.2 and 5.3).
    pub fn keep(&mut self, answer: &Answer) {
        let lines = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        for text in lines.filter_map(|(_, value)| std::str::from_utf8(value).ok()) {
            let mut parts = text.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let (name, value) = (name.trim(), value.trim());
            if name.is_empty() {
                continue;
            }
            if value.is_empty() || is_over(parts) {
                self.0.remove(name);
            } else if self.0.len() < MOST_COOKIES || self.0.contains_key(name) {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// The value of the `Cookie` header, if there is any.
    pub fn header(&self) -> Option<String> {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// Whether the attributes say that the cookie is over: of each the last counts, and the age before the date.
fn is_over<'a>(attributes: impl Iterator<Item = &'a str>) -> bool {
    let (mut by_age, mut by_date) = (None, false);
    for (name, value) in attributes.filter_map(|attribute| attribute.split_once('=')) {
        match name.trim().to_ascii_lowercase().as_str() {
            "max-age" => {
                by_age = value.trim().parse::<i64>().ok().map(|seconds| seconds <= 0).or(by_age);
            }
            "expires" => by_date = is_long_ago(value),
            _ => {}
        }
    }
    by_age.unwrap_or(by_date)
}

/// Whether a date is one with which servers take cookies back. Dates of this century are not looked at: no case lasts
/// long enough for one to pass.
fn is_long_ago(date: &str) -> bool {
    let years = date.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    years.filter_map(|digits| digits.parse::<u32>().ok()).any(|year| year <= 2000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::damaged::{self, cases};

    use super::*;

    fn setting(lines: &[&str]) -> Answer {
        let headers = lines.iter().map(|line| ("set-cookie".to_owned(), line.as_bytes().to_vec())).collect();
        Answer { status: 200, headers, body: Vec::new() }
    }

    #[test]
    fn what_is_set_is_kept_until_it_is_taken_back() {
        let mut jar = Jar::default();
        jar.keep(&setting(&["a=1; Path=/; Secure", "b = 2", "broken", "c=x=y; Max-Age=60"]));
        assert_eq!(jar.header().as_deref(), Some("a=1; b=2; c=x=y"));
        jar.keep(&setting(&["a=; Path=/", "b=2; Max-Age=0", "c=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]));
        assert_eq!(jar.header(), None);
    }

    #[test]
    fn the_age_counts_before_the_date() {
        let mut jar = Jar::default();
        jar.keep(&setting(&[
            "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "b=1; Expires=Wed, 01 Jan 2070 19:70:00 GMT",
            "c=1; Max-Age=soon; Expires=Mon, 01-Jan-0001 00:00:00 GMT",
            "d=1; Max-Age=60; Max-Age=-1",
        ]));
        assert_eq!(jar.header().as_deref(), Some("a=1; b=1"));
    }

    #[test]
    fn a_flood_of_cookies_and_odd_ones_do_no_harm() {
        let mut jar = Jar::default();
        let many: Vec<String> = (0..1000).map(|number| format!("c{number:03}=x")).collect();
        jar.keep(&setting(&many.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(jar.header().map(|cookies| cookies.split("; ").count()), Some(MOST_COOKIES));
        jar.keep(&setting(&["c000=new", "zzz=too late", "=nameless", "", ";", "c001"]));
        let cookies = jar.header().unwrap_or_default();
        assert!(cookies.starts_with("c000=new; c001=x; ") && !cookies.contains("zzz"), "{cookies}");
        jar.keep(&Answer {
            status: 200,
            headers: vec![("set-cookie".to_owned(), b"c000=\xff".to_vec())],
            body: Vec::new(),
        });
        assert!(jar.header().is_some_and(|cookies| cookies.starts_with("c000=new")));
    }

    proptest! {
        #![proptest_config(cases(192))]

        #[test]
        fn whatever_is_set_can_be_sent_back(lines in prop::collection::vec(damaged::bytes(vec!["a=1; Path=/; Secure; Max-Age=60; Expires=Thu, 01 Jan 2070 00:00:00 GMT"]), 0..6)) {
            // As header fields can be: without control characters but the tab (RFC 9110 section 5.5).
            let headers = lines
                .iter()
                .map(|line| line.iter().copied().filter(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f)).collect())
                .map(|line: Vec<u8>| ("set-cookie".to_owned(), line))
                .collect();
            let mut jar = Jar::default();
            jar.keep(&Answer { status: 200, headers, body: Vec::new() });
            if let Some(cookies) = jar.header() {
                prop_assert!(reqwest::header::HeaderValue::from_str(&cookies).is_ok() || !cookies.is_ascii());
                prop_assert!(cookies.split("; ").count() <= MOST_COOKIES);
            }
        }

        #[test]
        fn cookies_come_back_as_they_were_set(
            cookies in prop::collection::btree_map("[!#-'*+.0-9A-Z^-z|~-]{1,8}", "[!#-+./0-9:<-Z\\[^-~-]{1,12}", 0..9),
            attributes in "(; (Path=/|Secure|HttpOnly|SameSite=Lax|Max-Age=[1-9]|Domain=a.test)){0,3}",
        ) {
            let lines: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}{attributes}")).collect();
            let mut jar = Jar::default();
            jar.keep(&setting(&lines.iter().map(String::as_str).collect::<Vec<_>>()));
            let sent: BTreeMap<String, String> = jar
                .header()
                .iter()
                .flat_map(|header| header.split("; "))
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            prop_assert_eq!(&sent, &cookies);
            let gone: Vec<String> = cookies.keys().map(|name| format!("{name}=; Max-Age=0")).collect();
            jar.keep(&setting(&gone.iter().map(String::as_str).collect::<Vec<_>>()));
            prop_assert_eq!(jar.header(), None);
        }
    }
}
