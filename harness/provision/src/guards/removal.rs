//! Finds and removes the APIs that were created: by the journals, and by their names.

use std::collections::BTreeMap;
use std::time::Duration;

use poolproof_harness::model::text::one_line;
use poolproof_harness::target::provisioner::Place;

use crate::failure::Refusal;
use crate::journal::{ApiKind, ApiRecord, Record};
use crate::pools::{TAG, is_our_name};
use crate::remove::{Swept, untagged};
use crate::sdk::Session;

/// The most pages of APIs that are read. A Region has at most 600 APIs of a kind.
const PAGES: usize = 200;
/// How often a deletion is tried that is throttled, beside what the SDK tries by itself.
const DELETIONS: usize = 4;

/// Removes the APIs that journals list, and those whose names say that they are ours. With [`Place::run`] nothing else
/// than what the journals list, so that nothing is asked where they list none.
pub(crate) async fn remove(session: &Session, place: &Place, here: &[Record]) -> Swept {
    let mut swept = Swept::default();
    for kind in [ApiKind::Http, ApiKind::Rest] {
        let records: Vec<&ApiRecord> =
            here.iter().flat_map(|record| &record.apis).filter(|api| api.kind == kind).collect();
        if !records.is_empty() || place.run.is_none() {
            remove_kind(session, place, kind, &records, &mut swept).await;
        }
    }
    swept
}

async fn remove_kind(
    session: &Session,
    place: &Place,
    kind: ApiKind,
    records: &[&ApiRecord],
    swept: &mut Swept,
) {
    let listed = match list_until_settled(session, place, kind, records).await {
        Ok(listed) => listed,
        // Most emulators have no API Gateway, and who may not look at APIs has made none.
        Err(refusal) if records.is_empty() && (!place.real || refusal.has_code("AccessDeniedException")) => {
            return;
        }
        Err(refusal) => {
            let unknown: Vec<_> = records.iter().filter(|api| api.id.is_none()).collect();
            if records.is_empty() || !unknown.is_empty() {
                let reason = format!("{kind}s whose ids are not known: they cannot be listed: {refusal}");
                swept.removal.left.push(reason);
            }
            swept.remaining.extend(unknown.into_iter().map(|api| api.name.clone()));
            Vec::new()
        }
    };
    for doomed in find(place, kind, records, listed) {
        match remove_api(session, place, &doomed).await {
            Ok(true) => swept.removal.removed.push(doomed.label()),
            Ok(false) => {}
            Err(reason) => {
                swept.removal.left.push(format!("{}: {reason}", doomed.label()));
                swept.remaining.insert(doomed.name);
            }
        }
    }
}

/// An API that is there.
pub(super) struct Listed {
    id: String,
    name: String,
    tag: Option<String>,
}

/// An API that may be there and must not stay.
struct Doomed {
    kind: ApiKind,
    id: String,
    name: String,
    /// Whether a journal lists it, or else its tag says that it is ours.
    certain: bool,
}

impl Doomed {
    fn label(&self) -> String {
        format!("{} {} ({})", self.kind, one_line(&self.name), one_line(&self.id))
    }
}

/// Every API to be removed.
fn find(place: &Place, kind: ApiKind, records: &[&ApiRecord], listed: Vec<Listed>) -> Vec<Doomed> {
    let journalled = |name: &str| records.iter().any(|api| api.name == name);
    // An emulator that was restarted may have given an id to another API.
    let mut found: BTreeMap<String, (String, bool)> =
        records.iter().filter_map(|api| Some((api.id.clone()?, (api.name.clone(), true)))).collect();
    for api in listed {
        let certain = journalled(&api.name) || api.tag.as_ref() == Some(&place.target);
        found.insert(api.id, (api.name, certain));
    }
    found
        .into_iter()
        .filter(|(_, (name, _))| is_our_name(&place.target, name))
        // Other runs may be under way: theirs are left alone.
        .filter(|(_, (name, _))| place.run.is_none() || journalled(name))
        .map(|(id, (name, certain))| Doomed { kind, id, name, certain })
        .collect()
}

