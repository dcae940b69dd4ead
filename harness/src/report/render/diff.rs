//! The lines of the expected and of the actual observation, next to each other.

use similar::{DiffOp, TextDiff};

use super::shown;

/// The widest line, in characters, for which two columns are easier to read than one.
const COLUMN: usize = 60;

/// A line of one side or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The expected line; `None` where only the actual observation has one.
    pub(super) expected: Option<String>,
    /// The actual line; `None` where only the expected observation has one.
    pub(super) actual: Option<String>,
    /// Whether they differ.
    pub(super) differs: bool,
}

/// One printed line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The text, with its mark.
    pub(super) text: String,
    /// Whether it shows a difference.
    pub(super) differs: bool,
}

/// Pairs the lines of two observations.
pub(super) fn rows(expected: &str, actual: &str) -> Vec<Row> {
    let (old, new) = (shown::lines(expected), shown::lines(actual));
    let (old_refs, new_refs): (Vec<&str>, Vec<&str>) =
        (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    let diff = TextDiff::from_slices(&old_refs, &new_refs);
    let mut rows = Vec::new();
    for op in diff.ops() {
        let (left, right) = (&old[op.old_range()], &new[op.new_range()]);
        rows.extend((0..left.len().max(right.len())).map(|index| Row {
            expected: left.get(index).cloned(),
            actual: right.get(index).cloned(),
            differs: !matches!(op, DiffOp::Equal { .. }),
        }));
    }
    rows
}

/// The comparison as lines: two columns where they fit, else one, with `-` for expected and `+` for actual.
pub(super) fn lines(expected: &str, actual: &str) -> Vec<Line> {
    let rows = rows(expected, actual);
    let width = |side: fn(&Row) -> &Option<String>| {
        rows.iter().filter_map(|row| side(row).as_ref()).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let (left, right) = (width(|row| &row.expected), width(|row| &row.actual));
    if left <= COLUMN && right <= COLUMN {
        columns(&rows, left.max("expected".len()))
    } else {
        stacked(&rows)
    }
}

fn columns(rows: &[Row], left: usize) -> Vec<Line> {
    let line = |mark, expected: &str, actual: &str, differs| Line {
        text: format!("{mark} {expected:left$} | {actual}").trim_end().to_owned(),
        differs,
    };
    let head = line(' ', "expected", "actual", false);
    let body = rows.iter().map(|row| {
        let mark = if row.differs { '!' } else { ' ' };
        let side = |text: &Option<String>| text.clone().unwrap_or_default();
        line(mark, &side(&row.expected), &side(&row.actual), row.differs)
    });
    std::iter::once(head).chain(body).collect()
}

fn stacked(rows: &[Row]) -> Vec<Line> {
    let mut lines = vec![
        Line { text: "- expected".to_owned(), differs: false },
        Line { text: "+ actual".to_owned(), differs: false },
    ];
    for run in rows.chunk_by(|one, other| one.differs == other.differs) {
        let differs = run[0].differs;
        let side = |mark: char, texts: Vec<&String>| {
            texts
                .into_iter()
                .map(move |text| Line { text: format!("{mark} {text}"), differs })
                .collect::<Vec<_>>()
        };
        if differs {
            lines.extend(side('-', run.iter().filter_map(|row| row.expected.as_ref()).collect()));
            lines.extend(side('+', run.iter().filter_map(|row| row.actual.as_ref()).collect()));
        } else {
            lines.extend(side(' ', run.iter().filter_map(|row| row.expected.as_ref()).collect()));
        }
    }
    lines
}

/// The lines that differ, of each side in one line; where none do, the whole.
pub(super) fn in_one_line(expected: &str, actual: &str) -> (String, String) {
    let rows = rows(expected, actual);
    let any = rows.iter().any(|row| row.differs);
    let side = |pick: fn(&Row) -> Option<&String>| {
        let lines: Vec<&str> =
            rows.iter().filter(|row| row.differs || !any).filter_map(pick).map(String::as_str).collect();
        if lines.is_empty() { "nothing".to_owned() } else { lines.join("; ") }
    };
    (side(|row| row.expected.as_ref()), side(|row| row.actual.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(expected: &str, actual: &str) -> String {
        lines(expected, actual).into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn only_lines_that_differ_are_marked() {
        insta::assert_snapshot!(text("status: 400\nerror: a\nx: 1", "status: 400\nerror: b\nx: 1\ny: 2"), @"
          expected    | actual
          status: 400 | status: 400
        ! error: a    | error: b
          x: 1        | x: 1
        !             | y: 2
        ");
    }

    #[test]
    fn wide_lines_are_put_one_below_the_other() {
        let url = format!("location: https://app.example.test/{}", "x".repeat(40));
        insta::assert_snapshot!(text(&format!("status: 302\n{url}"), &format!("status: 302\n{url}/")), @"
        - expected
        + actual
          status: 302
        - location: https://app.example.test/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        + location: https://app.example.test/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/
        ");
    }

    #[test]
    fn one_line_tells_the_difference() {
        let (expected, actual) = in_one_line("status: 400\nerror: a", "status: 400");
        assert_eq!((expected.as_str(), actual.as_str()), ("error: a", "nothing"));
        let (expected, actual) = in_one_line("a: 1\nb: 2", "a: 1\nb: 2");
        assert_eq!((expected.as_str(), actual.as_str()), ("a: 1; b: 2", "a: 1; b: 2"));
        assert_eq!(in_one_line("", ""), ("nothing".to_owned(), "nothing".to_owned()));
    }
}
