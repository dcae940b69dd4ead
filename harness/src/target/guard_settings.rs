//! The settings of `[[target.NAME.guard]]`.

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{self, Node, Value};
use super::error::ConfigError;
use super::fields::{Fields, Source};
use super::place::check_guard_url;
use super::spec::TargetKind;
use crate::model::guard::{Exactness, GUARDED, Guard, GuardNeed, SITUATIONS, TokenKind, TokenSource};
use crate::model::ledger::Profile;
use crate::model::names::{nearest, suggest};
use crate::model::text::one_line;

/// Every key of an entry.
const KEYS: [&str; 14] = [
    "name",
    "url",
    "method",
    "profile",
    "scopes",
    "audience",
    "token",
    "tokens",
    "header",
    "echo",
    "strict",
    "customised",
    "situation",
    "unsupported",
];

const PROFILES: [(&str, Profile); 3] =
    [("rest", Profile::Rest), ("http", Profile::Http), ("resource-server", Profile::ResourceServer)];
const KINDS: [(&str, TokenKind); 2] = [("id", TokenKind::Id), ("access", TokenKind::Access)];
const SOURCES: [(&str, TokenSource); 2] = [("pool", TokenSource::Pool), ("issuer", TokenSource::Issuer)];
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

const EXAMPLE: &str = "[[target.X.guard]] above the settings of a guard";

/// The guards of the double, as it is built in.
const OF_THE_DOUBLE: &str = include_str!("double_guards.toml");

/// Reads the guards of the double.
pub(super) fn of_the_double() -> Result<Vec<Guard>, ConfigError> {
    let source = Source { file: "double_guards.toml", folder: Path::new(""), env: None };
    let root = document::read(source.file, OF_THE_DOUBLE)?;
    let fields = Fields::open(&source, &root, String::new(), &["guard"])?;
    read(TargetKind::Double, false, &fields)
}

/// Reads all guards of a target.
pub(super) fn read(
    target: TargetKind,
    may_create: bool,
    fields: &Fields<'_>,
) -> Result<Vec<Guard>, ConfigError> {
    let Some(node) = fields.table.entries.get("guard") else { return Ok(Vec::new()) };
    let Value::List(nodes) = &node.value else {
        let found = node.value.kind();
        return Err(fields.fault(
            "guard",
            format!("must be a list of tables, found {found}"),
            format!("write {EXAMPLE}"),
        ));
    };
    let mut guards: Vec<Guard> = Vec::new();
    for node in nodes {
        let guard = one(target, may_create, fields, node)?;
        if guards.iter().any(|other| other.name == guard.name) {
            return Err(ConfigError {
                line: guard.line,
                ..fields.fault(
                    "guard",
                    format!("two guards have the name {:?}", guard.name),
                    "give each guard a name of its own",
                )
            });
        }
        guards.push(guard);
    }
    Ok(guards)
}

fn one(target: TargetKind, may_create: bool, fields: &Fields<'_>, node: &Node) -> Result<Guard, ConfigError> {
    let Value::Table(table) = &node.value else {
        let found = node.value.kind();
        let fault =
            fields.fault("guard", format!("must be a table, found {found}"), format!("write {EXAMPLE}"));
        return Err(ConfigError { line: node.line, ..fault });
    };
    let mut table = table.clone();
    table.line = table.line.or(node.line);
    let section = Fields::open(fields.source, &table, fields.name("guard"), &KEYS)?;
    let name = section.required("name", section.text("name", "\"orders\"")?, "\"orders\"")?.value;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.len() > 40 || !name.chars().all(fits) || name.starts_with('-') {
        let problem = format!("{:?} is not a name for a guard", one_line(&name));
        return Err(section.fault("name", problem, "use a-z, 0-9 and dashes, 40 at most"));
    }
    // One that a variable holds may be any, and the one with the most freedom is assumed as long as it is not known.
    let open = section.has("profile").then_some(Profile::Rest);
    let profile = section.choice("profile", &PROFILES, "\"rest\"")?.or(open);
    let profile = section.required("profile", profile, "\"rest\", \"http\" or \"resource-server\"")?;
    let scopes = texts(&section, "scopes", "[\"https://api.example.test/read\"]")?;
    let default_kind =
        if profile == Profile::Rest && scopes.is_empty() { TokenKind::Id } else { TokenKind::Access };
    let default_source = if target == TargetKind::Service { TokenSource::Issuer } else { TokenSource::Pool };
    let tokens = section.choice("tokens", &SOURCES, "\"pool\"")?.unwrap_or(default_source);
    if target == TargetKind::Service && tokens == TokenSource::Pool {
        return Err(section.fault(
            "tokens",
            "a service has no pool of its own",
            "write tokens = \"issuer\", or kind = \"emulator\" with a pool",
        ));
    }
    let url = url(&section, may_create)?;
    Ok(Guard {
        url,
        method: method(&section)?,
        profile,
        scopes,
        audience: texts(&section, "audience", "[\"{client.web}\"]")?,
        token: section.choice("token", &KINDS, "\"access\"")?.unwrap_or(default_kind),
        tokens,
        header: section
            .text("header", "\"Authorization\"")?
            .map_or("Authorization".to_owned(), |text| text.value),
        echo: echo(&section)?,
        exactness: exactness(&section, profile)?,
        situation: situation(&section)?,
        unsupported: unsupported(&section)?,
        line: table.line,
        name,
    })
}

