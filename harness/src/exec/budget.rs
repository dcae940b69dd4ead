//! What a run may ask of a target: requests at once, requests a second, requests in all, and machine tokens, which a
//! real pool bills. The bounds hold for everything that is sent: cases, sign-ins, probes and shrinking.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use crate::model::exchange::Fault;

/// The bounds of one target in one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Requests in flight at the same time.
    pub concurrency: usize,
    /// Requests a second, if bounded.
    pub rate: Option<f64>,
    /// Requests in all, if bounded.
    pub requests: Option<u64>,
    /// Tokens issued by the client-credentials grant, if bounded.
    pub machine_tokens: Option<u64>,
}

/// Keeps a run within its limits and counts what it used.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    gate: Semaphore,
    pace: Option<DefaultDirectRateLimiter>,
    requests: AtomicU64,
    /// Issued, and those that a request in flight or without an answer may have brought.
    machine_tokens: AtomicU64,
    /// Watched, so that a stop wakes whoever waits for room or for the pace.
    stopped: watch::Sender<bool>,
}

/// The right to send one request. Dropping it makes room for the next one; a machine token that it holds stays spent,
/// because without an answer nobody knows whether one was issued.
#[derive(Debug)]
pub struct Turn<'a> {
    _room: Option<SemaphorePermit<'a>>,
    machine_token: Option<&'a AtomicU64>,
}

impl Turn<'_> {
    /// Says of an answer whether it brought a machine token; without one it is given back to the budget. Where there
    /// is no answer, the turn is dropped instead.
    pub fn settle(self, issued: bool) {
        if let Some(reserved) = self.machine_token
            && !issued
        {
            reserved.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// One taken from a counter; dropped before it is kept, it is given back.
struct Taken<'a>(Option<&'a AtomicU64>);

impl<'a> Taken<'a> {
    fn from(counter: &'a AtomicU64, limit: Option<u64>) -> Option<Self> {
        spend(counter, limit).ok().map(|()| Self(Some(counter)))
    }

    fn keep(mut self) -> Option<&'a AtomicU64> {
        self.0.take()
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(counter) = self.0 {
            counter.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Budget {
    /// A budget of which nothing is spent.
    pub fn new(limits: Limits) -> Self {
        let pace = limits.rate.and_then(|rate| {
            let period = Duration::try_from_secs_f64(1.0 / rate).ok()?;
            Some(RateLimiter::direct(Quota::with_period(period)?.allow_burst(NonZeroU32::MIN)))
        });
        Self {
            limits,
            gate: Semaphore::new(limits.concurrency.max(1)),
            pace,
            requests: AtomicU64::new(0),
            machine_tokens: AtomicU64::new(0),
            stopped: watch::Sender::new(false),
        }
    }

    /// Waits until one more request may be sent. `machine_token` says that its answer may bring a billed token. A turn
    /// that is refused counts as nothing; a stop ends the wait at once.
    ///
    /// # Errors
    /// [`Fault::Budget`] where a total is spent, [`Fault::Stopped`] where the run was stopped.
    pub async fn turn(&self, machine_token: bool) -> Result<Turn<'_>, Fault> {
        tokio::select! {
            biased;
            () = self.until_stopped() => Err(Fault::Stopped),
            turn = self.bounded_turn(machine_token) => turn,
        }
    }

    async fn bounded_turn(&self, machine_token: bool) -> Result<Turn<'_>, Fault> {
        let room = self.gate.acquire().await.map_err(|_| Fault::Stopped)?;
        let token = if machine_token {
            let taken = Taken::from(&self.machine_tokens, self.limits.machine_tokens);
            Some(taken.ok_or(Fault::Budget("machine tokens"))?)
        } else {
            None
        };
        let request = Taken::from(&self.requests, self.limits.requests).ok_or(Fault::Budget("requests"))?;
        self.wait_for_pace().await;
        // The stop may have come together with the beat.
        if self.is_stopped() {
            return Err(Fault::Stopped);
        }
        request.keep();
        Ok(Turn { _room: Some(room), machine_token: token.and_then(Taken::keep) })
    }

    /// Waits until one more request may be sent that removes what a case has made. Neither a stop nor a spent total
    /// refuses it, because what is left behind stays on the target; it counts and keeps to the pace like any other.
    pub async fn cleanup_turn(&self, machine_token: bool) -> Turn<'_> {
        // The gate is never closed; if it were, the request would still have to be sent.
        let room = self.gate.acquire().await.ok();
        self.wait_for_pace().await;
        self.requests.fetch_add(1, Ordering::Relaxed);
        if machine_token {
            self.machine_tokens.fetch_add(1, Ordering::Relaxed);
        }
        Turn { _room: room, machine_token: machine_token.then_some(&self.machine_tokens) }
    }

    async fn wait_for_pace(&self) {
        if let Some(pace) = &self.pace {
            pace.until_ready().await;
        }
    }

    /// Lets no further request start, apart from those that clean up, and ends every wait for a turn.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    async fn until_stopped(&self) {
        // The sender is part of the budget: the channel does not close before the wait ends.
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Machine tokens issued so far, with those that may have been issued by a request that got no answer.
    pub fn machine_tokens(&self) -> u64 {
        self.machine_tokens.load(Ordering::Relaxed)
    }
}

