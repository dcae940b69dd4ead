//! The answers of a guard: whether it let the request in, what it says if not, and what its backend saw.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::challenge::Challenge;
use super::view::View;
use crate::model::scenario::Field;
use crate::model::text::one_line;

/// A body that is longer says too much to be compared as a whole; in characters.
const SHORT_BODY: usize = 200;

impl View<'_> {
    /// The lines of a field that is about guards.
    pub(super) fn guard_lines(&self, field: Field) -> Vec<(String, String)> {
        let said = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let (label, value) = match field {
            Field::Admitted => ("admitted".to_owned(), said(self.is_accepted())),
            Field::Body => ("body".to_owned(), self.short_body()),
            Field::ChallengeParam(name) => (format!("challenge {name}"), self.challenge_param(name)),
            Field::HeaderContains(name, text) => {
                (format!("{name} contains {}", in_name(text)), self.header_contains(name, text))
            }
            Field::BodyContains(text) => {
                (format!("body contains {}", in_name(text)), self.body_contains(text).to_owned())
            }
            Field::EchoedScopes => ("backend sees scopes".to_owned(), self.echoed_scopes().to_owned()),
            Field::ShowsToken => ("shows a token".to_owned(), said(self.shows_token())),
            Field::Echoed(claim) => (format!("backend sees {claim}"), self.echoed(claim)),
            _ => return Vec::new(),
        };
        vec![(label, value)]
    }

    /// The body as text, as far as it is short.
    fn short_body(&self) -> String {
        match std::str::from_utf8(&self.answer.body) {
            Ok("") => "(empty)".to_owned(),
            Err(_) => "(not UTF-8)".to_owned(),
            Ok(text) if text.chars().count() > SHORT_BODY => "(long)".to_owned(),
            Ok(text) => self.redactor.redact(text.trim_end()),
        }
    }

    /// Whether the body contains a text.
    fn body_contains(&self, text: &str) -> &'static str {
        if String::from_utf8_lossy(&self.answer.body).contains(text) { "yes" } else { "no" }
    }

    /// The value of a parameter of the first challenge that has it.
    fn challenge_param(&self, name: &str) -> String {
        let mut challenges = self
            .answer
            .headers
            .iter()
            .filter(|(header, _)| header == "www-authenticate")
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .peekable();
        if challenges.peek().is_none() {
            return "(no challenge)".to_owned();
        }
        let value = challenges.find_map(|text| Challenge::read(text).param(name).map(str::to_owned));
        value.map_or_else(|| "(absent)".to_owned(), |value| self.redactor.redact(&value))
    }

    /// Whether a header field contains a text.
    fn header_contains(&self, name: &str, text: &str) -> String {
        let mut values = self.answer.headers.iter().filter(|(header, _)| header == name).peekable();
        if values.peek().is_none() {
            return "(absent)".to_owned();
        }
        let has = values.any(|(_, value)| String::from_utf8_lossy(value).contains(text));
        if has { "yes" } else { "no" }.to_owned()
    }

    /// What the backend saw beside the claims under `scopes`.
    fn echoed_scopes(&self) -> &'static str {
        let body: Option<Json> = serde_json::from_slice(&self.answer.body).ok();
        let place = self.redactor.echo().and_then(|pointer| pointer.rsplit_once('/'));
        let beside = place.and_then(|(above, _)| body.as_ref()?.pointer(above));
        let claims = self.redactor.echo().and_then(|pointer| body.as_ref()?.pointer(pointer));
        match (beside.and_then(|beside| beside.get("scopes")), claims) {
            (_, None) => "(no claims)",
            (None, _) => "(absent)",
            (Some(list @ Json::Array(_)), Some(claims)) => {
                let of_token = claims.get("scope").or_else(|| claims.get("scp")).and_then(scopes);
                match (scopes(list), of_token) {
                    (Some(seen), Some(of_token)) if seen == of_token => "list of the token's",
                    (Some(seen), Some(of_token)) if seen.is_subset(&of_token) => {
                        "list of some of the token's"
                    }
                    _ => "another list",
                }
            }
            (Some(other), _) => form(other),
        }
    }

    /// Whether the body or a header field holds a token: whichever it is, nobody needs to read it there.
    fn shows_token(&self) -> bool {
        let headers = self.answer.headers.iter().map(|(_, value)| value.as_slice());
        headers.chain([self.answer.body.as_slice()]).any(|text| holds_token(&String::from_utf8_lossy(text)))
    }

    /// The form in which the backend saw a claim.
    fn echoed(&self, claim: &str) -> String {
        let body: Option<Json> = serde_json::from_slice(&self.answer.body).ok();
        let claims = self.redactor.echo().and_then(|pointer| body.as_ref()?.pointer(pointer));
        match claims {
            None => "(no claims)".to_owned(),
            Some(Json::Object(members)) => members.get(claim).map_or("(absent)", form).to_owned(),
            Some(other) => form(other).to_owned(),
        }
    }
}

