//! The marked block of a Markdown file that holds the figures.

/// The line before the figures.
const BEGIN: &str = "<!-- coverage -->";
/// The line after them.
const END: &str = "<!-- /coverage -->";

/// A text has no place for the figures, or more than one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// A marker is missing.
    #[error(
        "there is no line `{0}`; write `<!-- coverage -->` and below it `<!-- /coverage -->`, each on a line of its own, \
         where the figures belong"
    )]
    Missing(&'static str),
    /// A marker is there more than once.
    #[error("the line `{marker}` is there more than once, again on line {line}; keep one of them")]
    Twice {
        /// Which one.
        marker: &'static str,
        /// The number of its second line, from 1.
        line: usize,
    },
    /// The end comes first.
    #[error(
        "line {0} is `<!-- /coverage -->`, and `<!-- coverage -->` comes only below it; put them the other way round"
    )]
    EndFirst(usize),
}

/// The text with these figures between its two markers. Everything else stays as it is.
///
/// # Errors
/// [`BlockError`] where the place is not marked, or not clearly.
pub fn replace(text: &str, figures: &str) -> Result<String, BlockError> {
    let (begin, end) = (marker(text, BEGIN)?, marker(text, END)?);
    if end < begin {
        return Err(BlockError::EndFirst(end + 1));
    }
    let mut out = String::with_capacity(text.len() + figures.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number <= begin || number >= end {
            out.push_str(line);
        }
        if number == begin {
            out.push_str(figures);
        }
    }
    Ok(out)
}

/// The index of the line that is this marker and nothing else.
fn marker(text: &str, marker: &'static str) -> Result<usize, BlockError> {
    let mut found = text.lines().enumerate().filter(|(_, line)| line.trim_end() == marker);
    let (first, _) = found.next().ok_or(BlockError::Missing(marker))?;
    match found.next() {
        None => Ok(first),
        Some((second, _)) => Err(BlockError::Twice { marker, line: second + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAGE: &str =
        "# p\r\n<!-- coverage -->\nold\nolder\n<!-- /coverage -->\nthe rest, `<!-- coverage -->` too";

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let replaced = replace(PAGE, "new\n").unwrap();
        assert_eq!(
            replaced,
            "# p\r\n<!-- coverage -->\nnew\n<!-- /coverage -->\nthe rest, `<!-- coverage -->` too"
        );
        assert_eq!(replace(&replaced, "new\n").unwrap(), replaced, "twice is once");
        let empty = "<!-- coverage --> \r\n<!-- /coverage -->";
        assert_eq!(replace(empty, "x\n").unwrap(), "<!-- coverage --> \r\nx\n<!-- /coverage -->");
    }

    #[test]
    fn a_place_that_is_not_clear_is_refused() {
        assert_eq!(replace("", "x"), Err(BlockError::Missing(BEGIN)));
        assert_eq!(replace("<!-- coverage -->\n", "x"), Err(BlockError::Missing(END)));
        assert_eq!(replace("a <!-- coverage -->\n<!-- /coverage -->", "x"), Err(BlockError::Missing(BEGIN)));
        assert_eq!(replace("\n<!-- /coverage -->\n<!-- coverage -->", "x"), Err(BlockError::EndFirst(2)));
        let twice = "<!-- coverage -->\n\n<!-- coverage -->\n<!-- /coverage -->";
        assert_eq!(replace(twice, "x"), Err(BlockError::Twice { marker: BEGIN, line: 3 }));
        let error = BlockError::Missing(END).to_string();
        assert!(error.contains("no line `<!-- /coverage -->`") && error.contains("of its own"), "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_written_is_what_is_read(before in "[a-z\n]{0,20}", figures in "[a-z|\n]{0,20}", after in "[a-z\n]{0,20}") {
            let page = format!("{before}\n{BEGIN}\nold\n{END}\n{after}");
            let expected = format!("{before}\n{BEGIN}\n{figures}\n{END}\n{after}");
            prop_assert_eq!(replace(&page, &format!("{figures}\n")), Ok(expected));
        }
    }
}
