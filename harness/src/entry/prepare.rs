//! Makes a target ready: starts it, gets its fixture, works out its URLs. And takes it down again.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::RwLock;

use super::addresses::{other_urls, port_of, urls};
use super::cli::{EffortArgs, Profile};
use super::context::{journals, parse_fixture, read_fixture};
use super::control::control;
use super::guards::Ground;
use super::issuer::OwnIssuer;
use super::masks;
use super::wiring::{DoubleOptions, RunningDouble, StartedService, Wiring};
use crate::exec::budget::{Budget, Limits};
use crate::exec::client::Client;
use crate::exec::session::Session;
use crate::model::endpoint::Endpoint;
use crate::model::fixture::Fixture;
use crate::model::guard::TokenSource;
use crate::model::need::Need;
use crate::observe::redact::FixtureNames;
use crate::target::launch::{self, Launch, Launched};
use crate::target::place::is_on_this_machine;
use crate::target::provisioner::{Place, Provisioner};
use crate::target::spec::{FixtureSource, Pages, Target, TargetKind};
use crate::trial::{Bench, CaseCounts};

/// A target that is up, with what has to be taken down again.
pub(super) struct Ready {
    /// What is tested of it, by the names of the units that were asked for: for the scenarios, or why it is not ready.
    pub(super) benches: Vec<(String, Result<Arc<Bench>, String>)>,
    /// The target as a whole.
    pub(super) session: Session,
    up: Up,
}

/// Starts a target and gets everything that the scenarios of these units need.
///
/// # Errors
/// A text for the user: what failed and what to do. Whatever was started or created is taken down again.
pub(super) async fn ready(
    wiring: &Wiring,
    target: &Target,
    units: &[&Target],
    config: &Path,
    effort: &EffortArgs,
    stop: impl Future<Output = ()>,
) -> Result<Ready, String> {
    let mut up = Up::default();
    let outcome = tokio::select! {
        outcome = up.bring(wiring, target, units, config, effort) => outcome,
        () = stop => Err("the run was stopped".to_owned()),
    };
    match outcome {
        Ok((session, benches)) => Ok(Ready { benches, session, up }),
        Err(reason) => {
            for remark in up.down(false).await {
                super::output::remark(&remark);
            }
            Err(reason)
        }
    }
}

impl Ready {
    /// Removes the fixtures (unless they are to be kept) and stops what was started. Answers with what could not be
    /// done.
    pub(super) async fn down(self, keep_fixtures: bool) -> Vec<String> {
        self.up.down(keep_fixtures).await
    }

    /// The faults that its double was asked for since the last time; none where it has no double.
    pub(super) fn take_asked(&self) -> BTreeSet<String> {
        self.up.double.as_ref().map(|double| double.take_asked()).unwrap_or_default()
    }

    /// The bench of a unit, if it is ready.
    pub(super) fn bench(&self, unit: &str) -> Result<Arc<Bench>, String> {
        let found = self.benches.iter().find(|(name, _)| name == unit);
        found.map_or_else(|| Err("it was not asked for".to_owned()), |(_, bench)| bench.clone())
    }
}

#[derive(Default)]
struct Up {
    issuer: Option<OwnIssuer>,
    provisioned: Option<(Arc<dyn Provisioner>, Place, String)>,
    launched: Option<Launched>,
    double: Option<Arc<dyn RunningDouble>>,
    service: Option<StartedService>,
}

/// Every bench that was asked for, by the name of its unit.
type Benches = Vec<(String, Result<Arc<Bench>, String>)>;

impl Up {
    async fn bring(
        &mut self,
        wiring: &Wiring,
        target: &Target,
        units: &[&Target],
        config: &Path,
        effort: &EffortArgs,
    ) -> Result<(Session, Benches), String> {
        self.issue(target, units).await?;
        let port = self.launch(target, config).await?;
        let double_base = if target.kind == TargetKind::Double {
            let options = DoubleOptions {
                faults: target.faults.clone(),
                classic_pages: target.pages == Pages::Classic,
                trusts: self.issuer.as_ref().map(|own| own.issuer.url().to_owned()),
                ..DoubleOptions::default()
            };
            let double: Arc<dyn RunningDouble> = Arc::from((wiring.start_double)(options).await?);
            let base = double.base_url();
            self.double = Some(double);
            Some(base)
        } else {
            None
        };
        let session = self.session(wiring, target, port, double_base.as_deref()).await?;
        // The double has its port alone.
        let port = port.or_else(|| port_of(double_base.as_deref()?));
        let mut benches = Vec::new();
        for unit in units.iter().filter(|unit| unit.guard.is_none()) {
            benches.push((unit.name.clone(), Ok(Arc::new(bench(unit, session.clone(), effort)))));
        }
        let guarded: Vec<&Target> = units.iter().filter(|unit| unit.guard.is_some()).copied().collect();
        if !guarded.is_empty() {
            let service = self.serve(wiring, target).await?;
            let ground = Ground {
                target,
                session: &session,
                port,
                provisioned: self.provisioned.as_ref(),
                issuer: self.issuer.as_ref().map(|own| &own.issuer),
                service,
            };
            for (unit, session) in guarded.iter().zip(ground.sessions(&guarded).await) {
                let bench = session.map(|session| Arc::new(bench(unit, session, effort)));
                benches.push((unit.name.clone(), bench));
            }
        }
        Ok((session, benches))
    }

