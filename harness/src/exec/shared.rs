//! What several cases begin with, done once.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use super::steps::Ran;
use crate::model::case::Step;

/// A beginning that is under way or done.
type Slot = Arc<tokio::sync::Mutex<Option<Ran>>>;

/// What shared steps brought, by the steps themselves. It holds tokens: it lives as long as its target's session, and
/// is never shown.
#[derive(Default)]
pub struct Shared(Mutex<HashMap<String, Slot>>);

impl Shared {
    /// What these steps brought when they were done first, or what they bring now. A beginning that did not succeed is
    /// tried again by the next case.
    pub async fn brought<F: Future<Output = Ran>>(&self, steps: &[Step], begin: impl FnOnce() -> F) -> Ran {
        let Ok(key) = serde_json::to_string(steps) else { return begin().await };
        let slot = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let mut known = slot.lock().await;
        if let Some(ran) = known.as_ref() {
            return ran.clone();
        }
        let ran = begin().await;
        if ran.can_go_on() {
            *known = Some(ran.clone());
        }
        ran
    }
}
