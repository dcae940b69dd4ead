//! Where the requests for a target go.

use std::collections::BTreeMap;

use crate::model::endpoint::Endpoint;
use crate::model::fixture::Fixture;
use crate::target::spec::{Target, TargetKind};

/// The port of a base URL, if it names one.
pub(super) fn port_of(base: &str) -> Option<u16> {
    base.rsplit_once(':')?.1.parse().ok()
}

/// The URL of every endpoint, and the `iss` of tokens where the settings say it.
pub(super) fn urls(
    target: &Target,
    fixture: &Fixture,
    port: Option<u16>,
    double_base: Option<&str>,
) -> Result<(BTreeMap<Endpoint, String>, Option<String>), String> {
    if target.kind == TargetKind::Service {
        return Ok((BTreeMap::new(), None));
    }
    if let Some(base) = double_base {
        let issuer = format!("{base}/{}", fixture.pool.id);
        let urls = Endpoint::ALL
            .into_iter()
            .map(|endpoint| {
                let base = if endpoint.below_issuer() { issuer.as_str() } else { base };
                (endpoint, format!("{base}{}", endpoint.default_path()))
            })
            .collect();
        return Ok((urls, None));
    }
    let addresses = target.resolve(fixture, port).map_err(|error| error.to_string())?;
    let urls = Endpoint::ALL.into_iter().map(|endpoint| (endpoint, addresses.url(endpoint))).collect();
    Ok((urls, Some(addresses.iss)))
}

/// The URLs of the other pool's domain: those of the main pool's with a path of its own in front. A real pool has a host
/// of its own, which is not known.
pub(super) fn other_urls(
    target: &Target,
    fixture: &Fixture,
    urls: &BTreeMap<Endpoint, String>,
) -> BTreeMap<Endpoint, String> {
    let Some(path) = fixture.other_domain_path().filter(|_| target.kind != TargetKind::Pool) else {
        return BTreeMap::new();
    };
    let prefixed = |(endpoint, url): (&Endpoint, &String)| {
        let own = target.paths.get(endpoint).map_or(endpoint.default_path(), String::as_str);
        let base = url.strip_suffix(own)?;
        (!endpoint.below_issuer()).then(|| (*endpoint, format!("{base}{path}{own}")))
    };
    urls.iter().filter_map(prefixed).collect()
}