    /// Begins to issue tokens, where a guard is to trust the harness.
    async fn issue(&mut self, target: &Target, units: &[&Target]) -> Result<(), String> {
        let wants =
            |unit: &&Target| unit.guard.as_ref().is_some_and(|guard| guard.tokens == TokenSource::Issuer);
        let named = target.launch.as_ref().is_some_and(Launch::names_the_issuer);
        if named || target.kind == TargetKind::Service || units.iter().any(wants) {
            self.issuer = Some(OwnIssuer::start(target).await?);
        }
        Ok(())
    }

    /// Starts the service that the caller of the library brings, where it brings one. Answers with its URL.
    async fn serve(&mut self, wiring: &Wiring, target: &Target) -> Result<Option<String>, String> {
        match (&wiring.service, &self.issuer) {
            (Some(start), Some(own)) if target.kind == TargetKind::Service => {
                let service = start(own.trusted()).await?;
                let url = service.url.clone();
                self.service = Some(service);
                Ok(Some(url))
            }
            _ => Ok(None),
        }
    }

    /// Starts the server of the target, where that is this tool's business. Answers with its port.
    async fn launch(&mut self, target: &Target, config: &Path) -> Result<Option<u16>, String> {
        let folder = config.parent().unwrap_or(Path::new(""));
        let starts = target.launch.as_ref().filter(|launch| !launch.join_only);
        if let Some(settings) = starts {
            let (url, authority) = self.issuer.as_ref().map(OwnIssuer::texts).unwrap_or_default();
            self.launched = Some(
                launch::start(
                    &settings.clone().trusting(&url, &authority),
                    folder,
                    &launch::runs_folder(&|name| std::env::var(name).ok()),
                    &super::output::remark,
                )
                .await
                // The end of its log may hold what it was told in its environment.
                .map_err(|error| masks::hide(&error.to_string()))?,
            );
        }
        let written = target.launch.as_ref().map(|launch| launch.port).filter(|port| *port != 0);
        Ok(self.launched.as_ref().map(|launched| launched.port).or(written))
    }

    /// How the target as a whole is reached.
    async fn session(
        &mut self,
        wiring: &Wiring,
        target: &Target,
        port: Option<u16>,
        double_base: Option<&str>,
    ) -> Result<Session, String> {
        let api = match double_base {
            Some(base) => Some(base.to_owned()),
            None => target.endpoint(port).map_err(|error| error.to_string())?,
        };
        if let (Some(api), FixtureSource::Provision) = (&api, &target.fixture) {
            target.check_reachable("endpoint", api).await.map_err(|error| error.to_string())?;
        }
        let real = target.kind == TargetKind::Pool && api.is_none();
        let place = Place {
            target: target.name.clone(),
            endpoint: api.clone(),
            region: target.region.clone(),
            real,
            journals: journals(),
            run: Some(run_mark()),
        };
        let mut fixture = self.fixture(wiring, target, &place).await?;
        let (urls, iss) = urls(target, &fixture, port, double_base)?;
        if let Some(iss) = iss {
            fixture.pool.issuer = iss;
        }
        let other_urls = other_urls(target, &fixture, &urls);
        if urls.get(&Endpoint::Jwks).is_some_and(|url| !url.contains(&format!("/{}/", fixture.pool.id))) {
            let reason = "the URL of its issuer names no pool".to_owned();
            fixture.missing.insert(Need::IssuerPerPool.to_string(), reason);
        }
        let fixture = Arc::new(fixture);
        let control = control(wiring, &place, &fixture, api.is_some() || real, self.double.clone());
        for (key, endpoint) in [("domain", Endpoint::Token), ("issuer", Endpoint::Jwks)] {
            if let Some(url) = urls.get(&endpoint) {
                target.check_reachable(key, url).await.map_err(|error| error.to_string())?;
            }
        }
        let loopback = urls.values().all(|url| is_on_this_machine(url));
        Ok(Session {
            client: Client::new(target.timeout, loopback)?,
            urls,
            other_urls,
            fixture,
            control,
            budget: Arc::new(Budget::new(Limits {
                concurrency: target.concurrency,
                rate: target.rate,
                requests: target.budget.requests,
                machine_tokens: target.budget.machine_tokens,
            })),
            shared: Arc::default(),
            guard: None,
        })
    }

