//! A TOML document as a tree whose every key knows its line.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::error::ConfigError;
use crate::model::text::one_line;

/// A table. Its entries keep the line of their key; what comes from the command line has none.
#[derive(Clone, Default)]
pub(super) struct Table {
    /// The entries by key.
    pub(super) entries: BTreeMap<String, Node>,
    /// The line at which the table begins.
    pub(super) line: Option<usize>,
}

/// A value with the line of its key.
#[derive(Clone)]
pub(super) struct Node {
    /// The line, counted from one.
    pub(super) line: Option<usize>,
    /// The value.
    pub(super) value: Value,
}

/// A value as it was written, before any expansion.
#[derive(Clone)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// The right side of `--set`: a text that may stand for a number, a switch or a list too.
    Loose(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Switch(bool),
    /// A date or a time; no key takes one.
    Time,
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// The option of the command line that settings come from, as errors show it.
pub(super) const COMMAND_LINE: &str = "--set";

/// The option that gives a target by its URL alone, as errors show it.
pub(super) const URL_OPTION: &str = "--url";

impl Table {
    /// The same with these entries in the place of its own; tables are put together entry by entry.
    pub(super) fn with(mut self, over: Self) -> Self {
        for (key, node) in over.entries {
            let node = match (self.entries.remove(&key), node) {
                (Some(Node { line, value: Value::Table(own) }), Node { value: Value::Table(other), .. }) => {
                    Node { line, value: Value::Table(own.with(other)) }
                }
                (_, node) => node,
            };
            self.entries.insert(key, node);
        }
        self
    }
}

impl Node {
    /// Whether it was given on the command line.
    pub(super) const fn is_given(&self) -> bool {
        self.line.is_none() && matches!(self.value, Value::Loose(_) | Value::Table(_))
    }
}

impl Value {
    /// What it is, for "found ...".
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Loose(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number with a fraction",
            Self::Switch(_) => "true or false",
            Self::Time => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Reads a document.
///
/// # Errors
/// The first fault in its syntax, with its line.
pub(super) fn read(file: &str, text: &str) -> Result<Table, ConfigError> {
    let lines = Lines::of(text);
    if let Some(line) = too_deep(text) {
        return Err(ConfigError {
            file: file.to_owned(),
            line: Some(line),
            key: None,
            problem: "has a key with too many parts".to_owned(),
            advice: "write a key such as target.NAME.client.web.id".to_owned(),
        });
    }
    let document = DeTable::parse(text).map_err(|error| ConfigError {
        file: file.to_owned(),
        line: error.span().map(|span| lines.at(&span)),
        key: None,
        // The message alone: the longer form shows the line, and the line may hold a secret.
        problem: format!("not valid TOML: {}", one_line(error.message())),
        advice: "a text needs quotes; see https://toml.io for the rest".to_owned(),
    })?;
    Ok(table(document.get_ref(), Some(1), &lines))
}

/// The first line that may nest tables without end: each dot in a key opens one, and what reads and drops them goes down
/// once for each. No line that is right has so many dots outside a text.
fn too_deep(text: &str) -> Option<usize> {
    let most = 4 * MOST_PARTS;
    let dots = |line: &str| line.split('"').step_by(2).map(|part| part.matches('.').count()).sum::<usize>();
    text.lines().position(|line| dots(line) > most).map(|index| index + 1)
}

fn table(entries: &DeTable<'_>, line: Option<usize>, lines: &Lines) -> Table {
    let entries = entries
        .iter()
        .map(|(key, value)| {
            let line = Some(lines.at(&key.span()));
            (key.get_ref().to_string(), node(value.get_ref(), line, lines))
        })
        .collect();
    Table { entries, line }
}

fn node(value: &DeValue<'_>, line: Option<usize>, lines: &Lines) -> Node {
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => Value::Float(f64::INFINITY),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(switch) => Value::Switch(*switch),
        DeValue::Datetime(_) => Value::Time,
        DeValue::Array(list) => Value::List(
            list.iter().map(|item| node(item.get_ref(), Some(lines.at(&item.span())), lines)).collect(),
        ),
        DeValue::Table(entries) => Value::Table(table(entries, line, lines)),
    };
    Node { line, value }
}

/// The most parts of a dotted key: no key has so many.
const MOST_PARTS: usize = 16;

/// A table from the settings of a command line: `client.web.id=abc` and so on.
///
/// # Errors
/// The key that is a value and a table at once, or that has too many parts, with what is wrong with it and what to do.
pub(super) fn from_settings(
    settings: &[(String, String)],
) -> Result<Table, (String, &'static str, &'static str)> {
    let mut root = Table::default();
    let twice = |key: &String| (key.clone(), "is given twice", "keep one of the two");
    for (key, value) in settings {
        if key.split('.').count() > MOST_PARTS {
            return Err((key.clone(), "has too many parts", "write a key such as client.web.id"));
        }
        let mut parts: Vec<&str> = key.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let mut at = &mut root;
        for part in parts {
            let node = at
                .entries
                .entry(part.to_owned())
                .or_insert_with(|| Node { line: None, value: Value::Table(Table::default()) });
            let Value::Table(inner) = &mut node.value else { return Err(twice(key)) };
            at = inner;
        }
        let node = Node { line: None, value: Value::Loose(value.clone()) };
        if at.entries.insert(last.to_owned(), node).is_some() {
            return Err(twice(key));
        }
    }
    Ok(root)
}

/// Where each line of a text begins.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn at(&self, span: &Range<usize>) -> usize {
        self.0.partition_point(|start| *start <= span.start)
    }
}
