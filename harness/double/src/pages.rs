//! The pages and cookies of the domain, as far as a client without a browser meets them.

use crate::answer::Answer;
use crate::call::Call;
use crate::fault::Fault;

/// The cookie that guards the sign-in form (`login.cookie.xsrf`).
///
/// Browsers keep a `Secure` cookie of a loopback address and return it, although the double speaks plain HTTP
/// (`tests/browser`). A cookie store that goes by the scheme alone does not: it has to be told otherwise.
pub(crate) fn xsrf_cookie(call: &Call<'_>, value: &str) -> String {
    let guards = if call.has(Fault::XSRF_COOKIE_BARE) {
        ""
    } else if call.has(Fault::XSRF_COOKIE_READABLE) {
        "; Secure; SameSite=Lax"
    } else {
        "; Secure; HttpOnly; SameSite=Lax"
    };
    format!("XSRF-TOKEN={value}; Path=/{guards}")
}

/// The cookie of a browser session (`login.session-cookie`).
pub(crate) fn session_cookie(value: &str) -> String {
    format!("cognito={value}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax")
}

/// Tells the browser to forget its session.
pub(crate) fn no_session_cookie() -> String {
    "cognito=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax".to_owned()
}

/// The classic error page, which names the error of its query (`authorize.error-page`).
pub(crate) fn error_page(call: &Call<'_>) -> Answer {
    let query = call.query();
    if call.has(Fault::ERROR_PAGE_IS_JSON) {
        let error = query.filled("error").unwrap_or("unknown");
        return Answer::json(400, &serde_json::json!({ "error": error }));
    }
    let status = if call.has(Fault::ERROR_PAGE_IS_200) { 200 } else { 400 };
    page_about(status, query.filled("error").unwrap_or("unknown"))
}

/// An error page with a text of its own.
pub(crate) fn problem(text: &str) -> Answer {
    page_about(400, text)
}

fn page_about(status: u16, text: &str) -> Answer {
    let page = format!(
        "{}<main>\n<h1>This page could not be shown</h1>\n<p id=\"error\">{}</p>\n</main>\n</body></html>\n",
        head("Error"),
        escape(text)
    );
    Answer::html(status, page)
}

/// The sign-in form of the classic hosted UI (`login.get.form`).
pub(crate) fn sign_in_form(call: &Call<'_>, csrf: &str, username: &str, notice: Option<&str>) -> Answer {
    let action = format!("{}/login?{}", call.domain.prefix(), call.raw_query());
    let notice = notice.map_or_else(String::new, |text| {
        format!("<p id=\"loginErrorMessage\" role=\"alert\">{}</p>\n", escape(text))
    });
    let method = if call.has(Fault::FORM_IS_GET) { "GET" } else { "POST" };
    let hidden = if call.has(Fault::FORM_WITHOUT_CSRF) {
        String::new()
    } else {
        format!("<input type=\"hidden\" name=\"_csrf\" value=\"{}\"/>\n", escape(csrf))
    };
    let page = format!(
        "{head}<main>\n<h1>Sign in</h1>\n{notice}\
         <form name=\"cognitoSignInForm\" action=\"{action}\" method=\"{method}\">\n\
         {hidden}\
         <p><label for=\"username\">Username</label><br/>\n\
         <input type=\"text\" name=\"username\" id=\"username\" value=\"{username}\" autocomplete=\"username\" \
         autocapitalize=\"none\" spellcheck=\"false\" required autofocus/></p>\n\
         <p><label for=\"password\">Password</label><br/>\n\
         <input type=\"password\" name=\"password\" id=\"password\" autocomplete=\"current-password\" required/></p>\n\
         <input type=\"hidden\" name=\"cognitoAsfData\" value=\"\"/>\n\
         <p><input type=\"submit\" name=\"signInSubmitButton\" value=\"Sign in\"/></p>\n\
         </form>\n</main>\n</body></html>\n",
        head = head("Sign in"),
        action = escape(&action),
        username = escape(username),
    );
    let page = Answer::html(200, page);
    if call.path == "/login" && call.has(Fault::XSRF_COOKIE_AT_AUTHORIZE_ALONE) {
        return page;
    }
    page.with("Set-Cookie", xsrf_cookie(call, csrf))
}

/// Everything up to the content: pages of plain HTML, without scripts and without anything from elsewhere.
fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
         <meta name=\"viewport\" content=\"width=device-width\"/><title>{title}</title></head><body>\n"
    )
}

/// Escapes text for HTML content and quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn attributes_cannot_be_broken_out_of() {
        assert_eq!(super::escape("a\"><b&'"), "a&quot;&gt;&lt;b&amp;&#39;");
    }
}