/// The scopes of a list or of a text with blanks between.
fn scopes(value: &Json) -> Option<BTreeSet<&str>> {
    match value {
        Json::Array(items) => items.iter().map(Json::as_str).collect(),
        Json::String(text) => Some(text.split_whitespace().collect()),
        _ => None,
    }
}

/// A text as it stands in the name of a line, which ends at the first colon with a blank behind it.
fn in_name(text: &str) -> String {
    one_line(text).replace(": ", ":").trim_end_matches([' ', ':']).to_owned()
}

/// Whether a text holds a JSON object in Base64url and, after a dot, another one: the beginning of a token. Each run of
/// letters is read once, however often an object begins in it.
fn holds_token(text: &str) -> bool {
    const OBJECT: &str = "eyJ";
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '=');
    let mut runs = text.split('.').peekable();
    while let Some(run) = runs.next() {
        let last = run.rsplit(|c| !is_of_token(c)).next().unwrap_or_default();
        if last.contains(OBJECT) && runs.peek().is_some_and(|claims| claims.starts_with(OBJECT)) {
            return true;
        }
    }
    false
}

/// What a value is like, without the value.
fn form(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
        Json::String(text) => form_of_text(text),
    }
}

fn form_of_text(text: &str) -> &'static str {
    let words: Vec<&str> = text.split(' ').collect();
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    match words.as_slice() {
        [] | [""] => "empty text",
        ["true" | "false"] => "text true or false",
        [number] if digits(number) => "text of digits",
        // Mon Jun 15 05:56:21 UTC 2026
        [day, month, _, time, "UTC", year]
            if day.len() == 3 && month.len() == 3 && time.matches(':').count() == 2 && digits(year) =>
        {
            "text of a date"
        }
        _ if text.starts_with('[') && serde_json::from_str::<Vec<Json>>(text).is_ok() => {
            "JSON text of a list"
        }
        _ if text.starts_with('[') && text.ends_with(']') && text.contains(',') => {
            "text in brackets with commas"
        }
        _ if text.starts_with('[') && text.ends_with(']') => "text in brackets",
        _ if text.starts_with('{') && serde_json::from_str::<Json>(text).is_ok() => "JSON text of an object",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;
    use std::time::Duration;

    use serde_json::json;

    use super::super::project::observe;
    use super::super::redact::{FixtureNames, Redactor};
    use super::*;
    use crate::model::case::{Case, Purpose};
    use crate::model::exchange::{Answer, Exchange, Outcome, Route};

    /// The one line of a field, of a guard that shows the claims in `/seen/claims`.
    fn line(field: Field, status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> String {
        let names = FixtureNames::new(&Arc::default())
            .with_guard(&["api/read".to_owned(), "api/write".to_owned()], Some("/seen/claims".to_owned()));
        let (captured, case) = (BTreeMap::new(), Case::default());
        let headers =
            headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        let exchange = Exchange {
            step: "probe".to_owned(),
            purpose: Purpose::Probe,
            outcome: Outcome::Answer(Answer { status, headers, body: body.into() }),
            unmet: None,
            route: Route::straight("http://guard.test/".to_owned()),
            took: Duration::ZERO,
        };
        let seen = observe(&[field], &[exchange], &Redactor::new(&names, &captured, &case)).unwrap();
        seen.lines.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_guard_lets_in_or_does_not_and_says_something() {
        assert_eq!(line(Field::Admitted, 200, &[], ""), "admitted: yes");
        assert_eq!(line(Field::Admitted, 401, &[], ""), "admitted: no");
        let body = |body: &[u8]| line(Field::Body, 401, &[], body);
        assert_eq!(body(b""), "body: (empty)");
        assert_eq!(body(b"\xff"), "body: (not UTF-8)");
        assert_eq!(body(b"{\"message\":\"Unauthorized\"}\n"), r#"body: {"message":"Unauthorized"}"#);
        let long = "\u{e9}".repeat(SHORT_BODY);
        assert_eq!(body(long.as_bytes()), format!("body: {long}"), "its characters count");
        assert_eq!(body(format!("{long}e").as_bytes()), "body: (long)");
        let contains = |text| line(Field::BodyContains(text), 401, &[], "a: b; c");
        assert_eq!(contains("a: "), "body contains a: yes");
        assert_eq!(contains("a: c"), "body contains a:c: no");
    }

    #[test]
    fn a_header_field_has_a_text_in_one_of_its_values() {
        let headers = [("x-kind", "first"), ("x-kind", "second; third"), ("x-other", "fourth")];
        let contains = |name, text| line(Field::HeaderContains(name, text), 401, &headers, "");
        assert_eq!(contains("x-kind", "third"), "x-kind contains third: yes");
        assert_eq!(contains("x-kind", "fourth"), "x-kind contains fourth: no");
        assert_eq!(contains("x-none", "first"), "x-none contains first: (absent)");
        let challenges =
            [("www-authenticate", "Basic"), ("www-authenticate", "Bearer scope=\"api/read api/write\"")];
        let param = |name, headers: &[(&str, &str)]| line(Field::ChallengeParam(name), 401, headers, "");
        assert_eq!(param("scope", &challenges), "challenge scope: <guard.scopes>");
        assert_eq!(param("error", &challenges), "challenge error: (absent)");
        assert_eq!(param("error", &headers), "challenge error: (no challenge)");
    }

    #[test]
    fn scopes_that_a_backend_sees_are_held_against_those_of_the_token() {
        let seen = |scopes: Json, claims: Json| {
            let body = json!({ "seen": { "claims": claims, "scopes": scopes } }).to_string();
            line(Field::EchoedScopes, 200, &[], body).replace("backend sees scopes: ", "")
        };
        let (text, list) = (json!({ "scope": "a b" }), json!({ "scp": ["a", "b"] }));
        for claims in [&text, &list] {
            assert_eq!(seen(json!(["b", "a"]), claims.clone()), "list of the token's");
            assert_eq!(seen(json!(["b"]), claims.clone()), "list of some of the token's");
            assert_eq!(seen(json!(["b", "c"]), claims.clone()), "another list");
            assert_eq!(seen(json!([1]), claims.clone()), "another list");
            assert_eq!(seen(Json::Null, claims.clone()), "null");
        }
        assert_eq!(seen(json!([]), json!({ "sub": "x" })), "another list");
        assert_eq!(
            line(Field::EchoedScopes, 200, &[], r#"{"seen":{"claims":{}}}"#),
            "backend sees scopes: (absent)"
        );
        for body in ["", r#"{"seen":{"scopes":[]}}"#] {
            assert_eq!(line(Field::EchoedScopes, 200, &[], body), "backend sees scopes: (no claims)");
        }
    }

    #[test]
    fn a_claim_is_seen_by_its_form_and_a_token_at_all() {
        let seen = |claims: Json| {
            line(Field::Echoed("it"), 200, &[], json!({ "seen": { "claims": claims } }).to_string())
                .replace("backend sees it: ", "")
        };
        for (value, expected) in [
            (Json::Null, "null"),
            (json!(true), "boolean"),
            (json!(1), "number"),
            (json!(["a"]), "list"),
            (json!({}), "object"),
            (json!("a"), "text"),
        ] {
            assert_eq!(seen(json!({ "it": value })), expected);
        }
        assert_eq!((seen(json!({})), seen(json!("1"))), ("(absent)".to_owned(), "text of digits".to_owned()));
        assert_eq!(line(Field::Echoed("it"), 200, &[], "{}"), "backend sees it: (no claims)");
        let token = "eyJhbGciOiJub25lIn0.eyJhIjoxfQ.";
        assert_eq!(line(Field::ShowsToken, 200, &[("x-kind", "none")], token), "shows a token: yes");
        assert_eq!(line(Field::ShowsToken, 200, &[("x-kind", token)], ""), "shows a token: yes");
        assert_eq!(line(Field::ShowsToken, 200, &[("x-kind", "none")], "{}"), "shows a token: no");
    }

    #[test]
    fn parameters_are_found_with_commas_and_with_blanks() {
        let param = |text: &str, name: &str| Challenge::read(text).param(name).map(str::to_owned);
        let gateway = r#"Bearer scope="" error="invalid_token" error_description="the token has expired""#;
        assert_eq!(param(gateway, "scope").as_deref(), Some(""));
        assert_eq!(param(gateway, "error").as_deref(), Some("invalid_token"));
        assert_eq!(param(gateway, "error_description").as_deref(), Some("the token has expired"));
        let rfc = r#"Bearer realm="a, b", error=invalid_token, scope="read write""#;
        assert_eq!(param(rfc, "realm").as_deref(), Some("a, b"));
        assert_eq!(param(rfc, "error").as_deref(), Some("invalid_token"));
        assert_eq!(param(rfc, "scope").as_deref(), Some("read write"));
        assert_eq!(param("Bearer", "error"), None);
        assert_eq!(param("Bearer error=\"", "error").as_deref(), Some(""));
    }

    #[test]
    fn scopes_are_read_from_lists_and_from_texts() {
        let set = |text: &str| {
            serde_json::from_str::<Json>(text).ok().and_then(|value| {
                scopes(&value).map(|scopes| scopes.into_iter().map(str::to_owned).collect::<Vec<_>>())
            })
        };
        assert_eq!(set(r#"["b", "a"]"#), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(set(r#""b a""#), set(r#"["a", "b"]"#));
        assert_eq!(set("[1]"), None);
        assert_eq!(set("null"), None);
    }

    #[test]
    fn a_token_is_seen_wherever_it_stands() {
        for text in ["eyJhbGciOiJub25lIn0.eyJhIjoxfQ.", "{\"error\":\"no eyJ, eyJhIjoxfQ==.eyJ9 here\"}"] {
            assert!(holds_token(text), "{text}");
        }
        for text in ["", "eyJhIjoxfQ", "eyJhIjoxfQ.x", "eyJ eyJ.x", "a.b.c"] {
            assert!(!holds_token(text), "{text}");
        }
    }

    #[test]
    fn texts_are_told_apart_by_their_form() {
        for (text, expected) in [
            ("1787996002", "text of digits"),
            ("Mon Jun 15 05:56:21 UTC 2026", "text of a date"),
            ("true", "text true or false"),
            ("[admin poweruser]", "text in brackets"),
            ("[admin, poweruser]", "text in brackets with commas"),
            ("[\"admin\"]", "JSON text of a list"),
            ("{\"a\":1}", "JSON text of an object"),
            ("admins", "text"),
            ("1787996002s", "text"),
            ("Monday Jun 15 05:56:21 UTC 2026", "text"),
            ("Mon June 15 05:56:21 UTC 2026", "text"),
            ("Mon Jun 15 05:56 UTC 2026", "text"),
            ("Mon Jun 15 05:56:21 UTC year", "text"),
            ("[admin, poweruser", "text"),
            ("admin, poweruser]", "text"),
            ("[admin", "text"),
            ("admin]", "text"),
            ("{a", "text"),
            ("1,[2]", "text"),
            ("", "empty text"),
        ] {
            assert_eq!(form_of_text(text), expected, "{text}");
        }
    }
}
