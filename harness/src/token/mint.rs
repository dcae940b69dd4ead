//! Minting: the genuine tokens of the harness as issuer, with the claims of Cognito (AWS developer guide, "Understanding
//! the ID token" and "Understanding the access token").

use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::fill;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::members::Members;
use super::realm::{Kind, Realm};
use crate::model::jwt::Genuine;

/// How many seconds ago minted tokens were issued: clocks of services may be a little slow.
const AGE: i64 = 5;

/// How long ago an expired token ended: more than any leeway.
const EXPIRED: i64 = 3600;

/// For whom and what tokens are minted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The pool id.
    pub pool: String,
    /// The AWS Region.
    pub region: String,
    /// The guard's client.
    pub client: String,
    /// The client of the client-credentials grant. It has to be one that the guard accepts.
    pub machine_client: String,
    /// Another client of the same pool.
    pub other_client: String,
    /// A client of the other pool.
    pub foreign_client: String,
    /// The scopes of the guard; none where it asks for none.
    pub scopes: Vec<String>,
    /// What users may have besides, such as `openid`; none of the guard's.
    pub other_scopes: Vec<String>,
    /// The kind of tokens that the guard takes.
    pub good: Kind,
    /// The user's name.
    pub username: String,
    /// The user's subject.
    pub sub: String,
    /// The user's verified address.
    pub email: String,
    /// The user's groups.
    pub groups: Vec<String>,
    /// The lifetime of tokens in seconds.
    pub lifetime: u32,
}

/// The two issuers that the harness is: that of the guard and that of another pool.
#[derive(Debug)]
pub struct Mint {
    /// The issuer that the guard trusts.
    pub own: Realm,
    /// That of another pool.
    pub other: Realm,
    /// Where an attacker offers keys: `/jwks.json` and `/certificate.pem` below it.
    pub elsewhere: String,
}

impl Mint {
    /// The issuers of these URLs.
    ///
    /// # Errors
    /// Where no key can be generated.
    pub fn new(own: &str, other: &str, elsewhere: &str) -> Result<Self, String> {
        // The first time keys are generated, which takes a moment for each.
        let (own, other) = thread::scope(|scope| {
            let other = scope.spawn(|| Realm::new(other, 1));
            (Realm::new(own, 0), other.join())
        });
        let other = other.map_err(|_| "the keys of the other pool were not made")?;
        Ok(Self { own: own?, other: other?, elsewhere: elsewhere.to_owned() })
    }

    /// Why there is no such token, if there is none: an issuer without sessions has none that could end.
    pub(super) fn lacks(profile: &Profile, genuine: Genuine) -> Option<&'static str> {
        match genuine {
            Genuine::Revoked | Genuine::SignedOut | Genuine::DeletedUser => {
                Some("the harness is the issuer and has no sessions that could end")
            }
            Genuine::OneScope | Genuine::LastScope if profile.scopes.is_empty() => {
                Some("the guard has no scopes")
            }
            _ => None,
        }
    }

    /// A fresh token.
    pub(super) fn token(&self, profile: &Profile, genuine: Genuine) -> Result<String, String> {
        if let Some(reason) = Self::lacks(profile, genuine) {
            return Err(format!("there is no {genuine} token: {reason}"));
        }
        let lifetime = i64::from(profile.lifetime);
        let order = Order { profile, client: &profile.client, issued: now() - AGE, lifetime };
        let scopes = |also: &[&[String]]| also.concat().join(" ");
        let access = |order: &Order<'_>, realm: &Realm| {
            realm
                .sign(Kind::Access, &order.access(realm, &scopes(&[&profile.other_scopes, &profile.scopes]))?)
        };
        let id = |order: &Order<'_>, realm: &Realm| realm.sign(Kind::Id, &order.id(realm)?);
        let good = |order: &Order<'_>| match profile.good {
            Kind::Id => id(order, &self.own),
            Kind::Access => access(order, &self.own),
        };
        match genuine {
            Genuine::Good | Genuine::Revoked | Genuine::SignedOut | Genuine::DeletedUser => good(&order),
            Genuine::Expired => good(&Order { issued: now() - EXPIRED - lifetime, ..order }),
            Genuine::Id => id(&order, &self.own),
            Genuine::Access => access(&order, &self.own),
            Genuine::Machine => {
                let order = Order { client: &profile.machine_client, ..order };
                self.own.sign(Kind::Access, &order.machine(&self.own, &scopes(&[&profile.scopes]))?)
            }
            Genuine::OneScope => {
                let one = profile.scopes.first().map_or("", String::as_str);
                self.own.sign(Kind::Access, &order.access(&self.own, one)?)
            }
            Genuine::LastScope => {
                let last = profile.scopes.last().map_or("", String::as_str);
                self.own.sign(Kind::Access, &order.access(&self.own, last)?)
            }
            Genuine::OtherScope => {
                self.own.sign(Kind::Access, &order.access(&self.own, &scopes(&[&profile.other_scopes]))?)
            }
            Genuine::OtherClientId => id(&Order { client: &profile.other_client, ..order }, &self.own),
            Genuine::OtherClientAccess => {
                access(&Order { client: &profile.other_client, ..order }, &self.own)
            }
            Genuine::OtherPoolId => id(&Order { client: &profile.foreign_client, ..order }, &self.other),
            Genuine::OtherPoolAccess => {
                access(&Order { client: &profile.foreign_client, ..order }, &self.other)
            }
            Genuine::Refresh => refresh_token(),
        }
    }
}

