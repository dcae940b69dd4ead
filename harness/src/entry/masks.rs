//! The secrets that this process knows: taken out of what a panic or a server's log says, and masked in the logs of
//! GitHub Actions.
//!
//! Nothing shows a secret on purpose. These are the nets below: for a panic, whose text nobody has looked at, and for
//! whatever else prints in the same job.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::collections::BTreeSet;
use std::panic::PanicHookInfo;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::output;
use crate::model::fixture::Fixture;
use crate::model::text::block;
use crate::observe::fragments::Fragments;
use crate::observe::redact::{HIDDEN, mask};

/// The shortest text that is taken for a secret. A mask for a shorter one would blot out half of a log.
const SHORTEST: usize = 6;

/// The most lines of what a panic says.
const LINES: usize = 40;

/// The secrets that are known, and the pieces by which they are found.
static KNOWN: LazyLock<Mutex<(BTreeSet<String>, Fragments)>> = LazyLock::new(Mutex::default);

/// Takes note of the secrets of the environment, so that their masks come before anything else that is printed.
pub(super) fn know_environment() {
    let secrets: Vec<String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| is_secret(name, value))
        .map(|(_, value)| value)
        .collect();
    know(secrets.iter().map(String::as_str));
}

/// Takes note of the secrets of a fixture.
pub(super) fn know_fixture(fixture: &Fixture) {
    know(fixture.secrets());
}

/// Takes note of secrets and, in a job of GitHub Actions, has them masked in its log.
pub(super) fn know<'a>(secrets: impl IntoIterator<Item = &'a str>) {
    let masks = masks_are_wanted(std::env::var("GITHUB_ACTIONS").ok().as_deref());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (texts, pieces) = &mut *known;
    for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
        if !texts.insert(secret.to_owned()) {
            continue;
        }
        pieces.extend(secret);
        if masks {
            // On standard error: standard output is read by machines, as with `report --format json` and with `--list`
            // under nextest. The runner looks for commands in both.
            output::command(&add_mask(secret));
        }
    }
}

/// Only where the runner says so itself: everywhere else the command would show what it is to hide.
fn masks_are_wanted(github_actions: Option<&str>) -> bool {
    github_actions == Some("true")
}

/// The workflow command that masks a value, its data escaped as the runner undoes it.
fn add_mask(secret: &str) -> String {
    // The percent sign first, or the others would be escaped twice.
    let data = secret.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    format!("::add-mask::{data}")
}

/// Whether a variable holds a secret, by its name. What only says where one is, or is none by its form, is none.
pub(super) fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let says = [
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "TOKEN",
        "CREDENTIAL",
        "PRIVATE_KEY",
        "API_KEY",
        "APIKEY",
        "ACCESS_KEY",
    ];
    let elsewhere = ["_FILE", "_PATH", "_DIR", "_URL", "_URI", "_ID", "_NAME", "_ARN", "_TYPE"];
    // A secret may begin with a slash, too.
    let is_place = value.starts_with('/') && Path::new(value).exists() || value.contains("://");
    says.iter().any(|part| name.contains(part))
        && !elsewhere.iter().any(|end| name.ends_with(end))
        && !is_place
}

/// The text without the secrets that are known, in whatever form.
pub(super) fn hide(text: &str) -> String {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (texts, pieces) = &*known;
    // The longest first: one may be a part of another.
    let mut texts: Vec<&String> = texts.iter().filter(|secret| text.contains(secret.as_str())).collect();
    texts.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let hidden =
        texts.into_iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN));
    pieces.hide(&hidden).into_owned()
}

/// Shows panics in the place of Rust's own hook, which would print whatever they hold.
pub(super) fn watch_panics() {
    std::panic::set_hook(Box::new(|panic| output::remark(&shown(panic, &Backtrace::capture()))));
}

fn shown(panic: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let message = panic.payload_as_str().unwrap_or("(no text)");
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let text = format!("poolproof panicked at {place}:\n{}", block(&mask(&hide(message)), LINES));
    match backtrace.status() {
        // It names functions and files, and holds no values.
        BacktraceStatus::Captured => text + &format!("\nstack backtrace:\n{backtrace}"),
        _ => text + "\nset RUST_BACKTRACE=1 to see the way there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_escaped_as_the_runner_undoes_it() {
        assert_eq!(add_mask("a%b\r\nc%0A"), "::add-mask::a%25b%0D%0Ac%250A");
    }

    #[test]
    fn masks_are_for_the_runner_alone() {
        assert!(masks_are_wanted(Some("true")));
        for other in [None, Some(""), Some("false"), Some("1"), Some("True")] {
            assert!(!masks_are_wanted(other), "{other:?}");
        }
    }

    #[test]
    fn names_of_secrets_are_told_from_their_neighbours() {
        for name in
            ["MY_CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "db_password", "X_API_KEY"]
        {
            assert!(is_secret(name, "s3cr3t-value"), "{name}");
        }
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("TOKEN_URL", "s3cr3t"),
            ("TOKEN_ENDPOINT", "http://127.0.0.1/oauth2/token"),
            ("SECRETS", "/tmp"),
            ("HOME", "/root"),
        ] {
            assert!(!is_secret(name, value), "{name}");
        }
    }

    #[test]
    fn what_is_known_is_hidden_in_each_way_it_is_written() {
        know(["quo\"te\\d-one", "line one\nline two", "four"]);
        let text = "quo\"te\\d-one four quo\\\"te\\\\d-one \"line one\\nline two\" LINE ONE\n  line two";
        assert_eq!(hide(text), "<hidden> four <hidden> \"<hidden>\" <hidden>");
    }
}
