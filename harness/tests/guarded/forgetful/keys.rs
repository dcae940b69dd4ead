//! Whose key it is.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::super::right::Refusal;
use super::der;
use super::forgets::{Forgets, Forgotten};

/// An RSA key.
#[derive(Clone)]
pub(super) struct PublicKey {
    pub(super) n: Vec<u8>,
    e: Vec<u8>,
}

impl PublicKey {
    pub(super) fn verifying(&self) -> DecodingKey {
        DecodingKey::from_rsa_raw_components(&self.n, &self.e)
    }

    pub(super) fn pkcs1(&self) -> Vec<u8> {
        der::pkcs1(&self.n, &self.e)
    }

    pub(super) fn spki(&self) -> Vec<u8> {
        der::spki(&self.n, &self.e)
    }

    pub(super) fn modulus_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.n)
    }

    /// As `openssl` writes it, with a line break at the end.
    pub(super) fn pem(&self) -> String {
        let text = STANDARD.encode(self.spki());
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }
}

#[derive(Clone, Deserialize)]
struct Jwk {
    #[serde(default)]
    kid: String,
    kty: String,
    r#use: Option<String>,
    alg: Option<String>,
    n: String,
    e: String,
}

impl Jwk {
    fn key(&self) -> Option<PublicKey> {
        let decode = |text| URL_SAFE_NO_PAD.decode(text).ok();
        Some(PublicKey { n: decode(&self.n)?, e: decode(&self.e)? })
    }

    fn is_for_signatures(&self) -> bool {
        self.kty == "RSA" && self.r#use.as_deref() == Some("sig") && self.alg.as_deref() == Some("RS256")
    }
}

/// The keys of the issuer, read when one is not among them.
pub(super) struct Keys {
    url: String,
    http: reqwest::Client,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: Vec<Jwk>,
    read_at: Option<Instant>,
    worked: bool,
}

impl Keys {
    pub(super) fn of(issuer: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(3))
            .no_proxy()
            .build()
            .expect("a client without certificates of its own");
        Self { url: format!("{issuer}/.well-known/jwks.json"), http, known: Mutex::default() }
    }

    /// The keys that a token with this header may be signed with.
    pub(super) async fn candidates(
        &self,
        forgotten: &Forgotten,
        header: &Map<String, Value>,
    ) -> Result<Vec<PublicKey>, Refusal> {
        let theirs = self.theirs(forgotten, header).await;
        if !theirs.is_empty() {
            return Ok(theirs);
        }
        let every = |keys: Vec<Jwk>| keys.iter().filter_map(Jwk::key).collect();
        match header.get("kid").map(Value::as_str) {
            None if forgotten.has(Forgets::KidMissing) => Ok(every(self.known(forgotten, "").await?)),
            Some(Some(kid)) => {
                let known = self.known(forgotten, kid).await?;
                match known.iter().find(|jwk| jwk.kid == kid).and_then(Jwk::key) {
                    Some(key) => Ok(vec![key]),
                    None if forgotten.has(Forgets::KidUnknown) => Ok(every(known)),
                    None => Err(Refusal::InvalidToken),
                }
            }
            _ => Err(Refusal::InvalidToken),
        }
    }

    /// The keys that the token brings or points to.
    async fn theirs(&self, forgotten: &Forgotten, header: &Map<String, Value>) -> Vec<PublicKey> {
        let mut found = Vec::new();
        if forgotten.has(Forgets::EmbeddedJwk)
            && let Some(jwk) = header.get("jwk")
        {
            found.extend(Jwk::deserialize(jwk).ok().and_then(|jwk| jwk.key()));
        }
        if forgotten.has(Forgets::Jku)
            && let Some(url) = header.get("jku").and_then(Value::as_str)
        {
            found.extend(self.read(url).await.unwrap_or_default().iter().filter_map(Jwk::key));
        }
        if forgotten.has(Forgets::X5c)
            && let Some(certificate) = header.get("x5c").and_then(|chain| chain.get(0)?.as_str())
        {
            found.extend(certified(certificate));
        }
        if forgotten.has(Forgets::X5u)
            && let Some(url) = header.get("x5u").and_then(Value::as_str)
        {
            let text = self.fetch(url).await.unwrap_or_default();
            found.extend(certified(&text));
        }
        found
    }

    /// All keys that can be had, with this one among them if it can be had.
    async fn known(&self, forgotten: &Forgotten, kid: &str) -> Result<Vec<Jwk>, Refusal> {
        let mut known = self.known.lock().await;
        let is_there = known.keys.iter().any(|jwk| jwk.kid == kid);
        let too_early = match known.read_at {
            Some(_) if forgotten.has(Forgets::Rotation) => true,
            Some(_) if forgotten.has(Forgets::ReadLimit) => false,
            Some(at) => at.elapsed() < Duration::from_secs(1),
            None => false,
        };
        if !is_there && !too_early {
            let read = self.read(&self.url).await;
            known.read_at = Some(Instant::now());
            known.worked = read.is_some();
            if let Some(mut keys) = read {
                keys.retain(|jwk| jwk.is_for_signatures() || forgotten.has(Forgets::KeyUse));
                known.keys = keys;
            }
        }
        if known.worked || known.keys.iter().any(|jwk| jwk.kid == kid) {
            Ok(known.keys.clone())
        } else {
            Err(Refusal::Unavailable)
        }
    }

    async fn read(&self, url: &str) -> Option<Vec<Jwk>> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_str(&self.fetch(url).await?).ok()?;
        Some(set.keys.iter().filter_map(|key| Jwk::deserialize(key).ok()).collect())
    }

    async fn fetch(&self, url: &str) -> Option<String> {
        let answer = self.http.get(url).send().await.ok()?.error_for_status().ok()?;
        answer.text().await.ok()
    }
}

/// The key in a certificate, in PEM or in Base64.
fn certified(text: &str) -> Option<PublicKey> {
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    let (n, e) = der::rsa_key(&STANDARD.decode(lines.collect::<String>()).ok()?)?;
    Some(PublicKey { n, e })
}
