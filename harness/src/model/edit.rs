//! One difference from a known value, as data: how generated near misses are described, shrunk and stored.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is different. Applied to a text it never gives the same text back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// One character is another one. The place is counted from zero and taken modulo the length.
    Replace {
        /// The place.
        at: usize,
        /// The new character.
        with: char,
    },
    /// The first letter at or after this place (then from the start) has the other case.
    SwapCase(usize),
    /// This text follows.
    Append(String),
    /// This text comes first.
    Prepend(String),
    /// So many characters are missing at the end, at least one and never more than there are.
    DropLast(usize),
    /// Another character stands for the first dot, as a dot of a pattern would have it.
    ReplaceDot(char),
    /// Nothing is left.
    Empty,
    /// Two neighbours have changed places.
    SwapNeighbours(usize),
    /// A trailing slash of the path is taken away or added.
    TrailingSlash,
    /// The URL has another scheme.
    Scheme(String),
    /// The host of the URL is in upper case.
    HostCase,
    /// The URL has this host.
    Host(String),
    /// The host of the URL is longer by this at its end.
    HostSuffix(String),
    /// The host of the URL is longer by this at its beginning.
    HostPrefix(String),
    /// The URL has this port.
    Port(u16),
    /// The path of the URL is longer by this.
    PathSuffix(String),
    /// This follows the query of the URL, or becomes its query.
    QuerySuffix(String),
    /// The URL has no query.
    DropQuery,
    /// The URL has this fragment.
    Fragment(String),
    /// The URL has this user name before the host.
    Userinfo(String),
    /// The first character of the path that is a letter is percent-encoded.
    EncodePath,
    /// The path of the URL is in lower case.
    LowerCasePath,
    /// The token is no longer signed: the algorithm in its header is `none`, and its signature is empty (RFC 7515
    /// appendix A.5).
    Unsigned,
}

/// `{"alg":"none"}` in Base64url.
const UNSIGNED_HEADER: &str = "eyJhbGciOiJub25lIn0";

impl Edit {
    /// The text with the difference. Where the edit would change nothing, an `x` is appended.
    pub fn apply(&self, original: &str) -> String {
        let edited = self.attempt(original);
        if edited == original { format!("{original}x") } else { edited }
    }

    fn attempt(&self, original: &str) -> String {
        let mut characters: Vec<char> = original.chars().collect();
        let length = characters.len();
        match self {
            Self::Replace { at, with } if length > 0 => {
                characters[at % length] = *with;
                characters.into_iter().collect()
            }
            Self::SwapCase(at) if length > 0 => {
                let place = (0..length)
                    .map(|offset| (at + offset) % length)
                    .find(|place| characters[*place].is_ascii_alphabetic());
                if let Some(place) = place {
                    let letter = &mut characters[place];
                    *letter = if letter.is_ascii_lowercase() {
                        letter.to_ascii_uppercase()
                    } else {
                        letter.to_ascii_lowercase()
                    };
                }
                characters.into_iter().collect()
            }
            Self::SwapNeighbours(at) if length > 1 => {
                let first = at % (length - 1);
                characters.swap(first, first + 1);
                characters.into_iter().collect()
            }
            Self::Replace { .. } | Self::SwapCase(_) | Self::SwapNeighbours(_) => original.to_owned(),
            Self::Append(suffix) => format!("{original}{suffix}"),
            Self::Prepend(prefix) => format!("{prefix}{original}"),
            Self::DropLast(count) => characters[..length.saturating_sub((*count).max(1))].iter().collect(),
            Self::ReplaceDot(with) => original.replacen('.', &with.to_string(), 1),
            Self::Empty => String::new(),
            Self::Unsigned => {
                let claims = original.split('.').nth(1).unwrap_or_default();
                format!("{UNSIGNED_HEADER}.{claims}.")
            }
            Self::TrailingSlash
            | Self::Scheme(_)
            | Self::HostCase
            | Self::Host(_)
            | Self::HostSuffix(_)
            | Self::HostPrefix(_)
            | Self::Port(_)
            | Self::PathSuffix(_)
            | Self::QuerySuffix(_)
            | Self::DropQuery
            | Self::Fragment(_)
            | Self::Userinfo(_)
            | Self::EncodePath
            | Self::LowerCasePath => self.attempt_url(original),
        }
    }

