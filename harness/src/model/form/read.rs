//! Reading forms from the tokens of a page.

use std::collections::HashMap;

use html5gum::{Token, Tokenizer};

use super::{Button, Form, Input};

type StartTag = html5gum::StartTag<()>;

/// All forms of a page, in order. Never fails: what is no HTML has no forms.
pub fn forms(page: &str) -> Vec<Form> {
    let mut reader = Reader::default();
    for token in Tokenizer::new(page).flatten() {
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(tag.name.as_slice()),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    reader.finish()
}

/// A control and the form that it belongs to: the one it names, else the one it stands in.
struct Control {
    named: Option<String>,
    inside: Option<usize>,
    what: What,
}

enum What {
    Input(Input),
    Button(Button),
}

/// An element whose value is text between its tags.
struct Open {
    control: Control,
    /// Of a list, its options: value, if one is given, text, and whether it is chosen.
    options: Vec<(Option<String>, String, bool)>,
    text: String,
}

#[derive(Default)]
struct Reader {
    forms: Vec<Form>,
    /// The form that is open.
    inside: Option<usize>,
    controls: Vec<Control>,
    open: Option<Open>,
}

impl Reader {
    fn start(&mut self, tag: &StartTag) {
        match tag.name.as_slice() {
            b"form" => {
                self.inside = Some(self.forms.len());
                self.forms.push(Form {
                    id: attribute(tag, "id"),
                    action: attribute(tag, "action").unwrap_or_default(),
                    post: attribute(tag, "method").is_some_and(|method| is_post(&method)),
                    ..Form::default()
                });
            }
            b"input" => self.input(tag),
            b"button" => {
                let kind = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
                if !["button", "reset"].contains(&kind.as_str()) {
                    self.add(tag, What::Button(button(tag)));
                }
            }
            b"select" => self.begin(tag, "select"),
            b"textarea" => self.begin(tag, "textarea"),
            b"option" => {
                if let Some(open) = &mut self.open {
                    let chosen = attribute(tag, "selected").is_some();
                    open.options.push((attribute(tag, "value"), String::new(), chosen));
                }
            }
            _ => {}
        }
    }

    fn input(&mut self, tag: &StartTag) {
        let kind = attribute(tag, "type").unwrap_or_else(|| "text".to_owned()).to_ascii_lowercase();
        match kind.as_str() {
            "submit" | "image" => self.add(tag, What::Button(button(tag))),
            "button" | "reset" | "file" => {}
            "checkbox" | "radio" if attribute(tag, "checked").is_none() => {}
            _ => {
                let Some(name) = name(tag) else { return };
                let otherwise = if kind == "checkbox" || kind == "radio" { "on" } else { "" };
                let value = attribute(tag, "value").unwrap_or_else(|| otherwise.to_owned());
                self.add(tag, What::Input(Input { name, kind, value }));
            }
        }
    }

    fn begin(&mut self, tag: &StartTag, kind: &str) {
        self.close();
        let Some(name) = name(tag).filter(|_| attribute(tag, "disabled").is_none()) else { return };
        let input = Input { name, kind: kind.to_owned(), value: String::new() };
        let control =
            Control { named: attribute(tag, "form"), inside: self.inside, what: What::Input(input) };
        self.open = Some(Open { control, options: Vec::new(), text: String::new() });
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            open.options.last_mut().map_or(&mut open.text, |(_, label, _)| label).push_str(text);
        }
    }

    /// Ends a list or a text area that is open.
    fn close(&mut self) {
        let Some(Open { mut control, options, text }) = self.open.take() else { return };
        if let What::Input(input) = &mut control.what {
            input.value = if input.kind == "select" {
                let chosen = options.iter().find(|(_, _, chosen)| *chosen).or_else(|| options.first());
                // A list without an option submits nothing.
                let Some((value, label, _)) = chosen else { return };
                value.clone().unwrap_or_else(|| label.trim().to_owned())
            } else {
                text
            };
        }
        self.controls.push(control);
    }

    fn add(&mut self, tag: &StartTag, what: What) {
        if attribute(tag, "disabled").is_none() {
            self.controls.push(Control { named: attribute(tag, "form"), inside: self.inside, what });
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"form" => {
                self.close();
                self.inside = None;
            }
            b"select" | b"textarea" => self.close(),
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Form> {
        self.close();
        let Self { mut forms, controls, .. } = self;
        // Of several forms with one id the first counts. Looked up, because a page may have very many of both.
        let mut by_id = HashMap::new();
        for (index, form) in forms.iter().enumerate() {
            if let Some(id) = &form.id {
                by_id.entry(id.clone()).or_insert(index);
            }
        }
        for Control { named, inside, what } in controls {
            let owner = match named {
                Some(named) => by_id.get(&named).copied(),
                None => inside,
            };
            let Some(form) = owner.and_then(|index| forms.get_mut(index)) else { continue };
            match what {
                What::Input(input) => form.inputs.push(input),
                What::Button(button) => form.buttons.push(button),
            }
        }
        forms
    }
}

fn button(tag: &StartTag) -> Button {
    Button {
        name: name(tag),
        value: attribute(tag, "value").unwrap_or_default(),
        action: attribute(tag, "formaction"),
        post: attribute(tag, "formmethod").map(|method| is_post(&method)),
    }
}

fn is_post(method: &str) -> bool {
    method.trim().eq_ignore_ascii_case("post")
}

fn name(tag: &StartTag) -> Option<String> {
    attribute(tag, "name").filter(|name| !name.is_empty())
}

fn attribute(tag: &StartTag, name: &str) -> Option<String> {
    tag.attributes
        .iter()
        .find(|(present, _)| present.as_slice() == name.as_bytes())
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::model::damaged::{self, cases, odd_text};
    use crate::model::form::sign_in_form;

    const PAGE: &str = "<!doctype html><html><form id=f method=POST action=\"/login?a=1&amp;b=2\"><input type=hidden \
        name=_csrf value='x&quot;y'><input name=username><input type=password name=password><select name=s><option \
        value=1 selected>one<option>two</select><textarea name=t>hi</textarea><button name=go formaction=/x \
        formmethod=get>Go</button></form><input form=f name=late><script>var a = '<form>';</script></html>";

    /// An attribute, as a careful page writes it.
    fn quoted(text: &str) -> String {
        let escaped = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        format!("\"{escaped}\"")
    }

    /// Text that comes through a page as it is: no NUL, and line breaks as they are read (HTML 13.2.3.5).
    fn attribute_text() -> impl Strategy<Value = String> {
        odd_text().prop_map(|text| text.replace(['\0', '\r'], ""))
    }

    fn any_input() -> impl Strategy<Value = Input> {
        let kind = prop::sample::select(&["text", "hidden", "password", "email", "tel", "checkbox"][..]);
        (attribute_text(), kind, attribute_text())
            .prop_filter("a control without a name is not submitted", |(name, ..)| !name.is_empty())
            .prop_map(|(name, kind, value)| Input { name, kind: kind.to_owned(), value })
    }

    fn any_form() -> impl Strategy<Value = Form> {
        let button = (
            prop::option::of(attribute_text()),
            attribute_text(),
            prop::option::of(attribute_text()),
            any::<Option<bool>>(),
        )
            .prop_map(|(name, value, action, post)| Button {
                name: name.filter(|name| !name.is_empty()),
                value,
                action,
                post,
            });
        (
            attribute_text(),
            any::<bool>(),
            prop::collection::vec(any_input(), 0..4),
            prop::collection::vec(button, 0..3),
        )
            .prop_map(|(action, post, inputs, buttons)| Form {
                id: None,
                action,
                post,
                inputs,
                buttons,
            })
    }

    fn written(form: &Form) -> String {
        let mut page = format!(
            "<form method={} action={}>",
            if form.post { "post" } else { "get" },
            quoted(&form.action)
        );
        for input in &form.inputs {
            let (name, value) = (quoted(&input.name), quoted(&input.value));
            let _ = write!(page, "<input type={} name={name} value={value} checked>", input.kind);
        }
        for button in &form.buttons {
            let name = button.name.as_ref().map(|name| format!(" name={}", quoted(name))).unwrap_or_default();
            let action = button
                .action
                .as_ref()
                .map(|action| format!(" formaction={}", quoted(action)))
                .unwrap_or_default();
            let method = button
                .post
                .map(|post| format!(" formmethod={}", if post { "post" } else { "get" }))
                .unwrap_or_default();
            let value = quoted(&button.value);
            let _ = write!(page, "<button{name} value={value}{action}{method}>x</button>");
        }
        page + "</form>"
    }

    proptest! {
        #![proptest_config(cases(192))]

        #[test]
        fn no_page_is_too_odd(page in damaged::text(vec![PAGE])) {
            for form in forms(&page) {
                let sent = form.filled("jane", "secret");
                prop_assert!(sent.fields.len() <= form.inputs.len() + 1);
                prop_assert!(sent.fields.iter().all(|(name, _)| !name.is_empty()));
            }
            let _ = sign_in_form(&page);
        }

        #[test]
        fn forms_are_read_as_they_were_written(all in prop::collection::vec(any_form(), 0..3), between in "[a-z ]{0,9}") {
            let page: String = all.iter().map(|form| written(form) + &between).collect();
            prop_assert_eq!(forms(&page), all, "{}", page);
        }
    }

    #[test]
    fn a_page_of_many_forms_does_not_hang() {
        let many = 30_000;
        let page = "<form id=a></form>".repeat(many) + &"<input form=z name=b>".repeat(many);
        let start = Instant::now();
        assert_eq!(forms(&page).len(), many);
        assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
    }
}
