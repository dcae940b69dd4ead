//! Finds and removes what was created: by the journals, and by the names of the pools.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::{DeletionProtectionType, UserPoolType};
use poolproof_harness::model::text::one_line;
use poolproof_harness::target::provisioner::{Place, Removal};

use crate::failure::Refusal;
use crate::guards;
use crate::journal::{PoolRecord, Record};
use crate::pools::{TAG, is_our_name};
use crate::sdk::Session;

/// The most pages of pools that are read, 60 pools each. Accounts have at most 10,000 pools.
const PAGES: usize = 200;

/// Removes whatever the journals of a target list, and every pool and API whose name says that it is ours.
///
/// # Errors
/// A text that is safe to show, where the target could not be asked at all.
pub(crate) async fn remove(place: &Place) -> Result<Removal, String> {
    let session = Session::open(place).await?;
    let mut removal = Removal::default();
    let (here, elsewhere): (Vec<Record>, Vec<Record>) =
        Record::all(place)?.into_iter().partition(|record| record.elsewhere(place).is_none());
    for record in elsewhere {
        let reason = record.elsewhere(place).unwrap_or_default();
        let pools = record.pools.iter().map(|pool| format!("pool {}", one_line(&pool.name)));
        let apis = record.apis.iter().map(|api| format!("{} {}", api.kind, one_line(&api.name)));
        removal.left.extend(pools.chain(apis).map(|what| format!("{what}: {reason}")));
        if record.pools.is_empty() && record.apis.is_empty() {
            close(&record, &mut removal);
        }
    }

    // Side by side: on AWS one REST API may be deleted in 30 seconds.
    let (apis, pools) = futures::join!(
        Box::pin(guards::remove(&session, place, &here)),
        Box::pin(remove_pools(&session, place, &here))
    );
    let swept = [apis, pools?];
    for record in &here {
        let pools = record.pools.iter().map(|pool| pool.name.as_str());
        let mut names = pools.chain(record.apis.iter().map(|api| api.name.as_str()));
        if !names.any(|name| swept.iter().any(|swept| swept.remaining.contains(name))) {
            close(record, &mut removal);
        }
    }
    for swept in swept {
        removal.removed.extend(swept.removal.removed);
        removal.left.extend(swept.removal.left);
    }
    Ok(removal)
}

fn close(record: &Record, removal: &mut Removal) {
    if let Err(reason) = record.close() {
        removal.left.push(reason);
    }
}

/// What became of one sort of things.
#[derive(Default)]
pub(crate) struct Swept {
    /// For the user.
    pub(crate) removal: Removal,
    /// The names of what is, or may be, still there: their journals must stay.
    pub(crate) remaining: BTreeSet<String>,
}

async fn remove_pools(session: &Session, place: &Place, here: &[Record]) -> Result<Swept, String> {
    let mut swept = Swept::default();
    let listed = match list_until_settled(session, place, here).await {
        Ok(listed) => Some(listed),
        // The pools whose ids are known can be removed without a list.
        Err(refusal) if refusal.was_answered() && here.iter().any(Record::knows_ids) => {
            let reason = format!("pools whose ids are not known: they cannot be listed: {refusal}");
            swept.removal.left.push(reason);
            let unknown = here.iter().flat_map(|record| &record.pools).filter(|pool| pool.id.is_none());
            swept.remaining.extend(unknown.map(|pool| pool.name.clone()));
            None
        }
        Err(refusal) => return Err(format!("the pools cannot be listed: {refusal}")),
    };
    for doomed in find(place, here, listed.unwrap_or_default()).into_values() {
        if let Err(reason) = remove_pool(session, place, &doomed, &mut swept.removal).await {
            swept.removal.left.push(format!("{}: {reason}", doomed.label()));
            swept.remaining.insert(doomed.name);
        }
    }
    Ok(swept)
}

/// Why a thing that only has a name like ours stays on a real account.
pub(crate) fn untagged(target: &str) -> String {
    format!(
        "its name is like ours, but it has no tag {TAG} = {target:?}; delete it by hand if it is not needed"
    )
}

/// A pool that may be there and must not stay.
struct Doomed {
    id: String,
    name: String,
    /// The domain that a journal says it may have.
    domain: Option<String>,
    /// Whether a journal lists it. What merely has a name like ours is looked at twice on a real account.
    journalled: bool,
}

impl Doomed {
    fn label(&self) -> String {
        format!("pool {} ({})", one_line(&self.name), one_line(&self.id))
    }
}

/// Every pool to be removed, by id.
fn find(place: &Place, records: &[Record], listed: Vec<(String, String)>) -> BTreeMap<String, Doomed> {
    let journalled: BTreeMap<&str, &PoolRecord> =
        records.iter().flat_map(|record| &record.pools).map(|pool| (pool.name.as_str(), pool)).collect();
    let ids = journalled.values().filter_map(|pool| Some((pool.id.clone()?, pool.name.clone())));
    ids.chain(listed)
        .filter(|(_, name)| is_our_name(&place.target, name))
        // Other runs may be under way: theirs are left alone.
        .filter(|(_, name)| place.run.is_none() || journalled.contains_key(name.as_str()))
        .map(|(id, name)| {
            let record = journalled.get(name.as_str());
            let domain = record.and_then(|pool| pool.domain.clone());
            (id.clone(), Doomed { id, domain, journalled: record.is_some(), name })
        })
        .collect()
}