/// What one token is minted for.
struct Order<'a> {
    profile: &'a Profile,
    client: &'a str,
    issued: i64,
    lifetime: i64,
}

impl Order<'_> {
    /// The claims of an ID token.
    fn id(&self, realm: &Realm) -> Result<Members, String> {
        let mut claims = Members::default();
        claims.push("sub", self.profile.sub.as_str());
        claims.push("email_verified", true);
        claims.push("iss", realm.issuer());
        claims.push("cognito:username", self.profile.username.as_str());
        claims.push("origin_jti", uuid()?);
        claims.push("aud", self.client);
        claims.push("event_id", uuid()?);
        claims.push("email", self.profile.email.as_str());
        self.groups(&mut claims);
        self.times(&mut claims, "id")?;
        Ok(claims)
    }

    /// The claims of a user's access token.
    fn access(&self, realm: &Realm, scope: &str) -> Result<Members, String> {
        let mut claims = Members::default();
        claims.push("sub", self.profile.sub.as_str());
        claims.push("iss", realm.issuer());
        claims.push("version", 2);
        claims.push("client_id", self.client);
        claims.push("origin_jti", uuid()?);
        claims.push("event_id", uuid()?);
        claims.push("scope", scope);
        claims.push("username", self.profile.username.as_str());
        self.groups(&mut claims);
        self.times(&mut claims, "access")?;
        Ok(claims)
    }

    /// The claims of a machine's access token: no user, and `sub` is the client.
    fn machine(&self, realm: &Realm, scope: &str) -> Result<Members, String> {
        let mut claims = Members::default();
        claims.push("sub", self.client);
        claims.push("scope", scope);
        claims.push("iss", realm.issuer());
        claims.push("version", 2);
        claims.push("client_id", self.client);
        self.times(&mut claims, "access")?;
        Ok(claims)
    }

    fn groups(&self, claims: &mut Members) {
        if !self.profile.groups.is_empty() {
            claims.push("cognito:groups", self.profile.groups.clone());
        }
    }

    fn times(&self, claims: &mut Members, token_use: &str) -> Result<(), String> {
        claims.push("token_use", token_use);
        claims.push("auth_time", self.issued);
        claims.push("exp", self.issued + self.lifetime);
        claims.push("iat", self.issued);
        claims.push("jti", uuid()?);
        Ok(())
    }
}

/// Now, in seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(|_| "there is no randomness")?;
    Ok(bytes)
}

/// A random UUID (RFC 9562 section 5.4).
fn uuid() -> Result<String, String> {
    let random = u128::from_be_bytes(random()?);
    let versioned = random & !(0xf000 << 64) | 0x4000 << 64;
    let hex = format!("{:032x}", versioned & !(0b11 << 62) | 0b10 << 62);
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

/// An encrypted token in the form of Cognito's refresh tokens, which nobody can decrypt (RFC 7516 section 7.1).
fn refresh_token() -> Result<String, String> {
    let mut header = Members::default();
    header.push("cty", "JWT");
    header.push("enc", "A256GCM");
    header.push("alg", "RSA-OAEP");
    let parts = [
        URL_SAFE_NO_PAD.encode(random::<256>()?),
        URL_SAFE_NO_PAD.encode(random::<12>()?),
        URL_SAFE_NO_PAD.encode(random::<600>()?),
        URL_SAFE_NO_PAD.encode(random::<16>()?),
    ];
    Ok(format!("{}.{}", header.to_segment(), parts.join(".")))
}
