//! The head of a snapshot file. insta keeps `info` to itself, so members of it are read from the YAML that insta wrote.

use std::fs;
use std::path::Path;

/// A text member: one line, quoted or not.
pub(super) fn member(path: &Path, member: &str) -> Option<String> {
    let front = front(path)?;
    let value = front.lines().find_map(|line| line.trim_start().strip_prefix(member)?.strip_prefix(": "))?;
    let value = value.trim();
    Some(serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned()))
}

/// The names of the members of `info`.
pub(super) fn members(path: &Path) -> Vec<String> {
    let front = front(path).unwrap_or_default();
    let info =
        front.lines().skip_while(|line| *line != "info:").skip(1).take_while(|line| line.starts_with(' '));
    // What is set in further belongs to a list.
    info.filter_map(|line| line.strip_prefix("  ")?.split_once(':'))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !name.starts_with([' ', '-']))
        .collect()
}

fn front(path: &Path) -> Option<String> {
    // A checkout may have given its lines the endings of another system.
    let text = fs::read_to_string(path).ok()?.replace("\r\n", "\n");
    let (front, _) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    Some(front.to_owned())
}

/// The deepest nesting in the head of a snapshot, roughly: what insta reads it with has no bound of its own.
const DEEPEST: usize = 100;

/// Whether there is a head that insta can read. Without one it would take the first lines for something else.
pub(super) fn check(text: &[u8]) -> Result<(), &'static str> {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    if lines.next() != Some(b"---") {
        return Err("it does not begin with ---, so it is no snapshot");
    }
    let head = || lines.clone().take_while(|line| *line != b"---");
    let opened = head().flatten().filter(|byte| matches!(byte, b'[' | b'{')).count();
    let nested = head().any(|line| {
        let marks = line.windows(2).filter(|pair| matches!(*pair, b"- " | b"? ")).count();
        marks > DEEPEST || line.len() - line.trim_ascii_start().len() > DEEPEST
    });
    if opened > DEEPEST || nested { Err("its head is nested too deeply") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_as_deep_as_insta_can_bear_and_the_rest_is_no_head() {
        let head = |text: String| check(format!("---\nx: y\n{text}\n---\nstatus: 400").as_bytes());
        for mark in ["[", "{", "- ", "? ", " "] {
            let nested = |depth| head(format!("{}z", mark.repeat(depth)));
            assert_eq!(nested(DEEPEST), Ok(()), "{mark:?}");
            assert!(nested(DEEPEST + 1).is_err() && nested(3 * DEEPEST).is_err(), "{mark:?}");
        }
        assert!(head("[\n".repeat(DEEPEST + 1)).is_err(), "brackets stay open from line to line");
        for flat in
            ["- z\n".repeat(3 * DEEPEST), "z".repeat(3 * DEEPEST), format!("z\n---\n{}", " [".repeat(300))]
        {
            assert_eq!(head(flat.clone()), Ok(()), "{flat}");
        }
    }
}
