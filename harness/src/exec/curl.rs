//! A request as a curl command that can be copied. Secrets, passwords and whatever an earlier step captured are shell
//! variables; the comments before the command say what to put into them.

use crate::model::case::{Omission, SignIn};
use crate::model::edit::Edit;
use crate::model::fixture::Fixture;
use crate::model::request::{Body, Request};
use crate::model::text::{is_visible, one_line};
use crate::model::value::{Lookup, Slot, Value};

/// The command for a request to this URL. With a fixture, client ids and callbacks stand there as they are.
pub fn command(request: &Request, url: &str, fixture: Option<&Fixture>) -> String {
    let mut shell = Shell { fixture, comments: Vec::new() };
    let mut parts = vec!["curl --silent --show-error --include".to_owned()];
    if request.method != "GET" || !matches!(request.body, Body::None) {
        parts.push(format!("--request {}", Shell::quoted_text(&request.method)));
    }
    for (name, value) in &request.headers {
        if name.eq_ignore_ascii_case("authorization")
            && let Some((id, secret)) = basic_parts(value)
        {
            let user = format!("{}:{}", shell.inner(id), shell.inner(secret));
            parts.push(format!("--user \"{user}\""));
        } else {
            parts.push(format!("--header \"{}: {}\"", escape(name), shell.inner(value)));
        }
    }
    if request.in_browser {
        shell.comment("COOKIES", "the cookies that the steps before it brought");
        parts.push("--cookie \"${COOKIES}\"".to_owned());
    }
    let has_content_type = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    match &request.body {
        Body::None => {}
        Body::Form(fields) => {
            if !has_content_type {
                parts.push("--header 'Content-Type:'".to_owned());
            }
            if fields.is_empty() {
                parts.push("--data ''".to_owned());
            }
            for (name, value) in fields {
                parts.push(format!("--data-urlencode \"{}={}\"", form_name(name), shell.inner(value)));
            }
        }
        Body::Text(text) => {
            if !has_content_type {
                parts.push("--header 'Content-Type:'".to_owned());
            }
            parts.push(format!("--data-raw \"{}\"", shell.inner(text)));
        }
    }
    if !request.query.is_empty() {
        let method =
            if matches!(request.body, Body::None) { "--get --data-urlencode" } else { "--url-query" };
        for (name, value) in &request.query {
            parts.push(format!("{method} \"{}={}\"", form_name(name), shell.inner(value)));
        }
    }
    if matches!(request.body, Body::None) && !request.query.is_empty() && request.method != "GET" {
        // --get would win over --request: keep the query but not the method it implies.
        for part in &mut parts {
            *part = part.replace("--get --data-urlencode", "--url-query");
        }
    }
    parts.push(Shell::quoted_text(url));
    let mut lines = shell.comments;
    lines.push(parts.join(" \\\n  "));
    lines.join("\n")
}

/// What a browser does after the request with which a sign-in begins, as a comment.
pub fn rest_of(sign_in: &SignIn) -> String {
    let leaves_out = match &sign_in.omits {
        None => String::new(),
        Some(Omission::Submission) => {
            return "# no more: the form that comes back is not submitted".to_owned();
        }
        Some(Omission::Cookies) => ", without cookies".to_owned(),
        Some(Omission::Fields(part)) => format!(", without the fields named like {:?}", one_line(part)),
    };
    format!(
        "# then, with the cookies, submit the form that comes back, as {} with {}{leaves_out}",
        sign_in.username, sign_in.password,
    )
}

/// A name as `--data-urlencode` takes it: encoded already.
fn form_name(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect()
}

/// The id and the secret of a value made by [`Value::basic`].
fn basic_parts(value: &Value) -> Option<(&Value, &Value)> {
    let Value::Joined(parts) = value else { return None };
    let [Value::Text(scheme), Value::Base64(inner)] = parts.as_slice() else { return None };
    let Value::Joined(pair) = inner.as_ref() else { return None };
    match pair.as_slice() {
        [id, Value::Text(colon), secret] if scheme == "Basic " && colon == ":" => Some((id, secret)),
        _ => None,
    }
}

/// A fixture without anything that was captured: a value that needs more is not known in advance.
struct Known<'a>(&'a Fixture);

impl Lookup for Known<'_> {
    fn fixture(&self, slot: &Slot) -> Option<&str> {
        self.0.get(slot)
    }

    fn captured(&self, _: &str) -> Option<&str> {
        None
    }
}

struct Shell<'a> {
    fixture: Option<&'a Fixture>,
    comments: Vec<String>,
}

