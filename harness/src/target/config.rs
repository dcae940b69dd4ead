//! `targets.toml`: the targets by name, and which of them a run takes.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::document::{self, COMMAND_LINE, Node, Table, URL_OPTION, Value};
use super::error::ConfigError;
use super::fields::{Env, Fields, Source};
use super::place::check_base;
use super::settings;
use super::spec::{FixtureSource, Target, TargetKind};
use crate::model::guard::Guard;
use crate::model::names::suggest;
use crate::model::text::one_line;

/// The name of the file.
pub const FILE_NAME: &str = "targets.toml";

/// The name of the built-in target.
pub const DOUBLE: &str = "double";

/// The targets of a file. Every one is checked as far as that goes without the variables it asks for.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file; relative paths in it begin at its folder.
    pub path: PathBuf,
    /// The targets of a run that names none.
    pub default_target: Vec<String>,
    /// The targets by name, their variables not expanded.
    pub targets: BTreeMap<String, TargetConfig>,
    /// Whether there is no file.
    is_builtin: bool,
}

/// The settings of one target as they were written.
#[derive(Clone)]
pub struct TargetConfig {
    table: Table,
}

impl TargetConfig {
    /// The line at which it begins; the built-in double has none.
    pub const fn line(&self) -> Option<usize> {
        self.table.line
    }
}

