//! The settings of `[target.NAME.launch]`.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::error::ConfigError;
use super::fields::Fields;
use super::launch::Launch;
use super::place::{fill, is_loopback};
use super::settings::{checked_base, seconds};

/// Every key of the table.
pub(super) const KEYS: [&str; 10] = [
    "command",
    "install",
    "env",
    "port",
    "ready",
    "ready-timeout",
    "install-timeout",
    "stop",
    "stop-timeout",
    "reuse",
];

/// Reads the table.
pub(super) fn read(name: &str, fields: &Fields<'_>) -> Result<Launch, ConfigError> {
    let command = command(fields, "command", "[\"bash\", \"start.sh\"]")?;
    let command = fields.required("command", command, "[\"bash\", \"start.sh\"]")?;
    let port = fields.whole("port", 0..=65_535, "9302")?.and_then(|port| u16::try_from(port).ok());
    let ready = ready(fields)?;
    let wait = |key: &str, default: u64| {
        Ok(seconds(fields, key, &default.to_string())?.unwrap_or(Duration::from_secs(default)))
    };
    Ok(Launch {
        name: name.to_owned(),
        command,
        install: command_or_nothing(fields, "install")?,
        env: env(fields)?,
        port: port.unwrap_or(0),
        ready,
        ready_timeout: wait("ready-timeout", 60)?,
        install_timeout: wait("install-timeout", 7200)?,
        stop: command_or_nothing(fields, "stop")?,
        stop_timeout: wait("stop-timeout", 5)?,
        reuse: fields.switch("reuse")?.unwrap_or(false),
        join_only: false,
    })
}

fn command(fields: &Fields<'_>, key: &str, example: &str) -> Result<Option<Vec<String>>, ConfigError> {
    let Some(words) = fields.texts(key, example)? else { return Ok(None) };
    if words.first().is_none_or(|program| program.value.is_empty()) {
        return Err(fields.fault(key, "names no program", format!("write {key} = {example}")));
    }
    let mut command = Vec::new();
    for word in words {
        if word.settled {
            fill_port(fields, key, &word.value)?;
        }
        command.push(word.value);
    }
    Ok(Some(command))
}

fn command_or_nothing(fields: &Fields<'_>, key: &str) -> Result<Vec<String>, ConfigError> {
    Ok(command(fields, key, "[\"bash\", \"start.sh\", \"--install\"]")?.unwrap_or_default())
}

fn env(fields: &Fields<'_>) -> Result<BTreeMap<String, String>, ConfigError> {
    let example = "env = { PORT = \"{port}\" }";
    let Some((table, path)) = fields.table("env", example)? else { return Ok(BTreeMap::new()) };
    let section = Fields::open_any(fields.source, table, path);
    let mut env = BTreeMap::new();
    for key in table.entries.keys() {
        if key.is_empty() || key.contains(['=', '\0']) {
            return Err(section.fault(key, "is not the name of a variable", format!("write {example}")));
        }
        if let Some(text) = section.text(key, "\"value\"")? {
            if text.settled {
                fill_port(&section, key, &text.value)?;
            }
            env.insert(key.clone(), text.value);
        }
    }
    Ok(env)
}

fn ready(fields: &Fields<'_>) -> Result<String, ConfigError> {
    let example = "\"http://127.0.0.1:{port}/health\"";
    let text = fields.required("ready", fields.text("ready", example)?, example)?;
    let shown = text.shown();
    let settled = text.settled;
    let ready = checked_base(fields, "ready", text)?;
    if settled {
        let url = fill_port(fields, "ready", &ready)?;
        if !Url::parse(&url).is_ok_and(|url| is_loopback(&url)) {
            let advice = format!("write ready = {example}");
            return Err(fields.fault("ready", format!("{shown} is not on this machine"), advice));
        }
    }
    Ok(ready)
}

/// Checks that `{port}` is the only placeholder: nothing else is known when a server is started.
fn fill_port(fields: &Fields<'_>, key: &str, text: &str) -> Result<String, ConfigError> {
    fill(text, &|name| match name {
        "port" | "next_port" => Ok("1".to_owned()),
        "issuer_url" | "issuer_base" => Ok("http://127.0.0.1:1/pool".to_owned()),
        "issuer_ca" => Ok("ca.pem".to_owned()),
        other => Err((
            format!("{{{other}}} is not known before the server runs"),
            "only {port}, {next_port}, {issuer_url}, {issuer_base} and {issuer_ca} may stand here".to_owned(),
        )),
    })
    .map_err(|(problem, advice)| fields.fault(key, problem, advice))
}
