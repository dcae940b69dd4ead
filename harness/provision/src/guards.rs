//! Creates APIs in front of pools, which let requests through by the tokens of these pools.

mod http;
mod removal;
mod rest;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use futures::stream::{self, StreamExt};
use poolproof_harness::model::fixture::Fixture;
use poolproof_harness::model::ledger::Profile;
use poolproof_harness::model::text::one_line;
use poolproof_harness::target::provisioner::{GuardPlan, Place};

use crate::failure::Refusal;
use crate::journal::{ApiKind, Journal};
use crate::pools::unique_name;
use crate::sdk::Session;

pub(crate) use removal::remove;

/// The one path of each API.
const PATH: &str = "guarded";
/// The stage of a REST API.
const STAGE: &str = "guard";
/// The stage of an HTTP API, which is not part of its URL on AWS.
const DEFAULT_STAGE: &str = "$default";

/// Creates what can be created, and answers with a URL or a reason for each plan, in their order.
pub(crate) async fn create(
    place: &Place,
    fixture: &Fixture,
    plans: &[GuardPlan],
) -> Vec<Result<String, String>> {
    let kinds = kinds(plans);
    let wanted: BTreeSet<ApiKind> = kinds.iter().filter_map(|kind| kind.clone().ok()).collect();
    let batch =
        if wanted.is_empty() { Err(String::new()) } else { Batch::open(place, fixture, &wanted).await };
    let batch = batch.as_ref();
    let making: Vec<_> = plans
        .iter()
        .zip(kinds)
        .map(|(plan, kind)| async move {
            let kind = kind?;
            match batch {
                Ok(batch) => batch.make(kind, plan).await,
                Err(reason) => Err(reason.clone()),
            }
        })
        .collect();
    let width = batch.map_or(1, |batch| batch.session.width);
    stream::iter(making).buffered(width).collect().await
}

/// What each plan asks for, or what is wrong with it.
fn kinds(plans: &[GuardPlan]) -> Vec<Result<ApiKind, String>> {
    let mut names = BTreeSet::new();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let kind = |plan: &GuardPlan| {
        if plan.name.is_empty() || plan.name.len() > 64 || !plan.name.bytes().all(plain) {
            return Err(format!(
                "{:?} cannot be the name of a guard; write 1 to 64 lower-case letters, digits and '-'",
                plan.name
            ));
        }
        if !names.insert(plan.name.clone()) {
            return Err(format!("two guards are named {:?}; give each a name of its own", plan.name));
        }
        match plan.profile {
            Profile::Rest => Ok(ApiKind::Rest),
            Profile::Http => Ok(ApiKind::Http),
            Profile::ResourceServer => Err(format!(
                "{:?} is a resource server, which verifies tokens itself: there is no API to create for it",
                plan.name
            )),
        }
    };
    plans.iter().map(kind).collect()
}

/// What the plans of a batch have in common.
struct Batch<'a> {
    place: &'a Place,
    fixture: &'a Fixture,
    session: Session,
    journal: Journal,
    /// Kinds of APIs that the target does not have, with the reason.
    absent: BTreeMap<ApiKind, String>,
}

impl<'a> Batch<'a> {
    /// Looks for the API of each kind that is wanted before anything is written down: most emulators have none.
    async fn open(
        place: &'a Place,
        fixture: &'a Fixture,
        wanted: &BTreeSet<ApiKind>,
    ) -> Result<Self, String> {
        let session = Session::open(place).await?;
        let mut absent = BTreeMap::new();
        for kind in wanted {
            if let Err(refusal) = removal::page(&session, *kind, None).await {
                absent.insert(
                    *kind,
                    format!("no {kind} can be created there, they cannot be listed: {refusal}"),
                );
            }
        }
        if let Some(reason) = absent.values().next().filter(|_| absent.len() == wanted.len()) {
            return Err(reason.clone());
        }
        let journal = Journal::resume(place)?;
        Ok(Self { place, fixture, session, journal, absent })
    }

