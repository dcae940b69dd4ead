//! What the engine is handed: suites, ledger, snapshots, the double, and the maker of fixtures.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use include_dir::{Dir, include_dir};
use poolproof_double::{Double, Fault, Options};
use poolproof_harness::entry::{DoubleOptions, RunningDouble, Wiring};
use poolproof_harness::selftest::SeededFault;

/// The ledger: file name and text.
pub const LEDGER: &[(&str, &str)] = &[
    ("token.toml", include_str!("ledger/token.toml")),
    ("authorize.toml", include_str!("ledger/authorize.toml")),
    ("login.toml", include_str!("ledger/login.toml")),
    ("revoke.toml", include_str!("ledger/revoke.toml")),
    ("userinfo.toml", include_str!("ledger/userinfo.toml")),
    ("logout.toml", include_str!("ledger/logout.toml")),
    ("discovery.toml", include_str!("ledger/discovery.toml")),
    ("claims.toml", include_str!("ledger/claims.toml")),
    ("lifecycle.toml", include_str!("ledger/lifecycle.toml")),
    ("background.toml", include_str!("ledger/background.toml")),
    ("guard-rest.toml", include_str!("ledger/guard-rest.toml")),
    ("guard-http.toml", include_str!("ledger/guard-http.toml")),
    ("guard-resource-server.toml", include_str!("ledger/guard-resource-server.toml")),
];

/// Every fact id that ever was, so that ids stay stable.
pub const LEDGER_IDS: &str = include_str!("ledger/IDS");

static SNAPSHOTS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/snapshots");

/// Everything that `poolproof_harness::entry::main` needs.
pub const WIRING: Wiring = Wiring {
    suites: crate::ALL,
    ledger: LEDGER,
    ledger_ids: LEDGER_IDS,
    snapshots: embedded_snapshots,
    start_double: |options| Box::pin(start_double(options)),
    double_faults,
    provisioner: PROVISIONER,
    service: None,
};

#[cfg(feature = "provision")]
const PROVISIONER: Option<fn() -> Arc<dyn poolproof_harness::target::provisioner::Provisioner>> =
    Some(|| Arc::new(poolproof_provision::AwsProvisioner::new()));

#[cfg(not(feature = "provision"))]
const PROVISIONER: Option<fn() -> Arc<dyn poolproof_harness::target::provisioner::Provisioner>> = None;

/// Every embedded snapshot: its path below the snapshot folder, and its text.
fn embedded_snapshots() -> Vec<(String, &'static str)> {
    fn collect(folder: &Dir<'static>, into: &mut Vec<(String, &'static str)>) {
        for file in folder.files() {
            let path = file.path().to_string_lossy().into_owned();
            let is_snapshot = file.path().extension().is_some_and(|extension| extension == "snap");
            if let (true, Some(text)) = (is_snapshot, file.contents_utf8()) {
                into.push((path, text));
            }
        }
        for inner in folder.dirs() {
            collect(inner, into);
        }
    }
    let mut files = Vec::new();
    collect(&SNAPSHOTS, &mut files);
    files
}

fn double_faults() -> Vec<SeededFault> {
    Fault::all()
        .map(|fault| SeededFault {
            id: fault.id().to_owned(),
            class: fault.class().name().to_owned(),
            says: fault.describe().to_owned(),
            violates: fault.violates().iter().map(ToString::to_string).collect(),
        })
        .collect()
}

async fn start_double(options: DoubleOptions) -> Result<Box<dyn RunningDouble>, String> {
    let faults = options
        .faults
        .iter()
        .map(|id| id.parse::<Fault>().map_err(|error| error.to_string()))
        .collect::<Result<Vec<_>, _>>()?;
    let port = options.port;
    let trusts = options.trusts;
    let (latency, classic_pages) = (options.latency, options.classic_pages);
    let options = Options { port, faults, trusts, latency, classic_pages, ..Options::default() };
    let double = Double::start_with(options)
        .await
        .map_err(|error| format!("the double could not be started on port {port}: {error}"))?;
    Ok(Box::new(Running(double)))
}

struct Running(Double);

impl RunningDouble for Running {
    fn base_url(&self) -> String {
        self.0.base_url()
    }

    fn fixture_json(&self) -> String {
        self.0.fixture_json()
    }

    fn advance(&self, by: Duration) {
        self.0.clock().advance(by);
    }

    fn rewind(&self, by: Duration) {
        let clock = self.0.clock();
        clock.set(clock.now().saturating_sub(by.as_secs()));
    }

    fn reset_clock(&self) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.0.clock().set(now);
    }

    fn take_asked(&self) -> BTreeSet<String> {
        self.0.take_asked().into_iter().map(ToOwned::to_owned).collect()
    }
}
