//! What a run may ask of a target: requests at once, requests a second, requests in all, and machine tokens, which a
//! real pool bills. The bounds hold for everything that is sent: cases, sign-ins, probes and shrinking.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};

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
    /// Issued, and those that a request in flight may still bring.
    machine_tokens: AtomicU64,
    stopped: AtomicBool,
}

/// The right to send one request. Dropping it makes room for the next one.
#[derive(Debug)]
pub struct Turn<'a> {
    _permit: SemaphorePermit<'a>,
    machine_token: Option<&'a AtomicU64>,
}

impl Turn<'_> {
    /// Says whether the answer brought a machine token; without one it is given back to the budget.
    pub fn settle(mut self, issued: bool) {
        if issued {
            self.machine_token = None;
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(reserved) = self.machine_token {
            reserved.fetch_sub(1, Ordering::Relaxed);
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
            stopped: AtomicBool::new(false),
        }
    }

    /// Waits until one more request may be sent. `machine_token` says that its answer may bring a billed token.
    ///
    /// # Errors
    /// [`Fault::Budget`] where a total is spent, [`Fault::Stopped`] where the run was stopped.
    pub async fn turn(&self, machine_token: bool) -> Result<Turn<'_>, Fault> {
        let permit = self.gate.acquire().await.map_err(|_| Fault::Stopped)?;
        if self.is_stopped() {
            return Err(Fault::Stopped);
        }
        spend(&self.requests, self.limits.requests).map_err(|()| Fault::Budget("requests"))?;
        let mut turn = Turn { _permit: permit, machine_token: None };
        if machine_token {
            spend(&self.machine_tokens, self.limits.machine_tokens)
                .map_err(|()| Fault::Budget("machine tokens"))?;
            turn.machine_token = Some(&self.machine_tokens);
        }
        if let Some(pace) = &self.pace {
            pace.until_ready().await;
        }
        Ok(turn)
    }

    /// Lets no further request start.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether [`stop`](Self::stop) was called.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Machine tokens issued so far.
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
}
