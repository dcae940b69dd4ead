//! The forms of an HTML page, read as a browser would submit them. Names are taken from the page, never assumed.

mod read;

pub use read::forms;

/// One form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// `id`, by which controls outside the form name it.
    pub id: Option<String>,
    /// `action` as it stands; empty means the page itself.
    pub action: String,
    /// Whether it is submitted with `POST`.
    pub post: bool,
    /// The named controls that are submitted whichever button is pressed, in order.
    pub inputs: Vec<Input>,
    /// The buttons that submit it, in order.
    pub buttons: Vec<Button>,
}

/// One named control of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The name.
    pub name: String,
    /// The type, in lower case; `text` where none is given, `select` and `textarea` for these elements.
    pub kind: String,
    /// The value it has on the page.
    pub value: String,
}

/// A button that submits its form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Button {
    /// The name; without one the button submits nothing of its own.
    pub name: Option<String>,
    /// The value.
    pub value: String,
    /// `formaction`, which takes the place of the form's.
    pub action: Option<String>,
    /// Whether `formmethod` says `POST`, which takes the place of the form's.
    pub post: Option<bool>,
}

/// What a browser sends when a form is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Where it goes, as it stands on the page.
    pub action: String,
    /// Whether it is a `POST`.
    pub post: bool,
    /// The fields, in order.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The name of the field for the password, if there is one.
    pub fn password(&self) -> Option<&str> {
        self.passwords().next()
    }

    fn passwords(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().filter(|input| input.kind == "password").map(|input| input.name.as_str())
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

    /// What is sent by a user who fills in name and password and goes on.
    pub fn filled(&self, username: &str, password: &str) -> Submission {
        let (user_field, password_field) = (self.username(), self.password());
        let mut fields: Vec<(String, String)> = Vec::with_capacity(self.inputs.len() + 1);
        for input in &self.inputs {
            let name = Some(input.name.as_str());
            let value = if name == password_field {
                password
            } else if name == user_field {
                username
            } else {
                &input.value
            };
            fields.push((input.name.clone(), value.to_owned()));
        }
        let button = self.pressed();
        let named = button.and_then(|button| Some((button.name.clone()?, button.value.clone())));
        fields.extend(named);
        Submission {
            action: button.and_then(|button| button.action.clone()).unwrap_or_else(|| self.action.clone()),
            post: button.and_then(|button| button.post).unwrap_or(self.post),
            fields,
        }
    }

    /// The button that is pressed: where there are several, the one that speaks of a password, because a page may ask
    /// in which way to go on; else the first.
    fn pressed(&self) -> Option<&Button> {
        let speaks_of_it = |text: &str| text.to_ascii_lowercase().contains("password");
        let of_password = |button: &&Button| {
            (button.name.as_deref().is_some_and(speaks_of_it) || speaks_of_it(&button.value))
                && !button.value.to_ascii_lowercase().contains("forgot")
        };
        self.buttons.iter().find(of_password).or_else(|| self.buttons.first())
    }
}

/// The form with which a user signs in: the first that asks for one password (a form that asks for two makes an account),
/// else the first with a password, else the first that is posted and asks for a user name, else the first that is posted,
/// else the first.
pub fn sign_in_form(page: &str) -> Option<Form> {
    let all = forms(page);
    all.iter()
        .find(|form| form.passwords().count() == 1)
        .or_else(|| all.iter().find(|form| form.password().is_some()))
        .or_else(|| all.iter().find(|form| form.post && form.username().is_some()))
        .or_else(|| all.iter().find(|form| form.post))
        .or_else(|| all.first())
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(page: &str) -> Vec<(String, String)> {
        sign_in_form(page).unwrap().filled("jane", "secret").fields
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

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
        assert_eq!(sent(page), pairs(&[("_csrf", "x\"y"), ("username", "jane"), ("password", "secret")]));
    }

    #[test]
    fn of_several_forms_the_one_to_sign_in_with_is_taken() {
        let page = r#"<form method=post action=/signup><input name=username><input type=password name=p1>
            <input type=password name=p2></form>
            <form method=post action=/idp><button name=idp value=Google>Google</button></form>
            <form method=post action=/login><input name=username><input type=password name=password>
            <input type=submit name=signInSubmitButton value="Sign in"><button type=reset name=no>x</button></form>"#;
        assert_eq!(sign_in_form(page).unwrap().action, "/login");
        let expected = [("username", "jane"), ("password", "secret"), ("signInSubmitButton", "Sign in")];
        assert_eq!(sent(page), pairs(&expected));
    }

    #[test]
    fn only_the_pressed_button_and_what_is_chosen_is_sent() {
        let page = "<form method=post action=/next><input type=hidden name=t value=1>
            <select name=lang><option value=de>Deutsch<option selected>en</select>
            <select name=tenant><option value=a>A</option><option value=b>B</option></select>
            <input type=checkbox name=stay><input type=checkbox name=known checked>
            <input name=off value=x disabled><textarea name=note>hi</textarea>
            <button name=challenge value=EMAIL_OTP>code</button>
            <button name=challenge value=PASSWORD formaction=/pw formmethod=get>password</button></form>";
        let form = sign_in_form(page).unwrap();
        let submission = form.filled("jane", "secret");
        let expected = [
            ("t", "1"),
            ("lang", "en"),
            ("tenant", "a"),
            ("known", "on"),
            ("note", "hi"),
            ("challenge", "PASSWORD"),
        ];
        assert_eq!(submission.fields, pairs(&expected));
        assert_eq!((submission.action.as_str(), submission.post), ("/pw", false));
    }

    #[test]
    fn controls_may_stand_outside_their_form() {
        let page = "<input name=username form=f><form id=f method=post action=/login>
            <input type=password name=password></form><button form=f name=go value=1>Go</button>
            <input name=stray>";
        assert_eq!(sent(page), pairs(&[("username", "jane"), ("password", "secret"), ("go", "1")]));
    }

    #[test]
    fn a_page_for_the_user_name_or_the_password_alone_is_filled_too() {
        let first = "<form method=post action=/login><input type=hidden name=csrf value=c><input type=email name=username>
            <button name=action value=next>Next</button></form>";
        assert_eq!(sent(first), pairs(&[("csrf", "c"), ("username", "jane"), ("action", "next")]));
        let second = "<form method=post action=/login><input type=hidden name=username value=jane>
            <input type=password name=password></form>";
        assert_eq!(sent(second), pairs(&[("username", "jane"), ("password", "secret")]));
    }

    #[test]
    fn a_page_without_a_form_has_none() {
        assert_eq!(sign_in_form("<p>Server error</p>"), None);
        assert_eq!(sign_in_form(""), None);
    }
}
