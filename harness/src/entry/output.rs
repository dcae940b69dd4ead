//! The one place that owns standard output and standard error.

use std::io::Write as _;

use super::cli::ColorWhen;

/// Applies `--color` to everything that is printed from here on.
pub(super) fn set_color(when: ColorWhen) {
    let choice = match when {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Prints a result. A reader that went away is no fault.
pub(super) fn result(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
    let _ = out.flush();
}

/// Prints a command for whatever runs this process, to the letter: nothing of it is taken for a colour.
pub(super) fn command(line: &str) {
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

/// Prints a remark or an error, away from the result.
pub(super) fn remark(text: &str) {
    // A net: what is said here is often what a target or a file system said.
    let text = super::masks::hide(text);
    let mut out = anstream::stderr().lock();
    let _ = out.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = out.write_all(b"\n");
    }
}