    fn attempt_url(&self, original: &str) -> String {
        let Some(mut parts) = UrlParts::split(original) else { return original.to_owned() };
        match self {
            Self::TrailingSlash => {
                if parts.path.ends_with('/') {
                    parts.path.pop();
                } else {
                    parts.path.push('/');
                }
            }
            Self::Scheme(scheme) => parts.scheme.clone_from(scheme),
            Self::HostCase => parts.authority = parts.authority.to_ascii_uppercase(),
            Self::Host(host) => parts.authority.clone_from(host),
            Self::HostSuffix(suffix) => {
                let end = parts.authority.find(':').unwrap_or(parts.authority.len());
                parts.authority.insert_str(end, suffix);
            }
            Self::HostPrefix(prefix) => parts.authority.insert_str(0, prefix),
            Self::Port(port) => {
                let host = parts.authority.split(':').next().unwrap_or_default().to_owned();
                parts.authority = format!("{host}:{port}");
            }
            Self::PathSuffix(suffix) => parts.path.push_str(suffix),
            Self::QuerySuffix(suffix) => {
                parts.query = Some(match parts.query {
                    Some(query) => format!("{query}&{suffix}"),
                    None => suffix.clone(),
                });
            }
            Self::DropQuery => parts.query = None,
            Self::Fragment(fragment) => parts.fragment = Some(fragment.to_owned()),
            Self::Userinfo(user) => parts.authority = format!("{user}@{}", parts.authority),
            Self::LowerCasePath => parts.path = parts.path.to_ascii_lowercase(),
            Self::EncodePath => {
                if let Some((place, letter)) =
                    parts.path.char_indices().find(|(_, character)| character.is_ascii_alphabetic())
                {
                    let encoded = format!("%{:02X}", u32::from(letter));
                    parts.path.replace_range(place..place + letter.len_utf8(), &encoded);
                }
            }
            _ => {}
        }
        parts.join()
    }
}

/// A URL taken apart by its delimiters alone: nothing is normalised, because the spelling is what is tested.
struct UrlParts {
    scheme: String,
    authority: String,
    path: String,
    query: Option<String>,
    fragment: Option<String>,
}

impl UrlParts {
    fn split(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment.to_owned())),
            None => (rest, None),
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        let path_at = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_at);
        Some(Self {
            scheme: scheme.to_owned(),
            authority: authority.to_owned(),
            path: path.to_owned(),
            query,
            fragment,
        })
    }

    fn join(self) -> String {
        let mut url = format!("{}://{}{}", self.scheme, self.authority, self.path);
        if let Some(query) = self.query {
            url.push('?');
            url.push_str(&query);
        }
        if let Some(fragment) = self.fragment {
            url.push('#');
            url.push_str(&fragment);
        }
        url
    }
}

