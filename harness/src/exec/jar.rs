//! The cookies of one browser on one site. Names and values alone: a case stays on one origin and lasts seconds.

use std::collections::BTreeMap;

use crate::model::exchange::Answer;

/// The most cookies that are kept.
const MOST_COOKIES: usize = 64;

/// The cookies that a browser holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jar(BTreeMap<String, String>);

impl Jar {
    /// Keeps what an answer sets, and forgets what it takes back: an empty value, or an age of nothing
    /// (RFC 6265 section 5.2).
    pub fn keep(&mut self, answer: &Answer) {
        let lines = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        for text in lines.filter_map(|(_, value)| std::str::from_utf8(value).ok()) {
            let mut parts = text.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let (name, value) = (name.trim(), value.trim());
            if value.is_empty() || parts.any(is_over) {
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

/// Whether an attribute says that the cookie is over. Servers take cookies back with an age of nothing or with a date
/// in 1970; other dates are not looked at.
fn is_over(attribute: &str) -> bool {
    let Some((name, value)) = attribute.split_once('=') else { return false };
    match name.trim().to_ascii_lowercase().as_str() {
        "max-age" => value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0),
        "expires" => value.contains("1970"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
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
}
