//! The names of pools, clients, users and scopes where the harness is the issuer. They are fixed, so that a service can
//! be set up once.

use std::collections::BTreeMap;

use super::super::{Kind, Profile};
use crate::model::fixture::{Client, Fixture, Pool, ResourceServer, SCHEMA, User};

/// The AWS Region that the pool ids name.
pub const REGION: &str = "us-east-1";
/// The pool that the guard trusts.
pub const POOL: &str = "us-east-1_Poolproof";
/// Another pool.
pub const OTHER_POOL: &str = "us-east-1_Otherpool";
/// The guard's client.
pub const CLIENT: &str = "poolproofwebclient00000001";
/// The client for the client-credentials grant.
pub const MACHINE_CLIENT: &str = "poolproofmachineclient0001";
/// Another client of the same pool.
pub const OTHER_CLIENT: &str = "poolproofotherclient000001";
/// A client of the other pool.
pub const FOREIGN_CLIENT: &str = "poolproofforeignclient0001";
/// The identifier of the resource server.
pub const RESOURCE_SERVER: &str = "https://api.poolproof.test";

const SCOPES: [&str; 3] = ["read", "write", "admin"];
const LIFETIME: u32 = 3600;
const USERNAME: &str = "poolproof-main";
const EMAIL: &str = "main@poolproof.test";
const SUB: &str = "6f2a1c04-7c1e-4d6f-9b0a-0f5e6a1d2c3b";

/// What exists where the harness is the issuer. The URLs of the issuers are left open, because they depend on the port;
/// [`Issuer::fixture`](super::Issuer::fixture) has them.
pub fn fixture() -> Fixture {
    let users = || {
        let scopes = ["openid", "email", "profile"].map(str::to_owned).into_iter();
        scopes.chain(api_scopes().into_iter().take(1)).collect::<Vec<String>>()
    };
    let client = |id: &str, flow: &str, scopes: Vec<String>, other_pool: bool| Client {
        id: id.to_owned(),
        scopes,
        flows: vec![flow.to_owned()],
        access_seconds: u64::from(LIFETIME),
        id_seconds: u64::from(LIFETIME),
        refresh_seconds: 30 * 24 * 3600,
        other_pool,
        ..Client::default()
    };
    let clients = [
        ("web", client(CLIENT, "code", users(), false)),
        ("machine", client(MACHINE_CLIENT, "client_credentials", api_scopes(), false)),
        ("web-other", client(OTHER_CLIENT, "code", users(), false)),
        ("web-foreign", client(FOREIGN_CLIENT, "code", users(), true)),
    ];
    let pool = |id: &str| Pool { id: id.to_owned(), ..Pool::default() };
    let user = User { username: USERNAME.to_owned(), password: String::new(), email: EMAIL.to_owned() };
    Fixture {
        schema: SCHEMA,
        region: REGION.to_owned(),
        pool: pool(POOL),
        other_pool: Some(pool(OTHER_POOL)),
        resource_server: Some(ResourceServer {
            identifier: RESOURCE_SERVER.to_owned(),
            scopes: SCOPES.map(str::to_owned).to_vec(),
        }),
        client: clients.into_iter().map(|(role, client)| (role.to_owned(), client)).collect(),
        user: BTreeMap::from([("main".to_owned(), user)]),
        ..Fixture::default()
    }
}

/// The scopes of the resource server as tokens hold them.
fn api_scopes() -> Vec<String> {
    SCOPES.iter().map(|name| format!("{RESOURCE_SERVER}/{name}")).collect()
}

/// For whom tokens are minted where a guard takes tokens of this kind and asks for these scopes.
pub fn profile(good: Kind, scopes: &[&str]) -> Profile {
    let known = ["openid", "email", "profile"].into_iter().map(str::to_owned).chain(api_scopes());
    Profile {
        pool: POOL.to_owned(),
        region: REGION.to_owned(),
        client: CLIENT.to_owned(),
        machine_client: MACHINE_CLIENT.to_owned(),
        other_client: OTHER_CLIENT.to_owned(),
        foreign_client: FOREIGN_CLIENT.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        other_scopes: known.filter(|scope| !scopes.contains(&scope.as_str())).collect(),
        good,
        username: USERNAME.to_owned(),
        sub: SUB.to_owned(),
        email: EMAIL.to_owned(),
        groups: vec!["admins".to_owned(), "poweruser".to_owned()],
        lifetime: LIFETIME,
    }
}
