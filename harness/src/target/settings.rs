//! The settings of one target: which keys there are, what each may hold, and what holds without it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::document::{Table, Value};
use super::error::ConfigError;
use super::fields::{Fields, Source, Text};
use super::launch::Launch;
use super::place::check_base;
use super::spec::{Budget, FixtureSource, OwnIssuer, Pages, Target, TargetKind};
use super::{guard_settings, inline, launch_settings};
use crate::model::endpoint::Endpoint;
use crate::model::names::suggest;
use crate::model::need::Need;

/// Every key of `[target.NAME]`.
const KEYS: [&str; 28] = [
    "kind",
    "version",
    "endpoint",
    "region",
    "domain",
    "issuer",
    "expect-iss",
    "fixture",
    "domain-prefix",
    "pool",
    "other-pool",
    "resource-server",
    "client",
    "user",
    "unsupported",
    "paths",
    "concurrency",
    "rate",
    "timeout",
    "budget",
    "oracle",
    "launch",
    "guard",
    "own-issuer",
    "jar",
    "guards-only",
    "faults",
    "classic-pages",
];

/// What the double decides for itself.
const NOT_FOR_THE_DOUBLE: [&str; 13] = [
    "endpoint",
    "region",
    "domain",
    "issuer",
    "expect-iss",
    "fixture",
    "domain-prefix",
    "pool",
    "other-pool",
    "resource-server",
    "client",
    "user",
    "launch",
];

/// What only a pool has.
const NOT_FOR_A_SERVICE: [&str; 13] = [
    "endpoint",
    "domain",
    "issuer",
    "expect-iss",
    "fixture",
    "domain-prefix",
    "pool",
    "other-pool",
    "resource-server",
    "client",
    "user",
    "paths",
    "oracle",
];

const KINDS: [(&str, TargetKind); 4] = [
    ("double", TargetKind::Double),
    ("emulator", TargetKind::Emulator),
    ("pool", TargetKind::Pool),
    ("service", TargetKind::Service),
];

/// Checks the settings of one target, as far as that goes without the variables that they ask for. Where its kind is one,
/// it decides what else belongs there.
pub(super) fn check(name: &str, table: &Table, path: String, source: &Source<'_>) -> Result<(), ConfigError> {
    let fields = Fields::open(source, table, path.clone(), &KEYS)?;
    let kind = fields.choice("kind", &KINDS, "\"emulator\"")?;
    if kind.is_none() && fields.has("kind") {
        return Ok(());
    }
    read(name, table, path, source).map(drop)
}

/// Reads the settings of one target.
pub(super) fn read(
    name: &str,
    table: &Table,
    path: String,
    source: &Source<'_>,
) -> Result<Target, ConfigError> {
    let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
    let fields = Fields::open(source, table, path, &KEYS)?;
    let kind = fields.choice("kind", &KINDS, "\"emulator\"")?;
    let kind = fields.required("kind", kind, "\"emulator\"")?;
    if kind == TargetKind::Double
        && let Some(key) = NOT_FOR_THE_DOUBLE.into_iter().find(|key| fields.has(key))
    {
        return Err(fields.fault(
            key,
            "the double decides this for itself",
            "remove it, or write kind = \"emulator\"",
        ));
    }
    if kind == TargetKind::Service
        && let Some(key) = NOT_FOR_A_SERVICE.into_iter().find(|key| fields.has(key))
    {
        return Err(fields.fault(
            key,
            "a service has no pool: the harness issues the tokens that it is sent",
            "remove it, or write kind = \"emulator\"",
        ));
    }
    for (key, problem) in [
        ("faults", "only the double has defects that can be switched on"),
        ("classic-pages", "only the double has pages that can be exchanged"),
    ] {
        if kind != TargetKind::Double && fields.has(key) {
            return Err(fields.fault(key, problem, "remove it, or write kind = \"double\""));
        }
    }
    let region = fields.text("region", "\"us-east-1\"")?.map_or("us-east-1".to_owned(), |text| text.value);
    let (api_endpoint, domain, issuer) = bases(kind, &fields)?;
    let expect_iss = base(&fields, "expect-iss")?;
    let fixture = fixture(kind, api_endpoint.is_some(), &region, &fields)?;
    let may_create =
        fixture == FixtureSource::Provision && (api_endpoint.is_some() || kind == TargetKind::Pool);
    let guards = match kind {
        TargetKind::Double if !fields.has("guard") => guard_settings::of_the_double()?,
        _ => guard_settings::read(kind, may_create, &fields)?,
    };
    if kind == TargetKind::Service && guards.is_empty() {
        return Err(fields.fault(
            "guard",
            "missing: a service is tested by its guards alone",
            "write [[target.X.guard]] with name, url and profile",
        ));
    }
    Ok(Target {
        name: name.to_owned(),
        kind,
        version: fields.text("version", "\"1.0.0\"")?.map(|text| text.value),
        api_endpoint,
        region,
        domain,
        issuer,
        expect_iss,
        fixture,
        unsupported: unsupported(&fields)?,
        paths: paths(&fields)?,
        concurrency: fields
            .whole("concurrency", 1..=256, "8")?
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(match kind {
                TargetKind::Double => 16,
                TargetKind::Emulator | TargetKind::Service => 8,
                TargetKind::Pool => 4,
            }),
        rate: fields
            .number("rate", 0.01..=10_000.0, "20")?
            .or_else(|| (kind == TargetKind::Pool).then_some(20.0)),
        timeout: seconds(&fields, "timeout", "10")?.unwrap_or(match kind {
            TargetKind::Double | TargetKind::Emulator | TargetKind::Service => Duration::from_secs(10),
            TargetKind::Pool => Duration::from_secs(20),
        }),
        budget: budget(kind, &fields)?,
        oracle: fields.switch("oracle")?.unwrap_or(false),
        guards,
        faults: fields
            .texts("faults", "[\"code-reusable\"]")?
            .into_iter()
            .flatten()
            .map(|text| text.value)
            .collect(),
        pages: match fields.switch("classic-pages")? {
            Some(true) => Pages::Classic,
            _ => Pages::Managed,
        },
        guards_only: fields.switch("guards-only")?.unwrap_or(false),
        guard: None,
        own_issuer: own_issuer(&fields)?,
        jar: fields.text("jar", "\"tokens.jar\"")?.map(|text| fields.source.folder.join(text.value)),
        wait_expiry: false,
        launch: launch(kind, name, &fields)?,
        chosen_by: format!("-t {name}"),
        origin: source.origin(prefix, table),
    })
}

