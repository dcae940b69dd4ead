//! The forms of an HTML page, read as a browser would submit them. Names are taken from the page, never assumed.

use html5gum::{Token, Tokenizer};

/// One form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// `action` as it stands; empty means the page itself.
    pub action: String,
    /// Whether it is submitted with `POST`.
    pub post: bool,
    /// Its named controls, in order.
    pub inputs: Vec<Input>,
}

/// One named control of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The name.
    pub name: String,
    /// The type, in lower case; `text` where none is given.
    pub kind: String,
    /// The value it has on the page.
    pub value: String,
}

impl Form {
    /// The name of the field for the password, if there is one.
    pub fn password(&self) -> Option<&str> {
        self.inputs.iter().find(|input| input.kind == "password").map(|input| input.name.as_str())
    }

    /// The name of the field for the user name: the one that is called so, else the first that takes text.
    pub fn username(&self) -> Option<&str> {
        let takes_text = |input: &&Input| matches!(input.kind.as_str(), "text" | "email" | "tel");
        let called_so = |input: &&Input| {
            let name = input.name.to_ascii_lowercase();
            takes_text(input) && ["username", "login", "email", "user"].contains(&name.as_str())
        };
        self.inputs
            .iter()
            .find(called_so)
            .or_else(|| self.inputs.iter().find(takes_text))
            .map(|input| input.name.as_str())
    }
}

/// All forms of a page, in order. Never fails: what is no HTML has no forms.
pub fn forms(page: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut open: Option<Form> = None;
    for token in Tokenizer::new(page).flatten() {
        match token {
            Token::StartTag(tag) => {
                let attribute = |name: &str| {
                    tag.attributes
                        .iter()
                        .find(|(present, _)| present.as_slice() == name.as_bytes())
                        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
                };
                match tag.name.as_slice() {
                    b"form" => {
                        forms.extend(open.take());
                        open = Some(Form {
                            action: attribute("action").unwrap_or_default(),
                            post: attribute("method")
                                .is_some_and(|method| method.eq_ignore_ascii_case("post")),
                            inputs: Vec::new(),
                        });
                    }
                    b"input" => {
                        if let (Some(form), Some(name)) = (&mut open, attribute("name")) {
                            let kind = attribute("type").unwrap_or_else(|| "text".to_owned());
                            form.inputs.push(Input {
                                name,
                                kind: kind.to_ascii_lowercase(),
                                value: attribute("value").unwrap_or_default(),
                            });
                        }
                    }
                    _ => {}
                }
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"form" => forms.extend(open.take()),
            _ => {}
        }
    }
    forms.extend(open);
    forms
}

/// The form with which a user signs in: the first with a password, else the first that is posted, else the first.
pub fn sign_in_form(page: &str) -> Option<Form> {
    let all = forms(page);
    all.iter()
        .find(|form| form.password().is_some())
        .or_else(|| all.iter().find(|form| form.post))
        .or_else(|| all.first())
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_browser_would_submit() {
        let page = r#"<html><form action="/search"><input name=q></form>
            <FORM method=POST action="/login?a=1&amp;b=2"><input type=hidden name="_csrf" value="x&quot;y">
            <input name="username"><input name="password" type="Password"><button>Go</button></FORM>"#;
        let form = sign_in_form(page).unwrap();
        assert_eq!(form.action, "/login?a=1&b=2");
        assert!(form.post);
        assert_eq!(form.inputs[0].value, "x\"y");
        assert_eq!((form.username(), form.password()), (Some("username"), Some("password")));
    }

    #[test]
    fn a_page_without_a_form_has_none() {
        assert_eq!(sign_in_form("<p>Server error</p>"), None);
        assert_eq!(sign_in_form(""), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config {
            failure_persistence: None, ..proptest::test_runner::Config::default()
        })]
        #[test]
        fn never_panics(page in "(<form|<input|</form>| name=| type=|\"|'|>|<|&amp;|[a-z\u{0}\u{fffd}é]){0,60}") {
            let _ = sign_in_form(&page);
        }
    }
}
