//! Reading a table key by key: each value is expanded, has the type that its key asks for, and no key is unknown.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use super::document::{COMMAND_LINE, Node, Table, Value};
use super::error::ConfigError;
use super::expand::{Unexpanded, expand, has_variables};
use super::spec::Origin;
use crate::model::names::suggest;
use crate::model::text::one_line;

/// How a variable is looked up.
pub(super) type Env<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Where the tables come from.
pub(super) struct Source<'a> {
    /// The file, or the option of the command line, as errors show it.
    pub(super) file: &'a str,
    /// The folder that relative paths begin at.
    pub(super) folder: &'a Path,
    /// The variables. Without them nothing is expanded, and what asks for a variable is taken on trust.
    pub(super) env: Option<&'a Env<'a>>,
}

impl Source<'_> {
    /// Where the settings in a table stand, for faults that show later.
    pub(super) fn origin(&self, prefix: String, table: &Table) -> Origin {
        let mut lines = BTreeMap::new();
        let mut add = |before: &str, table: &Table| {
            lines.extend(table.entries.iter().map(|(key, node)| (format!("{before}{key}"), node.line)));
        };
        add("", table);
        for key in ["launch", "paths"] {
            if let Some(Value::Table(inner)) = table.entries.get(key).map(|node| &node.value) {
                add(&format!("{key}."), inner);
            }
        }
        Origin { file: self.file.to_owned(), prefix, line: table.line, lines, by_url: Vec::new() }
    }
}

/// A text with its variables expanded.
pub(super) struct Text {
    /// As it was written: safe to show where no secret is written out.
    raw: String,
    /// Expanded.
    pub(super) value: String,
    /// False where it asks for a variable and there are none to ask.
    pub(super) settled: bool,
    loose: bool,
}

impl Text {
    /// The text as it was written, for an error.
    pub(super) fn shown(&self) -> String {
        format!("\"{}\"", one_line(&self.raw))
    }
}

/// One table, its keys checked.
pub(super) struct Fields<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) table: &'a Table,
    path: String,
}