fn url(section: &Fields<'_>, may_create: bool) -> Result<Option<String>, ConfigError> {
    let example = "\"http://127.0.0.1:8080/orders\"";
    let Some(text) = section.text("url", example)? else {
        if may_create {
            return Ok(None);
        }
        let problem = "missing: without `fixture = \"provision\"` no API can be created";
        return Err(section.fault("url", problem, format!("write url = {example}")));
    };
    if text.settled {
        check_guard_url(&text.value, &text.shown())
            .map_err(|(problem, advice)| section.fault("url", problem, advice))?;
    }
    Ok(Some(text.value))
}

fn method(section: &Fields<'_>) -> Result<String, ConfigError> {
    let Some(text) = section.text("method", "\"GET\"")? else { return Ok("GET".to_owned()) };
    if text.settled && !METHODS.contains(&text.value.as_str()) {
        let problem = format!("unknown method {}", text.shown());
        return Err(section.fault("method", problem, suggest(&text.value, METHODS)));
    }
    Ok(text.value)
}

fn echo(section: &Fields<'_>) -> Result<Option<String>, ConfigError> {
    let Some(text) = section.text("echo", "\"/claims\"")? else { return Ok(None) };
    if text.settled && !text.value.starts_with('/') {
        let problem = format!("{} is no JSON pointer (RFC 6901)", text.shown());
        return Err(section.fault("echo", problem, "write echo = \"/claims\""));
    }
    Ok(Some(text.value))
}

/// Owners of HTTP APIs cannot change refusals and those of REST APIs seldom do; a service of one's own is free in all
/// that is not RFC 6750.
fn exactness(section: &Fields<'_>, profile: Profile) -> Result<Exactness, ConfigError> {
    let strict = section.switch("strict")?;
    let customised = section.switch("customised")?.unwrap_or(false);
    if customised && profile != Profile::Rest {
        return Err(section.fault(
            "customised",
            "only a REST API has gateway responses that can be customised",
            "remove it, or write strict = false",
        ));
    }
    match (customised, strict) {
        (true, Some(true)) => Err(section.fault(
            "strict",
            "customised answers cannot be compared",
            "keep one of strict and customised",
        )),
        (true, _) => Ok(Exactness::Refusal),
        (false, strict) if strict.unwrap_or(profile != Profile::ResourceServer) => Ok(Exactness::Exact),
        (false, _) => Ok(Exactness::Lenient),
    }
}

fn situation(section: &Fields<'_>) -> Result<String, ConfigError> {
    let Some(text) = section.text("situation", "\"guarded\"")? else { return Ok(GUARDED.to_owned()) };
    let names = SITUATIONS.map(|(name, _)| name);
    if text.settled && !names.contains(&text.value.as_str()) {
        let problem = format!("unknown situation {}", text.shown());
        let near =
            nearest(&text.value, &names).map_or_else(String::new, |near| format!("did you mean {near:?}? "));
        let advice = format!("{near}possible: {}", names.join(", "));
        return Err(section.fault("situation", problem, advice));
    }
    Ok(text.value)
}

fn unsupported(section: &Fields<'_>) -> Result<BTreeMap<String, String>, ConfigError> {
    let example = "unsupported = { \"guard.token.expired\" = \"why\" }";
    let mut reasons = BTreeMap::new();
    let Some((table, path)) = section.table("unsupported", example)? else { return Ok(reasons) };
    let inner = Fields::open_any(section.source, table, path);
    for key in table.entries.keys() {
        let known = key.strip_prefix("guard.").ok_or_else(|| format!("unknown need {key:?}"));
        known
            .and_then(GuardNeed::check_name)
            .map_err(|problem| inner.fault(key, one_line(&problem), format!("write {example}")))?;
        if let Some(reason) = inner.text(key, "\"why the guard does not claim it\"")? {
            reasons.insert(key.clone(), reason.value);
        }
    }
    Ok(reasons)
}

fn texts(section: &Fields<'_>, key: &str, example: &str) -> Result<Vec<String>, ConfigError> {
    let texts = section.texts(key, example)?.unwrap_or_default();
    if texts.iter().any(|text| text.value.is_empty() || text.value.contains(char::is_whitespace)) {
        return Err(section.fault(
            key,
            "has an entry that is empty or has a blank",
            format!("write {key} = {example}"),
        ));
    }
    Ok(texts.into_iter().map(|text| text.value).collect())
}