/// Every pool of the place. A run that was killed a moment ago may have a call under way that creates its pool only
/// now, so that the list is asked for again if a pool is missing.
async fn list_until_settled(
    session: &Session,
    place: &Place,
    records: &[Record],
) -> Result<Vec<(String, String)>, Refusal> {
    let moment = if place.real { Duration::from_secs(3) } else { Duration::from_millis(300) };
    let mut listed = list(session).await?;
    for _ in 0..2 {
        let is_listed = |pool: &PoolRecord| listed.iter().any(|(_, name)| *name == pool.name);
        let mut pools = records.iter().flat_map(|record| &record.pools);
        if !pools.any(|pool| pool.may_appear() && !is_listed(pool)) {
            break;
        }
        tokio::time::sleep(moment).await;
        listed = list(session).await?;
    }
    Ok(listed)
}

/// Every pool of the place, as id and name.
async fn list(session: &Session) -> Result<Vec<(String, String)>, Refusal> {
    let mut pools = Vec::new();
    let mut next = None;
    for _ in 0..PAGES {
        session.pace().await;
        let page = session.api.list_user_pools().max_results(60).set_next_token(next.clone()).send().await?;
        pools.extend(
            page.user_pools()
                .iter()
                .filter_map(|pool| Some((pool.id()?.to_owned(), pool.name().unwrap_or_default().to_owned()))),
        );
        // Some emulators answer with an empty token, or always with the same one.
        if page.next_token.as_deref().is_none_or(str::is_empty) || page.next_token == next {
            break;
        }
        next = page.next_token;
    }
    Ok(pools)
}

/// Removes one pool with all that is in it; it is no error if it is not there.
async fn remove_pool(
    session: &Session,
    place: &Place,
    doomed: &Doomed,
    removal: &mut Removal,
) -> Result<(), String> {
    session.pace().await;
    let described = session.api.describe_user_pool().user_pool_id(&doomed.id).send().await;
    let pool = match described.map_err(Refusal::from) {
        Ok(answer) => answer.user_pool,
        Err(refusal) if refusal.is_not_found() => return Ok(()),
        Err(refusal) if !refusal.was_answered() => return Err(refusal.to_string()),
        // A target that cannot describe pools may still be able to delete them.
        Err(_) => None,
    };
    if pool.as_ref().and_then(UserPoolType::name).is_some_and(|name| name != doomed.name) {
        // An emulator that was restarted gave the id to another pool; ours went with its memory.
        return Ok(());
    }
    let tag = pool.as_ref().and_then(|pool| pool.user_pool_tags()?.get(TAG));
    if place.real && !doomed.journalled && tag != Some(&place.target) {
        return Err(untagged(&place.target));
    }
    let domain = remove_domains(session, doomed, pool.as_ref(), removal).await;
    if pool.as_ref().and_then(UserPoolType::deletion_protection) == Some(&DeletionProtectionType::Active) {
        session.pace().await;
        let update = session.api.update_user_pool().user_pool_id(&doomed.id);
        update.deletion_protection(DeletionProtectionType::Inactive).send().await.map_err(|error| {
            format!("its deletion protection cannot be switched off: {}", Refusal::from(error))
        })?;
    }
    session.pace().await;
    let deleted = session.api.delete_user_pool().user_pool_id(&doomed.id).send().await;
    match deleted.map_err(Refusal::from) {
        Ok(_) => {
            removal.removed.push(doomed.label());
            Ok(())
        }
        Err(refusal) if refusal.is_not_found() => Ok(()),
        Err(refusal) => Err(match domain {
            Ok(()) => refusal.to_string(),
            Err(reason) => format!("{refusal}; {reason}"),
        }),
    }
}

/// Deletes the domains of a pool, which would keep it from being deleted.
async fn remove_domains(
    session: &Session,
    doomed: &Doomed,
    pool: Option<&UserPoolType>,
    removal: &mut Removal,
) -> Result<(), String> {
    let described = [pool.and_then(UserPoolType::domain), pool.and_then(UserPoolType::custom_domain)];
    let domains: BTreeSet<&str> = described.into_iter().flatten().chain(doomed.domain.as_deref()).collect();
    let mut outcome = Ok(());
    for domain in domains.into_iter().filter(|domain| !domain.is_empty()) {
        session.pace().await;
        let deleted =
            session.api.delete_user_pool_domain().user_pool_id(&doomed.id).domain(domain).send().await;
        match deleted.map_err(Refusal::from) {
            Ok(_) => removal.removed.push(format!("domain {}", one_line(domain))),
            Err(refusal) => outcome = Err(format!("domain {}: {refusal}", one_line(domain))),
        }
    }
    outcome
}