impl fmt::Debug for TargetConfig {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be secrets.
        let keys: Vec<&String> = self.table.entries.keys().collect();
        out.debug_struct("TargetConfig").field("line", &self.table.line).field("keys", &keys).finish()
    }
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// The file cannot be read, or the first fault in it.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|cause| ConfigError {
            file: one_line(&file),
            line: None,
            key: None,
            problem: format!("cannot be read: {cause}"),
            advice: "give another file with --config FILE".to_owned(),
        })?;
        let mut config = Self::parse(&file, &text)?;
        path.clone_into(&mut config.path);
        Ok(config)
    }

    /// Reads the text of a file. Paths in it begin at the folder of `file`.
    ///
    /// # Errors
    /// The first fault in it.
    pub fn parse(file: &str, text: &str) -> Result<Self, ConfigError> {
        let path = PathBuf::from(file);
        let shown = one_line(file);
        let root = document::read(&shown, text)?;
        let source = Source { file: &shown, folder: folder_of(&path), env: None };
        let fields = Fields::open(&source, &root, String::new(), &["default", "target"])?;
        let mut targets = BTreeMap::new();
        if let Some((table, path)) = fields.table("target", "[target.NAME] above the settings of a target")? {
            let all = Fields::open_any(&source, table, path);
            for (name, node) in &table.entries {
                let Value::Table(inner) = &node.value else {
                    let problem = format!("must be a table, found {}", node.value.kind());
                    return Err(all.fault(
                        name,
                        problem,
                        "write [target.NAME] above the settings of a target",
                    ));
                };
                check_name(name)
                    .map_err(|problem| all.fault(name, problem, "use a-z, 0-9 and dashes, 40 at most"))?;
                settings::check(name, inner, all.name(name), &source)?;
                targets.insert(name.clone(), TargetConfig { table: inner.clone() });
            }
        }
        targets.entry(DOUBLE.to_owned()).or_insert_with(double);
        let default_target = defaults(&fields, &targets)?;
        Ok(Self { path, default_target, targets, is_builtin: false })
    }

    /// The configuration where there is no file: the double alone.
    pub fn builtin() -> Self {
        Self {
            path: PathBuf::from(FILE_NAME),
            default_target: vec![DOUBLE.to_owned()],
            targets: BTreeMap::from([(DOUBLE.to_owned(), double())]),
            is_builtin: true,
        }
    }

    /// The nearest `targets.toml` in `from` or a folder above it.
    pub fn find_upward(from: &Path) -> Option<PathBuf> {
        from.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
    }

    /// One target, with its own variables expanded by `env`. Those of other targets do not matter.
    ///
    /// # Errors
    /// There is no such target, or the first fault in its settings.
    pub fn target(&self, name: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Target, ConfigError> {
        self.target_with(name, &[], env)
    }

    /// The same, where settings of the command line take the place of those of the file, key by key.
    ///
    /// # Errors
    /// There is no such target, or the first fault in its settings.
    pub fn target_with(
        &self,
        name: &str,
        settings: &[(String, String)],
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Target, ConfigError> {
        let file = one_line(&self.path.display().to_string());
        let Some(config) = self.targets.get(name) else {
            let nowhere = if self.is_builtin { ", and no such file here or in a folder above" } else { "" };
            return Err(ConfigError {
                file,
                line: None,
                key: None,
                problem: format!("there is no target {:?}{nowhere}", one_line(name)),
                advice: suggest(name, self.targets.keys().map(String::as_str)),
            });
        };
        let source = Source { file: &file, folder: folder_of(&self.path), env: Some(env) };
        let table = config.table.clone().with(given(settings)?);
        settings::read(name, &table, format!("target.{name}"), &source)
    }
}

impl Target {
    /// The target of a command line that gives a URL and settings, with the keys that the file has too. Without
    /// further settings it is an emulator whose management API, domain and issuer (followed by the pool id) are at
    /// that URL; with `kind=pool` the URL is the domain alone. A fixture file is looked for in the working folder.
    ///
    /// # Errors
    /// What is wrong with the URL or the first wrong setting.
    pub fn from_url(
        url: &str,
        settings: &[(String, String)],
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let base = check_base(url, &format!("\"{}\"", one_line(url))).map_err(|(problem, advice)| {
            ConfigError { file: URL_OPTION.to_owned(), line: None, key: None, problem, advice }
        })?;
        let mut table = given(settings)?;
        let mut by_url = Vec::new();
        let mut preset = |key: &'static str, value: &str| {
            table.entries.entry(key.to_owned()).or_insert_with(|| {
                by_url.push(key);
                Node { line: None, value: Value::Text(value.to_owned()) }
            });
        };
        preset("domain", &base);
        // A real pool has its management API and its issuer at AWS.
        if !settings.iter().any(|(key, value)| key == "kind" && value == TargetKind::Pool.name()) {
            preset("kind", TargetKind::Emulator.name());
            preset("endpoint", &base);
            preset("issuer", &format!("{base}/{{pool_id}}"));
        }
        let source = Source { file: COMMAND_LINE, folder: Path::new(""), env: Some(env as &Env<'_>) };
        // The kind is none of what stands in the URL.
        by_url.retain(|key| *key != "kind");
        let blame = |error: ConfigError| match error.key.as_deref() {
            Some(key) if by_url.contains(&key) => ConfigError { file: URL_OPTION.to_owned(), ..error },
            _ => error,
        };
        let mut target = settings::read("url", &table, String::new(), &source).map_err(blame)?;
        target.origin.by_url = by_url;
        Ok(target)
    }

    /// A service of the caller's own, in the place of one that a file describes.
    ///
    /// # Errors
    /// A name that is none.
    pub fn of_service(name: &str, guard: Guard) -> Result<Self, ConfigError> {
        let text = |value: &str| Node { line: None, value: Value::Text(value.to_owned()) };
        check_name(name).map_err(|problem| ConfigError {
            file: "Service::new".to_owned(),
            line: None,
            key: None,
            problem: format!("{:?} {problem}", one_line(name)),
            advice: "use a-z, 0-9 and dashes, 40 at most".to_owned(),
        })?;
        // What is read is replaced by what was given: it need not be a text first.
        let described = [("name", name), ("url", "http://127.0.0.1"), ("profile", "resource-server")];
        let entry = described.into_iter().map(|(key, value)| (key.to_owned(), text(value))).collect();
        let entry = Node { line: None, value: Value::Table(Table { entries: entry, line: None }) };
        let entries =
            [("kind", text("service")), ("guard", Node { line: None, value: Value::List(vec![entry]) })];
        let entries = entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect();
        let source = Source { file: "Service::new", folder: Path::new(""), env: None };
        let target = settings::read(name, &Table { entries, line: None }, String::new(), &source)?;
        Ok(Self { guards: vec![guard], ..target })
    }

    /// The fixture file, if that is where the fixture comes from.
    pub fn fixture_file(&self) -> Option<&Path> {
        match &self.fixture {
            FixtureSource::File(path) => Some(path),
            _ => None,
        }
    }
}

/// The settings of a command line as a table.
fn given(settings: &[(String, String)]) -> Result<Table, ConfigError> {
    document::from_settings(settings).map_err(|(key, problem, advice)| ConfigError {
        file: COMMAND_LINE.to_owned(),
        line: None,
        key: Some(one_line(&key)),
        problem: problem.to_owned(),
        advice: advice.to_owned(),
    })
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn double() -> TargetConfig {
    let kind = Node { line: None, value: Value::Text(DOUBLE.to_owned()) };
    TargetConfig { table: Table { entries: BTreeMap::from([("kind".to_owned(), kind)]), line: None } }
}

/// A name becomes a part of paths, of test names and of the names of pools.
fn check_name(name: &str) -> Result<(), &'static str> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(fits) || name.starts_with('-') {
        return Err("is not a name for a target");
    }
    Ok(())
}

fn defaults(
    fields: &Fields<'_>,
    targets: &BTreeMap<String, TargetConfig>,
) -> Result<Vec<String>, ConfigError> {
    let example = format!("[\"{DOUBLE}\"]");
    let Some(names) = fields.texts("default", &example)? else { return Ok(vec![DOUBLE.to_owned()]) };
    for name in &names {
        if !name.settled {
            let advice = format!("write default = {example}");
            return Err(fields.fault("default", "variables are not expanded here", advice));
        }
        if !targets.contains_key(&name.value) {
            let advice = suggest(&name.value, targets.keys().map(String::as_str));
            return Err(fields.fault("default", format!("there is no target {}", name.shown()), advice));
        }
    }
    if names.is_empty() {
        return Err(fields.fault("default", "is empty", format!("write default = {example}")));
    }
    Ok(names.into_iter().map(|name| name.value).collect())
}
