//! Challenges of `WWW-Authenticate` (RFC 9110 section 11.6.1), read as leniently as they are written: AWS shows some
//! without a scheme, and API Gateway puts blanks where commas belong.

/// A header field with challenges, taken apart.
pub(super) struct Challenge {
    /// The first scheme, if one is named before the first parameter.
    pub(super) scheme: Option<String>,
    /// The parameters, their names in lower case and their values as they are meant.
    pub(super) params: Vec<(String, String)>,
}

/// What stands between parameters.
const SEPARATORS: [char; 4] = [',', ';', ' ', '\t'];

impl Challenge {
    /// Reads a header field. Whatever it holds, something comes of it.
    pub(super) fn read(text: &str) -> Self {
        let mut challenge = Self { scheme: None, params: Vec::new() };
        let mut rest = text.trim_start_matches(SEPARATORS);
        while !rest.is_empty() {
            let (word, after) = split_before(rest, |c| c == '=' || SEPARATORS.contains(&c));
            let Some(value) = after.trim_start_matches([' ', '\t']).strip_prefix('=') else {
                if challenge.params.is_empty() && challenge.scheme.is_none() {
                    challenge.scheme = Some(word.to_owned());
                }
                rest = after.trim_start_matches(SEPARATORS);
                continue;
            };
            let value = value.trim_start_matches([' ', '\t']);
            let (value, after) = if let Some(quoted) = value.strip_prefix('"') {
                unquoted(quoted)
            } else {
                let (value, after) = split_before(value, |c| SEPARATORS.contains(&c));
                (value.to_owned(), after)
            };
            challenge.params.push((word.to_ascii_lowercase(), value));
            rest = after.trim_start_matches(SEPARATORS);
        }
        challenge
    }

    /// The value of the first parameter of this name, which is in lower case.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

fn split_before(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// The content of a quoted string whose first quote is gone (RFC 9110 section 5.6.4), and what follows it. A string
/// that does not end goes on to the end of the text.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(text: &str) -> Vec<(String, String)> {
        Challenge::read(text).params
    }

    #[test]
    fn what_stands_in_quotes_is_no_parameter() {
        let read = Challenge::read(r#"Bearer realm="a, error=\"oops\"", error=invalid_token; scope = "x y""#);
        assert_eq!(read.scheme.as_deref(), Some("Bearer"));
        assert_eq!(read.param("realm"), Some(r#"a, error="oops""#));
        assert_eq!((read.param("error"), read.param("scope")), (Some("invalid_token"), Some("x y")));
        assert_eq!(read.param("absent"), None);
    }

    #[test]
    fn a_scheme_is_the_first_word_before_any_parameter() {
        let scheme = |text| Challenge::read(text).scheme;
        assert_eq!(scheme("Basic, Bearer error=a").as_deref(), Some("Basic"));
        assert_eq!(scheme("error=a, Bearer realm=b"), None);
    }

    #[test]
    fn blanks_may_stand_for_commas() {
        let read = Challenge::read(
            r#"Bearer scope="" error="invalid_token" error_description="the token has expired""#,
        );
        let names: Vec<&str> = read.params.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["scope", "error", "error_description"]);
        assert_eq!(read.param("scope"), Some(""));
    }

    #[test]
    fn what_is_broken_comes_to_something() {
        assert_eq!(params("Bearer error=\""), [("error".to_owned(), String::new())]);
        assert_eq!(params("error=\"a\\"), [("error".to_owned(), "a".to_owned())]);
        assert_eq!(params("=x, a="), [(String::new(), "x".to_owned()), ("a".to_owned(), String::new())]);
        assert_eq!(params(r#"a="x"b=y"#), params("a=x, b=y"));
        assert_eq!((params(""), params(" ,;\t")), (Vec::new(), Vec::new()));
    }
}
