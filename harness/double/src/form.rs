//! Parameters of query strings and form bodies, and the Basic credentials of a client.

use std::collections::BTreeSet;

use base64::Engine as _;
#[cfg(test)]
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use url::form_urlencoded;

/// Parameters in the order of the request. Bytes that are no UTF-8 become replacement characters, so nothing fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl FromIterator<(String, String)> for Params {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Params {
    pub(crate) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The first value, unless it is empty: RFC 6749 section 3.1 treats an empty value as absent.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Every value of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// True when a parameter is there more than once, which RFC 6749 section 3.2 forbids (`token.params.duplicate`).
    pub(crate) fn repeats(&self) -> bool {
        !self.repeated().is_empty()
    }

    /// The names of the parameters that are there more than once.
    pub(crate) fn repeated(&self) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        self.0.iter().map(|(name, _)| name.as_str()).filter(|name| !seen.insert(*name)).collect()
    }

    /// The parameters one by one.
    pub(crate) fn pairs(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds the parameters of `other` that are not here yet and that `wanted` admits.
    pub(crate) fn complete_from(&mut self, other: Params, wanted: impl Fn(&str) -> bool) {
        for (name, value) in other.0 {
            if wanted(&name) && self.get(&name).is_none() {
                self.0.push((name, value));
            }
        }
    }
}

/// True for the one media type the form endpoints read, with or without parameters such as a charset
/// (`token.content-type.malformed`, `token.content-type.form-with-charset`).
pub(crate) fn is_form_media_type(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// What an `Authorization` header says about the client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Authorization {
    /// `Basic` with an id and a secret that may be empty.
    Basic { id: String, secret: String },
    /// `Bearer` with a token, which says nothing about the client.
    Bearer(String),
    /// Anything else: no scheme, another scheme, bad Base64, no colon.
    Malformed,
}

impl Authorization {
    pub(crate) fn parse(header: &str) -> Self {
        let Some((scheme, rest)) = header.trim().split_once(' ') else {
            return Self::Malformed;
        };
        if scheme.eq_ignore_ascii_case("bearer") {
            return Self::Bearer(rest.trim().to_owned());
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return Self::Malformed;
        }
        let decoded =
            lenient_base64().decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded.as_deref().and_then(|text| text.split_once(':')) {
            Some((id, secret)) => Self::Basic { id: id.to_owned(), secret: secret.to_owned() },
            None => Self::Malformed,
        }
    }
}

/// Base64 with or without padding: clients differ, and no fact says that the pool minds.
fn lenient_base64() -> GeneralPurpose {
    GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    )
}

/// Percent-decodes a Basic credential, as RFC 6749 section 2.3.1 encodes it.
pub(crate) fn form_decoded(value: &str) -> String {
    // A parameter of that value, so that `+` and `%` are read by the same rules; `&` and `=` cannot be left raw there.
    let raw = value.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(raw.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

/// Encodes parameters for a query or a fragment.
pub(crate) fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The value of a Basic header without its scheme: used by tests only.
#[cfg(test)]
pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_survive_anything() {
        let params = Params::parse(b"a=1&b=%zz&c=%ff&=&&d");
        assert_eq!(params.get("a"), Some("1"));
        assert_eq!(params.get("b"), Some("%zz"));
        assert_eq!(params.get("c"), Some("\u{fffd}"));
        assert_eq!(params.filled("d"), None);
        assert!(!params.repeats());
        assert!(Params::parse(b"a=1&b=2&a=1").repeats());
    }

    #[test]
    fn the_body_wins_over_the_query() {
        let mut body = Params::parse(b"client_id=x&code=1");
        body.complete_from(Params::parse(b"code=2&grant_type=g&client_secret=s"), |name| {
            name != "client_secret"
        });
        assert_eq!(body.get("code"), Some("1"));
        assert_eq!(body.get("grant_type"), Some("g"));
        assert_eq!(body.get("client_secret"), None);
    }

    #[test]
    fn only_the_form_media_type_counts() {
        assert!(is_form_media_type(Some("application/x-www-form-urlencoded")));
        assert!(is_form_media_type(Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8")));
        assert!(!is_form_media_type(Some("'application/x-www-form-urlencoded'")));
        assert!(!is_form_media_type(Some("application/json")));
        assert!(!is_form_media_type(None));
    }

    #[test]
    fn authorization_headers() {
        assert_eq!(
            Authorization::parse(&basic("id", "a:b")),
            Authorization::Basic { id: "id".into(), secret: "a:b".into() }
        );
        for malformed in ["", "Basic", "Basic %%%", "Basic aWQ=", "aWQ6cw==", "Digest x", "Basic /w=="] {
            assert_eq!(Authorization::parse(malformed), Authorization::Malformed, "{malformed}");
        }
        assert_eq!(Authorization::parse("bearer t"), Authorization::Bearer("t".into()));
    }

    #[test]
    fn form_decoding_of_credentials() {
        assert_eq!(form_decoded("a%2Bb+c"), "a+b c");
        assert_eq!(form_decoded("a=b&c"), "a=b&c");
        assert_eq!(form_decoded(""), "");
    }
}
