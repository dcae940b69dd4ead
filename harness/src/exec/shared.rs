//! What several cases begin with, done once.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::steps::Ran;
use crate::model::case::Step;

/// How long what was brought is used. The shortest tokens of the fixture last five minutes, and a slow run takes longer.
const FRESH: Duration = Duration::from_mins(1);

/// A beginning that is under way or done.
type Slot = Arc<tokio::sync::Mutex<Option<Begun>>>;

struct Begun {
    since: Instant,
    ended: Instant,
    ran: Ran,
}

/// What shared steps brought, by the steps themselves. It holds tokens: it lives as long as its target's session, and
/// is never shown.
pub struct Shared {
    slots: Mutex<HashMap<String, Slot>>,
    fresh: Duration,
}

impl Default for Shared {
    fn default() -> Self {
        Self { slots: Mutex::default(), fresh: FRESH }
    }
}

impl Shared {
    /// What these steps brought when they were done last, or what they bring now. A beginning that is old is begun again
    /// by the next case. So is one that did not succeed; but those that waited for it meanwhile share its end, or a target
    /// that hangs would be waited for as often as there are cases, one after the other.
    pub async fn brought<F: Future<Output = Ran>>(&self, steps: &[Step], begin: impl FnOnce() -> F) -> Ran {
        let Ok(key) = serde_json::to_string(steps) else { return begin().await };
        let slot =
            Arc::clone(self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let arrived = Instant::now();
        let mut known = slot.lock().await;
        if let Some(Begun { since, ended, ran }) = known.as_ref() {
            let serves = if ran.can_go_on() { since.elapsed() < self.fresh } else { *ended > arrived };
            if serves {
                return ran.clone();
            }
        }
        let since = Instant::now();
        let ran = begin().await;
        *known = Some(Begun { since, ended: Instant::now(), ran: ran.clone() });
        ran
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;
    use crate::model::case::{Case, Purpose};
    use crate::model::exchange::{Exchange, Fault, Outcome, Route};
    use crate::model::request::Request;

    fn steps(grant: &str) -> Vec<Step> {
        Case::default().setup("token", Request::token(grant), &[]).shared().steps
    }

    fn ending_with(outcome: Outcome, unmet: Option<&str>) -> Ran {
        let mut ran = Ran::default();
        ran.exchanges.push(Exchange {
            step: "token".to_owned(),
            purpose: Purpose::Setup,
            outcome,
            unmet: unmet.map(str::to_owned),
            route: Route::default(),
            took: Duration::ZERO,
        });
        ran
    }

    /// How often a beginning is begun by so many cases at once.
    async fn begun(shared: &Shared, steps: &[Step], cases: usize, ran: &Ran) -> usize {
        let count = AtomicUsize::new(0);
        let all = (0..cases).map(|_| {
            shared.brought(steps, async || {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
                ran.clone()
            })
        });
        assert!(join_all(all).await.iter().all(|brought| brought.exchanges.len() == ran.exchanges.len()));
        count.into_inner()
    }

    #[tokio::test]
    async fn cases_at_once_begin_once_for_each_beginning() {
        let shared = Shared::default();
        let done = ending_with(Outcome::Done, None);
        assert_eq!(begun(&shared, &steps("a"), 8, &done).await, 1);
        assert_eq!(begun(&shared, &steps("a"), 8, &done).await, 0);
        assert_eq!(begun(&shared, &steps("b"), 8, &done).await, 1);
    }

    #[tokio::test]
    async fn what_did_not_succeed_is_begun_again() {
        let shared = Shared::default();
        for failed in [
            ending_with(Outcome::Fault(Fault::Refused), None),
            ending_with(Outcome::Done, Some("later steps need it to succeed")),
        ] {
            assert_eq!(begun(&shared, &steps("a"), 3, &failed).await, 1, "those that wait share the failure");
            assert_eq!(begun(&shared, &steps("a"), 3, &failed).await, 1, "those that come later try again");
        }
        assert_eq!(begun(&shared, &steps("a"), 3, &ending_with(Outcome::Done, None)).await, 1);
    }

    #[tokio::test]
    async fn what_is_old_is_begun_again() {
        let shared = Shared { fresh: Duration::ZERO, ..Shared::default() };
        assert_eq!(begun(&shared, &steps("a"), 3, &ending_with(Outcome::Done, None)).await, 3);
    }

    #[tokio::test]
    async fn a_case_that_is_given_up_leaves_the_beginning_to_the_next() {
        let shared = Shared::default();
        let never = shared.brought(&[], std::future::pending::<Ran>);
        assert!(tokio::time::timeout(Duration::from_millis(5), never).await.is_err());
        assert_eq!(begun(&shared, &[], 2, &ending_with(Outcome::Done, None)).await, 1);
    }
}
