//! The order in which a fixture is created: pools, then domain and resource servers, then clients and users.

use futures::stream::{self, StreamExt};
use poolproof_harness::model::fixture::{Fixture, Pool, ResourceServer, SCHEMA};
use poolproof_harness::target::provisioner::Place;

use crate::clients;
use crate::journal::Journal;
use crate::pools;
use crate::roles::{Afterwards, RESOURCE_SERVER, RETIRED, ROLES, Role, SCOPES};
use crate::sdk::Session;
use crate::users::{self, PEOPLE, Person};

/// Creates all that the place can have; what it cannot have is listed with the reason.
///
/// # Errors
/// A text that is safe to show, where not even the main pool could be created.
pub(crate) async fn create(place: &Place) -> Result<Fixture, String> {
    let session = Session::open(place).await?;
    let journal = Journal::start(place)?;
    let main = match pools::create(&session, &journal, &place.target).await {
        Ok(id) => id,
        Err(refusal) => {
            if refusal.is_definite() {
                journal.discard();
            }
            return Err(format!("no user pool could be created: {refusal}"));
        }
    };
    let mut fixture = Fixture {
        schema: SCHEMA,
        region: place.region.clone(),
        pool: pool(&place.region, &main),
        ..Fixture::default()
    };
    let sites = Sites {
        other: add_other_pool(&session, &journal, place, &mut fixture).await,
        resource_server: add_resource_server(&session, &mut fixture).await,
        main,
    };
    if place.real {
        miss(&mut fixture, "managed-login", &"the domain is made with the pages of the classic hosted UI");
    }
    match pools::create_domain(&session, &journal, &sites.main).await {
        Ok(prefix) => fixture.domain_prefix = Some(prefix),
        Err(refusal) => miss(&mut fixture, "domain", &refusal),
    }
    add_clients(&session, &sites, &mut fixture).await;
    add_users(&session, &sites, &mut fixture).await;
    retire_scope(&session, &sites, &mut fixture).await;
    Ok(fixture)
}

/// The pools that were created, and whether they have resource servers.
struct Sites {
    main: String,
    resource_server: bool,
    other: Option<OtherPool>,
}

struct OtherPool {
    id: String,
    resource_server: bool,
}

impl Sites {
    /// The id of a pool and whether it has a resource server.
    fn site(&self, other_pool: bool) -> Option<(&str, bool)> {
        if other_pool {
            self.other.as_ref().map(|other| (other.id.as_str(), other.resource_server))
        } else {
            Some((&self.main, self.resource_server))
        }
    }
}

const NO_OTHER_POOL: &str = "the other pool could not be created";

fn pool(region: &str, id: &str) -> Pool {
    let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{id}");
    Pool { id: id.to_owned(), issuer, domain_path: None }
}

fn miss(fixture: &mut Fixture, name: &str, reason: &impl ToString) {
    fixture.missing.insert(name.to_owned(), reason.to_string());
}

async fn add_other_pool(
    session: &Session,
    journal: &Journal,
    place: &Place,
    fixture: &mut Fixture,
) -> Option<OtherPool> {
    match pools::create(session, journal, &place.target).await {
        Ok(id) => {
            // One address cannot have many host names: emulators tell pools apart by client id. On AWS the other pool
            // would need a domain of its own.
            let domain_path = (!place.real).then(String::new);
            fixture.other_pool = Some(Pool { domain_path, ..pool(&place.region, &id) });
            // Without its own resource server the client in the other pool is tried all the same, and tells.
            let resource_server = pools::create_resource_server(session, &id).await.is_ok();
            Some(OtherPool { id, resource_server })
        }
        Err(refusal) => {
            miss(fixture, "other-pool", &refusal);
            None
        }
    }
}

async fn add_resource_server(session: &Session, fixture: &mut Fixture) -> bool {
    match pools::create_resource_server(session, &fixture.pool.id).await {
        Ok(()) => {
            let scopes = SCOPES.iter().map(ToString::to_string).collect();
            fixture.resource_server = Some(ResourceServer { identifier: RESOURCE_SERVER.to_owned(), scopes });
            true
        }
        Err(refusal) => {
            miss(fixture, "resource-server", &refusal);
            false
        }
    }
}

async fn add_clients(session: &Session, sites: &Sites, fixture: &mut Fixture) {
    let make = |role: &'static Role| async move {
        let outcome = match sites.site(role.other_pool) {
            Some((pool, server)) => clients::make(session, pool, role, server).await,
            None => Err(NO_OTHER_POOL.to_owned()),
        };
        (role, outcome)
    };
    let making: Vec<_> = ROLES.iter().map(make).collect();
    let mut outcomes = stream::iter(making).buffer_unordered(session.width);
    while let Some((role, outcome)) = outcomes.next().await {
        match outcome {
            Ok(client) => {
                fixture.client.insert(role.name.to_owned(), client);
            }
            Err(reason) => miss(fixture, &format!("client.{}", role.name), &reason),
        }
    }
}

async fn add_users(session: &Session, sites: &Sites, fixture: &mut Fixture) {
    let make = |person: &'static Person| async move {
        let outcome = match sites.site(person.other_pool) {
            Some((pool, _)) => users::make(session, pool, *person).await,
            None => Err(NO_OTHER_POOL.to_owned()),
        };
        (person, outcome)
    };
    let making: Vec<_> = PEOPLE.iter().map(make).collect();
    let mut outcomes = stream::iter(making).buffer_unordered(session.width);
    while let Some((person, outcome)) = outcomes.next().await {
        match outcome {
            Ok(user) => {
                fixture.user.insert(person.name.to_owned(), user);
            }
            Err(reason) => miss(fixture, &format!("user.{}", person.name), &reason),
        }
    }
}

/// Retires the scope, last of all: by then the client that is allowed it exists.
async fn retire_scope(session: &Session, sites: &Sites, fixture: &mut Fixture) {
    let refusal = if sites.resource_server {
        pools::retire_scope(session, &sites.main)
            .await
            .err()
            .map(|refusal| format!("UpdateResourceServer: {refusal}"))
    } else {
        Some("there is no resource server whose scope could be retired".to_owned())
    };
    let Some(reason) = refusal else { return };
    if let Some(server) = &mut fixture.resource_server {
        server.scopes.push(RETIRED.to_owned());
    }
    for role in ROLES.iter().filter(|role| role.afterwards == Afterwards::RetireScope) {
        if fixture.client.remove(role.name).is_some() {
            miss(fixture, &format!("client.{}", role.name), &reason);
        }
    }
}
