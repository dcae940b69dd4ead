//! A fixture that is named in the settings: `[target.X.pool]`, `[target.X.client.ROLE]`, `[target.X.user.NAME]` and
//! their like, with the same members as the JSON document.

use super::document::Value;
use super::error::ConfigError;
use super::fields::{Fields, Text};
use crate::model::fixture::{Client, Fixture, Pool, ResourceServer, SCHEMA, User};

/// The keys of a target that name a fixture.
pub(super) const KEYS: [&str; 6] =
    ["domain-prefix", "pool", "other-pool", "resource-server", "client", "user"];

const CLIENT: [&str; 12] = [
    "id",
    "secret",
    "second-secret",
    "deleted-secret",
    "callbacks",
    "logouts",
    "scopes",
    "flows",
    "access-seconds",
    "id-seconds",
    "refresh-seconds",
    "other-pool",
];
const USER: [&str; 3] = ["username", "password", "email"];

/// Reads the fixture of a target.
pub(super) fn read(fields: &Fields<'_>, region: &str) -> Result<Fixture, ConfigError> {
    let main = pool(fields, "pool")?.ok_or_else(|| {
        fields.fault("pool", "missing", "write [target.X.pool] with the line id = \"us-east-1_...\"")
    })?;
    let mut fixture = Fixture {
        schema: SCHEMA,
        region: region.to_owned(),
        pool: main,
        other_pool: pool(fields, "other-pool")?,
        domain_prefix: fields.text("domain-prefix", "\"my-prefix\"")?.map(|text| text.value),
        resource_server: resource_server(fields)?,
        ..Fixture::default()
    };
    for (role, section) in named(fields, "client", &CLIENT)? {
        fixture.client.insert(role, client(&section)?);
    }
    for (name, section) in named(fields, "user", &USER)? {
        fixture.user.insert(name, user(&section)?);
    }
    Ok(fixture)
}

/// The tables below `key`, by name.
fn named<'a>(
    fields: &Fields<'a>,
    key: &str,
    known: &[&str],
) -> Result<Vec<(String, Fields<'a>)>, ConfigError> {
    let example = format!("[target.X.{key}.NAME] above its lines");
    let Some((table, path)) = fields.table(key, &example)? else { return Ok(Vec::new()) };
    let all = Fields::open_any(fields.source, table, path);
    let mut sections = Vec::new();
    for (name, node) in &table.entries {
        let Value::Table(inner) = &node.value else {
            let found = node.value.kind();
            return Err(all.fault(
                name,
                format!("must be a table, found {found}"),
                format!("write {example}"),
            ));
        };
        sections.push((name.clone(), Fields::open(fields.source, inner, all.name(name), known)?));
    }
    Ok(sections)
}

fn pool(fields: &Fields<'_>, key: &str) -> Result<Option<Pool>, ConfigError> {
    let example = format!("[target.X.{key}] with the line id = \"us-east-1_...\"");
    let Some(section) = fields.section(key, &["id", "issuer", "domain-path"], &example)? else {
        return Ok(None);
    };
    let id = section.text("id", "\"us-east-1_AbCdEfGhI\"")?;
    Ok(Some(Pool {
        id: section.required("id", id, "\"us-east-1_AbCdEfGhI\"")?.value,
        issuer: plain(section.text("issuer", "\"https://...\"")?),
        domain_path: section.text("domain-path", "\"/other\"")?.map(|text| text.value),
    }))
}

fn resource_server(fields: &Fields<'_>) -> Result<Option<ResourceServer>, ConfigError> {
    let example = "[target.X.resource-server] with the line identifier = \"https://api.example.test\"";
    let Some(section) = fields.section("resource-server", &["identifier", "scopes"], example)? else {
        return Ok(None);
    };
    let identifier = section.text("identifier", "\"https://api.example.test\"")?;
    Ok(Some(ResourceServer {
        identifier: section.required("identifier", identifier, "\"https://api.example.test\"")?.value,
        scopes: list(&section, "scopes", "[\"read\"]")?,
    }))
}

fn client(section: &Fields<'_>) -> Result<Client, ConfigError> {
    let secret = |key: &str| Ok(secret(section, key)?.map(|text| text.value));
    let lifetime = |key: &str, default: u64| {
        Ok(section.whole(key, 1..=315_360_000, &default.to_string())?.unwrap_or(default))
    };
    Ok(Client {
        id: section.required("id", section.text("id", "\"...\"")?, "\"...\"")?.value,
        secret: secret("secret")?,
        second_secret: secret("second-secret")?,
        deleted_secret: secret("deleted-secret")?,
        callbacks: list(section, "callbacks", "[\"https://app.example.test/callback\"]")?,
        logouts: list(section, "logouts", "[\"https://app.example.test/bye\"]")?,
        scopes: list(section, "scopes", "[\"openid\", \"email\"]")?,
        flows: list(section, "flows", "[\"code\"]")?,
        access_seconds: lifetime("access-seconds", 3600)?,
        id_seconds: lifetime("id-seconds", 3600)?,
        refresh_seconds: lifetime("refresh-seconds", 30 * 24 * 3600)?,
        other_pool: section.switch("other-pool")?.unwrap_or(false),
    })
}

fn user(section: &Fields<'_>) -> Result<User, ConfigError> {
    Ok(User {
        username: section.required("username", section.text("username", "\"...\"")?, "\"...\"")?.value,
        password: section.required("password", secret(section, "password")?, "\"${PASSWORD}\"")?.value,
        email: plain(section.text("email", "\"someone@example.test\"")?),
    })
}

/// A secret. On the command line it must come from a variable, since every process can read command lines.
fn secret(section: &Fields<'_>, key: &str) -> Result<Option<Text>, ConfigError> {
    let text = section.text(key, "\"${SECRET}\"")?;
    let written_out = matches!(section.table.entries.get(key).map(|node| &node.value),
        Some(Value::Loose(raw)) if !super::expand::has_variables(raw));
    if written_out {
        let name = section.name(key);
        // As it is written on the command line: the settings of a named target are given without its name.
        let name =
            name.strip_prefix("target.").and_then(|rest| rest.split_once('.')).map_or(&*name, |(_, key)| key);
        return Err(section.fault(
            key,
            "a secret on the command line can be read by everyone on this machine",
            format!("put it into a variable and write --set '{name}=${{NAME}}'"),
        ));
    }
    Ok(text)
}

fn plain(text: Option<Text>) -> String {
    text.map(|text| text.value).unwrap_or_default()
}

fn list(section: &Fields<'_>, key: &str, example: &str) -> Result<Vec<String>, ConfigError> {
    Ok(section.texts(key, example)?.unwrap_or_default().into_iter().map(|text| text.value).collect())
}