/// Completes the sentence "the original …".
impl fmt::Display for Edit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use super::text::one_line;
        match self {
            Self::Replace { at, with } => write!(out, "with character {at} replaced by {with:?}"),
            Self::SwapCase(at) => write!(out, "with the case of letter {at} changed"),
            Self::Append(suffix) => write!(out, "followed by {:?}", one_line(suffix)),
            Self::Prepend(prefix) => write!(out, "preceded by {:?}", one_line(prefix)),
            Self::DropLast(count) => write!(out, "without its last {} characters", (*count).max(1)),
            Self::ReplaceDot(with) => write!(out, "with its first dot replaced by {with:?}"),
            Self::Empty => write!(out, "left empty"),
            Self::SwapNeighbours(at) => write!(out, "with characters {at} and {} swapped", at + 1),
            Self::TrailingSlash => write!(out, "with its trailing slash toggled"),
            Self::Scheme(scheme) => write!(out, "with the scheme {:?}", one_line(scheme)),
            Self::HostCase => write!(out, "with its host in upper case"),
            Self::Host(host) => write!(out, "with the host {:?}", one_line(host)),
            Self::HostSuffix(suffix) => write!(out, "with its host followed by {:?}", one_line(suffix)),
            Self::HostPrefix(prefix) => write!(out, "with its host preceded by {:?}", one_line(prefix)),
            Self::Port(port) => write!(out, "with the port {port}"),
            Self::PathSuffix(suffix) => write!(out, "with its path followed by {:?}", one_line(suffix)),
            Self::QuerySuffix(suffix) => write!(out, "with {:?} added to its query", one_line(suffix)),
            Self::DropQuery => write!(out, "without its query"),
            Self::Fragment(fragment) => write!(out, "with the fragment {:?}", one_line(fragment)),
            Self::Userinfo(user) => write!(out, "with the user name {:?}", one_line(user)),
            Self::EncodePath => write!(out, "with a letter of its path percent-encoded"),
            Self::LowerCasePath => write!(out, "with its path in lower case"),
            Self::Unsigned => write!(out, "without a signature"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CALLBACK: &str = "https://app.example.test/cb?tenant=one";

    #[test]
    fn url_edits_touch_one_part() {
        let cases = [
            (Edit::TrailingSlash, "https://app.example.test/cb/?tenant=one"),
            (Edit::Scheme("http".into()), "http://app.example.test/cb?tenant=one"),
            (Edit::HostCase, "https://APP.EXAMPLE.TEST/cb?tenant=one"),
            (Edit::HostSuffix(".evil.test".into()), "https://app.example.test.evil.test/cb?tenant=one"),
            (Edit::HostPrefix("evil-".into()), "https://evil-app.example.test/cb?tenant=one"),
            (Edit::Port(8443), "https://app.example.test:8443/cb?tenant=one"),
            (Edit::QuerySuffix("a=b".into()), "https://app.example.test/cb?tenant=one&a=b"),
            (Edit::DropQuery, "https://app.example.test/cb"),
            (Edit::Fragment("f".into()), "https://app.example.test/cb?tenant=one#f"),
            (Edit::Userinfo("u".into()), "https://u@app.example.test/cb?tenant=one"),
            (Edit::EncodePath, "https://app.example.test/%63b?tenant=one"),
        ];
        let path = "http://App.test/oauth2/userInfo?Q=1";
        assert_eq!(Edit::LowerCasePath.apply(path), "http://App.test/oauth2/userinfo?Q=1");
        for (edit, expected) in cases {
            assert_eq!(edit.apply(CALLBACK), expected, "{edit:?}");
        }
    }

    #[test]
    fn an_edit_without_effect_still_differs() {
        assert_eq!(Edit::SwapCase(0).apply("1234"), "1234x");
        assert_eq!(Edit::DropQuery.apply("https://a.test/"), "https://a.test/x");
        assert_eq!(Edit::Empty.apply(""), "x");
    }

    #[test]
    fn an_unsigned_token_keeps_its_claims() {
        // {"alg":"none"}
        assert_eq!(Edit::Unsigned.apply("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), "eyJhbGciOiJub25lIn0.e30.");
    }

    fn any_edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (any::<usize>(), any::<char>()).prop_map(|(at, with)| Edit::Replace { at, with }),
            (0_usize..1000).prop_map(Edit::SwapCase),
            any::<String>().prop_map(Edit::Append),
            any::<String>().prop_map(Edit::Prepend),
            any::<usize>().prop_map(Edit::DropLast),
            any::<char>().prop_map(Edit::ReplaceDot),
            Just(Edit::Empty),
            (0_usize..1000).prop_map(Edit::SwapNeighbours),
            Just(Edit::TrailingSlash),
            any::<String>().prop_map(Edit::Scheme),
            Just(Edit::HostCase),
            any::<String>().prop_map(Edit::Host),
            any::<String>().prop_map(Edit::HostSuffix),
            any::<String>().prop_map(Edit::HostPrefix),
            any::<u16>().prop_map(Edit::Port),
            any::<String>().prop_map(Edit::PathSuffix),
            any::<String>().prop_map(Edit::QuerySuffix),
            Just(Edit::DropQuery),
            any::<String>().prop_map(Edit::Fragment),
            any::<String>().prop_map(Edit::Userinfo),
            Just(Edit::EncodePath),
            Just(Edit::LowerCasePath),
            Just(Edit::Unsigned),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_result_always_differs(edit in any_edit(), original in any::<String>()) {
            prop_assert_ne!(edit.apply(&original), original);
        }

        #[test]
        fn the_result_differs_for_urls_too(edit in any_edit(), tail in "[a-z/?#&=]{0,12}") {
            let original = format!("https://app.example.test/{tail}");
            prop_assert_ne!(edit.apply(&original), original);
        }
    }
}
