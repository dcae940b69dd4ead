//! `${VAR}` and `${VAR:-default}` in one value. It is done after parsing, so that what a variable holds can never
//! become TOML, and value by value, so that a variable is asked for only where it is used.

/// Why a value cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unexpanded {
    /// The variable is not set, and the value gives no default.
    Missing(String),
    /// The brackets do not close, or what is inside is not a name.
    Malformed,
    /// Defaults stand in defaults that stand in defaults, and so on.
    TooDeep,
}

/// Whether the value asks for a variable.
pub(super) fn has_variables(text: &str) -> bool {
    text.contains("${")
}

/// Expands every `${NAME}` and `${NAME:-default}`. A default counts where the variable is unset or empty; it may hold
/// variables and placeholders of its own, as in `${BASE:-http://127.0.0.1:{port}}`. `$${` stands for `${`, and any
/// other dollar sign for itself.
pub(super) fn expand(text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, Unexpanded> {
    expand_at(0, text, env)
}

/// The deepest default within a default.
const DEEPEST: usize = 16;

fn expand_at(depth: usize, text: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, Unexpanded> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = &from[2..];
            continue;
        }
        expanded.push_str(before);
        let inside = &from[2..];
        let end = closing_bracket(inside).ok_or(Unexpanded::Malformed)?;
        expanded.push_str(&variable(depth, &inside[..end], env)?);
        rest = &inside[end + 1..];
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn variable(depth: usize, inside: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, Unexpanded> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    if !is_name(name) {
        return Err(Unexpanded::Malformed);
    }
    match (env(name), default) {
        (Some(value), None) => Ok(value),
        (Some(value), Some(_)) if !value.is_empty() => Ok(value),
        (_, Some(_)) if depth == DEEPEST => Err(Unexpanded::TooDeep),
        (_, Some(default)) => expand_at(depth + 1, default, env),
        (None, None) => Err(Unexpanded::Missing(name.to_owned())),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Where the bracket closes that was opened before `text`.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => open += 1,
            '}' if open == 0 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn env(name: &str) -> Option<String> {
        match name {
            "PORT" => Some("9302".to_owned()),
            "EMPTY" => Some(String::new()),
            "TRICKY" => Some("a\"\n[target.x]\n${PORT}".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn variables_and_defaults() {
        let cases = [
            ("http://127.0.0.1:${PORT}/", "http://127.0.0.1:9302/"),
            ("${PORT}${PORT}", "93029302"),
            ("${NOPE:-x}", "x"),
            ("${EMPTY:-x}", "x"),
            ("[${EMPTY}]", "[]"),
            ("${NOPE:-}", ""),
            ("${NOPE:-${PORT}}", "9302"),
            ("${NOPE:-http://h:{port}}/{pool_id}", "http://h:{port}/{pool_id}"),
            ("${PORT:-http://h:{port}}", "9302"),
            ("pa$$word $HOME $", "pa$$word $HOME $"),
            ("$${PORT}", "${PORT}"),
        ];
        for (text, wanted) in cases {
            assert_eq!(expand(text, &env).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_a_variable_holds_is_not_expanded_again() {
        assert_eq!(expand("${TRICKY}", &env).as_deref(), Ok("a\"\n[target.x]\n${PORT}"));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        assert_eq!(expand("${NOPE}", &env), Err(Unexpanded::Missing("NOPE".to_owned())));
        for text in ["${PORT", "${}", "${1A}", "${A B}", "${PORT:+x}", "x${:-y}"] {
            assert_eq!(expand(text, &env), Err(Unexpanded::Malformed), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn a_text_without_variables_stays_as_it_is(text in any::<String>()) {
            prop_assume!(!has_variables(&text));
            prop_assert_eq!(expand(&text, &env), Ok(text));
        }
        #[test]
        fn no_text_makes_it_panic(text in "[${}:a-z-]{0,40}") {
            let _ = expand(&text, &env);
        }
    }
}
