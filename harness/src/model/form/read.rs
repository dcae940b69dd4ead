//! Reading forms from the tokens of a page.

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
        for Control { named, inside, what } in controls {
            let owner = match named {
                Some(named) => forms.iter().position(|form| form.id.as_ref() == Some(&named)),
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