/// Takes one, if the limit allows.
fn spend(counter: &AtomicU64, limit: Option<u64>) -> Result<(), ()> {
    counter
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |spent| {
            limit.is_none_or(|limit| spent < limit).then_some(spent + 1)
        })
        .map(drop)
        .map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: Limits = Limits { concurrency: 4, rate: None, requests: None, machine_tokens: None };

    #[tokio::test]
    async fn the_last_request_is_the_last() {
        let budget = Budget::new(Limits { requests: Some(2), ..FREE });
        budget.turn(false).await.unwrap().settle(false);
        budget.turn(false).await.unwrap().settle(false);
        assert_eq!(budget.turn(false).await.err(), Some(Fault::Budget("requests")));
        assert_eq!(budget.requests(), 2);
    }

    #[tokio::test]
    async fn a_refused_machine_token_is_not_spent() {
        let budget = Budget::new(Limits { machine_tokens: Some(1), ..FREE });
        budget.turn(true).await.unwrap().settle(false);
        let pending = budget.turn(true).await.unwrap();
        assert_eq!(budget.turn(true).await.err(), Some(Fault::Budget("machine tokens")));
        pending.settle(true);
        assert_eq!(budget.turn(true).await.err(), Some(Fault::Budget("machine tokens")));
        assert_eq!(budget.machine_tokens(), 1);
    }

    #[tokio::test]
    async fn nothing_starts_after_a_stop() {
        let budget = Budget::new(FREE);
        budget.stop();
        assert_eq!(budget.turn(false).await.err(), Some(Fault::Stopped));
        assert_eq!(budget.requests(), 0);
    }

    /// What a turn comes to that is waited for while the run is stopped; it has to end within a second.
    async fn stopped_meanwhile(budget: &Budget) -> Option<Fault> {
        let wait = tokio::time::timeout(Duration::from_secs(1), budget.turn(true));
        let stop = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            budget.stop();
        };
        let (turn, ()) = tokio::join!(wait, stop);
        turn.expect("a stop ends the wait").err()
    }

    #[tokio::test]
    async fn a_stop_ends_the_wait_for_the_pace() {
        let budget = Budget::new(Limits { rate: Some(0.05), ..FREE });
        budget.turn(false).await.unwrap().settle(false);
        assert_eq!(stopped_meanwhile(&budget).await, Some(Fault::Stopped));
        assert_eq!((budget.requests(), budget.machine_tokens()), (1, 0), "a refused turn counts as nothing");
    }

    #[tokio::test]
    async fn a_stop_ends_the_wait_for_room() {
        let budget = Budget::new(Limits { concurrency: 1, ..FREE });
        let only = budget.turn(false).await.unwrap();
        assert_eq!(stopped_meanwhile(&budget).await, Some(Fault::Stopped));
        drop(only);
        assert_eq!((budget.requests(), budget.machine_tokens()), (1, 0));
    }

    #[tokio::test]
    async fn a_turn_that_is_refused_for_one_total_leaves_the_other_alone() {
        let budget = Budget::new(Limits { machine_tokens: Some(0), ..FREE });
        assert_eq!(budget.turn(true).await.err(), Some(Fault::Budget("machine tokens")));
        assert_eq!(budget.requests(), 0);
        let budget = Budget::new(Limits { requests: Some(0), ..FREE });
        assert_eq!(budget.turn(true).await.err(), Some(Fault::Budget("requests")));
        assert_eq!(budget.machine_tokens(), 0);
    }

    #[tokio::test]
    async fn without_an_answer_a_machine_token_stays_spent() {
        let budget = Budget::new(Limits { machine_tokens: Some(1), ..FREE });
        drop(budget.turn(true).await.unwrap());
        assert_eq!(budget.turn(true).await.err(), Some(Fault::Budget("machine tokens")));
        assert_eq!((budget.requests(), budget.machine_tokens()), (1, 1));
    }

    #[tokio::test]
    async fn cleaning_up_goes_on_after_a_stop_and_beyond_the_totals_and_counts() {
        let budget = Budget::new(Limits { requests: Some(0), machine_tokens: Some(0), ..FREE });
        budget.stop();
        budget.cleanup_turn(false).await.settle(false);
        budget.cleanup_turn(true).await.settle(true);
        assert_eq!((budget.requests(), budget.machine_tokens()), (2, 1));
    }

    #[tokio::test]
    async fn cleaning_up_keeps_to_the_pace() {
        let budget = Budget::new(Limits { rate: Some(20.0), ..FREE });
        let began = std::time::Instant::now();
        for _ in 0..3 {
            budget.cleanup_turn(false).await.settle(false);
        }
        assert!(began.elapsed() >= Duration::from_millis(90), "{:?}", began.elapsed());
    }
}
