//! The time by which codes, sessions and tokens of the double age.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The double's time, in whole seconds since the Unix epoch.
///
/// Clones share one time, so a scenario can hold a clone and age everything the double has issued: a code lives five
/// minutes (`token.code.lifetime`), which nobody wants to wait for.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Reading>>);

/// How a clock arrives at its time.
#[derive(Debug)]
enum Reading {
    /// The system's time plus this many seconds.
    Running(i64),
    /// This time, until it is moved.
    Frozen(u64),
}

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Reading::Running(0))))
    }
}

impl Clock {
    /// A clock that stands still at `unix_seconds` until it is moved: for answers that must repeat to the byte.
    pub fn frozen(unix_seconds: u64) -> Self {
        Self(Arc::new(Mutex::new(Reading::Frozen(unix_seconds))))
    }

    /// The current time in seconds since the Unix epoch.
    pub fn now(&self) -> u64 {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Reading::Running(shift) => system_now().saturating_add_signed(shift),
            Reading::Frozen(now) => now,
        }
    }

    /// Moves the time forward; parts of a second are dropped.
    pub fn advance(&self, by: Duration) {
        let seconds = by.as_secs();
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Reading::Running(shift) => {
                *shift = shift.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX));
            }
            Reading::Frozen(now) => *now = now.saturating_add(seconds),
        }
    }

    /// Sets the time to `unix_seconds`; a running clock goes on from there.
    pub fn set(&self, unix_seconds: u64) {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Reading::Running(shift) => {
                let wanted = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
                let actual = i64::try_from(system_now()).unwrap_or(i64::MAX);
                *shift = wanted.saturating_sub(actual);
            }
            Reading::Frozen(now) => *now = unix_seconds,
        }
    }
}

fn system_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_time() {
        let clock = Clock::frozen(1_000);
        clock.clone().advance(Duration::from_millis(5_900));
        assert_eq!(clock.now(), 1_005);
    }

    #[test]
    fn a_running_clock_goes_on_after_it_was_set() {
        let clock = Clock::default();
        clock.set(2_000_000_000);
        assert!((2_000_000_000..2_000_000_010).contains(&clock.now()));
        clock.advance(Duration::from_secs(100));
        assert!(clock.now() >= 2_000_000_100);
        clock.advance(Duration::MAX);
        assert!(clock.now() > 2_000_000_100);
    }
}
