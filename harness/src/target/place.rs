//! URLs of a target: bases with placeholders, the loopback rule, and the address of each endpoint.

use std::collections::BTreeMap;

use url::{Host, Url};

use super::error::ConfigError;
use super::spec::{FixtureSource, Target, TargetKind};
use crate::model::endpoint::Endpoint;
use crate::model::fixture::Fixture;
use crate::model::names::suggest;
use crate::model::text::one_line;

/// What a URL in the settings may leave open.
pub const PLACEHOLDERS: [&str; 9] = [
    "pool_id",
    "region",
    "domain_prefix",
    "port",
    "next_port",
    "other_pool_id",
    "issuer_url",
    "issuer_base",
    "issuer_ca",
];

/// What stands before the role in a placeholder for a client id, as in `{client.web}`.
const CLIENT: &str = "client.";

/// Where the requests of a run go, with every placeholder filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The base of `/oauth2/*`, `/login` and `/logout`.
    pub domain: String,
    /// The base of `/.well-known/*`.
    pub issuer: String,
    /// The `iss` claim that tokens are expected to carry.
    pub iss: String,
    paths: BTreeMap<Endpoint, String>,
}

impl Addresses {
    /// The URL of an endpoint.
    pub fn url(&self, endpoint: Endpoint) -> String {
        let base = if endpoint.below_issuer() { &self.issuer } else { &self.domain };
        let path = self.paths.get(&endpoint).map_or(endpoint.default_path(), String::as_str);
        format!("{base}{path}")
    }
}

/// What is wrong with a text that should be a URL, and what to write.
pub(super) type Wrong = (String, String);

/// Puts values in the place of placeholders.
///
/// # Errors
/// A bracket that does not close or a name that is none of [`PLACEHOLDERS`]; or what `value` says.
pub(super) fn fill(template: &str, value: &dyn Fn(&str) -> Result<String, Wrong>) -> Result<String, Wrong> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        let Some((name, after)) = from.split_once('}') else {
            return Err(("a \"{\" without its \"}\"".to_owned(), possible()));
        };
        if !PLACEHOLDERS.contains(&name) && !name.starts_with(CLIENT) {
            let advice = suggest(name, PLACEHOLDERS);
            return Err((format!("unknown placeholder {}", shown_placeholder(name)), advice));
        }
        filled.push_str(before);
        filled.push_str(&value(name)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// What stands between brackets, as far as it can be meant as a name. Anything else may come from a variable, and then
/// it may be a part of a secret.
fn shown_placeholder(name: &str) -> String {
    let is_name = name.len() <= 30 && name.chars().all(|c| c.is_ascii_lowercase() || "_.-".contains(c));
    if is_name { format!("{{{name}}}") } else { "{...}".to_owned() }
}

/// A URL for an error, without its query: that may hold a key.
fn without_query(url: &str) -> String {
    one_line(url.split(['?', '#']).next().unwrap_or_default())
}

fn possible() -> String {
    let everywhere = PLACEHOLDERS.into_iter().filter(|name| !name.starts_with("issuer_"));
    let names: Vec<String> = everywhere.chain(["client.ROLE"]).map(|name| format!("{{{name}}}")).collect();
    format!("possible: {}", names.join(", "))
}

/// A URL with values that it can be checked with before the real ones are known. None of them can turn another host
/// into this machine.
fn sampled(template: &str) -> Result<String, Wrong> {
    let sample = |name: &str| match name {
        "port" | "next_port" => "1",
        "issuer_url" | "issuer_base" => "http://127.0.0.1:1/p",
        _ => "p",
    };
    fill(template, &|name| Ok(sample(name).to_owned()))
}

/// Checks the URL of a guard, which may hold placeholders and a query.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check_guard_url(template: &str, shown: &str) -> Result<(), Wrong> {
    match template.split_once('?') {
        None => check_base(template, shown).map(|_| ()),
        Some((base, query)) if !query.contains('#') => {
            sampled(query)?;
            check_base(base, shown).map(|_| ())
        }
        Some(_) => Err((
            format!("{} has a fragment", without_secrets(shown)),
            "remove what follows the #".to_owned(),
        )),
    }
}