impl Shell<'_> {
    /// What stands between double quotes for a value.
    fn inner(&mut self, value: &Value) -> String {
        match value {
            Value::Text(text) => escape(text),
            Value::Fixture(slot) => self.fixture_entry(slot),
            Value::Captured(name) => {
                let variable = variable(name);
                self.comment(&variable, &format!("{} of an earlier step", one_line(name)));
                format!("${{{variable}}}")
            }
            Value::Edited { of, edit: Edit::Append(suffix) } => {
                format!("{}{}", self.inner(of), escape(suffix))
            }
            Value::Edited { of, edit: Edit::Prepend(prefix) } => {
                format!("{}{}", escape(prefix), self.inner(of))
            }
            Value::Edited { edit: Edit::Empty, .. } => String::new(),
            Value::Joined(parts) => parts.iter().map(|part| self.inner(part)).collect(),
            Value::Base64(inner) => {
                format!("$(printf %s \"{}\" | base64 | tr -d '\\n')", self.inner(inner))
            }
            Value::Token(jwt) => {
                let variable = format!("TOKEN_{}", self.comments.len() + 1);
                self.comment(&variable, &jwt.to_string());
                format!("${{{variable}}}")
            }
            Value::Edited { .. } | Value::S256(_) | Value::FormEncoded(_) => {
                if let Some(literal) = self.literal(value) {
                    return escape(&literal);
                }
                let variable = format!("VALUE_{}", self.comments.len() + 1);
                self.comment(&variable, &value.to_string());
                format!("${{{variable}}}")
            }
        }
    }

    /// The value itself, where the fixture knows it and none of it is a secret.
    fn literal(&self, value: &Value) -> Option<String> {
        let fixture = self.fixture?;
        if value.slots().into_iter().any(Slot::is_secret) {
            return None;
        }
        value.resolve(&Known(fixture)).ok()
    }

    fn fixture_entry(&mut self, slot: &Slot) -> String {
        if !slot.is_secret()
            && let Some(known) = self.fixture.and_then(|fixture| fixture.get(slot))
        {
            return escape(known);
        }
        let variable = variable(&slot.0);
        self.comment(&variable, &slot.to_string());
        format!("${{{variable}}}")
    }

    fn comment(&mut self, variable: &str, meaning: &str) {
        let comment = format!("# {variable}: {meaning}");
        if !self.comments.contains(&comment) {
            self.comments.push(comment);
        }
    }

    fn quoted_text(text: &str) -> String {
        format!("\"{}\"", escape(text))
    }
}

fn variable(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// Text between double quotes of a POSIX shell; what cannot be shown is escaped visibly.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' | '$' | '`' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '!' => escaped.push('!'),
            other if !is_visible(other) => escaped.extend(other.escape_unicode()),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::arbitrary::any_request;
    use crate::model::damaged::{Unshown, cases, is_harmless};
    use crate::model::fixture::arbitrary::any_fixture;

    use super::*;

    #[test]
    fn secrets_are_variables_and_the_rest_is_literal() {
        let request = Request::token("client_credentials")
            .basic(
                Value::client_id("machine"),
                Value::client_secret("machine").edited(Edit::Replace { at: 3, with: 'x' }),
            )
            .field("scope", "a b");
        let text = command(&request, "http://127.0.0.1:1/oauth2/token", None);
        assert_eq!(
            text,
            concat!(
                "# CLIENT_MACHINE_ID: client.machine.id\n",
                "# VALUE_2: <client.machine.secret> with character 3 replaced by 'x'\n",
                "curl --silent --show-error --include \\\n",
                "  --request \"POST\" \\\n",
                "  --header \"Accept: application/json\" \\\n",
                "  --header \"Content-Type: application/x-www-form-urlencoded\" \\\n",
                "  --user \"${CLIENT_MACHINE_ID}:${VALUE_2}\" \\\n",
                "  --data-urlencode \"grant_type=client_credentials\" \\\n",
                "  --data-urlencode \"scope=a b\" \\\n",
                "  \"http://127.0.0.1:1/oauth2/token\""
            )
        );
    }

    #[test]
    fn what_a_browser_does_is_said() {
        let start =
            SignIn::new(vec![("scope".to_owned(), "openid".into())], "https://a.test/cb".into(), "main");
        let text = command(&start.start(), "http://127.0.0.1:1/oauth2/authorize", None);
        assert!(text.contains("--data-urlencode \"scope=openid\""), "{text}");
        let text = rest_of(&start);
        assert!(text.ends_with("as <user.main.username> with <user.main.password>"), "{text}");
        let request = Request::get(crate::model::endpoint::Endpoint::Logout).in_browser();
        assert!(command(&request, "http://127.0.0.1:1/logout", None).contains("--cookie \"${COOKIES}\""));
    }

    #[test]
    fn shell_characters_do_nothing() {
        let request = Request::get(crate::model::endpoint::Endpoint::Token).param("a", "$(rm -rf /)`x`\"");
        let text = command(&request, "http://127.0.0.1:1/x", None);
        assert!(text.contains(r#""a=\$(rm -rf /)\`x\`\"""#), "{text}");
    }

    proptest! {
        #![proptest_config(cases(96))]

        #[test]
        fn a_command_is_comments_and_one_command(request in any_request(), Unshown(fixture) in any_fixture(), known: bool) {
            let text = command(&request, "http://127.0.0.1:1/x", known.then_some(&fixture));
            prop_assert!(is_harmless(&text), "{text:?}");
            let mut lines = text.lines().skip_while(|line| line.starts_with("# "));
            prop_assert!(lines.next().is_some_and(|line| line.starts_with("curl ")), "{text}");
            prop_assert!(lines.all(|line| line.starts_with("  ")), "{text}");
        }
    }
}