    async fn fixture(&mut self, wiring: &Wiring, target: &Target, place: &Place) -> Result<Fixture, String> {
        match &target.fixture {
            FixtureSource::Double => match &self.double {
                Some(double) => parse_fixture(double.fixture_json().as_bytes()),
                None => Err("only a target of kind \"double\" brings its own fixture".to_owned()),
            },
            FixtureSource::File(path) => read_fixture(path).inspect(masks::know_fixture),
            FixtureSource::Inline(fixture) => Ok(fixture.as_ref().clone()),
            FixtureSource::Issuer => self
                .issuer
                .as_ref()
                .map(|own| own.issuer.fixture())
                .ok_or_else(|| "there is no issuer".to_owned()),
            FixtureSource::Provision => {
                let maker = wiring.provisioner.ok_or(
                    "fixture = \"provision\" needs a build with the feature `provision`; or name existing resources",
                )?();
                self.provisioned = Some((Arc::clone(&maker), place.clone(), target.chosen_by.clone()));
                maker.create(place).await.inspect(masks::know_fixture)
            }
        }
    }

    async fn down(self, keep_fixtures: bool) -> Vec<String> {
        let mut left = Vec::new();
        if let Some((maker, place, chosen_by)) = self.provisioned {
            if keep_fixtures {
                left.push(format!(
                    "{}: the fixtures are left there; remove them with: poolproof provision {chosen_by} --remove",
                    place.target
                ));
            } else {
                match maker.remove(&place).await {
                    Ok(removal) => left.extend(
                        removal.left.into_iter().map(|what| format!("{}: still there: {what}", place.target)),
                    ),
                    Err(reason) => left.push(format!(
                        "{}: the fixtures could not be removed ({reason}); try: poolproof provision {chosen_by} --remove",
                        place.target
                    )),
                }
            }
        }
        if let Some(launched) = self.launched {
            launched.stop().await;
        }
        left
    }
}

/// What the scenarios of a unit use.
pub(super) fn bench(unit: &Target, session: Session, effort: &EffortArgs) -> Bench {
    let names = FixtureNames::new(&session.fixture).with_urls(&session.urls);
    let guard = unit.guard.as_ref();
    Bench {
        names: match guard {
            Some(guard) => names.with_guard(&guard.scopes, guard.echo.clone()),
            None => names,
        },
        target: unit.name.clone(),
        session,
        exactness: guard.map(|guard| guard.exactness).unwrap_or_default(),
        window: unit.concurrency,
        counts: counts(unit.kind, effort),
        // Each case on a real pool costs: there, few more have to do.
        look_further: if unit.kind == TargetKind::Pool { 8 } else { 64 },
        repeat_prefix: format!(" {}", unit.chosen_by),
        quiet: RwLock::new(()),
    }
}

/// A mark of this run in the names of its journals, so that runs beside each other leave one another's fixtures alone.
fn run_mark() -> String {
    let mut bytes = [0_u8; 8];
    // Without randomness the process id still tells runs of one machine apart.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        bytes[..4].copy_from_slice(&std::process::id().to_le_bytes());
    }
    // Twelve digits: what a journal takes as a mark.
    format!("{:012x}", u64::from_le_bytes(bytes) >> 16)
}

/// The default numbers by kind of target, changed by profile and by `--cases`.
fn counts(kind: TargetKind, effort: &EffortArgs) -> CaseCounts {
    let base = match kind {
        TargetKind::Double | TargetKind::Emulator | TargetKind::Service => {
            CaseCounts { single: 32, flow: 12, exclusive: 4 }
        }
        TargetKind::Pool => CaseCounts { single: 4, flow: 2, exclusive: 1 },
    };
    let scaled = |count: u64| match effort.profile {
        Profile::Quick => count.div_ceil(4),
        Profile::Default => count,
        Profile::Deep => count * 8,
    };
    match effort.cases {
        None => CaseCounts {
            single: scaled(base.single),
            flow: scaled(base.flow),
            exclusive: scaled(base.exclusive).min(16),
        },
        Some(cases) => {
            CaseCounts { single: cases, flow: (cases * 3).div_ceil(8), exclusive: cases.div_ceil(8).min(16) }
        }
    }
}