/// Checks a base URL that may hold placeholders, and takes the slash off its end. `shown` is the text as it was
/// written.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check_base(template: &str, shown: &str) -> Result<String, Wrong> {
    let template = template.trim_end_matches('/');
    let shown = &without_secrets(shown);
    let url = Url::parse(&sampled(template)?).map_err(|cause| {
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-:/_[]".contains(c);
        let with_scheme = format!("http://{template}");
        // Not what came from a variable: that may be a secret.
        let is_as_written = shown.trim_matches('"').trim_end_matches('/') == template;
        let meant = is_as_written && template.chars().all(plain) && Url::parse(&with_scheme).is_ok();
        let advice = if meant { with_scheme } else { "http://127.0.0.1:9302".to_owned() };
        (format!("{shown} is not a URL: {cause}"), format!("write {advice}"))
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        let advice = "write a URL that begins with http:// or https://".to_owned();
        return Err((format!("{shown} is not the URL of a web server"), advice));
    }
    // Not shown: what stands before the @ is a secret.
    if !url.username().is_empty() || url.password().is_some() {
        return Err((
            "a URL with a user name or password".to_owned(),
            "remove what stands before the @".to_owned(),
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err((format!("{shown} has a query or fragment"), "remove what follows the path".to_owned()));
    }
    Ok(template.to_owned())
}

/// A text that should be a URL, as it may be shown: user name and password, query and fragment are where secrets stand.
/// What is no URL has no such parts, so they are told by their signs alone.
fn without_secrets(shown: &str) -> String {
    let (before, after) = shown.split_at(shown.find(['?', '#']).unwrap_or(shown.len()));
    let quote = if shown.ends_with('"') { "\"" } else { "" };
    let after = if after.is_empty() { String::new() } else { format!("{}...{quote}", &after[..1]) };
    let Some(at) = before.rfind('@') else { return format!("{before}{after}") };
    let begin = before.find("://").map_or(quote.len(), |scheme| scheme + 3).min(at);
    format!("{}...{}{after}", &before[..begin], &before[at..])
}

/// Whether the host is this machine by its name alone: `127.0.0.0/8`, `::1`, `localhost` and `*.localhost`
/// (RFC 6761 section 6.3). No name is looked up.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Whether the URL leads to this machine by the name of its host alone.
pub fn is_on_this_machine(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| is_loopback(&url))
}

fn template_is_loopback(template: &str) -> bool {
    sampled(template).ok().and_then(|url| Url::parse(&url).ok()).is_some_and(|url| is_loopback(&url))
}

impl Target {
    /// Refuses a target that is not on this machine, unless it is a pool and `allow_real` is given.
    ///
    /// # Errors
    /// The setting that leads away from this machine.
    pub fn check_consent(&self, allow_real: bool) -> Result<(), ConfigError> {
        if self.kind == TargetKind::Double || (self.kind == TargetKind::Pool && allow_real) {
            return Ok(());
        }
        let urls = [
            ("endpoint", self.api_endpoint.as_deref()),
            ("domain", Some(self.domain.as_str())),
            ("issuer", Some(self.issuer.as_str())),
        ];
        let urls = urls.into_iter().filter(|(_, url)| url.is_some_and(|url| !url.is_empty()));
        let urls = urls.chain(self.guards.iter().map(|guard| ("guard", guard.url.as_deref())));
        let away = urls.clone().find(|(_, url)| url.is_some_and(|url| !template_is_loopback(url)));
        let creates = self.kind == TargetKind::Pool
            && self.api_endpoint.is_none()
            && self.fixture == FixtureSource::Provision;
        match (away, self.kind) {
            (Some((key, Some(url))), TargetKind::Pool) => Err(self.fault(
                key,
                format!("{} is a real service", without_query(url)),
                "requests and tokens may cost money: give --allow-real or set POOLPROOF_ALLOW_REAL=1 to agree",
            )),
            (Some((key, Some(url))), _) => Err(self.fault(
                key,
                format!("{} is not on this machine", without_query(url)),
                "an emulator must be on loopback; a real pool needs kind = \"pool\" and --allow-real",
            )),
            _ if creates => Err(self.fault(
                "fixture",
                "would be created in a real AWS account",
                "give --allow-real or set POOLPROOF_ALLOW_REAL=1 to agree, or name what exists already",
            )),
            _ => Ok(()),
        }
    }

    /// The management API with its placeholders filled. Nothing of the fixture is known yet when it is asked.
    ///
    /// # Errors
    /// A placeholder for which there is no value.
    pub fn endpoint(&self, port: Option<u16>) -> Result<Option<String>, ConfigError> {
        self.api_endpoint.as_deref().map(|url| self.filled("endpoint", url, None, port)).transpose()
    }

    /// Where requests go, with the ids of the fixture and the port of the server that was started. Without `port` it
    /// is the one of `[target.X.launch]`.
    ///
    /// # Errors
    /// A placeholder for which there is no value, or a value that does not belong in a URL.
    pub fn resolve(&self, fixture: &Fixture, port: Option<u16>) -> Result<Addresses, ConfigError> {
        let filled = |key: &str, text: &str| self.filled(key, text, Some(fixture), port);
        let issuer = filled("issuer", &self.issuer)?;
        let iss = match &self.expect_iss {
            Some(template) => filled("expect-iss", template)?,
            None if fixture.pool.issuer.is_empty() => issuer.clone(),
            None => fixture.pool.issuer.clone(),
        };
        let paths = self
            .paths
            .iter()
            .map(|(endpoint, path)| Ok((*endpoint, filled(&format!("paths.{endpoint}"), path)?)))
            .collect::<Result<_, ConfigError>>()?;
        Ok(Addresses { domain: filled("domain", &self.domain)?, issuer, iss, paths })
    }

    /// What stands in the settings of a guard, with its placeholders filled.
    ///
    /// # Errors
    /// A placeholder for which there is no value, or a value that does not belong in a URL.
    pub fn guard_text(
        &self,
        template: &str,
        fixture: &Fixture,
        port: Option<u16>,
    ) -> Result<String, ConfigError> {
        self.filled("guard", template, Some(fixture), port)
    }

    fn filled(
        &self,
        key: &str,
        template: &str,
        fixture: Option<&Fixture>,
        port: Option<u16>,
    ) -> Result<String, ConfigError> {
        let port = port.or_else(|| self.launch.as_ref().map(|launch| launch.port).filter(|port| *port != 0));
        let value = |name: &str| {
            let value = match name {
                "region" => Some(self.region.clone()),
                "port" => port.map(|port| port.to_string()),
                "next_port" => port.and_then(|port| port.checked_add(1)).map(|port| port.to_string()),
                "pool_id" => fixture.map(|fixture| fixture.pool.id.clone()),
                "other_pool_id" => {
                    fixture.and_then(|fixture| fixture.other_pool.as_ref()).map(|other| other.id.clone())
                }
                "issuer_url" | "issuer_base" | "issuer_ca" => None,
                client if client.starts_with(CLIENT) => fixture
                    .and_then(|fixture| fixture.client.get(&client[CLIENT.len()..]))
                    .map(|client| client.id.clone()),
                _ => fixture.and_then(|fixture| fixture.domain_prefix.clone()),
            };
            match value.filter(|value| !value.is_empty()) {
                Some(value) if is_plain(&value) => Ok(value),
                Some(_) => Err((
                    format!("the value for {{{name}}} does not belong in a URL"),
                    "it may have letters, digits, dots, dashes and underscores".to_owned(),
                )),
                None => Err((format!("there is no value for {{{name}}}"), origin_of(name).to_owned())),
            }
        };
        fill(template, &value).map_err(|(problem, advice)| self.fault(key, problem, advice))
    }
}

/// Nothing that could end the host or the path segment in which it stands.
fn is_plain(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn origin_of(placeholder: &str) -> &'static str {
    match placeholder {
        "port" => "write the port in the URL, or add [target.X.launch] with port = 9302",
        "pool_id" => "the fixture has no pool; write the id in the URL",
        "other_pool_id" => "the fixture has no other pool; write the id in the URL",
        "issuer_url" | "issuer_base" | "issuer_ca" => "only [target.X.launch] may hold it",
        client if client.starts_with(CLIENT) => {
            "the fixture has no client with this role; write the id instead"
        }
        "domain_prefix" => "the fixture has no domain; write domain = \"https://...\" in full",
        _ => "write region = \"us-east-1\"",
    }
}