    async fn make(&self, kind: ApiKind, plan: &GuardPlan) -> Result<String, String> {
        if let Some(reason) = self.absent.get(&kind) {
            return Err(reason.clone());
        }
        let name = unique_name(&self.place.target)?;
        let mark = Mark { name: &name, target: &self.place.target, plan: &plan.name };
        let session = &self.session;
        match kind {
            ApiKind::Rest => {
                let arns = self.arns(plan).await?;
                self.journal.intend_api(kind, &name)?;
                let made = rest::create(session, mark).await?;
                self.journal.made_api(kind, &name, &made.id)?;
                rest::fill(session, &made, plan, &arns).await?;
                Ok(url(self.place, kind, &made.id))
            }
            ApiKind::Http => {
                let main = &self.fixture.pool.issuer;
                let issuer = if plan.issuer.is_empty() { main } else { &plan.issuer };
                self.journal.intend_api(kind, &name)?;
                let id = http::create(session, mark).await?;
                self.journal.made_api(kind, &name, &id)?;
                http::fill(session, &id, plan, issuer).await?;
                Ok(url(self.place, kind, &id))
            }
        }
    }

    /// The ARNs of the pools of a plan. The account is part of an ARN, and only the target knows it.
    async fn arns(&self, plan: &GuardPlan) -> Result<Vec<String>, String> {
        let main = std::slice::from_ref(&self.fixture.pool.id);
        let pools = if plan.pools.is_empty() { main } else { plan.pools.as_slice() };
        let mut arns = Vec::with_capacity(pools.len());
        for pool in pools {
            let call = self.session.api.describe_user_pool().user_pool_id(pool).send();
            let described = step(&self.session, "DescribeUserPool", call).await;
            let arn = described.and_then(|answer| {
                let arn = answer.user_pool.and_then(|pool| pool.arn);
                arn.filter(|arn| !arn.is_empty()).ok_or_else(|| format!("pool {pool:?} has no ARN"))
            });
            arns.push(match arn {
                Err(reason) if self.session.is_real() => return Err(reason),
                // An emulator may have an account without knowing it.
                Err(_) => format!("arn:aws:cognito-idp:{}:000000000000:userpool/{pool}", self.place.region),
                Ok(arn) => arn,
            });
        }
        Ok(arns)
    }
}

/// How an API shows that it is ours: as pools do, by its name and by a tag.
#[derive(Clone, Copy)]
struct Mark<'a> {
    name: &'a str,
    target: &'a str,
    plan: &'a str,
}

impl Mark<'_> {
    fn description(&self) -> String {
        format!("poolproof: guard {}", self.plan)
    }
}

/// One call, at the speed of the place. The text of its failure begins with its name.
async fn step<T, E>(
    session: &Session,
    name: &str,
    call: impl Future<Output = Result<T, SdkError<E>>>,
) -> Result<T, String>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    session.pace().await;
    call.await.map_err(|error| format!("{name}: {}", Refusal::from(error)))
}

/// The id in an answer. It becomes part of paths and of the URL.
fn id(name: &str, id: Option<&str>) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    match id {
        Some(id) if !id.is_empty() && id.bytes().all(plain) => Ok(id.to_owned()),
        Some(id) if !id.is_empty() => Err(format!("{name} answers with an odd id: {}", one_line(id))),
        _ => Err(format!("{name} answers without an id")),
    }
}

/// Finds out what the target silently drops, from the answer to the call that was to set it.
fn kept(settings: &[(&str, bool)]) -> Result<(), String> {
    let dropped: Vec<&str> = settings.iter().filter(|(_, kept)| !kept).map(|(name, _)| *name).collect();
    if dropped.is_empty() {
        return Ok(());
    }
    Err(format!("the target does not keep {}", dropped.join(", ")))
}

/// Whether two lists hold the same, in whatever order.
fn same(some: &[String], others: &[String]) -> bool {
    some.iter().collect::<BTreeSet<_>>() == others.iter().collect()
}

/// Where requests to an API go.
fn url(place: &Place, kind: ApiKind, id: &str) -> String {
    let stage = match kind {
        ApiKind::Rest => STAGE,
        ApiKind::Http => DEFAULT_STAGE,
    };
    match (&place.endpoint, kind) {
        // The host name of an API need not be known on this machine. Emulators take this path instead.
        (Some(endpoint), _) => {
            format!("{}/_aws/execute-api/{id}/{stage}/{PATH}", endpoint.trim_end_matches('/'))
        }
        (None, ApiKind::Rest) => {
            format!("https://{id}.execute-api.{}.amazonaws.com/{stage}/{PATH}", place.region)
        }
        (None, ApiKind::Http) => format!("https://{id}.execute-api.{}.amazonaws.com/{PATH}", place.region),
    }
}

#[cfg(test)]
mod tests;