impl<'a> Fields<'a> {
    /// Opens a table that may have the keys `known`, and no other.
    pub(super) fn open(
        source: &'a Source<'a>,
        table: &'a Table,
        path: String,
        known: &[&str],
    ) -> Result<Self, ConfigError> {
        let fields = Self { source, table, path };
        match table.entries.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(fields.fault(key, "unknown key", suggest(key, known.iter().copied()))),
            None => Ok(fields),
        }
    }

    /// Opens a table whose keys are names that the user chose.
    pub(super) const fn open_any(source: &'a Source<'a>, table: &'a Table, path: String) -> Self {
        Self { source, table, path }
    }

    /// The dotted name of a key.
    pub(super) fn name(&self, key: &str) -> String {
        let key = one_line(key);
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }

    /// A fault of one key; one that is not there is shown at the line of its table.
    pub(super) fn fault(
        &self,
        key: &str,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> ConfigError {
        let node = self.table.entries.get(key);
        let file = if node.is_some_and(Node::is_given) { COMMAND_LINE } else { self.source.file };
        ConfigError {
            file: file.to_owned(),
            line: node.map_or(self.table.line, |node| node.line),
            key: Some(one_line(&self.name(key))),
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    fn wrong_type(&self, key: &str, wanted: &str, found: &Value, example: &str) -> ConfigError {
        let found = found.kind();
        self.fault(key, format!("must be {wanted}, found {found}"), format!("write {key} = {example}"))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.entries.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.table.entries.get(key).map(|node| &node.value)
    }

    /// What a required key holds, or the error that it is missing.
    pub(super) fn required<T>(&self, key: &str, value: Option<T>, example: &str) -> Result<T, ConfigError> {
        value.ok_or_else(|| self.fault(key, "missing", format!("write {key} = {example}")))
    }

    fn expanded(&self, key: &str, raw: &str, loose: bool) -> Result<Text, ConfigError> {
        let (value, settled) = match self.source.env {
            None => (raw.to_owned(), !has_variables(raw)),
            Some(env) => (expand(raw, env).map_err(|cause| self.unexpanded(key, &cause))?, true),
        };
        Ok(Text { raw: raw.to_owned(), value, settled, loose: loose || has_variables(raw) })
    }

    fn unexpanded(&self, key: &str, cause: &Unexpanded) -> ConfigError {
        match cause {
            Unexpanded::Missing(name) => {
                let name = one_line(name);
                self.fault(
                    key,
                    format!("the environment variable {name} is not set"),
                    format!("set it, or give a default: ${{{name}:-...}}"),
                )
            }
            Unexpanded::TooDeep => self.fault(
                key,
                "has too many defaults within defaults",
                "write ${NAME:-default} with a default that needs no other variable",
            ),
            Unexpanded::Malformed => self.fault(
                key,
                "a \"${\" that is not a variable",
                "write ${NAME} or ${NAME:-default}; $${ stands for ${ itself",
            ),
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&self, key: &str, example: &str) -> Result<Option<Text>, ConfigError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = self.text_of(key, value, example)?;
        if text.value.is_empty() {
            return Err(self.fault(key, "is empty", format!("write {key} = {example}, or remove the line")));
        }
        Ok(Some(text))
    }

    fn text_of(&self, key: &str, value: &Value, example: &str) -> Result<Text, ConfigError> {
        match value {
            Value::Text(raw) => self.expanded(key, raw, false),
            Value::Loose(raw) => self.expanded(key, raw, true),
            other => Err(self.wrong_type(key, "a text in quotes", other, example)),
        }
    }

    /// One of several words; nothing where it asks for a variable and there are none to ask.
    pub(super) fn choice<T: Copy>(
        &self,
        key: &str,
        choices: &[(&str, T)],
        example: &str,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(key, example)? else { return Ok(None) };
        if !text.settled {
            return Ok(None);
        }
        let found = choices.iter().find(|(word, _)| *word == text.value);
        let unknown = || {
            let advice = suggest(&text.value, choices.iter().map(|(word, _)| *word));
            self.fault(key, format!("unknown value {}", text.shown()), advice)
        };
        found.map(|(_, choice)| Some(*choice)).ok_or_else(unknown)
    }

    /// A whole number within bounds.
    pub(super) fn whole(
        &self,
        key: &str,
        bounds: RangeInclusive<i64>,
        example: &str,
    ) -> Result<Option<u64>, ConfigError> {
        let number = match self.get(key) {
            None => return Ok(None),
            Some(Value::Integer(number)) => *number,
            Some(other) => match self.parsed::<i64>(key, other, "a whole number", example)? {
                Some(number) => number,
                None => return Ok(None),
            },
        };
        if !bounds.contains(&number) {
            return Err(self.out_of_bounds(key, bounds.start(), bounds.end(), example));
        }
        Ok(u64::try_from(number).ok())
    }

    /// A number within bounds.
    pub(super) fn number(
        &self,
        key: &str,
        bounds: RangeInclusive<f64>,
        example: &str,
    ) -> Result<Option<f64>, ConfigError> {
        let number = match self.get(key) {
            None => return Ok(None),
            Some(Value::Float(number)) => *number,
            // Larger than any bound, and the nearest number is out of bounds too.
            Some(Value::Integer(number)) => u32::try_from(*number).map_or(f64::INFINITY, f64::from),
            Some(other) => match self.parsed::<f64>(key, other, "a number", example)? {
                Some(number) => number,
                None => return Ok(None),
            },
        };
        if !bounds.contains(&number) {
            return Err(self.out_of_bounds(key, bounds.start(), bounds.end(), example));
        }
        Ok(Some(number))
    }

    /// `true` or `false`.
    pub(super) fn switch(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Switch(switch)) => Ok(Some(*switch)),
            Some(other) => self.parsed::<bool>(key, other, "true or false", "true"),
        }
    }

    /// What a text stands for that came from a variable or from the command line.
    fn parsed<T: std::str::FromStr>(
        &self,
        key: &str,
        value: &Value,
        wanted: &str,
        example: &str,
    ) -> Result<Option<T>, ConfigError> {
        let wrong = || self.wrong_type(key, wanted, value, example);
        let (Value::Text(_) | Value::Loose(_)) = value else { return Err(wrong()) };
        let text = self.text_of(key, value, example)?;
        if !text.settled {
            return Ok(None);
        }
        if !text.loose {
            return Err(wrong());
        }
        text.value.parse().map(Some).map_err(|_| wrong())
    }

    fn out_of_bounds<T: std::fmt::Display>(&self, key: &str, low: T, high: T, example: &str) -> ConfigError {
        self.fault(key, format!("must lie between {low} and {high}"), format!("write {key} = {example}"))
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &str, example: &str) -> Result<Option<Vec<Text>>, ConfigError> {
        let each = |node: &Node| self.text_of(key, &node.value, example);
        match self.get(key) {
            None => Ok(None),
            Some(Value::List(nodes)) => nodes.iter().map(each).collect::<Result<_, _>>().map(Some),
            Some(Value::Loose(raw)) => {
                raw.split(',').map(|part| self.expanded(key, part, true)).collect::<Result<_, _>>().map(Some)
            }
            Some(other) => Err(self.wrong_type(key, "a list of texts", other, example)),
        }
    }

    /// A table below this one, with its dotted name.
    pub(super) fn table(&self, key: &str, example: &str) -> Result<Option<(&'a Table, String)>, ConfigError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some((table, self.name(key)))),
            Some(other) => {
                let found = other.kind();
                Err(self.fault(key, format!("must be a table, found {found}"), format!("write {example}")))
            }
        }
    }

    /// The table below `key`, opened with the keys it may have.
    pub(super) fn section(
        &self,
        key: &str,
        known: &[&str],
        example: &str,
    ) -> Result<Option<Self>, ConfigError> {
        self.table(key, example)?.map(|(table, path)| Self::open(self.source, table, path, known)).transpose()
    }
}