/// Every API of a kind. A run that was killed a moment ago may have a call under way that creates its API only now.
async fn list_until_settled(
    session: &Session,
    place: &Place,
    kind: ApiKind,
    records: &[&ApiRecord],
) -> Result<Vec<Listed>, Refusal> {
    let moment = if place.real { Duration::from_secs(3) } else { Duration::from_millis(300) };
    let mut listed = list(session, kind).await?;
    for _ in 0..2 {
        let is_listed = |api: &ApiRecord| listed.iter().any(|other| other.name == api.name);
        if !records.iter().any(|api| api.may_appear() && !is_listed(api)) {
            break;
        }
        tokio::time::sleep(moment).await;
        listed = list(session, kind).await?;
    }
    Ok(listed)
}

async fn list(session: &Session, kind: ApiKind) -> Result<Vec<Listed>, Refusal> {
    let mut listed = Vec::new();
    let mut next = None;
    for _ in 0..PAGES {
        let (page, after) = page(session, kind, next.clone()).await?;
        listed.extend(page);
        // Some emulators answer with an empty token, or always with the same one.
        if after.as_deref().is_none_or(str::is_empty) || after == next {
            break;
        }
        next = after;
    }
    Ok(listed)
}

/// One page of APIs, and where the next one begins.
pub(super) async fn page(
    session: &Session,
    kind: ApiKind,
    from: Option<String>,
) -> Result<(Vec<Listed>, Option<String>), Refusal> {
    session.pace().await;
    match kind {
        ApiKind::Rest => {
            let answer = session.rest.get_rest_apis().limit(500).set_position(from).send().await?;
            let listed = answer.items().iter().filter_map(|api| {
                let tag = api.tags().and_then(|tags| tags.get(TAG)).cloned();
                Some(Listed { id: api.id()?.to_owned(), name: api.name()?.to_owned(), tag })
            });
            Ok((listed.collect(), answer.position().map(ToOwned::to_owned)))
        }
        ApiKind::Http => {
            let answer = session.http.get_apis().set_next_token(from).send().await?;
            let listed = answer.items().iter().filter_map(|api| {
                let tag = api.tags().and_then(|tags| tags.get(TAG)).cloned();
                Some(Listed { id: api.api_id()?.to_owned(), name: api.name()?.to_owned(), tag })
            });
            Ok((listed.collect(), answer.next_token().map(ToOwned::to_owned)))
        }
    }
}

/// Removes one API with all that is in it, and answers whether it was there.
async fn remove_api(session: &Session, place: &Place, doomed: &Doomed) -> Result<bool, String> {
    if place.real && !doomed.certain {
        return Err(untagged(&place.target));
    }
    let mut tried = 1;
    loop {
        match delete(session, doomed).await {
            Ok(()) => return Ok(true),
            Err(refusal) if refusal.is_not_found() => return Ok(false),
            Err(refusal) if refusal.has_code("TooManyRequestsException") && tried < DELETIONS => {
                tokio::time::sleep(session.throttled).await;
                tried += 1;
            }
            Err(refusal) => return Err(refusal.to_string()),
        }
    }
}

async fn delete(session: &Session, doomed: &Doomed) -> Result<(), Refusal> {
    session.pace().await;
    match doomed.kind {
        ApiKind::Rest => {
            session.rest.delete_rest_api().rest_api_id(&doomed.id).send().await?;
        }
        ApiKind::Http => {
            session.http.delete_api().api_id(&doomed.id).send().await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_aws_a_name_alone_is_not_enough() {
        let place = Place {
            target: "aws".to_owned(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            real: true,
            journals: "journals".into(),
            run: None,
        };
        let listed = |id: &str, name: &str, tag: Option<&str>| Listed {
            id: id.to_owned(),
            name: name.to_owned(),
            tag: tag.map(ToOwned::to_owned),
        };
        let there = vec![
            listed("a", "poolproof-aws-000000000001", Some("aws")),
            listed("b", "poolproof-aws-000000000002", None),
            listed("c", "poolproof-aws-two-000000000003", Some("aws")),
            listed("d", "theirs", Some("aws")),
        ];
        let found = find(&place, ApiKind::Rest, &[], there);
        let found: Vec<_> = found.iter().map(|doomed| (doomed.id.as_str(), doomed.certain)).collect();
        assert_eq!(found, [("a", true), ("b", false)]);
    }
}