/// The management API, the domain and the issuer.
fn bases(kind: TargetKind, fields: &Fields<'_>) -> Result<(Option<String>, String, String), ConfigError> {
    let own = || "http://127.0.0.1:{port}".to_owned();
    if kind == TargetKind::Double {
        return Ok((Some(own()), own(), format!("{}/{{pool_id}}", own())));
    }
    if kind == TargetKind::Service {
        return Ok((None, String::new(), String::new()));
    }
    let endpoint = base(fields, "endpoint")?;
    let domain = base(fields, "domain")?;
    let issuer = base(fields, "issuer")?;
    if kind == TargetKind::Pool {
        let domain =
            domain.unwrap_or_else(|| "https://{domain_prefix}.auth.{region}.amazoncognito.com".to_owned());
        let issuer =
            issuer.unwrap_or_else(|| "https://cognito-idp.{region}.amazonaws.com/{pool_id}".to_owned());
        return Ok((endpoint, domain, issuer));
    }
    let domain = fields.required(
        if fields.has("domain") { "domain" } else { "endpoint" },
        domain.or_else(|| endpoint.clone()),
        "\"http://127.0.0.1:9302\"",
    )?;
    let issuer = issuer.unwrap_or_else(|| format!("{}/{{pool_id}}", endpoint.as_ref().unwrap_or(&domain)));
    Ok((endpoint, domain, issuer))
}

/// A base URL.
fn base(fields: &Fields<'_>, key: &str) -> Result<Option<String>, ConfigError> {
    let Some(text) = fields.text(key, "\"http://127.0.0.1:9302\"")? else { return Ok(None) };
    checked_base(fields, key, text).map(Some)
}

/// Checks a base URL, as far as it is known.
pub(super) fn checked_base(fields: &Fields<'_>, key: &str, text: Text) -> Result<String, ConfigError> {
    if !text.settled {
        return Ok(text.value);
    }
    check_base(&text.value, &text.shown()).map_err(|(problem, advice)| fields.fault(key, problem, advice))
}

/// A number of seconds, up to a day.
pub(super) fn seconds(
    fields: &Fields<'_>,
    key: &str,
    example: &str,
) -> Result<Option<Duration>, ConfigError> {
    Ok(fields.number(key, 0.1..=86_400.0, example)?.map(Duration::from_secs_f64))
}

const FIXTURE_EXAMPLE: &str = "\"provision\"";

fn fixture(
    kind: TargetKind,
    has_endpoint: bool,
    region: &str,
    fields: &Fields<'_>,
) -> Result<FixtureSource, ConfigError> {
    if kind == TargetKind::Double {
        return Ok(FixtureSource::Double);
    }
    if kind == TargetKind::Service {
        return Ok(FixtureSource::Issuer);
    }
    let inline = inline::KEYS.into_iter().find(|key| fields.has(key));
    let Some(text) = fields.text("fixture", FIXTURE_EXAMPLE)? else {
        return match inline {
            Some(_) => Ok(FixtureSource::Inline(Box::new(inline::read(fields, region)?))),
            None if kind == TargetKind::Emulator && !has_endpoint => Err(fields.fault(
                "fixture",
                "without `endpoint` nothing can be created",
                "write endpoint = \"http://127.0.0.1:9302\", fixture = \"FILE.json\" or [target.X.client.ROLE]",
            )),
            None => Ok(FixtureSource::Provision),
        };
    };
    if let Some(key) = inline {
        return Err(fields.fault(
            key,
            format!("the fixture is named here, and by fixture = {} too", text.shown()),
            "keep one of the two",
        ));
    }
    if text.value == "provision" || !text.settled {
        return Ok(FixtureSource::Provision);
    }
    if Path::new(&text.value).extension().is_none_or(|extension| extension != "json") {
        return Err(fields.fault(
            "fixture",
            format!("{} is neither \"provision\" nor a JSON file", text.shown()),
            suggest(&text.value, ["provision", "FILE.json"]),
        ));
    }
    Ok(FixtureSource::File(fields.source.folder.join(text.value)))
}

