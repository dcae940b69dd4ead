//! The issuer outside that the guards of the double may be told to trust.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::guard::{KeySet, key_set};

/// How long keys are waited for, as API Gateway does.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How often keys are read again at most, where a token names one that is not known.
const PAUSE: Duration = Duration::from_secs(1);

/// An issuer, by its URL, and its keys.
#[derive(Debug, Default)]
pub(crate) struct Trusted {
    issuer: Option<String>,
    known: Mutex<Option<(Instant, KeySet)>>,
}

impl Trusted {
    /// Trusts this issuer.
    pub(crate) fn issuer(url: Option<String>) -> Self {
        Self { issuer: url, known: Mutex::new(None) }
    }

    /// Its URL, as `iss` has to be.
    pub(crate) fn url(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Its keys, read again where none has this id. `None` where they cannot be read.
    ///
    /// It blocks: wiremock answers one request after the other on a thread of its own.
    pub(crate) fn keys_with(&self, kid: &str) -> Option<KeySet> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, keys)) = known.as_ref()
            && (keys.contains_key(kid) || read.elapsed() < PAUSE)
        {
            return Some(keys.clone());
        }
        let issuer = self.issuer.as_ref()?;
        let discovery = document(&format!("{issuer}/.well-known/openid-configuration"))?;
        let keys = key_set(&document(discovery.get("jwks_uri")?.as_str()?)?);
        *known = Some((Instant::now(), keys.clone()));
        Some(keys)
    }

    /// Its keys as they were read last.
    pub(crate) fn keys_read(&self) -> Option<KeySet> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().map(|(_, keys)| keys.clone())
    }
}

fn document(url: &str) -> Option<Value> {
    serde_json::from_str(&fetched(url)?).ok()
}

/// What is served under a URL.
pub(crate) fn fetched(url: &str) -> Option<String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    agent.get(url).call().ok()?.body_mut().read_to_string().ok()
}