fn unsupported(fields: &Fields<'_>) -> Result<BTreeMap<String, String>, ConfigError> {
    const EXAMPLE: &str = "[target.X.unsupported] with lines such as endpoint.revoke = \"no such route\"";
    let mut reasons = BTreeMap::new();
    if let Some((table, path)) = fields.table("unsupported", EXAMPLE)? {
        collect(&Fields::open_any(fields.source, table, path), "", &mut reasons)?;
    }
    Ok(reasons)
}

/// `endpoint.revoke = "..."` is a table in a table, `"endpoint.revoke" = "..."` a key with a dot: both are meant alike.
fn collect(
    fields: &Fields<'_>,
    before: &str,
    reasons: &mut BTreeMap<String, String>,
) -> Result<(), ConfigError> {
    for (key, node) in &fields.table.entries {
        let need = format!("{before}{key}");
        if let Value::Table(table) = &node.value {
            let inner = Fields::open_any(fields.source, table, fields.name(key));
            collect(&inner, &format!("{need}."), reasons)?;
            continue;
        }
        Need::check_name(&need)
            .map_err(|problem| fields.fault(key, problem, "an entry is the name of a need with a reason"))?;
        let example = "\"why the target does not claim it\"";
        if let Some(reason) = fields.text(key, example)?
            && reasons.insert(need, reason.value).is_some()
        {
            return Err(fields.fault(key, "is named twice", "keep one of the two lines"));
        }
    }
    Ok(())
}

fn paths(fields: &Fields<'_>) -> Result<BTreeMap<Endpoint, String>, ConfigError> {
    let names = Endpoint::ALL.map(Endpoint::name);
    let Some(section) =
        fields.section("paths", &names, "[target.X.paths] with lines such as token = \"/token\"")?
    else {
        return Ok(BTreeMap::new());
    };
    let mut paths = BTreeMap::new();
    for endpoint in Endpoint::ALL {
        let key = endpoint.name();
        let example = format!("\"{}\"", endpoint.default_path());
        let Some(text) = section.text(key, &example)? else { continue };
        if text.settled {
            let wrong = |(problem, advice)| section.fault(key, problem, advice);
            if !text.value.starts_with('/') {
                let problem = format!("{} does not begin with a slash", text.shown());
                return Err(wrong((problem, format!("write {key} = {example}"))));
            }
            check_base(&format!("http://localhost{}", text.value), &text.shown()).map_err(wrong)?;
        }
        paths.insert(endpoint, text.value);
    }
    Ok(paths)
}

fn budget(kind: TargetKind, fields: &Fields<'_>) -> Result<Budget, ConfigError> {
    let keys = ["requests", "machine-tokens"];
    let section = fields.section("budget", &keys, "[target.X.budget] with the line requests = 5000")?;
    let limit = |key: &str, example: &str| match &section {
        Some(section) => section.whole(key, 0..=1_000_000_000, example),
        None => Ok(None),
    };
    let real = kind == TargetKind::Pool;
    Ok(Budget {
        requests: limit(keys[0], "5000")?.or_else(|| real.then_some(5000)),
        machine_tokens: limit(keys[1], "500")?.or_else(|| real.then_some(500)),
    })
}

fn own_issuer(fields: &Fields<'_>) -> Result<OwnIssuer, ConfigError> {
    let example = "own-issuer = { port = 9390 }";
    let Some(section) = fields.section("own-issuer", &["port", "tls"], example)? else {
        return Ok(OwnIssuer::default());
    };
    let port = section.whole("port", 0..=65_535, "9390")?.and_then(|port| u16::try_from(port).ok());
    Ok(OwnIssuer { port: port.unwrap_or(0), tls: section.switch("tls")?.unwrap_or(false) })
}

fn launch(kind: TargetKind, name: &str, fields: &Fields<'_>) -> Result<Option<Launch>, ConfigError> {
    let example = "[target.X.launch] with command = [\"bash\", \"start.sh\"]";
    let Some(section) = fields.section("launch", &launch_settings::KEYS, example)? else { return Ok(None) };
    if kind == TargetKind::Pool {
        return Err(fields.fault(
            "launch",
            "a real pool is not started",
            "remove it, or write kind = \"emulator\"",
        ));
    }
    launch_settings::read(name, &section).map(Some)
}
